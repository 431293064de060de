/**
 * Passwords: Argon2id with the costs that OWASP names, computed on threads of libuv, never on the event loop. Only a few
 * at once, and only so many wait: a flood of sign-ins takes neither the threads that the rest of the process needs, nor memory.
 */
import { hash, verify } from '@node-rs/argon2'
import { refuseAccess } from './refuseAccess.ts'

/** 19 MiB, two passes, one lane: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
const COSTS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** Of the four threads of libuv, which files and names need too. */
const AT_ONCE = 2
const MOST_WAITING = 32

/** `first`: from where this name has signed in before; they do not wait behind strangers. */
export type Lane = 'first' | 'later'

export class Passwords {
  readonly #waiting: Record<Lane, (() => void)[]> = { first: [], later: [] }
  #running = 0
  #dummy: Promise<string> | null = null

  async hash(password: string): Promise<string> {
    return await this.#inTurn('first', () => hash(password, COSTS))
  }

  /** @param kept `null`: there is no such user, which takes as long and is wrong @throws Refusal where too many wait */
  async isRight(kept: string | null, password: string, lane: Lane): Promise<boolean> {
    this.#dummy ??= hash('nobody has this password', COSTS)
    const against = kept ?? (await this.#dummy)
    const right = await this.#inTurn(lane, () => verify(against, password))
    return right && kept !== null
  }

  async #inTurn<T>(lane: Lane, work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting[lane].length >= MOST_WAITING) throw refuseAccess.busy()
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting[lane].push(resolve)
      await promise
    } else this.#running += 1
    try {
      return await work()
    } finally {
      const next = this.#waiting.first.shift() ?? this.#waiting.later.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }
}
