import { Reader } from '@platformatic/kafka'
import { expect, test } from 'vitest'
import './readerGuard.ts'
import { parseDescribeCluster } from '../describeCluster.ts'
import { controlRecord } from './controlRecord.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

test('a tagged field of negative size does not turn the reader round', () => {
  // 2^28 fields, the first of them with tag 0 and size -6: back to itself.
  expect(() => Reader.from(hex('ffffff7f 00 faffffff0f')).readTaggedFields()).toThrow(RangeError)
})

test('an array of more elements than bytes is refused before it is made', () => {
  const cluster = hex('00000000 0000 00 02 00 00000000 ffffffff07')
  expect(() => parseDescribeCluster(1, Reader.from(cluster))).toThrow(RangeError)
  // Strings of length -2 take no bytes at all.
  const mechanisms = hex('7fffffff fffe fffe fffe')
  expect(() => Reader.from(mechanisms).readArray((r) => r.readString(false), false, false)).toThrow(RangeError)
})

test('a voter whose tagged fields lie is refused at once', () => {
  const voter = `00000001 ${'11'.repeat(16)} 01 0000 0001 ffffff7f 00 faffffff0f`
  const record = { offset: 0, key: hex('0000 0006'), value: hex(`0000 02 ${voter}`) }
  expect(() => controlRecord(record)).toThrow(RangeError)
})

test('honest nulls, empty and full arrays are read as before', () => {
  expect(Reader.from(hex('00')).readNullableArray((r) => r.readInt8())).toBeNull()
  expect(Reader.from(hex('ffffffff')).readNullableArray((r) => r.readInt8(), false)).toBeNull()
  expect(Reader.from(hex('01')).readArray((r) => r.readInt8())).toEqual([])
  expect(Reader.from(hex('03 07 08')).readArray((r) => r.readInt8(), true, false)).toEqual([7, 8])
})
