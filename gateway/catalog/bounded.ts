/** How many, of those that somebody wants. */
export const bounded = (wanted: number, most: number): number => Math.max(0, Math.min(wanted, most));
