/** The parts of ECharts that are used, and the two drawings of this product. */
import { BarChart, LineChart, type BarSeriesOption, type LineSeriesOption } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent, type GridComponentOption, type LegendComponentOption, type TooltipComponentOption } from 'echarts/components'
import { init, use, type ComposeOption, type ECharts } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import type { Sample } from '@/features/panel/store'
import { token } from './theme'

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer])

export type Chart = ECharts
export type ChartOption = ComposeOption<BarSeriesOption | LineSeriesOption | GridComponentOption | LegendComponentOption | TooltipComponentOption>

export const makeChart = (box: HTMLElement): Chart => init(box, undefined, { renderer: 'canvas' })

const FONT = "'Inter', 'Segoe UI', -apple-system, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'WenQuanYi Zen Hei', sans-serif"

/** Waiting calls as steps over the last 30 minutes. */
export function sparkline(samples: readonly Sample[], now_ms: number, bad: boolean): ChartOption {
  const from = now_ms - 30 * 60_000
  const last = samples[samples.length - 1]
  const points = samples.map(([at, waiting]) => [Math.max(at, from), waiting])
  if (last) points.push([now_ms, last[1]])
  const colour = token(bad ? '--chart-warn' : '--chart-1')
  return {
    animation: false,
    grid: { left: 0, right: 0, top: 3, bottom: 1 },
    xAxis: {
      type: 'value',
      min: from,
      max: now_ms,
      axisLabel: { show: false },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLine: { lineStyle: { color: token('--line') } },
    },
    yAxis: { type: 'value', min: 0, max: (range: { max: number }) => Math.max(4, range.max), show: false },
    series: [
      {
        type: 'line',
        step: 'end',
        data: points,
        symbol: 'none',
        silent: true,
        lineStyle: { width: 1.5, color: colour },
        areaStyle: { color: colour, opacity: 0.12 },
      },
    ],
  }
}

interface Series {
  name: string
  values: (number | null)[]
}

/** Bars on each other for counts, and a line for a rate (0..1 or null) by the right axis. */
export function intervalChart(labels: string[], counts: [Series, Series], rate: Series): ChartOption {
  const bar = ({ name, values }: Series, itemStyle: object): BarSeriesOption => ({ name, type: 'bar', stack: 'calls', data: values, barMaxWidth: 22, itemStyle })
  return {
    animation: false,
    textStyle: { fontFamily: FONT },
    grid: { left: 36, right: 44, top: 34, bottom: 24 },
    legend: { top: 0, right: 0, itemWidth: 12, itemHeight: 8, textStyle: { color: token('--text-2') } },
    tooltip: { trigger: 'axis', renderMode: 'richText', valueFormatter: (value) => (typeof value === 'number' ? String(value) : '–') },
    xAxis: { type: 'category', data: labels, axisTick: { show: false }, axisLine: { lineStyle: { color: token('--line-strong') } }, axisLabel: { color: token('--text-3') } },
    yAxis: [
      { type: 'value', minInterval: 1, splitLine: { lineStyle: { color: token('--line-soft') } }, axisLabel: { color: token('--text-3') } },
      { type: 'value', min: 0, max: 100, splitLine: { show: false }, axisLabel: { color: token('--text-3'), formatter: '{value}%' } },
    ],
    series: [
      bar(counts[0], { color: token('--chart-1') }),
      bar(counts[1], { color: token('--chart-2'), borderRadius: [2, 2, 0, 0] }),
      {
        name: rate.name,
        type: 'line',
        yAxisIndex: 1,
        data: rate.values.map((value) => (value === null ? null : Math.round(value * 1000) / 10)),
        symbol: 'circle',
        symbolSize: 5,
        connectNulls: false,
        lineStyle: { width: 2, color: token('--chart-3') },
        itemStyle: { color: token('--chart-3') },
      },
    ],
  }
}
