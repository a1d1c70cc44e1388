// Sends spans to a collector over OTLP/HTTP in JSON, many at once. What cannot be sent is dropped and
// counted: it is never tried again, and nobody waits for it but whoever flushes.

import type { Span } from '../../domain/trace.ts'
import { otlpJson } from './otlp-json.ts'

export interface SpanExporter {
  add(span: Span): void
  // Sends all that there is, until the signal is aborted. Never rejects.
  flush(signal: AbortSignal): Promise<Flushed>
}

export interface Flushed {
  sent: number // spans
  dropped: number
  failure: string | undefined // the last one, without the address
}

export interface ExporterOptions {
  url: string
  resource: Record<string, string>
  timeoutMs?: number
  queueMax?: number
}

const TIMEOUT_MS = 3000
const QUEUE_MAX = 4096
const BATCH_MAX = 512

export const otlpExporter = (options: ExporterOptions): SpanExporter => {
  const { queueMax = QUEUE_MAX } = options
  let waiting: Span[] = []
  let overflow = 0
  return {
    add(span) {
      if (waiting.length < queueMax) waiting.push(span)
      else overflow += 1
    },
    async flush(signal) {
      const spans = waiting
      const flushed: Flushed = { sent: 0, dropped: overflow, failure: undefined }
      waiting = []
      overflow = 0
      for (let at = 0; at < spans.length; at += BATCH_MAX) {
        const batch = spans.slice(at, at + BATCH_MAX)
        const failure = await send(batch, { ...options, signal })
        if (failure === undefined) flushed.sent += batch.length
        else {
          flushed.dropped += batch.length
          flushed.failure = failure
        }
      }
      return flushed
    },
  }
}

// Why it was not taken; undefined when it was.
const send = async (
  batch: Span[],
  { url, resource, timeoutMs = TIMEOUT_MS, signal }: ExporterOptions & { signal: AbortSignal },
): Promise<string | undefined> => {
  if (signal.aborted) return 'told to stop'
  const trying = new AbortController()
  const abort = () => trying.abort()
  const late = setTimeout(abort, timeoutMs)
  signal.addEventListener('abort', abort)
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(otlpJson(batch, resource)),
      redirect: 'error',
      signal: trying.signal,
    })
    await response.body?.cancel()
    return response.ok ? undefined : `answered ${response.status}`
  } catch (error) {
    if (trying.signal.aborted) return 'did not answer in time'
    const { code = 'unreachable' } = ((error as Error).cause ?? {}) as { code?: string }
    return code
  } finally {
    clearTimeout(late)
    signal.removeEventListener('abort', abort)
  }
}
