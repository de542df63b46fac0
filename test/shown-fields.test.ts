/** Who keeps account of what answers show is told just what they show: which fields, decided how, of how many objects. */
import { type DocumentNode, type FieldNode, Kind, visit } from 'graphql';
import { expect, test } from 'vitest';
import type { Access, AccessDecision } from '../gateway/engine/access.ts';
import { answerText } from '../gateway/engine/answer.ts';
import type { Reads } from '../gateway/engine/reads.ts';
import { compare } from './fuzz/compare.ts';
import { engines } from './fuzz/engines.ts';
import { compose, startEngine } from './fuzz/graph.ts';
import type { Model } from './fuzz/model.ts';
import { hash } from './fuzz/random.ts';
import { randomModel } from './fuzz/random-model.ts';
import { randomOperation } from './fuzz/random-operation.ts';

const seed = Number(process.env.WEFT_SHOWN_SEED ?? Math.floor(Math.random() * 1e9));
const schemas = Number(process.env.WEFT_SHOWN_SCHEMAS ?? 15);
process.stdout.write(`shown fields seed ${seed}: WEFT_SHOWN_SEED=${seed} repeats this run\n`);

const ours = engines.filter(({ isOurs }) => isOurs);

test('of random graphs, random operations are said to show just what one server showed', async () => {
  const counts = { shown: 0, restricted: 0, discarded: 0 };
  for (let nth = 0; nth < schemas; nth++) {
    const composed = compose(randomModel(seed + nth));
    if (!('graph' in composed)) {
      counts.discarded += 1;
      continue;
    }
    const { model, monolith, subgraphs } = composed.graph;
    const running = await Promise.all(
      ours.map(({ create }) => startEngine(composed.graph, create, { tellsTypes: true })),
    );
    for (let at = 0; at < 40; at++) {
      const { source, document, variables } = randomOperation(monolith.schema, model, hash(seed, nth, at));
      const access = randomAccess(hash(seed, nth, at % 4));
      const how = { failing: at % 2 === 0, counting: true };
      const expected = await monolith.answer(document, variables, how, access);
      const { data } = await monolith.answer(saying(document), variables, how, access);
      const oracle = [...shownIn(data)].map(([coordinate, rows]) => ({
        ...decided(model, monolith.schema.getType(coordinate.split('.')[0] ?? ''), coordinate, access),
        rows,
      }));
      for (const { engine } of running) {
        subgraphs.begin(how);
        const told: Reads[] = [];
        const context = { access, onReads: (reads: Reads) => told.push(reads) };
        const answer = await engine.execute({ document, source, variables, operationName: null, context });
        if (answer.errors?.[0]?.extensions?.code === 'PLAN_FAILED') continue;
        const given = JSON.parse(answerText(answer as Parameters<typeof answerText>[0]));
        expect(compare(expected, given), `seed ${seed}, ${nth}/${at}: ${source}`).toBeUndefined();
        expect(told).toHaveLength(1);
        expect(told.flatMap(linesOf).sort(byCoordinate), `seed ${seed}, ${nth}/${at}: ${source}`).toEqual(
          oracle.sort(byCoordinate),
        );
        counts.shown += oracle.length;
        counts.restricted += oracle.filter(({ effect }) => effect !== 'allow').length;
      }
    }
    for (const { engine } of running) await engine.close();
  }
  expect(counts.discarded).toBeLessThanOrEqual(schemas / 5);
  expect(counts.shown).toBeGreaterThan(schemas * 100);
  expect(counts.restricted).toBeGreaterThan(schemas * 5);
}, 300_000);

interface Line {
  readonly coordinate: string;
  readonly effect: string;
  readonly mask?: string | undefined;
  readonly rows: number;
}

const byCoordinate = (one: Line, other: Line): number => (one.coordinate < other.coordinate ? -1 : 1);

/** What is shown of no object is left out. */
function linesOf({ fields: { groups }, rows }: Reads): Line[] {
  return groups.flatMap((group, at) => group.map((field) => ({ ...field, rows: rows[at] ?? 0 }))).filter(isShown);
}

const isShown = ({ rows }: Line): boolean => rows > 0;

/** Every object says its type, and every key its field. */
function saying(document: DocumentNode): DocumentNode {
  const type: FieldNode = {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: '_t' },
    name: { kind: Kind.NAME, value: '__typename' },
  };
  return visit(document, {
    Field: {
      leave(node) {
        const { name, alias } = node;
        if (name.value.startsWith('__')) return undefined;
        return { ...node, alias: { kind: Kind.NAME, value: `${name.value}_of_${(alias ?? name).value}` } };
      },
    },
    SelectionSet: { leave: (set) => ({ ...set, selections: [type, ...set.selections] }) },
  });
}

function shownIn(value: unknown, found = new Map<string, number>()): Map<string, number> {
  if (Array.isArray(value)) for (const each of value) shownIn(each, found);
  else if (typeof value === 'object' && value !== null) {
    const { _t: type, ...fields } = value as Record<string, unknown>;
    const keys = Object.keys(fields).filter((key) => key.includes('_of_'));
    const names = new Set(keys.map((key) => key.slice(0, key.indexOf('_of_'))));
    for (const name of names) found.set(`${type}.${name}`, (found.get(`${type}.${name}`) ?? 0) + 1);
    for (const key of keys) shownIn(fields[key], found);
  }
  return found;
}

function decided(model: Model, parent: any, coordinate: string, access: Access): Omit<Line, 'rows'> {
  const decision = access.decide(coordinate);
  if (decision.effect !== 'mask') return { coordinate, effect: decision.effect };
  const named = String(parent.getFields()[coordinate.split('.')[1] ?? ''].type).replace(/[[\]!]/g, '');
  const { objects, interfaces } = model;
  if (![...objects, ...interfaces].some(({ name }) => name === named))
    return masked(model, named, coordinate, decision);
  const isReferred =
    objects.some(({ name, keys }) => name === named && keys.length > 0) ||
    interfaces.some(({ name, key }) => name === named && key !== undefined);
  return { coordinate, effect: isReferred ? 'allow' : 'deny' };
}

/** A union has no key. */
const masked = (model: Model, named: string, coordinate: string, { mask }: { mask: { name: string } }) =>
  model.unions.some(({ name }) => name === named)
    ? { coordinate, effect: 'deny' }
    : { coordinate, effect: 'mask', mask: mask.name };

function randomAccess(of: number): Access {
  const decide = (coordinate: string): AccessDecision => {
    const denial = { message: `${coordinate} is not for you.`, extensions: { code: 'ACCESS_DENIED', coordinate } };
    const drawn = hash(of, coordinate) % 16;
    if (drawn < 2) return { effect: 'deny', denial };
    const apply = (_: unknown, { name }: { readonly name: string }) =>
      ['String', 'ID'].includes(name) ? 'masked' : name === 'Int' ? 7 : null;
    return drawn < 4 ? { effect: 'mask', mask: { name: 'word', apply }, denial } : { effect: 'allow' };
  };
  return { key: String(of), decide, refuses: () => undefined };
}
