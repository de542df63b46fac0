/**
 * The Cedar schema that policies are validated against: what may be said of who asks, what for, and what is read. It hangs on
 * no graph, so a graph changes without the policies being looked at again.
 */
import type { SchemaJson } from '@cedar-policy/cedar-wasm/nodejs';
import { invariant } from '../../../subgraphs/kit/errors/weft-error.ts';
import { actions, namespace } from './cedar.ts';

/** @param attributes of principals, by the names that policies call them; all of them texts, none of them certain */
export function cedarSchema(attributes: readonly string[]): SchemaJson<string> {
  invariant(!attributes.includes('kind'), 'kind is every principal’s');
  const context = record({
    purpose: { type: 'Entity', name: 'Purpose', required: false },
    // With those who provide what is read, for this purpose, and in force.
    agreement: { ...record({ id: string, roles: { type: 'Set', element: string } }), required: false },
  });
  const appliesTo = { principalTypes: ['Principal'], resourceTypes: ['Field'], context };
  return {
    [namespace]: {
      entityTypes: {
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
      },
      actions: Object.fromEntries(actions.map((action) => [action, { appliesTo }])),
    },
  };
}

const string = { type: 'String' } as const;
const optional = { type: 'String', required: false } as const;

const record = <Attributes>(attributes: Attributes) => ({ type: 'Record', attributes }) as const;
