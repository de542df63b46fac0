/** What the commands ask of registry.graphql, and the shapes that come back. Texts in them are what others wrote. */
import type { Origin } from './ci-origin.ts';

export interface PublicationInput {
  readonly name: string;
  readonly routingUrl?: string;
  readonly sdl: string;
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

export interface CheckReport {
  readonly domain: string;
  readonly isAccepted: boolean;
  readonly base: number | null;
  readonly steps: readonly CheckStep[];
  readonly changed: readonly string[];
  readonly suggestedVersions: readonly { readonly id: string; readonly from: string; readonly version: string }[];
}

export interface CheckStep {
  readonly id: string;
  readonly title: string;
  readonly outcome: 'PASSED' | 'WARNING' | 'FAILED' | 'SKIPPED';
  readonly issues: readonly RegistryIssue[];
}

export interface RegistryIssue {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly coordinate: string | null;
  readonly place: string | null;
  readonly help: string;
}

export interface PublishResult {
  readonly outcome: 'PUBLISHED' | 'UNCHANGED' | 'REFUSED';
  readonly report: CheckReport;
  readonly version: VersionSummary | null;
}

export interface VersionSummary {
  readonly id: number;
  readonly base: number | null;
  readonly action: 'SEED' | 'PUBLISH' | 'DELETE' | 'ROLLBACK' | 'UPGRADE';
  readonly domain: string | null;
  readonly actor: string;
  readonly origin: readonly Pick<Origin, 'name' | 'value'>[];
  readonly createdAt: string;
  readonly digest: string;
  readonly isCurrent: boolean;
}

export interface GraphChange {
  readonly coordinate: string;
  readonly aspect: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly subgraph: string | null;
}

export interface AuditVerdict {
  readonly entries: number;
  readonly head: string;
  readonly brokenAt: number | null;
}

export const versionFields = 'id base action domain actor origin { name value } createdAt digest isCurrent';

export const changeFields = 'coordinate aspect before after subgraph';

export const reportFields = `domain isAccepted base
  steps { id title outcome issues { code severity message coordinate place help } }
  changed
  suggestedVersions { id from version }`;

export const resultFields = `outcome report { ${reportFields} } version { ${versionFields} }`;

export const verdictOperation = '{ auditVerdict { entries head brokenAt } }';
