/** Which replicas a trend shows, how each line looks, and its points. Pure. */

import type { QuorumView, ReplicaView } from '../../../server/contract/quorumView.ts'
import { isObserver, observersOf } from '../../../server/contract/voters.ts'
import { shortId } from '../../kit/words/format.ts'
import { incarnation, type LagFrame } from '../../live/lagTrail.ts'
import { twinIds } from '../../verdict/incarnations.ts'

export interface Series {
  readonly key: string
  readonly name: string
  /** Index into the palette; `-1` is the one that needs a person. */
  readonly hue: number
  /** Observers are dashed, so that a line is known without its colour. */
  readonly dashed: boolean
}

/** More lines than this nobody can follow. */
const MOST_OBSERVERS = 3

function worstLag(frames: readonly LagFrame[], key: string): number {
  return frames.reduce((worst, frame) => Math.max(worst, frame.points.get(key)?.lag ?? 0), 0)
}

/** All voters but the leader (its lag is always 0), every second disk, and the observers that lag most. */
export function chosenSeries(view: QuorumView, frames: readonly LagFrame[]): readonly Series[] {
  const twins = twinIds(view.replicas)
  const voters = view.replicas.filter((replica) => replica.status === 'follower')
  const others = observersOf(view)
  const marked = others.filter((replica) => twins.has(replica.nodeId))
  const rest = others
    .filter((replica) => !twins.has(replica.nodeId))
    .map((replica) => ({ replica, worst: worstLag(frames, incarnation(replica)) }))
    .sort((a, b) => b.worst - a.worst || a.replica.nodeId - b.replica.nodeId)
    .slice(0, MOST_OBSERVERS)
    .map(({ replica }) => replica)
  const name = (replica: ReplicaView) => {
    const disk = twins.has(replica.nodeId) && replica.directoryId !== null ? ` · ${shortId(replica.directoryId)}` : ''
    const health = replica.health === 'silent' || replica.health === 'lagging' ? ` (${replica.health})` : ''
    return `${replica.nodeId}${disk}${health}`
  }
  return [...voters, ...marked, ...rest].map((replica, index) => ({
    key: incarnation(replica),
    name: name(replica),
    hue: !isObserver(replica) && replica.health === 'silent' ? -1 : index,
    dashed: isObserver(replica),
  }))
}

export type ChartRow = Readonly<Record<string, number | null>>

export function chartRows(
  frames: readonly LagFrame[],
  series: readonly Series[],
  of: 'lag' | 'timeLagMs',
): readonly ChartRow[] {
  return frames.map((frame) => {
    const row: Record<string, number | null> = { atMs: frame.atMs }
    for (const { key } of series) {
      const value = frame.points.get(key)?.[of] ?? null
      row[key] = value !== null && of === 'timeLagMs' ? value / 1_000 : value
    }
    return row
  })
}
