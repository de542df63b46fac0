/** `weft catalog`: asks /catalog and not /graphql, so that it answers when the composed graph is broken, too. */
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { askGateway } from '../ask-gateway.ts';
import { describeProduct, type FoundProduct } from '../product-report.ts';
import { table } from '../table.ts';
import { done, plural, print, printJson, say } from '../terminal.ts';

export interface SearchOptions {
  readonly domain?: string;
  readonly owner?: string;
  readonly classification?: string;
  readonly first: number;
  readonly gateway: string;
  readonly json?: true;
}

/** `weft catalog search [text]`: a line per data product, best match first. */
export async function search(text: string | undefined, options: SearchOptions): Promise<number> {
  const { gateway, json, ...filter } = options;
  const { dataProducts } = await askCatalog(gateway, searchOperation, { search: text, ...filter });
  if (json) {
    printJson(dataProducts);
    return done;
  }
  const products: readonly FoundProduct[] = dataProducts.nodes;
  const rows = products.map((each) => [each.id, each.name, each.owner.name, each.status, each.classification ?? '']);
  if (rows.length) print(table(['ID', 'NAME', 'OWNER', 'STATUS', 'CLASSIFICATION'], rows));
  say(`${products.length} of ${plural(dataProducts.totalCount, 'data product')}`);
  return done;
}

export type ShowOptions = Pick<SearchOptions, 'gateway' | 'json'>;

/** `weft catalog show <product-id>`: what a consumer wants to know before relying on it. */
export async function show(id: string, { gateway, json }: ShowOptions): Promise<number> {
  const { dataProduct } = await askCatalog(gateway, showOperation, { id });
  if (!dataProduct) throw new WeftError('PRODUCT_UNKNOWN', `The catalog has no data product ${id}.`);
  if (json) printJson(dataProduct);
  else print(describeProduct(dataProduct));
  return done;
}

const searchOperation = `query ($search: String, $domain: String, $owner: String, $classification: String, $first: Int) {
  dataProducts(search: $search, domain: $domain, owner: $owner, classification: $classification, first: $first) {
    totalCount
    nodes { id name status classification owner { name support { channel url } } }
  }
}`;

const showOperation = `query ($id: ID!) {
  dataProduct(id: $id) {
    id name version status type description classification
    domain { name }
    owner { name support { channel url } }
    outputPorts {
      name graphqlTypes observation rowCount asOf
      lastRun { id object state startedAt endedAt rowsIn rowsOut rowsQuarantined error { code message } }
      checks { name status message }
      contract { id version fields { name type coordinate classification unit description } }
    }
  }
}`;

// biome-ignore lint/suspicious/noExplicitAny: the operations above give its shape.
async function askCatalog(gateway: string, operation: string, variables: Record<string, unknown>): Promise<any> {
  const { data, errors } = await askGateway(gateway, '/catalog', operation, variables);
  if (!errors?.length) return data;
  throw new WeftError('CATALOG_FAILED', errors.map((error) => error.message).join(' '));
}
