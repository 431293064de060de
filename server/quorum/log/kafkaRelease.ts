/**
 * Names of metadata.version levels, and the release line a node belongs to, known by the highest level it supports.
 * Source: org.apache.kafka.server.common.MetadataVersion of 4.3.1.
 */
const LEVELS: readonly [level: number, name: string][] = [
  [1, '3.0-IV1'],
  [2, '3.1-IV0'],
  [3, '3.2-IV0'],
  [4, '3.3-IV0'],
  [5, '3.3-IV1'],
  [6, '3.3-IV2'],
  [7, '3.3-IV3'],
  [8, '3.4-IV0'],
  [9, '3.5-IV0'],
  [10, '3.5-IV1'],
  [11, '3.5-IV2'],
  [12, '3.6-IV0'],
  [13, '3.6-IV1'],
  [14, '3.6-IV2'],
  [15, '3.7-IV0'],
  [16, '3.7-IV1'],
  [17, '3.7-IV2'],
  [18, '3.7-IV3'],
  [19, '3.7-IV4'],
  [20, '3.8-IV0'],
  [21, '3.9-IV0'],
  [22, '4.0-IV0'],
  [23, '4.0-IV1'],
  [24, '4.0-IV2'],
  [25, '4.0-IV3'],
  [26, '4.1-IV0'],
  [27, '4.1-IV1'],
  [28, '4.2-IV0'],
  [29, '4.2-IV1'],
  [30, '4.3-IV0'],
  [31, '4.4-IV0'],
]
const NAMES = new Map(LEVELS)

export function metadataVersionName(level: number): string {
  return NAMES.get(level) ?? `level ${level}`
}

/** The other way round; `null` for a name that is not known, or none. */
export function levelOfName(name: string | null): number | null {
  const known = LEVELS.find(([, one]) => one === name)
  return known?.[0] ?? null
}

/** For example `4.3`; `newer than 4.4` beyond what this version of Quorumdeck knows. */
export function releaseOf(highestSupportedLevel: number): string {
  const name = NAMES.get(highestSupportedLevel)
  if (name !== undefined) return name.split('-')[0] ?? name
  const newest = LEVELS.at(-1)?.[1].split('-')[0]
  return `newer than ${newest}`
}
