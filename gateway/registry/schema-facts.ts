/**
 * What a subgraph schema says, as data to compare: types with their extensions merged, directives known by the
 * specification that they are of (link spec 1.0), so that neither the order of the text nor a renamed import matters.
 */
import {
  type DocumentNode,
  Kind,
  type NameNode,
  parse,
  print,
  type TypeDefinitionNode,
  type TypeExtensionNode,
} from 'graphql';
import { weftSpec } from '../../subgraphs/kit/contract/spec.ts';
import { directiveName, linkedSpecifications } from '../engine/linked-specifications.ts';
import { type Arguments, argumentsOf } from './applied-arguments.ts';

export interface SchemaFacts {
  readonly types: ReadonlyMap<string, TypeFacts>;
  /** Whether it links Weft's own directives at all. */
  readonly linksWeft: boolean;
  /** Whether it links the first version of them, in which `@classified` says of which field nowhere (`of`). */
  readonly linksFirstWeft: boolean;
}

export interface TypeFacts {
  /** `type`, `interface`, `union`, `enum`, `input` or `scalar`. */
  readonly kind: string;
  readonly line: number;
  readonly keys: readonly KeyFacts[];
  /** What `@dataProduct` says: `id: "sales.retail-orders", …`. */
  readonly dataProduct: string | undefined;
  /** Fields, input fields or enum values. */
  readonly members: ReadonlyMap<string, MemberFacts>;
}

export interface KeyFacts {
  /** In alphabetical order, in one spelling. */
  readonly fields: readonly string[];
  readonly resolvable: boolean;
}

export interface MemberFacts {
  readonly line: number;
  /** None where it is an enum value. */
  readonly type: string | undefined;
  readonly arguments: ReadonlyMap<string, ArgumentFacts>;
  readonly owner: string | undefined;
  readonly classified: string | undefined;
  /** The field that `@classified` says this one could tell of. */
  readonly origin: string | undefined;
  readonly deprecated: boolean;
  /** `@external` or `@inaccessible`: the field is not served from here, or not to consumers. */
  readonly hiddenBy: string | undefined;
}

export interface ArgumentFacts {
  readonly type: string;
  readonly isRequired: boolean;
  readonly classified: string | undefined;
}

/** @throws GraphQLError where the text is no schema; RangeError where it is nested too deep to be one. */
export function readSchemaFacts(sdl: string): SchemaFacts {
  const document = parse(sdl);
  const names = directiveNames(document);
  const types = new Map<string, MutableTypeFacts>();
  for (const node of document.definitions) {
    const kind = kinds[node.kind];
    if (kind === undefined) continue;
    const definition = node as TypeDefinitionNode | TypeExtensionNode;
    const { value: name } = definition.name;
    const type: MutableTypeFacts = types.get(name) ?? {
      kind,
      line: lineOf(definition),
      keys: [],
      dataProduct: undefined,
      members: new Map(),
    };
    types.set(name, type);
    for (const directive of definition.directives ?? []) {
      const given = argumentsOf(directive);
      if (directive.name.value === names.key) type.keys.push(keyOf(given));
      if (directive.name.value === names.dataProduct) type.dataProduct = said(given, ['id', 'version', 'status']);
    }
    for (const [member, facts] of membersOf(definition, names)) type.members.set(member, facts);
  }
  const weft = linkedSpecifications(document).find(({ identity }) => identity === weftSpec.identity);
  return { types, linksWeft: weft !== undefined, linksFirstWeft: weft?.url === `${weftSpec.identity}/v1.0` };
}

type MutableTypeFacts = Omit<TypeFacts, 'keys' | 'dataProduct'> & {
  readonly keys: KeyFacts[];
  dataProduct: string | undefined;
  readonly members: Map<string, MemberFacts>;
};
type Names = ReturnType<typeof directiveNames>;

