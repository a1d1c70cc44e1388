// What the dashboard shows, from above to below: what is now, what buyers feel, where units are, and what goes
// on behind the gateways.

import { bars, figure, lines, type Panel } from './panels.ts'

export interface Row {
  title: string
  panels: Panel[]
}

const percentile = (of: number, recorded: string) => `histogram_quantile(${of}, ${recorded})`

const percentiles = (recorded: string) =>
  [0.5, 0.95, 0.99].map((of) => ({ expr: percentile(of, recorded), legend: `p${of * 100}` }))

const perSecond = (metric: string) => `sum(rate(${metric}[30s]))`

export const PICTURES: Row[] = [
  {
    title: 'Now',
    panels: [
      figure({
        title: 'Attempts',
        about: 'a second, of every outcome',
        unit: 'reqps',
        queries: [{ expr: 'sum(seckill:attempts:rate30s)' }],
      }),
      figure({
        title: 'Without a decision',
        about: 'busy, rebuilding or 500, of those that asked for a decision',
        unit: 'percentunit',
        badFrom: 0.05,
        queries: [{ expr: 'seckill:undecided:rate30s / seckill:asked:rate30s' }],
      }),
      figure({
        title: 'p99',
        about: 'from an attempt to its answer',
        unit: 's',
        badFrom: 3,
        queries: [{ expr: percentile(0.99, 'seckill:attempt_seconds:rate30s') }],
      }),
      figure({
        title: 'Queue',
        about: 'orders that no worker has committed',
        badFrom: 100_000,
        queries: [{ expr: 'max(seckill_queue_lag_messages)' }],
      }),
      figure({
        title: 'Drift',
        about: 'orders about which the books disagree',
        unit: 'none',
        badFrom: 1,
        queries: [{ expr: 'max(seckill_drift_orders)' }],
      }),
      figure({
        title: 'Must be 0',
        about: 'units oversold, and promises broken',
        unit: 'none',
        badFrom: 1,
        queries: [
          { expr: 'max(seckill_oversold_units)', legend: 'oversold' },
          { expr: 'sum(seckill_promises_broken_total)', legend: 'broken' },
        ],
      }),
    ],
  },
  {
    title: 'Buyers',
    panels: [
      lines({
        title: 'Attempts by outcome',
        about: 'a second; together they are all that was asked',
        unit: 'reqps',
        isStacked: true,
        queries: [{ expr: 'seckill:attempts:rate30s', legend: '{{outcome}}' }],
      }),
      lines({
        title: 'Accepted and recorded',
        about: 'orders a second: promised by the gateways, and written by the workers',
        unit: 'ops',
        queries: [
          { expr: 'sum(seckill:attempts:rate30s{outcome="accepted"})', legend: 'accepted' },
          { expr: perSecond('seckill_orders_total{decision="recorded"}'), legend: 'recorded' },
          { expr: perSecond('seckill_orders_released_total'), legend: 'released' },
        ],
      }),
      bars({
        title: 'From the click to the order',
        about: 'a second, how many come so far',
        unit: 'ops',
        queries: [
          { expr: 'sum(seckill:attempts:rate30s)', legend: 'gateways: attempts' },
          { expr: perSecond('seckill_engine_attempts_total'), legend: 'stock engine: asked' },
          { expr: 'sum(seckill:attempts:rate30s{outcome="accepted"})', legend: 'accepted' },
          { expr: perSecond('seckill_orders_total{decision="recorded"}'), legend: 'recorded' },
        ],
      }),
      lines({
        title: 'Time to the answer',
        about: 'of attempts, in the last 30 s; beyond 3 s somebody is told',
        unit: 's',
        queries: percentiles('seckill:attempt_seconds:rate30s'),
      }),
      lines({
        title: 'From the click to the ledger',
        about: 'from the reservation until the order is recorded',
        unit: 's',
        queries: percentiles('seckill:click_to_recorded_seconds:rate30s'),
      }),
      lines({
        title: 'Refused by the gateways themselves',
        about: 'unread because they are behind, or with no room for the connection',
        unit: 'ops',
        queries: [
          { expr: 'sum by (what) (rate(seckill_shed_total[30s]))', legend: 'shed {{what}}' },
          { expr: perSecond('seckill_connections_dropped_total'), legend: 'connections' },
        ],
      }),
    ],
  },
  {
    title: 'Units',
    panels: [
      lines({
        title: 'Where the units of $sale are',
        about: 'in the engine; together they are the share of the sale',
        isStacked: true,
        width: 16,
        queries: [
          {
            expr: 'max by (sale, where) (seckill_stock_units{sale=~"$sale", where=~"available|returning|held|inTransfer"})',
            legend: '{{sale}} {{where}}',
          },
        ],
      }),
      lines({
        title: 'In transit, the oldest',
        about: 'how long an order has been held and not decided',
        unit: 's',
        queries: [
          {
            expr: 'max by (sale) (seckill_in_transit_oldest_seconds{sale=~"$sale"})',
            legend: '{{sale}}',
          },
        ],
      }),
      lines({
        title: 'Closed by rebuilds',
        about: '1 while everybody is told rebuilding',
        unit: 'none',
        queries: [
          { expr: 'max by (sale) (seckill_sale_closed{sale=~"$sale"})', legend: '{{sale}}' },
        ],
      }),
      lines({
        title: 'Releases that the engine has not heard of',
        about: 'they are told again until it has answered',
        queries: [{ expr: 'max(seckill_tasks_open)', legend: 'tasks' }],
      }),
      lines({
        title: 'Since the books were compared',
        about: 'a comparison each minute, unless there is more to do',
        unit: 's',
        queries: [
          {
            expr: 'time() - max by (sale) (seckill_reconciled_timestamp_seconds{sale=~"$sale"})',
            legend: '{{sale}}',
          },
        ],
      }),
    ],
  },
  {
    title: 'Behind the gateways',
    panels: [
      lines({
        title: 'Queue lag',
        about: 'orders that wait; missing where the queue does not answer',
        queries: [{ expr: 'max(seckill_queue_lag_messages)', legend: 'orders' }],
      }),
      lines({
        title: 'Breakers open, and what does not answer',
        about: 'ways that gateways leave alone, and servers as all processes see them',
        unit: 'none',
        queries: [
          { expr: 'sum by (around) (seckill_breakers_open)', legend: 'breaker: {{around}}' },
          {
            expr: 'count by (dependency) (seckill_dependency_up == 0)',
            legend: 'silent: {{dependency}}',
          },
        ],
      }),
      lines({
        title: 'Set aside, stopped, failed',
        about: 'a second: dead letters, loops that failed, attempts answered 500',
        unit: 'ops',
        queries: [
          { expr: perSecond('seckill_dead_letters_total'), legend: 'dead letters' },
          {
            expr: 'sum by (loop) (rate(seckill_loop_failures_total[30s])) > 0',
            legend: '{{loop}}',
          },
          { expr: perSecond('seckill_attempts_failed_total'), legend: '500' },
        ],
      }),
      lines({
        title: 'Processes alive',
        about: 'by role, as Prometheus reaches them',
        unit: 'none',
        queries: [{ expr: 'sum by (role) (up{job="seckill"})', legend: '{{role}}' }],
      }),
      lines({
        title: 'Event-loop delay',
        about: 'the 99th percentile since the last scrape',
        unit: 's',
        queries: [{ expr: 'seckill_event_loop_delay_seconds', legend: '{{role}} {{instance}}' }],
      }),
      lines({
        title: 'Memory',
        about: 'resident, of each process',
        unit: 'bytes',
        queries: [
          {
            expr: 'process_resident_memory_bytes{job="seckill"}',
            legend: '{{role}} {{instance}}',
          },
        ],
      }),
    ],
  },
]
