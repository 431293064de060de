/** For tests: the disk of a real node in a folder of its own, a host that only pretends to take locks, and what was changed. */
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import type { DiskReport } from '../../contract/diskReport.ts'
import { takeBackup } from '../../disk/backup/takeBackup.ts'
import type { ChangeRequest } from '../../disk/change/request.ts'
import { type DiskHost, thisHost } from '../../disk/host.ts'
import { inspectDisk, LOG_FOLDER } from '../../disk/walk/inspectDisk.ts'
import { recordedDisks } from '../../kafka/fixtures/recordedDisks.ts'
import { batchHeader } from '../../kafka/records/batchHeader.ts'

export const NOW_MS = 1_800_000_000_000
export const LOG = `${LOG_FOLDER}/00000000000000000000.log`

export class HostDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'quorumdeck-disk-'))
  readonly path = join(this.folder, 'data')
  readonly backup = join(this.folder, 'backup')
  readonly reports: string[] = []

  /** @param disk `dynamic/0`, `static/0` or `dynamic/3` of what was recorded */
  constructor(disk = 'dynamic/0', version = '4.3.1', path = 'data') {
    this.put(disk, version, path)
  }

  /** One more recorded disk, in a folder of its own. */
  put(disk: string, version: string, path: string): string {
    const to = join(this.folder, path)
    mkdirSync(to, { recursive: true })
    for (const { what, base64 } of recordedDisks(version).files)
      if (what.startsWith(`${disk}/`)) {
        const file = join(to, what.slice(disk.length + 1))
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, Buffer.from(base64, 'base64'))
      }
    return to
  }

  file(name: string): string {
    return join(this.path, name)
  }

  bytes(name = LOG): Buffer {
    return readFileSync(this.file(name))
  }

  edit(name: string, change: (bytes: Buffer) => Buffer): void {
    writeFileSync(this.file(name), change(this.bytes(name)))
  }

  /** Where each batch of the segment begins, and where the last one ends. */
  get starts(): number[] {
    const bytes = this.bytes()
    const found = [0]
    for (let at = 0; at < bytes.length; found.push(at)) at += batchHeader(bytes.subarray(at)).bytes
    return found
  }

  report(path = this.path): DiskReport {
    return inspectDisk({ directory: path, nowMs: NOW_MS, host: 'test', lock: 'free' }).report
  }

  /** Writes a report to a file that the request names. */
  addReport(report: DiskReport): void {
    const file = join(this.folder, `report-${this.reports.length}.json`)
    writeFileSync(file, JSON.stringify(report))
    this.reports.push(file)
  }

  async takeBackup(host: DiskHost): Promise<void> {
    const outcome = await takeBackup(this.path, this.backup, host)
    if (outcome.result === 'refused') throw new Error(JSON.stringify(outcome.refusals))
  }

  request(changes: Partial<ChangeRequest> = {}): ChangeRequest {
    return {
      kind: 'recover',
      directory: this.path,
      reportFiles: this.reports,
      backup: this.backup,
      lost: [1, 2],
      endpoints: new Map(),
      listeners: [],
      from: null,
      plannedAtMs: null,
      confirm: null,
      ...changes,
    }
  }

  /** SHA-256 of every file below the folder, by its name. */
  get contents(): Record<string, string> {
    const files = readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
    return Object.fromEntries(
      files
        .sort()
        .map((file) => [relative(this.folder, file), createHash('sha256').update(readFileSync(file)).digest('hex')]),
    )
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Nothing answers, and every lock is free. */
export function quietHost(changes: Partial<DiskHost> = {}): DiskHost {
  return {
    ...thisHost,
    name: 'test',
    nowMs: () => NOW_MS,
    answers: async () => false,
    lock: async () => ({ by: 'test', release: async () => {} }),
    ...changes,
  }
}
