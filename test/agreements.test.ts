/** Agreements are the key itself: approved, the next query reads; revoked or over, the next one does not. */
import fc from 'fast-check';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Access } from '../gateway/engine/access.ts';
import type { Engine, Operation, PlannedSubscription } from '../gateway/engine/engine.ts';
import type { Agreement } from '../gateway/governance/agreements/agreement.ts';
import { agreementsInForce } from '../gateway/governance/agreements/agreements-in-force.ts';
import { approvalSteps, isApprover } from '../gateway/governance/agreements/approval-steps.ts';
import { guardedEngine } from '../gateway/guarded-engine.ts';
import { holdAgreements } from '../gateway/held-agreements.ts';
import { agreements, requestAgreement } from '../gateway/registry/store/agreements.ts';
import { approveAgreement } from '../gateway/registry/store/decide-agreements.ts';
import { SQLite } from '../subgraphs/kit/sqlite/sqlite.ts';
import { type AgreedMesh, idOf, startAgreedMesh, type Who } from './agreed-mesh.ts';
import { until } from './mesh.ts';
import { startRegistryMesh } from './registry/mesh-with-registry.ts';
import { endedPart, order, part, publish } from './registry/order-parts.ts';
import { openHere } from './registry/registry-here.ts';
import { by } from './registry/versions.ts';

let mesh: AgreedMesh;
beforeAll(async () => {
  mesh = await startAgreedMesh();
});
afterAll(() => mesh[Symbol.asyncDispose]());

const customers = { product: 'care.customers', purpose: 'research', roles: ['reader'] };
const carer: Who = { sub: 'carl', team: 'Customer Care' };
const officer: Who = { sub: 'olga', team: 'Law', roles: ['privacy-office'] };
let teams = 0;
/** Of a team that nobody has agreed with yet. */
const newcomer = (sub = `nina ${teams}`): Who => ({ sub, team: `Team ${++teams}` });

const code = (error: any): string => error.extensions.code;

