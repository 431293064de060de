/** What must be remembered of each quorum longer than this server runs: what was committed, and what was lost. */
import { QuorumMemory, type QuorumMemoryStore } from '../contract/quorumMemory.ts'
import type { Database } from './database.ts'

/** @throws StorageFailure from every call that the disk refuses */
export function openQuorumMemory({ queries }: Database): QuorumMemoryStore {
  return {
    read: async (clusterId) => {
      const row = await queries
        .selectFrom('quorum_memory')
        .select('memory')
        .where('cluster_id', '=', clusterId)
        .executeTakeFirst()
      return row === undefined ? null : QuorumMemory.parse(JSON.parse(row.memory))
    },
    keep: async (clusterId, memory) => {
      const row = { cluster_id: clusterId, memory: JSON.stringify(memory) }
      await queries
        .insertInto('quorum_memory')
        .values(row)
        .onConflict((conflict) => conflict.column('cluster_id').doUpdateSet({ memory: row.memory }))
        .execute()
    },
  }
}
