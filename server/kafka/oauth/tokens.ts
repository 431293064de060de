/** Tokens that are asked for once for all connections, and renewed before they end. */

export interface Token {
  value: string
  /** From the request on; `null`: not known, then it serves one time. */
  livesMs: number | null
}

/** No token can be had; the message is one for people, and holds no secret. */
export class TokenFailure extends Error {
  override readonly name = 'TokenFailure'
}

/** Part of its life after which a token is renewed, as Kafka's clients do (sasl.login.refresh.window.factor). */
const RENEWED_AFTER = 0.8
/** So long before its end a token is of no use: a node closes the connection at the end. */
const UNUSABLE_MS = 10_000

interface Kept {
  value: string
  renewAtMs: number
  endsAtMs: number
}

/** One for each client properties file. */
export class Tokens {
  readonly #request: () => Promise<Token>
  readonly #nowMs: () => number
  #kept: Kept | null = null
  #asking: Promise<string> | null = null

  constructor(request: () => Promise<Token>, nowMs: () => number = () => performance.now()) {
    this.#request = request
    this.#nowMs = nowMs
  }

  /** While a token still holds, a provider that is down, or slow, keeps nobody out. @throws TokenFailure */
  async current(): Promise<string> {
    const kept = this.#kept
    const nowMs = this.#nowMs()
    if (kept === null || nowMs >= kept.endsAtMs) return await this.#renew()
    // A failure counts once the token has ended; until then each sign-in tries again.
    if (nowMs >= kept.renewAtMs) this.#renew().catch(() => {})
    return kept.value
  }

  #renew(): Promise<string> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null
    })
    return this.#asking
  }

  async #ask(): Promise<string> {
    const sinceMs = this.#nowMs()
    const { value, livesMs } = await this.#request()
    this.#kept =
      livesMs === null
        ? null
        : { value, renewAtMs: sinceMs + livesMs * RENEWED_AFTER, endsAtMs: sinceMs + livesMs - UNUSABLE_MS }
    return value
  }
}
