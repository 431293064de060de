import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { DISK_VERSIONS } from '../../kafka/fixtures/recordedDisks.ts'
import { crc32c } from '../../kafka/records/crc32c.ts'
import { votersBatch } from '../../kafka/records/votersBatch.ts'
import { HostDisk, LOG, NOW_MS } from '../../testing/disks/hostDisk.ts'

const disks: HostDisk[] = []
afterEach(() => {
  for (const disk of disks.splice(0)) disk.remove()
})

function recorded(disk = 'dynamic/0', version = '4.3.1'): HostDisk {
  const made = new HostDisk(disk, version)
  disks.push(made)
  return made
}

const SNAPSHOT = '__cluster_metadata-0/00000000000000000039-0000000001.checkpoint'

/** A data batch with one record, as a leader writes it; the frame of a voters batch with other attributes. */
function batch(baseOffset: number, epoch: number, value: Buffer): Buffer {
  const frame = votersBatch({ baseOffset, epoch, timestampMs: NOW_MS, voters: [] }).subarray(0, 61)
  const length = (n: number) => (n < 64 ? [n * 2] : [((n * 2) & 0x7f) | 0x80, n >> 6])
  const body = Buffer.from([0, 0, 0, 1, ...length(value.length), ...value, 0])
  const bytes = Buffer.concat([frame, Buffer.from(length(body.length)), body])
  bytes.writeInt32BE(bytes.length - 12, 8)
  bytes.writeInt16BE(0, 21)
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17)
  return bytes
}

/** TopicRecord, version 0: name, id. */
function topic(name: string, id: number): Buffer {
  const uuid = Buffer.alloc(16)
  uuid.writeInt32BE(id, 12)
  return Buffer.concat([Buffer.from([1, 2, 0, name.length + 1]), Buffer.from(name), uuid, Buffer.from([0])])
}

/** RemoveTopicRecord, version 0. */
function removal(id: number): Buffer {
  const uuid = Buffer.alloc(16)
  uuid.writeInt32BE(id, 12)
  return Buffer.concat([Buffer.from([1, 9, 0]), uuid, Buffer.from([0])])
}

describe.each(DISK_VERSIONS)('a disk that Apache Kafka %s left', (version) => {
  test('of a dynamic quorum: end, epochs, leader, voters with their ranges, snapshots', () => {
    const disk = recorded('dynamic/0', version)
    const report = disk.report()
    expect(report.log?.damage).toBeNull()
    expect(report.log?.endOffset).toBe(report.log?.segments[0]?.endOffset)
    expect(report.log?.epochs).toEqual([
      { epoch: report.log?.lastEpoch, startOffset: 0, leaderId: report.quorumState?.leaderId },
    ])
    expect(report.kraftVersion).toBe(1)
    expect(report.voterSets.map(({ from }) => from)).toEqual(['log', 'snapshot'])
    for (const { voters } of report.voterSets) {
      expect(voters.map(({ nodeId }) => nodeId)).toEqual([0, 1, 2])
      expect(voters.map(({ kraftVersions }) => kraftVersions)).toEqual(voters.map(() => ({ min: 0, max: 1 })))
      expect(voters.some(({ directoryId }) => directoryId === report.meta?.directoryId)).toBe(true)
    }
    expect(report.snapshots.map(({ complete }) => complete)).toEqual([true, true])
    expect(report.committedAtLeast).toBe(report.snapshots.at(-1)?.endOffset)
    expect(report.problems).toEqual([])
  })

  test('of a static quorum: no voters in the log, those of quorum-state', () => {
    const report = recorded('static/0', version).report()
    expect([report.kraftVersion, report.voterSets]).toEqual([null, []])
    expect(report.quorumState).toMatchObject({ dataVersion: 0, staticVoters: [0, 1, 2] })
  })

  test('of a controller that was formatted and never started: nothing, and that is said', () => {
    const report = recorded('dynamic/3', version).report()
    expect([report.log, report.quorumState, report.meta?.nodeId]).toEqual([null, null, 3])
    expect(report.problems).toHaveLength(2)
  })

  test('the same bytes give the same report, whatever ends in .deleted, .part or .swap beside them', () => {
    const disk = recorded('dynamic/0', version)
    const before = disk.report()
    for (const name of [
      '00000000000000000099.log.deleted',
      '00000000000000000099.log.swap',
      '00000000000000000099-0000000009.checkpoint.part',
    ])
      writeFileSync(disk.file(join('__cluster_metadata-0', name)), 'anything')
    expect(disk.report()).toEqual(before)
  })

  test('cut anywhere, a snapshot is not complete, and the one before it counts', () => {
    const disk = recorded('dynamic/0', version)
    const name = disk.report().snapshots.at(-1)?.name ?? ''
    const whole = disk.bytes(`__cluster_metadata-0/${name}`)
    for (let length = 0; length < whole.length; length += 37) {
      writeFileSync(disk.file(`__cluster_metadata-0/${name}`), whole.subarray(0, length))
      const report = disk.report()
      expect(report.snapshots.at(-1)).toMatchObject({ complete: false })
      expect(report.committedAtLeast).toBe(0)
    }
  })
})

test('zero bytes behind the end are torn, however many; one other byte among them is damage', () => {
  const disk = recorded()
  const whole = disk.bytes()
  for (const zeros of [1, 60, 61, 5_000_000]) {
    disk.edit(LOG, () => Buffer.concat([whole, Buffer.alloc(zeros)]))
    expect(disk.report().log?.damage).toMatchObject({ kind: 'torn', byte: whole.length })
  }
  disk.edit(LOG, (bytes) => Buffer.concat([bytes, Buffer.from([1])]))
  expect(disk.report().log?.damage?.kind).toBe('damaged')
})

test('what stands behind the newest snapshot is named: topics by their names, also where they are deleted', () => {
  const disk = recorded()
  disk.edit(LOG, (bytes) =>
    Buffer.concat([
      bytes,
      batch(39, 1, topic('orders', 7)),
      batch(40, 1, topic('payments', 8)),
      batch(41, 1, removal(7)),
      batch(42, 1, removal(99)),
    ]),
  )
  const { tail, moreTail, counts } = disk.report()
  expect(tail.map(({ offset, text, topic: name }) => [offset, text, name])).toEqual([
    [39, 'topic orders created', 'orders'],
    [40, 'topic payments created', 'payments'],
    [41, 'topic orders deleted', 'orders'],
    [42, 'topic id 00000000-0000-0000-0000-000000000063 deleted', null],
  ])
  expect([moreTail, counts.topics]).toEqual([0, 1])
})

test('a snapshot whose footer is missing, doubled or followed by something is not complete', () => {
  const disk = recorded()
  const whole = disk.bytes(SNAPSHOT)
  for (const bytes of [Buffer.concat([whole, whole]), Buffer.concat([whole, Buffer.alloc(10)]), Buffer.alloc(0)]) {
    writeFileSync(disk.file(SNAPSHOT), bytes)
    expect(disk.report().snapshots.at(-1)).toMatchObject({ complete: false })
  }
})

test('a directory in the place of a file is no file', () => {
  const disk = recorded()
  mkdirSync(disk.file('__cluster_metadata-0/00000000000000000039.log'))
  expect(disk.report().log).toMatchObject({ endOffset: 39, damage: null })
})
