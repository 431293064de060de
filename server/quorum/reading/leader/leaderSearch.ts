/**
 * Finds the leader, from any address of the cluster. Every known node is asked at once, because any of them may be down
 * or frozen; the first that leads ends the search. Followers name the leader in their answer to a Fetch; a broker
 * forwards DescribeQuorum and names the voters' endpoints. A follower's DescribeQuorum holds zeroes and is not believed.
 */
import { hostPort } from '../../../contract/hostPort.ts'
import type { Address, KafkaConnection } from '../../../kafka/connection.ts'
import { describeCluster } from '../../../kafka/describeCluster.ts'
import { describeQuorum, type LedQuorum } from '../../../kafka/describeQuorum.ts'
import { asFailure, KafkaFailure, kafkaErrorName } from '../../../kafka/failure.ts'
import { canFetchMetadata, fetchMetadata } from '../../../kafka/metadataFetch.ts'
import type { NodeConnections } from '../nodeConnections.ts'

export interface Found {
  /** `controller`: the leader itself answered. `broker`: one that forwards to it. */
  via: 'controller' | 'broker'
  address: Address
  connection: KafkaConnection
  quorum: LedQuorum
}

export interface Attempt {
  address: string
  outcome: string
}

export interface SearchResult {
  found: Found | null
  /** Some node answered, whatever it said. */
  anyAnswer: boolean
  failures: KafkaFailure[]
  attempts: Attempt[]
  /** All addresses met on the way, to be asked next time. */
  met: Address[]
  /** A leader of an older epoch than `minEpoch`, which is not believed. */
  outdated: Found | null
  /** The leader that a follower names although it was not found; `null` where none does. */
  namedLeaderId: number | null
}

/** What one node had to say. */
type Word =
  | { kind: 'leads'; found: Found; hints: Address[] }
  | { kind: 'follows'; hints: Address[]; outcome: string; leaderId: number | null; outdated: Found | null }
  | { kind: 'fails'; failure: KafkaFailure }

const CLUSTER_AUTHORIZATION_FAILED = 31
/** Only brokers offer Metadata. */
const METADATA_API = 3
/** The others have answered: how long a node that says nothing may still hold up the search, in ms. */
const STRAGGLER_MS = 100
const ROUNDS = 3
/** More controllers than any quorum has; a hostile answer may name thousands. */
const MAX_HINTS = 32

/** Highest epoch a leader was ever seen with: an old leader that is cut off still answers for some seconds. */
export type SearchOptions = { connections: NodeConnections; addresses: Address[]; minEpoch: number }

async function hintsOfController(connection: KafkaConnection): Promise<{ hints: Address[]; leaderId: number | null }> {
  if (canFetchMetadata(connection)) {
    const answer = await fetchMetadata(connection, {
      clusterId: null,
      currentLeaderEpoch: 1,
      fetchOffset: 0,
      lastFetchedEpoch: 0,
      maxWaitMs: 0,
      maxBytes: 1,
    })
    const leaderId = answer.leader?.leaderId ?? null
    if (answer.nodeEndpoints.length > 0) return { hints: answer.nodeEndpoints.slice(0, MAX_HINTS), leaderId }
  }
  const cluster = await describeCluster(connection, 'controllers')
  if (cluster.errorCode !== 0) return { hints: [], leaderId: null }
  return { hints: cluster.nodes.slice(0, MAX_HINTS), leaderId: cluster.controllerId }
}

