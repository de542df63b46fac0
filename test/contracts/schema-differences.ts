/**
 * Where Weft accepts what the JSON Schema in hand refuses. `correct` brings that schema in line, so that everything
 * else can still be compared; without it the difference is in a string format, which mutations do not reach.
 */

type Json = any;

export interface Difference {
  readonly version: string;
  readonly reason: string;
  readonly document: Json;
  readonly correct?: (schema: Json) => void;
}

/** JSON Schema's `if` and `then`; written out, `then` would make the object look like a promise. */
const branch = (properties: Json, required: readonly string[], then: Json): Json =>
  Object.fromEntries([
    ['if', { properties, required }],
    ['then', then],
  ]);

/** As ODCS 3.2 writes a variable. */
const variable = (name: string): string => `$\{${name}}`;

const contract = (apiVersion: string, more: object): Json => ({
  ...{ apiVersion, kind: 'DataContract', id: 'x', version: '1.0.0', status: 'active' },
  ...more,
});
const withProperty = (property: object): Json =>
  contract('v3.2.0', { schema: [{ name: 'orders', properties: [{ name: 'a', logicalType: 'string', ...property }] }] });
const withServer = (server: object): Json => contract('v3.2.0', { servers: [{ server: 'a', ...server }] });

export const differences: readonly Difference[] = [
  {
    version: '3.0',
    reason: 'the schema of a DuckDB server is text: the JSON Schema of 3.0.2 says integer, a slip that 3.1 corrected',
    document: contract('v3.0.2', { servers: [{ server: 'a', type: 'duckdb', database: 'd', schema: 'main' }] }),
    correct: ({ $defs }) => {
      $defs.ServerSource.DuckdbServer.properties.schema.type = ['integer', 'string'];
    },
  },
  {
    version: '3.2',
    reason: 'logicalType stays optional in the text; the JSON Schema demands `map` of every property without one',
    document: contract('v3.2.0', { schema: [{ name: 'orders', properties: [{ name: 'a', physicalType: 'int' }] }] }),
    correct: ({ $defs }) => {
      const map = $defs.SchemaBaseProperty.allOf.find(
        (each: Json) => each.if?.properties?.logicalType?.const === 'map',
      );
      map.if.required = ['logicalType'];
    },
  },
  {
    version: '3.2',
    reason: 'the released 3.2.0 has `deprecated` on objects and properties; the draft has not',
    document: withProperty({ deprecated: true }),
    correct: ({ $defs }) => {
      $defs.SchemaElement.properties.deprecated = { type: 'boolean' };
    },
  },
  {
    version: '3.2',
    reason: 'the released 3.2.0 has `vendor` on custom properties (RFC 0035); the draft has not',
    document: contract('v3.2.0', { customProperties: [{ property: 'a', value: 1, vendor: 'weft' }] }),
    correct: ({ $defs }) => {
      $defs.CustomProperty.properties.vendor = { type: 'string' };
    },
  },
  {
    version: '3.2',
    reason: 'the released 3.2.0 has the logicalType vector (RFC 0042); the draft has not',
    document: withProperty({ logicalType: 'vector', logicalTypeOptions: { dimensions: 3 } }),
    correct: ({ $defs }) => {
      const base = $defs.SchemaBaseProperty;
      base.properties.logicalType.enum.push('vector');
      const options = {
        type: 'object',
        additionalProperties: false,
        required: ['dimensions'],
        properties: {
          dimensions: { type: 'integer', minimum: 1 },
          elementType: { enum: ['bfloat16', 'binary', 'float16', 'float32', 'float64', 'int8', 'uint8'] },
          distanceMetric: { enum: ['cosine', 'dotProduct', 'euclidean', 'hamming', 'manhattan'] },
          normalized: { type: 'boolean' },
          embeddingModel: { type: 'string' },
          embeddingModelVersion: { type: 'string' },
        },
      };
      base.allOf.push(
        branch({ logicalType: { const: 'vector' } }, ['logicalType'], { properties: { logicalTypeOptions: options } }),
      );
    },
  },
  {
    version: '3.2',
    reason: 'the released 3.2.0 lets a port be text, to hold a variable (RFC 0050); the draft does not',
    document: withServer({ type: 'hive', host: 'h', database: 'd', port: variable('DB_PORT') }),
    correct: ({ $defs }) => {
      for (const source of Object.values<Json>($defs.ServerSource)) {
        if (source.properties.port) source.properties.port.type = ['integer', 'string'];
      }
    },
  },
  {
    version: '3.2',
    reason: 'the released 3.2.0 has `encoding` on file and stream servers; the draft has not',
    document: withServer({ type: 's3', location: 's3://bucket/x', encoding: 'UTF-8' }),
    correct: ({ $defs }) => {
      for (const name of ['Azure', 'Glue', 'Custom', 'Kafka', 'Kinesis', 'Local', 'S3', 'Sftp']) {
        $defs.ServerSource[`${name}Server`].properties.encoding = { type: 'string' };
      }
    },
  },
  {
    version: '3.2',
    reason: 'the released 3.2.0 has more server types than the draft',
    document: withServer({ type: 'hana', host: 'h' }),
    correct: ({ $defs }) => {
      const address = { host: {}, port: {}, database: {} };
      const added: Record<string, [keys: object, required: string[]]> = {
        exasol: [{ host: {}, port: {}, schema: {} }, ['host']],
        hana: [{ ...address, schema: {} }, ['host']],
        iceberg: [{ catalog: {}, catalogUrl: {}, namespace: {}, warehouse: {} }, ['catalog', 'catalogUrl']],
        teradata: [address, ['host']],
        ...Object.fromEntries(['ingres', 'poet', 'vectorwise', 'versant'].map((type) => [type, [address, []]])),
      };
      for (const [type, [keys, required]] of Object.entries(added)) {
        $defs.Server.properties.type.enum.push(type);
        const properties = Object.fromEntries(
          Object.keys(keys).map((key) => [
            key,
            key === 'port'
              ? { type: ['integer', 'string'] }
              : { type: 'string', ...(key === 'catalogUrl' && { format: 'uri' }) },
          ]),
        );
        $defs.Server.allOf.push(branch({ type: { const: type } }, ['type'], { properties, required }));
      }
    },
  },
  {
    version: '3.2',
    reason: 'the released 3.2.0 has custom properties and definitions on SLA properties; the draft has not',
    document: contract('v3.2.0', { slaProperties: [{ property: 'latency', value: 1, customProperties: [] }] }),
    correct: ({ $defs }) => {
      const { properties } = $defs.ServiceLevelAgreementProperty;
      properties.customProperties = { $ref: '#/$defs/CustomProperties' };
      properties.authoritativeDefinitions = { $ref: '#/$defs/AuthoritativeDefinitions' };
    },
  },
  {
    version: '3.2',
    reason: 'the released 3.2.0 gives relationships an id; the draft does not',
    document: withProperty({ relationships: [{ id: 'r', to: 'customers.id' }] }),
    correct: ({ $defs }) => {
      $defs.RelationshipBase.properties.id = { type: 'string' };
    },
  },
  {
    version: '3.2',
    reason: 'the released 3.2.0 lets references have hyphens and lead into .yml files; the draft does not',
    document: withProperty({ relationships: [{ to: 'my-customers.customer-id' }] }),
    correct: ({ $defs }) => {
      $defs.ShorthandReference.pattern = '^[A-Za-z_][A-Za-z0-9_\\-]*(\\.[A-Za-z_][A-Za-z0-9_\\-]*)+$';
      $defs.FullyQualifiedReference.pattern = $defs.FullyQualifiedReference.pattern.replace('\\.yaml#', '\\.ya?ml#');
    },
  },
  {
    version: '3.2',
    reason: 'a variable may stand for any text (RFC 0050), so a format is not checked before it is resolved',
    document: withServer({ type: 'api', location: variable('GATEWAY_URL') }),
  },
  {
    version: '3.1',
    reason: 'the standard’s own example of a location has braces, which RFC 3986 does not allow',
    document: contract('v3.1.0', {
      servers: [{ server: 'a', type: 's3', location: 's3://bucket/data/{model}/*.json' }],
    }),
  },
];
