/**
 * Three operations to begin with, made for the graph at hand: rows with what they refer to in other domains, sums by
 * group, and who answers for all of it. They are made from the API schema, so they hold for any mesh.
 */
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  parse,
  print,
} from 'graphql';

export interface WorthTrying {
  readonly title: string;
  readonly operation: string;
}

type Field = GraphQLField<unknown, unknown>;

/** A root field that gives pages of one row type. */
interface Rows {
  readonly list: string;
  readonly type: GraphQLObjectType;
  /** Fields with one row of another type. */
  readonly references: readonly Field[];
  /** Fields with pages of rows of another type. */
  readonly inverses: readonly Field[];
}

/** @param schema the API schema of a composed mesh */
export function queriesWorthTrying(schema: GraphQLSchema): WorthTrying[] {
  const links = (rows: Rows): number => rows.references.length + rows.inverses.length;
  const all = rowsOf(schema).sort((a, b) => links(b) - links(a));
  const most = all[0];
  if (!most) return [];
  const joined = joinedRows(most);
  const summary = all.flatMap((rows) => summaryOf(schema, rows) ?? [])[0];
  return [joined, ...(summary ? [summary] : []), owners(joined.operation)];
}

function rowsOf(schema: GraphQLSchema): Rows[] {
  const lists = new Map<GraphQLObjectType, string>();
  for (const field of fieldsOf(schema.getQueryType())) {
    const type = rowTypeOf(field);
    if (type) lists.set(type, field.name);
  }
  return [...lists].map(([type, list]) => {
    const others = fieldsOf(type);
    return {
      list,
      type,
      references: others.filter((field) => lists.has(getNullableType(field.type) as GraphQLObjectType)),
      inverses: others.filter((field) => lists.has(rowTypeOf(field) as GraphQLObjectType)),
    };
  });
}

/** The type of a connection's nodes. Rows of data products know their product; the catalog's own nodes do not. */
function rowTypeOf(field: Field): GraphQLObjectType | undefined {
  const connection = getNullableType(field.type);
  const nodes = isObjectType(connection) ? connection.getFields().nodes : undefined;
  const type = nodes && getNamedType(nodes.type);
  return isObjectType(type) && type.getFields()._dataProduct ? type : undefined;
}

function joinedRows({ list, type, references, inverses }: Rows): WorthTrying {
  const joins = [
    ...references
      .slice(0, 3)
      .map((field) => `${field.name} { ${words(getNamedType(field.type) as GraphQLObjectType, 3)} }`),
    ...inverses.slice(0, 1).map((field) => {
      const nodes = rowTypeOf(field);
      return nodes ? `${field.name}(first: 2) { totalCount nodes { ${words(nodes, 3)} } }` : '';
    }),
  ];
  const names = [...references.slice(0, 3), ...inverses.slice(0, 1)].map((field) => field.name);
  return {
    title: names.length > 0 ? `${list}, each with its ${names.join(', ')}` : `the first of ${list}`,
    operation: pretty(`{
      ${list}(first: 3) {
        totalCount
        nodes { ${words(type, 4)} ${joins.join(' ')} _dataProduct { id owner { name } } }
      }
    }`),
  };
}

/** Sums of a measure by a dimension that has few values: an enum, else the years of a date. */
function summaryOf(schema: GraphQLSchema, { list }: Rows): WorthTrying | undefined {
  const field = schema.getQueryType()?.getFields()[`${list}Summary`];
  const summary = field && getNamedType(field.type);
  const part = (name: string): Field[] => {
    const type = isObjectType(summary) ? summary.getFields()[name]?.type : undefined;
    return type ? fieldsOf(getNamedType(type) as GraphQLObjectType) : [];
  };
  const measure = part('sum').sort((a, b) => exactness(a) - exactness(b))[0];
  const few = part('group').find((each) => isEnumType(getNamedType(each.type)));
  const date = part('group').find((each) => /^Date/.test(getNamedType(each.type).name));
  const dimension = few ?? date;
  if (!measure || !dimension) return undefined;
  const groupBy = few ? `{ field: ${few.name} }` : `{ field: ${dimension.name}, bucket: YEAR }`;
  const orderBy = `{ aggregate: SUM, field: ${measure.name}, direction: DESC }`;
  return {
    title: `${measure.name} of ${list} by ${few ? few.name : `year of ${dimension.name}`}`,
    operation: pretty(`{
      ${list}Summary(groupBy: [${groupBy}], orderBy: [${orderBy}], first: 5) {
        group { ${dimension.name} } count sum { ${measure.name} }
      }
    }`),
  };
}

function owners(operation: string): WorthTrying {
  const text = JSON.stringify(operation.replace(/\s+/g, ' '));
  return {
    title: 'who answers for each field of the first one',
    operation: pretty(`{ whoOwns(operation: ${text}) { coordinate team contact classification product { id } } }`),
  };
}

/** Names of fields that say something: an amount, then words and dates in the order of the contract, ids last. */
function words(type: GraphQLObjectType, count: number): string {
  const leaves = fieldsOf(type).filter((field) => isLeafType(getNullableType(field.type)));
  const amount = leaves.filter((field) => exactness(field) < 2).slice(0, 1);
  const isId = (field: Field): boolean => getNamedType(field.type).name === 'ID';
  const others = leaves.filter((field) => !amount.includes(field)).sort((a, b) => Number(isId(a)) - Number(isId(b)));
  const chosen = [...amount, ...others].slice(0, count);
  return leaves
    .filter((field) => chosen.includes(field))
    .map((field) => field.name)
    .join(' ');
}

/** Amounts before counts, counts before anything else. */
function exactness(field: Field): number {
  const at = ['Decimal', 'Float', 'BigInt', 'Int'].indexOf(getNamedType(field.type).name);
  return at === -1 ? 4 : at;
}

const fieldsOf = (type: GraphQLObjectType | null | undefined): Field[] =>
  Object.values(type?.getFields() ?? {}).filter(
    (field) => !field.args.some(isRequiredArgument) && !field.deprecationReason,
  );

/** As graphql-js prints it, with the innermost selections on one line each. */
const pretty = (operation: string): string =>
  print(parse(operation)).replace(
    /\{\n([^{}]*)\}/g,
    (_, fields: string) => `{ ${fields.trim().split(/\s+/).join(' ')} }`,
  );
