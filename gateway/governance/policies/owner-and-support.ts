import type { Policy } from './policy.ts';

export const ownerAndSupport: Policy = {
  id: 'owner-and-support',
  title: 'An active product has a team that owns it, and a channel for questions.',
  severity: 'error',
  why: 'Somebody has to answer when the data is wrong.',
  *check({ domain }) {
    for (const product of domain?.products ?? []) {
      if (product.status !== 'active') continue;
      const contracts =
        domain?.outputs.filter((output) => output.product === product).map(({ contract }) => contract) ?? [];
      const has = (what: (on: typeof product | (typeof contracts)[number]) => boolean): boolean =>
        what(product) || (contracts.length > 0 && contracts.every(what));
      const missing = [
        ...(has(({ team }) => Boolean(team?.name?.trim())) ? [] : ['team with a name']),
        ...(has(({ support }) => support.length > 0) ? [] : ['support channel']),
      ];
      if (missing.length === 0) continue;
      const message = `${product.id} is active, but has no ${missing.join(' and no ')}.`;
      const help = 'Add `team: { name: … }` and `support: [{ channel: …, url: … }]` to the product.';
      yield { message, product: product.id, place: product.place, help };
    }
  },
};
