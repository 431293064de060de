/** Percentiles of measured values. Pure. */

export interface Spread {
  count: number
  p50: number
  p95: number
  p99: number
  max: number
}

/** Nearest rank: the smallest value that at least `percent` of all values do not exceed. `NaN` of nothing. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length))
  return sorted[rank - 1] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  return percentile(values, 50)
}

export function spread(values: readonly number[]): Spread {
  return {
    count: values.length,
    p50: percentile(values, 50),
    p95: percentile(values, 95),
    p99: percentile(values, 99),
    max: percentile(values, 100),
  }
}

/** Three significant places at most, never an exponent. */
export function figure(value: number): string {
  if (Number.isNaN(value)) return '-'
  const size = Math.abs(value)
  return size >= 100
    ? value.toFixed(0)
    : size >= 10
      ? value.toFixed(1)
      : size >= 0.1
        ? value.toFixed(2)
        : value.toFixed(3)
}

/** `p50 1.2 · p95 2.0 · p99 3.4 · max 5.6 ms (200)` */
export function spreadText(values: readonly number[], unit: string): string {
  const { count, p50, p95, p99, max } = spread(values)
  return `p50 ${figure(p50)} · p95 ${figure(p95)} · p99 ${figure(p99)} · max ${figure(max)} ${unit} (${count})`
}
