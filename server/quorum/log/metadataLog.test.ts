import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseFetchSnapshot } from '../../kafka/fetchSnapshot.ts'
import { RECORDED_VERSIONS, recorded, recordedAnswer } from '../../kafka/fixtures/recorded.ts'
import { parseMetadataFetch } from '../../kafka/metadataFetch.ts'
import { controlRecord } from '../../kafka/records/controlRecord.ts'
import { type RecordBatch, readBatches } from '../../kafka/records/recordBatch.ts'
import { logEvent } from './logEvents.ts'
import { type LogChange, LogReading, type Steps } from './metadataLog.ts'

const recording = recorded('4.3.1')
const fetched = parseMetadataFetch(recordedAnswer(recording, 'fetch from the beginning'))
const batches = readBatches(fetched.records).batches

/** Goes through all steps at once. */
function all(steps: Steps): LogChange[] {
  return [...steps].filter((change) => change !== null)
}

function readAll(list: readonly RecordBatch[], reading = new LogReading()): LogReading {
  for (const batch of list) all(reading.read(batch))
  return reading
}

function commitUpTo(reading: LogReading, highWatermark: number): LogChange[] {
  reading.raise(highWatermark)
  return all(reading.settle())
}

/** The whole recording, committed. */
function committedLog(): LogReading {
  const reading = new LogReading()
  commitUpTo(reading, end)
  return readAll(batches, reading)
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

const end = readAll(batches).nextOffset
const votersBatch = batches.find(
  (b) => b.control && b.records.some((r) => controlRecord(r)?.kind === 'voters'),
) as RecordBatch

describe.each(RECORDED_VERSIONS)('the log of a real %s', (version) => {
  const file = recorded(version)

  test('read from its beginning', () => {
    const answer = parseMetadataFetch(recordedAnswer(file, 'fetch from the beginning'))
    const reading = new LogReading()
    reading.raise(answer.highWatermark ?? 0)
    const facts = readAll(readBatches(answer.records).batches, reading).facts()
    expect(facts).toMatchObject({ kraftVersion: 1, leader: { leaderId: file.leaderId, epoch: file.leaderEpoch } })
    expect([...facts.controllers.keys()].sort()).toEqual([0, 1, 2])
    expect(facts.brokers.get(7)).toMatchObject({ fenced: false })
    expect(facts.features.get('metadata.version')).toBeGreaterThanOrEqual(21)
    expect(facts.pendingVoters).toBeNull()
  })

  test('read from a snapshot', () => {
    const { bytes } = parseFetchSnapshot(recordedAnswer(file, 'snapshot'))
    const reading = new LogReading()
    for (const batch of readBatches(bytes).batches) expect(all(reading.readSnapshot(batch))).toEqual([])
    const { snapshotId } = parseMetadataFetch(recordedAnswer(file, 'fetch before the snapshot'))
    reading.afterSnapshot(snapshotId?.endOffset ?? 0, snapshotId?.epoch ?? 0)
    const facts = reading.facts()
    expect([...facts.controllers.keys()].sort()).toEqual([0, 1, 2])
    expect(facts.voters?.map((v) => v.nodeId).sort()).toEqual([0, 1, 2])
    expect(facts.pendingVoters).toBeNull()
    expect(reading.nextOffset).toBe(snapshotId?.endOffset)
  })
})

describe('uncommitted records', () => {
  test('a voter set waits until the high watermark passes it', () => {
    const reading = committedLog()
    expect(reading.facts().pendingVoters).toBeNull()
    all(reading.read(again(votersBatch, end, 7)))
    const { pendingVoters, voters } = reading.facts()
    expect(pendingVoters).toMatchObject({ epoch: 7, before: voters })
    const offset = pendingVoters?.offset ?? 0
    commitUpTo(reading, offset)
    expect(reading.facts().pendingVoters).not.toBeNull()
    const changes = commitUpTo(reading, offset + 1)
    expect(reading.facts().pendingVoters).toBeNull()
    expect(changes.map((c) => [c.kind, c.logged.offset])).toContainEqual(['committed', offset])
  })

  test('a truncation takes back what it cuts off, and nothing else', () => {
    const reading = committedLog()
    const before = committedLog().facts()
    all(reading.read(again(votersBatch, end, 7)))
    const gone = reading.truncate(end, 6)
    expect(gone?.map((c) => [c.kind, c.logged.record.kind])).toContainEqual(['retracted', 'voters'])
    expect(reading).toMatchObject({ nextOffset: end, lastEpoch: 6 })
    expect(reading.retracted()).toEqual([])
    expect(reading.facts()).toEqual(before)
  })

  test('a truncation keeps what stands before it, and what is read after it is in its place', () => {
    const reading = committedLog()
    all(reading.read(again(votersBatch, end, 7)))
    const kept = reading.nextOffset
    all(reading.read(again(votersBatch, kept, 7)))
    expect(reading.facts().pendingVoters?.offset).toBeGreaterThanOrEqual(kept)
    expect(reading.truncate(kept, 7)?.length).toBeGreaterThan(0)
    expect(reading.facts().pendingVoters?.offset).toBeLessThan(kept)
    commitUpTo(reading, kept)
    expect(reading.facts().pendingVoters).toBeNull()
  })

  test('a truncation into what was committed cannot be mended', () => {
    expect(committedLog().truncate(end - 1, 1)).toBeNull()
  })

  test('however reading and committing interleave, the facts are the same', () => {
    const whole = readAll(batches)
    commitUpTo(whole, end)
    fc.assert(
      fc.property(fc.array(fc.nat(end), { maxLength: batches.length }), (marks) => {
        const reading = new LogReading()
        batches.forEach((batch, i) => {
          all(reading.read(batch))
          const mark = marks[i]
          if (mark !== undefined) commitUpTo(reading, Math.min(mark, reading.nextOffset))
        })
        commitUpTo(reading, end)
        expect(reading.facts()).toEqual(whole.facts())
        expect(reading.retracted()).toEqual([])
      }),
    )
  })

  test('wherever reading is left and taken up again, nothing is lost and nothing is read twice', () => {
    const whole = committedLog().facts()
    fc.assert(
      fc.property(fc.array(fc.nat(12), { maxLength: 40 }), (stops) => {
        const reading = new LogReading()
        reading.raise(end)
        const left = [...stops]
        const offsets: number[] = []
        for (let at = 0; at < batches.length; ) {
          const batch = batches[at]
          if (batch === undefined) break
          const stop = left.shift() ?? Number.POSITIVE_INFINITY
          let steps = 0
          let isWhole = true
          for (const change of reading.read(batch)) {
            if (change?.kind === 'appended') offsets.push(change.logged.offset)
            steps += 1
            if (steps > stop) {
              isWhole = false
              break
            }
          }
          if (isWhole) at += 1
        }
        expect(reading.facts()).toEqual(whole)
        expect(offsets).toEqual([...new Set(offsets)])
      }),
    )
  })

  test('a batch that was read already changes nothing', () => {
    const reading = readAll(batches)
    const before = readAll(batches).facts()
    const repeated = batches.flatMap((batch) => all(reading.read(batch)))
    expect(repeated).toEqual([])
    expect(reading.facts()).toEqual(before)
  })

  test('endless ones are refused', () => {
    const reading = new LogReading()
    const [record] = votersBatch.records
    if (record === undefined) throw new Error('no record')
    function* endless() {
      for (let offset = 0; ; offset += 1)
        yield { ...record, offset, key: record?.key ?? null, value: record?.value ?? null }
    }
    expect(() => all(reading.read({ ...votersBatch, lastOffset: 0, records: endless() }))).toThrow(RangeError)
  })
})

describe('events of the log', () => {
  test('an election, a voter set, a registration, in words', () => {
    const titles: string[] = []
    const reading = new LogReading()
    for (const batch of batches) {
      for (const change of all(reading.read(batch))) {
        if (change.kind !== 'appended') continue
        const event = logEvent(change.logged, change.before, false)
        if (event !== null) titles.push(event.title)
      }
    }
    expect(titles[0]).toBe(`Leader ${recording.leaderId}, epoch ${recording.leaderEpoch}`)
    expect(titles).toContain('kraft.version 1')
    expect(titles.find((t) => t.startsWith('Voters are 0 ('))).toBeDefined()
    expect(titles).toContain('metadata.version is 4.3-IV0')
    expect(titles).toContain('Broker 7 unfenced')
  })
})