describe('an agreement', () => {
  test('that is approved is read by with the next query, and is over with the next one after it was revoked', async () => {
    const who = newcomer();
    expect(await mesh.nameFor(who, 'research')).toBeNull();
    const requested = await mesh.request(who, { ...customers, usage: 'The yearly study' });
    expect(requested).toMatchObject({
      ...{ status: 'REQUESTED', roles: ['reader'], consumer: { team: who.team, user: null }, startsAt: null },
      ...{ provider: { domain: 'care', team: 'Customer Care' } },
      approvals: [{ level: 'first', approvers: ['Customer Care'], approvedBy: null }],
    });
    expect(await mesh.nameFor(who, 'research')).toBeNull();
    const { id } = requested;
    expect(await mesh.approve(carer, id)).toMatchObject({
      ...{ status: 'APPROVED', startsAt: expect.any(String), reassessAt: expect.any(String) },
      approvals: [{ approvedBy: idOf(carer) }],
    });
    expect(await mesh.nameFor(who, 'research')).toBe('Ada');
    expect(await mesh.nameFor({ ...who, sub: 'another of the team' }, 'research')).toBe('Ada');
    expect(await mesh.nameFor(newcomer(who.sub), 'research')).toBeNull();
    expect(await mesh.revoke(carer, id)).toMatchObject({ status: 'REVOKED' });
    expect(await mesh.nameFor(who, 'research')).toBeNull();
    expect(code(await mesh.approve(carer, id))).toBe('AGREEMENT_DECIDED');
  });

  test('is for its purpose and all that are kinds of it, and for its product', async () => {
    const who = newcomer();
    await mesh.approve(carer, (await mesh.request(who, customers)).id);
    expect(await mesh.nameFor(who, 'research')).toBe('Ada');
    expect(await mesh.nameFor(who, 'study')).toBe('Ada');
    expect(await mesh.nameFor(who, 'marketing')).toBeNull();
    expect((await mesh.query(who, undefined, '{ customer { name } }')).data.customer.name).toBeNull();
    expect((await mesh.query(who, 'research', '{ letter { text } }')).data.letter.text).toBeNull();
    const narrow = newcomer();
    await mesh.approve(carer, (await mesh.request(narrow, { ...customers, purpose: 'study' })).id);
    expect(await mesh.nameFor(narrow, 'study')).toBe('Ada');
    expect(await mesh.nameFor(narrow, 'research')).toBeNull();
  });

  test('of one person is not the team’s', async () => {
    const who = newcomer();
    await mesh.approve(carer, (await mesh.request(who, { ...customers, onlyMe: true })).id);
    expect(await mesh.nameFor(who, 'research')).toBe('Ada');
    expect(await mesh.nameFor({ ...who, sub: 'another of the team' }, 'research')).toBeNull();
  });

  test('of a product without a contract is its owner’s to approve', async () => {
    const who = newcomer();
    const { id, approvals } = await mesh.request(who, { product: 'care.letters', purpose: 'research' });
    expect(approvals).toMatchObject([{ approvers: ['Post Room'] }]);
    expect(code(await mesh.approve(carer, id))).toBe('AGREEMENT_NOT_YOURS');
    expect(await mesh.approve({ sub: 'paul', team: 'Post Room' }, id)).toMatchObject({ status: 'APPROVED' });
    const letter = await mesh.query(who, 'research', '{ letter { text } customer { name } }');
    expect(letter.data).toEqual({ letter: { text: 'Dear Ada' }, customer: { name: null } });
  });

  test('has hashes of its own, which join what is read by it and nothing else', async () => {
    const idFor = async (who: Who) => (await mesh.query(who, 'research', '{ customer { id } }')).data.customer.id;
    const [one, other] = [newcomer(), newcomer()];
    const before = await idFor(one);
    expect(await idFor(other)).toBe(before);
    // Roles that let nobody read the id itself.
    const inForce = { product: 'care.letters', purpose: 'research' };
    for (const who of [one, other]) {
      await mesh.approve({ sub: 'paul', team: 'Post Room' }, (await mesh.request(who, inForce)).id);
    }
    expect(await idFor(one)).toBe(before);
    await mesh.approve(carer, (await mesh.request(one, customers)).id);
    expect(await idFor(one)).toBe('c1');
  });

  test('ends by itself', async () => {
    const who = newcomer();
    const { id } = await mesh.request(who, customers);
    await mesh.approve(carer, id);
    expect(await mesh.nameFor(who, 'research')).toBe('Ada');
    const endsAt = new Date(Date.now() + 500).toISOString();
    inRegistry(
      `UPDATE agreement SET ends_at = '${endsAt}', revision = (SELECT max(revision) + 1 FROM agreement) WHERE id = ${id}`,
    );
    await until(async () => (await mesh.nameFor(who, 'research')) === null);
    expect(new Date().toISOString() > endsAt).toBe(true);
    expect(await statusOf(id)).toBe('EXPIRED');
    expect(code(await mesh.revoke(carer, id))).toBe('AGREEMENT_DECIDED');
    // It can be asked for again.
    expect((await mesh.request(who, customers)).id).not.toBe(id);
  });

  test('that one gateway approves is in force at the others of the same registry', async () => {
    const who = newcomer();
    const other = await mesh.another();
    const { id } = await mesh.request(who, customers);
    expect(await mesh.nameFor(who, 'research', other)).toBeNull();
    await mesh.approve(carer, id);
    await until(async () => (await mesh.nameFor(who, 'research', other)) === 'Ada');
    await mesh.revoke(carer, id);
    await until(async () => (await mesh.nameFor(who, 'research', other)) === null);
  });

  test('that another process ends is over, also where the newest version of the graph cannot be read', async () => {
    await using own = await startAgreedMesh();
    const who = newcomer();
    const { id } = await own.request(who, customers);
    await own.approve(carer, id);
    expect(await own.nameFor(who, 'research')).toBe('Ada');
    inRegistry(
      `INSERT INTO version (base, action, domain, manifest, supergraph, ownership, actor, origin, created_at, catalog)
       SELECT id, action, domain, manifest, catalog, ownership, actor, origin, created_at, catalog FROM version ORDER BY id DESC LIMIT 1;
       UPDATE artefact SET text = 'damaged' WHERE digest = (SELECT supergraph FROM version ORDER BY id DESC LIMIT 1);
       UPDATE agreement SET status = 'revoked', revision = (SELECT max(revision) + 1 FROM agreement) WHERE id = ${id}`,
      own,
    );
    await until(async () => (await own.nameFor(who, 'research')) === null);
  });

  test('ends when its domain leaves the graph', async () => {
    const registry = await openHere(':memory:');
    await publish(registry, part('sales', order('total: Int')), part('risk', ''));
    const wanted = {
      ...{ product: 'sales.orders', port: null, domain: 'sales', purpose: 'research', usage: null, roles: [] },
      ...{ consumer: { team: 'Research', user: null }, steps: approvalSteps([]), endsAt: '2999-01-01T00:00:00.000Z' },
    } as const;
    const [waiting, approved] = ['research', 'study'].map((purpose) =>
      requestAgreement(registry.database, { ...wanted, purpose }, by),
    );
    const decider = { actor: 'sales-ci', token: 'domain' } as const;
    approveAgreement(registry.database, approved?.id ?? 0, { decider, team: 'sales', at: by.at });
    requestAgreement(registry.database, { ...wanted, domain: 'risk' }, by);
    await publish(registry, endedPart('sales'));
    await registry.remove('sales', by);
    const left = agreements(registry.database, { domain: 'sales' }, { first: 10 }, by.at);
    const because = 'sales has left the graph';
    expect(left).toMatchObject([
      { id: approved?.id, status: 'revoked', because },
      { id: waiting?.id, status: 'rejected', because },
    ]);
    expect(agreements(registry.database, { domain: 'risk' }, { first: 10 }, by.at)).toMatchObject([
      { status: 'requested' },
    ]);
    registry.database.connection.close();
  });
});

