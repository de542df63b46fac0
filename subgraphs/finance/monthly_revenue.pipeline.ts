import { decimal, pipeline } from 'weft';
import type { MonthlyRevenueRow, OrdersInput } from './rows.gen.ts';

export default pipeline<{ orders: OrdersInput }, MonthlyRevenueRow>(async function* ({ orders }) {
  const months = new Map<string, MonthlyRevenueRow>();
  for await (const order of orders) {
    const soFar = months.get(order.orderMonth);
    const revenue = decimal.sum([soFar?.revenue ?? '0', order.revenue]);
    const profit = decimal.sum([soFar?.profit ?? '0', order.profit]);
    months.set(order.orderMonth, {
      month: order.orderMonth,
      order_count: (soFar?.order_count ?? 0) + 1,
      revenue,
      profit,
      margin: decimal.divide(profit, revenue, 4),
    });
  }
  yield* months.values();
});
