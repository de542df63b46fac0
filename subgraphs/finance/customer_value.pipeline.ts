import { decimal, pipeline } from 'weft';
import type { CustomerValueRow, OrdersInput } from './rows.gen.ts';

export default pipeline<{ orders: OrdersInput }, CustomerValueRow>(async function* ({ orders }) {
  const customers = new Map<string, CustomerValueRow>();
  for await (const { customerId, orderDate, revenue, profit } of orders) {
    const soFar = customers.get(customerId);
    customers.set(customerId, {
      customer_id: customerId,
      first_order_date: soFar && soFar.first_order_date < orderDate ? soFar.first_order_date : orderDate,
      last_order_date: soFar && soFar.last_order_date > orderDate ? soFar.last_order_date : orderDate,
      order_count: (soFar?.order_count ?? 0) + 1,
      revenue: decimal.sum([soFar?.revenue ?? '0', revenue]),
      profit: decimal.sum([soFar?.profit ?? '0', profit]),
    });
  }
  yield* customers.values();
});
