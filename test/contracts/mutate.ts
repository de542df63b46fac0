/** One or two random changes to a document: what a careless author, tool or merge does to a contract. */
import * as fc from 'fast-check';

type Json = any;
type Path = (string | number)[];

const keys = `id name businessName physicalName physicalType description tags customProperties authoritativeDefinitions
  quality relationships logicalType logicalTypeOptions properties items map enum required unique primaryKey type metric
  rule arguments query engine implementation dimension mustBe mustNotBe mustBeGreaterThan mustBeBetween
  mustNotBeBetween from to value property vendor url team members username support channel servers server host port
  database schema location format slaProperties unit driver deprecated synonyms context minimum exclusiveMaximum
  pattern maxItems dimensions inputPorts outputPorts managementPorts content contractId version status nonsense`.split(
  /\s+/,
);

const values: readonly Json[] = [
  ...[null, true, false, 0, 1, -1, 1.5, '', 'text', [], {}, ['text'], [1, 2], [1, 1], [1, 2, 3], { a: 1 }],
  ...['string', 'number', 'integer', 'date', 'timestamp', 'object', 'array', 'map', 'vector', 'boolean', 'binary'],
  ...['library', 'sql', 'custom', 'nullValues', 'rowCount', 'completeness', 'validity', 'foreignKey', 'i32', 'f64'],
  ...['api', 'kafka', 'postgres', 's3', 'duckdb', 'hive', 'hana', 'mongodb', 'https://example.com', 'sftp://h/x'],
  ...['2026-01-31', '2026-02-30', '2026-01-31T10:00:00Z', 'orders.id', '/schema/a/properties/b', 'a.b.c', 'a b'],
  [{ name: 'a' }],
  [{ value: 'a' }, { value: 'a' }],
  [{ property: 'a', value: null }],
  [{ to: 'a.b' }],
  [{ from: ['a.b'], to: ['c.d'] }],
  { key: { logicalType: 'string' }, value: { logicalType: 'string' } },
];

export function mutated(bases: readonly Json[]): fc.Arbitrary<{ document: Json; change: string }> {
  const step = fc.record({
    at: fc.nat(),
    how: fc.constantFrom('delete', 'add', 'replace', 'replace', 'wrap', 'repeat', 'rename', 'transplant'),
    key: fc.constantFrom(...keys),
    value: fc.constantFrom(...values),
    from: fc.nat(),
  });
  const version = fc.constantFrom('v3.0.2', 'v3.1.0', 'v3.2.0');
  return fc
    .record({ base: fc.constantFrom(...bases), version, steps: fc.array(step, { minLength: 1, maxLength: 2 }) })
    .map(({ base, version, steps }) => {
      const document = structuredClone(base);
      // The same text is held to each version's rules; a product has but one version with an official schema.
      if (document.kind === 'DataContract') document.apiVersion = version;
      const change = steps.map((each) => apply(document, each)).join('; ');
      return { document, change: `${document.apiVersion} ${change}` };
    });
}

function apply(
  document: Json,
  { at, how, key, value, from }: { at: number; how: string; key: string; value: Json; from: number },
): string {
  const paths = pathsOf(document).filter((path) => path[0] !== 'apiVersion');
  const path = paths[at % paths.length];
  if (!path) return 'nothing';
  const parent = path.slice(0, -1).reduce((node, segment) => node[segment], document);
  const last = path.at(-1) as string;
  const node = parent[last];
  const fresh = structuredClone(value);
  switch (how) {
    case 'delete':
      if (Array.isArray(parent)) parent.splice(Number(last), 1);
      else delete parent[last];
      break;
    case 'add':
      if (Array.isArray(node)) node.push(fresh);
      else if (typeof node === 'object' && node !== null) node[key] = fresh;
      else parent[last] = fresh;
      break;
    case 'replace':
      parent[last] = fresh;
      break;
    case 'wrap':
      parent[last] = [node];
      break;
    case 'repeat':
      if (Array.isArray(parent)) parent.push(structuredClone(node));
      else parent[last] = [structuredClone(node), node];
      break;
    case 'rename':
      if (!Array.isArray(parent)) {
        delete parent[last];
        parent[key] = node;
      }
      break;
    default: {
      const other = paths[from % paths.length] ?? [];
      parent[last] = structuredClone(other.reduce((each, segment) => each?.[segment], document));
    }
  }
  return `${how} ${path.join('.')} ${key} ${JSON.stringify(value)}`;
}

function pathsOf(node: Json, prefix: Path = []): Path[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.keys(node).flatMap((key) => {
    const path = [...prefix, Array.isArray(node) ? Number(key) : key];
    return [path, ...pathsOf(node[key], path)];
  });
}
