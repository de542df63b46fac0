/** What an operation is asked by (GraphQL over HTTP, "Request Parameters"), over whatever it came. */
export interface OperationRequest {
  readonly query?: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
  readonly extensions?: Record<string, unknown>;
}

/** Undefined where it is none. */
export function operationOf(given: unknown): OperationRequest | undefined {
  if (!isObject(given)) return undefined;
  const { query, operationName, variables, extensions } = given;
  if (!isStringOrAbsent(query) || !isStringOrAbsent(operationName)) return undefined;
  if (!isObjectOrAbsent(variables) || !isObjectOrAbsent(extensions)) return undefined;
  return {
    ...(query && { query }),
    ...(operationName && { operationName }),
    ...(variables && { variables }),
    ...(extensions && { extensions }),
  };
}

/** Of a GET request. */
export function parametersOf(url: string): unknown {
  const search = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  const given = Object.fromEntries(search);
  try {
    for (const name of ['variables', 'extensions']) if (given[name]) given[name] = JSON.parse(given[name]);
    return given;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isObjectOrAbsent = (value: unknown): value is Record<string, unknown> | null | undefined =>
  value === undefined || value === null || isObject(value);

const isStringOrAbsent = (value: unknown): value is string | null | undefined =>
  value === undefined || value === null || typeof value === 'string';
