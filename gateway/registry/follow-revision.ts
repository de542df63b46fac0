/**
 * For what other processes may change, too, and somebody keeps in memory.
 * @param revisionNow another number as soon as anything of it has changed
 * @param tell of what there is now. One that fails is called again the next time.
 * @returns what looks whether anything has changed, and then tells; it was told of what there was at first
 */
export function followRevision(revisionNow: () => number, tell: () => void): () => void {
  let known: number | undefined;
  const look = (): void => {
    // Before it is told: what changes meanwhile is seen the next time.
    const revision = revisionNow();
    if (revision === known) return;
    tell();
    known = revision;
  };
  look();
  return look;
}
