/** What a node's answers mean: whether it is Kafka, whether it lets us in, and whether it is of the cluster that is meant. Pure. */
import type { VersionRange } from '../../kafka/connection.ts'
import { releaseOf } from '../../quorum/log/kafkaRelease.ts'
import type { Verdict } from './certificateVerdict.ts'

const DESCRIBE_QUORUM = 55
const ADD_RAFT_VOTER = 80

const failed = (found: string[], remedy: string): Verdict => ({ state: 'failed', found, remedy })

/** What the node offers, from its answer to ApiVersions. */
export function apiVersionsVerdict(
  apis: ReadonlyMap<number, VersionRange>,
  supportedFeatures: ReadonlyMap<string, VersionRange>,
): Verdict {
  const metadata = supportedFeatures.get('metadata.version')
  const release = metadata === undefined ? null : releaseOf(metadata.max)
  const kafka = release === null ? 'Apache Kafka, release not told' : `Apache Kafka ${release}`
  if (!apis.has(DESCRIBE_QUORUM)) {
    return failed(
      [`${kafka}; it does not offer DescribeQuorum: it is no node of a KRaft cluster.`],
      'Name a controller, or a broker of a cluster in KRaft mode (3.3 or later).',
    )
  }
  if (!apis.has(ADD_RAFT_VOTER)) {
    const found = [kafka, 'DescribeQuorum, but no voter changes: the quorum can be watched, not changed.']
    return { state: 'ok', found, remedy: '' }
  }
  return { state: 'ok', found: [kafka, 'DescribeQuorum and voter changes'], remedy: '' }
}

const UNSUPPORTED_SASL_MECHANISM = 33
const ILLEGAL_SASL_STATE = 34

export interface Handshake {
  errorCode: number
  mechanisms: string[]
}

/** @returns why authentication need not be tried; `null`: the mechanism is offered */
export function handshakeVerdict(
  { errorCode, mechanisms }: Handshake,
  mechanism: string,
  isTls: boolean,
): Verdict | null {
  if (errorCode === 0) return null
  if (errorCode === UNSUPPORTED_SASL_MECHANISM) {
    return failed(
      [`${mechanism} is not offered here. Offered: ${mechanisms.slice(0, 10).join(', ') || 'nothing'}.`],
      'Set sasl.mechanism in the client properties file to one that is offered.',
    )
  }
  if (errorCode === ILLEGAL_SASL_STATE) {
    return failed(
      ['This listener asks for no SASL.'],
      `Set security.protocol=${isTls ? 'SSL' : 'PLAINTEXT'} in the client properties file, or name the listener with SASL.`,
    )
  }
  return failed([`The node refuses the handshake (error ${errorCode}).`], 'Look at the log of the node.')
}

/** Where we did not authenticate, and the node hung up on the first request. */
export function saslWanted(handshake: Handshake | null): Verdict | null {
  if (handshake === null || handshake.errorCode === ILLEGAL_SASL_STATE) return null
  const offered = handshake.mechanisms.slice(0, 10).join(', ')
  return failed(
    [`This listener asks for SASL${offered === '' ? '' : ` (${offered})`}, and nobody authenticated.`],
    'Name a client properties file with security.protocol=SASL_… and sasl.*.',
  )
}

export interface Identity {
  nodeId: number | null
  clusterId: string | null
}

export function identityVerdict(
  { nodeId, clusterId }: Identity,
  expected: string | null,
  watchedAs: readonly string[],
): Verdict {
  const node = nodeId === null ? 'Its node id is not told.' : `Node ${nodeId}`
  if (clusterId === null) {
    const found = [node, 'It does not tell which cluster it is of.']
    if (expected === null)
      return { state: 'warning', found, remedy: 'Test again when the quorum has a leader, and with the right ALTER.' }
    return { state: 'warning', found, remedy: `It is checked against ${expected} while it is watched.` }
  }
  const found = [node, `Cluster ${clusterId}`]
  if (expected !== null && expected !== clusterId) {
    return failed(
      [`It is of another cluster: ${clusterId}, not ${expected}.`, node],
      'Correct the address, or the cluster id.',
    )
  }
  if (watchedAs.length > 0) {
    const remedy = 'Keep one of them: runs and the lock on changes belong to the Kafka cluster, not to a name.'
    return {
      state: 'warning',
      found: [...found, `The same Kafka cluster is watched here as ${watchedAs.join(', ')}.`],
      remedy,
    }
  }
  return { state: 'ok', found, remedy: '' }
}
