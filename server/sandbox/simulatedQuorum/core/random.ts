/** Seeded randomness kept inside the simulated cluster's state: the same seed gives the same run. */

export interface RandomState {
  random: number
}

/** Next number in [0, 1) (mulberry32). */
function nextRandom(state: RandomState): number {
  state.random = (state.random + 0x6d2b79f5) | 0
  let mixed = Math.imul(state.random ^ (state.random >>> 15), 1 | state.random)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
}

/** Whole number in [0, bound). */
export function nextBelow(state: RandomState, bound: number): number {
  return Math.floor(nextRandom(state) * bound)
}

/** A random id in Kafka's 22-character base64url form; like Kafka's own it never starts with a dash (Uuid.randomUuid). */
export function nextUuid(state: RandomState): string {
  for (;;) {
    const bytes = Buffer.alloc(16)
    for (let index = 0; index < bytes.length; index += 1) bytes[index] = nextBelow(state, 256)
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
    const text = bytes.toString('base64url')
    if (!text.startsWith('-')) return text
  }
}
