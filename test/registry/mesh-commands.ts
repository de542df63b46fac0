/** What is done to a registry and to its model at once: afterwards, both say the same. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { composeMesh } from '../../gateway/registry/compose.ts';
import type { Publication } from '../../gateway/registry/publication.ts';
import type { PublishResult } from '../../gateway/registry/publish-result.ts';
import { publishedMesh } from '../../gateway/registry/published-mesh.ts';
import { verifyAudit } from '../../gateway/registry/store/audit.ts';
import { contributions, grant, revokeGrant } from '../../gateway/registry/store/contributions.ts';
import { versionRecords } from '../../gateway/registry/store/versions.ts';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import { currentOf, domains, entityOf, type Graph, judge, type Model, type Name, type Shape } from './mesh-model.ts';
import { catalogUrl, failedSteps, openHere, type RegistryHere } from './registry-here.ts';
import { brokenPublication, publicationFrom, takingPublication } from './shape-sdl.ts';
import { by } from './versions.ts';

export interface Real {
  readonly file: string;
  registry: RegistryHere;
  /** Let down without having been closed. */
  readonly crashed: RegistryHere[];
}

type Command = fc.AsyncCommand<Model, Real>;
interface Change {
  readonly name: Name;
  readonly shape: Shape;
}

export const shapes: fc.Arbitrary<Shape> = fc.record({
  fields: fc
    .record({ one: fc.boolean(), two: fc.boolean(), three: fc.boolean() }, { requiredKeys: ['one'] })
    .map((fields): Record<string, boolean> => fields),
  addsTo: fc.subarray([...domains]),
  isEnding: fc.boolean(),
});
const names = fc.constantFrom(...domains);
const changes: fc.Arbitrary<Change> = fc
  .record({ name: names, shape: shapes })
  .map(({ name, shape }) => ({ name, shape: { ...shape, addsTo: shape.addsTo.filter((each) => each !== name) } }));

export const commands = (size: number) =>
  fc.commands(
    [
      // What gets a mesh further comes more often.
      ...Array.from({ length: 6 }, () => changes.map(publish)),
      ...Array.from({ length: 3 }, () => names.map(publishEnding)),
      ...Array.from({ length: 3 }, () => names.map(remove)),
      changes.map(checkOnly),
      names.map(publishAgain),
      changes.map(publishBroken),
      fc.record({ change: changes, from: names }).map(publishTaking),
      changes.map(publishStale),
      fc.nat().map(rollback),
      fc.record({ owner: names, domain: names }).map(granting),
      fc.record({ owner: names, domain: names }).map(revoking),
      fc.uniqueArray(changes, { minLength: 2, selector: ({ name }) => name }).map(publishTogether),
      fc.tuple(changes, changes).map(publishFromTwoProcesses),
      fc.constant(crash()),
      fc.constant(restart()),
    ],
    { maxCommands: size, size: 'max' },
  );

/** A mesh in which most of what can happen is a step or two away. */
export const beginnings: fc.Arbitrary<readonly Command[]> = fc
  .subarray(domains.flatMap((owner) => domains.map((domain) => ({ owner, domain }))))
  .map((pairs) => {
    const plain = domains.map(
      (name): Change => ({ name, shape: { fields: { one: false }, addsTo: [], isEnding: false } }),
    );
    return [...pairs.filter(({ owner, domain }) => owner !== domain).map(granting), publishTogether(plain)];
  });

function publish({ name, shape }: Change): Command {
  return command(`publish ${said(name, shape)}`, async (model, { registry }) => {
    await expectOutcome(model, name, shape, () => registry.publish(publicationFrom(name, shape), by));
  });
}

/** As a domain does that is to be deleted. */
function publishEnding(name: Name): Command {
  const run = async (model: Model, { registry }: Real): Promise<void> => {
    const shape = { ...(currentOf(model).shapes.get(name) as Shape), isEnding: true };
    await expectOutcome(model, name, shape, () => registry.publish(publicationFrom(name, shape), by));
  };
  return command(`deprecate all of ${name}`, run, (model) => currentOf(model).shapes.has(name));
}

