/** One text for one value, whatever the order of its keys: what hashes of plans and reports are made of. Pure. */
import type { DiskReport } from '../contract/diskReport.ts'

export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/** What a copy holds, whoever read it and when: a disk that is read twice gives the same. */
export function reportIdentity({ takenAtMs: _at, host: _host, path: _path, lock: _lock, ...held }: DiskReport): string {
  return canonicalJson(held)
}
