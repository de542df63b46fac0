// Generated from the contracts in this folder by `weft generate`. Do not edit.

/** A row of `customers`, contract customers.customers 1.0.0. */
export interface CustomerRow {
  customer_id: string;
  name: string;
  segment: "Consumer" | "Corporate" | "Home Office" | "CONSUMER" | "CORPORATE" | "HOME_OFFICE";
}
