import { basename } from 'node:path';
import type { DataProduct } from '../../subgraphs/kit/contract/model.ts';
import type { MeshSubgraph } from '../registry/mesh.ts';

/** Where a product, or a whole domain, is observed, and under which names it may report there. */
export interface ObservedAt {
  readonly url: string;
  readonly domains: readonly string[];
}

/**
 * The address that a management port of content `observability` states (ODPS, "Management Ports"): the product's own, for
 * a whole domain that of its first product that has one. Else `observability` beside the subgraph's GraphQL.
 */
export function observedAt({ name, url, folder, domain }: MeshSubgraph, product?: DataProduct): ObservedAt {
  const stated = (product ? [product] : (domain?.products ?? []))
    .flatMap((each) => each.managementPorts)
    .flatMap((port) => (port.content === 'observability' && isHttp(port.url) ? port.url : []));
  // A domain that is served from its folder reports under the folder's name.
  return { url: stated[0] ?? besideOf(url), domains: folder === undefined ? [name] : [name, basename(folder)] };
}

/** `https://mesh.example.com/sales/graphql` → `https://mesh.example.com/sales/observability` */
function besideOf(routingUrl: string): string {
  const { origin, pathname } = new URL(routingUrl);
  return new URL('observability', origin + pathname.replace(/\/+$/, '')).href;
}

function isHttp(url: string | undefined): url is string {
  return url !== undefined && URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
}
