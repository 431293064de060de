/** The host refuses a write: a full disk, a failing device, a file of somebody else. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { numbered } from '../../testing/disks/mortalDisk.ts'
import { LOG, TestDisk } from '../../testing/disks/testDisk.ts'
import { type DiskWrites, diskWrites } from '../write/diskWrites.ts'

let disk: TestDisk
beforeEach(() => {
  disk = new TestDisk()
})
afterEach(() => disk.remove())

const failing = (code: string): Error => Object.assign(new Error(`${code}: refused`), { code, path: disk.path })

async function withWrites(writes: DiskWrites, args: readonly string[]): Promise<string[]> {
  const { host } = disk
  disk.host = { ...host, writes }
  const codes = await disk.codes(...args)
  disk.host = host
  return codes
}

test.each(['ENOSPC', 'EIO', 'EACCES'])(
  '%s at any operation: refused, untouched or complete, and done once it is remedied',
  async (code) => {
    const args = await disk.recovery()
    const words = await disk.planned(args)
    const untouched = disk.read(LOG)
    let operations = 0
    const count = new TestDisk()
    const counted = await count.planned(await count.recovery())
    count.host = { ...count.host, writes: numbered(diskWrites, () => (operations += 1)) }
    expect(await count.codes(...counted)).toEqual([])
    count.remove()
    for (let target = 0; target < operations; target += 1) {
      disk.remove()
      disk = new TestDisk()
      const again = await disk.planned(await disk.recovery())
      const codes = await withWrites(
        numbered(diskWrites, (number, half) => {
          if (number !== target) return
          half?.()
          throw failing(code)
        }),
        again,
      )
      // Before the lock file is there, nothing has begun.
      expect(codes, `${target}`).toEqual([target === 0 ? 'access-failed' : 'write-failed'])
      const found = disk.read(LOG)
      expect(found.subarray(0, untouched.length).equals(untouched), `${target}`).toBe(true)
      expect(await disk.codes(...again), `${target}`).toEqual([])
      expect((await disk.report()).log, `${target}`).toMatchObject({ endOffset: 40, lastEpoch: 1001, damage: null })
    }
    expect(words).not.toEqual([])
  },
)

test('what is read again is not what was planned: said so, and it can be taken back', async () => {
  const words = await disk.planned(await disk.recovery())
  const before = disk.held(disk.path)
  const writes: DiskWrites = {
    ...diskWrites,
    writeAt: (path, position, bytes) => diskWrites.writeAt(path, position, bytes.subarray(0, bytes.length - 1)),
  }
  expect(await withWrites(writes, words)).toEqual(['write-failed'])
  expect(await disk.codes('recover', disk.path, '--undo', '--backup', join(disk.root, 'backup'))).toEqual([])
  const { '.lock': _lock, ...after } = disk.held(disk.path)
  expect(after).toEqual(before)
})

test('a backup that cannot be finished has no manifest, and is none', async () => {
  const to = join(disk.root, 'copy')
  let copies = 0
  const writes: DiskWrites = {
    ...diskWrites,
    copy: (from, target) => {
      copies += 1
      if (copies === 3) throw failing('ENOSPC')
      diskWrites.copy(from, target)
    },
  }
  const before = disk.held(disk.path)
  expect(await withWrites(writes, ['backup', disk.path, to])).toEqual(['access-failed'])
  expect(existsSync(join(to, 'manifest.json'))).toBe(false)
  expect(disk.held(disk.path)).toEqual(before)
  const args = ['recover', disk.path, '--lost', '1,2', '--reports', await disk.reportFile(), '--backup', to]
  expect(await disk.codes(...args)).toEqual(['backup-missing'])
})
