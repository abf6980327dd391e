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

export interface Bars {
  labels: string[]
  answered: number[]
  abandoned: number[]
  /** 0..1 or null, shown as a line on the right axis */
  rate: (number | null)[]
}

export function intervalChart(bars: Bars, words: { answered: string; abandoned: string; rate: string }): ChartOption {
  return {
    animation: false,
    textStyle: { fontFamily: FONT },
    grid: { left: 36, right: 44, top: 34, bottom: 24 },
    legend: { top: 0, right: 0, itemWidth: 12, itemHeight: 8, textStyle: { color: token('--text-2') } },
    tooltip: { trigger: 'axis', renderMode: 'richText', valueFormatter: (value) => (typeof value === 'number' ? String(value) : '–') },
    xAxis: { type: 'category', data: bars.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: token('--line-strong') } }, axisLabel: { color: token('--text-3') } },
    yAxis: [
      { type: 'value', minInterval: 1, splitLine: { lineStyle: { color: token('--line-soft') } }, axisLabel: { color: token('--text-3') } },
      { type: 'value', min: 0, max: 100, splitLine: { show: false }, axisLabel: { color: token('--text-3'), formatter: '{value}%' } },
    ],
    series: [
      { name: words.answered, type: 'bar', stack: 'calls', data: bars.answered, barMaxWidth: 22, itemStyle: { color: token('--chart-1') } },
      { name: words.abandoned, type: 'bar', stack: 'calls', data: bars.abandoned, barMaxWidth: 22, itemStyle: { color: token('--chart-2'), borderRadius: [2, 2, 0, 0] } },
      {
        name: words.rate,
        type: 'line',
        yAxisIndex: 1,
        data: bars.rate.map((value) => (value === null ? null : Math.round(value * 1000) / 10)),
        symbol: 'circle',
        symbolSize: 5,
        connectNulls: false,
        lineStyle: { width: 2, color: token('--chart-3') },
        itemStyle: { color: token('--chart-3') },
      },
    ],
  }
}
