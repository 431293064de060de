/** Every operation that changes a disk, one by one: a test ends the process at each of them. All are synchronous. */
import {
  closeSync,
  copyFileSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs'

export interface DiskWrites {
  truncate(path: string, bytes: number): void
  /** One write; more only where the system takes a part of it. */
  writeAt(path: string, position: number, bytes: Buffer): void
  /** The file must not be there. */
  create(path: string, bytes: Buffer): void
  copy(from: string, to: string): void
  rename(from: string, to: string): void
  remove(path: string): void
  makeFolder(path: string): void
  removeFolder(path: string): void
  /** Until the device has it. */
  syncFile(path: string): void
  syncFolder(path: string): void
}

function withFile(path: string, flags: string, work: (fd: number) => void): void {
  const fd = openSync(path, flags)
  try {
    work(fd)
  } finally {
    closeSync(fd)
  }
}

function writeWhole(fd: number, bytes: Buffer, position: number): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, position + at)
}

export const diskWrites: DiskWrites = {
  truncate: (path, bytes) => withFile(path, 'r+', (fd) => ftruncateSync(fd, bytes)),
  writeAt: (path, position, bytes) => withFile(path, 'r+', (fd) => writeWhole(fd, bytes, position)),
  create: (path, bytes) => withFile(path, 'wx', (fd) => writeWhole(fd, bytes, 0)),
  copy: (from, to) => copyFileSync(from, to),
  rename: (from, to) => renameSync(from, to),
  remove: (path) => unlinkSync(path),
  makeFolder: (path) => mkdirSync(path),
  removeFolder: (path) => rmdirSync(path),
  syncFile: (path) => withFile(path, 'r+', (fd) => fsyncSync(fd)),
  syncFolder: (path) => withFile(path, 'r', (fd) => fsyncSync(fd)),
}
