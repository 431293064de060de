/** The directory itself: that it is what it is called, may be written, and is nobody else's while we work on it. */
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { type DiskRefusal, refusal } from '../../recovery/refusals.ts'
import type { DiskHost } from '../host.ts'
import type { HeldLock } from '../lock/holdLock.ts'
import { LOCK_FILE } from '../lock/lockState.ts'
import { LOG_FOLDER } from '../walk/inspectDisk.ts'
import { symbolicLinks } from '../write/hashedFiles.ts'

export function directoryRefusals(path: string): DiskRefusal[] {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined || (!stat.isDirectory() && !stat.isSymbolicLink()))
    return [
      refusal(
        'not-a-directory',
        `${path} ${stat === undefined ? 'is not there' : 'is no directory'}.`,
        'Give metadata.log.dir of the node, else the first of its log.dirs; disk inspect --config server.properties finds it.',
      ),
    ]
  const links = symbolicLinks(path)
  if (links.length === 0) return []
  return [
    refusal(
      'symbolic-link',
      `${links.slice(0, 5).join(', ')} ${links.length === 1 ? 'is a symbolic link' : 'are symbolic links'}.`,
      'Give the real path of the directory (realpath); where files in it are links, restore the files themselves.',
    ),
  ]
}

/** For everybody it may be read-only, or for us; the superuser is stopped by no mode, so the mode itself is read too. */
function isWritable(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  return stat !== undefined && (stat.mode & 0o222) !== 0
}

/**
 * @param file the segment that is written, relative; `null` where a new one is begun
 * @param newFolder whether the folder of the log itself is made
 */
export function writeRefusals(
  path: string,
  file: string | null,
  host: DiskHost,
  neededBytes: number,
  newFolder: boolean,
): DiskRefusal[] {
  const found: DiskRefusal[] = []
  const folder = newFolder ? path : join(path, LOG_FOLDER)
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return []
  const written = file === null ? [folder] : [folder, join(path, file)]
  const locked = written.filter((one) => !isWritable(one))
  if (locked.length > 0)
    found.push(
      refusal(
        'not-writable',
        `${locked.join(' and ')} may not be written by anybody.`,
        'Mount the file system for writing, or restore the modes, and run this as the user that Kafka runs as.',
      ),
    )
  const stat = file === null ? undefined : lstatSync(join(path, file), { throwIfNoEntry: false })
  if (stat !== undefined && stat.nlink > 1)
    found.push(
      refusal(
        'hard-linked',
        `${file} has ${stat.nlink} names on its file system.`,
        'Copy the file onto itself (cp to another name, then mv over it), so that older copies stay as they are.',
      ),
    )
  const free = host.freeBytes(path)
  if (free < neededBytes)
    found.push(
      refusal(
        'no-space',
        `${free} bytes are free on the file system of ${path}; ${neededBytes} are needed.`,
        'Free some space. The node itself will need more than this right after its start.',
      ),
    )
  return found
}

function lockRefusal(path: string, lock: HeldLock | 'held' | 'unavailable'): DiskRefusal[] {
  if (lock === 'held')
    return [
      refusal(
        'lock-held',
        `Another process holds ${join(path, LOCK_FILE)}: Kafka runs on this directory.`,
        'Stop the node, and keep it stopped (its service manager must not start it again).',
      ),
    ]
  if (lock === 'unavailable')
    return [
      refusal(
        'lock-unavailable',
        'Neither python3 nor perl nor java is on this host: the lock that Kafka takes can be neither tested nor taken.',
        'Install one of them, or make java of the Kafka installation known by PATH.',
      ),
    ]
  return []
}

/**
 * Holds the lock while `work` goes on. A directory without a lock file has never been started on, or was copied: nobody holds it.
 * @param create whether a missing lock file is made, so that nobody can start meanwhile
 */
export async function withLock<T>(
  path: string,
  host: DiskHost,
  work: (refusals: DiskRefusal[]) => T | Promise<T>,
  create = false,
): Promise<T> {
  const file = join(path, LOCK_FILE)
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return await work([])
  const stat = lstatSync(file, { throwIfNoEntry: false })
  if (stat === undefined && create) host.writes.create(file, Buffer.alloc(0))
  if (stat?.isFile() !== true && !(stat === undefined && create)) return await work([])
  const lock = await host.lock(file)
  try {
    return await work(lockRefusal(path, lock))
  } finally {
    if (typeof lock === 'object') await lock.release()
  }
}
