/**
 * Carries a plan out: the plan itself is written into the backup first, then the disk is changed, then read again. Whenever the process
 * ends in between, the disk is as it was (a torn end cut off at most, as Kafka would do it) or complete, and the same can be done again.
 */
import { existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { DiskPlan, DiskReceipt } from '../../contract/disk/diskPlan.ts'
import { newestVoterSet } from '../../recovery/seedRules.ts'
import type { DiskHost } from '../host.ts'
import { inspectDisk, LOG_FOLDER } from '../walk/inspectDisk.ts'
import { walkLog } from '../walk/logWalk.ts'
import { MetadataImage } from '../walk/metadataImage.ts'
import { hashOfFile, matches } from '../write/hashedFiles.ts'
import { writeNote } from '../write/writeNote.ts'
import { DROPPED, planFile, planHash, receiptFile } from './planNote.ts'

/** A graft is made there, whole, before it takes its name. */
const UNFINISHED = `${LOG_FOLDER}.unfinished`

/** What stands on the disk afterwards is not what was planned. */
export class ChangeFailed extends Error {}

function append(plan: DiskPlan, path: string, { writes }: DiskHost): void {
  const file = join(path, plan.file)
  const folder = join(path, LOG_FOLDER)
  const batch = Buffer.from(plan.batch, 'hex')
  if (plan.sha256Before === null) {
    for (const dropped of plan.dropped) {
      const old = join(path, dropped)
      if (existsSync(old)) writes.rename(old, `${old}${DROPPED}`)
    }
    writes.syncFolder(folder)
    if (existsSync(file)) writes.remove(file)
    writes.create(file, batch)
  } else {
    // First: Kafka cuts a torn batch off together with whatever stands behind it.
    if (lstatSync(file).size > plan.wholeBytes) {
      writes.truncate(file, plan.wholeBytes)
      writes.syncFile(file)
    }
    writes.writeAt(file, plan.wholeBytes, batch)
  }
  writes.syncFile(file)
  writes.syncFolder(folder)
}

function removeAll(folder: string, { writes }: DiskHost): void {
  for (const name of readdirSync(folder)) writes.remove(join(folder, name))
}

function graft(plan: DiskPlan, path: string, host: DiskHost): void {
  const { writes } = host
  const [unfinished, folder] = [join(path, UNFINISHED), join(path, LOG_FOLDER)]
  if (existsSync(unfinished)) removeAll(unfinished, host)
  else writes.makeFolder(unfinished)
  const batch = Buffer.from(plan.batch, 'hex')
  for (const one of plan.copied) {
    const name = basename(one.file)
    const copy = join(unfinished, name)
    writes.copy(join(plan.from ?? '', LOG_FOLDER, name), copy)
    // The source may be running: what it has appended since is not of the plan.
    if (lstatSync(copy).size > one.bytes) writes.truncate(copy, one.bytes)
    const found = hashOfFile(copy)
    if (found.bytes !== one.bytes || found.sha256 !== one.sha256) {
      removeAll(unfinished, host)
      writes.removeFolder(unfinished)
      throw new ChangeFailed(`${name} changed while it was copied. Nothing was written. Plan again.`)
    }
  }
  const file = join(unfinished, basename(plan.file))
  if (existsSync(file)) writes.writeAt(file, plan.wholeBytes, batch)
  else writes.create(file, batch)
  for (const name of readdirSync(unfinished)) writes.syncFile(join(unfinished, name))
  writes.syncFolder(unfinished)
  const logs = readdirSync(unfinished)
    .filter((name) => name.endsWith('.log'))
    .sort()
  const { log } = walkLog(unfinished, logs, plan.baseOffset, new MetadataImage())
  if (log.damage !== null || log.endOffset !== plan.baseOffset + 1)
    throw new ChangeFailed(`the copy in ${unfinished} ends at ${log.endOffset}, not at ${plan.baseOffset + 1}`)
  // No record is in it: that is what makes the directory a fresh one.
  if (existsSync(folder)) removeAll(folder, host)
  writes.rename(unfinished, folder)
  writes.syncFolder(path)
}

/** Reads the whole disk again. @throws ChangeFailed where it is not what was planned */
function receiptFor(plan: DiskPlan, path: string, host: DiskHost): DiskReceipt {
  const nowMs = host.nowMs()
  const { report, last } = inspectDisk({ directory: path, nowMs, host: host.name, lock: 'free' })
  const set = newestVoterSet(report)
  const { log } = report
  const voters = set?.voters.map(({ nodeId, directoryId }) => ({ nodeId, directoryId })) ?? []
  const planned = plan.voters.map(({ nodeId, directoryId }) => ({ nodeId, directoryId }))
  if (
    log === null ||
    last === null ||
    log.damage !== null ||
    log.endOffset !== plan.baseOffset + 1 ||
    log.lastEpoch !== plan.epoch ||
    set?.offset !== plan.baseOffset ||
    JSON.stringify(voters) !== JSON.stringify(planned) ||
    hashOfFile(join(path, plan.file), plan.wholeBytes).sha256 !== plan.sha256Whole
  )
    throw new ChangeFailed(
      `Read again, the log ends at offset ${log?.endOffset ?? 'none'} in epoch ${log?.lastEpoch ?? 'none'}${log?.damage == null ? '' : ` (${log.damage.problem})`}; planned were ${plan.baseOffset + 1} and ${plan.epoch}.`,
    )
  return {
    format: 'quorumdeck-disk-receipt',
    version: 1,
    planSha256: planHash(plan),
    plan,
    doneAtMs: nowMs,
    host: host.name.slice(0, 255),
    bytesAfter: last.bytes,
    sha256After: last.sha256,
    endOffset: log.endOffset,
    lastEpoch: log.lastEpoch,
    voters,
  }
}

/** What is on the disk already is read again, and its receipt written once more. @throws ChangeFailed */
export function confirmDone(plan: DiskPlan, path: string, host: DiskHost): DiskReceipt {
  const receipt = receiptFor(plan, path, host)
  if (plan.backup !== null) writeNote(host.writes, join(plan.backup, receiptFile(receipt.planSha256)), receipt)
  return receipt
}

/** @throws ChangeFailed, or the error of the host where it cannot write */
export function carryOut(plan: DiskPlan, path: string, host: DiskHost): DiskReceipt {
  if (plan.backup !== null) {
    mkdirSync(plan.backup, { recursive: true })
    writeNote(host.writes, join(plan.backup, planFile(planHash(plan))), plan)
  }
  if (plan.kind === 'graft') graft(plan, path, host)
  else append(plan, path, host)
  for (const one of plan.copied)
    if (one.file !== plan.file && !matches(path, one)) throw new ChangeFailed(`${one.file} is not what was copied`)
  return confirmDone(plan, path, host)
}