async function ask(address: Address, { connections, minEpoch }: SearchOptions): Promise<Word> {
  try {
    const connection = await connections.get(address)
    const isBroker = connection.negotiated.apis.has(METADATA_API)
    const answer = await describeQuorum(connection)
    if (answer.ok) {
      const { quorum } = answer
      const found: Found = { via: isBroker ? 'broker' : 'controller', address, connection, quorum }
      if (quorum.leaderEpoch < minEpoch) {
        const outcome = `answers for the old epoch ${quorum.leaderEpoch}`
        return { kind: 'follows', hints: [], outcome, leaderId: null, outdated: found }
      }
      return { kind: 'leads', found, hints: [...quorum.voterEndpoints.values()].flat().slice(0, MAX_HINTS) }
    }
    if (answer.errorCode === CLUSTER_AUTHORIZATION_FAILED) {
      throw new KafkaFailure('kafka-error', hostPort(address), 'the right DESCRIBE on the cluster is missing', {
        kafkaCode: answer.errorCode,
      })
    }
    if (isBroker) {
      const outcome = `a broker; ${kafkaErrorName(answer.errorCode)}`
      return { kind: 'follows', hints: [], outcome, leaderId: null, outdated: null }
    }
    const { hints, leaderId } = await hintsOfController(connection)
    const outcome = leaderId === null ? 'knows no leader' : `follows ${leaderId}`
    return { kind: 'follows', hints, outcome, leaderId, outdated: null }
  } catch (error) {
    return { kind: 'fails', failure: asFailure(hostPort(address), error) }
  }
}

/** Asks all addresses; resolves with the first leader (a controller before a broker), else when all that will answer have. */
function askAll(addresses: Address[], options: SearchOptions): Promise<Map<string, Word>> {
  return new Promise((resolve) => {
    const words = new Map<string, Word>()
    let straggler: NodeJS.Timeout | null = null
    const done = () => {
      if (straggler !== null) clearTimeout(straggler)
      resolve(words)
    }
    for (const address of addresses) {
      void ask(address, options).then((word) => {
        words.set(hostPort(address), word)
        if (words.size === addresses.length) return done()
        if (word.kind === 'leads' && word.found.via === 'controller') return done()
        if (word.kind !== 'fails') straggler ??= setTimeout(done, STRAGGLER_MS)
      })
    }
  })
}

function unique(addresses: Address[]): Address[] {
  return [...new Map(addresses.map((a) => [hostPort(a), { host: a.host, port: a.port }])).values()]
}

export async function findLeader(options: SearchOptions): Promise<SearchResult> {
  const words = new Map<string, Word>()
  let broker: Found | null = null
  let next = unique(options.addresses)
  const met: Address[] = [...next]
  const result = (found: Found | null): SearchResult => ({
    found,
    anyAnswer: [...words.values()].some((w) => w.kind !== 'fails'),
    failures: [...words.values()].flatMap((w) => (w.kind === 'fails' ? [w.failure] : [])),
    attempts: met.map((a) => {
      const word = words.get(hostPort(a))
      const outcome =
        word === undefined
          ? 'no answer yet'
          : word.kind === 'fails'
            ? word.failure.message
            : word.kind === 'leads'
              ? `leads or forwards to the leader (${word.found.via})`
              : word.outcome
      return { address: hostPort(a), outcome }
    }),
    met: unique(met),
    outdated: [...words.values()].flatMap((w) => (w.kind === 'follows' && w.outdated ? [w.outdated] : []))[0] ?? null,
    namedLeaderId:
      [...words.values()].flatMap((w) => (w.kind === 'follows' && w.leaderId !== null ? [w.leaderId] : []))[0] ?? null,
  })
  for (let round = 0; round < ROUNDS && next.length > 0; round += 1) {
    const answers = await askAll(next, options)
    const hints: Address[] = []
    for (const [key, word] of answers) {
      words.set(key, word)
      for (const hint of word.kind === 'fails' ? [] : word.hints) hints.push(hint)
    }
    const leading = [...answers.values()].flatMap((w) => (w.kind === 'leads' ? [w.found] : []))
    const controller = leading
      .filter((f) => f.via === 'controller')
      .sort((a, b) => b.quorum.leaderEpoch - a.quorum.leaderEpoch)[0]
    if (controller !== undefined) {
      for (const hint of hints) met.push(hint)
      return result(controller)
    }
    broker ??= leading[0] ?? null
    const seen = new Set(met.map(hostPort))
    next = unique(hints)
      .filter((a) => !seen.has(hostPort(a)))
      .slice(0, MAX_HINTS)
    for (const address of next) met.push(address)
  }
  return result(broker)
}
