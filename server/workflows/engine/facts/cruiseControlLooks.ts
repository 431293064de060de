/** Looks at Cruise Control now and then, one look and one dry run at a time. Nobody waits for either. */
import type { LookFor } from '../../../contract/cruiseControl.ts'
import type { Clock } from '../../../quorum/reading/clock.ts'
import type { CruiseControlFacts } from '../../run/facts.ts'
import type { CruiseControl } from '../../run/ports.ts'

/** Between two looks while it works for us, and otherwise, in ms. */
const LOOK_EVERY_MS = 5000
const LOOK_IDLE_EVERY_MS = 10_000
/** Between two questions for its counts, which cost it more, in ms. */
const COUNTS_EVERY_MS = 15_000

export interface Wanted {
  tasks: boolean
  counts: boolean
  /** What a dry run is needed of; `null` where none is. */
  dryRun: { brokers: readonly number[]; marker: string } | null
}

export class CruiseControlLooks {
  readonly #port: CruiseControl | null
  readonly #clock: Clock
  #look: CruiseControlFacts['look'] = null
  #counts: CruiseControlFacts['counts'] = null
  #dryRun: CruiseControlFacts['dryRun'] = null
  #looking: Promise<void> | null = null
  #isTrying = false

  constructor(port: CruiseControl | null, clock: Clock) {
    this.#port = port
    this.#clock = clock
  }

  facts(): CruiseControlFacts | null {
    if (this.#port === null) return null
    return { address: this.#port.address, look: this.#look, counts: this.#counts, dryRun: this.#dryRun }
  }

  look({ tasks, counts, dryRun }: Wanted): void {
    if (this.#port === null) return
    if (dryRun !== null) void this.#try(this.#port, dryRun)
    const agoMs = (at: { atMs: number } | null) =>
      at === null ? Number.POSITIVE_INFINITY : this.#clock.monotonicMs() - at.atMs
    const isDue = agoMs(this.#look) >= (tasks ? LOOK_EVERY_MS : LOOK_IDLE_EVERY_MS)
    const countsAreDue = counts && agoMs(this.#counts) >= COUNTS_EVERY_MS
    // Tasks that were not asked for are needed now, or the counts are.
    const isNews = tasks && this.#look?.answer.ok === true && this.#look.answer.told.tasks === null
    const isFirst = countsAreDue && this.#counts === null && this.#look?.answer.ok === true
    if (isDue || isNews || isFirst) void this.#lookAt(this.#port, { tasks, counts: countsAreDue })
  }

  /** A look at the executor that was begun after this call; none where there is nothing to look at. */
  async lookNow(): Promise<void> {
    if (this.#port === null) return
    await this.#looking
    await this.#lookAt(this.#port, { tasks: false, counts: false })
  }

  /** One at a time; whoever comes meanwhile shares it. */
  #lookAt(port: CruiseControl, what: LookFor): Promise<void> {
    // Of the moment when it was asked: what it answers may be of then.
    const atMs = this.#clock.monotonicMs()
    this.#looking ??= port
      .look(what)
      .then((answer) => {
        this.#look = { atMs, answer }
        const replicas = answer.ok ? answer.told.replicas : null
        if (replicas !== null) this.#counts = { atMs, replicas }
      })
      .finally(() => {
        this.#looking = null
      })
    return this.#looking
  }

  async #try(port: CruiseControl, { brokers, marker }: { brokers: readonly number[]; marker: string }): Promise<void> {
    if (this.#isTrying) return
    this.#isTrying = true
    const answer = await port.dryRun(brokers, marker)
    this.#dryRun = { atMs: this.#clock.monotonicMs(), brokers, answer }
    this.#isTrying = false
  }
}
