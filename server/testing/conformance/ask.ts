/** Sends one request of a script and tells the answer in the words of a script. */
import {
  describeQuorumV2,
  type FeatureUpgradeTypeValue,
  unregisterBrokerV0,
  updateFeaturesV1,
} from '@platformatic/kafka'
import type { KafkaConnection } from '../../kafka/connection.ts'
import { describeCluster } from '../../kafka/describeCluster.ts'
import { fetchSnapshot } from '../../kafka/fetchSnapshot.ts'
import { updateRaftVoterV0 } from '../../kafka/raftVoters.ts'
import type { Participants, ReplicaKey } from './participants.ts'
import type { Led } from './quorumState.ts'
import type { Request } from './script.ts'
import { ADD_VOTER, DESCRIBE_CLUSTER_V0, FETCH, REMOVE_VOTER } from './wireRequests.ts'

export interface Answer {
  /** `null`: none came. */
  readonly code: number | null
  readonly message: string | null
  readonly fields: ReadonlyMap<string, string>
}

export interface Setting {
  readonly participants: Participants
  readonly clusterId: string
  /** The quorum right before the request; `null` where nobody leads. */
  readonly led: Led | null
}

const OTHER_CLUSTER = 'AnotherClusterAltogeth'
const CONTROLLER_LISTENER = 'CONTROLLER'
/** Beyond the end of any log of a test. */
const FAR_OFFSET = 1_000_000

/** FeatureUpdate.UpgradeType; the last is none of Kafka's. */
const UPGRADE_TYPES: Record<string, FeatureUpgradeTypeValue> = {
  upgrade: 1,
  safe: 2,
  unsafe: 3,
  nonsense: 9 as FeatureUpgradeTypeValue,
}

type Fields = [name: string, value: string][]

function told(code: number, message: string | null | undefined, fields: Fields = []): Answer {
  // An empty text is as good as none: the schemas differ, not what is said.
  return { code, message: message || null, fields: new Map(fields) }
}

