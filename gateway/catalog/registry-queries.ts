/** What registry.graphql lets be asked of the registry. */
import type { PublishedFile } from '../registry/publication.ts';
import type { Registry } from '../registry/registry.ts';
import type { ApprovalStatus } from '../registry/store/approvals.ts';
import { bounded } from './bounded.ts';
import type { RegistryField } from './registry-field.ts';
import { consumerTokenView, tokenView, versionView } from './registry-views.ts';
import { mostChanges, policyDryRun, type WhatIf } from './what-if.ts';

interface Page {
  readonly first: number;
  readonly before?: number | null;
}

interface ApprovalsInput extends Page {
  readonly owner?: string | null;
  readonly domain?: string | null;
  readonly status?: string | null;
}

export function registryQueries(registry: Registry, field: RegistryField, now: () => number, whatIf: WhatIf) {
  return {
    graphVersion: field('read', async ({ id }: { readonly id?: number | null }) => {
      const [found] = await registry.versions({ first: 1, ...(id != null && { before: id + 1 }) });
      return found && (id == null || found.id === id) ? versionView(found, registry) : null;
    }),
    graphVersions: field('read', async (page: Page) =>
      (await registry.versions(pageOf(page, 100))).map((record) => versionView(record, registry)),
    ),
    subgraphs: field('read', () => registry.subgraphs()),
    owners: field('read', ({ type, domain }: { readonly type?: string | null; readonly domain?: string | null }) =>
      registry.owners({ type: type ?? undefined, domain: domain ?? undefined }),
    ),
    contributions: field('read', () => registry.contributions()),
    approvals: field('read', async ({ owner, domain, status, ...page }: ApprovalsInput) => {
      const filter = {
        ...(owner != null && { owner }),
        ...(domain != null && { domain }),
        ...(status != null && { status: status.toLowerCase() as ApprovalStatus }),
      };
      const found = await registry.approvals(filter, pageOf(page, 1_000));
      return found.map((each) => ({ ...each, status: each.status.toUpperCase() }));
    }),
    tokens: field('admin', async () => (await registry.tokens()).map(tokenView)),
    consumerTokens: field('admin', async () => (await registry.consumerTokens()).map(consumerTokenView)),
    audit: field('admin', async (page: Page) =>
      (await registry.audit(pageOf(page, 1_000))).map((entry) => ({
        ...entry,
        details: JSON.stringify(entry.details),
      })),
    ),
    auditVerdict: field('admin', () => registry.verifyAudit()),
    recordedOperations: field(
      'read',
      async ({ coordinate, first }: { readonly coordinate?: string | null; readonly first: number }) =>
        (await registry.operations(coordinate ?? undefined))
          .map(({ clients, ...each }) => ({
            ...each,
            calls: clients.reduce((sum, { callsPerDay }) => sum + callsPerDay, 0),
            clients: clients.map((client) => ({ ...client, operations: [each.name] })),
          }))
          .sort((one, other) => other.calls - one.calls)
          .slice(0, bounded(first, 1_000)),
    ),
    consumers: field('read', ({ coordinate }: { readonly coordinate: string }) => registry.consumers(coordinate)),
    policyDryRun: field(
      'admin',
      ({ files, most }: { readonly files: readonly PublishedFile[]; readonly most: number }) =>
        policyDryRun(registry, whatIf, files, { most: bounded(most, mostChanges), now: now() }),
    ),
    unusedFields: field('read', ({ domain }: { readonly domain?: string | null }) =>
      registry.unusedFields(domain ?? undefined),
    ),
  };
}

function pageOf({ first, before }: Page, most: number) {
  return { first: bounded(first, most), ...(before != null && { before }) };
}
