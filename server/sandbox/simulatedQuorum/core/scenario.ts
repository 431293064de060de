/** A cluster on a virtual clock, for tests: hosts by id, questions with their answers, a quorum to look at. */

import type { ClientRequest, ClientResponse } from './api/rpc.ts'
import { advance, answerProbe, submit, takeOutbox, takeProbes } from './cluster.ts'
import { addHost, type ClusterPlan, createCluster, type HostPlan, startNode } from './hosts.ts'
import type { ReplicaKey } from './raft/records.ts'
import { asLeader, type ClusterState, type LeaderNode, liveNode, type NodeState, nodeById } from './state.ts'

const START_MS = 1_700_000_000_000

function listener(name: string, port: number) {
  return { name, host: 'localhost', port }
}

function controllerHost(id: number): HostPlan {
  return { id, controllerListener: listener('CONTROLLER', 9_000 + id), brokerListener: null }
}

function brokerHost(id: number): HostPlan {
  return { id, controllerListener: null, brokerListener: listener('PLAINTEXT', 9_000 + id) }
}

type Answer<Api extends ClientRequest['api']> = Extract<ClientResponse, { api: Api }>

export class Scenario {
  readonly state: ClusterState
  #nextRequestId = 1
  readonly #answers = new Map<number, { response: ClientResponse; atMs: number }>()

  constructor(
    options: Partial<Pick<ClusterPlan, 'release' | 'seed' | 'isStatic' | 'autoJoin'>> & {
      controllers?: number
      brokers?: number
    } = {},
  ) {
    const { controllers = 3, brokers = 0, ...plan } = options
    this.state = createCluster({
      release: '4.3.1',
      seed: 1,
      isStatic: false,
      autoJoin: false,
      ...plan,
      nowMs: START_MS,
      hosts: [
        ...Array.from({ length: controllers }, (_, id) => controllerHost(id)),
        ...Array.from({ length: brokers }, (_, index) => brokerHost(7 + index)),
      ],
    })
    for (const node of this.state.nodes) startNode(this.state, node)
  }

  /** A formed quorum: a leader, every replica registered. */
  static formed(options: ConstructorParameters<typeof Scenario>[0] = {}): Scenario {
    const scenario = new Scenario(options)
    scenario.run(6_000)
    return scenario
  }

  run(ms: number): void {
    const untilMs = this.state.nowMs + ms
    advance(this.state, untilMs)
    // Outside of this cluster there is nobody.
    for (const probe of takeProbes(this.state)) answerProbe(this.state, probe, null)
    advance(this.state, untilMs)
    for (const { requestId, response } of takeOutbox(this.state)) {
      this.#answers.set(requestId, { response, atMs: this.state.nowMs })
    }
  }

  /** Runs in small steps until the condition holds; returns the milliseconds it took. */
  runUntil(condition: () => boolean, limitMs: number): number {
    const startMs = this.state.nowMs
    this.run(0)
    while (!condition()) {
      if (this.state.nowMs - startMs >= limitMs) throw new Error(`Nothing of the kind within ${limitMs} ms`)
      this.run(10)
    }
    return this.state.nowMs - startMs
  }

  node(id: number): NodeState {
    const node = nodeById(this.state, id)
    if (node === null) throw new Error(`There is no node ${id}`)
    return node
  }

  key(id: number): ReplicaKey {
    return { id, directoryId: this.node(id).disk?.directoryId ?? null }
  }

  /** The leader of the highest epoch among the running. */
  leader(): LeaderNode | null {
    const leaders = this.state.nodes.flatMap((node) => {
      const live = node.process === 'running' ? liveNode(node) : null
      return (live === null ? null : asLeader(live)) ?? []
    })
    return leaders.sort((one, other) => other.disk.election.epoch - one.disk.election.epoch)[0] ?? null
  }

  leaderId(): number {
    const leader = this.leader()
    if (leader === null) throw new Error('Nobody leads')
    return leader.id
  }

  followers(): number[] {
    return this.leader()?.run.role === undefined
      ? []
      : Object.keys(this.leader()?.run.role.voters ?? {})
          .map(Number)
          .filter((id) => id !== this.leaderId())
  }

  addController(id: number): NodeState {
    const node = addHost(this.state, controllerHost(id), false)
    startNode(this.state, node)
    return node
  }

  /** Sends a request and says how to look for its answer. */
  send(nodeId: number, request: ClientRequest, kind: 'controller' | 'broker' = 'controller') {
    const requestId = this.#nextRequestId
    this.#nextRequestId += 1
    submit(this.state, { nodeId, listener: kind }, requestId, request)
    return () => this.#answers.get(requestId) ?? null
  }

  /** Sends a request and waits for the answer. */
  ask<Api extends ClientRequest['api']>(
    nodeId: number,
    request: Extract<ClientRequest, { api: Api }>,
    kind: 'controller' | 'broker' = 'controller',
  ): Answer<Api> {
    const answer = this.send(nodeId, request, kind)
    this.runUntil(() => answer() !== null, 70_000)
    return answer()?.response as Answer<Api>
  }

  add(voter: ReplicaKey, changes: Partial<Extract<ClientRequest, { api: 'addRaftVoter' }>> = {}) {
    const listeners = [listener('CONTROLLER', 9_000 + voter.id)]
    const request = {
      api: 'addRaftVoter',
      clusterId: null,
      voter,
      listeners,
      ackWhenCommitted: true,
      ...changes,
    } as const
    return this.ask(this.leaderId(), request)
  }

  remove(voter: ReplicaKey) {
    return this.ask(this.leaderId(), { api: 'removeRaftVoter', clusterId: null, voter })
  }

  quorum() {
    const answer = this.ask(this.leaderId(), { api: 'describeQuorum', knownTopic: true })
    if (answer.quorum === null) throw new Error(`DescribeQuorum answered ${answer.error}`)
    return answer.quorum
  }

  voterIds(): number[] {
    return this.quorum()
      .voters.map(({ key }) => key.id)
      .sort()
  }
}
