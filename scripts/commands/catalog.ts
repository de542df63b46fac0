/** `weft catalog`: asks /catalog and not /graphql, so that it answers when the composed graph is broken, too. */
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { askGateway } from '../ask-gateway.ts';
import { table } from '../table.ts';
import { colour, done, plural, print, printJson, say } from '../terminal.ts';

export interface SearchOptions {
  readonly domain?: string;
  readonly owner?: string;
  readonly first: number;
  readonly url: string;
  readonly json?: true;
}

/** `weft catalog search [text]`: a line per data product, best match first. */
export async function search(text: string | undefined, options: SearchOptions): Promise<number> {
  const { url, json, domain, owner, first } = options;
  const { dataProducts } = await askCatalog(url, searchOperation, { search: text, domain, owner, first });
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

/** `weft catalog show <product-id>`: what a consumer wants to know before relying on it. */
export async function show(id: string, { url, json }: { readonly url: string; readonly json?: true }): Promise<number> {
  const { dataProduct } = await askCatalog(url, showOperation, { id });
  if (!dataProduct) throw new WeftError('PRODUCT_UNKNOWN', `The catalog has no data product ${id}.`);
  if (json) printJson(dataProduct);
  else print(describe(dataProduct));
  return done;
}

interface FoundProduct {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly classification: string | null;
  readonly owner: {
    readonly name: string;
    readonly support: readonly { readonly channel: string; readonly url: string | null }[];
  };
}

interface ShownProduct extends FoundProduct {
  readonly version: string | null;
  readonly type: string | null;
  readonly description: string | null;
  readonly domain: { readonly name: string };
  readonly outputPorts: readonly ShownPort[];
}

interface ShownPort {
  readonly name: string;
  readonly graphqlTypes: readonly string[];
  readonly observation: string;
  readonly rowCount: number | null;
  readonly asOf: string | null;
  readonly checks: readonly { readonly name: string; readonly status: string; readonly message: string | null }[];
  readonly contract: { readonly id: string; readonly version: string; readonly fields: readonly ShownField[] } | null;
}

interface ShownField {
  readonly name: string;
  readonly type: string;
  readonly coordinate: string | null;
  readonly classification: string | null;
  readonly unit: string | null;
  readonly description: string | null;
}

const searchOperation = `query ($search: String, $domain: String, $owner: String, $first: Int) {
  dataProducts(search: $search, domain: $domain, owner: $owner, first: $first) {
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

function describe(product: ShownProduct): string {
  const { id, name, version, status, type, domain, owner, description, classification } = product;
  const contact = owner.support.map((each) => each.url ?? each.channel)[0];
  return [
    `${colour.bold(name)}  (${id}${version ? ` ${version}` : ''}, ${status})`,
    ...(description ? [description] : []),
    '',
    `owner           ${owner.name}${contact ? `, ${contact}` : ''}`,
    `domain          ${domain.name}`,
    ...(type ? [`type            ${type}`] : []),
    ...(classification ? [`classification  ${classification}`] : []),
    ...product.outputPorts.flatMap(describePort),
  ].join('\n');
}

function describePort({ name, graphqlTypes, observation, rowCount, asOf, checks, contract }: ShownPort): string[] {
  const failing = checks.filter(({ status }) => status !== 'pass');
  const rows = rowCount === null ? `rows unknown (${observation})` : plural(rowCount, 'row');
  const fields = contract?.fields.map((field) => [
    field.coordinate ?? field.name,
    field.type,
    field.unit ?? '',
    field.classification ?? '',
    field.description ?? '',
  ]);
  return [
    '',
    `${colour.bold(name)}  ${graphqlTypes.join(', ')}  ${rows}${asOf ? ` as of ${asOf}` : ''}, ${
      checks.length - failing.length
    } of ${plural(checks.length, 'check')} pass`,
    ...failing.map((check) => `  ${check.status}  ${check.name}  ${check.message ?? ''}`),
    ...(fields?.length ? [table(['FIELD', 'TYPE', 'UNIT', 'CLASSIFICATION', 'DESCRIPTION'], fields)] : []),
  ];
}
