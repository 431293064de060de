/** What is asked for is wrong, or stale, or other copies object: refused by code, with not one byte changed anywhere. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DiskReport } from '../../contract/diskReport.ts'
import type { DiskRefusalCode } from '../../recovery/refusals.ts'
import { LOG, NOW_MS, TestDisk } from '../../testing/disks/testDisk.ts'
import { thisHost } from '../host.ts'

let disk: TestDisk
let args: string[]
beforeEach(async () => {
  disk = new TestDisk()
  args = await disk.recovery()
})
afterEach(() => disk.remove())

/** As another host reports it. */
const other =
  (nodeId: number, change: Partial<DiskReport> = {}) =>
  (report: DiskReport): DiskReport => ({
    ...report,
    host: `host-${nodeId}`,
    meta: { clusterId: report.meta?.clusterId ?? null, nodeId, directoryId: 'Bp4jyVqhzY9zIlQui85zvw' },
    ...change,
  })
const log = (report: DiskReport, change: Partial<NonNullable<DiskReport['log']>>): Partial<DiskReport> => ({
  log: report.log === null ? null : { ...report.log, ...change },
})

async function withReport(change: (report: DiskReport) => DiskReport): Promise<string[]> {
  const file = await disk.reportFile('other.json', change)
  return [...args.slice(0, 5), file, ...args.slice(5)]
}
/** In place of the option's value. */
const option = (name: string, value: string): string[] => {
  const at = args.indexOf(name)
  return args.toSpliced(at + 1, 1, value)
}

interface Case {
  what: string
  codes: (DiskRefusalCode | 'usage')[]
  asked: () => string[] | Promise<string[]>
}

const one = (what: string, codes: Case['codes'][number] | Case['codes'], asked: Case['asked']): Case => ({
  what,
  codes: [codes].flat(),
  asked,
})

async function refusedAs({ codes, asked }: Case): Promise<void> {
  const words = await asked()
  const before = disk.held()
  expect(await disk.codes(...words)).toEqual(codes.toSorted())
  expect(disk.held()).toEqual(before)
}

describe('what is declared', () => {
  test.each([
    one('no voter is declared lost', 'usage', () => args.toSpliced(2, 2)),
    one('one of three is lost', ['lost-not-a-majority', 'voter-without-report'], () => option('--lost', '1')),
    one('the disk itself is declared lost', 'lost-is-seed', () => option('--lost', '0,1,2')),
    one('an id that does not vote', 'lost-unknown', () => option('--lost', '1,2,7')),
    one('no id', 'usage', () => option('--lost', 'one')),
    one('no reports', 'usage', () => args.toSpliced(4, 2)),
    one('no backup is named', 'usage', () => args.toSpliced(6, 2)),
    one('an unknown option', 'usage', () => [...args, '--force']),
    one('two directories', 'usage', () => [...args.toSpliced(2, 0, '/tmp')]),
    one('no directory', 'usage', () => args.toSpliced(1, 1)),
    one('an option of another subcommand', 'usage', () => [...args, '--from', '/tmp']),
    one('an unknown subcommand', 'usage', () => ['repair', disk.path]),
  ])('$what: $codes', refusedAs)

  test('a lost voter still listens', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    disk.host = {
      ...disk.host,
      answers: ({ port: asked }) => thisHost.answers({ host: '127.0.0.1', port: asked === 38815 ? port : 1 }),
    }
    await refusedAs(one('', 'voter-reachable', () => args))
    await new Promise((resolve) => server.close(resolve))
    expect(await disk.codes(...args)).toEqual([])
  })
})

