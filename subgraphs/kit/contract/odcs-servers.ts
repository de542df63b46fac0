/** ODCS `servers`: the keys that each type of server has besides the common ones, and those that it must have. */
import * as z from 'zod';
import { integer, sftpUri, uri } from './formats.ts';
import type { OdcsParts, OdcsVersion } from './odcs-parts.ts';
import { branching, either, type Shape } from './shape.ts';

/** Keys as in the standard's text; `*` marks a required one. Types of other versions are taken out below. */
const keysByType: Readonly<Record<string, string>> = {
  api: 'location*',
  athena: 'stagingDir* schema* catalog regionName workgroup',
  azure: 'location* format* encoding delimiter',
  bigquery: 'project* dataset*',
  clickhouse: 'host* port* database*',
  databricks: 'host catalog* schema*',
  denodo: 'host* port* database',
  dremio: 'host* port* schema',
  duckdb: 'database* schema',
  exasol: 'host* port schema',
  glue: 'account* database* location format encoding',
  hana: 'host* port database schema',
  cloudsql: 'host* port* database* schema*',
  db2: 'host* port* database* schema',
  hive: 'host* port database*',
  iceberg: 'catalog* catalogUrl* namespace warehouse',
  impala: 'host* port database*',
  informix: 'host* port database*',
  ingres: 'host port database',
  kafka: 'host* format encoding',
  kinesis: 'region format encoding',
  local: 'path* format* encoding',
  mysql: 'host* port* database*',
  oracle: 'host* port* serviceName*',
  poet: 'host port database',
  postgresql: 'host* port* database* schema*',
  postgres: 'host* port* database* schema*',
  presto: 'host* catalog schema',
  pubsub: 'project*',
  redshift: 'host database* schema* region account',
  s3: 'location* endpointUrl format encoding delimiter',
  sftp: 'location* format encoding delimiter',
  snowflake: 'host port account* database* schema* warehouse',
  sqlserver: 'host* port database* schema*',
  synapse: 'host* port* database*',
  teradata: 'host* port database',
  trino: 'host* port* catalog* schema*',
  vectorwise: 'host port database',
  versant: 'host port database',
  vertica: 'host* port* database* schema*',
  zen: 'host* port database*',
  custom:
    'account catalog database dataset delimiter endpointUrl format encoding host location path port project region regionName schema serviceName stagingDir warehouse stream',
};

const typesSince: Readonly<Record<string, OdcsVersion>> = {
  hive: '3.1',
  impala: '3.1',
  zen: '3.1',
  exasol: '3.2',
  hana: '3.2',
  iceberg: '3.2',
  ingres: '3.2',
  poet: '3.2',
  teradata: '3.2',
  vectorwise: '3.2',
  versant: '3.2',
};
const keysSince: Readonly<Record<string, OdcsVersion>> = { stream: '3.1', encoding: '3.2', workgroup: '3.2' };

export function serverSchema(version: OdcsVersion, parts: OdcsParts): z.ZodType<{ server: string; type: string }> {
  const types = Object.keys(keysByType).filter((type) => (typesSince[type] ?? version) <= version);
  const shapeOf = (type: string): Shape =>
    Object.fromEntries(
      (keysByType[type] ?? '').split(' ').flatMap((written): [string, z.ZodType][] => {
        const key = written.replace('*', '');
        if ((keysSince[key] ?? version) > version) return [];
        // The one requirement that a newer version dropped: Athena writes its results where the workgroup says.
        const required = written.endsWith('*') && !(key === 'stagingDir' && version === '3.2');
        const schema = keySchema(type, key, version);
        return [[key, required ? schema : schema.optional()]];
      }),
    );
  return branching({
    base: {
      id: parts.id,
      server: z.string(),
      type: z.enum(types),
      description: parts.text,
      environment: parts.text,
      roles: z.array(parts.role).optional(),
      customProperties: parts.customProperties,
    },
    branches: Object.fromEntries(types.map((type) => [type, shapeOf(type)])),
    choose: ({ type }) => (typeof type === 'string' && types.includes(type) ? [type] : undefined),
    strict: parts.strict,
  });
}

function keySchema(type: string, key: string, version: OdcsVersion): z.ZodType {
  if (key === 'port') return portSchema(version);
  if (key === 'location') return type === 'sftp' ? sftpUri : uri;
  if (key === 'endpointUrl' || key === 'catalogUrl') return uri;
  if (key === 'stagingDir' && type === 'athena') return uri;
  if (version === '3.0') {
    const files = ['azure', 's3', 'sftp'].includes(type);
    if (key === 'format' && files) return z.enum(['parquet', 'delta', 'json', 'csv']);
    if (key === 'delimiter' && files) return z.enum(['new_line', 'array']);
    // A slip of that version's JSON Schema, which 3.1 corrected: a schema of DuckDB is a number.
    if (key === 'schema' && type === 'duckdb')
      return either<unknown>((value) => (typeof value === 'string' ? z.string() : integer));
  }
  return z.string();
}

/** Since 3.2 also a string, to hold a variable such as `${DB_PORT}`. */
function portSchema(version: OdcsVersion): z.ZodType {
  return version === '3.2' ? either<unknown>((value) => (typeof value === 'string' ? z.string() : integer)) : integer;
}
