import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Log } from '../engine/log.ts';

/** Milliseconds. */
const timeoutMs = 5_000;

/** Spans as OTLP over HTTP, in JSON. When exporting begins to fail, and when it works again, the log says so, once. */
export function otlpExporter(endpoint: string, log: Log): SpanExporter {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: timeoutMs,
  });
  let fails = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.code !== ExportResultCode.SUCCESS;
        if (failed && !fails)
          log(`traces are not exported: ${result.error?.message ?? 'no reason'}`, { level: 'warn' });
        if (!failed && fails) log('traces are exported again');
        fails = failed;
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}
