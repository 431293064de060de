/** The life of a quorum from its seed alone, until so many of its disks are gone that nobody can lead any more. */
import type { LastLed } from '../../contract/quorumView.ts'
import { majorityOf } from '../../contract/voters.ts'
import { submit, takeOutbox, takeProbes } from '../../sandbox/simulatedQuorum/core/cluster.ts'
import { copyCluster } from '../../sandbox/simulatedQuorum/core/copy.ts'
import {
  addHost,
  createCluster,
  cutLink,
  formatNode,
  freezeNode,
  type HostPlan,
  healLink,
  killNode,
  resumeNode,
  startNode,
  wipeNode,
} from '../../sandbox/simulatedQuorum/core/hosts.ts'
import type { KafkaRelease } from '../../sandbox/simulatedQuorum/core/profiles.ts'
import { appendAsLeader } from '../../sandbox/simulatedQuorum/core/raft/leaderLog.ts'
import { takeSnapshot, votersOf } from '../../sandbox/simulatedQuorum/core/raft/replica.ts'
import { nextBelow, type RandomState } from '../../sandbox/simulatedQuorum/core/random.ts'
import { type ClusterState, liveNode, type NodeState, nodeById } from '../../sandbox/simulatedQuorum/core/state.ts'
import { lastLedBy, leadersOf } from './dashboard.ts'
import { runWatched, type Truth } from './truth.ts'

export interface LostQuorum {
  state: ClusterState
  truth: Truth
  /** What the dashboard saw last; `null`: it was never there. */
  lastLed: LastLed | null
  /** Every process, by node id: when it last ran. */
  ranAtMs: Map<number, number>
  /** Stated as gone, with a disk that comes back later. */
  hidden: number[]
  /** For messages. */
  releaseText: string
}

const START_MS = 1_700_000_000_000
const SPARES = 1
const FIRST_BROKER = 20
const RELEASES: readonly KafkaRelease[] = ['3.9.2', '4.1.2', '4.3.1']

function hostOf(id: number, isController: boolean): HostPlan {
  const listener = (name: string) => ({ name, host: 'localhost', port: 9_000 + id })
  return {
    id,
    controllerListener: isController ? listener('CONTROLLER') : null,
    brokerListener: isController ? null : listener('PLAINTEXT'),
  }
}

const formed = new Map<string, { state: ClusterState; truth: Truth }>()

/** A quorum that leads, the same for every schedule of its size. */
function formedQuorum(release: KafkaRelease, voters: number, brokers: number) {
  const key = `${release}/${voters}/${brokers}`
  const known = formed.get(key)
  if (known !== undefined) return known
  const controllers = Array.from({ length: voters }, (_, id) => hostOf(id, true))
  const others = Array.from({ length: brokers }, (_, at) => hostOf(FIRST_BROKER + at, false))
  const state = createCluster({
    release,
    seed: 1,
    isStatic: false,
    autoJoin: false,
    nowMs: START_MS,
    hosts: [...controllers, ...others],
  })
  const truth: Truth = { epochs: [] }
  for (let at = 0; at < SPARES; at += 1) addHost(state, hostOf(voters + at, true), false)
  for (const node of state.nodes) startNode(state, node)
  runWatched(state, truth, START_MS + 6_000)
  const made = { state, truth }
  formed.set(key, made)
  return made
}

class Life {
  readonly random: RandomState
  readonly quorum: LostQuorum
  #requestId = 1

  constructor(seed: number) {
    // Neighbouring seeds shall not make similar schedules.
    this.random = { random: Math.imul(seed, 2654435761) | 0 }
    const release = RELEASES[nextBelow(this.random, RELEASES.length)] ?? '4.3.1'
    const voters = 3 + nextBelow(this.random, 3)
    const brokers = 1 + nextBelow(this.random, 3)
    const base = formedQuorum(release, voters, brokers)
    const state = copyCluster(base.state)
    state.random = (state.random + Math.imul(seed, 40_503)) | 0
    this.quorum = {
      state,
      truth: { epochs: [...base.truth.epochs] },
      lastLed: null,
      ranAtMs: new Map(),
      hidden: [],
      releaseText: `${release}, ${voters} voters, ${brokers} brokers`,
    }
  }

  below(bound: number): number {
    return nextBelow(this.random, bound)
  }

  pick<T>(choices: readonly T[]): T | undefined {
    return choices[this.below(choices.length)]
  }

  run(ms: number): void {
    const { state, truth, ranAtMs } = this.quorum
    runWatched(state, truth, state.nowMs + ms, () => {
      for (const { id, process } of state.nodes) if (process !== 'stopped') ranAtMs.set(id, state.nowMs)
    })
    takeOutbox(state)
    takeProbes(state)
  }

  controllers(): NodeState[] {
    return this.quorum.state.nodes.filter(({ config }) => config.controllerListener !== null)
  }

  look(): void {
    const { state } = this.quorum
    const leaders = leadersOf(state)
    // Mostly the leader of the highest epoch; one that is cut off may be the only one in reach.
    const leader = this.below(8) === 0 ? this.pick(leaders) : leaders[0]
    if (leader !== undefined) this.quorum.lastLed = lastLedBy(state, leader)
  }

  isolate(node: NodeState): void {
    const { state } = this.quorum
    for (const other of state.nodes) if (other.id !== node.id && this.below(5) > 0) cutLink(state, node.id, other.id)
  }

  heal(): void {
    const { state } = this.quorum
    for (const [one, other] of [...state.partitions]) if (this.below(3) > 0) healLink(state, one, other)
  }