describe('other copies', () => {
  test.each([
    one('one is longer', 'copy-ahead', () => withReport((r) => other(7, log(r, { endOffset: 40 }))(r))),
    one('one is of a later epoch', 'copy-ahead', () =>
      withReport((r) => other(7, log(r, { lastEpoch: 2, endOffset: 5 }))(r)),
    ),
    one('one is damaged', 'copy-damaged', () =>
      withReport((r) => other(7, log(r, { damage: { kind: 'damaged', file: LOG, byte: 5, problem: 'it is' } }))(r)),
    ),
    one('one is of another cluster', 'other-cluster', () =>
      withReport((r) => ({
        ...other(7)(r),
        meta: { clusterId: 'MRpd3VX1oqx33xmEaJ-9zg', nodeId: 7, directoryId: null },
      })),
    ),
    one('one is given twice', 'report-twice', () => withReport((r) => r)),
    one('the report of this disk is older', 'report-stale', async () => {
      const file = await disk.reportFile('old.json', (r) => ({ ...r, ...log(r, { endOffset: 30 }), snapshots: [] }))
      return option('--reports', file)
    }),
    one('a voter is neither lost nor reported', ['lost-not-a-majority', 'voter-without-report'], () =>
      option('--lost', '2'),
    ),
    one('the epochs are used up', 'epoch-exhausted', () =>
      withReport((r) =>
        other(7, {
          quorumState: { dataVersion: 1, leaderId: 1, leaderEpoch: 2_147_483_000, voted: null, staticVoters: null },
        })(r),
      ),
    ),
    one('a report is no JSON', 'report-unreadable', () => option('--reports', disk.note('bad.json', 'not {json'))),
    one('a report is empty', 'report-unreadable', () => option('--reports', disk.note('bad.json', ''))),
    one('a report is another JSON', 'report-unreadable', () =>
      option('--reports', disk.note('bad.json', { format: 'x' })),
    ),
    one('a report is of a later release', 'report-unreadable', async () => {
      const report = await disk.report()
      return option('--reports', disk.note('bad.json', { ...report, version: 2 }))
    }),
    one('a report is not there', 'report-unreadable', () => option('--reports', join(disk.root, 'none.json'))),
    one('a report is a directory', 'report-unreadable', () => option('--reports', disk.path)),
    one('the backup is given as a report', 'report-unreadable', () =>
      option('--reports', join(disk.root, 'backup', 'manifest.json')),
    ),
  ])('$what: $codes', refusedAs)
})

describe('backup', () => {
  const backup = (file: string) => join(disk.root, 'backup', file)
  test.each([
    one('there is none', 'backup-missing', () => option('--backup', join(disk.root, 'none'))),
    one('it was never finished', 'backup-missing', () => {
      rmSync(backup('manifest.json'))
      return args
    }),
    one('its manifest is another JSON', 'backup-missing', () => {
      writeFileSync(backup('manifest.json'), '{}')
      return args
    }),
    one('a file of it is missing', 'backup-differs', () => {
      rmSync(backup(LOG))
      return args
    }),
    one('a file of it was changed', 'backup-differs', () => {
      writeFileSync(backup('meta.properties'), 'version=1\n')
      return args
    }),
    one('the disk was written on since', ['backup-differs', 'report-stale'], () => {
      disk.edit(LOG, (bytes) => bytes.subarray(0, 3090))
      disk.delete('__cluster_metadata-0/00000000000000000039-0000000001.checkpoint')
      return args
    }),
    one('a file is on the disk that is not in it', 'backup-differs', () => {
      disk.write('__cluster_metadata-0/00000000000000000050.log.deleted', 'x')
      return args
    }),
    one('it goes into a directory that holds something', 'target-not-empty', () => [
      'backup',
      disk.path,
      join(disk.root, 'backup'),
    ]),
    one('it goes into the disk itself', 'target-not-empty', () => ['backup', disk.path, join(disk.path, 'copy')]),
    one('it goes where a file is', 'target-not-empty', () => ['backup', disk.path, disk.note('file', 'x')]),
    one('nothing is there to be copied', 'no-metadata-log', () => {
      disk.delete('__cluster_metadata-0')
      return ['backup', disk.path, join(disk.root, 'second')]
    }),
    one('no space is left for it', 'no-space', () => {
      disk.host = { ...disk.host, freeBytes: () => 1000 }
      return ['backup', disk.path, join(disk.root, 'second')]
    }),
    one('of a directory that is not there', 'not-a-directory', () => [
      'backup',
      join(disk.root, 'none'),
      join(disk.root, 'second'),
    ]),
  ])('$what: $codes', refusedAs)
})

