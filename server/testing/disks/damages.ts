/** For tests: kinds of damage to the disk of a controller that must not be written on, each with the codes that refuse it. */
import { chmodSync, linkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DiskRefusalCode } from '../../recovery/refusals.ts'
import { batchesOf, LOG, NEWEST_SNAPSHOT, QUORUM_STATE, segmentFile, TestDisk, withChecksum } from './testDisk.ts'

export interface Damage {
  what: string
  codes: DiskRefusalCode[]
  /** Of voter 0 of three, stopped and whole. */
  make: (disk: TestDisk) => void
}

const META = 'meta.properties'
const FOLDER = '__cluster_metadata-0'
const FIRST_SNAPSHOT = `${FOLDER}/00000000000000000000-0000000000.checkpoint`

const damage = (what: string, codes: DiskRefusalCode | DiskRefusalCode[], make: Damage['make']): Damage => ({
  what,
  codes: [codes].flat(),
  make,
})

/** The last but `back` batches changed, whatever the checksum says then. */
function batch(disk: TestDisk, number: number, change: (batch: Buffer) => Buffer | Buffer[]): void {
  disk.edit(LOG, (log) => {
    const placed = batchesOf(log)
    const parts = placed.map(({ at, bytes }) => log.subarray(at, at + bytes))
    const index = number < 0 ? parts.length + number : number
    return Buffer.concat(parts.flatMap((part, at) => (at === index ? change(Buffer.from(part)) : [part])))
  })
}

function batchAt(disk: TestDisk, number: number): Buffer {
  const log = disk.read(LOG)
  const { at = 0, bytes = 0 } = batchesOf(log).at(number) ?? {}
  return Buffer.from(log.subarray(at, at + bytes))
}

const set = (write: (batch: Buffer) => void) => (one: Buffer) => {
  write(one)
  return one
}
const sealed = (write: (batch: Buffer) => void) => (one: Buffer) => {
  write(one)
  return withChecksum(one)
}

export const DIRECTORY_DAMAGES: readonly Damage[] = [
  damage('the directory is gone', 'not-a-directory', (disk) => rmSync(disk.path, { recursive: true })),
  damage('a file has its name', 'not-a-directory', (disk) => {
    rmSync(disk.path, { recursive: true })
    writeFileSync(disk.path, 'nothing')
  }),
  damage('the directory is a symbolic link', 'symbolic-link', (disk) => {
    renameSync(disk.path, `${disk.path}-real`)
    symlinkSync(`${disk.path}-real`, disk.path)
  }),
  ...[FOLDER, META, LOG, QUORUM_STATE, NEWEST_SNAPSHOT].map((file) =>
    damage(`${file} is a symbolic link`, 'symbolic-link', (disk) => {
      renameSync(join(disk.path, file), join(disk.root, 'elsewhere'))
      symlinkSync(join(disk.root, 'elsewhere'), join(disk.path, file))
    }),
  ),
  damage('the segment has a second name', 'hard-linked', (disk) =>
    linkSync(join(disk.path, LOG), join(disk.root, 'second.log')),
  ),
  damage('the log folder is read-only', 'not-writable', (disk) => chmodSync(join(disk.path, FOLDER), 0o555)),
  damage('the segment is read-only', 'not-writable', (disk) => chmodSync(join(disk.path, LOG), 0o444)),
  damage('no space is left', 'no-space', (disk) => {
    const asks = disk.host.freeBytes
    disk.host = { ...disk.host, freeBytes: (path) => (path === disk.path ? 4096 : asks(path)) }
  }),
]

