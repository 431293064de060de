/** Reports of `quorumdeck disk inspect --json` on the inspection page: recognised, explained, ranked with each other and with raw files. */
import { expect, test } from 'vitest'
import { exampleDisk } from '../testing/examples/exampleDisks.ts'
import { decodeFile, describeFile } from './diskFiles.ts'
import { disksOf, rankingOf } from './disks.ts'

const file = (name: string, value: unknown) => decodeFile({ name, bytes: Buffer.from(JSON.stringify(value)) })

test('several reports are several disks, ranked by epoch before length', () => {
  const files = [
    file('a.json', exampleDisk(0, { epoch: 3, endOffset: 212, epochs: [[3, 0]] })),
    file('b.json', exampleDisk(7, { epoch: 4, endOffset: 183, epochs: [[4, 0]] })),
  ]
  expect(files.map((f) => f.kind)).toEqual(['disk-report', 'disk-report'])
  expect(rankingOf(disksOf(files)).map((r) => [r.nodeId, r.epoch, r.logEndOffset])).toEqual([
    [7, 4, 183],
    [0, 3, 212],
  ])
  expect(describeFile(files[0] ?? file('x', {})).facts).toContainEqual({ label: 'host', value: 'node0:/disks/0' })
})

test('one that does not fit is named, and ranked nowhere', () => {
  const broken = file('a.json', { ...exampleDisk(0), log: 'long' })
  expect(broken).toMatchObject({ kind: 'unknown', problem: expect.stringContaining('does not fit: log') })
  expect(rankingOf(disksOf([broken]))).toEqual([])
})
