/**
 * How often somebody may come back from the provider with what it does not know: for each of them it is asked. Counted are those alone,
 * by address, and only on a way that this browser has begun: another site can send a browser here, and must not spend its attempts.
 * Where somebody is signed in from the same address, others of it are slowed down and never refused for what a stranger does there.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { AttemptLimit } from '../attemptLimit.ts'
import { SignInFailure, signInProblem } from './problems.ts'

const PAUSE_MS = 1000

export class ReturnLimit {
  readonly #wrong = new AttemptLimit()
  readonly #nowMs: () => number

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** @param isKnown whether somebody is signed in from there @throws SignInFailure */
  async through<T>(address: string, isKnown: () => boolean, ask: () => Promise<T>): Promise<T> {
    if (!this.#wrong.allows(address, this.#nowMs())) {
      if (!isKnown()) throw new SignInFailure(signInProblem.tooMany())
      await wait(PAUSE_MS)
    }
    // Before it is known: many at once are many.
    this.#wrong.wrong(address, this.#nowMs())
    let isWrong = false
    try {
      return await ask()
    } catch (error) {
      isWrong = error instanceof SignInFailure && error.problem.code === signInProblem.tooLate().code
      throw error
    } finally {
      if (!isWrong) this.#wrong.forgive(address, this.#nowMs())
    }
  }
}
