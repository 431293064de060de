/** The Kafka error codes the simulated quorum answers with (org.apache.kafka.common.protocol.Errors). */
export const ErrorCode = {
  unknownServerError: -1,
  none: 0,
  unknownTopicOrPartition: 3,
  notLeaderOrFollower: 6,
  requestTimedOut: 7,
  brokerNotAvailable: 8,
  unsupportedVersion: 35,
  invalidConfig: 40,
  notController: 41,
  invalidRequest: 42,
  fencedLeaderEpoch: 74,
  unknownLeaderEpoch: 75,
  invalidUpdateVersion: 95,
  featureUpdateFailed: 96,
  snapshotNotFound: 98,
  positionOutOfRange: 99,
  brokerIdNotRegistered: 102,
  inconsistentClusterId: 104,
  mismatchedEndpointType: 114,
  unsupportedEndpointType: 115,
  invalidVoterKey: 125,
  duplicateVoter: 126,
  voterNotFound: 127,
} as const
/** Names that stand in texts for people (Errors.name); Kafka takes a code it does not know for an unknown error. */
export function errorName(code: number): string {
  const known = Object.entries(ErrorCode).find(([, value]) => value === code)?.[0] ?? 'unknownServerError'
  return known.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode]

/** What Kafka says of an error where nobody has found better words (Errors.message). */
export function errorMessage(code: number): string | null {
  switch (code) {
    case ErrorCode.unknownTopicOrPartition:
      return 'This server does not host this topic-partition.'
    case ErrorCode.notLeaderOrFollower:
      return 'For requests intended only for the leader, this error indicates that the broker is not the current leader. For requests intended for any replica, this error indicates that the broker is not a replica of the topic partition.'
    case ErrorCode.requestTimedOut:
      return 'The request timed out.'
    default:
      return null
  }
}
