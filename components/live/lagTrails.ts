/** The trails of every cluster that this page has seen: the last minute for the rows, a quarter of an hour for the charts. */
import type { QuorumView } from '../../server/contract/quorumView.ts'
import { LagTrail } from './lagTrail.ts'

export const MINUTE = { stepMs: 1_000, spanMs: 60_000 }
export const QUARTER_HOUR = { stepMs: 5_000, spanMs: 15 * 60_000 }

export interface Trails {
  readonly minute: LagTrail
  readonly quarterHour: LagTrail
}

export class LagTrails {
  readonly #trails = new Map<string, Trails>()

  of(cluster: string): Trails {
    const known = this.#trails.get(cluster)
    if (known !== undefined) return known
    const fresh = {
      minute: new LagTrail(MINUTE.stepMs, MINUTE.spanMs),
      quarterHour: new LagTrail(QUARTER_HOUR.stepMs, QUARTER_HOUR.spanMs),
    }
    this.#trails.set(cluster, fresh)
    return fresh
  }

  /** Carries them on with a new view; behind the name of another cluster they begin anew. */
  take(cluster: string, before: QuorumView | null, after: QuorumView | null): void {
    const { minute, quarterHour } = this.of(cluster)
    const isAnother = before !== null && before.clusterId !== (after?.clusterId ?? null)
    for (const trail of [minute, quarterHour]) {
      if (isAnother) trail.clear()
      if (after !== null) trail.append(after)
    }
  }
}