export const IDENTITY_DAMAGES: readonly Damage[] = [
  damage('meta.properties is missing', 'meta-unreadable', (disk) => disk.delete(META)),
  damage('meta.properties is empty', 'meta-unreadable', (disk) => disk.write(META, '')),
  damage('meta.properties is zeros', 'meta-unreadable', (disk) => disk.write(META, Buffer.alloc(122))),
  damage('meta.properties is far too large', 'meta-unreadable', (disk) => disk.write(META, Buffer.alloc(70_000, 35))),
  damage('meta.properties is a folder', 'meta-unreadable', (disk) => {
    disk.delete(META)
    disk.write(`${META}/file`, '')
  }),
  ...(['cluster.id', 'node.id', 'directory.id'] as const).map((key) =>
    damage(`meta.properties has no ${key}`, 'meta-incomplete', (disk) =>
      disk.editText(META, (text) => text.replace(new RegExp(`^${key}=.*\n`, 'm'), '')),
    ),
  ),
  damage('meta.properties has version 0', 'meta-incomplete', (disk) =>
    disk.editText(META, (text) => text.replace('version=1', 'version=0')),
  ),
  damage(
    'a directory id that Kafka reserves',
    ['directory-id-reserved', 'not-a-voter', 'voter-without-report'],
    (disk) => disk.editText(META, (text) => text.replace(/^directory.id=.*$/m, 'directory.id=AAAAAAAAAAAAAAAAAAAAAQ')),
  ),
  damage('another directory id', ['not-a-voter', 'voter-without-report'], (disk) =>
    disk.editText(META, (text) => text.replace(/^directory.id=.*$/m, 'directory.id=Bp4jyVqhzY9zIlQui85zvw')),
  ),
  damage('the directory of a broker', ['not-a-voter', 'voter-without-report'], (disk) =>
    disk.editText(META, (text) =>
      text.replace('node.id=0', 'node.id=7').replace(/^directory.id=.*$/m, 'directory.id=Bp4jyVqhzY9zIlQui85zvw'),
    ),
  ),
  damage('quorum-state is cut off', 'quorum-state-unreadable', (disk) =>
    disk.edit(QUORUM_STATE, (bytes) => bytes.subarray(0, 40)),
  ),
  damage('quorum-state is empty', 'quorum-state-unreadable', (disk) => disk.write(QUORUM_STATE, '')),
  damage('quorum-state is of another format', 'quorum-state-unreadable', (disk) =>
    disk.editText(QUORUM_STATE, (text) => text.replace('"data_version":1', '"data_version":9')),
  ),
  damage('quorum-state knows an older epoch', 'epoch-unexplained', (disk) =>
    disk.editText(QUORUM_STATE, (text) => text.replace('"leaderEpoch":1', '"leaderEpoch":0')),
  ),
]

/** Where each field of a header stands: its first byte, and how many it has. */
export const HEADER_FIELDS: Readonly<Record<string, readonly [at: number, bytes: number]>> = {
  'base offset': [0, 8],
  length: [8, 4],
  'leader epoch': [12, 4],
  magic: [16, 1],
  checksum: [17, 4],
  attributes: [21, 2],
  'last offset delta': [23, 4],
  'first timestamp': [27, 8],
  'last timestamp': [35, 8],
  'producer id': [43, 8],
  'producer epoch': [51, 2],
  'base sequence': [53, 4],
  'count of records': [57, 4],
}

const noBase = (disk: TestDisk) => disk.delete(NEWEST_SNAPSHOT)

