/**
 * What must be remembered of each quorum longer than this server runs: what was committed, and what was lost. Hundreds of clusters
 * write it every few seconds, and each commit waits for the disk: what comes soon after a write is written as one.
 */
import type { Transaction } from 'kysely'
import { QuorumMemory, type QuorumMemoryStore } from '../contract/quorumMemory.ts'
import type { Database } from './database.ts'
import type { Tables } from './tables.ts'

/** From one write to the next, in ms. The first after a rest is written at once: what is shown must outlive a kill. */
const TOGETHER_MS = 1000

export interface KeptQuorumMemory extends QuorumMemoryStore {
  /** Writes what waits now: the server ends. */
  flush(): Promise<void>
}

export interface MemoryOptions {
  /** From one write to the next, in ms. */
  togetherMs?: number
  /** Asked in the transaction of every write. */
  fence?: ((tx: Transaction<Tables>) => Promise<void>) | undefined
}

/** @throws StorageFailure from every call that the disk refuses */
export function openQuorumMemory({ queries }: Database, options: MemoryOptions = {}): KeptQuorumMemory {
  const { togetherMs = TOGETHER_MS, fence } = options
  let waiting = new Map<string, string>()
  let writtenAtMs = Number.NEGATIVE_INFINITY
  let turn: { promise: Promise<void>; timer: NodeJS.Timeout; write: () => void } | null = null

  const write = async (memories: ReadonlyMap<string, string>): Promise<void> => {
    await queries.transaction().execute(async (tx) => {
      await fence?.(tx)
      await tx
        .insertInto('quorum_memory')
        .values([...memories].map(([cluster_id, memory]) => ({ cluster_id, memory })))
        .onConflict((conflict) =>
          conflict.column('cluster_id').doUpdateSet({ memory: (eb) => eb.ref('excluded.memory') }),
        )
        .execute()
    })
  }
  const begin = () => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const end = () => {
      const memories = waiting
      waiting = new Map()
      turn = null
      writtenAtMs = performance.now()
      write(memories).then(resolve, reject)
    }
    turn = { promise, write: end, timer: setTimeout(end, Math.max(0, writtenAtMs + togetherMs - performance.now())) }
    return turn
  }
  return {
    read: async (clusterId) => {
      const held = waiting.get(clusterId)
      if (held !== undefined) return QuorumMemory.parse(JSON.parse(held))
      const row = await queries
        .selectFrom('quorum_memory')
        .select('memory')
        .where('cluster_id', '=', clusterId)
        .executeTakeFirst()
      return row === undefined ? null : QuorumMemory.parse(JSON.parse(row.memory))
    },
    keep: async (clusterId, memory) => {
      waiting.set(clusterId, JSON.stringify(memory))
      await (turn ?? begin()).promise
    },
    flush: async () => {
      if (turn === null) return
      const { promise, timer, write: now } = turn
      clearTimeout(timer)
      now()
      await promise
    },
  }
}
