// Generated from the contracts in this folder by `weft generate`. Do not edit.

/** A row of `category_profitability`, contract finance.category_profitability 1.0.0. */
export interface CategoryProfitabilityRow {
  category_id: string;
  line_count: number;
  revenue: string;
  profit: string;
  margin: string;
}

/** A row of `customer_value`, contract finance.customer_value 1.0.0. */
export interface CustomerValueRow {
  customer_id: string;
  first_order_date: string;
  last_order_date: string;
  order_count: number;
  revenue: string;
  profit: string;
}

/** A row of `monthly_revenue`, contract finance.monthly_revenue 1.0.0. */
export interface MonthlyRevenueRow {
  month: string;
  order_count: number;
  revenue: string;
  profit: string;
  margin: string;
}

/** What input port `order_lines` yields: the nodes of order_lines.input.graphql. */
export interface OrderLinesInput {
  productId: string;
  sales: string;
  profit: string;
  product: {
    categoryId: string;
  } | null;
}

/** What input port `orders` yields: the nodes of orders.input.graphql. */
export interface OrdersInput {
  orderDate: string;
  orderMonth: string;
  customerId: string;
  revenue: string;
  profit: string;
}
