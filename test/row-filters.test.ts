/** Rows that somebody may not read are as if they were not there, whichever way they are asked for. */
import { join } from 'node:path';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAccessPolicies } from '../gateway/governance/access/access-policies.ts';
import { protectedFields } from '../gateway/governance/access/protected-fields.ts';
import { parseAccessPolicies } from '../gateway/governance/access/read-access-policies.ts';
import { rowRules } from '../gateway/governance/access/row-rules.ts';
import { rowTypesOf } from '../gateway/governance/access/row-types.ts';
import { requestSigner } from '../gateway/transport/request-signer.ts';
import type { RowConditions } from '../subgraphs/kit/contract/row-condition.ts';
import { loadDomain } from '../subgraphs/kit/domain-folder.ts';
import { printIssue } from '../subgraphs/kit/errors/issue.ts';
import { runDomain } from '../subgraphs/kit/pipeline/run-domain.ts';
import { serveDomain } from '../subgraphs/kit/serve.ts';
import { maskOf, purposesText, reading } from './access-mesh.ts';
import { makeMesh } from './mesh.ts';
import {
  allowedRows,
  type OrderProperty,
  type OrderRow,
  policiesText,
  rowsWith,
  shopFiles,
  someAsker,
  someProperties,
} from './row-mesh.ts';

const secret = 'a secret of more than thirty-two characters';
const sign = requestSigner(secret);

/** A shop with its rows, which answers whoever has the secret. */
async function openShop(properties: readonly OrderProperty[], rows: readonly OrderRow[]) {
  const mesh = makeMesh(shopFiles(properties, rows));
  const dir = join(mesh.dir, 'shop');
  await runDomain(dir, { dataDir: mesh.dir, query: () => Promise.reject(new Error('no gateway')) });
  const statements: string[] = [];
  const onStatement = (sql: string) => void statements.push(sql);
  const served = await serveDomain(dir, { port: 0, dataDir: mesh.dir, gatewaySecret: secret, onStatement });
  const { domain } = await loadDomain(dir);
  return {
    statements,
    types: rowTypesOf([{ name: 'shop', domain, filtersRows: true }]),
    async ask(query: string, conditions: RowConditions, variables = {}) {
      const body = JSON.stringify({ query, variables });
      const [name = '', value = ''] = sign('shop', body, conditions);
      const headers = { 'content-type': 'application/json', [name]: value };
      const answer = (await (await fetch(`${served.url}/graphql`, { method: 'POST', headers, body })).json()) as any;
      const failures = (answer.errors ?? []).filter((each: any) => each.extensions.code !== 'ENTITY_NOT_FOUND');
      if (failures.length > 0) throw new Error(JSON.stringify(failures));
      return answer.data;
    },
    async [Symbol.asyncDispose]() {
      await served.close();
      await mesh[Symbol.asyncDispose]();
    },
  };
}

const id = ({ id: found }: { id: string }): string => found;
const idsIn = (rows: readonly ({ id: string } | null)[]): string[] => rows.flatMap((row) => row?.id ?? []).sort();

/** What the shop shows of its orders, by each way to them. */
async function shownBy(
  shop: Awaited<ReturnType<typeof openShop>>,
  conditions: RowConditions,
  rows: readonly OrderRow[],
) {
  const byKey = rows.map((row, at) => `k${at}: order(id: "${row.id}") { id }`).join(' ');
  const question = `query ($all: [_Any!]!) {
    orders(first: 1000) { totalCount nodes { id } } backwards: orders(last: 1000) { nodes { id } }
    ordersSummary { count countDistinct { id } } groups: ordersSummary(groupBy: [{ field: id }]) { count group { id } }
    lines(first: 1000) { nodes { order { id } } }
    ${byKey} _entities(representations: $all) { ... on Order { id lines { totalCount } } }
  }`;
  const all = rows.map((row) => ({ __typename: 'Order', id: row.id }));
  const data = await shop.ask(question, conditions, { all });
  const paged: string[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const page: any = await shop.ask(
      `{ orders(first: 3, ${after && `after: ${JSON.stringify(after)}, `}orderBy: [{ field: id, direction: DESC }]) { nodes { id } pageInfo { endCursor hasNextPage } } }`,
      conditions,
    );
    paged.push(...page.orders.nodes.map(id));
    after = page.orders.pageInfo.hasNextPage ? page.orders.pageInfo.endCursor : null;
  }
  const [{ count, countDistinct }] = data.ordersSummary;
  return {
    list: idsIn(data.orders.nodes),
    backwards: idsIn(data.backwards.nodes),
    pages: paged.sort(),
    byKey: idsIn(rows.map((_, at) => data[`k${at}`])),
    entities: idsIn(data._entities),
    references: idsIn(data.lines.nodes.map(({ order }: any) => order)),
    groups: idsIn(data.groups.map(({ group }: any) => group)),
    counts: [data.orders.totalCount, count, countDistinct.id],
  };
}

describe('of random contracts and random policies', () => {
  const shops = fc.sample(
    someProperties.chain((properties) => rowsWith(properties).map((rows) => ({ properties, rows }))),
    6,
  );

  test.each(shops.map((shop, at) => [at, shop] as const))(
    'those rows are shown that Cedar allows, each by itself (%i)',
    { timeout: 120_000 },
    async (_, { properties, rows }) => {
      await using shop = await openShop(properties, rows);
      let [some, valid] = [0, 0];
      await fc.assert(
        fc.asyncProperty(
          policiesText(properties),
          fc.array(someAsker, { minLength: 2, maxLength: 3 }),
          async (text, askers) => {
            const files: [string, string][] = [
              ['rows.cedar', text],
              ['purposes.yaml', purposesText],
            ];
            const { access, issues } = parseAccessPolicies(cedar, files, reading);
            if (!access) throw new Error(issues.map(printIssue).join('\n'));
            const judged = rowRules(cedar, access, shop.types);
            // What can never be true, Cedar calls a mistake.
            fc.pre(judged.rules !== undefined);
            valid += 1;
            const failures: string[] = [];
            const { accessFor } = await createAccessPolicies({
              ...{ access, rows: judged.rules, isSigned: true, cedar, maskOf, fieldsDigest: 'one' },
              fields: protectedFields(new Map(), () => undefined),
              saltOf: () => '',
              isPlatform: () => false,
              log: (message) => failures.push(message),
            });
            for (const asker of askers) {
              const allowed = allowedRows(access, properties, rows, asker).sort();
              if (allowed.length > 0 && allowed.length < rows.length) some += 1;
              const conditions = accessFor(asker).rows('shop');
              expect(failures).toEqual([]);
              if (!conditions) throw new Error('the shop filters rows');
              const { counts, ...ways } = await shownBy(shop, conditions, rows);
              for (const [way, shown] of Object.entries(ways)) expect([way, shown]).toEqual([way, allowed]);
              expect(counts).toEqual([allowed.length, allowed.length, allowed.length]);
            }
          },
        ),
        { numRuns: 40 },
      );
      // Not all or nothing each time.
      expect(some).toBeGreaterThan(valid / 5);
    },
  );
});
