/** Files of a metadata directory with their SHA-256: what a backup holds, and whether it still is what is on the disk. Reads only. */
import { createHash } from 'node:crypto'
import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { BackupManifest, type HashedFile } from '../../contract/disk/diskPlan.ts'
import { LOG_FOLDER } from '../walk/inspectDisk.ts'

export const MANIFEST = 'manifest.json'
/** Beside the metadata log. */
const BESIDE = ['meta.properties', 'bootstrap.checkpoint']
const CHUNK_BYTES = 1024 * 1024

export function sha256(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** @param length of its beginning; the whole file by default */
export function hashOfFile(path: string, length = Number.POSITIVE_INFINITY): { bytes: number; sha256: string } {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  const fd = openSync(path, 'r')
  try {
    let bytes = 0
    while (bytes < length) {
      const read = readSync(fd, buffer, 0, Math.min(buffer.length, length - bytes), bytes)
      if (read === 0) break
      hash.update(buffer.subarray(0, read))
      bytes += read
    }
    return { bytes, sha256: hash.digest('hex') }
  } finally {
    closeSync(fd)
  }
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true
}

/** Names, relative to the directory, of what a backup holds: the metadata log whole, and two files beside it. */
export function backedUpNames(directory: string): string[] {
  const folder = join(directory, LOG_FOLDER)
  const inLog = lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder).sort() : []
  return [...BESIDE, ...inLog.map((name) => `${LOG_FOLDER}/${name}`)].filter((name) => isFile(join(directory, name)))
}

/** Symbolic links on the way to what is read and written, the directory itself too. */
export function symbolicLinks(directory: string): string[] {
  const folder = join(directory, LOG_FOLDER)
  const isLink = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
  const beside = [directory, ...[...BESIDE, '.lock'].map((name) => join(directory, name)), folder].filter(isLink)
  const isFolder = lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
  return [
    ...beside,
    ...(isFolder
      ? readdirSync(folder)
          .map((name) => join(folder, name))
          .filter(isLink)
      : []),
  ]
}

/** `null` where there is none that was finished. */
export function readManifest(backup: string): BackupManifest | null {
  try {
    return BackupManifest.parse(JSON.parse(readFileSync(join(backup, MANIFEST), 'utf8')))
  } catch {
    return null
  }
}

/** Files of the backup that are not what its manifest says. */
export function damagedInBackup(backup: string, { files }: BackupManifest): string[] {
  return files.filter((one) => !matches(backup, one)).map(({ file }) => file)
}

export function matches(directory: string, { file, bytes, sha256: expected }: HashedFile): boolean {
  const path = join(directory, file)
  if (!isFile(path)) return false
  const found = hashOfFile(path)
  return found.bytes === bytes && found.sha256 === expected
}

/** Files that the disk and the manifest do not have alike, whichever of the two lacks them. */
export function differingFiles(directory: string, { files }: BackupManifest): string[] {
  const known = new Set(files.map(({ file }) => file))
  return [
    ...files.filter((one) => !matches(directory, one)).map(({ file }) => file),
    ...backedUpNames(directory).filter((name) => !known.has(name)),
  ]
}
