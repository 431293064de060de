/**
 * What the log still holds of before its newest snapshot. Following begins with that snapshot, which is state and no events; the
 * records before it stay for as long as Kafka retains them, and tell of elections and voter changes that nobody watched.
 */
import { type Address, KafkaConnection, type Security } from '../../../kafka/connection.ts'
import { fetchMetadata } from '../../../kafka/metadataFetch.ts'
import { readFrames } from '../../../kafka/records/recordBatch.ts'
import { type LogChange, LogReading } from '../../log/metadataLog.ts'
import { inSlices } from '../slices.ts'

const TIMEOUT_MS = 5000
const FETCH_BYTES = 1024 * 1024

export interface Stretch {
  clusterId: string | null
  /** Current epoch of the leader. */
  epoch: number
  /** First offset that the log holds. */
  logStartOffset: number
  /** End of the snapshot that following began with. */
  endOffset: number
}

/**
 * Reads from behind the first record to the snapshot's end. It is asked as one that has read records of the leader's own epoch:
 * the leader has some, so no offset below its end diverges for it (KafkaRaftClient: ReplicatedLog#validateOffsetAndEpoch). At
 * the first offset itself it would send a snapshot, unless the epoch is that of the oldest one, which nobody reports.
 * @param onChange called with every record that is an event; voters and leaders of before the first are not known
 * @returns whether it came to the end
 * @throws KafkaFailure, RangeError
 */
export async function readLogBefore(
  address: Address,
  security: Security,
  { clusterId, epoch, logStartOffset, endOffset }: Stretch,
  onChange: (change: LogChange) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const connection = await KafkaConnection.open(address, security, {
    connectTimeoutMs: TIMEOUT_MS,
    requestTimeoutMs: TIMEOUT_MS,
  })
  const stop = () => connection.close()
  signal.addEventListener('abort', stop, { once: true })
  try {
    const reading = new LogReading()
    reading.afterSnapshot(logStartOffset + 1, epoch)
    reading.raise(endOffset)
    while (!signal.aborted && reading.nextOffset < endOffset) {
      const from = reading.nextOffset
      const answer = await fetchMetadata(connection, {
        clusterId,
        currentLeaderEpoch: epoch,
        fetchOffset: from,
        lastFetchedEpoch: epoch,
        maxWaitMs: 0,
        maxBytes: FETCH_BYTES,
      })
      // Cleaned meanwhile, or another leader: what was read stays.
      if (answer.errorCode !== 0 || answer.snapshotId !== null || answer.diverging !== null) return false
      for (const frame of readFrames(answer.records).frames) {
        const isDone = await inSlices(
          reading.read(frame),
          (change) => {
            if (change?.kind === 'appended' && change.logged.offset < endOffset) onChange(change)
          },
          () => !signal.aborted,
        )
        if (!isDone) return false
      }
      if (reading.nextOffset === from) return false
    }
    return !signal.aborted
  } finally {
    signal.removeEventListener('abort', stop)
    connection.close()
  }
}
