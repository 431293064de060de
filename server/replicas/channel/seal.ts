/**
 * What says that a text is of one of us: PostgreSQL lets every role that may connect NOTIFY, and it does not say who did. The key is
 * in a table that only the owner reads.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'

/** Of its row in `shared_secret`. */
export const SEAL_KEY = 'replica-seal'

/** Of HMAC-SHA256, as many as nobody guesses. */
const SEAL_BYTES = 16
/** Of the seal in base64url and the colon after it. */
export const SEAL_LENGTH = 23

/** What a text is for: one that was sealed for something else is not ours. */
export type Purpose = 'notice' | `request ${string}` | `answer ${string}`

export class Seal {
  readonly #key: Buffer

  constructor(key: Buffer) {
    this.#key = key
  }

  /** `seal:text` */
  put(purpose: Purpose, text: string): string {
    return `${this.#of(purpose, text).toString('base64url')}:${text}`
  }

  /** The text; `null` where it is not sealed by one of us, for this purpose. */
  open(purpose: Purpose, sealed: string): string | null {
    if (sealed[SEAL_LENGTH - 1] !== ':') return null
    const given = Buffer.from(sealed.slice(0, SEAL_LENGTH - 1), 'base64url')
    const text = sealed.slice(SEAL_LENGTH)
    return given.length === SEAL_BYTES && timingSafeEqual(given, this.#of(purpose, text)) ? text : null
  }

  #of(purpose: Purpose, text: string): Buffer {
    return createHmac('sha256', this.#key).update(`${purpose}\n${text}`).digest().subarray(0, SEAL_BYTES)
  }
}
