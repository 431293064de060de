/** Whether somebody holds the lock of a log directory, without taking it: Linux lists all locks in /proc/locks. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

export const LOCK_FILE = '.lock'

/** `POSIX ADVISORY WRITE 1234 fd:01:5678 0 EOF`: device in hexadecimal digits, inode. */
const ENTRY = /\b(?:POSIX|OFDLCK)\s+\S+\s+WRITE\s+-?\d+\s+([0-9a-f]+):([0-9a-f]+):(\d+)\s/

/** As the C library takes a device number apart (gnu_dev_major, gnu_dev_minor). */
function deviceOf(dev: bigint): { major: number; minor: number } {
  return {
    major: Number(((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n)),
    minor: Number((dev & 0xffn) | ((dev >> 12n) & 0xffffff00n)),
  }
}

/** @param locks text of /proc/locks */
export function lockIn(locks: string, dev: bigint, inode: bigint): 'free' | 'held' | 'unknown' {
  const { major, minor } = deviceOf(dev)
  let sameInode = false
  for (const line of locks.split('\n')) {
    const [, entryMajor, entryMinor, entryInode] = ENTRY.exec(line) ?? []
    if (entryInode === undefined || BigInt(entryInode) !== inode) continue
    if (Number.parseInt(entryMajor ?? '', 16) === major && Number.parseInt(entryMinor ?? '', 16) === minor)
      return 'held'
    // Layered file systems show another device to processes than to the kernel.
    sameInode = true
  }
  return sameInode ? 'unknown' : 'free'
}

export function lockState(directory: string): 'free' | 'held' | 'unknown' {
  try {
    const { dev, ino } = statSync(join(directory, LOCK_FILE), { bigint: true })
    return lockIn(readFileSync('/proc/locks', 'utf8'), dev, ino)
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException
    return code === 'ENOENT' && path !== '/proc/locks' ? 'free' : 'unknown'
  }
}
