import { pipeline } from 'weft';
import type { CustomerRow } from './rows.gen.ts';

type Line = Record<'Customer ID' | 'Customer Name', string> & { Segment: CustomerRow['segment'] };

/** The extract repeats the customer on every order line and never contradicts itself: the first mention will do. */
export default pipeline<{ superstore: Line }, CustomerRow>(async function* ({ superstore }) {
  const seen = new Set<string>();
  for await (const line of superstore) {
    if (seen.has(line['Customer ID'])) continue;
    seen.add(line['Customer ID']);
    yield { customer_id: line['Customer ID'], name: line['Customer Name'], segment: line.Segment };
  }
});
