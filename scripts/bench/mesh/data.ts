/** The rows behind the four subgraphs: a small outdoor shop. Written out by rule, so that every run has the same bytes. */

export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly city: string | null;
  readonly memberSince: number;
}

export interface ProductRow {
  readonly upc: string;
  readonly name: string;
  /** In cents. */
  readonly price: number | null;
  /** In grams. */
  readonly weight: number | null;
}

export interface ReviewRow {
  readonly id: string;
  readonly userId: string;
  readonly upc: string;
  readonly stars: number;
  readonly body: string;
}

export const users: readonly UserRow[] = [
  { id: 'u1', name: 'Ines Okafor', username: '@ines', city: 'Porto', memberSince: 2017 },
  { id: 'u2', name: 'Jonas Lindqvist', username: '@jonasl', city: 'Uppsala', memberSince: 2019 },
  { id: 'u3', name: 'Mei Tanaka', username: '@mei', city: null, memberSince: 2020 },
  { id: 'u4', name: 'Rafael Duarte', username: '@rafa', city: 'Recife', memberSince: 2021 },
  { id: 'u5', name: 'Aoife Brennan', username: '@aoife', city: 'Galway', memberSince: 2022 },
  { id: 'u6', name: 'Samir Haddad', username: '@samir', city: 'Amman', memberSince: 2024 },
];

export const products: readonly ProductRow[] = [
  { upc: 'p1', name: 'Two-person tent', price: 24900, weight: 2350 },
  { upc: 'p2', name: 'Down sleeping bag', price: 18900, weight: 980 },
  { upc: 'p3', name: 'Gas stove', price: 4900, weight: 310 },
  { upc: 'p4', name: 'Titanium mug', price: 2900, weight: 95 },
  { upc: 'p5', name: 'Head torch', price: 3900, weight: 88 },
  { upc: 'p6', name: 'Trekking poles', price: 7900, weight: 460 },
  { upc: 'p7', name: 'Water filter', price: 4500, weight: 120 },
  { upc: 'p8', name: 'Gift card', price: null, weight: null },
];

const opinions = [
  'Dry through three nights of heavy rain, and the pegs held in wind that took the neighbours away. Pitching it alone takes some practice; after the second evening I needed six minutes.',
  'Lighter than it looks in the pictures and smaller than I feared once packed. After a summer of weekends there is one loose thread, which a friend with a needle mended in a minute. I would take it again.',
  'The seams gave up after a summer. The shop sent another one within the week and asked for nothing but a photograph, so three stars for the thing itself all of them for the people.',
  'Boils a litre in four minutes at sea level and in seven on the pass. It is loud, it is ugly, and it has never once failed to light, not even with wet hands in the dark.',
  'I would buy it again today, and in fact I have: the first one now belongs to my sister, who borrowed it for a week in May and has been sending pictures of it from ever more distant mountains since.',
  'Fits in the pocket of a coat. What it does not do is fit back into its own bag, which must have been sewn by somebody with smaller hands or with more patience than I can find at five in the morning.',
  'Too warm below the tree line, just right above it. If you only ever sleep in huts, save the money; if you sleep outside when the lakes freeze over, then do not look at the price and get the long one.',
];

/** Who wrote about what. Nobody has written about the gift card. */
const written: readonly (readonly [user: number, products: readonly number[]])[] = [
  [1, [1, 2, 3]],
  [2, [1, 4]],
  [3, [2, 3, 6]],
  [4, [1, 6, 7, 4]],
  [5, [4, 7, 2]],
  [6, [5, 3]],
];

export const reviews: readonly ReviewRow[] = written
  .flatMap(([user, upcs]) => upcs.map((upc) => ({ userId: `u${user}`, upc: `p${upc}` })))
  .map((row, at) => ({
    id: `r${at + 1}`,
    ...row,
    stars: 1 + ((at * 3) % 5),
    body: opinions[at % opinions.length] ?? '',
  }));

/** In cents. Dear goods travel free; without a price or a weight nobody can tell, and some gateways send no nulls. */
export function shippingEstimate({ price, weight }: Partial<Pick<ProductRow, 'price' | 'weight'>>): number | null {
  if (typeof price !== 'number' || typeof weight !== 'number') return null;
  return price > 20_000 ? 0 : Math.round(weight / 4);
}

export const inStock = (upc: string): boolean => Number(upc.slice(1)) % 3 !== 0;
