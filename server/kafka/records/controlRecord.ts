/**
 * Control records of the metadata log. Key: version int16, type int16. Values: LeaderChangeMessage.json,
 * KRaftVersionRecord.json, VotersRecord.json of kafka-clients.
 */
import { Reader } from '@platformatic/kafka'
import type { Endpoint } from '../../contract/quorumView.ts'
import { directoryIdFromUuid } from './directoryId.ts'
import type { LogRecord } from './recordBatch.ts'

export interface Voter {
  nodeId: number
  directoryId: string | null
  endpoints: Endpoint[]
}

export interface RecordedVoter extends Voter {
  /** Levels of kraft.version that it supports. */
  kraftVersions: { min: number; max: number }
}

export type ControlRecord =
  | { kind: 'leader-change'; leaderId: number; voterIds: number[]; grantingVoterIds: number[] }
  | { kind: 'kraft-version'; kraftVersion: number }
  | { kind: 'voters'; voters: RecordedVoter[] }

const LEADER_CHANGE = 2
const KRAFT_VERSION = 5
const KRAFT_VOTERS = 6

function leaderChange(reader: Reader): ControlRecord {
  const version = reader.readInt16()
  const leaderId = reader.readInt32()
  const voterId = (r: Reader): number => {
    const id = r.readInt32()
    if (version >= 1) r.readUUID()
    return id
  }
  return {
    kind: 'leader-change',
    leaderId,
    voterIds: reader.readArray(voterId),
    grantingVoterIds: reader.readArray(voterId),
  }
}

function voters(reader: Reader): ControlRecord {
  reader.readInt16() // Version
  const list = reader.readArray((r) => {
    const voter: RecordedVoter = {
      nodeId: r.readInt32(),
      directoryId: directoryIdFromUuid(r.readUUID()),
      endpoints: r.readArray((e) => ({ listener: e.readString(), host: e.readString(), port: e.readUnsignedInt16() })),
      kraftVersions: { min: r.readInt16(), max: r.readInt16() },
    }
    r.readTaggedFields() // of KRaftVersionFeature
    return voter
  })
  return { kind: 'voters', voters: list }
}

/** `null` for kinds that are not about the quorum (snapshot headers and footers). @throws RangeError */
export function controlRecord(record: LogRecord): ControlRecord | null {
  if (record.key === null || record.key.length < 4 || record.value === null) return null
  const type = record.key.readInt16BE(2)
  const reader = Reader.from(record.value)
  switch (type) {
    case LEADER_CHANGE:
      return leaderChange(reader)
    case KRAFT_VERSION:
      reader.readInt16() // Version
      return { kind: 'kraft-version', kraftVersion: reader.readInt16() }
    case KRAFT_VOTERS:
      return voters(reader)
    default:
      return null
  }
}
