/** One record of the metadata log in words; `null` where it says nothing: a NoOp, the marks of a transaction or of a snapshot. */
import type { LogRecord, ReplicaKey } from './raft/records.ts'

const keys = (voters: readonly ReplicaKey[]) => voters.map(({ id }) => id).join(', ')

export function recordText(record: LogRecord): string | null {
  switch (record.kind) {
    case 'leaderChange':
      return `node ${record.leaderId} leads`
    case 'kraftVersion':
      return `kraft.version ${record.level}`
    case 'kraftVoters':
      return `voters ${keys(record.voters.map(({ key }) => key))}`
    case 'featureLevel':
      return `feature ${record.name}: level ${record.level}`
    case 'registerController':
      return `controller ${record.controllerId} registered`
    case 'registerBroker':
      return `broker ${record.brokerId} registered`
    case 'brokerChange':
      if (record.startsControlledShutdown) return `broker ${record.brokerId} shuts down`
      return record.fencing === 'none' ? null : `broker ${record.brokerId} ${record.fencing}d`
    case 'unregisterBroker':
      return `broker ${record.brokerId} unregistered`
    case 'brokerConfig':
      return `broker ${record.brokerId}: ${record.name} ${record.value === null ? 'taken away' : `= ${record.value}`}`
    case 'noOp':
    case 'snapshotHeader':
    case 'snapshotFooter':
    case 'beginTransaction':
    case 'endTransaction':
      return null
    default:
      return record satisfies never
  }
}
