/** Silences that people have set. */
import { MAX_SILENCE_MS, type NewSilence, type Silence } from '../contract/alerts/silences.ts'
import { refuseAlert } from './alertRefusals.ts'
import { isActive } from './incidents/silences.ts'
import type { Keeping } from './keeping.ts'

const MOST = 500
/** A clock that is a little behind must not refuse what ends soon. */
const LEEWAY_MS = 1000

export interface SilenceBookOptions {
  keeping: Pick<Keeping, 'silence'>
  nowMs: () => number
  newId: () => string
}

export class SilenceBook {
  readonly #options: SilenceBookOptions
  readonly #silences = new Map<string, Silence>()

  constructor(options: SilenceBookOptions) {
    this.#options = options
  }

  /** As they are in the database now. What `isOwn` says was set or ended here is newer. */
  reload(silences: readonly Silence[], isOwn: (id: string) => boolean): void {
    const kept = new Map(silences.map((silence) => [silence.id, silence]))
    for (const id of this.#silences.keys()) if (!kept.has(id) && !isOwn(id)) this.#silences.delete(id)
    for (const [id, silence] of kept) if (!isOwn(id)) this.#silences.set(id, silence)
  }

  /** That count now. */
  active(): Silence[] {
    if (this.#silences.size === 0) return []
    const nowMs = this.#options.nowMs()
    return [...this.#silences.values()].filter((silence) => isActive(silence, nowMs))
  }

  /** That count now or later, the first to end first. */
  all(): Silence[] {
    const nowMs = this.#options.nowMs()
    return [...this.#silences.values()]
      .filter(({ untilMs }) => untilMs !== null && nowMs < untilMs)
      .sort((a, b) => (a.untilMs ?? 0) - (b.untilMs ?? 0))
  }

  /** @throws Refusal */
  add({ matchers, fromMs, untilMs, reason, as }: NewSilence): Silence {
    const { nowMs, newId, keeping } = this.#options
    const now = nowMs()
    const from = fromMs ?? now
    if (untilMs <= from || untilMs <= now - LEEWAY_MS || untilMs - from > MAX_SILENCE_MS)
      throw refuseAlert.silenceTimes()
    if (this.all().length >= MOST) throw refuseAlert.tooManySilences(MOST)
    const silence: Silence = {
      id: newId(),
      matchers,
      fromMs: from,
      untilMs,
      reason,
      createdBy: as.name,
      run: null,
      nodeIds: [],
    }
    this.#silences.set(silence.id, silence)
    keeping.silence(silence.id, silence)
    return silence
  }

  /** @throws Refusal */
  end(id: string): void {
    if (!this.#silences.delete(id)) throw refuseAlert.unknownSilence(id)
    this.#options.keeping.silence(id, null)
  }

  forgetEnded(): void {
    const nowMs = this.#options.nowMs()
    for (const [id, { untilMs }] of this.#silences) {
      // A day late: a clock that was set forward by mistake and back again has not ended it.
      if (untilMs !== null && untilMs + 86_400_000 < nowMs) this.end(id)
    }
  }
}
