/**
 * What the tests of the rules import as `vitest` where a mutant is tried: the same `expect`, and the least that collects
 * tests, so that thousands of runs fit into one process.
 */
export { expect } from 'vitest'

type Body = (...args: never[]) => unknown

let collected: { name: string; body: () => unknown }[] = []

/** The tests that were declared since the last call. */
export function takeTests(): { name: string; body: () => unknown }[] {
  const taken = collected
  collected = []
  return taken
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
