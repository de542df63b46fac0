import { pipeline } from 'weft';
import type { CategoryRow } from './rows.gen.ts';

type Line = Record<'Product ID' | 'Sub-Category', string> & { Category: CategoryRow['parent'] };

/** A category's code is the head of its products' numbers: OFF-BI of OFF-BI-10003910 is Binders. */
export default pipeline<{ superstore: Line }, CategoryRow>(async function* ({ superstore }) {
  const seen = new Set<string>();
  for await (const line of superstore) {
    const category_id = line['Product ID'].slice(0, 6);
    if (seen.has(category_id)) continue;
    seen.add(category_id);
    yield { category_id, name: line['Sub-Category'], parent: line.Category };
  }
});
