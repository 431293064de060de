/**
 * What the tests of the rules import as `vitest` where a mutant is tried: the same `expect`, and the least that collects
 * tests, so that thousands of runs fit into one process.
 */
export { expect, vi } from 'vitest'

type Body = (...args: never[]) => unknown

let collected: { name: string; body: () => unknown }[] = []
let hooks: (() => unknown)[] = []

/** The tests that were declared since the last call, each with all that is to be done after it. */
export function takeTests(): { name: string; body: () => unknown }[] {
  const [taken, after] = [collected, hooks]
  collected = []
  hooks = []
  if (after.length === 0) return taken
  return taken.map(({ name, body }) => ({
    name,
    body: async () => {
      try {
        await body()
      } finally {
        for (const hook of after) await hook()
      }
    },
  }))
}

/** Of a whole file, wherever it is declared in it. */
export function afterEach(hook: () => unknown): void {
  hooks.push(hook)
}

function eachOf(declare: (name: string, body: () => unknown) => void) {
  return (table: readonly unknown[]) => (name: string, body: Body) => {
    for (const row of table) declare(name, () => body(...((Array.isArray(row) ? row : [row]) as never[])))
  }
}

function declareTest(name: string, body: () => unknown): void {
  collected.push({ name, body })
}

function declareGroup(_name: string, body: () => unknown): void {
  body()
}

export const test = Object.assign(declareTest, { each: eachOf(declareTest) })
export const describe = Object.assign(declareGroup, { each: eachOf(declareGroup) })