describe('who approves', () => {
  test('are two people, where the contract asks for two', async () => {
    const who = newcomer();
    const { id, approvals } = await mesh.request(who, { ...customers, roles: ['examiner'] });
    expect(approvals).toMatchObject([
      { level: 'first', approvers: ['Customer Care', 'ann'] },
      { level: 'second', approvers: ['privacy-office', 'Board'] },
    ]);
    const both: Who = { sub: 'bea', team: 'Customer Care', roles: ['privacy-office'] };
    expect(await mesh.approve(both, id)).toMatchObject({
      status: 'REQUESTED',
      approvals: [{ approvedBy: idOf(both) }, { approvedBy: null }],
    });
    expect(await mesh.approve(both, id)).toMatchObject({
      message: expect.stringContaining('two approvers'),
      extensions: { code: 'AGREEMENT_NOT_YOURS' },
    });
    expect(await mesh.nameFor(who, 'research')).toBeNull();
    expect(await mesh.approve(officer, id)).toMatchObject({ status: 'APPROVED' });
    expect(await mesh.nameFor(who, 'research')).toBe('Ada');
  });

  test('in any order', async () => {
    const { id } = await mesh.request(newcomer(), { ...customers, roles: ['examiner'] });
    expect(await mesh.approve(officer, id)).toMatchObject({ status: 'REQUESTED' });
    expect(await mesh.approve(carer, id)).toMatchObject({ status: 'APPROVED' });
  });

  test('are neither strangers nor those who ask', async () => {
    const { id } = await mesh.request(newcomer(), customers);
    for (const who of [newcomer(), officer, { sub: 'carl' }]) {
      expect(await mesh.approve(who, id)).toMatchObject({
        message: expect.stringContaining('Customer Care'),
        extensions: { code: 'AGREEMENT_NOT_YOURS' },
      });
      expect(code(await mesh.refuse(who, id))).toBe('AGREEMENT_NOT_YOURS');
      expect(code(await mesh.revoke(who, id))).toBe('AGREEMENT_NOT_YOURS');
    }
    const own = await mesh.request(carer, customers);
    expect(code(await mesh.approve(carer, own.id))).toBe('AGREEMENT_NOT_YOURS');
    expect(await mesh.approve({ ...carer, sub: 'cleo' }, own.id)).toMatchObject({ status: 'APPROVED' });
  });

  test('may refuse', async () => {
    const who = newcomer();
    const { id } = await mesh.request(who, customers);
    expect(await mesh.refuse(carer, id)).toMatchObject({ status: 'REJECTED' });
    expect(code(await mesh.approve(carer, id))).toBe('AGREEMENT_DECIDED');
    expect((await mesh.request(who, customers)).id).not.toBe(id);
  });

  test('may be whoever works at the registry, as one of the two', async () => {
    const { id } = await mesh.request(newcomer(), { ...customers, roles: ['examiner'] });
    expect(await mesh.approve(undefined, id)).toMatchObject({ status: 'REQUESTED' });
    expect(code(await mesh.approve(undefined, id))).toBe('AGREEMENT_NOT_YOURS');
    expect(await mesh.approve(officer, id)).toMatchObject({ status: 'APPROVED' });
  });

  test('are with a token of the domain its team, and with one for the mesh anybody', () => {
    const [first, second] = approvalSteps([
      { role: 'examiner', firstLevelApprovers: 'Customer Care', secondLevelApprovers: 'Board' },
    ]);
    const may = (token: 'domain' | 'mesh') =>
      [first, second].map((step) => step && isApprover({ actor: 'ci', token }, step, 'Customer Care'));
    expect(may('domain')).toEqual([true, false]);
    expect(may('mesh')).toEqual([true, true]);
  });

  test('is not whoever reads by it; that one may end it', async () => {
    const who = newcomer();
    const { id } = await mesh.request(who, customers);
    expect(code(await mesh.approve(who, id))).toBe('AGREEMENT_NOT_YOURS');
    await mesh.approve(carer, id);
    expect(await mesh.revoke({ ...who, sub: 'another of the team' }, id)).toMatchObject({ status: 'REVOKED' });
    expect(await mesh.nameFor(who, 'research')).toBeNull();
  });
});

