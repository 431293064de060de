/**
 * How often a password may be wrong. A stranger spends the attempts of an address and those that a name has for strangers;
 * neither keeps anybody out who comes from where the name has signed in before: they are slowed down, never refused for what others did.
 * Of a name and an address one password is looked at after the other: many at once are no faster than many in a row.
 */
import { AttemptLimit } from './attemptLimit.ts'
import { refuseAccess } from './refuseAccess.ts'

/** Longest pause before a password from a known address is looked at, in ms. */
const LONGEST_PAUSE_MS = 2000
const PAUSE_STEP_MS = 250
/** Of a name and an address, behind the one that is looked at. Nobody types so many. */
const MOST_IN_LINE = 8

export type Verdict = { allowed: false } | { allowed: true; lane: 'first' | 'later'; pauseMs: number }

export class SignInLimit {
  readonly #addresses = new AttemptLimit()
  readonly #strangers = new AttemptLimit()
  /** Wrong ones in a row from a known address, by name and address. */
  readonly #known = new Map<string, number>()

  /** Who waits for their turn, by name and address; there while one has it. */
  readonly #lines = new Map<string, (() => void)[]>()

  /** One at a time of this name and address, in the order in which they came. @throws Refusal where too many wait already */
  async inTurn<T>(login: string, address: string, work: () => Promise<T>): Promise<T> {
    const key = pair(login, address)
    const line = this.#lines.get(key)
    if (line === undefined) this.#lines.set(key, [])
    else {
      if (line.length >= MOST_IN_LINE) throw refuseAccess.tooManyInLine()
      const { promise, resolve } = Promise.withResolvers<void>()
      line.push(resolve)
      await promise
    }
    try {
      return await work()
    } finally {
      const next = this.#lines.get(key)?.shift()
      if (next === undefined) this.#lines.delete(key)
      else next()
    }
  }

  ask(login: string, address: string, isKnown: boolean, nowMs: number): Verdict {
    if (isKnown) {
      const wrong = this.#known.get(pair(login, address)) ?? 0
      const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(0, wrong - 3) * PAUSE_STEP_MS)
      return { allowed: true, lane: wrong > 3 ? 'later' : 'first', pauseMs }
    }
    const allowed = this.#addresses.allows(address, nowMs) && this.#strangers.allows(login, nowMs)
    return allowed ? { allowed, lane: 'later', pauseMs: 0 } : { allowed }
  }

  wrong(login: string, address: string, isKnown: boolean, nowMs: number): void {
    if (!isKnown) {
      this.#addresses.wrong(address, nowMs)
      this.#strangers.wrong(login, nowMs)
      return
    }
    const key = pair(login, address)
    const wrong = (this.#known.get(key) ?? 0) + 1
    this.#known.delete(key)
    this.#known.set(key, wrong)
    const oldest = this.#known.size > 10_000 ? this.#known.keys().next().value : undefined
    if (oldest !== undefined) this.#known.delete(oldest)
  }

  /** What was counted as wrong before it was looked at was right. */
  right(login: string, address: string, isKnown: boolean, nowMs: number): void {
    if (isKnown) this.#known.delete(pair(login, address))
    else {
      this.#addresses.forgive(address, nowMs)
      this.#strangers.forgive(login, nowMs)
    }
  }
}

function pair(login: string, address: string): string {
  return `${login} ${address}`
}
