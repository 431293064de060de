/**
 * Every way in which bytes of a "Kafka" become facts, called as the product calls it. Each takes one answer's body; a
 * refusal is an error that the product expects (`isRefusal`).
 */
import {
  apiVersionsV3,
  apiVersionsV4,
  describeConfigsV4,
  describeQuorumV0,
  describeQuorumV1,
  describeQuorumV2,
  Reader,
  ResponseError,
} from '@platformatic/kafka'
import { diffViews } from '../../server/contract/delta.ts'
import type { QuorumView } from '../../server/contract/quorumView.ts'
import { inspect } from '../../server/inspection/inspect.ts'
import { parseDescribeCluster } from '../../server/kafka/describeCluster.ts'
import { quorumAnswer } from '../../server/kafka/describeQuorum.ts'
import { parseFetchSnapshot } from '../../server/kafka/fetchSnapshot.ts'
import { DISK_VERSIONS, recordedDisks } from '../../server/kafka/fixtures/recordedDisks.ts'
import { FrameMeter } from '../../server/kafka/frameGuard.ts'
import { parseMetadataFetch } from '../../server/kafka/metadataFetch.ts'
import { parseUpdateVoter, parseVoterChange } from '../../server/kafka/raftVoters.ts'
import { controlRecord } from '../../server/kafka/records/controlRecord.ts'
import { crc32c } from '../../server/kafka/records/crc32c.ts'
import { metadataRecord } from '../../server/kafka/records/metadataRecord.ts'
import '../../server/kafka/records/readerGuard.ts'
import { readBatches, readFrames } from '../../server/kafka/records/recordBatch.ts'
import { assess, NOTHING_REMEMBERED } from '../../server/quorum/assessment/assess.ts'
import { replicaPresence } from '../../server/quorum/assessment/replicaPresence.ts'
import { NO_FACTS } from '../../server/quorum/assessment/sample.ts'
import { viewEvents } from '../../server/quorum/assessment/viewEvents.ts'
import { logEvent } from '../../server/quorum/log/logEvents.ts'
import { type LogChange, type LogFacts, LogReading } from '../../server/quorum/log/metadataLog.ts'
import { recordedAnswers } from './recordedAnswers.ts'

type Parse = (id: number, key: number, version: number, reader: Reader) => unknown

interface LibraryApi {
  key: number
  version: number
}

/** Runs a parser of the library on a body, through the door that a connection uses; error codes are an answer. */
function parsedBy(api: LibraryApi, body: Buffer): unknown {
  let result: unknown
  const connection = {
    send(_k: number, _v: number, _create: unknown, parse: Parse) {
      try {
        result = parse(1, api.key, api.version, Reader.from(body))
      } catch (error) {
        if (!(error instanceof ResponseError)) throw error
        result = error.response
      }
    },
  }
  ;(api as unknown as (connection: unknown, callback: () => void) => void)(connection, () => {})
  return result
}

const LOG: LogFacts = honestLog()

function honestLog(): LogFacts {
  const first = recordedAnswers().find((a) => a.apiKey === 1)
  if (first === undefined) throw new Error('no recorded fetch')
  const { records, highWatermark } = parseMetadataFetch(Reader.from(first.body))
  const reading = new LogReading()
  reading.raise(highWatermark ?? 0)
  readAll(reading, records)
  return reading.facts()
}

/** Without slices: here an input is small, and how long it takes is measured as a whole. */
function readAll(reading: LogReading, records: Buffer): void {
  for (const frame of readFrames(records).frames) for (const change of reading.read(frame)) told(change)
}

function told(change: LogChange | null): void {
  if (change?.kind === 'appended') logEvent(change.logged, change.before, change.committed)
}

/** DescribeQuorum all the way: parsed, assessed twice, events told, delta and snapshot serialised. */
function quorumToView(api: LibraryApi, body: Buffer): void {
  const answer = quorumAnswer(parsedBy(api, body) as Parameters<typeof quorumAnswer>[0])
  if (!answer.ok) return
  const { quorum } = answer
  const source = { nodeId: quorum.leaderId, via: 'controller', address: 'localhost:1', tailing: true } as const
  const observation = {
    sample: { kind: 'led' as const, observedAtMs: 1_790_000_000_000, source, ...quorum },
    facts: NO_FACTS,
    log: LOG,
    racks: new Map<number, string>(),
    asked: [],
    incidents: [],
    incidentMemory: 'read' as const,
  }
  const first = assess(observation, NOTHING_REMEMBERED)
  const second = assess(
    { ...observation, sample: { ...observation.sample, observedAtMs: 1_790_000_001_000 } },
    first.remembered,
  )
  const view = (seq: number, rest: typeof first.view): QuorumView => ({ cluster: 'c', serverRunId: 'r', seq, ...rest })
  const before = view(1, first.view)
  const after = view(2, second.view)
  const presence = replicaPresence(new Map(), after)
  viewEvents({ before, after, tailing: false, presence })
  JSON.stringify(diffViews(before, after, 0))
  JSON.stringify(after)
}

function configs(body: Buffer): void {
  const answer = parsedBy(describeConfigsV4.api, body) as {
    results: { configs: { name: string; value?: string | null }[] }[]
  }
  for (const { name, value } of answer.results[0]?.configs ?? []) if (typeof value === 'string') name.concat(value)
}

/** A fetch all the way: parsed, cut into batches and records, folded, told as events, cut off again. */
function fetchToFacts(body: Buffer): void {
  const answer = parseMetadataFetch(Reader.from(body))
  const reading = new LogReading()
  readAll(reading, answer.records)
  if (answer.highWatermark !== null) reading.raise(answer.highWatermark)
  for (const change of reading.settle()) told(change)
  if (answer.diverging !== null) reading.truncate(answer.diverging.endOffset, answer.diverging.epoch)
  JSON.stringify([...reading.facts().brokers])
}

