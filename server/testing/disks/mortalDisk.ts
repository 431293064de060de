/**
 * For tests: `quorumdeck disk` in a process that ends itself by SIGKILL at one numbered operation that changes a disk. Arguments: the
 * number (from 0), `before` or `half` (of a write, the first half of its bytes is on the disk then), the plan's clock, and those of the
 * command. A number that is never reached ends it as the command ends; it prints which operations write bytes.
 */
import { diskCommand } from '../../disk/command/diskCommand.ts'
import { thisHost } from '../../disk/host.ts'
import { type DiskWrites, diskWrites } from '../../disk/write/diskWrites.ts'

/** Calls `at` before each operation; with a way to do half of it, where it writes bytes. */
export function numbered(writes: DiskWrites, at: (number: number, half: (() => void) | null) => void): DiskWrites {
  let number = 0
  const next = (half: (() => void) | null = null) => {
    at(number, half)
    number += 1
  }
  const counted = Object.entries(writes).map(([name, operation]) => [
    name,
    (...args: never[]) => {
      next()
      ;(operation as (...args: never[]) => void)(...args)
    },
  ])
  const halved = (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)
  return {
    ...(Object.fromEntries(counted) as DiskWrites),
    writeAt: (path, position, bytes) => {
      next(() => writes.writeAt(path, position, halved(bytes)))
      writes.writeAt(path, position, bytes)
    },
    create: (path, bytes) => {
      next(() => writes.create(path, halved(bytes)))
      writes.create(path, bytes)
    },
  }
}

if (process.argv[1] === import.meta.filename) {
  const [target = '', how = '', nowMs = '', ...args] = process.argv.slice(2)
  const halves: boolean[] = []
  const writes = numbered(diskWrites, (number, half) => {
    halves.push(half !== null)
    if (number !== Number(target)) return
    if (how === 'half') half?.()
    process.kill(process.pid, 'SIGKILL')
  })
  const host = { ...thisHost, name: 'host-0', nowMs: () => Number(nowMs), answers: async () => false, writes }
  const { code, errors } = await diskCommand(args, host, ['quorumdeck'])
  console.log(JSON.stringify(halves))
  if (errors !== '') console.error(errors)
  process.exitCode = code
}
