import { type Issue, issue } from '../../errors/issue.ts';
import { type ContractObject, custom, primaryKey } from '../model.ts';
import { type LintRule, objectsOf } from './rule.ts';

/** How an object asks to be loaded can be done: seen here, before a run finds out. */
export const load: LintRule = {
  name: 'load',
  codes: ['LOAD_INVALID'],
  *check({ domain }) {
    for (const object of objectsOf(domain)) yield* checkObject(object);
  },
};

function* checkObject(object: ContractObject): Iterable<Issue> {
  const { name, place } = object;
  const kind = custom(object, 'load') ?? 'full';
  if (kind !== 'full' && kind !== 'incremental') {
    yield issue('LOAD_INVALID', `The custom property load of ${name} is ${String(kind)}.`, { place });
  } else if (kind === 'incremental' && primaryKey(object).length === 0) {
    const message = `${name} loads incrementally, but has no primary key.`;
    yield issue('LOAD_INVALID', message, { place });
  }
  const percent = custom(object, 'maxQuarantinedPercent') ?? 5;
  if (typeof percent !== 'number' || !(percent >= 0 && percent <= 100)) {
    const help = 'Set it to a number from 0 to 100.';
    yield issue('LOAD_INVALID', `maxQuarantinedPercent of ${name} is ${String(percent)}.`, { place, help });
  }
  const mayBeEmpty = custom(object, 'allowEmpty') ?? false;
  if (typeof mayBeEmpty !== 'boolean') {
    const help = 'Set it to true or to false.';
    yield issue('LOAD_INVALID', `allowEmpty of ${name} is ${String(mayBeEmpty)}.`, { place, help });
  }
}
