import { decimal, pipeline } from 'weft';
import type { CategoryProfitabilityRow, OrderLinesInput } from './rows.gen.ts';

/** Lines are sales' and categories are product's: the input port's operation joins them on the way. */
export default pipeline<{ order_lines: OrderLinesInput }, CategoryProfitabilityRow>(async function* ({ order_lines }) {
  const categories = new Map<string, CategoryProfitabilityRow>();
  for await (const line of order_lines) {
    if (!line.product) throw new Error(`The assortment does not have ${line.productId}, which was sold.`);
    const category_id = line.product.categoryId;
    const soFar = categories.get(category_id);
    const revenue = decimal.sum([soFar?.revenue ?? '0', line.sales]);
    const profit = decimal.sum([soFar?.profit ?? '0', line.profit]);
    categories.set(category_id, {
      category_id,
      line_count: (soFar?.line_count ?? 0) + 1,
      revenue,
      profit,
      margin: decimal.divide(profit, revenue, 4),
    });
  }
  yield* categories.values();
});
