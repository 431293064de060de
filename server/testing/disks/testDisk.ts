/** For tests: the disk of a controller as a real Kafka left it, to be damaged, and the command as an operator types it. */
import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { DiskReport } from '../../contract/diskReport.ts'
import { diskCommand, type Printed } from '../../disk/command/diskCommand.ts'
import { type DiskHost, thisHost } from '../../disk/host.ts'
import { recordedDisks } from '../../kafka/fixtures/recordedDisks.ts'
import { batchHeader } from '../../kafka/records/batchHeader.ts'
import { crc32c } from '../../kafka/records/crc32c.ts'

export const LOG = '__cluster_metadata-0/00000000000000000000.log'
export const NEWEST_SNAPSHOT = '__cluster_metadata-0/00000000000000000039-0000000001.checkpoint'
export const QUORUM_STATE = '__cluster_metadata-0/quorum-state'
export const NOW_MS = Date.parse('2026-11-30T06:00:00.000Z')

/** One batch of a segment. */
export interface Placed {
  at: number
  bytes: number
  baseOffset: number
}

export function batchesOf(log: Buffer): Placed[] {
  const found: Placed[] = []
  for (let at = 0; at < log.length; ) {
    const { bytes, baseOffset } = batchHeader(log.subarray(at))
    found.push({ at, bytes, baseOffset })
    at += bytes
  }
  return found
}

/** Writes the right checksum into a batch that was changed. */
export function withChecksum(batch: Buffer): Buffer {
  const copy = Buffer.from(batch)
  copy.writeUInt32BE(crc32c(copy.subarray(21)), 17)
  return copy
}

export function segmentFile(baseOffset: number): string {
  return `__cluster_metadata-0/${String(baseOffset).padStart(20, '0')}.log`
}

export class TestDisk {
  /** Holds the disk and everything that the commands leave. */
  readonly root: string
  readonly path: string
  /** The real lock is of `lock/holdLock.test.ts`: it takes a process each time. */
  host: DiskHost = {
    ...thisHost,
    name: 'host-0',
    nowMs: () => NOW_MS,
    answers: async () => false,
    lock: async () => ({ by: 'a test', release: async () => {} }),
  }

  /** @param disk of the recorded ones: voter 0 of a dynamic or of a static quorum of three */
  constructor(disk: 'dynamic/0' | 'static/0' = 'dynamic/0', version = '4.3.1') {
    this.root = mkdtempSync(join(tmpdir(), 'quorumdeck-disk-'))
    this.path = join(this.root, 'data')
    for (const { what, base64 } of recordedDisks(version).files)
      if (what.startsWith(`${disk}/`)) this.write(what.slice(disk.length + 1), Buffer.from(base64, 'base64'))
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }

  read(file: string): Buffer {
    return readFileSync(join(this.path, file))
  }

  write(file: string, bytes: Buffer | string): void {
    mkdirSync(dirname(join(this.path, file)), { recursive: true })
    writeFileSync(join(this.path, file), bytes)
  }

  delete(file: string): void {
    rmSync(join(this.path, file), { recursive: true })
  }

  edit(file: string, change: (bytes: Buffer) => Buffer): void {
    this.write(file, change(this.read(file)))
  }

  editText(file: string, change: (text: string) => string): void {
    this.edit(file, (bytes) => Buffer.from(change(bytes.toString())))
  }

  /** The log in two segments, the second from the batch with this number on. @returns names of both */
  split(number: number): [string, string] {
    const log = this.read(LOG)
    const { at = 0, baseOffset = 0 } = batchesOf(log)[number] ?? {}
    const second = segmentFile(baseOffset)
    this.write(second, log.subarray(at))
    this.write(LOG, log.subarray(0, at))
    return [LOG, second]
  }

  /** Takes off the last batches of the log, and the snapshots that lie beyond its end then. */
  shorten(batches: number): void {
    const log = this.read(LOG)
    const { at = 0, baseOffset = 0 } = batchesOf(log).at(-batches) ?? {}
    this.write(LOG, log.subarray(0, at))
    for (const name of readdirSync(join(this.path, '__cluster_metadata-0')))
      if (name.endsWith('.checkpoint') && Number(name.slice(0, 20)) > baseOffset)
        this.delete(`__cluster_metadata-0/${name}`)
  }

  async run(...args: string[]): Promise<Printed> {
    return await diskCommand(args, this.host, ['quorumdeck'])
  }

  async report(directory = this.path): Promise<DiskReport> {
    const { code, out, errors } = await this.run('inspect', directory, '--json')
    if (code !== 0) throw new Error(errors || out)
    return DiskReport.parse(JSON.parse(out))
  }

  /** A file beside the disk. @returns its path */
  note(name: string, value: unknown): string {
    const path = join(this.root, name)
    writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value))
    return path
  }

  async reportFile(name = 'own.json', change: (report: DiskReport) => DiskReport = (one) => one): Promise<string> {
    return this.note(name, change(await this.report()))
  }

  async backup(name = 'backup'): Promise<string> {
    const to = join(this.root, name)
    await this.run('backup', this.path, to)
    return to
  }

  /** Reports, a backup, and the arguments of a recovery for which voters 1 and 2 are lost. */
  async recovery(): Promise<string[]> {
    return [
      'recover',
      this.path,
      '--lost',
      '1,2',
      '--reports',
      await this.reportFile(),
      '--backup',
      await this.backup(),
    ]
  }

  /** Plans. @returns the arguments that carry it out. @throws Error where it is refused */
  async planned(args: readonly string[]): Promise<string[]> {
    const { code, out, errors } = await this.run(...args)
    if (code !== 0) throw new Error(errors)
    return (out.split('\n').at(-1) ?? '').trim().split(' ').slice(2)
  }

  /** Codes of the refusals, sorted, each once; `usage` for a command line that cannot be used; empty where it is done. */
  async codes(...args: string[]): Promise<string[]> {
    const { code, out } = await this.run(...args, '--json')
    if (code === 2) return ['usage']
    if (code === 0) return []
    const { refusals } = JSON.parse(out) as { refusals: { code: string; observed: string; remedy: string }[] }
    if (refusals.some(({ observed, remedy }) => observed === '' || remedy === '')) throw new Error(out)
    return [...new Set(refusals.map((one) => one.code))].sort()
  }

  /** Every file below the root with its mode and SHA-256. */
  held(folder = this.root): Record<string, string> {
    const found: Record<string, string> = {}
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
      const path = join(folder, name)
      const { mode } = lstatSync(path)
      const stat = lstatSync(path)
      const content = stat.isSymbolicLink()
        ? readlinkSync(path)
        : stat.isFile()
          ? createHash('sha256').update(readFileSync(path)).digest('hex')
          : 'folder'
      found[relative(folder, path)] = `${mode.toString(8)} ${content}`
    }
    return found
  }

  /** Whether what is in this directory's log folder is there at all. */
  has(file: string): boolean {
    return existsSync(join(this.path, file))
  }

  get name(): string {
    return basename(this.path)
  }
}
