/** Lets go of the thread between the steps of long work, so that requests are answered meanwhile. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
