// The shipped files of Prometheus and Alertmanager with all their durations divided by one number, so that a
// test sees in seconds what is told in minutes. Nothing else in them is touched.

const PLACES = [
  /( for: )(\d+)(ms|s|m|h)$/gm,
  /(_(?:interval|timeout|wait): )(\d+)(ms|s|m|h)$/gm,
  /( offset )(\d+)(ms|s|m|h)\b/g,
  /(\[)(\d+)(ms|s|m|h)(?=\])/g,
]

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

export const scaledDurations = (text: string, by: number): string =>
  PLACES.reduce(
    (scaled, place) =>
      scaled.replaceAll(place, (_, before: string, count: string, unit: keyof typeof UNIT_MS) => {
        const ms = Math.round((Number(count) * UNIT_MS[unit]) / by)
        return `${before}${ms}ms`
      }),
    text,
  )
