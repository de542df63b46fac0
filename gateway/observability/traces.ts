/**
 * Traces for OpenTelemetry: request → plan → each fetch. Attributes are named after the semantic conventions; none is
 * what a query says, what a variable holds or what a subgraph answered. Nothing is registered globally.
 */
import {
  type Attributes,
  type Context,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { Resource } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { Log } from '../engine/log.ts';
import { knownCode } from './known-codes.ts';
import { createOperationNames } from './operation-names.ts';
import { otlpExporter } from './otlp-exporter.ts';

export interface TraceSettings {
  /** Of the collector; `/v1/traces` is added (OpenTelemetry Protocol Exporter, "Endpoint URLs for OTLP/HTTP"). */
  readonly endpoint: string;
  /** Of the traces that begin here, from 0 to 1. */
  readonly sampleRatio: number;
  /** Traces of consumers are continued, and sampled where they are. */
  readonly continueTraces: boolean;
}

export interface Traces {
  request(came: { method: string; path: string; requestId: string; headers: Headers }): RequestTrace;
  /** Sends what has not been sent. */
  close(): Promise<void>;
}

export interface RequestTrace {
  operation(name: string | null, type: string): void;
  plan(): EndSpan;
  fetch(about: FetchAbout): { readonly headers: Readonly<Record<string, string>>; readonly end: EndSpan };
  end(status: number, codes: readonly unknown[]): void;
}

export interface FetchAbout {
  readonly subgraph: { readonly name: string; readonly url: string };
  readonly owner: string;
  readonly type: string;
  readonly entities: number | undefined;
}

/** @param code of what went wrong. */
type EndSpan = (code?: unknown) => void;
type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** How long a gateway that stops waits for its collector, in milliseconds. */
const flushMs = 3_000;

/** A header that came twice is well-formed in neither of its values. */
const headerGetter: TextMapGetter<Headers> = {
  keys: Object.keys,
  get: (headers, name) => (typeof headers[name] === 'string' ? headers[name] : undefined),
};

export function createTraces({ endpoint, sampleRatio, continueTraces }: TraceSettings, log: Log): Traces {
  const provider = new BasicTracerProvider({
    resource: new Resource({ 'service.name': 'weft-gateway' }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [new BatchSpanProcessor(otlpExporter(endpoint, log))],
  });
  const tracer = provider.getTracer('weft');
  const w3c = new W3CTraceContextPropagator();
  const nameOf = createOperationNames();
  return {
    request({ method, path, requestId, headers }) {
      const parent = continueTraces ? w3c.extract(ROOT_CONTEXT, headers, headerGetter) : ROOT_CONTEXT;
      const attributes = {
        'http.request.method': method,
        'url.path': path,
        'http.route': path,
        'weft.request_id': requestId,
      };
      const span = tracer.startSpan(`${method} ${path}`, { kind: SpanKind.SERVER, attributes }, parent);
      const here = trace.setSpan(parent, span);
      return {
        operation(name, type) {
          span.updateName(name === null ? type : `${type} ${nameOf(name)}`);
          span.setAttribute('graphql.operation.type', type);
          if (name !== null) span.setAttribute('graphql.operation.name', nameOf(name));
        },
        plan: () => ending(tracer.startSpan('plan', {}, here)),
        fetch: (about) => fetchSpan(about, here),
        end(status, codes) {
          span.setAttribute('http.response.status_code', status);
          if (codes.length > 0) span.setAttribute('weft.error_codes', [...new Set(codes.map(knownCode))]);
          // HTTP semantic conventions: the consumer's faults are no errors of a server.
          if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    async close() {
      const late = new Promise((resolve) => setTimeout(resolve, flushMs).unref());
      await Promise.race([provider.shutdown().catch(() => {}), late]);
    },
  };

  function fetchSpan(about: FetchAbout, parent: Context) {
    const span = tracer.startSpan(`fetch ${about.subgraph.name}`, { kind: SpanKind.CLIENT }, parent);
    if (span.isRecording()) span.setAttributes(fetchAttributes(about));
    const headers: Record<string, string> = {};
    w3c.inject(trace.setSpan(parent, span), headers, defaultTextMapSetter);
    return { headers, end: ending(span) };
  }
}

/** Of the URL, host and port alone: the rest may hold credentials. */
function fetchAttributes({ subgraph: { name, url }, owner, type, entities }: FetchAbout): Attributes {
  const about = {
    'weft.subgraph': name,
    'weft.owner': owner,
    'graphql.operation.type': type,
    ...(entities !== undefined && { 'weft.entities': entities }),
  };
  if (!URL.canParse(url)) return about;
  const { hostname, port, protocol } = new URL(url);
  const serverPort = Number(port) || (protocol === 'https:' ? 443 : 80);
  return { ...about, 'http.request.method': 'POST', 'server.address': hostname, 'server.port': serverPort };
}

function ending(span: Span): EndSpan {
  return (code) => {
    if (code !== undefined) span.setAttribute('error.type', knownCode(code)).setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  };
}
