/** Time as the transport sees it; tests bring their own. */
export interface Clock {
  /** Milliseconds on the clock of `performance.now()`: they only grow. */
  now(): number;
  /** Calls once, `ms` from now. Calling what it returns takes that back. */
  after(ms: number, call: () => void): () => void;
}

export const realClock: Clock = {
  now: () => performance.now(),
  after(ms, call) {
    // A timer counts whole milliseconds, and rounds down: nothing ends before it is due.
    const timer = setTimeout(call, Math.ceil(ms));
    return () => clearTimeout(timer);
  },
};
