/**
 * Bounds how often one path of an operation leads through the same type of the catalog. Where types lead back to each
 * other (a domain to its products, a product to its domain), few levels are many nodes.
 */
import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { refusal } from '../engine/demand/refusal.ts';
import { readCatalogSdl } from '../registry/catalog-sdl.ts';

/** A product, and one that it reads from; a third step is another question, asked with the id that the second gave. */
const mostOnOnePath = 2;

/** A validation rule (GraphQL, "Validation"). */
export function boundedCatalogPaths(context: ValidationContext): ASTVisitor {
  const measure = measureIn(context);
  return {
    OperationDefinition(operation) {
      const root = context.getSchema().getRootType(operation.operation) ?? undefined;
      for (const [type, times] of measure(operation.selectionSet, root)) {
        if (times <= mostOnOnePath) continue;
        const message = `A path of the operation leads through ${type} ${times} times; at most ${mostOnOnePath} are answered.`;
        context.reportError(refusal('OPERATION_TOO_DEEP', message, operation));
        return false; // One is enough to say.
      }
      return false;
    },
  };
}

/** Per type of the catalog: how often the path that has most of it passes it. */
type Passes = ReadonlyMap<string, number>;

const none: Passes = new Map();

/** Each fragment is measured once, however often it is spread. */
function measureIn(context: ValidationContext) {
  const known = new Map<FragmentDefinitionNode, Passes>();
  const measure = (set: SelectionSetNode | undefined, parent: GraphQLNamedType | undefined): Passes =>
    (set?.selections ?? [])
      .map((selection): Passes => {
        if (selection.kind === Kind.FIELD) {
          const type = fieldType(parent, selection.name.value);
          return through(type, measure(selection.selectionSet, type));
        }
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          return measure(selection.selectionSet, conditionOf(selection, context.getSchema()) ?? parent);
        }
        const fragment = context.getFragment(selection.name.value);
        return fragment ? measureFragment(fragment) : none;
      })
      .reduce(most, none);
  const measureFragment = (fragment: FragmentDefinitionNode): Passes => {
    const before = known.get(fragment);
    if (before) return before;
    known.set(fragment, none); // One that spreads itself is another rule's to refuse.
    const passes = measure(fragment.selectionSet, conditionOf(fragment, context.getSchema()));
    known.set(fragment, passes);
    return passes;
  };
  return measure;
}

function through(type: GraphQLNamedType | undefined, below: Passes): Passes {
  if (!type || !catalogTypes().has(type.name)) return below;
  return new Map(below).set(type.name, (below.get(type.name) ?? 0) + 1);
}

function most(one: Passes, other: Passes): Passes {
  if (other.size === 0) return one;
  const passes = new Map(one);
  for (const [type, times] of other) passes.set(type, Math.max(times, passes.get(type) ?? 0));
  return passes;
}

function fieldType(parent: GraphQLNamedType | undefined, field: string): GraphQLNamedType | undefined {
  const fields = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields() : {};
  return getNamedType(fields[field]?.type);
}

function conditionOf(
  { typeCondition }: { readonly typeCondition?: { readonly name: { readonly value: string } } | undefined },
  schema: GraphQLSchema,
): GraphQLNamedType | undefined {
  return typeCondition && schema.getType(typeCondition.name.value);
}

/** The catalog's own types. `Query` and `PageInfo` are everybody's. */
function catalogTypes(): ReadonlySet<string> {
  names ??= new Set(
    parse(readCatalogSdl(), { noLocation: true })
      .definitions.flatMap((each) => (each.kind === Kind.OBJECT_TYPE_DEFINITION ? each.name.value : []))
      .filter((name) => !['Query', 'PageInfo'].includes(name)),
  );
  return names;
}

let names: ReadonlySet<string> | undefined;