function checkOnly({ name, shape }: Change): Command {
  return unchanging(`check ${said(name, shape)}`, async (model, { registry }) => {
    const verdict = judge(currentOf(model), model.grants, name, shape);
    const report = await registry.check(name, publicationFrom(name, shape));
    expect(failedSteps(report)).toEqual('next' in verdict ? [] : verdict.refusedBy);
    expect(report.isAccepted).toBe('next' in verdict);
  });
}

function publishAgain(name: Name): Command {
  const run = async (model: Model, { registry }: Real): Promise<void> => {
    const shape = currentOf(model).shapes.get(name) as Shape;
    expect(await registry.publish(publicationFrom(name, shape), by)).toMatchObject({ outcome: 'UNCHANGED' });
  };
  return unchanging(`publish ${name} again`, run, (model) => currentOf(model).shapes.has(name));
}

function publishBroken({ name, shape }: Change): Command {
  return unchanging(`publish broken ${said(name, shape)}`, async (_, { registry }) => {
    const result = await registry.publish(brokenPublication(name, shape), by);
    expect([result.outcome, failedSteps(result)]).toEqual(['REFUSED', ['composition']]);
  });
}

/** By a domain that does not own the field that it takes. */
function publishTaking({ change: { name, shape }, from }: { change: Change; from: Name }): Command {
  const run = async (_: Model, { registry }: Real): Promise<void> => {
    const result = await registry.publish(takingPublication(name, shape, from, 'one'), by);
    expect(result.outcome).toBe('REFUSED');
    expect(failedSteps(result)).toContain('ownership');
  };
  const isThere = (model: Readonly<Model>): boolean => name !== from && currentOf(model).shapes.has(from);
  return unchanging(`publish ${said(name, shape)} with ${from}'s field one`, run, isThere);
}

function publishStale({ name, shape }: Change): Command {
  return unchanging(`publish ${said(name, shape)} over an older graph`, async ({ versions }, { registry }) => {
    const stale = registry.publish(publicationFrom(name, shape), { ...by, base: versions.length - 1 });
    await expect(stale).rejects.toMatchObject({ code: 'STALE_BASE' });
  });
}

function remove(name: Name): Command {
  return command(`delete ${name}`, async (model, { registry }) => {
    if (currentOf(model).shapes.has(name)) {
      await expectOutcome(model, name, undefined, () => registry.remove(name, by));
    } else {
      await expect(registry.remove(name, by)).rejects.toMatchObject({ code: 'SUBGRAPH_UNKNOWN' });
    }
  });
}

function rollback(number: number): Command {
  const run = async (model: Model, { registry }: Real): Promise<void> => {
    const to = (number % model.versions.length) + 1;
    const { outcome, version } = await registry.rollback(to, by);
    expect(outcome).toBe(to === model.versions.length ? 'UNCHANGED' : 'PUBLISHED');
    if (outcome === 'UNCHANGED') return;
    become(model, model.versions[to - 1] as Graph);
    // It is what it was, to the byte.
    expect(version?.digest).toBe(versionRecords(registry.database, { first: 1, before: to + 1 })[0]?.digest);
  };
  return command(`rollback ${number}`, run, ({ versions }) => versions.length > 0);
}

function granting({ owner, domain }: { owner: Name; domain: Name }): Command {
  return command(`grant ${entityOf[owner]} to ${domain}`, async (model, { registry }) => {
    grant(registry.database, { type: entityOf[owner], domain }, by);
    if (!model.grants.has(`${entityOf[owner]} ${domain}`)) model.entries += 1;
    model.grants.add(`${entityOf[owner]} ${domain}`);
  });
}

function revoking({ owner, domain }: { owner: Name; domain: Name }): Command {
  return command(`revoke ${entityOf[owner]} from ${domain}`, async (model, { registry }) => {
    const was = model.grants.delete(`${entityOf[owner]} ${domain}`);
    expect(revokeGrant(registry.database, { type: entityOf[owner], domain }, by)).toBe(was);
    if (was) model.entries += 1;
  });
}

