/** Versions each listener announces, as the released brokers and controllers do (message schemas of kafka-clients). */
import type { KafkaRelease } from '../core/profiles.ts'
import type { ListenerKind } from './dispatch.ts'

export interface ApiRange {
  readonly apiKey: number
  readonly min: number
  readonly max: number
}

/** Key, then versions in 3.9, 4.1 and 4.3; only what this quorum answers is announced. */
const ranges: readonly {
  readonly apiKey: number
  readonly listeners: readonly ListenerKind[]
  readonly versions: Record<KafkaRelease, readonly [number, number]>
}[] = [
  api(1, ['controller'], [4, 17], [4, 18], [4, 18]),
  api(3, ['broker'], [0, 12], [0, 13], [0, 13]),
  api(18, ['broker', 'controller'], [0, 4], [0, 4], [0, 4]),
  api(32, ['broker', 'controller'], [1, 4], [1, 4], [1, 4]),
  api(44, ['broker', 'controller'], [0, 1], [0, 1], [0, 1]),
  api(55, ['broker', 'controller'], [0, 2], [0, 2], [0, 2]),
  api(57, ['broker', 'controller'], [0, 1], [0, 2], [0, 2]),
  api(59, ['controller'], [0, 1], [0, 1], [0, 1]),
  api(60, ['broker', 'controller'], [0, 1], [0, 2], [0, 2]),
  api(64, ['broker', 'controller'], [0, 0], [0, 0], [0, 0]),
  api(80, ['broker', 'controller'], [0, 0], [0, 0], [0, 1]),
  api(81, ['broker', 'controller'], [0, 0], [0, 0], [0, 0]),
  api(82, ['controller'], [0, 0], [0, 0], [0, 0]),
]

function api(
  apiKey: number,
  listeners: readonly ListenerKind[],
  in39: readonly [number, number],
  in41: readonly [number, number],
  in43: readonly [number, number],
) {
  return { apiKey, listeners, versions: { '3.9.2': in39, '4.1.2': in41, '4.3.1': in43 } }
}

export function apiRanges(release: KafkaRelease, listener: ListenerKind): ApiRange[] {
  return ranges
    .filter(({ listeners }) => listeners.includes(listener))
    .map(({ apiKey, versions }) => ({ apiKey, min: versions[release][0], max: versions[release][1] }))
}
