/** What the registry answers, as registry.graphql shapes it. A property that is a function is worked out where it is asked for. */
import { GraphQLError } from 'graphql';
import type { Issue } from '../../subgraphs/kit/errors/issue.ts';
import { WeftError } from '../../subgraphs/kit/errors/weft-error.ts';
import type { CheckReport, PublishResult } from '../registry/publish-result.ts';
import type { Registry } from '../registry/registry.ts';
import type { ConsumerTokenRecord } from '../registry/store/consumer-tokens.ts';
import type { VersionRecord } from '../registry/store/versions.ts';

export function versionView(record: VersionRecord, registry: Registry) {
  return {
    ...record,
    action: record.action.toUpperCase(),
    origin: Object.entries(record.origin).map(([name, value]) => ({ name, value })),
    isCurrent: () => coded(async () => record.id === (await registry.currentId())),
    supergraphSdl: () => coded(() => registry.supergraphSdl(record.id)),
    subgraphs: () => coded(() => registry.subgraphs(record.id)),
    changes: ({ since }: { readonly since?: number | null }) =>
      coded(() => registry.changes(since ?? record.base ?? undefined, record.id)),
  };
}

export function resultView({ outcome, version, ...report }: PublishResult, registry: Registry) {
  return { outcome, report: reportView(report), version: version && versionView(version, registry) };
}

export function reportView({ domain, steps, suggested, ...report }: CheckReport) {
  return {
    ...report,
    domain: domain ?? 'mesh',
    steps: steps.map((step) => ({ ...step, issues: step.issues.map(issueView) })),
    suggestedVersions: suggested,
  };
}

export const tokenView = <Token extends { readonly actions: readonly string[] }>(token: Token) => ({
  ...token,
  actions: token.actions.map((action) => action.toUpperCase()),
});

export const consumerTokenView = ({ attributes, ...token }: ConsumerTokenRecord) => ({
  ...token,
  attributes: Object.entries(attributes).map(([name, value]) => ({ name, value })),
});

/** What could not be done is an error with its code. */
export async function coded<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof WeftError ? codedError(error) : error;
  }
}

function codedError({ code, message, help, issues }: WeftError): GraphQLError {
  const found = issues.length > 0 ? { issues: issues.map(issueView) } : {};
  return new GraphQLError(message, { extensions: { code, help, ...found } });
}

export function issueView({ place, ...issue }: Issue) {
  return { ...issue, place: place && `${place.file}:${place.line}:${place.column}` };
}
