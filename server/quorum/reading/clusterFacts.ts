/** Reads the slow facts: who is registered, what the nodes are configured with, which rights are missing, DNS. */
import { lookup } from 'node:dns/promises'
import { hostPort } from '../../contract/hostPort.ts'
import type { Endpoint } from '../../contract/quorumView.ts'
import type { Address, KafkaConnection } from '../../kafka/connection.ts'
import { describeCluster } from '../../kafka/describeCluster.ts'
import { asFailure } from '../../kafka/failure.ts'
import { nodeConfigs } from '../../kafka/nodeConfigs.ts'
import { nextRound } from '../assessment/askedInTurn.ts'
import type { ClusterAcl, ClusterFacts, NodeFacts } from '../assessment/sample.ts'
import type { Found } from './leader/leaderSearch.ts'
import type { NodeConnections } from './nodeConnections.ts'
import { someAtOnce } from './someAtOnce.ts'

const CONFIG_NAMES = [
  'process.roles',
  'node.id',
  'listeners',
  'advertised.listeners',
  'controller.listener.names',
  'listener.security.protocol.map',
  'inter.broker.listener.name',
  'security.inter.broker.protocol',
  'log.dir',
  'log.dirs',
  'metadata.log.dir',
  'controller.quorum.voters',
  'controller.quorum.bootstrap.servers',
  'controller.quorum.fetch.timeout.ms',
  'controller.quorum.request.timeout.ms',
  'controller.quorum.auto.join.enable',
  'min.insync.replicas',
] as const

/** Nodes that are asked for their configuration at once, each on a connection of its own. */
const ASKED_AT_ONCE = 16

const CLUSTER_AUTHORIZATION_FAILED = 31
const ADD_RAFT_VOTER_API = 80
const RESOLVE_TIMEOUT_MS = 2000

/** What the observer itself knows of, and merges into the facts. */
export type ReadFacts = Omit<ClusterFacts, 'tailProblem' | 'controllersProblem'>

async function node(
  connections: NodeConnections,
  nodeId: number,
  address: Address,
): Promise<{ facts: NodeFacts; denied: boolean }> {
  const connection = await connections.get(address)
  const max = connection.negotiated.supportedFeatures.get('metadata.version')?.max ?? null
  const answer = await nodeConfigs(connection, nodeId, CONFIG_NAMES)
  const configs = answer.ok ? answer.configs : new Map<string, string>()
  const denied = !answer.ok && answer.errorCode === CLUSTER_AUTHORIZATION_FAILED
  return { facts: { configs, supportedMetadataVersion: max }, denied }
}

/** Host names among the endpoints that do not resolve here; a name server that says nothing counts as not resolving. */
async function unresolved(endpoints: Endpoint[]): Promise<string[]> {
  const hosts = [...new Set(endpoints.map((e) => e.host))]
  const checked = await Promise.all(
    hosts.map(async (host) => {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<boolean>((resolve) => {
        timer = setTimeout(() => resolve(false), RESOLVE_TIMEOUT_MS)
      })
      const found = lookup(host).then(
        () => true,
        () => false,
      )
      const resolves = await Promise.race([found, late])
      clearTimeout(timer)
      return resolves ? null : host
    }),
  )
  return checked.filter((host) => host !== null).sort()
}

interface Registered {
  clusterId: string | null
  controllers: Map<number, Endpoint[]> | null
  denied: boolean
}

async function registeredControllers(connection: KafkaConnection): Promise<Registered> {
  const answer = await describeCluster(connection, 'controllers')
  if (answer.errorCode !== 0) {
    return { clusterId: null, controllers: null, denied: answer.errorCode === CLUSTER_AUTHORIZATION_FAILED }
  }
  const controllers = new Map(answer.nodes.map((n) => [n.nodeId, [{ listener: '', host: n.host, port: n.port }]]))
  return { clusterId: answer.clusterId, controllers, denied: false }
}

async function registeredBrokers(connection: KafkaConnection): Promise<Pick<ClusterFacts, 'clusterId' | 'brokers'>> {
  const answer = await describeCluster(connection, 'brokers')
  if (answer.errorCode !== 0) return { clusterId: null, brokers: null }
  const brokers = new Map(
    answer.nodes.map((n) => [
      n.nodeId,
      { endpoints: [{ listener: '', host: n.host, port: n.port }], fenced: n.fenced, rack: n.rack },
    ]),
  )
  return { clusterId: answer.clusterId, brokers }
}

export interface FactsRequest {
  found: Found
  connections: NodeConnections
  /** Brokers' addresses that we know: they list the brokers, controllers do not. */
  brokerSeeds: Address[]
  /** Controllers that the metadata log knows: DescribeCluster lists them only to those with ALTER. */
  registered: ReadonlyMap<number, { endpoints: Endpoint[] }>
  /** Brokers that the metadata log knows. */
  registeredBrokers: ReadonlyMap<number, { endpoints: Endpoint[]; incarnationId: string; fenced: boolean }>
  before: ReadFacts
}

