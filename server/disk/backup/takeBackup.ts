/**
 * Copies what a metadata directory holds into a new one: every file is synced, and the manifest with their hashes is written last. What
 * has no manifest was never finished. The disk is only read.
 */
import { existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { BackupManifest, HashedFile } from '../../contract/disk/diskPlan.ts'
import { type DiskRefusal, refusal } from '../../recovery/refusals.ts'
import { directoryRefusals, withLock } from '../change/directory.ts'
import type { DiskHost } from '../host.ts'
import { diskDirectory, LOG_FOLDER } from '../walk/inspectDisk.ts'
import { backedUpNames, hashOfFile, MANIFEST } from '../write/hashedFiles.ts'
import { writeNote } from '../write/writeNote.ts'

/** Left free on the file system of the backup. */
const SPARE_BYTES = 1024 * 1024

export type BackupOutcome =
  | { result: 'refused'; refusals: DiskRefusal[] }
  | { result: 'done'; manifest: BackupManifest; directory: string }

function targetRefusals(path: string, target: string): DiskRefusal[] {
  const inside = !relative(path, target).startsWith('..')
  const stat = lstatSync(target, { throwIfNoEntry: false })
  const other = 'Name a directory that is not there yet, on another disk if possible.'
  if (inside) return [refusal('target-not-empty', `${target} lies in the directory that is copied.`, other)]
  if (stat === undefined) return []
  if (!stat.isDirectory()) return [refusal('target-not-empty', `${target} is there, and is no directory.`, other)]
  const found = readdirSync(target)
  return found.length === 0
    ? []
    : [
        refusal(
          'target-not-empty',
          `${target} is there and holds ${found.length} files, ${found[0]} for example.`,
          other,
        ),
      ]
}

/** The nearest directory that is there: whose file system the target will lie on. */
function existing(path: string): string {
  let at = path
  while (!existsSync(at)) at = dirname(at)
  return at
}

function spaceRefusals(host: DiskHost, path: string, names: readonly string[], target: string): DiskRefusal[] {
  const needed = names.reduce((sum, name) => sum + lstatSync(join(path, name)).size, SPARE_BYTES)
  const free = host.freeBytes(existing(target))
  if (free >= needed) return []
  return [
    refusal(
      'no-space',
      `The copy needs ${needed} bytes; ${free} are free where ${target} would lie.`,
      'Free some, or name a directory on another file system.',
    ),
  ]
}

export function takeBackup(directory: string, to: string, host: DiskHost): Promise<BackupOutcome> {
  const path = diskDirectory(directory)
  const target = resolve(to)
  return withLock(path, host, (lockRefusals) => {
    const refusals = [...directoryRefusals(path), ...lockRefusals, ...targetRefusals(path, target)]
    const names = refusals.length === 0 ? backedUpNames(path) : []
    if (refusals.length === 0 && !names.some((name) => name.startsWith(LOG_FOLDER)))
      refusals.push(
        refusal(
          'no-metadata-log',
          `${path} holds no ${LOG_FOLDER} with a file in it.`,
          'Give metadata.log.dir of the node, or its log directory.',
        ),
      )
    if (refusals.length === 0) refusals.push(...spaceRefusals(host, path, names, target))
    if (refusals.length > 0) return { result: 'refused', refusals }
    return { result: 'done', directory: target, manifest: copyAll(path, target, names, host) }
  })
}

function copyAll(path: string, target: string, names: readonly string[], host: DiskHost): BackupManifest {
  const { writes } = host
  mkdirSync(target, { recursive: true })
  const folder = join(target, LOG_FOLDER)
  if (!existsSync(folder)) writes.makeFolder(folder)
  const files: HashedFile[] = []
  for (const file of names) {
    writes.copy(join(path, file), join(target, file))
    writes.syncFile(join(target, file))
    const [read, copied] = [hashOfFile(join(path, file)), hashOfFile(join(target, file))]
    if (read.sha256 !== copied.sha256) throw new Error(`${file} in ${target} is not what was read from ${path}`)
    files.push({ file, ...copied })
  }
  writes.syncFolder(folder)
  writes.syncFolder(target)
  writes.syncFolder(dirname(target))
  const manifest: BackupManifest = {
    format: 'quorumdeck-disk-backup',
    version: 1,
    takenAtMs: host.nowMs(),
    host: host.name.slice(0, 255),
    path,
    files,
  }
  writeNote(writes, join(target, MANIFEST), manifest)
  return manifest
}
