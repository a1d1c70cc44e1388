// The kinds of pictures that the dashboard is made of, in Grafana's own JSON
// (https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/). Only what
// differs from Grafana's defaults is said.

interface Query {
  expr: string
  legend?: string // like {{outcome}}
}

interface PanelOptions {
  title: string
  about: string // what a reader may take from it
  queries: Query[]
  unit?: 'short' | 's' | 'reqps' | 'ops' | 'bytes' | 'percentunit' | 'none'
  width?: number // of 24
}

export interface Panel {
  width: number
  height: number
  json: Record<string, unknown>
}

export const SOURCE = { type: 'prometheus', uid: 'seckill-prometheus' }

const THIRD = 8

// Lines over time; stacked ones add up to something.
export const lines = (options: PanelOptions & { isStacked?: boolean }): Panel => {
  const { isStacked = false } = options
  const custom = {
    lineWidth: 1,
    fillOpacity: isStacked ? 60 : 8,
    showPoints: 'never',
    spanNulls: false, // what is missing is not drawn as if it were there
    stacking: { mode: isStacked ? 'normal' : 'none', group: 'A' },
  }
  return panel('timeseries', options, {
    fieldConfig: { defaults: { unit: unitOf(options), min: 0, custom }, overrides: [] },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  })
}

// One number now, red from `badFrom` on.
export const figure = (options: PanelOptions & { badFrom?: number }): Panel => {
  const { badFrom } = options
  const steps = [
    { color: 'green', value: null },
    ...(badFrom === undefined ? [] : [{ color: 'red', value: badFrom }]),
  ]
  const json = {
    fieldConfig: {
      defaults: { unit: unitOf(options), thresholds: { mode: 'absolute', steps } },
      overrides: [],
    },
    options: { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'value', graphMode: 'none' },
  }
  return { ...panel('stat', { width: 4, ...options }, json), height: 4 }
}

// One bar for each query, one below the other.
export const bars = (options: PanelOptions): Panel =>
  panel('bargauge', options, {
    fieldConfig: {
      defaults: { unit: unitOf(options), min: 0, color: { mode: 'palette-classic' } },
      overrides: [],
    },
    options: {
      reduceOptions: { calcs: ['lastNotNull'] },
      orientation: 'horizontal',
      displayMode: 'basic',
    },
  })

const unitOf = ({ unit = 'short' }: PanelOptions) => unit

const panel = (type: string, options: PanelOptions, json: Record<string, unknown>): Panel => {
  const { title, about, queries, width = THIRD } = options
  const targets = queries.map(({ expr, legend = '' }, at) => ({
    refId: String.fromCharCode('A'.charCodeAt(0) + at),
    datasource: SOURCE,
    expr,
    legendFormat: legend,
  }))
  const shown = { type, title, description: about, datasource: SOURCE, targets, ...json }
  return { width, height: 8, json: shown }
}
