import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseFetchSnapshot } from '../kafka/fetchSnapshot.ts'
import { RECORDED_VERSIONS, recorded, recordedAnswer } from '../kafka/fixtures/recorded.ts'
import { parseMetadataFetch } from '../kafka/metadataFetch.ts'
import { type RecordBatch, readBatches } from '../kafka/recordBatch.ts'
import { logEvent } from './logEvents.ts'
import {
  afterSnapshot,
  commitUpTo,
  currentFacts,
  type LogReading,
  loggedRecords,
  readBatch,
  readSnapshotBatch,
  START_OF_LOG,
  truncate,
} from './metadataLog.ts'

const recording = recorded('4.3.1')
const fetched = parseMetadataFetch(recordedAnswer(recording, 'fetch from the beginning'))
const batches = readBatches(fetched.records).batches

function readAll(list: RecordBatch[], start: LogReading = START_OF_LOG): LogReading {
  return list.reduce((reading, batch) => readBatch(reading, batch).reading, start)
}

/** A batch of the recording, appended once more at another place. */
function again(batch: RecordBatch, offset: number, epoch: number): RecordBatch {
  const shift = offset - batch.baseOffset
  return {
    ...batch,
    baseOffset: offset,
    lastOffset: batch.lastOffset + shift,
    epoch,
    records: batch.records.map((r) => ({ ...r, offset: r.offset + shift })),
  }
}

const votersBatch = batches.find((b) => loggedRecords(b).some((l) => l.record.kind === 'voters')) as RecordBatch

describe.each(RECORDED_VERSIONS)('the log of a real %s', (version) => {
  const file = recorded(version)

  test('read from its beginning', () => {
    const answer = parseMetadataFetch(recordedAnswer(file, 'fetch from the beginning'))
    const start = commitUpTo(START_OF_LOG, answer.highWatermark ?? 0).reading
    const facts = currentFacts(readAll(readBatches(answer.records).batches, start))
    expect(facts).toMatchObject({ kraftVersion: 1, leader: { leaderId: file.leaderId, epoch: file.leaderEpoch } })
    expect([...facts.controllers.keys()].sort()).toEqual([0, 1, 2])
    expect(facts.brokers.get(7)).toMatchObject({ fenced: false })
    expect(facts.features.get('metadata.version')).toBeGreaterThanOrEqual(21)
    expect(facts.pendingVoters).toBeNull()
  })

  test('read from a snapshot', () => {
    const { bytes } = parseFetchSnapshot(recordedAnswer(file, 'snapshot'))
    const snapshot = readBatches(bytes).batches.reduce(readSnapshotBatch, START_OF_LOG)
    const { snapshotId } = parseMetadataFetch(recordedAnswer(file, 'fetch before the snapshot'))
    const reading = afterSnapshot(snapshot, snapshotId?.endOffset ?? 0, snapshotId?.epoch ?? 0)
    const facts = currentFacts(reading)
    expect([...facts.controllers.keys()].sort()).toEqual([0, 1, 2])
    expect(facts.voters?.map((v) => v.nodeId).sort()).toEqual([0, 1, 2])
    expect(reading.nextOffset).toBe(snapshotId?.endOffset)
  })
})

describe('uncommitted records', () => {
  const end = readAll(batches).nextOffset

  test('a voter set waits until the high watermark passes it', () => {
    const committed = readAll(batches, commitUpTo(START_OF_LOG, end).reading)
    const pending = readBatch(committed, again(votersBatch, end, 7)).reading
    expect(currentFacts(committed).pendingVoters).toBeNull()
    expect(currentFacts(pending).pendingVoters).toMatchObject({ epoch: 7 })
    const offset = currentFacts(pending).pendingVoters?.offset ?? 0
    expect(currentFacts(commitUpTo(pending, offset).reading).pendingVoters).not.toBeNull()
    const passed = commitUpTo(pending, offset + 1)
    expect(currentFacts(passed.reading).pendingVoters).toBeNull()
    expect(passed.change.committed.map((l) => l.offset)).toContain(offset)
  })

  test('a truncation takes back what it cuts off, and nothing else', () => {
    const committed = readAll(batches, commitUpTo(START_OF_LOG, end).reading)
    const pending = readBatch(committed, again(votersBatch, end, 7)).reading
    const cut = truncate(pending, end, 6)
    expect(cut?.change.retracted.map((l) => l.record.kind)).toContain('voters')
    expect(cut?.reading).toMatchObject({ nextOffset: end, lastEpoch: 6, uncommitted: [] })
    expect(currentFacts(cut?.reading ?? committed).voters).toEqual(currentFacts(committed).voters)
  })

  test('a truncation into what was committed cannot be mended', () => {
    expect(truncate(readAll(batches, commitUpTo(START_OF_LOG, end).reading), end - 1, 1)).toBeNull()
  })

  test('however reading and committing interleave, the facts are the same', () => {
    const whole = currentFacts(commitUpTo(readAll(batches), end).reading)
    fc.assert(
      fc.property(fc.array(fc.nat(end), { maxLength: batches.length }), (marks) => {
        let reading = START_OF_LOG
        batches.forEach((batch, i) => {
          reading = readBatch(reading, batch).reading
          const mark = marks[i]
          if (mark !== undefined) reading = commitUpTo(reading, Math.min(mark, reading.nextOffset)).reading
        })
        expect(currentFacts(commitUpTo(reading, end).reading)).toEqual(whole)
      }),
    )
  })

  test('a batch that was read already changes nothing', () => {
    const once = readAll(batches)
    expect(readAll(batches, once)).toEqual({ ...once, lastEpoch: once.lastEpoch })
  })
})

describe('events of the log', () => {
  test('an election, a voter set, a registration, in words', () => {
    const titles: string[] = []
    let reading = START_OF_LOG
    for (const batch of batches) {
      const { reading: next, change } = readBatch(reading, batch)
      for (const { logged, before } of change.appended) {
        const event = logEvent(logged, before, false)
        if (event !== null) titles.push(event.title)
      }
      reading = next
    }
    expect(titles[0]).toBe(`Leader ${recording.leaderId}, epoch ${recording.leaderEpoch}`)
    expect(titles).toContain('kraft.version 1')
    expect(titles.find((t) => t.startsWith('Voters are 0 ('))).toBeDefined()
    expect(titles).toContain('metadata.version is 4.3-IV0')
    expect(titles).toContain('Broker 7 unfenced')
  })
})
