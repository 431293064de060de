/** How often an address may be wrong with a token, or a name with a password. */
import { isIPv6 } from 'node:net'

/** Wrong attempts at once; one more comes back every REFILL_MS. */
const BURST = 10
const REFILL_MS = 6000
/** Addresses remembered; the oldest are forgotten first. */
const MAX_ADDRESSES = 10_000

export class AttemptLimit {
  readonly #spent = new Map<string, { wrong: number; atMs: number }>()

  #current(network: string, nowMs: number): number {
    const entry = this.#spent.get(network)
    if (entry === undefined) return 0
    return Math.max(0, entry.wrong - (nowMs - entry.atMs) / REFILL_MS)
  }

  /** Whether this address may try now. */
  allows(address: string, nowMs: number): boolean {
    return this.#current(networkOf(address), nowMs) + 1 <= BURST
  }

  wrong(address: string, nowMs: number): void {
    const network = networkOf(address)
    const wrong = this.#current(network, nowMs) + 1
    this.#spent.delete(network)
    this.#spent.set(network, { wrong, atMs: nowMs })
    if (this.#spent.size > MAX_ADDRESSES) {
      const oldest = this.#spent.keys().next().value
      if (oldest !== undefined) this.#spent.delete(oldest)
    }
  }

  /** One that was counted as wrong before it was looked at was right. */
  forgive(address: string, nowMs: number): void {
    const network = networkOf(address)
    if (this.#spent.has(network)) {
      this.#spent.set(network, { wrong: Math.max(0, this.#current(network, nowMs) - 1), atMs: nowMs })
    }
  }
}

/** Whoever has one address of IPv6 has the 2^64 beside it: they count as one. Anything else is itself. */
function networkOf(address: string): string {
  const bare = address.replace(/%.*$/, '')
  if (!isIPv6(bare) || /^::ffff:\d+\./i.test(bare)) return address
  const [head = '', tail = ''] = bare.split('::')
  const groups = head === '' ? [] : head.split(':')
  const rest = tail === '' ? [] : tail.split(':')
  const all = bare.includes('::')
    ? [...groups, ...Array(Math.max(0, 8 - groups.length - rest.length)).fill('0'), ...rest]
    : groups
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(String(group), 16).toString(16))
    .join(':')
}
