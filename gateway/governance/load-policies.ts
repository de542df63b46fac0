/**
 * The policies that a mesh adds: every `*.policy.ts` and `*.policy.mjs` of a folder, in the order of their names, whose
 * default export is one policy or a list of them. They are code that whoever runs the registry trusts, and run in its
 * process; what is kept from them is to take it down: a policy that throws, never ends, or answers with something else
 * than findings is an issue that names it. A changed file is read when the process starts again.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createContext, Script } from 'node:vm';
import * as z from 'zod';
import { type Issue, issue } from '../../subgraphs/kit/errors/issue.ts';
import { kebabCase } from './kebab-case.ts';
import type { Finding, Policy, PolicySubject } from './policies/policy.ts';

/** @param known those that the mesh has already: no other policy may have one of their ids. */
export async function loadPolicies(
  folder: string,
  known: readonly Policy[],
): Promise<{ readonly policies: readonly Policy[]; readonly issues: readonly Issue[] }> {
  const policies: Policy[] = [];
  const issues: Issue[] = [];
  const invalid = (file: string, message: string): void => {
    issues.push(issue('POLICY_INVALID', message, { place: { file, line: 1, column: 1 } }));
  };
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    invalid(folder, `The folder of policies cannot be read (${cause.code}).`);
    return [];
  });
  for (const name of names.filter((each) => /\.policy\.(?:ts|mjs)$/.test(each)).sort()) {
    const file = join(folder, name);
    const module = await importModule(file).catch((cause: unknown) => {
      invalid(file, `The file cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`);
    });
    for (const exported of module ? [module.default].flat() : []) {
      const read = policy.safeParse(exported);
      if (!read.success) invalid(file, `The default export is no policy: ${z.prettifyError(read.error)}`);
      else if ([...known, ...policies].some(({ id }) => id === read.data.id)) {
        invalid(file, `${read.data.id} is there already.`);
      } else policies.push(guarded(read.data));
    }
  }
  return { policies, issues };
}

const importModule = (file: string): Promise<{ readonly default?: unknown }> => import(pathToFileURL(file).href);

const words = z.string().trim().min(1);

const policy = z.object({
  id: z.string().regex(kebabCase, 'An id is in kebab-case.'),
  title: words,
  severity: z.enum(['error', 'warning']),
  why: words,
  check: z.custom<(subject: PolicySubject) => unknown>((value) => typeof value === 'function', 'check is no function.'),
});

const optional = z.string().optional();

const findings = z.array(
  z.object({
    message: words,
    coordinate: optional,
    product: optional,
    place: z.object({ file: z.string(), line: z.int().positive(), column: z.int().positive() }).optional(),
    help: optional,
  }),
);

/** Enough to look at every field of the largest schema; short enough to wait for. */
const timeoutMs = 1000;

const run = new Script('run()');

/** @throws where the policy threw, took longer than a second, or gave no findings. */
function guarded({ id, title, severity, why, check }: z.output<typeof policy>): Policy {
  return {
    id,
    title,
    severity,
    why,
    check(subject): readonly Finding[] {
      // Called through a script with a time limit, V8 stops it wherever it loops, regular expressions included.
      // Spread inside: a generator does its work only when it is asked.
      const called = createContext({
        run: () => {
          const found = check(subject);
          return Array.isArray(found) ? found : [...(found as Iterable<unknown>)];
        },
      });
      return findings.parse(run.runInContext(called, { timeout: timeoutMs }));
    },
  };
}
