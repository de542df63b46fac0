// Generated from the contracts in this folder by `weft generate`. Do not edit.

/** A row of `products`, contract product.assortment 1.0.0. */
export interface ProductRow {
  product_id: string;
  name: string;
  other_names: readonly (string)[];
  category_id: string;
}

/** A row of `categories`, contract product.assortment 1.0.0. */
export interface CategoryRow {
  category_id: string;
  name: string;
  parent: "Furniture" | "Office Supplies" | "Technology" | "FURNITURE" | "OFFICE_SUPPLIES" | "TECHNOLOGY";
}
