// Spans as OTLP wants them in JSON: ids in hexadecimal, and whole numbers of 64 bits as texts.
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding

import type { Span } from '../../domain/trace.ts'

// `resource` says which process they are of.
export const otlpJson = (spans: Span[], resource: Record<string, string>) => ({
  resourceSpans: [
    {
      resource: { attributes: attributesOf(resource) },
      scopeSpans: [{ scope: { name: 'seckill' }, spans: spans.map(spanOf) }],
    },
  ],
})

const KIND_INTERNAL = 1
const STATUS_ERROR = 2

const spanOf = (span: Span) => ({
  traceId: span.traceId,
  spanId: span.spanId,
  ...(span.parentSpanId !== undefined && { parentSpanId: span.parentSpanId }),
  name: span.name,
  kind: KIND_INTERNAL,
  startTimeUnixNano: nanos(span.startedAtMs),
  endTimeUnixNano: nanos(span.endedAtMs),
  attributes: attributesOf(span.attributes),
  ...(span.links && { links: span.links }),
  ...(span.failed && { status: { code: STATUS_ERROR } }),
})

const attributesOf = (values: Span['attributes']) =>
  Object.entries(values).map(([key, value]) => ({ key, value: valueOf(value) }))

const valueOf = (value: string | number | boolean) => {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}

// A number holds milliseconds since 1970 to a quarter of a microsecond.
const nanos = (ms: number): string =>
  String(BigInt(Math.floor(ms)) * 1_000_000n + BigInt(Math.round((ms % 1) * 1_000_000)))
