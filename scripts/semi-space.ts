/**
 * V8's semi-space holds what has just been made. At its default size, answers in the making are copied, some of them into
 * the old heap, before they are sent; with 64 MB nearly all are gone by then. It can only be set when a process starts.
 */
export const semiSpaceFlag = '--max-semi-space-size=64';

/** Whether somebody has chosen a size for this process. */
export function isSemiSpaceSet(execArgv = process.execArgv, nodeOptions = process.env.NODE_OPTIONS ?? ''): boolean {
  return [...execArgv, ...nodeOptions.split(/\s+/)].some((each) => /^--max[-_]semi[-_]space[-_]size\b/.test(each));
}
