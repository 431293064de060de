import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TestDisk } from '../../testing/disks/testDisk.ts'
import { thisHost } from '../host.ts'
import { holdLock, LOCK_PROGRAMS } from './holdLock.ts'
import { lockIn, lockState } from './lockState.ts'

let disk: TestDisk
beforeEach(() => {
  disk = new TestDisk()
  disk.write('.lock', '')
})
afterEach(() => disk.remove())

const path = () => `${disk.path}/.lock`

describe.each(LOCK_PROGRAMS.filter(({ name }) => name !== 'java'))('$name', (program) => {
  test('holds the lock until it is released, and nobody else gets it meanwhile', async () => {
    expect(lockState(disk.path)).toBe('free')
    const lock = await holdLock(path(), [program])
    if (typeof lock !== 'object') throw new Error(`not held: ${lock}`)
    expect(lock.by).toBe(program.name)
    expect(['held', 'unknown']).toContain(lockState(disk.path))
    expect(await holdLock(path(), [program])).toBe('held')
    await lock.release()
    expect(lockState(disk.path)).toBe('free')
    const again = await holdLock(path(), [program])
    expect(typeof again).toBe('object')
    if (typeof again === 'object') await again.release()
  })
})

test('programs that are not there are passed over, and without any the lock is unavailable', async () => {
  const none = { name: 'no-such-program', arguments: [] }
  expect(await holdLock(path(), [none])).toBe('unavailable')
  const lock = await holdLock(path(), [none, ...LOCK_PROGRAMS])
  if (typeof lock !== 'object') throw new Error(`not held: ${lock}`)
  await lock.release()
})

test('a recovery is refused while another process holds the lock, and planned when that has ended', async () => {
  const args = await disk.recovery()
  const before = disk.held()
  const { arguments: words = [], name = '' } = LOCK_PROGRAMS[0] ?? {}
  const holder = spawn(name, [...words, path()], { stdio: ['pipe', 'pipe', 'ignore'] })
  await once(holder.stdout, 'data')
  disk.host = { ...disk.host, lock: thisHost.lock }
  expect(await disk.codes(...args)).toEqual(['lock-held'])
  expect((await disk.report()).lock).not.toBe('free')
  holder.stdin.end()
  await once(holder, 'exit')
  expect(await disk.codes(...args)).toEqual([])
  expect(disk.held()).toEqual(before)
})

test('a line of /proc/locks is of this file where device and inode are; where the inode alone is, nobody knows', () => {
  const line = (device: string) => `1: POSIX  ADVISORY  WRITE 1234 ${device}:5678 0 EOF\n`
  const dev = BigInt((0xfd << 8) | 1)
  expect(lockIn(line('fd:01'), dev, 5678n)).toBe('held')
  expect(lockIn(line('00:2e'), dev, 5678n)).toBe('unknown')
  expect(lockIn(line('fd:01'), dev, 567n)).toBe('free')
  expect(lockIn(line('fd:01').replace('WRITE', 'READ '), dev, 5678n)).toBe('free')
  expect(lockIn('', dev, 5678n)).toBe('free')
})
