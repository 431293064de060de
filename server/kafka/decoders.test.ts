import {
  apiVersionsV4,
  describeConfigsV4,
  describeQuorumV0,
  describeQuorumV1,
  describeQuorumV2,
  type Reader,
  ResponseError,
} from '@platformatic/kafka'
import { describe, expect, test } from 'vitest'
import { parseDescribeCluster } from './describeCluster.ts'
import { type QuorumAnswer, quorumAnswer } from './describeQuorum.ts'
import { parseFetchSnapshot } from './fetchSnapshot.ts'
import { RECORDED_VERSIONS, recorded, recordedAnswer } from './fixtures/recorded.ts'
import { parseMetadataFetch } from './metadataFetch.ts'
import { parseUpdateVoter, parseVoterChange } from './raftVoters.ts'
import { controlRecord } from './records/controlRecord.ts'
import { metadataRecord } from './records/metadataRecord.ts'
import { type RecordBatch, readBatches } from './records/recordBatch.ts'

type Parse = (id: number, key: number, version: number, reader: Reader) => unknown

/** As a connection does it: an answer with error codes is thrown by the library, with its data. */
function answer(parse: Parse, version: number, reader: Reader): QuorumAnswer {
  try {
    return quorumAnswer(parse(1, 55, version, reader) as Parameters<typeof quorumAnswer>[0])
  } catch (error) {
    if (error instanceof ResponseError) return quorumAnswer(error.response as Parameters<typeof quorumAnswer>[0])
    throw error
  }
}

function led(answered: QuorumAnswer) {
  if (!answered.ok) throw new Error(`error ${answered.errorCode}`)
  return answered.quorum
}

interface ToolRow {
  nodeId: number
  directoryId: string
  status: string
}

function rows(text: string): ToolRow[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([id]) => /^\d+$/.test(id ?? ''))
    .map((cells) => ({ nodeId: Number(cells[0]), directoryId: cells[1] ?? '', status: cells.at(-1) ?? '' }))
}

function everything(batches: RecordBatch[]) {
  const control = batches.filter((b) => b.control).flatMap((b) => b.records.map((r) => controlRecord(r)))
  const metadata = batches
    .filter((b) => !b.control)
    .flatMap((b) => b.records.map((r) => (r.value === null ? null : metadataRecord(r.value))))
  return [...control, ...metadata].filter((r) => r !== null)
}

