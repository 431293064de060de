/** A broker's copy on a freshly formatted disk, and new addresses of all voters: what is written, and what is refused by code. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DiskReport } from '../../contract/diskReport.ts'
import { numbered } from '../../testing/disks/mortalDisk.ts'
import { LOG, QUORUM_STATE, TestDisk } from '../../testing/disks/testDisk.ts'
import { diskWrites } from '../write/diskWrites.ts'

let disk: TestDisk
/** Of the controller that takes the copy. */
let fresh = ''
let args: string[] = []

const META = `#
node.id=1
directory.id=xW3vSmcFRUuXzcEZJPdfhQ
version=1
cluster.id=qE-VjQ5i1d2Jd1RK7QdAVg
`

afterEach(() => disk.remove())

const option = (name: string, value: string): string[] => args.toSpliced(args.indexOf(name) + 1, 1, value)

async function refusedAs(codes: string[], words: string[]): Promise<void> {
  const before = disk.held()
  expect(await disk.codes(...words)).toEqual(codes)
  expect(disk.held()).toEqual(before)
}

describe('graft', () => {
  beforeEach(async () => {
    disk = new TestDisk()
    disk.editText('meta.properties', (text) =>
      text.replace('node.id=0', 'node.id=7').replace(/^directory.id=.*$/m, 'directory.id=Bp4jyVqhzY9zIlQui85zvw'),
    )
    fresh = join(disk.root, 'fresh')
    mkdirSync(fresh)
    writeFileSync(join(fresh, 'meta.properties'), META)
    const report = await disk.reportFile('7.json')
    const listener = 'CONTROLLER://localhost:9000'
    args = ['graft', fresh, '--from', disk.path, '--listener', listener, '--lost', '0,1,2', '--reports', report]
  })

  test('the log, its snapshots and a voter set are put there, and the copy is as it was', async () => {
    const before = disk.held(disk.path)
    expect(await disk.codes(...(await disk.planned(args)))).toEqual([])
    const report = await disk.report(fresh)
    expect(report.log).toMatchObject({ endOffset: 40, lastEpoch: 1001, damage: null })
    expect(report.snapshots).toHaveLength(2)
    expect(report.voterSets.at(-1)?.voters).toEqual([
      {
        nodeId: 1,
        directoryId: 'xW3vSmcFRUuXzcEZJPdfhQ',
        endpoints: [{ listener: 'CONTROLLER', host: 'localhost', port: 9000 }],
        kraftVersions: { min: 0, max: 1 },
      },
    ])
    expect(disk.held(disk.path)).toEqual(before)
  })

  test('wherever it ends, the disk is fresh or complete, and the same command line completes it', async () => {
    const backed = [...args, '--backup', join(disk.root, 'papers')]
    const words = await disk.planned(backed)
    const kept = `${disk.root}-kept`
    cpSync(disk.root, kept, { recursive: true })
    const { host } = disk
    let operations = Number.POSITIVE_INFINITY
    try {
      for (let target = 0; target < operations; target += 1) {
        rmSync(disk.root, { recursive: true })
        cpSync(kept, disk.root, { recursive: true })
        let count = 0
        disk.host = {
          ...host,
          writes: numbered(diskWrites, (number) => {
            count = number + 1
            if (number >= target) throw new Error('it ends')
          }),
        }
        await disk.run(...words).catch(() => {})
        disk.host = host
        if (count <= target) operations = target
        const { log } = await disk.report(fresh)
        expect([null, 0, 40], `${target}`).toContain(log?.endOffset ?? null)
        expect(await disk.codes(...words), `${target}`).toEqual([])
        expect((await disk.report(fresh)).log, `${target}`).toMatchObject({ endOffset: 40, damage: null })
      }
      expect(operations).toBeGreaterThan(20)
    } finally {
      rmSync(kept, { recursive: true, force: true })
    }
  })

  test.each<[what: string, codes: string[], words: () => string[]]>([
    [
      'the directory holds a log',
      ['not-freshly-formatted'],
      () => {
        cpSync(join(disk.path, '__cluster_metadata-0'), join(fresh, '__cluster_metadata-0'), { recursive: true })
        return args
      },
    ],
    [
      'it was formatted as a voter of its own',
      ['not-freshly-formatted'],
      () => {
        const name = '__cluster_metadata-0/00000000000000000000-0000000000.checkpoint'
        mkdirSync(join(fresh, '__cluster_metadata-0'))
        writeFileSync(join(fresh, name), disk.read(name))
        return args
      },
    ],
    [
      'it was formatted for another cluster',
      ['other-cluster'],
      () => {
        writeFileSync(
          join(fresh, 'meta.properties'),
          META.replace(/cluster.id=.*/, 'cluster.id=MRpd3VX1oqx33xmEaJ-9zg'),
        )
        return args
      },
    ],
    [
      'it was not formatted',
      ['meta-unreadable', 'other-cluster'],
      () => {
        rmSync(join(fresh, 'meta.properties'))
        return args
      },
    ],
    [
      'the copy is damaged',
      ['source-damaged'],
      () => {
        disk.edit(LOG, (log) => Buffer.concat([log.subarray(0, 1000), log.subarray(1001)]))
        return args
      },
    ],
    [
      'there is no copy',
      ['source-unreadable'],
      () => {
        disk.delete('__cluster_metadata-0')
        return args
      },
    ],
    ['the copy is not there', ['not-a-directory'], () => option('--from', join(disk.root, 'none'))],
    [
      'another listener than the voters have',
      ['listeners-differ'],
      () => option('--listener', 'OTHER://localhost:9000'),
    ],
    ['an address without a port', ['usage'], () => option('--listener', 'CONTROLLER://localhost')],
    [
      'a voter is not declared lost',
      ['voter-without-report'],
      () => args.map((word) => (word === '0,1,2' ? '0,1' : word)),
    ],
    ['one who does not vote is declared lost', ['lost-unknown'], () => [...args, '--lost', '0,1,2,7']],
    [
      'no space is left',
      ['no-space'],
      () => {
        disk.host = { ...disk.host, freeBytes: () => 5000 }
        return args
      },
    ],
    [
      'an old voter listens',
      ['voter-reachable'],
      () => {
        disk.host = { ...disk.host, answers: async () => true }
        return args
      },
    ],
  ])('refused: %s', async (_what, codes, words) => {
    const asked = words()
    const after = codes.includes('source-damaged') || codes.includes('source-unreadable')
    await refusedAs(codes, after ? option('--reports', await disk.reportFile('7.json')).with(1, fresh) : asked)
  })
})

