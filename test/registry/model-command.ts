/** A command of the model test: afterwards, registry and model say the same. */
import type fc from 'fast-check';
import { expect } from 'vitest';
import { composeMesh } from '../../gateway/registry/compose.ts';
import type { Publication } from '../../gateway/registry/publication.ts';
import type { PublishResult } from '../../gateway/registry/publish-result.ts';
import { publishedMesh } from '../../gateway/registry/published-mesh.ts';
import { verifyAudit } from '../../gateway/registry/store/audit.ts';
import { contributions } from '../../gateway/registry/store/contributions.ts';
import { versionRecords } from '../../gateway/registry/store/versions.ts';
import { become, currentOf, domains, grantsInForce, judge, type Model, type Name, type Shape } from './mesh-model.ts';
import { catalogUrl, failedSteps, type RegistryHere } from './registry-here.ts';
import { publicationFrom } from './shape-sdl.ts';

export interface Real {
  readonly file: string;
  registry: RegistryHere;
  /** Let down without having been closed. */
  readonly crashed: RegistryHere[];
}

export type Command = fc.AsyncCommand<Model, Real>;

/** That the registry says what the model says, and becomes what the model becomes. */
export async function expectOutcome(
  model: Model,
  name: Name,
  shape: Shape | undefined,
  change: () => Promise<PublishResult>,
): Promise<void> {
  const graph = currentOf(model);
  const was = graph.shapes.get(name);
  const { outcome, version, base, ...report } = await change();
  if (shape && was && isSame(name, shape, was)) return expect(outcome).toBe('UNCHANGED');
  const verdict = judge(model, name, shape);
  expect([outcome, failedSteps(report)]).toEqual(
    'next' in verdict ? ['PUBLISHED', []] : ['REFUSED', verdict.refusedBy],
  );
  if ('next' in verdict) {
    expect([version?.id, version?.base ?? undefined]).toEqual([model.versions.length + 1, base]);
    become(model, verdict.next);
  }
}

const isSame = (name: Name, one: Shape, other: Shape): boolean =>
  publicationFrom(name, one).sdl === publicationFrom(name, other).sdl;

export function command(
  text: string,
  run: (model: Model, real: Real) => Promise<void>,
  check: (model: Readonly<Model>) => boolean = () => true,
): Command {
  return {
    check,
    run: async (model, real) => {
      await run(model, real);
      expectSame(model, real);
    },
    toString: () => text,
  };
}

/** Not a byte of any table is another afterwards. */
export function unchanging(text: string, run: Command['run'], check?: (model: Readonly<Model>) => boolean): Command {
  const watched = async (model: Model, real: Real): Promise<void> => {
    const before = real.registry.rows();
    await run(model, real);
    expect(real.registry.rows()).toBe(before);
  };
  return command(text, watched, check);
}

function expectSame(model: Model, { registry }: Real): void {
  const { database } = registry;
  const records = versionRecords(database, { first: 1_000 });
  expect(records.map(({ id, base }) => [id, base])).toEqual(
    model.versions.map((_, at) => [at + 1, at === 0 ? null : at]).reverse(),
  );
  expect(verifyAudit(database)).toMatchObject({ entries: model.entries });
  expect(verifyAudit(database).brokenAt).toBeUndefined();
  const current = registry.refresh();
  expect(current?.record.id).toBe(records[0]?.id);
  const { shapes: published, owners, numbers } = currentOf(model);
  expect(contributions(database, current?.owners ?? new Map()).map(({ type, domain }) => `${type} ${domain}`)).toEqual(
    grantsInForce(model),
  );
  expect([...(current?.published.values() ?? [])].map(({ name, sdl, version }) => [name, sdl, version])).toEqual(
    [...published]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, shape]) => [name, publicationFrom(name, shape).sdl, numbers.get(name)]),
  );
  const owned = [...(current?.owners ?? [])].filter(([, owner]) => (domains as readonly string[]).includes(owner));
  expect(new Map(owned)).toEqual(owners);
  if (current) expect(current.supergraphSdl).toBe(composedOf([...current.published.values()].reverse()));
}

/** In whatever order they come. */
function composedOf(publications: readonly Publication[]): string | undefined {
  const composed = composeMesh(publishedMesh(publications).mesh, catalogUrl);
  return 'supergraphSdl' in composed ? composed.supergraphSdl : undefined;
}
