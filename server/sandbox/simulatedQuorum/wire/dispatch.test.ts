import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClientResponse } from '../core/api/rpc.ts'
import { profileOf } from '../core/profiles.ts'
import { ByteReader, MalformedBytes } from './byteReader.ts'
import { ByteWriter } from './byteWriter.ts'
import { METADATA_TOPIC, METADATA_TOPIC_ID } from './call.ts'
import { parseRequest } from './dispatch.ts'

const profile = profileOf('4.3.1')

function request(apiKey: number, version: number, flexible: boolean, body: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter().int16(apiKey).int16(version).int32(77).string('test', false)
  if (flexible) writer.noTags()
  body(writer)
  return Buffer.from(writer.finish())
}

function parse(frame: Buffer, listener: 'controller' | 'broker' = 'controller') {
  return parseRequest(frame, listener, profile)
}

function answer(frame: Buffer, response: ClientResponse): ByteReader {
  const parsed = parse(frame)
  if (parsed.kind !== 'call') throw new Error('a call expected')
  const reader = new ByteReader(parsed.answer(response))
  reader.int32()
  expect(reader.int32()).toBe(77)
  return reader
}

const leader = { leaderId: 1, epoch: 9, listener: { name: 'CONTROLLER', host: 'localhost', port: 40_001 } }

describe('ApiVersions', () => {
  it('answers an unknown version with error 35 in the form of version 0', () => {
    const parsed = parse(request(18, 9, true, () => undefined))
    if (parsed.kind !== 'frame') throw new Error('a frame expected')
    const reader = new ByteReader(parsed.frame)
    reader.int32()
    expect([reader.int32(), reader.int16(), reader.int32()]).toEqual([77, 35, 12])
  })

  it('leaves kraft.version out of the supported features before version 4', () => {
    const response: ClientResponse = {
      api: 'apiVersions',
      listener: 'controller',
      supported: [
        { name: 'kraft.version', min: 0, max: 1 },
        { name: 'metadata.version', min: 7, max: 30 },
      ],
      finalized: [{ name: 'metadata.version', level: 30 }],
      finalizedEpoch: 12,
    }
    const names = (version: number) => {
      const frame = request(18, version, true, (writer) => writer.string('a', true).string('b', true).noTags())
      const reader = answer(frame, response)
      reader.int16()
      reader.array(true, () => [reader.int16(), reader.int16(), reader.int16()])
      reader.int32()
      const found: string[] = []
      reader.taggedFields({
        0: (field) =>
          field.array(true, () => found.push(field.string(true), String(field.int16()), String(field.int16()))),
      })
      return found
    }
    expect(names(3)).toEqual(['metadata.version', '7', '30'])
    expect(names(4)).toEqual(['kraft.version', '0', '1', 'metadata.version', '7', '30'])
  })
})

describe('Fetch', () => {
  const fetchRequest = (version: number) =>
    request(1, version, true, (writer) => {
      if (version <= 14) writer.int32(-1)
      writer
        .int32(500)
        .int32(1)
        .int32(1 << 20)
        .int8(0)
        .int32(0)
        .int32(-1)
        .arrayLength(1, true)
      if (version <= 12) writer.string(METADATA_TOPIC, true)
      else writer.uuid(METADATA_TOPIC_ID)
      writer
        .arrayLength(1, true)
        .int32(0)
        .int32(9)
        .int64(120)
        .int32(8)
        .int64(-1)
        .int32(1 << 20)
        .noTags()
      writer.noTags().arrayLength(0, true).string('', true)
      writer.tags([{ tag: 0, write: (field) => field.string('cluster', true) }])
    })

  it.each([12, 13, 17, 18])('is read in version %i', (version) => {
    const parsed = parse(fetchRequest(version))
    expect(parsed.kind === 'call' && parsed.request).toEqual({
      api: 'fetch',
      clusterId: 'cluster',
      knownTopic: true,
      replica: null,
      epoch: 9,
      offset: 120,
      lastFetchedEpoch: 8,
      highWatermark: null,
      maxWaitMs: 500,
    })
  })

  it('tells divergence, leader and its address in tagged fields', () => {
    const reader = answer(fetchRequest(17), {
      api: 'fetch',
      topError: 0,
      error: 0,
      leader,
      logStartOffset: 5,
      highWatermark: null,
      diverging: { offset: 100, epoch: 7 },
      snapshotId: { offset: 90, epoch: 6 },
      batches: [],
    })
    reader.taggedFields()
    reader.int32()
    expect([reader.int16(), reader.int32(), reader.unsignedVarint()]).toEqual([0, 0, 2])
    expect(reader.uuid()).toBe(METADATA_TOPIC_ID)
    expect(reader.unsignedVarint()).toBe(2)
    expect([reader.int32(), reader.int16(), reader.int64(), reader.int64(), reader.int64()]).toEqual([0, 0, -1, -1, 5])
    // No aborted transactions (null), no preferred replica, no records.
    expect([reader.unsignedVarint(), reader.int32(), reader.unsignedVarint()]).toEqual([0, -1, 1])
    const tags: Record<string, unknown> = {}
    reader.taggedFields({
      0: (field) => Object.assign(tags, { diverging: [field.int32(), field.int64()] }),
      1: (field) => Object.assign(tags, { leader: [field.int32(), field.int32()] }),
      2: (field) => Object.assign(tags, { snapshot: [field.int64(), field.int32()] }),
    })
    expect(tags).toEqual({ diverging: [7, 100], leader: [1, 9], snapshot: [90, 6] })
    reader.taggedFields()
    reader.taggedFields({
      0: (field) =>
        field.array(true, () => {
          expect([field.int32(), field.string(true), field.int32(), field.nullableString(true)]).toEqual([
            1,
            'localhost',
            40_001,
            null,
          ])
        }),
    })
  })
})

describe('what is refused', () => {
  it.each([
    ['an unknown API', request(999, 0, true, () => undefined)],
    ['an API of the other listener', request(3, 12, true, () => undefined)],
    ['an unknown version', request(55, 3, true, () => undefined)],
    ['an empty frame', Buffer.alloc(0)],
    ['an array that promises more than there is', request(55, 2, true, (writer) => writer.unsignedVarint(0x7fff_ffff))],
    ['a varint without end', request(55, 2, true, (writer) => writer.bytes(Buffer.alloc(12, 0xff)))],
  ])('%s', (_what, frame) => {
    expect(() => parse(frame)).toThrow(MalformedBytes)
  })

  it('nothing but MalformedBytes is thrown, whatever the bytes', () => {
    const apiKey = fc.constantFrom(1, 3, 18, 32, 55, 57, 59, 60, 64, 80, 81, 82)
    const bytes = fc.uint8Array({ maxLength: 200 })
    fc.assert(
      fc.property(apiKey, fc.integer({ min: 0, max: 18 }), bytes, (key, version, body) => {
        for (const listener of ['controller', 'broker'] as const) {
          try {
            parse(
              request(key, version, true, (writer) => writer.bytes(Buffer.from(body))),
              listener,
            )
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedBytes)
          }
        }
      }),
      { numRuns: 3_000, seed: 7 },
    )
  })
})
