/**
 * Weft's own schema directives, defined once and linked by every subgraph that the kit serves. `@composeDirective`
 * carries them into the supergraph (Federation 2.1, "Custom directives"), where the catalog reads them back by this
 * identity, never by their bare names.
 *
 * v1.1 has `@classified(of:)`, and this directive also on what takes values. Composition uses the newest version that a
 * subgraph links, so one that was generated with v1.0 stays beside newer ones as it is.
 *
 * v1.2 has `@classified(deIdentified:)`, for fields that a domain adds by hand: a contract says it of its own properties.
 */
export const weftSpec = { identity: 'https://specs.weft.dev/weft', version: 'v1.2' } as const;

/** The head of every generated subgraph schema. */
export const schemaHead = `
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@composeDirective"])
  @link(url: "${weftSpec.identity}/${weftSpec.version}", import: ["@owner", "@classified", "@dataProduct"])
  @composeDirective(name: "@owner")
  @composeDirective(name: "@classified")
  @composeDirective(name: "@dataProduct")

"""
The team that answers for a field, and the data product that the field belongs to.
"""
directive @owner(team: String!, product: String) on FIELD_DEFINITION

"""
How sensitive a field is, and which kinds of personal data it holds. Where another one could be found out by what this
stands on, it is as sensitive as that, and of says which field that is: Customer.name. A field that is computed from
others is as sensitive as they are, unless deIdentified says by which transform its value tells nothing of them.
"""
directive @classified(level: String!, categories: [String!], of: String, deIdentified: String) on FIELD_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE | ARGUMENT_DEFINITION

"""
The data product, and the version of its contract, that a type's rows belong to.
"""
directive @dataProduct(id: String!, version: String!, status: String!) on OBJECT
`;

/** Linked by whoever shows, of the rows of a type, those that the gateway's signed context lets whoever asks read. */
export const rowFiltersSpec = { identity: 'https://specs.weft.dev/row-filters', version: 'v1.0' } as const;

/** In every generated subgraph schema, since the kit's server does that. */
export const rowFiltersLink = `extend schema @link(url: "${rowFiltersSpec.identity}/${rowFiltersSpec.version}")`;

/** Linked by whoever leaves out of summaries the groups that the gateway's signed context calls too small. */
export const minimumGroupsSpec = { identity: 'https://specs.weft.dev/minimum-groups', version: 'v1.0' } as const;

export const minimumGroupsLink = `extend schema @link(url: "${minimumGroupsSpec.identity}/${minimumGroupsSpec.version}")`;
