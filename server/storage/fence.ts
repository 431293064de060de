/**
 * What keeps a server that lost its lease of a cluster, and does not know it yet, from writing: every write that depends on the
 * lease asks first, in its own transaction.
 */
import type { Transaction } from 'kysely'
import { StorageFailure } from './storageFailure.ts'
import type { Tables } from './tables.ts'

/**
 * Which of these clusters this server may write for, until the transaction ends: nobody takes their leases meanwhile. Left out
 * where a database has one server.
 */
export type Fence = (tx: Transaction<Tables>, clusters: readonly string[]) => Promise<ReadonlySet<string>>

/** Another server watches the cluster now. Nothing was written. */
export class LeaseLost extends StorageFailure {
  override readonly name = 'LeaseLost'

  constructor(cluster: string) {
    super(
      `Another Quorumdeck watches ${cluster} now: what this one was to record of it is void, and nothing was sent on the strength of it.`,
      'Look at the run as it is now: the other one goes on with it.',
    )
  }
}

/** @throws LeaseLost */
export async function mustHold(tx: Transaction<Tables>, fence: Fence | undefined, cluster: string): Promise<void> {
  if (fence !== undefined && !(await fence(tx, [cluster])).has(cluster)) throw new LeaseLost(cluster)
}