function snapshotToFacts(body: Buffer): void {
  const piece = parseFetchSnapshot(Reader.from(body))
  const reading = new LogReading()
  for (const frame of readFrames(piece.bytes).frames) for (const _ of reading.readSnapshot(frame));
  reading.afterSnapshot(piece.size, 1)
  reading.facts()
}

/** First byte: control record or not; then a record's value, or for a control record its key and its value. */
function oneRecord(bytes: Buffer): void {
  if (bytes[0] === 0) metadataRecord(bytes.subarray(1))
  else controlRecord({ offset: 0, key: bytes.subarray(1, 5), value: bytes.subarray(5) })
}

function frames(body: Buffer): void {
  const meter = new FrameMeter()
  for (let at = 0; at < body.length; at += 7) meter.accept(body.subarray(at, at + 7))
}

export interface Decoder {
  name: string
  /** The honest bytes that its inputs are made from. */
  material: readonly Buffer[]
  decode(body: Buffer): void
}

const ANSWERS = recordedAnswers()

function bodies(apiKey: number, version?: number): Buffer[] {
  return ANSWERS.filter((a) => a.apiKey === apiKey && (version === undefined || a.version === version)).map(
    (a) => a.body,
  )
}

const LOGS: readonly Buffer[] = [
  ...bodies(1).map((body) => parseMetadataFetch(Reader.from(body)).records),
  ...bodies(59).map((body) => parseFetchSnapshot(Reader.from(body)).bytes),
].filter((bytes) => bytes.length > 0)

const RECORDS: readonly Buffer[] = LOGS.flatMap((bytes) => readBatches(bytes).batches).flatMap((batch) =>
  batch.records.flatMap(({ key, value }) => {
    if (value === null) return []
    return [
      Buffer.concat(batch.control ? [Buffer.from([1]), key ?? Buffer.alloc(4), value] : [Buffer.from([0]), value]),
    ]
  }),
)

const DISK_FILES: readonly Buffer[] = DISK_VERSIONS.flatMap((version) => recordedDisks(version).files).map((file) =>
  Buffer.from(file.base64, 'base64'),
)

/** An uploaded file all the way to words. It never throws; with its checksum made right, what is in it is read. */
function fileOfADisk(bytes: Buffer, isSealed: boolean): void {
  if (isSealed && bytes.length > 61) {
    bytes[16] = 2
    bytes.writeInt32BE(bytes.length - 12, 8)
    bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17)
  }
  const files = [{ name: '00000000000000000032-0000000002.checkpoint', base64: bytes.toString('base64') }]
  JSON.stringify(inspect({ files }, { name: 'c', view: null, ageMs: null, events: [] }))
}

function decoder(name: string, material: readonly Buffer[], decode: (body: Buffer) => unknown): Decoder {
  return { name, material, decode: (body) => void decode(body) }
}

export const DECODERS: readonly Decoder[] = [
  decoder('DescribeQuorum v0 to view', bodies(55, 0), (body) => quorumToView(describeQuorumV0.api, body)),
  decoder('DescribeQuorum v1 to view', bodies(55, 1), (body) => quorumToView(describeQuorumV1.api, body)),
  decoder('DescribeQuorum v2 to view', bodies(55, 2), (body) => quorumToView(describeQuorumV2.api, body)),
  decoder('DescribeCluster v1', bodies(60, 1), (body) => parseDescribeCluster(1, Reader.from(body))),
  decoder('DescribeCluster v2', bodies(60, 2), (body) => parseDescribeCluster(2, Reader.from(body))),
  decoder('Fetch to log facts', bodies(1), fetchToFacts),
  decoder('FetchSnapshot to log facts', bodies(59), snapshotToFacts),
  decoder('record batches', LOGS, readBatches),
  decoder('one record', RECORDS, oneRecord),
  decoder('AddRaftVoter, RemoveRaftVoter', [...bodies(80), ...bodies(81)], (body) =>
    parseVoterChange(Reader.from(body)),
  ),
  decoder('UpdateRaftVoter', bodies(82), (body) => parseUpdateVoter(Reader.from(body))),
  decoder('ApiVersions v4', bodies(18), (body) => parsedBy(apiVersionsV4.api, body)),
  decoder('ApiVersions v3', bodies(18), (body) => parsedBy(apiVersionsV3.api, body)),
  decoder('DescribeConfigs v4', bodies(32), configs),
  decoder('files of a disk', DISK_FILES, (body) => fileOfADisk(body, false)),
  decoder('checkpoints with a right checksum', DISK_FILES, (body) => fileOfADisk(Buffer.from(body), true)),
  decoder(
    'frames',
    ANSWERS.map((a) => a.body),
    frames,
  ),
]

/**
 * Whether the product expects this error from hostile bytes: a RangeError of ours or Node's, the library's own error at the
 * end of the bytes, or the library stumbling over what it looked up (an error code that nobody has). A TypeError that
 * rises in the product is none.
 */
export function isRefusal(error: unknown): boolean {
  if (error instanceof RangeError) return true
  if (!(error instanceof Error)) return false
  if ((error as NodeJS.ErrnoException).code === 'OUT_OF_BOUNDS') return true
  const risen = error.stack?.split('\n').find((line) => line.trimStart().startsWith('at ')) ?? ''
  return error instanceof TypeError && risen.includes('node_modules/@platformatic/')
}