export const LOG_DAMAGES: readonly Damage[] = [
  ...Object.entries(HEADER_FIELDS).map(([field, [at, bytes]]) =>
    damage(`a bit of the ${field} of a batch is flipped`, 'log-damaged', (disk) =>
      batch(
        disk,
        12,
        set((one) => one.writeUInt8((one[at + bytes - 1] ?? 0) ^ 2, at + bytes - 1)),
      ),
    ),
  ),
  damage('a bit of a record is flipped', 'log-damaged', (disk) =>
    batch(
      disk,
      12,
      set((one) => one.writeUInt8((one[70] ?? 0) ^ 1, 70)),
    ),
  ),
  damage('bytes are missing in the middle', 'log-damaged', (disk) =>
    disk.edit(LOG, (log) => Buffer.concat([log.subarray(0, 1000), log.subarray(1010)])),
  ),
  damage('bytes are inserted in the middle', 'log-damaged', (disk) =>
    disk.edit(LOG, (log) => Buffer.concat([log.subarray(0, 1000), Buffer.alloc(3), log.subarray(1000)])),
  ),
  damage('zeros stand in the middle', 'log-damaged', (disk) =>
    disk.edit(LOG, (log) => Buffer.concat([log.subarray(0, 980), Buffer.alloc(522), log.subarray(1502)])),
  ),
  damage('a batch is missing', 'log-damaged', (disk) => batch(disk, 12, () => [])),
  damage('a batch is doubled', 'log-damaged', (disk) => batch(disk, 12, (one) => [one, one])),
  damage('the last batch is doubled', 'log-damaged', (disk) => batch(disk, -1, (one) => [one, one])),
  damage('two batches are swapped', 'log-damaged', (disk) => {
    const [one, other] = [batchAt(disk, 12), batchAt(disk, 13)]
    batch(disk, 12, () => other)
    batch(disk, 13, () => one)
  }),
  damage('a batch of another log stands at the end', 'log-damaged', (disk) => {
    const other = new TestDisk('dynamic/0', '3.9.2')
    const foreign = batchAt(other, -1)
    other.remove()
    disk.edit(LOG, (log) => Buffer.concat([log, foreign]))
  }),
  damage('a batch of another log, of its epoch but not of its leader', 'log-damaged', (disk) => {
    const foreign = batchAt(disk, -1)
    foreign.writeBigInt64BE(39n, 0)
    foreign.writeInt32BE(2, 12)
    disk.edit(LOG, (log) => Buffer.concat([log, foreign]))
  }),
  damage('an older epoch follows', 'log-damaged', (disk) =>
    batch(
      disk,
      20,
      set((one) => one.writeInt32BE(0, 12)),
    ),
  ),
  damage('random bytes stand behind the end', 'log-damaged', (disk) =>
    disk.edit(LOG, (log) => Buffer.concat([log, Buffer.from('f1e2d3c4b5a69788'.repeat(16), 'hex')])),
  ),
  damage('a few bytes that begin no batch stand behind the end', 'log-damaged', (disk) =>
    disk.edit(LOG, (log) => Buffer.concat([log, Buffer.from('not a batch')])),
  ),
  damage('zeros and then bytes stand behind the end', 'log-damaged', (disk) =>
    disk.edit(LOG, (log) => Buffer.concat([log, Buffer.alloc(5000), Buffer.from([1])])),
  ),
  damage('the last batch announces more than it has', 'log-damaged', (disk) =>
    batch(
      disk,
      -1,
      set((one) => one.writeInt32BE(one.readInt32BE(8) + 40, 8)),
    ),
  ),
  damage('a batch announces more than the file has', 'log-damaged', (disk) =>
    batch(
      disk,
      12,
      set((one) => one.writeInt32BE(5000, 8)),
    ),
  ),
  damage('a batch announces a negative length', 'log-damaged', (disk) =>
    batch(
      disk,
      -1,
      set((one) => one.writeInt32BE(-1, 8)),
    ),
  ),
  damage('a batch is compressed', 'log-damaged', (disk) =>
    batch(
      disk,
      12,
      sealed((one) => one.writeInt16BE(1, 21)),
    ),
  ),
  damage('a batch counts records that it does not have', 'log-damaged', (disk) =>
    batch(
      disk,
      12,
      sealed((one) => one.writeInt32BE(9, 57)),
    ),
  ),
  damage('a voter set of an unknown version', 'log-damaged', (disk) => {
    const control = batchAt(disk, 0)
    const key = Buffer.from([8, 0, 0, 0, 6])
    const at = control.indexOf(key) + key.length
    batch(
      disk,
      0,
      sealed((one) => one.writeInt16BE(99, one[at] !== undefined && one[at] > 0x7f ? at + 2 : at + 1)),
    )
  }),
  damage('the first bytes are gone', 'log-damaged', (disk) => disk.edit(LOG, (log) => log.subarray(10))),
  damage('the first batch is gone', 'log-damaged', (disk) => batch(disk, 0, () => [])),
  damage('a torn batch, and a later segment follows', 'log-damaged', (disk) => {
    disk.split(12)
    disk.edit(LOG, (log) => log.subarray(0, log.length - 5))
  }),
  damage('a segment in the middle is missing', 'log-damaged', (disk) => {
    const [, second] = disk.split(8)
    const rest = disk.read(second)
    const [, , , next] = batchesOf(rest)
    disk.write(segmentFile(next?.baseOffset ?? 0), rest.subarray(next?.at))
    disk.delete(second)
  }),
  damage('two segments are swapped', 'log-damaged', (disk) => {
    const [first, second] = disk.split(12)
    const [one, other] = [disk.read(first), disk.read(second)]
    disk.write(first, other)
    disk.write(second, one)
  }),
  damage('a segment is there twice, under another name', 'log-damaged', (disk) => {
    const [, second] = disk.split(12)
    disk.write(segmentFile(39), disk.read(second))
  }),
  damage('a segment has the name of another offset', 'log-damaged', (disk) => {
    const [, second] = disk.split(12)
    renameSync(join(disk.path, second), join(disk.path, segmentFile(30)))
  }),
]

