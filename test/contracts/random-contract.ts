/** Contracts whose names are plain, so that each gives a graph: objects with every kind of property, keys, references. */
import * as fc from 'fast-check';
import { readDomainFiles } from '../../subgraphs/kit/contract/domain.ts';
import type { Domain } from '../../subgraphs/kit/contract/model.ts';

export interface RandomProperty {
  readonly name: string;
  readonly logicalType: string;
  readonly physicalType?: string;
  readonly primaryKey?: boolean;
  readonly required?: boolean;
  readonly unique?: boolean;
  readonly deprecated?: boolean;
  readonly classification?: string;
  readonly enum?: readonly { readonly value: string }[];
  readonly properties?: readonly RandomProperty[];
  readonly items?: Omit<RandomProperty, 'name'>;
  readonly relationships?: readonly { readonly to: string }[];
  readonly customProperties?: readonly { readonly property: string; readonly value: unknown }[];
}

export interface RandomObject {
  readonly name: string;
  readonly properties: readonly RandomProperty[];
}

export const levels = ['public', 'internal', 'confidential', 'restricted'] as const;
const valueNames = ['red', 'green', 'dark blue', 'ochre'] as const;

const facts = fc
  .record(
    {
      required: fc.boolean(),
      deprecated: fc.boolean(),
      classification: fc.constantFrom(...levels),
      customProperties: fc
        .subarray(['name', 'contact', 'age'], { minLength: 1 })
        .map((value) => [{ property: 'categories', value }]),
    },
    { requiredKeys: [] },
  )
  // Kinds of personal data stand in the graph beside the level, and not without one.
  .map(({ customProperties, ...rest }) => ({
    ...rest,
    ...(rest.classification && customProperties && { customProperties }),
  }));

const shapes: fc.Arbitrary<Omit<RandomProperty, 'name'>> = fc.oneof(
  fc.constantFrom('string', 'integer', 'number', 'boolean', 'date', 'timestamp', 'time', 'object', 'array').map(typed),
  fc.constant({ logicalType: 'number', physicalType: 'decimal(9,2)' }),
  fc.subarray([...valueNames], { minLength: 2 }).map((values) => ({
    logicalType: 'string',
    enum: values.map((value) => ({ value })),
  })),
  fc.constant({ logicalType: 'object', properties: [{ name: 'city', logicalType: 'string', required: true }] }),
  fc.constant({ logicalType: 'array', items: { logicalType: 'integer' } }),
);

function typed(logicalType: string) {
  return { logicalType };
}

const property = fc
  .tuple(fc.constantFrom('alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'), shapes, facts)
  .map(([name, shape, rest]): RandomProperty => ({ name, ...shape, ...rest }));

const object = fc.uniqueArray(property, { selector: ({ name }) => name, minLength: 1, maxLength: 5 });

/** One to three objects; each but the first refers to the first, whose key is `hub_id`. */
export const randomSchema: fc.Arbitrary<readonly RandomObject[]> = fc
  .array(object, { minLength: 1, maxLength: 3 })
  .map((objects) =>
    objects.map((properties, at) => {
      const name = ['hubs', 'spokes', 'rims'][at] ?? '';
      const key = {
        name: `${name.slice(0, -1)}_id`,
        logicalType: 'string',
        primaryKey: true,
        classification: 'internal',
      };
      const reference = { name: 'hub_id', logicalType: 'string', relationships: [{ to: 'hubs.hub_id' }] };
      return { name, properties: [key, ...(at > 0 ? [reference] : []), ...properties] };
    }),
  );

const product = `apiVersion: v1.1.0
kind: DataProduct
id: wheels.parts
name: Parts
status: active
team: { name: Wheelwrights }
outputPorts: [{ name: parts, version: 1.0.0, contractId: wheels.contract }]`;

export const contractFile = 'wheels.odcs.json';

export function domainOf(schema: readonly RandomObject[], contract: Readonly<Record<string, unknown>> = {}): Domain {
  const document = {
    apiVersion: 'v3.2.0',
    kind: 'DataContract',
    id: 'wheels.contract',
    version: '1.0.0',
    status: 'active',
    schema,
    ...contract,
  };
  const { domain, issues } = readDomainFiles('wheels', [
    ['wheels.odps.yaml', product],
    [contractFile, JSON.stringify(document, null, 1)],
  ]);
  if (issues.length > 0) throw new Error(JSON.stringify(issues));
  return domain;
}
