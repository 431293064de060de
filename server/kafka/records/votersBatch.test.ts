import { describe, expect, test } from 'vitest'
import { DISK_VERSIONS, recordedDisks } from '../fixtures/recordedDisks.ts'
import { batchHeader, checkBatch } from './batchHeader.ts'
import { controlRecord, type RecordedVoter } from './controlRecord.ts'
import { readBatches } from './recordBatch.ts'
import { votersBatch, votersRecordValue } from './votersBatch.ts'

/** Every VotersRecord that real servers left in logs and snapshots. */
function recordedVoters(version: string): { value: Buffer; voters: RecordedVoter[] }[] {
  return recordedDisks(version)
    .files.filter(({ what }) => /\.(log|checkpoint)$/.test(what))
    .flatMap(({ base64 }) => readBatches(Buffer.from(base64, 'base64')).batches)
    .filter(({ control }) => control)
    .flatMap(({ records }) => records)
    .flatMap((record) => {
      const read = controlRecord(record)
      return read?.kind === 'voters' && record.value !== null ? [{ value: record.value, voters: read.voters }] : []
    })
}

describe.each(DISK_VERSIONS)('Apache Kafka %s', (version) => {
  test('a voters record, decoded and encoded again, has the same bytes', () => {
    const recorded = recordedVoters(version)
    expect(recorded.length).toBeGreaterThan(1)
    for (const { value, voters } of recorded) {
      expect(voters).toHaveLength(3)
      expect(voters.every(({ kraftVersions }) => kraftVersions.max >= 1)).toBe(true)
      expect(votersRecordValue(voters).toString('hex')).toBe(value.toString('hex'))
    }
  })

  test('the header of a control batch of one record differs from the recorded ones by nothing but its figures', () => {
    const log = recordedDisks(version).files.find(({ what }) =>
      what.endsWith('dynamic/0/__cluster_metadata-0/00000000000000000000.log'),
    )
    const recorded = Buffer.from(log?.base64 ?? '', 'base64')
    const [{ voters = [] } = {}] = recordedVoters(version)
    const own = votersBatch({ baseOffset: 41, epoch: 1002, timestampMs: 1_700_000_000_000, voters })
    // Magic, attributes; producer id, producer epoch, base sequence.
    for (const [from, to] of [
      [16, 17],
      [21, 23],
      [43, 57],
    ] as const)
      expect(own.subarray(from, to).toString('hex')).toBe(recorded.subarray(from, to).toString('hex'))
  })
})

test('it is read as it was written', () => {
  const voters = [
    {
      nodeId: 2,
      directoryId: 'NBa6ej0Erw2Ze_Q4jmpGGg',
      endpoints: [
        { listener: 'CONTROLLER', host: 'ü'.repeat(100), port: 65_535 },
        { listener: 'OTHER', host: '::1', port: 1 },
      ],
      kraftVersions: { min: 0, max: 1 },
    },
  ]
  const bytes = votersBatch({ baseOffset: 5_000_000_000, epoch: 7, timestampMs: 1_700_000_000_000, voters })
  expect(batchHeader(bytes)).toEqual({
    baseOffset: 5_000_000_000,
    lastOffset: 5_000_000_000,
    epoch: 7,
    bytes: bytes.length,
    control: true,
    timestampMs: 1_700_000_000_000,
  })
  expect(() => checkBatch(bytes)).not.toThrow()
  const [batch] = readBatches(bytes).batches
  expect(batch?.records.map(controlRecord)).toEqual([{ kind: 'voters', voters }])
})