describe('a request', () => {
  test('that waits already is not made again', async () => {
    const who = newcomer();
    const { id } = await mesh.request(who, customers);
    expect((await mesh.request({ ...who, sub: 'another of the team' }, customers)).id).toBe(id);
    expect((await mesh.request(who, { ...customers, purpose: 'study' })).id).not.toBe(id);
    await mesh.approve(carer, id);
    expect((await mesh.request(who, customers)).id).not.toBe(id);
  });

  test.each([
    [{ product: 'care.customer' }, 'There is no data product "care.customer". Is care.customers meant?'],
    [{ purpose: 'reseach' }, 'The mesh knows no purpose "reseach". Is research meant?'],
    [{ port: 'row' }, 'care.customers has no output port "row". Is rows meant?'],
    [{ roles: ['writer'] }, 'The contract of care.customers has no role "writer".'],
    [{ roles: [] }, 'Name those that you need: examiner, reader.'],
    [{ until: '2020-01-01' }, '2020-01-01 is over.'],
    [{ until: '2030-01-01' }, 'at most 366 days'],
    [{ until: '2027-02-30' }, 'is no day'],
    [{ until: 'tomorrow' }, 'is no day'],
  ])('%j is refused with words', async (input, message) => {
    expect(await mesh.request(newcomer(), { ...customers, ...input })).toMatchObject({
      message: expect.stringContaining(message),
      extensions: { code: 'AGREEMENT_INVALID' },
    });
  });

  test('that says more than anybody reads is refused', async () => {
    expect(code(await mesh.request(newcomer(), { ...customers, usage: 'x'.repeat(1_001) }))).toBe('AGREEMENT_INVALID');
  });

  test('that there is not, is approved by nobody', async () => {
    expect(code(await mesh.approve(carer, 123_456))).toBe('AGREEMENT_UNKNOWN');
  });

  test('is for nothing where everybody may read everything', async () => {
    await using open = await startRegistryMesh({ devPrincipals: true });
    const operation = 'mutation ($input: AccessRequestInput!) { requestAccess(input: $input) { id } }';
    const variables = { input: { product: 'sales.orders', purpose: 'research' } };
    const { errors } = await open.ask(operation, variables, { authorization: 'Bearer dev-analyst' });
    expect(errors).toMatchObject([{ extensions: { code: 'ACCESS_POLICIES_ABSENT' } }]);
    expect((await open.ask('{ purposes { name } }')).data).toEqual({ purposes: [] });
  });

  test('of nobody is for nobody', async () => {
    expect(code(await mesh.request(undefined, customers))).toBe('ASKER_ANONYMOUS');
  });

  test('by one consumer are so many, and no more', async () => {
    const who = newcomer();
    const day = (at: number): string => new Date(Date.now() + (at + 2) * 86_400_000).toISOString().slice(0, 10);
    const asked = `UPDATE agreement SET status = 'requested', roles = '["' || id || '"]' WHERE team = '${who.team}'`;
    for (let at = 0; at < 100; at++) {
      expect(await mesh.request(who, { ...customers, until: day(at) })).toMatchObject({ status: 'REQUESTED' });
      inRegistry(asked);
    }
    expect(code(await mesh.request(who, customers))).toBe('REQUESTS_TOO_MANY');
  });
});

