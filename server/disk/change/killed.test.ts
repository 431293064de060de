/**
 * The command ends at every operation that changes a disk: by SIGKILL in a process of its own (`npm run safety -- --only lost-disks`), and by an
 * error that no later operation survives, within this one. Afterwards the disk is what it was, or what it becomes, or what
 * Kafka itself makes what it was of (a torn end cut off); the same command line completes it, and it can be taken back.
 */
import { execFile } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { endOf } from '../../recovery/ranking.ts'
import { newestVoterSet } from '../../recovery/seedRules.ts'
import { numbered } from '../../testing/disks/mortalDisk.ts'
import { LOG, NEWEST_SNAPSHOT, NOW_MS, TestDisk } from '../../testing/disks/testDisk.ts'
import { diskWrites } from '../write/diskWrites.ts'

const MORTAL = join(import.meta.dirname, '..', '..', 'testing', 'disks', 'mortalDisk.ts')
const ALL = process.env.DISK_KILLS === 'all'

interface Died {
  signal: string | null
  code: number
  out: string
  errors: string
}

function mortal(number: number, how: 'before' | 'half', args: readonly string[]): Promise<Died> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MORTAL, String(number), how, String(NOW_MS), ...args], (error, out, errors) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      resolve({ signal: error?.signal ?? null, code, out, errors })
    })
  })
}

let disk = new TestDisk()
disk.remove()
afterEach(() => disk.remove())

/** What Kafka goes by: where the copy ends, snapshots that reach beyond the log included, and who votes by it. */
async function readable(): Promise<string> {
  const report = await disk.report()
  return JSON.stringify([endOf(report), newestVoterSet(report)?.voters, report.snapshots])
}

const KINDS: { kind: string; prepare: (one: TestDisk) => void }[] = [
  { kind: 'the voter set is appended', prepare: (one) => one.write('.lock', '') },
  {
    kind: 'a torn end is cut off first',
    prepare: (one) => {
      one.delete(NEWEST_SNAPSHOT)
      one.edit(LOG, (log) => log.subarray(0, log.length - 30))
    },
  },
  {
    kind: 'a new segment is begun behind a snapshot',
    prepare: (one) => {
      const [, second] = one.split(12)
      one.delete(second)
    },
  },
]

/** Ends at one operation, or at none (-1). */
type Dies = (
  number: number,
  how: 'before' | 'half',
  args: readonly string[],
) => Promise<{ died: boolean; problem: string }>

/** Plans, then carries out as often as there are operations. @returns how many ends left the disk untouched, and how many complete */
async function everyEnd(
  prepare: (one: TestDisk) => void,
  operations: (args: readonly string[]) => Promise<boolean[]>,
  dies: Dies,
): Promise<{ untouched: number; complete: number; ends: number }> {
  disk = new TestDisk()
  prepare(disk)
  const before = await readable()
  const words = await disk.planned(await disk.recovery())
  const kept = `${disk.root}-kept`
  cpSync(disk.root, kept, { recursive: true, preserveTimestamps: true })
  const counts = { untouched: 0, complete: 0, ends: 0 }
  try {
    const halves = await operations(words)
    const [after, files] = [await readable(), disk.held(disk.path)]
    const ends = halves.flatMap((writes, number) =>
      writes
        ? ([
            [number, 'before'],
            [number, 'half'],
          ] as const)
        : ([[number, 'before']] as const),
    )
    for (const [number, how] of ends) {
      rmSync(disk.root, { recursive: true })
      cpSync(kept, disk.root, { recursive: true, preserveTimestamps: true })
      expect(await dies(number, how, words), `${number} ${how}`).toMatchObject({ died: true })
      const found = await readable()
      expect([before, after], `${number} ${how}`).toContain(found)
      counts[found === before ? 'untouched' : 'complete'] += 1
      counts.ends += 1
      expect(await dies(-1, 'before', words), `${number} ${how}, again`).toEqual({ died: false, problem: '' })
      expect(disk.held(disk.path), `${number} ${how}, again`).toEqual(files)
    }
    return counts
  } finally {
    rmSync(kept, { recursive: true, force: true })
  }
}

/** Within this process. */
const within: Dies = async (target, how, args) => {
  let died = false
  const { host } = disk
  const writes = numbered(diskWrites, (number, half) => {
    if (died) throw new Error('it has ended')
    if (number !== target) return
    died = true
    if (how === 'half') half?.()
    throw new Error('it ends')
  })
  disk.host = { ...host, writes }
  try {
    const { code, errors } = await disk.run(...args)
    return { died, problem: code === 0 || died ? '' : errors }
  } catch (error) {
    return { died, problem: died ? '' : String(error) }
  } finally {
    disk.host = host
  }
}

test.each(KINDS)(
  '$kind: untouched or complete wherever it ends, and the same command line completes it',
  async ({ prepare }) => {
    const halves: boolean[] = []
    const count = async (args: readonly string[]) => {
      const { host } = disk
      disk.host = { ...host, writes: numbered(diskWrites, (_number, half) => halves.push(half !== null)) }
      const { code, errors } = await disk.run(...args)
      expect([code, errors]).toEqual([0, ''])
      disk.host = host
      return halves
    }
    const { untouched, complete, ends } = await everyEnd(prepare, count, within)
    expect(halves.length).toBeGreaterThan(10)
    expect(untouched + complete).toBe(ends)
    expect(Math.min(untouched, complete)).toBeGreaterThan(2)
  },
)

// Of the safety run alone; no test elsewhere, so that none counts as skipped.
test.each(ALL ? KINDS : KINDS.slice(0, 0))(
  '$kind: the same after kill -9 at every operation',
  async ({ kind, prepare }) => {
    const dies: Dies = async (number, how, args) => {
      const { signal, code, errors } = await mortal(number, how, args)
      return { died: signal === 'SIGKILL', problem: code === 0 || signal === 'SIGKILL' ? '' : errors }
    }
    const count = async (args: readonly string[]) => {
      const { code, out, errors } = await mortal(-1, 'before', args)
      expect([code, errors]).toEqual([0, ''])
      return JSON.parse(out) as boolean[]
    }
    const { untouched, complete, ends } = await everyEnd(prepare, count, dies)
    console.log(`${kind}: kill -9 ${untouched + complete} of ${ends}: ${untouched} untouched, ${complete} complete`)
    expect(untouched + complete).toBe(ends)
  },
  1_800_000,
)
