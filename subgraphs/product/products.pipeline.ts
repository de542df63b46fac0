import { pipeline } from 'weft';
import type { ProductRow } from './rows.gen.ts';

type Line = Record<'Product ID' | 'Product Name', string>;

/** One row per product number. Some numbers were given to a second article, so all names of a number are kept. */
export default pipeline<{ superstore: Line }, ProductRow>(async function* ({ superstore }) {
  const namesOf = new Map<string, Set<string>>();
  for await (const line of superstore) {
    const names = namesOf.get(line['Product ID']) ?? new Set();
    namesOf.set(line['Product ID'], names.add(line['Product Name'].replaceAll('\u00a0', ' ').trim()));
  }
  for (const [product_id, [name = '', ...other_names]] of namesOf) {
    yield { product_id, name, other_names, category_id: product_id.slice(0, 6) };
  }
});