/** Never rejects: what cannot be read stays as it was. */
export async function readClusterFacts(request: FactsRequest): Promise<ReadFacts> {
  const { found, connections, brokerSeeds, registered: logged, registeredBrokers: loggedBrokers, before } = request
  const { connection, quorum } = found
  const facts: ReadFacts = { ...before, nodes: new Map() }
  const missing = new Set<ClusterAcl>()
  const quietly = async (work: () => Promise<void>): Promise<void> => {
    await work().catch((error: unknown) => {
      // Reading facts is best effort; the poll is what shows a node that is gone.
      asFailure(connection.address, error)
    })
  }
  facts.knowsVoterChanges = connection.negotiated.apis.has(ADD_RAFT_VOTER_API)
  if (connection.negotiated.supportedFeatures.size > 0) {
    await quietly(async () => {
      facts.finalizedFeatures = await connection.finalizedFeatures()
    })
  }
  if (found.via === 'controller') {
    await quietly(async () => {
      const registered = await registeredControllers(connection)
      if (registered.denied) missing.add('ALTER')
      facts.clusterId = registered.clusterId ?? facts.clusterId
      facts.controllers = registered.controllers
    })
  }
  let listed = false
  for (const broker of found.via === 'broker' ? [found.address] : brokerSeeds) {
    if (listed) break
    await quietly(async () => {
      const registered = await registeredBrokers(await connections.get(broker))
      facts.clusterId = registered.clusterId ?? facts.clusterId
      facts.brokers = registered.brokers
      listed = registered.brokers !== null
    })
  }
  const nodes = new Map<number, Address>()
  const serving = new Map(
    [...loggedBrokers].flatMap(([nodeId, b]): [number, string][] => (b.fenced ? [] : [[nodeId, b.incarnationId]])),
  )
  const { turn, asked } = nextRound(before.asked, serving)
  facts.asked = asked
  for (const [nodeId, { endpoints, fenced }] of loggedBrokers) {
    if (endpoints[0] && !fenced && turn.has(nodeId)) nodes.set(nodeId, endpoints[0])
  }
  for (const [nodeId, { endpoints }] of logged) if (endpoints[0]) nodes.set(nodeId, endpoints[0])
  for (const [nodeId, endpoints] of facts.controllers ?? []) if (endpoints[0]) nodes.set(nodeId, endpoints[0])
  for (const [nodeId, endpoints] of quorum.voterEndpoints) if (endpoints[0]) nodes.set(nodeId, endpoints[0])
  if (found.via === 'broker') {
    for (const [nodeId, { endpoints }] of facts.brokers ?? []) {
      if (endpoints[0] && hostPort(endpoints[0]) === hostPort(found.address)) nodes.set(nodeId, endpoints[0])
    }
  }
  // A broker may have got the node id of a controller: who answers at its own listener is asked as well.
  const brokerProcesses = new Map<number, NodeFacts>()
  const elsewhere: [number, Address][] = []
  for (const [nodeId, { endpoints, fenced }] of loggedBrokers) {
    const [own, asked] = [endpoints[0], nodes.get(nodeId)]
    if (own === undefined || asked === undefined || fenced || found.via === 'broker') continue
    if (hostPort(asked) !== hostPort(own)) elsewhere.push([nodeId, own])
  }
  const reachable = found.via === 'controller' ? [...nodes] : [...nodes].filter(([id]) => facts.brokers?.has(id))
  let [refusing, telling] = [0, 0]
  const readInto = (into: Map<number, NodeFacts>, [nodeId, address]: [number, Address]) =>
    quietly(async () => {
      const { facts: told, denied } = await node(connections, nodeId, address)
      if (denied) refusing += 1
      else telling += 1
      into.set(nodeId, told)
    })
  await someAtOnce(reachable, ASKED_AT_ONCE, (one) => readInto(facts.nodes, one))
  await someAtOnce(elsewhere, ASKED_AT_ONCE, (one) => readInto(brokerProcesses, one))
  facts.brokerProcesses = brokerProcesses
  // One node that refuses what the others report differs from them; only where all refuse is the right missing on the cluster.
  if (refusing > 0 && telling === 0) missing.add('DESCRIBE_CONFIGS')
  // A node that is down, or whose turn it was not, keeps what it reported before: its configuration has not changed by that.
  for (const [nodeId, told] of before.nodes) {
    if (facts.nodes.has(nodeId)) continue
    if (nodes.has(nodeId)) facts.nodes.set(nodeId, { ...told, retained: true })
    else if (serving.has(nodeId)) facts.nodes.set(nodeId, told)
  }
  facts.missingAcls = [...missing]
  facts.unresolvedHosts = await unresolved([...quorum.voterEndpoints.values()].flat())
  return facts
}