/** A definition and its extension are of one kind here. */
const kinds: Readonly<Record<string, string>> = {
  [Kind.OBJECT_TYPE_DEFINITION]: 'type',
  [Kind.OBJECT_TYPE_EXTENSION]: 'type',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'interface',
  [Kind.INTERFACE_TYPE_EXTENSION]: 'interface',
  [Kind.UNION_TYPE_DEFINITION]: 'union',
  [Kind.UNION_TYPE_EXTENSION]: 'union',
  [Kind.ENUM_TYPE_DEFINITION]: 'enum',
  [Kind.ENUM_TYPE_EXTENSION]: 'enum',
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: 'input',
  [Kind.INPUT_OBJECT_TYPE_EXTENSION]: 'input',
  [Kind.SCALAR_TYPE_DEFINITION]: 'scalar',
  [Kind.SCALAR_TYPE_EXTENSION]: 'scalar',
};

/** Their names here. A schema that links nothing is one of Federation 1, where they are called as they are. */
function directiveNames(document: DocumentNode) {
  const linked = linkedSpecifications(document);
  const nameIn = (identity: string, name: string, unlinked: string | undefined): string | undefined => {
    const link = linked.find((each) => each.identity === identity);
    return link ? directiveName(name, link) : unlinked;
  };
  const federation = (name: string) => nameIn('https://specs.apollo.dev/federation', name, name);
  return {
    key: federation('key'),
    external: federation('external'),
    inaccessible: federation('inaccessible'),
    owner: nameIn(weftSpec.identity, 'owner', undefined),
    classified: nameIn(weftSpec.identity, 'classified', undefined),
    dataProduct: nameIn(weftSpec.identity, 'dataProduct', undefined),
  };
}

function membersOf(definition: TypeDefinitionNode | TypeExtensionNode, names: Names): [string, MemberFacts][] {
  const nodes = 'fields' in definition ? definition.fields : 'values' in definition ? definition.values : [];
  return (nodes ?? []).map((node) => {
    const applied = new Map((node.directives ?? []).map((each) => [each.name.value, argumentsOf(each)]));
    const find = (name: string | undefined) => (name === undefined ? undefined : applied.get(name));
    const [owner, classified] = [find(names.owner), find(names.classified)];
    const hiddenBy = ['external', 'inaccessible'] as const;
    const facts: MemberFacts = {
      line: lineOf(node),
      type: 'type' in node ? print(node.type) : undefined,
      arguments: new Map(
        ('arguments' in node ? (node.arguments ?? []) : []).map(({ name, type, defaultValue, directives }) => {
          const isRequired = type.kind === Kind.NON_NULL_TYPE && !defaultValue;
          const on = directives?.find((each) => each.name.value === names.classified);
          return [name.value, { type: print(type), isRequired, classified: on && classification(argumentsOf(on)) }];
        }),
      ),
      owner: owner && said(owner, ['team', 'product']),
      classified: classified && classification(classified),
      origin: typeof classified?.of === 'string' ? classified.of : undefined,
      deprecated: applied.has('deprecated'),
      hiddenBy: hiddenBy.map((each) => names[each]).find((name) => find(name)),
    };
    return [node.name.value, facts];
  });
}

function keyOf({ fields, resolvable }: Arguments): KeyFacts {
  // What is no selection stays as it is written: composition says what is wrong with it.
  const written = String(fields)
    .replace(/[\s,]+/g, ' ')
    .trim();
  const isFlat = /^[\w ]*$/.test(written);
  return { fields: isFlat ? written.split(' ').sort() : [written], resolvable: resolvable !== false };
}

const classification = (given: Arguments): string => said(given, ['level', 'categories', 'of']);

/** `level: "restricted", categories: ["name"]`. Lists are sets here: their order says nothing, and an empty one nothing at all. */
function said(given: Arguments, names: readonly string[]): string {
  return names
    .flatMap((name) => {
      const value = Array.isArray(given[name]) ? [...given[name]].sort() : given[name];
      const isNothing = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
      return isNothing ? [] : `${name}: ${JSON.stringify(value)}`;
    })
    .join(', ');
}

/** Of the name: a description stands before it. */
const lineOf = ({ name }: { readonly name: NameNode }): number => name.loc?.startToken.line ?? 1;
