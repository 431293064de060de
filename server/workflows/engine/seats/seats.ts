/**
 * Who is here and who asks to drive. In memory: after a restart everybody counts as just heard, and asks again. What comes of
 * it, another driver, is an entry of the journal.
 */
import type { Seat } from '../../../contract/room/seat.ts'
import { timeLeftText, wholeSeconds } from '../../../contract/words/durations.ts'
import type { Actor } from '../../../contract/workflows.ts'
import { WorkflowRefusal } from '../../run/refusal.ts'
import { isAbsent, rule, type SeatFacts } from './seatRule.ts'

/** Time that a driver has to answer, in ms. */
export const PATIENCE_MS = 60_000
/** Runs whose hands are kept; the oldest are forgotten first. */
const MAX_RUNS = 1_000
/** Hands raised over one run. */
const MAX_HANDS = 50
/** Persons of whom is kept when they were heard last. */
const MAX_HEARD = 10_000

interface RaisedHand {
  by: Actor
  raisedAtMs: number
  notNowAtMs: number | null
  isConsented: boolean
}

/** As much of a run as a seat is about. */
export interface Driven {
  readonly id: string
  readonly driver: Actor
}

const WHY = {
  consent: (driver: string) => `${driver} handed over`,
  absent: (driver: string) => `${driver} was absent`,
  unanswered: (driver: string) => `${driver} did not hand over in time`,
}

export class Seats {
  readonly #monotonicMs: () => number
  readonly #patienceMs: number
  readonly #startedAtMs: number
  /** By run, then by who raised it. */
  readonly #hands = new Map<string, Map<string, RaisedHand>>()
  /** Pages by person. */
  readonly #connected = new Map<string, number>()
  readonly #heard = new Map<string, number>()

  constructor(monotonicMs: () => number, patienceMs: number = PATIENCE_MS) {
    this.#monotonicMs = monotonicMs
    this.#patienceMs = patienceMs
    this.#startedAtMs = monotonicMs()
  }

  /** A page of this person is connected. */
  came(id: string): void {
    this.#connected.set(id, (this.#connected.get(id) ?? 0) + 1)
    this.heard(id)
  }

  went(id: string): void {
    const left = (this.#connected.get(id) ?? 0) - 1
    if (left > 0) this.#connected.set(id, left)
    else this.#connected.delete(id)
    this.heard(id)
  }

  /** This person has sent something. */
  heard(id: string): void {
    this.#heard.delete(id)
    this.#heard.set(id, this.#monotonicMs())
    bound(this.#heard, MAX_HEARD)
  }

  /** @throws WorkflowRefusal */
  raise({ id, driver }: Driven, by: Actor): void {
    if (by.id === driver.id) throw notYours('You drive this run already.', 'Nobody has to be asked.')
    this.heard(by.id)
    const hands = this.#hands.get(id) ?? new Map<string, RaisedHand>()
    if (hands.has(by.id)) return
    if (hands.size >= MAX_HANDS)
      throw notYours(`${MAX_HANDS} people ask to drive this run already.`, 'Wait until one of them drives.')
    hands.set(by.id, { by, raisedAtMs: this.#monotonicMs(), notNowAtMs: null, isConsented: false })
    this.#hands.set(id, hands)
    bound(this.#hands, MAX_RUNS)
  }

  lower({ id }: Driven, by: Actor): void {
    this.#hands.get(id)?.delete(by.id)
  }

  /** The driver answers: not now. It counts once. @throws WorkflowRefusal */
  notNow(run: Driven, to: string, as: Actor): void {
    const hand = this.#handFor(run, to, as)
    hand.notNowAtMs ??= this.#monotonicMs()
  }

  /** The driver answers: yes. @throws WorkflowRefusal @returns who drives next */
  consent(run: Driven, to: string, as: Actor): Actor {
    const hand = this.#handFor(run, to, as)
    hand.isConsented = true
    return hand.by
  }

  /** @throws WorkflowRefusal @returns why it is free, for the record */
  mustBeFree(run: Driven, by: Actor): string {
    const { driver } = run
    if (driver.id === by.id) return ''
    const hand = this.#hands.get(run.id)?.get(by.id) ?? null
    const ruling = rule({ ...this.#facts(driver), hand })
    if (ruling.free) return WHY[ruling.why](driver.name)
    const when = ruling.inMs === null ? '' : `, possible in ${timeLeftText(ruling.inMs)}`
    throw new WorkflowRefusal(
      409,
      'driver-present',
      `${driver.name} drives this run and ${hand === null ? 'was not asked' : 'may still answer'}${when}.`,
      hand === null
        ? `Ask to drive: POST /api/workflows/{id}/seat with {"action":"raise-hand"}. After ${wholeSeconds(this.#patienceMs)} without an answer, or while the driver is absent, a take-over with a reason is possible.`
        : 'Wait for the answer, or until that time has passed, then take over with a reason.',
    )
  }

  seat({ id, driver }: Driven): Seat {
    const base = this.#facts(driver)
    const hands = [...(this.#hands.get(id)?.values() ?? [])].filter(({ by }) => by.id !== driver.id)
    return {
      run: id,
      driver,
      present: !isAbsent(base),
      patienceMs: this.#patienceMs,
      hands: hands.map((hand) => {
        const ruling = rule({ ...base, hand })
        return {
          by: hand.by,
          raisedMs: Math.max(0, Math.round(base.nowMs - hand.raisedAtMs)),
          notNow: hand.notNowAtMs !== null,
          mayTakeOver: ruling.free,
          freeInMs: ruling.free ? 0 : Math.max(0, Math.ceil(ruling.inMs ?? this.#patienceMs)),
        }
      }),
    }
  }

  /** Somebody else drives: whoever had asked the one before asks anew. */
  driverChanged(run: string): void {
    this.#hands.delete(run)
  }

  #facts(driver: Actor): Omit<SeatFacts, 'hand'> {
    return {
      nowMs: this.#monotonicMs(),
      patienceMs: this.#patienceMs,
      isConnected: this.#connected.has(driver.id),
      heardAtMs: this.#heard.get(driver.id) ?? this.#startedAtMs,
    }
  }

  #handFor({ id, driver }: Driven, to: string, as: Actor): RaisedHand {
    if (as.id !== driver.id) throw notYours(`${driver.name} drives this run.`, 'Only whoever drives can hand it over.')
    this.heard(as.id)
    const hand = this.#hands.get(id)?.get(to)
    if (hand === undefined)
      throw notYours('Nobody of this name asks to drive.', 'Look at the hands that are raised now.')
    return hand
  }
}

function notYours(message: string, remedy: string): WorkflowRefusal {
  return new WorkflowRefusal(409, 'seat-refused', message, remedy)
}

function bound(map: Map<string, unknown>, most: number): void {
  if (map.size <= most) return
  const oldest = map.keys().next().value
  if (oldest !== undefined) map.delete(oldest)
}
