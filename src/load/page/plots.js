// Draws the plots of a report in the colours of the page, and again when those or its width change.
// It runs in the browser of whoever reads the report, after uPlot.

;(() => {
  const plots = JSON.parse(document.getElementById('plots').textContent)
  const figures = [...document.querySelectorAll('figure')]
  const style = getComputedStyle(document.documentElement)
  const colour = (name) => style.getPropertyValue(name).trim()
  const COLOURS = 8
  const HEIGHT = 260
  let drawn = []

  const axis = (values) => ({
    stroke: colour('--quiet'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
    values,
  })

  const written = (unit) => (_, value) =>
    value === null || value === undefined ? '–' : `${value.toLocaleString()} ${unit}`

  const draw = ({ seconds, series, unit }, at) => {
    const figure = figures[at]
    const lines = series.map(({ label }, index) => ({
      label,
      stroke: colour(`--series-${(index % COLOURS) + 1}`),
      width: 2,
      spanGaps: true,
      points: { show: seconds.length < 3 },
      value: written(unit),
    }))
    const options = {
      width: figure.clientWidth,
      height: HEIGHT,
      scales: { x: { time: false } },
      axes: [axis((_, ticks) => ticks.map((tick) => `${tick} s`)), { ...axis(), size: 70 }],
      series: [{ label: 'after the opening', value: written('s') }, ...lines],
    }
    return new uPlot(options, [seconds, ...series.map(({ values }) => values)], figure)
  }

  const drawAll = () => {
    for (const plot of drawn) plot.destroy()
    drawn = plots.map(draw)
  }

  drawAll()
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll)
  addEventListener('resize', () => {
    drawn.forEach((plot, at) => plot.setSize({ width: figures[at].clientWidth, height: HEIGHT }))
  })
})()