describe('a plan', () => {
  test.each([
    one('of an hour ago', 'plan-too-old', async () => {
      const words = await disk.planned(args)
      disk.host = { ...disk.host, nowMs: () => NOW_MS + 3_600_000 }
      return words
    }),
    one('from the future', 'plan-in-future', async () => {
      const words = await disk.planned(args)
      disk.host = { ...disk.host, nowMs: () => NOW_MS - 3_600_000 }
      return words
    }),
    one('with another hash', 'plan-differs', async () => (await disk.planned(args)).with(-1, 'a'.repeat(64))),
    one('of another time than its hash', 'plan-differs', async () =>
      (await disk.planned(args)).with(-3, '2026-11-30T05:59:59.000Z'),
    ),
    one('with a hash that is too short', 'usage', async () => (await disk.planned(args)).with(-1, 'abcdef')),
    one('with a hash and no time', 'usage', () => [...args, '--confirm', 'a'.repeat(64)]),
    one('whose reports have changed', 'plan-differs', async () => {
      const words = await disk.planned(await withReport(other(7)))
      await disk.reportFile('other.json', other(8))
      return words
    }),
    one('of a node that runs by now', 'lock-held', async () => {
      const words = await disk.planned(args)
      disk.write('.lock', '')
      disk.host = { ...disk.host, lock: async () => 'held' }
      return words
    }),
    one('where nothing takes the lock', 'lock-unavailable', async () => {
      const words = await disk.planned(args)
      disk.write('.lock', '')
      disk.host = { ...disk.host, lock: async () => 'unavailable' }
      return words
    }),
    one('of another directory', 'plan-differs', async () => {
      const words = await disk.planned(args)
      const copy = join(disk.root, 'copy')
      cpSync(disk.path, copy, { recursive: true })
      return words.with(1, copy)
    }),
  ])('$what: $codes', refusedAs)

  test('is carried out once, and its receipt is given again', async () => {
    const words = await disk.planned(args)
    expect(await disk.codes(...words)).toEqual([])
    const done = disk.held(disk.path)
    const again = await disk.run(...words, '--json')
    expect(JSON.parse(again.out)).toMatchObject({ result: 'done', already: true })
    expect(disk.held(disk.path)).toEqual(done)
  })
})

describe('undo', () => {
  const undo = () => ['recover', disk.path, '--undo', '--backup', join(disk.root, 'backup')]
  const carriedOut = async () => {
    expect(await disk.codes(...(await disk.planned(args)))).toEqual([])
    return undo()
  }
  test.each([
    one('nothing was done', 'nothing-to-undo', undo),
    one('there is no backup', 'backup-missing', () => undo().with(-1, join(disk.root, 'none'))),
    one('the node has run since', 'started-since', async () => {
      const words = await carriedOut()
      disk.edit(LOG, (bytes) => Buffer.concat([bytes, Buffer.from('more')]))
      return words
    }),
    one('quorum-state was written since', 'started-since', async () => {
      const words = await carriedOut()
      disk.editText('__cluster_metadata-0/quorum-state', (text) => text.replace('"leaderEpoch":1', '"leaderEpoch":9'))
      return words
    }),
    one('the backup was changed', 'backup-differs', async () => {
      const words = await carriedOut()
      writeFileSync(join(disk.root, 'backup', LOG), 'x')
      return words
    }),
    one('no backup is named', 'usage', () => undo().slice(0, 3)),
    one('it is asked of another subcommand', 'usage', () => undo().with(0, 'set-endpoints')),
  ])('$what: $codes', refusedAs)

  test.each([
    ['the log was whole', () => {}],
    ['its end was torn', () => disk.edit(LOG, (bytes) => bytes.subarray(0, bytes.length - 20))],
    ['a snapshot lies beyond it', () => disk.delete(disk.split(12)[1])],
  ])('%s: every byte is as it was', async (_how, make) => {
    make()
    disk.host = { ...disk.host, nowMs: () => NOW_MS + 1 }
    rmSync(join(disk.root, 'backup'), { recursive: true })
    args = await disk.recovery()
    const before = disk.held(disk.path)
    const words = await carriedOut()
    expect(disk.held(disk.path)).not.toEqual(before)
    expect(await disk.codes(...words)).toEqual([])
    const { '.lock': _lock, ...after } = disk.held(disk.path)
    expect(after).toEqual(before)
  })
})

describe('inspect and rank', () => {
  test.each([
    one('a directory that is not there', 'not-a-directory', () => ['inspect', join(disk.root, 'none')]),
    one('none is named', 'usage', () => ['inspect']),
    one('the properties are of another directory', 'other-node', () => [
      ...['inspect', disk.path, '--config'],
      disk.note('server.properties', 'node.id=0\nlog.dirs=/elsewhere\n'),
    ]),
    one('the properties are not there', 'usage', () => ['inspect', '--config', join(disk.root, 'none')]),
    one('no report', 'usage', () => ['rank']),
    one('a report that is none', 'report-unreadable', () => ['rank', disk.note('bad.json', '[]')]),
    one('reports of two clusters', 'other-cluster', async () => [
      'rank',
      await disk.reportFile('1.json'),
      await disk.reportFile('2.json', (r) => ({ ...r, meta: { clusterId: 'x', nodeId: 1, directoryId: null } })),
    ]),
  ])('$what: $codes', refusedAs)

  test('an empty directory is reported as one', async () => {
    mkdirSync(join(disk.root, 'empty'))
    expect(await disk.report(join(disk.root, 'empty'))).toMatchObject({ meta: null, log: null, counts: { topics: 0 } })
  })
})
