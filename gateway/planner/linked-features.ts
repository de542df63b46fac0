import { type DocumentNode, Kind, type ObjectValueNode, type ValueNode } from 'graphql';

/** What the specifications that a supergraph links have put into it (https://specs.apollo.dev/link/v1.0). */
export interface LinkedFeatures {
  /** `name` of a type, or of a directive with its `@`. */
  owns(name: string): boolean;
  /** The directive's name in this document. */
  readonly inaccessible: string;
}

export function linkedFeatures(document: DocumentNode): LinkedFeatures {
  const names = new Set<string>();
  const imports = new Set<string>();
  let inaccessible = 'inaccessible';
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const { name, arguments: given = [] } of definition.directives ?? []) {
      if (name.value !== 'link') continue;
      const argument = (wanted: string) => given.find((each) => each.name.value === wanted)?.value;
      const own = nameInUrl(textOf(argument('url')) ?? '');
      const prefix = textOf(argument('as')) ?? own;
      if (prefix) names.add(prefix);
      if (prefix && own === 'inaccessible') inaccessible = prefix;
      for (const imported of importsOf(argument('import'))) imports.add(imported);
    }
  }
  const owns = (name: string): boolean => {
    const bare = name.replace(/^@/, '');
    const [prefix = ''] = bare.split('__');
    return imports.has(name) || (bare.includes('__') ? names.has(prefix) : name !== bare && names.has(bare));
  };
  return { owns, inaccessible };
}

/** `https://specs.apollo.dev/join/v0.5` → `join`. The version may be left out. */
function nameInUrl(url: string): string | undefined {
  const segments = url.split(/[?#]/, 1)[0]?.split('/').filter(Boolean) ?? [];
  const last = segments.at(-1);
  return last && /^v\d+\.\d+$/.test(last) ? segments.at(-2) : last;
}

/** The names under which elements are imported: `"@key"`, or `{ name: "@key", as: "@primary" }`. */
function importsOf(value: ValueNode | undefined): string[] {
  const items = value?.kind === Kind.LIST ? value.values : [];
  return items.flatMap((item) => {
    if (item.kind !== Kind.OBJECT) return textOf(item) ?? [];
    return fieldOf(item, 'as') ?? fieldOf(item, 'name') ?? [];
  });
}

const textOf = (value: ValueNode | undefined): string | undefined =>
  value?.kind === Kind.STRING ? value.value : undefined;

const fieldOf = (value: ObjectValueNode, name: string): string | undefined =>
  textOf(value.fields.find((field) => field.name.value === name)?.value);
