/**
 * JSON.parse takes values of any depth, and a subgraph may answer so. What calls itself for each level stops before the
 * stack ends: no answer is lost for one value that is in no schema.
 */

/** For walks that follow lists in lists: no type is a list of so many, so what is further down is no part of an answer. */
export const mostNestedLists = 64;

/** JSON of a value of a custom scalar; undefined where it is deeper than JSON.stringify goes. */
export function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
