// Generated from the contracts in this folder by `weft generate`. Do not edit.

/** A row of `order_lines`, contract sales.order_lines 1.0.0. */
export interface OrderLineRow {
  order_id: string;
  line_number: number;
  product_id: string;
  quantity: number;
  discount: string;
  sales: string;
  profit: string;
}

/** A row of `orders`, contract sales.orders 1.0.0. */
export interface OrderRow {
  order_id: string;
  order_date: string;
  order_month: string;
  ship_date: string;
  ship_mode: "Same Day" | "First Class" | "Second Class" | "Standard Class" | "SAME_DAY" | "FIRST_CLASS" | "SECOND_CLASS" | "STANDARD_CLASS";
  customer_id: string;
  city: string;
  postal_code: string;
  state: string;
  region: "Central" | "East" | "South" | "West" | "CENTRAL" | "EAST" | "SOUTH" | "WEST";
  line_count: number;
  revenue: string;
  profit: string;
}
