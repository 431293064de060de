/** What was changed is taken back, whole or half done, and nothing else is. */
import { renameSync, writeFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { HostDisk, LOG, quietHost } from '../../testing/disks/hostDisk.ts'
import { type DiskWrites, diskWrites } from '../write/diskWrites.ts'
import type { ChangeRequest } from './request.ts'
import { runChange } from './runChange.ts'
import { undoChange } from './undoChange.ts'

const disks: HostDisk[] = []
afterEach(() => {
  for (const disk of disks.splice(0)) disk.remove()
})

interface Prepared {
  disk: HostDisk
  confirmed: ChangeRequest
}

async function planned(disk: HostDisk, request: Partial<ChangeRequest> = {}): Promise<Prepared> {
  disks.push(disk)
  writeFileSync(disk.file('.lock'), '')
  disk.addReport(disk.report())
  await disk.takeBackup(quietHost())
  const asked = disk.request(request)
  const outcome = await runChange(asked, quietHost())
  if (outcome.result !== 'planned') throw new Error(JSON.stringify(outcome))
  return {
    disk,
    confirmed: { ...asked, plannedAtMs: outcome.plan.plannedAtMs, confirm: outcome.sha256 },
  }
}

/** Its last batch is torn. */
function torn(): HostDisk {
  const disk = new HostDisk()
  disk.edit(LOG, (bytes) => bytes.subarray(0, bytes.length - 7))
  // Without the newest snapshot, which reaches to the end of the log as it was.
  renameSync(
    disk.file('__cluster_metadata-0/00000000000000000039-0000000001.checkpoint'),
    disk.file('__cluster_metadata-0/00000000000000000039-0000000001.checkpoint.deleted'),
  )
  return disk
}

/** Its newest snapshot lies beyond the end of its log. */
function behind(): HostDisk {
  const disk = new HostDisk()
  const at = disk.starts[15] ?? 0
  disk.edit(LOG, (bytes) => bytes.subarray(0, at))
  return disk
}

class Died extends Error {}

/** Nothing is written any more from this operation on. */
function diesAt(operation: number): DiskWrites {
  let done = 0
  const counted = Object.entries(diskWrites).map(([name, work]) => [
    name,
    (...args: unknown[]) => {
      done += 1
      if (done >= operation) throw new Died(name)
      return Reflect.apply(work, null, args)
    },
  ])
  return Object.fromEntries(counted) as DiskWrites
}

test.each([
  ['with a torn end', () => planned(torn())],
  ['with a snapshot beyond the log', () => planned(behind())],
  ['of a whole log', () => planned(new HostDisk())],
])('a recovery %s is taken back byte by byte, also when it was interrupted', async (_what, prepare) => {
  for (const at of [6, 7, 8, 9, 1000]) {
    const prepared = await prepare()
    const { disk, confirmed } = prepared
    const before = disk.contents
    const changed = await runChange(confirmed, quietHost({ writes: diesAt(at) }))
    expect(changed.result).toBe(at === 1000 ? 'done' : 'refused')
    const outcome = await undoChange(disk.path, disk.backup, quietHost())
    const after = Object.fromEntries(Object.entries(disk.contents).filter(([name]) => name.startsWith('data/')))
    expect(after).toEqual(Object.fromEntries(Object.entries(before).filter(([name]) => name.startsWith('data/'))))
    if (outcome.result === 'refused') expect(outcome.refusals.map(({ code }) => code)).toEqual(['nothing-to-undo'])
    else expect(outcome.planSha256).toBe(confirmed.confirm)
    expect(await undoChange(disk.path, disk.backup, quietHost())).toMatchObject({
      refusals: [{ code: 'nothing-to-undo' }],
    })
  }
})

test('what a node has written since is not taken back', async () => {
  const { disk, confirmed } = await planned(new HostDisk())
  await runChange(confirmed, quietHost())
  const { starts } = disk
  disk.edit(LOG, (bytes) => Buffer.concat([bytes, bytes.subarray(starts.at(-2))]))
  const contents = disk.contents
  expect(await undoChange(disk.path, disk.backup, quietHost())).toMatchObject({ refusals: [{ code: 'started-since' }] })
  disk.edit(LOG, (bytes) => bytes.subarray(0, starts.at(-1)))
  writeFileSync(disk.file('__cluster_metadata-0/quorum-state'), '{}')
  expect(await undoChange(disk.path, disk.backup, quietHost())).toMatchObject({ refusals: [{ code: 'started-since' }] })
  expect(Object.keys(disk.contents)).toEqual(Object.keys(contents))
})
