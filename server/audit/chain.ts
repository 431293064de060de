/** How entries hang together: each hash covers the one before it and the whole of its own entry. */
import { createHash } from 'node:crypto'
import { type AuditEntry, AuditEvent } from '../contract/access/audit.ts'
import type { AuditRow } from '../storage/access/audit.ts'

/** Before the first entry of all. */
export const NOTHING = '0'.repeat(64)

/** One text for one value: keys in the order of their code units, no blanks. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, one]) => one !== undefined)
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${sorted.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`
}

export function hashOf(previous: string, body: string): string {
  return createHash('sha256').update(previous).update(body).digest('hex')
}

export function rowOf(event: AuditEvent, seq: number, atMs: number, previous: string): AuditRow {
  const body = canonical({ ...event, seq, atMs })
  const { kind, actor, cluster } = event
  return {
    seq,
    at_ms: atMs,
    kind,
    actor_id: actor?.id ?? null,
    actor_name: actor?.name ?? null,
    cluster,
    body,
    hash: hashOf(previous, body),
  }
}

/** What is wrong with this row behind the one before it; `null`: nothing. */
export function flawOf(row: AuditRow, expectedSeq: number, previous: string): string | null {
  if (row.seq !== expectedSeq) {
    return row.seq === expectedSeq + 1
      ? `entry ${expectedSeq} is missing`
      : `entries ${expectedSeq} to ${row.seq - 1} are missing`
  }
  if (hashOf(previous, row.body) !== row.hash) return 'its hash does not fit what it says, or the entry before it'
  const event = readBody(row.body)
  if (event === null) return 'it cannot be read'
  // What filters look at stands beside the body: it must say the same.
  const { kind, actor, cluster, seq, atMs } = event
  const isSame =
    seq === row.seq &&
    atMs === row.at_ms &&
    kind === row.kind &&
    cluster === row.cluster &&
    (actor?.id ?? null) === row.actor_id &&
    (actor?.name ?? null) === row.actor_name
  return isSame ? null : 'its columns do not say what the entry says'
}

function readBody(body: string): Omit<AuditEntry, 'hash'> | null {
  try {
    const value: unknown = JSON.parse(body)
    const event = AuditEvent.parse(value)
    const { seq, atMs } = value as { seq?: unknown; atMs?: unknown }
    return typeof seq === 'number' && typeof atMs === 'number' ? { ...event, seq, atMs } : null
  } catch {
    return null
  }
}

/** `null`: it cannot be read; the chain says so too. */
export function entryOf(row: AuditRow): AuditEntry | null {
  const body = readBody(row.body)
  return body === null ? null : { ...body, hash: row.hash }
}
