/** Records of the metadata log as events, in words. Pure. */

import type { Severity } from '../../contract/advice.ts'
import type { EventKind, QuorumEvent } from '../../contract/past/events.ts'
import type { ReplicaKey } from '../../contract/quorumView.ts'
import { sameKey } from '../../contract/replicaKey.ts'
import { metadataVersionName } from './kafkaRelease.ts'
import type { Before, LoggedRecord } from './metadataLog.ts'

/** An event without what only the observer knows. */
export type EventDraft = Omit<QuorumEvent, 'cluster' | 'revision'>

function key({ nodeId, directoryId }: ReplicaKey): ReplicaKey {
  return { nodeId, directoryId }
}

function names(replicas: ReplicaKey[]): string {
  return replicas
    .map((r) => (r.directoryId === null ? `${r.nodeId}` : `${r.nodeId} (${r.directoryId.slice(0, 8)}…)`))
    .join(', ')
}

export function voterChangeTitle(before: ReplicaKey[] | null, after: ReplicaKey[]): string {
  if (before === null) return `Voters are ${names(after)}`
  const added = after.filter((v) => !before.some((b) => sameKey(v, b)))
  const removed = before.filter((b) => !after.some((v) => sameKey(v, b)))
  const parts = [
    ...(added.length > 0 ? [`${names(added)} added`] : []),
    ...(removed.length > 0 ? [`${names(removed)} removed`] : []),
  ]
  return parts.length === 0 ? 'Endpoints of the voters changed' : `Voter ${parts.join(', ')}`
}

function changedVoters(before: ReplicaKey[] | null, after: ReplicaKey[]): ReplicaKey[] {
  if (before === null) return after.map(key)
  return [
    ...after.filter((v) => !before.some((b) => sameKey(v, b))),
    ...before.filter((b) => !after.some((v) => sameKey(v, b))),
  ].map(key)
}

interface LoggedEvent {
  kind: EventKind
  title: string
  severity?: Severity
  replicas?: ReplicaKey[]
}

function tell({ record, epoch }: LoggedRecord, before: Before): LoggedEvent | null {
  const node = (nodeId: number): ReplicaKey[] => [{ nodeId, directoryId: null }]
  switch (record.kind) {
    case 'leader-change': {
      const from = before.leader?.leaderId
      const title =
        from === undefined || from === record.leaderId
          ? `Leader ${record.leaderId}, epoch ${epoch}`
          : `Leader ${from} → ${record.leaderId}, epoch ${epoch}`
      return { kind: 'leader-elected', title, replicas: node(record.leaderId) }
    }
    case 'voters':
      return {
        kind: 'voters-changed',
        title: voterChangeTitle(before.voters, record.voters),
        replicas: changedVoters(before.voters, record.voters),
      }
    case 'kraft-version':
      return { kind: 'kraft-version', title: `kraft.version ${record.kraftVersion}` }
    case 'feature': {
      const level = record.name === 'metadata.version' ? metadataVersionName(record.level) : String(record.level)
      return { kind: 'feature', title: `${record.name} is ${level}` }
    }
    case 'register-broker':
      return { kind: 'registration', title: `Broker ${record.nodeId} registered`, replicas: node(record.nodeId) }
    case 'register-controller':
      return { kind: 'registration', title: `Controller ${record.nodeId} registered`, replicas: node(record.nodeId) }
    case 'unregister-broker':
      return { kind: 'registration', title: `Broker ${record.nodeId} unregistered`, replicas: node(record.nodeId) }
    case 'broker-fenced': {
      if (before.fenced === record.fenced) return null
      return {
        kind: 'registration',
        title: `Broker ${record.nodeId} ${record.fenced ? 'fenced' : 'unfenced'}`,
        severity: record.fenced ? 'warning' : 'info',
        replicas: node(record.nodeId),
      }
    }
    case 'topic':
    case 'remove-topic':
    case 'partition':
    case 'partition-change':
    case 'config':
      return null
    default:
      return record satisfies never
  }
}

/** The id of a record's event: stable over commit, retraction and reading the log again. */
export function logEventId({ epoch, offset }: LoggedRecord): string {
  return `log-${epoch}-${offset}`
}

/** `null` for a record that changes nothing worth an event. */
export function logEvent(logged: LoggedRecord, before: Before, committed: boolean): EventDraft | null {
  const told = tell(logged, before)
  if (told === null) return null
  return {
    id: logEventId(logged),
    kind: told.kind,
    atMs: logged.atMs,
    severity: told.severity ?? 'info',
    title: told.title,
    offset: logged.offset,
    epoch: logged.epoch,
    committed,
    retracted: false,
    replicas: told.replicas ?? [],
    actor: null,
  }
}
