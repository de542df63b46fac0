/** What a policy is: a rule of the mesh over one publication, that explains itself. */
import type { DocumentNode } from 'graphql';
import type { Domain } from '../../../subgraphs/kit/contract/model.ts';
import type { Place, Severity } from '../../../subgraphs/kit/errors/issue.ts';

export interface Policy {
  /** Stable: waivers name it. `owner-and-support` */
  readonly id: string;
  /** What is so where it holds, in one sentence. */
  readonly title: string;
  /** An error keeps a publication from being accepted. */
  readonly severity: Severity;
  /** What would go wrong without it, in one sentence. */
  readonly why: string;
  check(subject: PolicySubject): Iterable<Finding>;
}

/** What is judged: what one domain publishes, and what that changes. */
export interface PolicySubject {
  /** The domain's name, which is the subgraph's. */
  readonly publisher: string;
  /** Its contracts and products; absent for a plain subgraph. */
  readonly domain?: Domain | undefined;
  /** Its schema. */
  readonly document: DocumentNode;
  /** What it had published before; absent the first time. */
  readonly before?: { readonly document: DocumentNode; readonly domain?: Domain | undefined } | undefined;
  /** What changes in the composed graph: graph-change.ts has the words of `aspect`. */
  readonly changes: readonly Change[];
}

export interface Change {
  readonly coordinate: string;
  readonly aspect: string;
  readonly before?: string;
  readonly after?: string;
}

export interface Finding {
  readonly message: string;
  /** What it is about, which is also what a waiver names: a coordinate of the graph, else the id of a product. */
  readonly coordinate?: string | undefined;
  readonly product?: string | undefined;
  readonly place?: Place | undefined;
  /** The way out. */
  readonly help?: string | undefined;
}
