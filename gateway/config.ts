/** The gateway's settings: environment and flags, read once. Everything below this file receives plain values. */
import * as z from 'zod';
import { WeftError } from '../subgraphs/kit/errors/weft-error.ts';

const whole = (name: string, least: number, most: number) =>
  z.coerce
    .number({ error: `${name} must be a whole number` })
    .int(`${name} must be a whole number`)
    .min(least, `${name} must be at least ${least}`)
    .max(most, `${name} must be at most ${most}`);

const settings = z.strictObject({
  /** The mesh, in rover's format. */
  supergraph: z.string().min(1).default('./supergraph.yaml'),
  /** Loopback unless told otherwise: nothing here asks who the caller is. */
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 takes any free port. */
  port: whole('port', 0, 65_535).default(4000),
  /** How long one request to one subgraph may take, in milliseconds. */
  subgraphTimeoutMs: whole('subgraphTimeoutMs', 1, 600_000).default(10_000),
  engine: z.enum(['apollo'], { error: 'engine must be apollo' }).default('apollo'),
  /** What GraphiQL shows first: an operation that any mesh can answer, unless told otherwise. */
  defaultQuery: z.string().default(`{
  dataProducts {
    totalCount
    nodes { id name description owner { name } outputPorts { name graphqlTypes rowCount asOf } }
  }
}
`),
});

export type Config = Readonly<z.infer<typeof settings>>;
export type Flags = { readonly [Name in keyof z.input<typeof settings>]?: z.input<typeof settings>[Name] | undefined };

const variables: Readonly<Record<keyof Config, string>> = {
  supergraph: 'WEFT_SUPERGRAPH',
  host: 'WEFT_HOST',
  port: 'WEFT_PORT',
  subgraphTimeoutMs: 'WEFT_SUBGRAPH_TIMEOUT_MS',
  engine: 'WEFT_ENGINE',
  defaultQuery: 'WEFT_DEFAULT_QUERY',
};

/**
 * Flags win over the environment, the environment over the defaults; empty and absent are the same.
 * @throws WeftError CONFIG_INVALID that names each bad setting.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, flags: Flags = {}): Config {
  const given: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries(variables)) {
    if (env[variable]) given[name] = env[variable];
  }
  for (const [name, value] of Object.entries(flags)) {
    if (value !== undefined && value !== '') given[name] = value;
  }
  const read = settings.safeParse(given);
  if (!read.success) {
    const faults = read.error.issues.map((each) => `${each.message} (${each.path.join('.') || 'settings'})`);
    throw new WeftError('CONFIG_INVALID', `The gateway cannot start: ${faults.join('; ')}.`);
  }
  return Object.freeze(read.data);
}