describe.each(['sse', 'ws'] as const)('a subscription over %s', (client) => {
  test('shows from the moment of approval what was not shown before, and no more from when it is revoked', async () => {
    const who = newcomer();
    const { id } = await mesh.request(who, customers);
    const stream = await mesh.subscribe(who, 'research', client);
    const next = stream.next();
    await mesh.publish({ name: 'Grace' });
    expect(await next).toMatchObject({
      data: { renamed: { name: null } },
      errors: [{ extensions: { code: 'ACCESS_DENIED' } }],
    });
    await mesh.approve(carer, id);
    await publishUntil((answer) => answer.data?.renamed?.name === 'Grace', stream);
    await mesh.revoke(carer, id);
    const after = await publishUntil((answer) => answer.data?.renamed?.name === null, stream, 'Hedy');
    // Of what has happened since, nothing was shown.
    expect(JSON.stringify(after)).not.toContain('Hedy');
    await stream.leave();
  });

  test('ends to show it when the agreement does, with nobody asking', async () => {
    const who = newcomer();
    const { id } = await mesh.request(who, customers);
    await mesh.approve(carer, id);
    const stream = await mesh.subscribe(who, 'research', client);
    await publishUntil((answer) => answer.data?.renamed?.name === 'Grace', stream);
    const endsAt = new Date(Date.now() + 300).toISOString();
    inRegistry(
      `UPDATE agreement SET ends_at = '${endsAt}', revision = (SELECT max(revision) + 1 FROM agreement) WHERE id = ${id}`,
    );
    await publishUntil((answer) => answer.data?.renamed?.name === null, stream);
    expect(new Date().toISOString() > endsAt).toBe(true);
    await stream.leave();
  });
});

