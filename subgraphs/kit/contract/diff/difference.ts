/**
 * What changed between two versions of a contract or a product, in the shape of OMDS (Bitol's Open Metadata Difference
 * Standard, RFC 39, a draft), with three words of ours on each diff: `level`, `coordinate` and `place`.
 */
import type { Place } from '../../errors/issue.ts';

export interface MetadataDifference {
  readonly apiVersion: 'v1.0.0';
  readonly kind: 'MetadataDifference';
  readonly sourceKind: 'DataContract' | 'DataProduct';
  readonly source1: SourceReference;
  readonly source2: SourceReference;
  readonly scope: 'all';
  /** How many diffs there are of each impact level. */
  readonly impact: Impact;
  /** What the second document should call itself; absent where the first one's version is not semantic. */
  readonly suggestedVersion?: string;
  readonly diffs: readonly Diff[];
}

/** The versions stand here, and nowhere among the diffs: every change changes them. */
export interface SourceReference {
  readonly id: string;
  readonly version?: string;
}

export interface Impact {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

export type Level = 'breaking' | 'dangerous' | 'safe';

export interface Diff {
  readonly type: 'ADD' | 'REMOVE' | 'CHANGE';
  /** Top-level key of the document: `schema`, `slaProperties`. */
  readonly section: string;
  /** Key that changed; for an element that came or went, the key of its list. */
  readonly field: string;
  /** `/schema[name=orders]/properties[name=total]/logicalType`, by the names before the change. */
  readonly path: string;
  /** As the document has it; absent for ADD. */
  readonly value1?: unknown;
  /** Absent for REMOVE. */
  readonly value2?: unknown;
  readonly message: string;
  readonly impactLevel: 'MAJOR' | 'MINOR' | 'PATCH';
  /** For those who read the data: it breaks them, it may surprise them, or it does neither. */
  readonly level: Level;
  /** What the change is about in the graph, as it was called before: `Order.total`, `Order.customer`. */
  readonly coordinate?: string;
  /** In the second document; of what was removed, the place of what it was a part of. */
  readonly place?: Place;
}

/** How bad a change is. */
export type Verdict = Pick<Diff, 'level' | 'impactLevel'>;

/** What somebody could rely on is gone, or means something else. Needs a new major version. */
export const breaking: Verdict = { level: 'breaking', impactLevel: 'MAJOR' };
/** Less is promised, or it is promised otherwise; nobody's operation fails for it. */
export const dangerous: Verdict = { level: 'dangerous', impactLevel: 'MINOR' };
/** More is there, or more is promised. */
export const compatible: Verdict = { level: 'safe', impactLevel: 'MINOR' };
/** Words for people. */
export const cosmetic: Verdict = { level: 'safe', impactLevel: 'PATCH' };
