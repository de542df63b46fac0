import { issue } from '../../errors/issue.ts';
import { namesTaken } from '../sql-name.ts';
import { type LintRule, objectsOf } from './rule.ts';

/** Every object can be a table of the store, and every property a column. */
export const storeName: LintRule = {
  name: 'store-name',
  codes: ['STORE_NAME_TAKEN'],
  *check({ domain }) {
    for (const { message, place } of namesTaken(objectsOf(domain))) yield issue('STORE_NAME_TAKEN', message, { place });
  },
};