/** Events one after the other, each after the answer to the one before. @returns all answers */
async function publishUntil(
  so: (answer: any) => boolean,
  stream: { next(): Promise<any> },
  name = 'Grace',
): Promise<any[]> {
  const answers: any[] = [];
  for (;;) {
    const next = stream.next();
    let isAnswered = false;
    void next.finally(() => (isAnswered = true));
    // What is published while the stream is opened anew is for nobody.
    while (!isAnswered) {
      await mesh.publish({ name });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const answer = await next;
    answers.push(answer);
    if (answer === 'done') throw new Error(JSON.stringify(answers));
    if (so(answer)) return answers;
  }
}

test('what comes between a change and what follows from it is for nobody', async () => {
  let key = 'before';
  const plan = { answer: async () => ({ data: { name: 'Grace' } }) };
  async function* patches() {
    yield [{ path: ['one'], data: { name: 'Ada' } }];
    key = 'after';
    yield [{ path: ['two'], label: 'late', data: { name: 'Grace' } }];
  }
  const engine = {
    executeInParts: async () => ({ initial: { data: {} }, patches: patches() }),
    planSubscription: async () => plan,
  };
  const guarded = guardedEngine(engine as unknown as Engine, () => ({ key }) as Access);
  const operation = {
    document: parse('{ a }'),
    operationName: null,
    variables: {},
    context: {},
  } as unknown as Operation;
  const planned = (await guarded.planSubscription?.(operation, false)) as PlannedSubscription;
  expect([planned.isOutdated?.(), await planned.answer({}, {})]).toEqual([false, { data: { name: 'Grace' } }]);
  const parts = await guarded.executeInParts?.(operation);
  const [first, second] = await all(parts?.patches);
  expect(first).toEqual([{ path: ['one'], data: { name: 'Ada' } }]);
  const withheld = { data: null, errors: [expect.objectContaining({ extensions: { code: 'ACCESS_CHANGED' } })] };
  expect(second).toEqual([{ path: ['two'], label: 'late', ...withheld }]);
  expect([planned.isOutdated?.(), await planned.answer({}, {})]).toEqual([true, withheld]);
});

test('all that is done is in the audit log', async () => {
  const who = newcomer();
  const { id } = await mesh.request(who, customers);
  await mesh.approve(carer, id);
  await mesh.revoke(who, id);
  const { data } = await mesh.catalog(
    undefined,
    '{ audit(first: 3) { actor action subject details } auditVerdict { brokenAt } }',
  );
  expect(data.audit.map(({ actor, action, subject }: any) => [actor, action, subject])).toEqual([
    [idOf(who), 'agreement.revoke', 'care.customers'],
    [idOf(carer), 'agreement.approve', 'care.customers'],
    [idOf(who), 'agreement.request', 'care.customers'],
  ]);
  expect(JSON.parse(data.audit[0].details)).toMatchObject({ id });
  expect(data.auditVerdict).toEqual({ brokenAt: null });
});

test('purposes are there to be chosen from', async () => {
  const { data } = await mesh.catalog(newcomer(), '{ purposes { name title parents } }');
  expect(data.purposes).toContainEqual({ name: 'study', title: 'One study', parents: ['research'] });
});

test('of many, those in force are found that are: for the person or the team, the purpose, the product and the port', () => {
  const purposesOf: Record<string, string[]> = { a: [], b: ['a'], c: ['b', 'd'], d: [] };
  const above = (purpose: string): string[] => [purpose, ...(purposesOf[purpose] ?? []).flatMap(above)];
  const one = <Value>(...values: Value[]) => fc.constantFrom(...values);
  const agreement = fc.record({
    product: one('p', 'q'),
    domain: one('x', 'y'),
    port: one(null, 'rows'),
    purpose: one(...Object.keys(purposesOf)),
    consumer: one(
      { team: 't', user: null },
      { team: 'u', user: null },
      { team: null, user: 'i' },
      { team: null, user: 't' },
    ),
    roles: fc.uniqueArray(one('r', 's'), { maxLength: 2 }),
    ends: fc.integer({ min: 1, max: 4 }),
  });
  const person = fc.record({
    id: one('i', 't', 'u'),
    team: one('t', 'u', 'i', undefined),
    kind: one('user', 'anonymous'),
  });
  const field = fc.record({
    product: one('p', 'q', undefined),
    domain: one('x', 'y', undefined),
    port: one('rows', 'other', undefined),
  });
  const asked = fc.record({
    person,
    field,
    purpose: one(...Object.keys(purposesOf), 'e', undefined),
    at: fc.integer({ min: 0, max: 4 }),
  });
  fc.assert(
    fc.property(
      fc.array(agreement, { maxLength: 8 }),
      fc.array(asked, { minLength: 1, maxLength: 8 }),
      (given, questions) => {
        const all = given.map(
          ({ ends, ...each }, at) =>
            ({ ...each, id: at + 1, endsAt: new Date(ends).toISOString() }) as unknown as Agreement,
        );
        const purposes = new Map(Object.entries(purposesOf).map(([name, parents]) => [name, { title: name, parents }]));
        let now = 0;
        const held = holdAgreements(() => now);
        held.hold(all);
        for (const { person, field, purpose, at } of [...questions].sort((one, other) => one.at - other.at)) {
          now = at;
          const who = { ...person, roles: [] };
          const found = agreementsInForce(held.current(), purposes).of(who, purpose).of(field);
          const fitting = all.filter(({ product, domain, port, consumer, endsAt, ...each }) => {
            if (person.kind === 'anonymous' || purpose === undefined || !above(purpose).includes(each.purpose))
              return false;
            const isTheirs = consumer.user === null ? consumer.team === person.team : consumer.user === person.id;
            const isThis =
              product === field.product && domain === field.domain && (port === null || port === field.port);
            return isTheirs && isThis && Date.parse(endsAt) > at;
          });
          const roles = [...new Set(fitting.flatMap((each) => each.roles))].sort();
          expect(found).toEqual(fitting[0] && { id: String(fitting[0].id), roles });
        }
        held.close();
      },
    ),
  );
});

async function all<Item>(items: AsyncIterable<Item> | undefined): Promise<Item[]> {
  const found: Item[] = [];
  for await (const each of items ?? []) found.push(each);
  return found;
}

async function statusOf(id: number): Promise<string> {
  const { data } = await mesh.catalog(undefined, '{ agreements(first: 1000) { id status } }');
  return data.agreements.find((each: any) => each.id === id).status;
}

/** As another process changes it. */
function inRegistry(statement: string, { registryFile } = mesh): void {
  const database = new SQLite(registryFile);
  database.exec(statement);
  database.close();
}