/** All at once: as if they had come one after the other, in the order that they were sent in. */
function publishTogether(all: readonly Change[]): Command {
  return command(
    `publish together ${all.map(({ name, shape }) => said(name, shape)).join(' and ')}`,
    async (...given) => {
      const [model, { registry }] = given;
      const results = all.map(({ name, shape }) => registry.publish(publicationFrom(name, shape), by));
      for (const [at, { name, shape }] of all.entries()) {
        await expectOutcome(model, name, shape, () => results[at] as Promise<PublishResult>);
      }
    },
  );
}

/** Each with its own connection. Whoever comes second may be told that its base is stale; nothing is lost, and nothing mixed. */
function publishFromTwoProcesses(both: readonly [Change, Change]): Command {
  const text = both.map(({ name, shape }) => said(name, shape)).join(' and ');
  return command(`publish from two processes ${text}`, async (model, { registry, file }) => {
    const other = await openHere(file);
    try {
      const sent = [registry, other].map(async ({ publish: send }, at) => {
        const { name, shape } = both[at] as Change;
        const result = await send(publicationFrom(name, shape), by).catch((error: unknown) => {
          if (error instanceof WeftError && error.code === 'STALE_BASE') return undefined;
          throw error;
        });
        return { name, shape, result };
      });
      const [before, ...done] = [currentOf(model), ...(await Promise.all(sent))];
      const inOrder = done.sort((one, two) => (one.result?.version?.id ?? 0) - (two.result?.version?.id ?? 0));
      for (const { name, shape, result } of inOrder.filter((each) => each.result?.outcome === 'PUBLISHED')) {
        await expectOutcome(model, name, shape, async () => result as PublishResult);
      }
      for (const { name, shape, result } of inOrder.filter((each) => each.result?.outcome === 'REFUSED')) {
        const seen = [before, ...model.versions.slice(-2)];
        expect(seen.some((graph) => 'refusedBy' in judge(graph, model.grants, name, shape))).toBe(true);
        expect(result?.version?.id ?? 0).toBeLessThanOrEqual(model.versions.length);
      }
      // One of them was first.
      expect(done.some(({ result }) => result !== undefined)).toBe(true);
    } finally {
      other.database.connection.close();
    }
  });
}

function crash(): Command {
  return unchanging('crash', async (_, real) => {
    real.crashed.push(real.registry);
    real.registry = await openHere(real.file);
  });
}

function restart(): Command {
  return unchanging('restart', async (_, real) => {
    real.registry.database.connection.close();
    real.registry = await openHere(real.file);
  });
}

/** That the registry says what the model says, and becomes what the model becomes. */
async function expectOutcome(
  model: Model,
  name: Name,
  shape: Shape | undefined,
  change: () => Promise<PublishResult>,
): Promise<void> {
  const graph = currentOf(model);
  const was = graph.shapes.get(name);
  const { outcome, version, base, ...report } = await change();
  if (shape && was && isSame(name, shape, was)) return expect(outcome).toBe('UNCHANGED');
  const verdict = judge(graph, model.grants, name, shape);
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

function become(model: Model, graph: Graph): void {
  model.versions.push(graph);
  model.entries += 1;
}

function command(
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
function unchanging(text: string, run: Command['run'], check?: (model: Readonly<Model>) => boolean): Command {
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
  expect(contributions(database).map(({ type, domain }) => `${type} ${domain}`)).toEqual([...model.grants].sort());
  const current = registry.refresh();
  expect(current?.record.id).toBe(records[0]?.id);
  const { shapes: published, owners } = currentOf(model);
  expect([...(current?.published.values() ?? [])].map(({ name, sdl }) => [name, sdl])).toEqual(
    [...published]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, shape]) => [name, publicationFrom(name, shape).sdl]),
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

const said = (name: Name, { fields, addsTo, isEnding }: Shape): string =>
  JSON.stringify({ name, ...fields, addsTo: addsTo.join(' '), isEnding });
