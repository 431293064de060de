/**
 * Long work in slices. The process is one event loop: what takes longer than a slice would keep every poll, websocket and
 * gate waiting, so between two slices everything else gets its turn.
 */
/** Of the 20 ms that nothing may exceed, what is left is for the garbage collector and for a slow machine. */
const SLICE_MS = 5

export interface Slicing {
  nowMs(): number
  /** Resolves when everything that waits has had its turn. */
  turn(): Promise<unknown>
}

const waiting: (() => void)[] = []

/**
 * Resolves when everything that waits has had its turn. Of several that wait here one goes on in each round of the event
 * loop: ten slices in one round would be as long as no slices at all.
 */
export function turn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (waiting.push(resolve) === 1) setImmediate(next)
  return promise
}

function next(): void {
  waiting.shift()?.()
  if (waiting.length > 0) setImmediate(next)
}

const SYSTEM: Slicing = { nowMs: () => performance.now(), turn }

/**
 * Goes through all steps; what fits in one slice is done when the call returns.
 * @param each what to do with a step
 * @param goesOn looked at after every turn: the work is left where it says no
 * @returns whether it came to the end
 */
export async function inSlices<T>(
  steps: Iterable<T>,
  each: (step: T) => void,
  goesOn: () => boolean = () => true,
  slicing: Slicing = SYSTEM,
): Promise<boolean> {
  let startedMs = slicing.nowMs()
  for (const step of steps) {
    each(step)
    if (slicing.nowMs() - startedMs < SLICE_MS) continue
    await slicing.turn()
    if (!goesOn()) return false
    startedMs = slicing.nowMs()
  }
  return true
}