describe.each(RECORDED_VERSIONS)('answers of Apache Kafka %s', (version) => {
  const file = recorded(version)
  const body = (what: string): Reader => recordedAnswer(file, what)

  test('ApiVersions carries features, kraft.version with its minimum 0 too', () => {
    const versions = apiVersionsV4.api
    expect(versions.version).toBe(4)
    // The library's parser is reached as a connection reaches it; only its bytes are ours.
    const parsed = parseWith(versions, body('versions of a controller')) as {
      apiKeys: { apiKey: number }[]
      supportedFeatures: { name: string; minVersion: number; maxVersion: number }[]
      finalizedFeatures: { name: string; maxVersionLevel: number }[]
    }
    expect(parsed.supportedFeatures).toContainEqual({ name: 'kraft.version', minVersion: 0, maxVersion: 1 })
    expect(parsed.finalizedFeatures).toContainEqual(
      expect.objectContaining({ name: 'kraft.version', maxVersionLevel: 1 }),
    )
    expect(parsed.apiKeys.map((a) => a.apiKey)).toEqual(expect.arrayContaining([1, 55, 59, 60, 80, 81, 82]))
    const broker = parseWith(versions, body('versions of a broker')) as typeof parsed
    // How a broker listener is told from a controller listener: Metadata.
    expect(broker.apiKeys.map((a) => a.apiKey)).toContain(3)
    expect(parsed.apiKeys.map((a) => a.apiKey)).not.toContain(3)
  })

  test.each([
    [0, describeQuorumV0],
    [1, describeQuorumV1],
    [2, describeQuorumV2],
  ] as const)('DescribeQuorum v%i agrees with what the tool printed', (v, api) => {
    const quorum = led(answer((_i, _k, _v, r) => parseWith(api.api, r), v, body(`quorum at the leader v${v}`)))
    expect(quorum.leaderId).toBe(file.leaderId)
    expect(quorum.leaderEpoch).toBe(file.leaderEpoch)
    expect(quorum.highWatermark).toBeGreaterThan(0)
    const told = rows(file.tools.replication)
    expect(quorum.voters.map((r) => r.nodeId).sort()).toEqual([0, 1, 2])
    const own = quorum.voters.find((r) => r.nodeId === file.leaderId)
    if (v === 0) expect(own?.lastFetchMs).toBeNull()
    else expect(own?.lastFetchMs).toBeGreaterThan(1_600_000_000_000)
    for (const replica of [...quorum.voters, ...quorum.observers]) {
      const row = told.find((r) => r.nodeId === replica.nodeId)
      expect(replica.directoryId).toBe(v === 2 ? row?.directoryId : null)
      expect(replica.logEndOffset).toBeGreaterThan(0)
    }
    if (v === 2) expect(quorum.voterEndpoints.get(0)?.[0]).toMatchObject({ listener: 'CONTROLLER', host: 'localhost' })
  })

  test("a follower's zeroes are not believed", () => {
    const parse: Parse = (_i, _k, _v, r) => parseWith(describeQuorumV2.api, r)
    expect(answer(parse, 2, body('quorum at a follower'))).toMatchObject({ ok: false, errorCode: 6 })
  })

  test('a broker forwards to the leader', () => {
    const parse: Parse = (_i, _k, _v, r) => parseWith(describeQuorumV2.api, r)
    expect(led(answer(parse, 2, body('quorum through a broker'))).leaderId).toBe(file.leaderId)
  })

  test('a dead ex-leader reads -1, which becomes null', () => {
    const parse: Parse = (_i, _k, _v, r) => parseWith(describeQuorumV2.api, r)
    const quorum = led(answer(parse, 2, body('quorum after the leader was killed')))
    expect(quorum.leaderId).not.toBe(file.leaderId)
    expect(quorum.leaderEpoch).toBeGreaterThan(file.leaderEpoch)
    expect(quorum.voters.find((r) => r.nodeId === file.leaderId)).toMatchObject({
      logEndOffset: null,
      lastFetchMs: null,
      lastCaughtUpMs: null,
    })
  })

  test.each(version.startsWith('3.') ? [1] : [1, 2])('DescribeCluster v%i', (v) => {
    const controllers = parseDescribeCluster(v, body(`controllers v${v}`))
    expect(controllers).toMatchObject({ errorCode: 0, clusterId: file.clusterId, controllerId: file.leaderId })
    expect(controllers.nodes.map((n) => n.nodeId).sort()).toEqual([0, 1, 2])
    const brokers = parseDescribeCluster(v, body(`brokers v${v}`))
    expect(brokers.nodes.map((n) => [n.nodeId, n.fenced])).toEqual([[7, v === 2 ? false : null]])
  })

  test('DescribeConfigs of a controller about itself, and its refusal about another', () => {
    const own = parseWith(describeConfigsV4.api, body('configs of itself')) as {
      results: { errorCode: number; configs: { name: string; value: string }[] }[]
    }
    const configs = Object.fromEntries(own.results[0]?.configs.map((c) => [c.name, c.value]) ?? [])
    expect(configs).toMatchObject({ 'process.roles': 'controller', 'controller.quorum.fetch.timeout.ms': '2000' })
    expect(() => parseWith(describeConfigsV4.api, body('configs of another node'))).toThrow(ResponseError)
  })

  test('the log from its beginning: leader, kraft.version, voters, features, registrations', () => {
    const fetched = parseMetadataFetch(body('fetch from the beginning'))
    expect(fetched).toMatchObject({ errorCode: 0, diverging: null, snapshotId: null })
    expect(fetched.highWatermark).toBeGreaterThan(10)
    const { batches } = readBatches(fetched.records)
    expect(batches[0]?.baseOffset).toBe(0)
    const records = everything(batches)
    expect(records).toContainEqual({ kind: 'kraft-version', kraftVersion: 1 })
    const leader = records.find((r) => r.kind === 'leader-change')
    expect(leader?.voterIds.sort()).toEqual([0, 1, 2])
    const voters = records.find((r) => r.kind === 'voters')
    const told = rows(file.tools.replication)
    for (const { nodeId, directoryId, endpoints } of voters?.voters ?? []) {
      expect(directoryId).toBe(told.find((r) => r.nodeId === nodeId)?.directoryId)
      expect(endpoints[0]).toMatchObject({ listener: 'CONTROLLER', host: 'localhost' })
    }
    expect(voters?.voters).toHaveLength(3)
    expect(
      records
        .filter((r) => r.kind === 'register-controller')
        .map((r) => r.nodeId)
        .sort(),
    ).toEqual([0, 1, 2])
    expect(records.filter((r) => r.kind === 'register-broker').map((r) => r.nodeId)).toEqual([7])
    expect(records).toContainEqual({ kind: 'broker-fenced', nodeId: 7, fenced: false })
    expect(records.some((r) => r.kind === 'feature' && r.name === 'metadata.version')).toBe(true)
  })

  test('a fetch at a follower names the leader and its address', () => {
    const fetched = parseMetadataFetch(body('fetch at a follower'))
    expect(fetched.errorCode).toBe(6)
    expect(fetched.leader?.leaderId).toBe(file.leaderId)
    expect(fetched.nodeEndpoints).toEqual([{ nodeId: file.leaderId, host: 'localhost', port: expect.any(Number) }])
  })

  test('a fetch with an old epoch is fenced', () => {
    expect([74, 42]).toContain(parseMetadataFetch(body('fetch with an old epoch')).errorCode)
  })

  test('a fetch beyond the log diverges', () => {
    const fetched = parseMetadataFetch(body('fetch that diverges'))
    expect(fetched.errorCode).toBe(0)
    expect(fetched.diverging?.epoch).toBe(file.leaderEpoch)
    expect(fetched.diverging?.endOffset).toBeLessThan(1_000_000)
  })

  test('voter changes are refused with their codes', () => {
    expect(parseVoterChange(body('add a voter twice')).errorCode).toBe(126)
    expect(parseVoterChange(body('add a voter of another cluster')).errorCode).toBe(104)
    expect(parseVoterChange(body('remove an unknown voter'))).toMatchObject({
      errorCode: 127,
      errorMessage: expect.stringContaining('Cannot remove voter'),
    })
    expect(parseVoterChange(body('remove at a follower')).errorCode).toBe(6)
    if (version === '4.3.1') expect(parseVoterChange(body('add a voter twice v1')).errorCode).toBe(126)
    const update = parseUpdateVoter(body('update with an old epoch'))
    expect(update.errorCode).toBe(74)
    expect(update.leader).toMatchObject({ leaderId: file.leaderId, leaderEpoch: file.leaderEpoch })
  })

  test('where the log no longer reaches back, a snapshot is named and can be read', () => {
    const fetched = parseMetadataFetch(body('fetch before the snapshot'))
    expect(fetched.snapshotId?.endOffset).toBeGreaterThan(0)
    const piece = parseFetchSnapshot(body('snapshot'))
    expect(piece).toMatchObject({ errorCode: 0, position: 0 })
    expect(piece.bytes.length).toBe(piece.size)
    const records = everything(readBatches(piece.bytes).batches)
    expect(records).toContainEqual({ kind: 'kraft-version', kraftVersion: 1 })
    expect(
      records
        .find((r) => r.kind === 'voters')
        ?.voters.map((v) => v.nodeId)
        .sort(),
    ).toEqual([0, 1, 2])
    expect(records.filter((r) => r.kind === 'register-broker').map((r) => r.nodeId)).toEqual([7])
    const after = readBatches(parseMetadataFetch(body('fetch after the snapshot')).records).batches
    expect(after[0]?.baseOffset).toBe(fetched.snapshotId?.endOffset)
  })

  test('every answer cut short anywhere is refused, never misread or endless', () => {
    const full = parseMetadataFetch(body('fetch from the beginning')).records
    for (let length = 0; length < full.length; length += 7) {
      const { batches, consumedBytes } = readBatches(full.subarray(0, length))
      expect(consumedBytes).toBeLessThanOrEqual(length)
      expect(batches.length).toBeLessThanOrEqual(readBatches(full).batches.length)
    }
  })
})

/** Runs a parser of the library on recorded bytes, through the same door as a connection: `send`. */
function parseWith(
  api: { (connection: never, ...args: never[]): void; key: number; version: number },
  reader: Reader,
): unknown {
  let result: unknown
  let failure: unknown = null
  const connection = {
    send(_k: number, _v: number, _create: unknown, parse: Parse) {
      try {
        result = parse(1, api.key, api.version, reader)
      } catch (error) {
        failure = error
      }
    },
  }
  ;(api as unknown as (connection: unknown, ...args: unknown[]) => void)(connection, () => {})
  if (failure !== null) throw failure
  return result
}
