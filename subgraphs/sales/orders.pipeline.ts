import { decimal, pipeline } from 'weft';
import type { OrderRow } from './rows.gen.ts';

type Line = Record<'Order ID' | 'Order Date' | 'Ship Date' | 'Customer ID' | 'City' | 'Postal Code' | 'State', string> &
  Record<'Sales' | 'Profit', string> & { 'Ship Mode': OrderRow['ship_mode']; Region: OrderRow['region'] };

/** The extract has one row per line and repeats the order on each: an order's amounts are the sums of its lines'. */
export default pipeline<{ superstore: Line }, OrderRow>(async function* ({ superstore }) {
  const orders = new Map<string, OrderRow>();
  for await (const line of superstore) {
    const soFar = orders.get(line['Order ID']);
    orders.set(line['Order ID'], {
      order_id: line['Order ID'],
      order_date: line['Order Date'],
      order_month: `${line['Order Date'].slice(0, 7)}-01`,
      ship_date: line['Ship Date'],
      ship_mode: line['Ship Mode'],
      customer_id: line['Customer ID'],
      city: line.City,
      postal_code: line['Postal Code'].padStart(5, '0'), // The extract lost the leading zeros of the North-East.
      state: line.State,
      region: line.Region,
      line_count: (soFar?.line_count ?? 0) + 1,
      revenue: decimal.sum([soFar?.revenue ?? '0', line.Sales]),
      profit: decimal.sum([soFar?.profit ?? '0', line.Profit]),
    });
  }
  yield* orders.values();
});
