/** How the steps of a part are named within the run: `2.caught-up` is a step of the third part. Pure. */
import type { Part, Plan, Run } from './run.ts'

const OF_PART = /^(\d+)\./

export function keyInRun(part: number, key: string): string {
  return `${part}.${key}`
}

/** The part that a step belongs to; `null` for a step of the run itself. */
export function partOfKey(key: string): number | null {
  const found = OF_PART.exec(key)
  return found === null ? null : Number(found[1])
}

/** What a record by step keys says of one part, with the keys as the part itself knows them. */
export function ofPart<T>(byKey: Readonly<Record<string, T>>, part: number): Record<string, T> {
  const prefix = keyInRun(part, '')
  return Object.fromEntries(
    Object.entries(byKey).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [],
    ),
  )
}

export function withPart(plan: Plan, index: number, change: (part: Part) => Part): Plan {
  return { ...plan, parts: (plan.parts ?? []).map((part, i) => (i === index ? change(part) : part)) }
}

/** Nodes that parts of this run have restarted, or are restarting. */
export function restartedIn(run: Run | null): Set<number> {
  return new Set(
    (run?.plan.parts ?? []).flatMap((p) =>
      p.kind === 'restart-node' && p.plan?.target != null ? [p.plan.target.nodeId] : [],
    ),
  )
}
