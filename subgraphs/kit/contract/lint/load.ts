import { issue } from '../../errors/issue.ts';
import { loadOptions } from '../load-options.ts';
import { type LintRule, objectsOf } from './rule.ts';

/** How an object asks to be loaded can be done: seen here, before a run finds out. */
export const load: LintRule = {
  name: 'load',
  codes: ['LOAD_INVALID'],
  *check({ domain }) {
    for (const object of objectsOf(domain)) {
      for (const { message, ...help } of loadOptions(object).faults) {
        yield issue('LOAD_INVALID', message, { place: object.place, ...help });
      }
    }
  },
};
