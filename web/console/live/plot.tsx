// One plot over the last two minutes, with its legend as text. Lines differ by dashes as well as by colour.

import { useEffect, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { clockTime } from '../pieces/format.ts'

export const WINDOW_SECONDS = 120

export interface Line {
  name: string
  look: number // which of the looks
  values: (number | null)[]
  now: string // its newest value, in words
}

interface PlotProps {
  title: string
  times: number[] // seconds since 1970
  lines: Line[]
  nothing?: string
}

export const Plot = ({ title, times, lines, nothing }: PlotProps) => {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const isDark = useDark()
  const looks = lines.map(({ look }) => look).join()
  const drawn: uPlot.AlignedData = [times, ...lines.map(({ values }) => values)]
  useEffect(() => {
    const box = place.current!
    const made = new uPlot(optionsOf(looks, box.clientWidth), drawn, box)
    plot.current = made
    const watching = new ResizeObserver(() =>
      made.setSize({ width: box.clientWidth, height: HEIGHT }),
    )
    watching.observe(box)
    return () => {
      watching.disconnect()
      made.destroy()
    }
  }, [looks, isDark])
  useEffect(() => plot.current?.setData(drawn))
  return (
    <figure class="card plot">
      <figcaption>{title}</figcaption>
      <ul class="legend">
        {lines.map(({ name, look, now }) => (
          <li key={name}>
            <svg class={`line look-${look % COLOURS}`} viewBox="0 0 24 6" aria-hidden="true">
              <line x1="0" y1="3" x2="24" y2="3" stroke-dasharray={dashOf(look).join(' ')} />
            </svg>
            {name} <b>{now}</b>
          </li>
        ))}
        {lines.length === 0 && nothing !== undefined ? <li class="quiet">{nothing}</li> : null}
      </ul>
      <div ref={place} class="canvas" aria-hidden="true" />
    </figure>
  )
}

const HEIGHT = 180
const COLOURS = 7

const dashOf = (look: number): number[] => (look < COLOURS ? [] : [5, 3])

const optionsOf = (looks: string, width: number): uPlot.Options => {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const grid = { stroke: colour('--line'), width: 1 }
  const font = `12px ${style.fontFamily}`
  const axis = { stroke: colour('--quiet'), grid, ticks: grid, font }
  const series = looks === '' ? [] : looks.split(',').map(Number)
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: true, range: (_plot, _min, max) => [max - WINDOW_SECONDS, max] },
      y: { range: (_plot, _min, max) => [0, Math.max(1, (max ?? 0) * 1.1)] },
    },
    axes: [
      { ...axis, space: 90, values: (_plot, splits) => splits.map(clockTime) },
      { ...axis, size: 56 },
    ],
    series: [
      {},
      ...series.map((look) => ({
        stroke: colour(`--look-${look % COLOURS}`),
        width: 2,
        dash: dashOf(look),
        points: { show: false },
      })),
    ],
  }
}

const useDark = (): boolean => {
  const asked = matchMedia('(prefers-color-scheme: dark)')
  const [isDark, setDark] = useState(asked.matches)
  useEffect(() => {
    const follow = () => setDark(asked.matches)
    asked.addEventListener('change', follow)
    return () => asked.removeEventListener('change', follow)
  }, [])
  return isDark
}