  changeVoters(): void {
    const { state } = this.quorum
    const leader = this.pick(leadersOf(state))
    if (leader === undefined) return
    const voters = votersOf(leader)
    const outside = this.controllers().filter(
      ({ id, disk }) => disk !== null && !voters.some(({ key }) => key.id === id),
    )
    const requestId = this.#requestId
    this.#requestId += 1
    const target = { nodeId: leader.id, listener: 'controller' } as const
    const added = this.below(2) === 0 ? this.pick(outside) : undefined
    if (added?.disk != null && added.config.controllerListener !== null) {
      const voter = { id: added.id, directoryId: added.disk.directoryId }
      const listeners = [added.config.controllerListener]
      submit(state, target, requestId, {
        api: 'addRaftVoter',
        clusterId: null,
        voter,
        listeners,
        ackWhenCommitted: true,
      })
      return
    }
    const removed = this.pick(voters)
    if (removed !== undefined && voters.length > 2)
      submit(state, target, requestId, { api: 'removeRaftVoter', clusterId: null, voter: removed.key })
  }

  appendSome(): void {
    const { state } = this.quorum
    const leader = this.pick(leadersOf(state))
    if (leader === undefined) return
    const value = String(state.nextSeq)
    for (let left = 1 + this.below(4); left > 0 && leader.run.role.kind === 'leader'; left -= 1)
      appendAsLeader(state, leader, [
        { kind: 'brokerConfig', brokerId: FIRST_BROKER, name: 'log.cleaner.threads', value },
      ])
  }

  act(): void {
    const { state } = this.quorum
    const node = this.pick(state.nodes)
    if (node === undefined) return
    const kind = this.below(20)
    if (kind < 4) killNode(state, node)
    else if (kind < 8) this.reviveOne()
    else if (kind < 10) this.isolate(node)
    else if (kind < 12) this.heal()
    else if (kind < 13) freezeNode(node)
    else if (kind < 16) this.changeVoters()
    else if (kind < 19) this.appendSome()
    else {
      const live = liveNode(node)
      if (live !== null) takeSnapshot(live)
    }
  }

  reviveOne(): void {
    const { state } = this.quorum
    const node = this.pick(state.nodes.filter(({ process, disk }) => process !== 'running' && disk !== null))
    if (node?.process === 'stopped') startNode(state, node)
    else if (node !== undefined) resumeNode(state, node)
    const empty = this.pick(this.controllers().filter(({ disk }) => disk === null))
    if (empty === undefined || this.below(3) > 0) return
    formatNode(state, empty)
    startNode(state, empty)
  }

  /** The disk goes, or is only believed to be gone. */
  lose(node: NodeState): void {
    const { state, hidden } = this.quorum
    if (this.below(5) < 2 && node.disk !== null) {
      killNode(state, node)
      hidden.push(node.id)
    } else wipeNode(state, node)
  }
}

/** Whether one voter set of those that processes and disks have in force still has a majority of disks that are left. */
export function isElectable(state: ClusterState, hidden: readonly number[]): boolean {
  return state.nodes.some((node) => {
    const live = liveNode(node)
    if (live === null || hidden.includes(node.id)) return false
    const voters = votersOf(live)
    const left = voters.filter(({ key }) => {
      const disk = hidden.includes(key.id) ? null : nodeById(state, key.id)?.disk
      return disk?.directoryId === key.directoryId
    })
    return left.length >= majorityOf(voters.length)
  })
}

export function lostQuorumOf(seed: number): LostQuorum {
  const life = new Life(seed)
  const { quorum } = life
  const { state, hidden } = quorum
  let isWatched = life.below(8) > 0
  const goOn = (isLong: boolean) => {
    life.run(isLong ? 2_000 + life.below(2_500) : 20 + life.below(600))
    if (isWatched && life.below(3) > 0) life.look()
    // The dashboard ends, and what it has seen grows old.
    if (quorum.lastLed !== null && life.below(8) === 0) isWatched = false
  }
  for (let left = 2 + life.below(7); left > 0; left -= 1) {
    if (life.below(5) > 0) life.act()
    goOn(life.below(4) === 0)
  }
  // Often those that will be left fall behind before the others go.
  const survivors = life.controllers().filter(() => life.below(3) === 0)
  const brokers = state.nodes.filter(({ config }) => config.controllerListener === null)
  if (life.below(3) > 0) {
    const behind = life.below(2) === 0 ? brokers : brokers.filter(() => life.below(2) === 0)
    for (const node of [...survivors, ...behind]) {
      if (life.below(2) === 0) killNode(state, node)
      else life.isolate(node)
    }
    for (let left = life.below(5); left > 0; left -= 1) {
      life.appendSome()
      if (life.below(4) === 0) life.changeVoters()
      goOn(life.below(3) === 0)
    }
  }
  for (const node of brokers) if (life.below(4) === 0) life.lose(node)
  // Some schedules lose all controllers, and some too few.
  const ends = life.below(10)
  for (;;) {
    const left = life.controllers().filter(({ id, disk }) => disk !== null && !hidden.includes(id))
    const others = left.filter((node) => !survivors.includes(node))
    const isEnough = !isElectable(state, hidden) || ends === 9
    if (left.length === 0 || (ends > 1 && isEnough && (others.length === 0 || life.below(2) > 0))) break
    const node = life.pick(others.length > 0 ? others : left)
    if (node === undefined) break
    life.lose(node)
    if (life.below(4) === 0) life.act()
    if (life.below(3) === 0) life.reviveOne()
    for (const id of hidden) killNode(state, nodeOf(state, id))
    goOn(life.below(3) === 0)
  }
  life.run(life.below(2_000))
  return quorum
}

export function nodeOf(state: ClusterState, id: number): NodeState {
  const node = nodeById(state, id)
  if (node === null) throw new Error(`There is no node ${id}`)
  return node
}
