import { describe, expect, it } from 'vitest'
import type { Batch } from '../core/raft/records.ts'
import { ByteReader } from './byteReader.ts'
import { ByteWriter } from './byteWriter.ts'
import { crc32c } from './crc32c.ts'
import { encodeBatch, encodeSnapshot } from './recordBatch.ts'

const voter = {
  key: { id: 2, directoryId: 'W8HWmiVVR96Z2WyIICJ70g' },
  listeners: [{ name: 'CONTROLLER', host: 'localhost', port: 9_002 }],
  kraftVersions: { min: 0, max: 1 },
}

describe('CRC-32C', () => {
  it('gives the check value of the algorithm', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  })
})

describe('varints', () => {
  it.each([0, 1, 127, 128, 300, 16_383, 16_384, 2_147_483_647])('%i survives', (value) => {
    expect(new ByteReader(Buffer.from(new ByteWriter().unsignedVarint(value).finish())).unsignedVarint()).toBe(value)
  })

  it('are zigzag in records', () => {
    expect(new ByteWriter().varint(-1).varint(1).varint(-2).finish()).toEqual(Buffer.from([1, 2, 3]))
  })
})

describe('a control batch', () => {
  const batch: Batch = {
    baseOffset: 42,
    epoch: 7,
    timestampMs: 1_700_000_000_000,
    control: true,
    records: [{ kind: 'kraftVoters', voters: [voter] }],
  }
  const bytes = encodeBatch(batch, 4)

  it('has the header of magic 2 with a valid checksum', () => {
    const reader = new ByteReader(bytes)
    expect([reader.int64(), reader.int32(), reader.int32(), reader.int8()]).toEqual([42, bytes.length - 12, 7, 2])
    expect(bytes.readUInt32BE(17)).toBe(crc32c(bytes.subarray(21)))
    // Control flag, last offset delta, timestamps, no producer, one record.
    expect([bytes.readInt16BE(21), bytes.readInt32BE(23)]).toEqual([0x20, 0])
    expect(Number(bytes.readBigInt64BE(27))).toBe(batch.timestampMs)
    expect(bytes.readInt32BE(57)).toBe(1)
  })

  it('has a key of version 0 and type 6, and the voters in the value', () => {
    const reader = new ByteReader(bytes.subarray(61))
    // Length, attributes, timestamp delta, offset delta, key length (zigzag).
    reader.unsignedVarint()
    expect([reader.int8(), reader.unsignedVarint(), reader.unsignedVarint(), reader.unsignedVarint()]).toEqual([
      0, 0, 0, 8,
    ])
    expect([reader.int16(), reader.int16()]).toEqual([0, 6])
    reader.unsignedVarint()
    expect([reader.int16(), reader.unsignedVarint(), reader.int32()]).toEqual([0, 2, 2])
    expect(reader.uuid()).toBe(voter.key.directoryId)
  })
})

describe('a snapshot', () => {
  it('begins with a header and ends with a footer, numbered from 0', () => {
    const bytes = encodeSnapshot(
      {
        id: { offset: 100, epoch: 3 },
        lastContainedLogTimestampMs: 1_700_000_000_000,
        kraftVersion: 1,
        voters: [voter],
        records: [{ kind: 'featureLevel', name: 'metadata.version', level: 30 }],
      },
      4,
    )
    const batches: { baseOffset: number; control: boolean; records: number }[] = []
    for (let at = 0; at < bytes.length; at += 12 + bytes.readInt32BE(at + 8)) {
      batches.push({
        baseOffset: Number(bytes.readBigInt64BE(at)),
        control: (bytes.readInt16BE(at + 21) & 0x20) !== 0,
        records: bytes.readInt32BE(at + 57),
      })
    }
    expect(batches).toEqual([
      { baseOffset: 0, control: true, records: 3 },
      { baseOffset: 3, control: false, records: 1 },
      { baseOffset: 4, control: true, records: 1 },
    ])
  })
})
