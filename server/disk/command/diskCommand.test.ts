import { existsSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { DiskReport } from '../../contract/diskReport.ts'
import { HostDisk, LOG, NOW_MS, quietHost } from '../../testing/disks/hostDisk.ts'
import { diskCommand, type Printed } from './diskCommand.ts'

const disks: HostDisk[] = []
afterEach(() => {
  for (const disk of disks.splice(0)) disk.remove()
})

function recorded(disk = 'dynamic/0'): HostDisk {
  const made = new HostDisk(disk)
  disks.push(made)
  return made
}

const run = (...args: string[]): Promise<Printed> => diskCommand(args, quietHost(), ['quorumdeck'])

describe('the command line', () => {
  test.each([[[]], [['--help']], [['help']]])('%j prints what there is', async (args) => {
    const { code, out } = await run(...args)
    expect(code).toBe(0)
    for (const name of ['inspect', 'rank', 'backup', 'recover', 'set-endpoints', 'graft'])
      expect(out).toContain(`disk ${name}`)
    expect(out).toContain('Exit codes')
  })

  test.each(['inspect', 'rank', 'backup', 'recover', 'set-endpoints', 'graft'])(
    '%s --help has its exit codes',
    async (name) => {
      const { code, out } = await run(name, '--help')
      expect([code, out]).toEqual([0, expect.stringContaining('Exit codes')])
      expect(out).toContain(`disk ${name} `)
    },
  )

  const whole = ['--reports', 'r.json', '--backup', 'b']
  test.each([
    [['destroy', 'x'], 'There is no disk destroy'],
    [['inspect'], 'Name one directory'],
    [['inspect', 'a', 'b'], 'Name one directory'],
    [['inspect', 'a', '--what'], 'There is no option --what'],
    [['rank'], 'Name the reports'],
    [['backup', 'a'], 'where its copy goes'],
    [['recover', ...whole, '--lost', '1'], 'Name the directory first'],
    [['recover', 'a', ...whole], '--lost is missing'],
    [['recover', 'a', '--lost', '1', '--backup', 'b'], '--reports is missing'],
    [['recover', 'a', '--lost', '1', '--reports', 'r.json'], '--backup is missing'],
    [['recover', 'a', '--lost', 'one', ...whole], '"one" is no node id'],
    [['recover', 'a', '--lost', '1', '--voter', '1=C://h:1', ...whole], '--voter belongs to disk set-endpoints'],
    [['recover', 'a', '--lost', '1', ...whole, '--confirm', 'a'.repeat(64)], 'go together'],
    [
      ['recover', 'a', '--lost', '1', ...whole, '--confirm', 'abc', '--planned-at', '2026-01-02T03:04:05.678Z'],
      '64 digits',
    ],
    [
      ['recover', 'a', '--lost', '1', ...whole, '--confirm', 'a'.repeat(64), '--planned-at', 'today'],
      'no time as it was printed',
    ],
    [['recover', 'a', '--undo'], '--undo needs the directory and --backup'],
    [['graft', 'a', '--undo', '--backup', 'b'], 'disk recover DIR --undo'],
    [['set-endpoints', 'a', '--voter', 'C://h:1', ...whole], 'no ID=LISTENER://host:port'],
    [['set-endpoints', 'a', '--voter', '1=h:1', ...whole], 'no list of LISTENER://host:port'],
    [['set-endpoints', 'a', '--voter', '1=C://h:0', ...whole], 'no list of LISTENER://host:port'],
    [['set-endpoints', 'a', '--voter', '1=C://h:1', '1=C://h:2', ...whole], 'node 1 is given twice'],
    [['graft', 'a', '--from', 'b', ...whole], '--listener is missing'],
    [['graft', 'a', '--listener', 'C://h:1', ...whole], '--from is missing'],
    [['backup', 'a', 'b', '--json=x', '--config'], '--config needs a value'],
  ])('%j: exit code 2, %s', async (args, problem) => {
    const { code, out, errors } = await run(...args)
    expect([code, out]).toEqual([2, ''])
    expect(errors).toContain(problem)
    expect(errors).toContain('--help')
  })
})

describe('inspect', () => {
  test('a person reads who it is, how far it reaches and who votes', async () => {
    const { code, out } = await run('inspect', recorded().path)
    expect(code).toBe(0)
    for (const line of [
      'node         0, directory NBa6ej0Erw2Ze_Q4jmpGGg',
      'reaches      epoch 1, offset 39',
      'whole to its last byte',
    ])
      expect(out).toContain(line)
    expect(out).toMatch(
      /voters {7}of offset 39, epoch 1 \(kraft\.version 1\)\n( +\d {2}\S{22} {2}CONTROLLER localhost:\d+\n){3}/,
    )
  })

  test('the folder of the log may be named instead', async () => {
    const disk = recorded()
    const { out } = await run('inspect', join(disk.path, '__cluster_metadata-0'), '--json')
    expect(DiskReport.parse(JSON.parse(out)).path).toBe(disk.path)
  })

  test('a properties file names the directory, and another node is noticed', async () => {
    const disk = recorded()
    const file = join(disk.folder, 'server.properties')
    writeFileSync(file, `node.id=4\nlog.dirs=${disk.path}\n`)
    const { code, out } = await run('inspect', '--config', file)
    expect(code).toBe(0)
    expect(out).toContain('is of node 4; meta.properties is of node 0')
    writeFileSync(file, `node.id=0\nmetadata.log.dir=${disk.folder}\nlog.dirs=${disk.path}\n`)
    expect(await run('inspect', disk.path, '--config', file)).toMatchObject({
      code: 1,
      errors: expect.stringContaining('other-node'),
    })
  })

  test('a torn end is told apart from damage, and records behind the snapshot are named', async () => {
    const disk = recorded('static/0')
    disk.edit(LOG, (bytes) => bytes.subarray(0, bytes.length - 7))
    expect((await run('inspect', disk.path)).out).toContain('TORN at the end')
    disk.edit(LOG, (bytes) => Buffer.concat([bytes.subarray(0, 300), Buffer.from('x'), bytes.subarray(301)]))
    expect((await run('inspect', disk.path)).out).toContain('DAMAGED')
  })

  test('a link to the directory: the report names where it leads, for the commands that follow no link', async () => {
    const disk = recorded()
    const link = `${disk.path}-link`
    symlinkSync(disk.path, link)
    const { out } = await run('inspect', link, '--json')
    expect(JSON.parse(out)).toMatchObject({ path: realpathSync(disk.path) })
  })

  test('a directory that is not there: exit code 1, and what to give', async () => {
    const { code, errors } = await run('inspect', '/not/there')
    expect(code).toBe(1)
    expect(errors).toContain('not-a-directory')
    expect(errors).toContain('metadata.log.dir')
  })
})

describe('rank', () => {
  function written(disk: HostDisk, changes: (report: DiskReport) => void): string {
    const report = structuredClone(disk.report())
    changes(report)
    disk.addReport(report)
    return disk.reports.at(-1) ?? ''
  }

  test('the later epoch goes before the longer log, and records of its own are pointed out', async () => {
    const disk = recorded()
    const stale = written(disk, () => {})
    const best = written(disk, (report) => {
      Object.assign(report.meta ?? {}, { nodeId: 7, directoryId: 'Bp4jyVqhzY9zIlQui85zvw' })
      report.snapshots = []
      Object.assign(report.log ?? {}, {
        endOffset: 20,
        lastEpoch: 3,
        epochs: [
          { epoch: 1, startOffset: 0, leaderId: 0 },
          { epoch: 3, startOffset: 10, leaderId: 1 },
        ],
      })
    })
    const { code, out } = await run('rank', stale, best)
    expect(code).toBe(0)
    expect(out).toMatch(/1 {2}3 +20 .*node 7/)
    expect(out).toMatch(/2 {2}1 +39 .*node 0 .*holds records that the first does not/)
    expect(out).toContain('disk graft --from')
    const json: unknown = JSON.parse((await run('rank', stale, best, '--json')).out)
    expect(json).toMatchObject({ next: 'graft', ranking: [{ nodeId: 7 }, { nodeId: 0, holdsOtherRecords: true }] })
  })

  test('reports of two clusters are not ranked', async () => {
    const disk = recorded()
    const one = written(disk, () => {})
    const two = written(disk, (report) => Object.assign(report.meta ?? {}, { clusterId: 'another-cluster-id-22c' }))
    expect(await run('rank', one, two)).toMatchObject({ code: 1, errors: expect.stringContaining('other-cluster') })
  })
})

describe('backup', () => {
  test('every file is copied, and the manifest names them', async () => {
    const disk = recorded()
    const { code, out } = await run('backup', disk.path, disk.backup)
    expect([code, out]).toEqual([0, expect.stringContaining('7 files')])
    expect(readFileSync(join(disk.backup, LOG)).equals(disk.bytes())).toBe(true)
    expect(JSON.parse(readFileSync(join(disk.backup, 'manifest.json'), 'utf8'))).toMatchObject({
      takenAtMs: NOW_MS,
      path: disk.path,
    })
  })

  test('into the directory itself, or over something: refused, and nothing is written', async () => {
    const disk = recorded()
    const before = disk.contents
    for (const to of [join(disk.path, 'copy'), disk.path, disk.folder])
      expect(await run('backup', disk.path, to)).toMatchObject({
        code: 1,
        errors: expect.stringContaining('target-not-empty'),
      })
    expect(disk.contents).toEqual(before)
  })

  test('of a directory without a metadata log, or to a full disk: refused', async () => {
    const empty = recorded('dynamic/7')
    expect(await run('backup', empty.path, empty.backup)).toMatchObject({
      code: 1,
      errors: expect.stringContaining('no-metadata-log'),
    })
    const disk = recorded()
    const full = await diskCommand(['backup', disk.path, disk.backup], quietHost({ freeBytes: () => 5000 }), [])
    expect(full).toMatchObject({ code: 1, errors: expect.stringContaining('no-space') })
    expect(existsSync(disk.backup)).toBe(false)
  })
})

test('planned, carried out by the line that the plan prints, done already, and taken back', async () => {
  const disk = recorded()
  await run('backup', disk.path, disk.backup)
  disk.addReport(disk.report())
  const whole = disk.bytes()
  const args = ['recover', disk.path, '--lost', '1,2', '--reports', ...disk.reports, '--backup', disk.backup]
  const plan = await run(...args)
  expect(plan.code).toBe(0)
  expect(plan.out).toContain('one voter set at offset 39, epoch 1001')
  expect(plan.out).toContain('Nothing was written.')
  expect(disk.bytes().equals(whole)).toBe(true)
  const words = plan.out.trim().split('\n').at(-1)?.trim().split(' ').slice(2) ?? []
  expect((await run(...words)).out).toMatch(
    /^Done, and read again from the disk\.[\s\S]*log {9}ends at offset 40, epoch 1001/,
  )
  expect(disk.bytes().subarray(0, whole.length).equals(whole)).toBe(true)
  expect((await run(...words)).out).toMatch(/^This plan was carried out already/)
  expect(JSON.parse((await run(...words, '--json')).out)).toMatchObject({
    result: 'done',
    already: true,
    receipt: { endOffset: 40 },
  })
  expect((await run('recover', disk.path, '--undo', '--backup', disk.backup)).out).toContain('Taken back')
  expect(disk.bytes().equals(whole)).toBe(true)
})
