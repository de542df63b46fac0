/**
 * Semantic versions (semver.org, 2.0.0) of contracts. `1`, `1.0` and `v1.0.0` are read as 1.0.0. Below 1.0.0 the second
 * number is what the first one is above: nothing is promised yet (semver, 4), but whoever reads can see what breaks.
 */
import type { Impact } from './difference.ts';

export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** `rc`, `1` of 2.0.0-rc.1; empty for a release. */
  readonly prerelease: readonly string[];
}

const written = /^v?(\d{1,9})(?:\.(\d{1,9})(?:\.(\d{1,9})(?:-([0-9a-z.-]+))?(?:\+[0-9a-z.-]+)?)?)?$/i;

/** @returns undefined for what is no semantic version: `2024-05`, `latest`. */
export function readVersion(text: string): Version | undefined {
  const [, major, minor = '0', patch = '0', prerelease] = written.exec(text.trim()) ?? [];
  if (major === undefined) return undefined;
  return {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
    prerelease: prerelease?.split('.') ?? [],
  };
}

/**
 * The version that changes of this impact lead to. A pre-release leads to its release: what changes on the way is
 * promised by that (semver, 9).
 * @returns the same version where nothing changed; undefined where `version` is not semantic
 */
export function suggestedVersion(version: string, { major, minor, patch }: Impact): string | undefined {
  const from = readVersion(version);
  if (!from) return undefined;
  if (major + minor + patch === 0) return version;
  if (from.prerelease.length > 0) return [from.major, from.minor, from.patch].join('.');
  if (from.major === 0) return major > 0 ? `0.${from.minor + 1}.0` : `0.${from.minor}.${from.patch + 1}`;
  if (major > 0) return `${from.major + 1}.0.0`;
  return minor > 0 ? `${from.major}.${from.minor + 1}.0` : `${from.major}.${from.minor}.${from.patch + 1}`;
}

/** Whether a version may break what an earlier one promised. */
export function mayBreak(before: Version, after: Version): boolean {
  if (compareVersions(before, after) >= 0) return false;
  if (before.prerelease.length > 0) return true;
  return after.major > before.major || (before.major === 0 && after.minor > before.minor);
}

/** Below 0 where `a` precedes `b` (semver, 11). */
export function compareVersions(a: Version, b: Version): number {
  const numbers = a.major - b.major || a.minor - b.minor || a.patch - b.patch;
  if (numbers !== 0) return numbers;
  if (a.prerelease.length === 0 || b.prerelease.length === 0) return b.prerelease.length - a.prerelease.length;
  for (const [at, part] of a.prerelease.entries()) {
    const other = b.prerelease[at];
    if (other === undefined) return 1;
    if (part !== other) return comparePart(part, other);
  }
  return a.prerelease.length - b.prerelease.length;
}

/** Numbers precede words. */
function comparePart(a: string, b: string): number {
  const [one, other] = [a, b].map((each) => (/^\d+$/.test(each) ? Number(each) : undefined));
  if (one !== undefined && other !== undefined) return one - other;
  if (one !== undefined || other !== undefined) return one !== undefined ? -1 : 1;
  return a < b ? -1 : 1;
}
