import { levelRank } from '../../../subgraphs/kit/contract/classification-levels.ts';
import { contractFields } from '../contract-fields.ts';
import { isArgument, parentOf } from '../graph-change.ts';
import type { Policy } from './policy.ts';

export const classificationNotLowered: Policy = {
  id: 'classification-not-lowered',
  title: 'A field never becomes less sensitive.',
  severity: 'error',
  why: 'What was masked for somebody yesterday would be shown today, without anybody having decided that.',
  *check({ domain, changes }) {
    const { derived, fields } = contractFields(domain);
    const gone = new Set(
      changes
        .filter(({ aspect, after }) => aspect === 'kind' && after === undefined)
        .map(({ coordinate }) => coordinate),
    );
    const isNew = new Set(
      changes
        .filter(({ aspect, before }) => aspect === 'kind' && before === undefined)
        .map(({ coordinate }) => coordinate),
    );
    for (const { coordinate, aspect, before, after } of changes) {
      if (aspect === 'de-identified' && after !== undefined && !isNew.has(coordinate)) {
        const message = `${coordinate} becomes de-identified (${after}): it is no longer as sensitive as what it is computed from.`;
        yield { message, coordinate, place: fields.get(coordinate)?.property.place, help };
        continue;
      }
      // Filters and aggregates of a field are classified as it is: one finding is enough.
      const subject = isArgument(coordinate) ? (parentOf(coordinate) ?? coordinate) : coordinate;
      if (before === undefined || gone.has(coordinate) || derived.has(subject)) continue;
      const isLower = aspect === 'classification' && levelRank(after) < levelRank(before);
      if (!isLower && !(aspect === 'categories' && after === undefined)) continue;
      const message = isLower
        ? `${coordinate} was ${before} and becomes ${after ?? 'unclassified'}.`
        : `${coordinate} no longer says which personal data it holds (${before}).`;
      yield { message, coordinate, place: fields.get(coordinate)?.property.place, help };
    }
  },
};

const help = 'Leave it as it was, or have a waiver say who decided that, and why.';
