/** What is done to a registry and to its model at once: afterwards, both say the same. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { grant, revokeGrant } from '../../gateway/registry/store/contributions.ts';
import { versionRecords } from '../../gateway/registry/store/versions.ts';
import { type Change, publishFromTwoProcesses, publishTogether, said } from './concurrent-commands.ts';
import {
  become,
  currentOf,
  domains,
  entityOf,
  type Graph,
  judge,
  type Model,
  type Name,
  returned,
  type Shape,
} from './mesh-model.ts';
import { type Command, command, expectOutcome, type Real, unchanging } from './model-command.ts';
import { failedSteps, openHere } from './registry-here.ts';
import { brokenPublication, publicationFrom, takingPublication } from './shape-sdl.ts';
import { by } from './versions.ts';

export const shapes: fc.Arbitrary<Shape> = fc.record({
  fields: fc
    .record({ one: fc.boolean(), two: fc.boolean(), three: fc.boolean() }, { requiredKeys: ['one'] })
    .map((fields): Record<string, boolean> => fields),
  addsTo: fc.subarray([...domains]),
  isEnding: fc.boolean(),
});
const names = fc.constantFrom(...domains);
const types = names.map((name) => entityOf[name]);
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
      fc.record({ type: types, domain: names }).map(granting),
      fc.record({ type: types, domain: names }).map(revoking),
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
    const others = pairs.filter(({ owner, domain }) => owner !== domain);
    return [publishTogether(plain), ...others.map(({ owner, domain }) => granting({ type: entityOf[owner], domain }))];
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
    const verdict = judge(model, name, shape);
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
    become(model, returned(currentOf(model), model.versions[to - 1] as Graph));
    // It is what it was, to the byte.
    expect(version?.digest).toBe(versionRecords(registry.database, { first: 1, before: to + 1 })[0]?.digest);
  };
  return command(`rollback ${number}`, run, ({ versions }) => versions.length > 0);
}

interface Opening {
  readonly type: string;
  readonly domain: Name;
}

/** By whoever owns the type. */
function granting({ type, domain }: Opening): Command {
  const run = async (model: Model, { registry }: Real): Promise<void> => {
    const owner = currentOf(model).owners.get(type) as Name;
    grant(registry.database, { type, domain, owner }, by);
    if (!model.grants.has(`${type} ${domain} ${owner}`)) model.entries += 1;
    model.grants.add(`${type} ${domain} ${owner}`);
  };
  return command(`grant ${type} to ${domain}`, run, (model) => currentOf(model).owners.has(type));
}

function revoking({ type, domain }: Opening): Command {
  const run = async (model: Model, { registry }: Real): Promise<void> => {
    const owner = currentOf(model).owners.get(type) as Name;
    const was = model.grants.delete(`${type} ${domain} ${owner}`);
    expect(revokeGrant(registry.database, { type, domain, owner }, by)).toBe(was);
    if (was) model.entries += 1;
  };
  return command(`revoke ${type} from ${domain}`, run, (model) => currentOf(model).owners.has(type));
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
