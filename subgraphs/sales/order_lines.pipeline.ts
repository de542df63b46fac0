import { pipeline } from 'weft';
import type { OrderLineRow } from './rows.gen.ts';

type Line = Record<'Order ID' | 'Product ID' | 'Quantity' | 'Discount' | 'Sales' | 'Profit', string>;

/** The extract numbers its rows through; a line's number counts from 1 within its order. */
export default pipeline<{ superstore: Line }, OrderLineRow>(async function* ({ superstore }) {
  const lineCounts = new Map<string, number>();
  for await (const line of superstore) {
    const lineNumber = (lineCounts.get(line['Order ID']) ?? 0) + 1;
    lineCounts.set(line['Order ID'], lineNumber);
    yield {
      order_id: line['Order ID'],
      line_number: lineNumber,
      product_id: line['Product ID'],
      quantity: Number(line.Quantity),
      discount: line.Discount,
      sales: line.Sales,
      profit: line.Profit,
    };
  }
});
