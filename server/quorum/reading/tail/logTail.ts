/**
 * Follows the metadata log at the leader: everything since its newest snapshot first, then each batch as it is appended,
 * uncommitted ones too. The reading outlives connections and leaders: it goes on where it was, and the leader tells
 * (DivergingEpoch) what an election has cut off.
 */
import { hostPort } from '../../../contract/hostPort.ts'
import { type Address, KafkaConnection, type Security } from '../../../kafka/connection.ts'
import { asFailure, KafkaFailure, kafkaErrorName } from '../../../kafka/failure.ts'
import { fetchSnapshot } from '../../../kafka/fetchSnapshot.ts'
import { type FetchAnswer, fetchMetadata, type SnapshotId } from '../../../kafka/metadataFetch.ts'
import { readFrames } from '../../../kafka/records/recordBatch.ts'
import { type LogChange, type LogFacts, LogReading, type Steps } from '../../log/metadataLog.ts'
import { inSlices } from '../slices.ts'
import { readLogBefore } from './logBackfill.ts'

/** KafkaRaftClient.MAX_FETCH_WAIT_MS */
const LONG_POLL_MS = 500
/** A long poll that is this much late is not answered at all, in ms. */
const ANSWER_TIMEOUT_MS = LONG_POLL_MS + 1500
const FETCH_BYTES = 1024 * 1024
const EMPTY_PAUSE_MS = 10
/** No controller keeps larger snapshots; beyond it somebody plays with us. */
const MAX_SNAPSHOT_BYTES = 1024 * 1024 * 1024
/** Of a batch cut off at the end of a piece; metadata batches have at most 8 MiB. */
const MAX_BATCH_BYTES = 32 * 1024 * 1024

const CLUSTER_AUTHORIZATION_FAILED = 31

export type TailEnd =
  /** Another node leads, or this one does no more: search again. */
  { reason: 'leader-moved' } | { reason: 'acl-missing' } | { reason: 'failed'; failure: KafkaFailure }

export interface TailListener {
  /** The log held something about the quorum. `replay`: it happened before we came. */
  onChange(change: LogChange, replay: boolean): void
  /** Something that happened before the snapshot with which the reading began. */
  onEarlier(change: LogChange): void
  /** The beginning is read, and this leader's answers follow it live. Called once for every leader and connection. */
  onLive(): void
  /** The leader's log goes another way from `endOffset` on, and records up to `committedTo` were committed. */
  onCommittedCut(endOffset: number, committedTo: number): void
}

export class LogTail {
  readonly #security: Security
  readonly #listener: TailListener
  #reading = new LogReading()
  #live = false
  /** Epoch of the newest leader that has answered to our position without sending us back. */
  #confirmedEpoch = -1
  /** End of the snapshot that the reading began with, while what lies before it is not read. */
  #unreadBefore: number | null = null

  constructor(security: Security, listener: TailListener) {
    this.#security = security
    this.#listener = listener
  }

  /** `null` until the log has been read once from its beginning: half a log would show missing registrations. */
  facts(): LogFacts | null {
    return this.#live ? this.#reading.facts() : null
  }

  /**
   * Another source (DescribeQuorum) has seen the high watermark there, in this epoch. It counts only where the leader of
   * that epoch has confirmed what we have read: a new leader's high watermark may stand beyond records that it cut off.
   */
  committedUpTo(highWatermark: number, epoch: number): void {
    if (epoch !== this.#confirmedEpoch) return
    this.#reading.raise(Math.min(highWatermark, this.#reading.nextOffset))
    void this.#go(this.#reading.settle())
  }

  /** Goes through these steps of the reading in slices, unless it was given up or somebody said stop meanwhile. */
  #go(steps: Steps, signal?: AbortSignal): Promise<boolean> {
    const reading = this.#reading
    const isStill = () => this.#reading === reading && signal?.aborted !== true
    return inSlices(steps, (change) => this.#tell(change), isStill)
  }

  #tell(change: LogChange | null): void {
    if (change !== null) this.#listener.onChange(change, !this.#live)
  }

  /** Follows this leader until it leads no more, the connection ends, or `signal` says stop. */
  async follow(address: Address, epoch: number, clusterId: string | null, signal: AbortSignal): Promise<TailEnd> {
    let connection: KafkaConnection | null = null
    const stop = () => connection?.close()
    let told = false
    try {
      connection = await KafkaConnection.open(address, this.#security, {
        connectTimeoutMs: ANSWER_TIMEOUT_MS,
        requestTimeoutMs: ANSWER_TIMEOUT_MS,
      })
      signal.addEventListener('abort', stop, { once: true })
      while (!signal.aborted) {
        const from = this.#reading.nextOffset
        const answer = await fetchMetadata(connection, {
          clusterId,
          currentLeaderEpoch: epoch,
          fetchOffset: this.#reading.nextOffset,
          lastFetchedEpoch: this.#reading.lastEpoch,
          maxWaitMs: LONG_POLL_MS,
          maxBytes: FETCH_BYTES,
        })
        const end = await this.#take(answer, connection, { epoch, clusterId, signal })
        if (end !== null) return end
        if (!told && this.#live && this.#confirmedEpoch === epoch) {
          told = true
          this.#listener.onLive()
          void this.#readBefore(address, { epoch, clusterId, logStartOffset: answer.logStartOffset }, signal)
        }
        // A leader that answers a long poll at once, with nothing in it, must not keep us busy.
        if (this.#reading.nextOffset === from) await new Promise((resolve) => setTimeout(resolve, EMPTY_PAUSE_MS))
      }
      return { reason: 'leader-moved' }
    } catch (error) {
      if (error instanceof KafkaFailure) return { reason: 'failed', failure: error }
      // Bytes that are no log: forget all of it and read again from the beginning.
      this.#restart()
      return { reason: 'failed', failure: unreadable(address, error) }
    } finally {
      signal.removeEventListener('abort', stop)
      connection?.close()
    }
  }

