/** Plans and receipts as they lie in a backup, and how far a plan has come on the disk. Reads only. */
import { closeSync, existsSync, lstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { DiskPlan, DiskReceipt } from '../../contract/disk/diskPlan.ts'
import { canonicalJson } from '../../recovery/canonicalJson.ts'
import { hashOfFile, sha256 } from '../write/hashedFiles.ts'

export function planHash(plan: DiskPlan): string {
  return sha256(canonicalJson(plan))
}

/** First digits of a plan's hash, in file names. */
const shortly = (hash: string): string => hash.slice(0, 8)
export const planFile = (hash: string): string => `plan-${shortly(hash)}.json`
export const receiptFile = (hash: string): string => `receipt-${shortly(hash)}.json`
/** Ending that Kafka gives a segment before it deletes it (LogFileUtils#DELETED_FILE_SUFFIX). */
export const DROPPED = '.deleted'

function parsed<T>(path: string, parse: (value: unknown) => T): T | null {
  try {
    return parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}

/** Plans that were begun with this backup. */
export function begunPlans(backup: string): DiskPlan[] {
  if (!existsSync(backup)) return []
  return readdirSync(backup)
    .filter((name) => /^plan-[0-9a-f]{8}\.json$/.test(name))
    .flatMap((name) => parsed(join(backup, name), (value) => DiskPlan.parse(value)) ?? [])
}

export function begunPlan(backup: string, hash: string): DiskPlan | null {
  const plan = parsed(join(backup, planFile(hash)), (value) => DiskPlan.parse(value))
  return plan !== null && planHash(plan) === hash ? plan : null
}

export function receiptOf(backup: string, hash: string): DiskReceipt | null {
  const receipt = parsed(join(backup, receiptFile(hash)), (value) => DiskReceipt.parse(value))
  return receipt?.planSha256 === hash ? receipt : null
}

/**
 * `before`: untouched. `begun`: its torn end is cut off, older segments are put aside, or a part of the batch is there; Kafka would start
 * on it as on the disk before. `complete`: the batch ends the log. `other`: something else has been written.
 */
export type PlanState = 'before' | 'begun' | 'complete' | 'other'

/** As many as there are, up to `length`. */
export function bytesFrom(path: string, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length)
  const fd = openSync(path, 'r')
  try {
    return buffer.subarray(0, readSync(fd, buffer, 0, length, position))
  } finally {
    closeSync(fd)
  }
}

export function stateOf(path: string, plan: DiskPlan): PlanState {
  const file = join(path, plan.file)
  const batch = Buffer.from(plan.batch, 'hex')
  const { wholeBytes, sha256Whole, sha256Before, cutBytes, dropped } = plan
  const size = lstatSync(file, { throwIfNoEntry: false })?.size ?? null
  if (size === null) {
    if (plan.from !== null) return 'before'
    if (sha256Before !== null) return 'other'
    return dropped.some((one) => existsSync(join(path, `${one}${DROPPED}`))) ? 'begun' : 'before'
  }
  if (size < wholeBytes || hashOfFile(file, wholeBytes).sha256 !== sha256Whole) return 'other'
  const rest = bytesFrom(file, wholeBytes, batch.length + 1)
  if (rest.equals(batch)) return 'complete'
  if (size === wholeBytes + (cutBytes ?? 0) && sha256Before !== null && hashOfFile(file).sha256 === sha256Before)
    return 'before'
  return rest.length < batch.length && batch.subarray(0, rest.length).equals(rest) && plan.from === null
    ? 'begun'
    : 'other'
}
