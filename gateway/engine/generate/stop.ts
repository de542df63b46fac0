/** Thrown by generated functions, and caught right where they are called: the interpreter has something to say. */
export const stop = new Error('The interpreter has to tell what is wrong.');