export async function ask(connection: KafkaConnection, request: Request, setting: Setting): Promise<Answer> {
  const { options } = request
  const { participants } = setting
  switch (request.verb) {
    case 'add': {
      const endpoint = endpointOf(request, participants)
      const add = {
        clusterId: clusterOf(options, setting),
        voter: voterOf(request, participants),
        endpoints: [endpoint],
        ackWhenCommitted: options.get('ack') !== 'appended',
      }
      const version = connection.version(80, { min: 0, max: 1 }) === 1 ? 1 : 0
      const { errorCode, errorMessage } = await connection.send((c) => ADD_VOTER[version].async(c, add))
      return told(errorCode, errorMessage)
    }
    case 'remove': {
      const remove = { clusterId: clusterOf(options, setting), voter: voterOf(request, participants) }
      const { errorCode, errorMessage } = await connection.send((c) => REMOVE_VOTER.async(c, remove))
      return told(errorCode, errorMessage)
    }
    case 'update': {
      const [min = 0, max = 0] = (options.get('kraft') ?? '0-1').split('-').map(Number)
      const voter = voterOf(request, participants)
      const update = {
        clusterId: clusterOf(options, setting) ?? setting.clusterId,
        voterId: voter.id,
        directoryId: voter.directoryId as string,
        currentLeaderEpoch: epochOf(options.get('epoch') ?? 'current', setting),
        endpoints: [endpointOf(request, participants)],
        kraftVersions: { min, max },
      }
      const { errorCode, leader } = await connection.send((c) => updateRaftVoterV0.async(c, update))
      const leads = leader === null || leader.leaderId < 0 ? 'none' : participants.nameOf(leader.leaderId)
      return told(errorCode, null, [['leader', leads]])
    }
    case 'features': {
      const update = {
        feature: options.get('feature') ?? '',
        maxVersionLevel: Number(options.get('to')),
        upgradeType: UPGRADE_TYPES[options.get('type') ?? 'upgrade'] ?? 1,
      }
      const validateOnly = options.get('only') === 'validate'
      const answer = await connection.send((c) => updateFeaturesV1.api.async(c, 30_000, [update], validateOnly))
      const results = answer.results.map(({ feature, errorCode: code, errorMessage: text }) =>
        code === 0 ? `${feature} 0` : `${feature} ${code} "${text}"`,
      )
      return told(answer.errorCode, answer.errorMessage, [['results', results.join(', ') || 'none']])
    }
    case 'unregister': {
      const id = voterOf(request, participants).id
      const { errorCode, errorMessage } = await connection.send((c) => unregisterBrokerV0.api.async(c, id))
      return told(errorCode, errorMessage)
    }
    case 'describe-quorum': {
      const topics = [{ topicName: options.get('topic') ?? '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }]
      const answer = await connection.send((c) => describeQuorumV2.api.async(c, topics))
      const partition = answer.topics[0]?.partitions[0]
      if (partition === undefined) return told(answer.errorCode, answer.errorMessage, [['partition', 'none']])
      return told(partition.errorCode, partition.errorMessage, [
        ['top error', String(answer.errorCode)],
        ['leader id', String(partition.leaderId)],
        ['epoch', String(partition.leaderEpoch)],
        ['high watermark', String(partition.highWatermark)],
        [
          'nodes',
          names(
            participants,
            (answer.nodes ?? []).map((node) => node.nodeId),
          ),
        ],
      ])
    }
    case 'describe-cluster': {
      if (options.get('version') === '0') {
        const { errorCode, errorMessage } = await connection.send((c) => DESCRIBE_CLUSTER_V0.async(c))
        return told(errorCode, errorMessage)
      }
      const of = options.get('of') === 'brokers' ? 'brokers' : 'controllers'
      const answer = await describeCluster(connection, of)
      return told(answer.errorCode, answer.errorMessage, [
        ['controller', answer.controllerId === null ? 'none' : participants.nameOf(answer.controllerId)],
        [
          'nodes',
          names(
            participants,
            answer.nodes.map((node) => node.nodeId),
          ),
        ],
      ])
    }
    case 'fetch':
      return await fetched(connection, request, setting)
    case 'fetch-snapshot': {
      const snapshotId = await snapshotOf(connection, options.get('id'), setting)
      const { errorCode, bytes } = await fetchSnapshot(connection, {
        clusterId: clusterOf(options, setting),
        currentLeaderEpoch: epochOf(options.get('epoch') ?? 'current', setting),
        snapshotId,
        position: 0,
        maxBytes: 1024 * 1024,
      })
      return told(errorCode, null, [['bytes', bytes.length === 0 ? 'none' : 'some']])
    }
    case 'api-versions': {
      const { apis, finalizedFeatures, supportedFeatures } = connection.negotiated
      return told(0, null, [
        ...[...apis].map(([key, { min, max }]): [string, string] => [`api ${key}`, `${min}-${max}`]),
        ...[...supportedFeatures].map(([name, { min, max }]): [string, string] => [
          `supported ${name}`,
          `${min}-${max}`,
        ]),
        ...[...finalizedFeatures].map(([name, level]): [string, string] => [`finalized ${name}`, String(level)]),
      ])
    }
    default:
      return request.verb satisfies never
  }
}

/** In the order of the alphabet; without those whom the scenario does not know, left behind by others. */
function names(participants: Participants, ids: number[]): string {
  const known = ids.map((id) => participants.nameOf(id)).filter((name) => !name.startsWith('node '))
  return known.sort().join(', ') || 'none'
}

function clusterOf(options: Request['options'], { clusterId }: Setting): string | null {
  const wanted = options.get('cluster')
  return wanted === 'none' ? null : wanted === 'wrong' ? OTHER_CLUSTER : clusterId
}

function voterOf({ subject, options }: Request, participants: Participants): ReplicaKey {
  if (subject === null) throw new Error('the request is about nobody')
  const key =
    options.get('directory') === 'zero'
      ? { id: participants.id(subject.name), directoryId: null }
      : participants.key(subject)
  const id = options.get('id')
  return id === undefined ? key : { ...key, id: Number(id) }
}

function endpointOf({ subject, options }: Request, participants: Participants) {
  if (subject === null) throw new Error('the request is about nobody')
  const { host, port } = participants.address(options.get('port') === 'dead' ? 'stranger' : subject.name)
  return { listener: options.get('listener') ?? CONTROLLER_LISTENER, host, port }
}

function epochOf(which: string, { led }: Setting): number {
  if (led === null) throw new Error('nobody leads: there is no epoch to speak of')
  if (which === 'past') return led.leaderEpoch - 1
  return which === 'future' ? led.leaderEpoch + 1 : led.leaderEpoch
}

/** `bootstrap`: the checkpoint of every formatted controller; `named`: the one a fetch leads to; else one that nobody has. */
async function snapshotOf(connection: KafkaConnection, which: string | undefined, setting: Setting) {
  if (which !== 'named') return { endOffset: which === 'bootstrap' ? 0 : FAR_OFFSET, epoch: 0 }
  const epoch = epochOf('current', setting)
  const beginning = { clusterId: null, epoch, offset: 0, lastFetchedEpoch: epoch, replica: null }
  const { snapshotId } = await connection.send((c) => FETCH.async(c, beginning))
  if (snapshotId === null) throw new Error('the leader names no snapshot')
  return snapshotId
}

/** Fields tell where the answer points, never where it is: offsets differ from run to run. */
async function fetched(connection: KafkaConnection, { options }: Request, setting: Setting): Promise<Answer> {
  const { participants, led } = setting
  const replica = options.get('as')
  const epoch = epochOf(options.get('epoch') ?? 'current', setting)
  const end = led?.voters.concat(led.observers).find(({ nodeId }) => nodeId === led.leaderId)?.logEndOffset ?? 0
  const offsets: Record<string, number> = {
    end: led?.highWatermark ?? 0,
    tip: end,
    beyond: FAR_OFFSET,
    'last-record': end - 1,
  }
  const from = options.get('from') ?? 'end'
  const last = options.get('last')
  const answer = await connection.send((c) =>
    FETCH.async(c, {
      clusterId: clusterOf(options, setting),
      epoch,
      offset: offsets[from] ?? Number(from),
      lastFetchedEpoch: last === 'past' ? epochOf('past', setting) : last === undefined ? epoch : Number(last),
      replica: replica === undefined ? null : participants.key({ name: replica as never, incarnation: 'now' }),
    }),
  )
  const { diverging, leader } = answer
  return told(answer.errorCode, null, [
    ['diverging', diverging === null ? 'none' : diverging.epoch === epoch ? 'this epoch' : 'an earlier epoch'],
    ['snapshot', answer.snapshotId === null ? 'none' : 'some'],
    ['leader', leader === null || leader.leaderId === null ? 'none' : participants.nameOf(leader.leaderId)],
    ['records', answer.records.length === 0 ? 'none' : 'some'],
    [
      'endpoints',
      names(
        participants,
        answer.nodeEndpoints.map(({ nodeId }) => nodeId),
      ),
    ],
  ])
}
