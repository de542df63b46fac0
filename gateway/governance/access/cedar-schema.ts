/**
 * The Cedar schema that policies are validated against: what may be said of who asks, what for, and what is read. Of fields it
 * hangs on no graph, so a graph changes without the policies being looked at again; rows are of the types of the graph.
 */
import type { NamespaceDefinition, SchemaJson, TypeOfAttribute } from '@cedar-policy/cedar-wasm/nodejs';
import { invariant } from '../../../subgraphs/kit/errors/weft-error.ts';
import { actions, namespace, rowAction, rowEntityType, rowNamespace } from './cedar.ts';
import type { RowAttribute, RowType } from './row-types.ts';

/** @param attributes of principals, by the names that policies call them; all of them texts, none of them certain */
export function cedarSchema(attributes: readonly string[]): SchemaJson<string> {
  const appliesTo = { principalTypes: ['Principal'], resourceTypes: ['Field'], context: context() };
  return {
    [namespace]: {
      entityTypes: entityTypes(attributes),
      actions: Object.fromEntries(actions.map((action) => [action, { appliesTo }])),
    },
  };
}

/** For what policies say of rows. */
export function cedarRowSchema(attributes: readonly string[], types: Iterable<RowType>): SchemaJson<string> {
  const rows = Object.fromEntries(
    [...types].map(({ name, attributes: fields }) => {
      const shape = record(Object.fromEntries([...fields.values()].map((field) => [field.name, rowAttribute(field)])));
      return [name, { memberOfTypes: [`${namespace}::Product`], shape }];
    }),
  );
  const appliesTo = {
    principalTypes: ['Principal'],
    resourceTypes: Object.keys(rows).map(rowEntityType),
    context: context(),
  };
  return {
    [namespace]: { entityTypes: entityTypes(attributes), actions: { [rowAction]: { appliesTo } } },
    [rowNamespace]: { entityTypes: rows, actions: {} },
  };
}

const context = () =>
  record({
    purpose: { type: 'Entity', name: 'Purpose', required: false },
    // With those who provide what is read, for this purpose, and in force.
    agreement: { ...record({ id: string, roles: { type: 'Set', element: string } }), required: false },
  });

function entityTypes(attributes: readonly string[]): NamespaceDefinition<string>['entityTypes'] {
  invariant(!attributes.includes('kind'), 'kind is every principal’s');
  return {
    Team: {},
    Role: {},
    Principal: {
      memberOfTypes: ['Team', 'Role'],
      shape: record({ kind: string, ...Object.fromEntries(attributes.map((name) => [name, optional])) }),
    },
    Purpose: { memberOfTypes: ['Purpose'] },
    Domain: {},
    Product: { memberOfTypes: ['Domain'] },
    Field: {
      // A field that is of no product is its domain's.
      memberOfTypes: ['Product', 'Domain'],
      shape: record({
        type: string,
        name: string,
        team: optional,
        level: optional,
        rank: { type: 'Long' },
        categories: { type: 'Set', element: string },
      }),
    },
  };
}

function rowAttribute({ kind, required }: RowAttribute): TypeOfAttribute<string> {
  return kind === 'decimal' || kind === 'datetime'
    ? { type: 'Extension', name: kind, required }
    : { type: kind, required };
}

const string = { type: 'String' } as const;
const optional = { type: 'String', required: false } as const;

const record = <Attributes>(attributes: Attributes) => ({ type: 'Record', attributes }) as const;
