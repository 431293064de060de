/** A small file that must be whole or absent after a crash: a manifest, a plan, a receipt. */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DiskWrites } from './diskWrites.ts'

export function writeNote(writes: DiskWrites, path: string, value: object): void {
  const unfinished = `${path}.unfinished`
  if (existsSync(unfinished)) writes.remove(unfinished)
  writes.create(unfinished, Buffer.from(`${JSON.stringify(value, null, 2)}\n`))
  writes.syncFile(unfinished)
  writes.rename(unfinished, path)
  writes.syncFolder(dirname(path))
}