  /** Beside the following, once: what cannot be read is only not known. */
  async #readBefore(
    address: Address,
    { epoch, clusterId, logStartOffset }: { epoch: number; clusterId: string | null; logStartOffset: number | null },
    signal: AbortSignal,
  ): Promise<void> {
    const endOffset = this.#unreadBefore
    if (endOffset === null || logStartOffset === null || logStartOffset + 1 >= endOffset) return
    this.#unreadBefore = null
    const stretch = { clusterId, epoch, logStartOffset, endOffset }
    const earlier = (change: LogChange) => this.#listener.onEarlier(change)
    await readLogBefore(address, this.#security, stretch, earlier, signal).catch((error: unknown) => {
      if (!(error instanceof KafkaFailure || error instanceof RangeError)) throw error
    })
  }

  /** What was read cannot be mended: it is read again from the beginning, and what was not committed may be gone. */
  #restart(): void {
    const retracted = this.#reading.retracted()
    this.#reading = new LogReading()
    this.#confirmedEpoch = -1
    for (const change of retracted) this.#tell(change)
    this.#live = false
  }

  async #take(
    answer: FetchAnswer,
    connection: KafkaConnection,
    { epoch, clusterId, signal }: { epoch: number; clusterId: string | null; signal: AbortSignal },
  ): Promise<TailEnd | null> {
    if (answer.errorCode === CLUSTER_AUTHORIZATION_FAILED) return { reason: 'acl-missing' }
    if (answer.errorCode === 6 || answer.errorCode === 74 || answer.errorCode === 75) return { reason: 'leader-moved' }
    if (answer.errorCode !== 0) {
      const name = kafkaErrorName(answer.errorCode)
      const message = `the metadata log cannot be fetched: ${name}`
      return { reason: 'failed', failure: new KafkaFailure('kafka-error', connection.address, message) }
    }
    if (answer.snapshotId !== null) {
      await this.#readSnapshot(connection, answer.snapshotId, epoch, clusterId)
      return null
    }
    if (answer.diverging !== null) {
      const gone = this.#reading.truncate(answer.diverging.endOffset, answer.diverging.epoch)
      if (gone === null) {
        this.#listener.onCommittedCut(answer.diverging.endOffset, this.#reading.highWatermark)
        this.#restart()
      } else for (const change of gone) this.#tell(change)
      return null
    }
    this.#confirmedEpoch = epoch
    // The high watermark may be ahead of what we have read; records read later are committed at once.
    if (answer.highWatermark !== null) this.#reading.raise(answer.highWatermark)
    if (!(await this.#go(this.#reading.settle(), signal))) return null
    for (const frame of readFrames(answer.records).frames) {
      if (!(await this.#go(this.#reading.read(frame), signal))) return null
    }
    // Everything that was committed when we asked is read: from here on we follow live.
    if (answer.highWatermark !== null && this.#reading.nextOffset >= answer.highWatermark) this.#live = true
    return null
  }

  async #readSnapshot(
    connection: KafkaConnection,
    snapshotId: SnapshotId,
    epoch: number,
    clusterId: string | null,
  ): Promise<void> {
    // A snapshot replaces all that was read; what it says is state, not events.
    const reading = new LogReading()
    let rest: Buffer = Buffer.alloc(0)
    let position = 0
    for (;;) {
      const piece = await fetchSnapshot(connection, {
        clusterId,
        currentLeaderEpoch: epoch,
        snapshotId,
        position,
        maxBytes: FETCH_BYTES,
      })
      if (
        piece.errorCode !== 0 ||
        piece.size > MAX_SNAPSHOT_BYTES ||
        (piece.bytes.length === 0 && position < piece.size)
      ) {
        const why = piece.errorCode === 0 ? `it has ${piece.size} bytes` : kafkaErrorName(piece.errorCode)
        throw new KafkaFailure('kafka-error', connection.address, `the snapshot cannot be read: ${why}`)
      }
      const bytes = Buffer.concat([rest, piece.bytes])
      const { frames, consumedBytes } = readFrames(bytes)
      for (const frame of frames) await inSlices(reading.readSnapshot(frame), () => {})
      rest = bytes.subarray(consumedBytes)
      if (rest.length > MAX_BATCH_BYTES) throw new RangeError('a batch of the snapshot never ends')
      position += piece.bytes.length
      if (position >= piece.size) break
    }
    reading.afterSnapshot(snapshotId.endOffset, snapshotId.epoch)
    this.#unreadBefore = snapshotId.endOffset
    this.#reading = reading
  }
}

/** Our own decoders say in words what is wrong; the library's end of bytes is an error of its own kind. */
function unreadable(address: Address, error: unknown): KafkaFailure {
  const where = hostPort(address)
  return error instanceof RangeError
    ? new KafkaFailure('hostile-answer', where, error.message)
    : asFailure(where, error)
}
