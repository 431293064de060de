/**
 * What waits for one receiver, and what may be sent next. Of one incident the beginning goes before the end, and never both at once. Decided on a
 * clock that is handed in; nothing is sent here.
 */
import type { AlertIncident } from '../../contract/alerts/incidents.ts'
import type { FailureKind } from './message.ts'

export interface Waiting {
  incidentId: string
  state: AlertIncident['state']
  queuedAtMs: number
}

interface Item extends Waiting {
  attempts: number
  addedAtMs: number
  notBeforeMs: number
}

/** While the receiver takes messages; one alone tries whether it does again. */
const MOST_AT_ONCE = 4
const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 60_000
/** What was refused for a day is given up, in ms. */
export const GIVE_UP_MS = 86_400_000

export type Failed = 'again' | 'given-up' | 'replaced'

/** Doubles from one second to one minute; between half of it and all, so that many do not come at once. @param chance from 0 to 1 */
export function retryAfterMs(failures: number, chance: number): number {
  const whole = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(16, Math.max(0, failures - 1)))
  return whole / 2 + (whole / 2) * chance
}

export class Lane {
  /** In the order in which they are to be sent. */
  readonly #items: Item[] = []
  readonly #sending = new Map<string, Item>()
  #failures = 0
  #pausedUntilMs = Number.NEGATIVE_INFINITY

  get waiting(): number {
    return this.#items.length + this.#sending.size
  }

  has(incidentId: string): boolean {
    return this.#sending.has(incidentId) || this.#items.some((item) => item.incidentId === incidentId)
  }

  /**
   * @returns what need not be sent any more: the beginning of an incident that is over before anybody heard of it is told as one message, its
   * end, which holds both times
   */
  add(waiting: Waiting, monotonicMs: number): Waiting[] {
    const replaced =
      waiting.state === 'open'
        ? []
        : this.#items.filter(({ incidentId, state }) => incidentId === waiting.incidentId && state === 'open')
    for (const item of replaced) this.#items.splice(this.#items.indexOf(item), 1)
    this.#items.push({ ...waiting, attempts: 0, addedAtMs: monotonicMs, notBeforeMs: Number.NEGATIVE_INFINITY })
    return replaced
  }

  /** What waits of this incident is not sent from here; what is on its way comes out. */
  drop(incidentId: string): void {
    for (let at = this.#items.length - 1; at >= 0; at -= 1) {
      if (this.#items[at]?.incidentId === incidentId) this.#items.splice(at, 1)
    }
  }

  /** The next one to send now, which counts as on its way; `null`: none. */
  take(monotonicMs: number): Waiting | null {
    if (monotonicMs < this.#pausedUntilMs) return null
    if (this.#sending.size >= (this.#failures > 0 ? 1 : MOST_AT_ONCE)) return null
    const at = this.#items.findIndex(
      ({ incidentId, notBeforeMs }) => notBeforeMs <= monotonicMs && !this.#sending.has(incidentId),
    )
    const [item] = at < 0 ? [] : this.#items.splice(at, 1)
    if (item === undefined) return null
    this.#sending.set(item.incidentId, item)
    return item
  }

  delivered({ incidentId }: Pick<Waiting, 'incidentId'>): void {
    this.#sending.delete(incidentId)
    this.#failures = 0
    this.#pausedUntilMs = Number.NEGATIVE_INFINITY
  }

  failed({ incidentId }: Pick<Waiting, 'incidentId'>, kind: FailureKind, monotonicMs: number, chance: number): Failed {
    const item = this.#sending.get(incidentId)
    this.#sending.delete(incidentId)
    if (kind === 'receiver') {
      this.#failures += 1
      this.#pausedUntilMs = monotonicMs + retryAfterMs(this.#failures, chance)
    } else {
      // It answers: what it refuses stands in nobody's way.
      this.#failures = 0
    }
    if (item === undefined) return 'given-up'
    if (this.#items.some((other) => other.incidentId === incidentId)) return 'replaced'
    if (monotonicMs - item.addedAtMs >= GIVE_UP_MS) return 'given-up'
    item.attempts += 1
    if (kind === 'message') item.notBeforeMs = monotonicMs + retryAfterMs(item.attempts, chance)
    this.#items.unshift(item)
    return 'again'
  }

  /** When to look again; `null`: when something is added, or what is on its way has come out. */
  dueAtMs(): number | null {
    if (this.#sending.size >= (this.#failures > 0 ? 1 : MOST_AT_ONCE)) return null
    let first: number | null = null
    for (const { incidentId, notBeforeMs } of this.#items) {
      if (this.#sending.has(incidentId)) continue
      first = Math.min(first ?? notBeforeMs, notBeforeMs)
      // Nothing is due sooner than what was never tried: thousands may wait behind it.
      if (first === Number.NEGATIVE_INFINITY) break
    }
    return first === null ? null : Math.max(first, this.#pausedUntilMs)
  }
}
