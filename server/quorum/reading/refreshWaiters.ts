/** Those who wait for a view that was asked for after they came. Several wait for the same poll. */
import type { QuorumView } from '../../contract/quorumView.ts'

/** Settles one of those who wait; a second call does nothing. */
export type Look = (view: QuorumView | null) => void

export class RefreshWaiters {
  readonly #waiting = new Set<Look>()

  /** Resolves when it is answered, or with `null` after `timeoutMs`. */
  ask(timeoutMs: number): Promise<QuorumView | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => look(null), timeoutMs)
      const look: Look = (view) => {
        clearTimeout(timer)
        this.#waiting.delete(look)
        resolve(view)
      }
      this.#waiting.add(look)
    })
  }

  /** Everybody who came so far: the answer to a request that is sent from now on is fresh for them. */
  waiting(): Look[] {
    return [...this.#waiting]
  }
}