export const SNAPSHOT_DAMAGES: readonly Damage[] = [
  damage('nothing is in the log folder', 'no-metadata-log', (disk) => {
    disk.delete(FOLDER)
    disk.write(`${FOLDER}/partition.metadata`, 'version: 0\n')
  }),
  damage('the log is empty, and no snapshot is there', 'no-metadata-log', (disk) => {
    disk.write(LOG, '')
    disk.delete(NEWEST_SNAPSHOT)
    disk.delete(FIRST_SNAPSHOT)
  }),
  damage('the first segment is gone, and no snapshot reaches that far', 'snapshot-missing', (disk) => {
    noBase(disk)
    const [first] = disk.split(12)
    disk.delete(first)
  }),
  ...(
    [
      ['is cut off', (bytes: Buffer) => bytes.subarray(0, 900)],
      ['has no footer', (bytes: Buffer) => bytes.subarray(0, batchesOf(bytes).at(-1)?.at)],
      ['has no header', (bytes: Buffer) => bytes.subarray(batchesOf(bytes)[1]?.at)],
      ['is empty', () => Buffer.alloc(0)],
      ['is zeros', (bytes: Buffer) => Buffer.alloc(bytes.length)],
      ['has a flipped bit', (bytes: Buffer) => bytes.map((byte, at) => (at === 700 ? byte ^ 4 : byte)) as Buffer],
      ['goes on behind its footer', (bytes: Buffer) => Buffer.concat([bytes, bytes.subarray(0, 1)])],
    ] as const
  ).map(([how, change]) =>
    damage(`the log does not begin at 0, and the snapshot ${how}`, 'snapshot-missing', (disk) => {
      const [first] = disk.split(12)
      disk.delete(first)
      disk.edit(NEWEST_SNAPSHOT, (bytes) => Buffer.from(change(bytes)))
    }),
  ),
  damage('the snapshot was never finished', 'snapshot-missing', (disk) => {
    const [first] = disk.split(12)
    disk.delete(first)
    renameSync(join(disk.path, NEWEST_SNAPSHOT), join(disk.path, `${NEWEST_SNAPSHOT}.part`))
  }),
  damage('a snapshot of a later epoch lies within the log', 'snapshot-contradicts-log', (disk) =>
    renameSync(
      join(disk.path, NEWEST_SNAPSHOT),
      join(disk.path, `${FOLDER}/00000000000000000030-0000000005.checkpoint`),
    ),
  ),
  damage('a snapshot of an earlier epoch lies beyond the log', 'snapshot-contradicts-log', (disk) =>
    renameSync(
      join(disk.path, NEWEST_SNAPSHOT),
      join(disk.path, `${FOLDER}/00000000000000000060-0000000000.checkpoint`),
    ),
  ),
]