describe('set-endpoints', () => {
  const voter = (id: number, address = `CONTROLLER://moved:900${id}`) => ['--voter', `${id}=${address}`]
  const others =
    (id: number, directoryId: string) =>
    (report: DiskReport): DiskReport => ({
      ...report,
      host: `host-${id}`,
      meta: { clusterId: report.meta?.clusterId ?? null, nodeId: id, directoryId },
    })
  let tail: string[] = []
  beforeEach(async () => {
    disk = new TestDisk()
    const reports = [
      await disk.reportFile('0.json'),
      await disk.reportFile('1.json', others(1, 'z_OjTZm4HNGAeRe2UIR-cg')),
    ]
    tail = ['--reports', ...reports, '--backup', await disk.backup()]
    args = ['set-endpoints', disk.path, ...voter(0), ...voter(1), ...voter(2), ...tail]
  })

  test('the same voters stand in the log at their new addresses', async () => {
    expect(await disk.codes(...(await disk.planned(args)))).toEqual([])
    const report = await disk.report()
    expect(report.log).toMatchObject({ endOffset: 40, lastEpoch: 1001, damage: null })
    expect(
      report.voterSets.at(-1)?.voters.map(({ nodeId, endpoints: [at] }) => `${nodeId} ${at?.host}:${at?.port}`),
    ).toEqual(['0 moved:9000', '1 moved:9001', '2 moved:9002'])
    expect(disk.read(QUORUM_STATE).toString()).toContain('"leaderEpoch":1')
  })

  test.each<[what: string, codes: string[], words: () => string[]]>([
    [
      'a voter is missing',
      ['voters-not-all-named'],
      () => ['set-endpoints', disk.path, ...voter(0), ...voter(1), ...tail],
    ],
    ['one too many', ['voters-not-all-named'], () => [...args, ...voter(7)]],
    ['one is named twice', ['usage'], () => [...args, ...voter(1)]],
    ['no id', ['usage'], () => [...args, '--voter', 'CONTROLLER://moved:9003']],
    [
      'another listener',
      ['listeners-differ'],
      () => [...['set-endpoints', disk.path, ...voter(0, 'OTHER://moved:9000'), ...voter(1), ...voter(2), ...tail]],
    ],
    [
      'the addresses that they have',
      ['endpoints-unchanged'],
      () => [
        ...['set-endpoints', disk.path, ...voter(0, 'CONTROLLER://localhost:46779')],
        ...voter(1, 'CONTROLLER://localhost:38815'),
        ...voter(2, 'CONTROLLER://localhost:42157'),
        ...tail,
      ],
    ],
    ['fewer than a majority are reported', ['too-few-reports'], () => args.filter((word) => !word.endsWith('1.json'))],
    [
      'somebody answers at an address',
      ['voter-reachable'],
      () => {
        disk.host = { ...disk.host, answers: async ({ host }) => host === 'moved' }
        return args
      },
    ],
  ])('refused: %s', async (_what, codes, words) => refusedAs(codes, words()))
})

test('a static quorum is told so, and nothing is written', async () => {
  disk = new TestDisk('static/0')
  expect(await disk.codes(...(await disk.recovery()))).toEqual(['static-quorum'])
})
