/**
 * Bounds how deep an operation may lead, before anything of it is executed. Where types lead back to each other
 * (a domain to its products, a product to its domain), a query of a few hundred bytes asks for 2^depth nodes.
 */
import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
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
import { readCatalogSdl } from '../registry/catalog-sdl.ts';

/** Fields below each other. Five domains joined in one question take ten. */
const deepest = 15;

/** A product, and one that it reads from; a third step is another question, asked with the id that the second gave. */
const mostOnOnePath = 2;

/** A validation rule (GraphQL, "Validation"). Introspection has a bound of its own in graphql-js, and is not counted. */
export function boundedDepth(context: ValidationContext): ASTVisitor {
  const measure = measureIn(context);
  return {
    OperationDefinition(operation) {
      const { depth, passes } = measure(
        operation.selectionSet,
        context.getSchema().getRootType(operation.operation) ?? undefined,
      );
      const refuse = (message: string): void =>
        context.reportError(
          new GraphQLError(message, { nodes: operation, extensions: { code: 'OPERATION_TOO_DEEP' } }),
        );
      if (depth > deepest) refuse(`The operation nests fields ${depth} deep; at most ${deepest} are answered.`);
      for (const [type, times] of passes) {
        if (times <= mostOnOnePath) continue;
        refuse(`A path of the operation leads through ${type} ${times} times; at most ${mostOnOnePath} are answered.`);
      }
      return false;
    },
  };
}

interface Measured {
  readonly depth: number;
  /** Per type of the catalog: how often the path that has most of it passes it. */
  readonly passes: ReadonlyMap<string, number>;
}

const nothing: Measured = { depth: 0, passes: new Map() };

/** Each fragment is measured once, however often it is spread: nested spreads double the paths, not the work. */
function measureIn(context: ValidationContext) {
  const known = new Map<FragmentDefinitionNode, Measured>();
  const measure = (set: SelectionSetNode | undefined, parent: GraphQLNamedType | undefined): Measured =>
    (set?.selections ?? [])
      .map((selection): Measured => {
        if (selection.kind === Kind.FIELD) {
          if (selection.name.value.startsWith('__')) return nothing;
          const type = fieldType(parent, selection.name.value);
          return below(type, measure(selection.selectionSet, type));
        }
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          return measure(selection.selectionSet, conditionOf(selection, context.getSchema()) ?? parent);
        }
        const fragment = context.getFragment(selection.name.value);
        return fragment ? measureFragment(fragment) : nothing;
      })
      .reduce(deeper, nothing);
  const measureFragment = (fragment: FragmentDefinitionNode): Measured => {
    const before = known.get(fragment);
    if (before) return before;
    known.set(fragment, nothing); // One that spreads itself is another rule's to refuse.
    const measured = measure(fragment.selectionSet, conditionOf(fragment, context.getSchema()));
    known.set(fragment, measured);
    return measured;
  };
  return measure;
}

function below(type: GraphQLNamedType | undefined, { depth, passes }: Measured): Measured {
  if (!type || !catalogTypes().has(type.name)) return { depth: depth + 1, passes };
  return { depth: depth + 1, passes: new Map(passes).set(type.name, (passes.get(type.name) ?? 0) + 1) };
}

function deeper(one: Measured, other: Measured): Measured {
  const passes = new Map(one.passes);
  for (const [type, times] of other.passes) passes.set(type, Math.max(times, passes.get(type) ?? 0));
  return { depth: Math.max(one.depth, other.depth), passes };
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
