/**
 * Asks every known address of a controller for itself, again and again: the leader reports who follows it, and cannot report of
 * a second leader, of a process that is not the one recorded, or of settings that differ. One or two small requests each on
 * a kept connection. It never throws at its owner; what an address answered stands until it is asked again, and counts as soon
 * as it is there: no address waits for a slower one.
 */
import type { ClusterLink } from '../../../contract/clusters.ts'
import { hostPort } from '../../../contract/hostPort.ts'
import type { ControllerAccount } from '../../../contract/quorumView.ts'
import type { KafkaConnection } from '../../../kafka/connection.ts'
import { clusterIdOf } from '../../../kafka/describeCluster.ts'
import { asFailure } from '../../../kafka/failure.ts'
import type { AskedController, Stated } from '../../assessment/askedController.ts'
import type { KnownController } from '../../assessment/knownControllers.ts'
import { reachOf } from '../../assessment/reach.ts'
import type { Clock } from '../clock.ts'
import type { NodeConnections } from '../nodeConnections.ts'
import { Pause } from '../pause.ts'
import { askLead, askLeader, askStated } from './askController.ts'

export interface ControllerWatchOptions {
  connections: NodeConnections
  clock: Clock
  known(): KnownController[]
  clusterId(): string | null
  linkState(): ClusterLink['state']
  /** Whether the quorum is being changed. */
  active(): boolean
  /** Something other than an age or an offset is not as it was. */
  onChange(): void
}

type Statement = Pick<AskedController, 'clusterId'> & { stated: Stated; atMs: number }

/** From one round to the next, in ms: a quorum that is well, one that is being changed, one that nobody leads. */
const CALM_MS = 2000
const ACTIVE_MS = 500
const LEADERLESS_MS = 500
/** What a process reports of its settings and rights is asked again after this long, in ms. */
const STATED_EVERY_MS = 15_000
/** Only brokers offer Metadata. */
const METADATA_API = 3

export class ControllerWatch {
  readonly #options: ControllerWatchOptions
  readonly #pause = new Pause()
  readonly #stated = new WeakMap<KafkaConnection, Statement>()
  #asked: ReadonlyMap<string, AskedController> | null = null
  #stopped = false
  #generation = 0

  constructor(options: ControllerWatchOptions) {
    this.#options = options
  }

  start(): void {
    void this.#loop()
  }

  stop(): void {
    this.#stopped = true
    this.#pause.wake()
  }

  /** By address; `null` before the first round has ended. */
  get asked(): readonly AskedController[] | null {
    return this.#asked === null ? null : [...this.#asked.values()]
  }

  /** The quorum has turned: ask now. */
  wake(): void {
    this.#pause.wake()
  }

  forget(): void {
    this.#generation += 1
    this.#asked = null
    this.wake()
  }

  async #loop(): Promise<void> {
    while (!this.#stopped) {
      const { linkState, active } = this.#options
      await this.#round()
      if (this.#stopped) return
      await this.#pause.wait(linkState() !== 'live' ? LEADERLESS_MS : active() ? ACTIVE_MS : CALM_MS)
    }
  }

  async #round(): Promise<void> {
    const known = this.#options.known()
    const generation = this.#generation
    const asked = await Promise.all(
      known.map(async (one) => {
        const answer = await this.#ask(one)
        // The first round counts as a whole: before it nobody knows who is missing.
        if (this.#asked !== null && generation === this.#generation) {
          this.#keep(new Map(this.#asked).set(answer.account.address, answer))
        }
        return answer
      }),
    )
    if (generation !== this.#generation || (known.length === 0 && this.#asked === null)) return
    this.#keep(new Map(asked.map((one) => [one.account.address, one])))
  }

  #keep(asked: ReadonlyMap<string, AskedController>): void {
    if (this.#stopped) return
    const before = this.#asked
    this.#asked = asked
    if (shape(before) !== shape(asked)) this.#options.onChange()
  }

  async #ask(known: KnownController): Promise<AskedController> {
    const address = hostPort(known.address)
    const before = this.#asked?.get(address) ?? null
    const nowMs = this.#options.clock.nowMs()
    const { recordedId, registeredId, configured } = known
    const account: ControllerAccount = {
      address,
      recordedId,
      registeredId,
      configured,
      reach: 'silent',
      nodeId: null,
      roles: null,
      sameCluster: null,
      leaderId: null,
      leaderEpoch: null,
      sinceMs: nowMs,
      problem: '',
      certificate: null,
    }
    const asked: AskedController = {
      account,
      lead: null,
      leadStatedAtMs: null,
      leadsSinceMs: null,
      stated: null,
      clusterId: null,
      remote: null,
      failure: null,
    }
    try {
      const connection = await this.#options.connections.get(known.address)
      account.reach = 'answers'
      account.certificate = connection.certificate
      asked.remote = connection.remote
      const { stated, clusterId } = await this.#statedBy(connection, recordedId ?? registeredId ?? 0)
      asked.stated = stated
      asked.clusterId = clusterId
      account.nodeId = stated.nodeId
      account.roles = stated.roles
      // A broker forwards: what it answers is not of itself.
      if (!connection.negotiated.apis.has(METADATA_API)) await this.#askLeader(connection, asked)
    } catch (error) {
      const failure = asFailure(address, error)
      account.reach = reachOf(failure.code)
      account.problem = failure.message
      asked.failure = failure.code
      // Silence proves nothing of a leader: only a port that refuses has none.
      if (account.reach !== 'refused' && before !== null) {
        asked.lead = before.lead
        asked.leadStatedAtMs = before.leadStatedAtMs
        asked.remote = before.remote
      }
    }
    if (before !== null && sameStanding(before.account, account)) account.sinceMs = before.account.sinceMs
    if (asked.lead !== null) {
      const same = before?.lead?.leaderEpoch === asked.lead.leaderEpoch && before.lead.leaderId === asked.lead.leaderId
      asked.leadsSinceMs = same ? (before?.leadsSinceMs ?? nowMs) : nowMs
    }
    return asked
  }

  async #askLeader(connection: KafkaConnection, asked: AskedController): Promise<void> {
    const { account } = asked
    const stated = await askLeader(connection, this.#options.clusterId())
    account.sameCluster = stated.sameCluster
    account.problem = stated.refusal
    account.leaderId = stated.leaderId
    account.leaderEpoch = stated.leaderEpoch
    const own = account.nodeId ?? account.recordedId ?? account.registeredId
    const mayLead = stated.leaderId === null ? stated.leaderEpoch === null : own === null || stated.leaderId === own
    if (!mayLead || stated.sameCluster === false) return
    asked.leadStatedAtMs = this.#options.clock.nowMs()
    asked.lead = await askLead(connection)
    account.leaderId ??= asked.lead?.leaderId ?? null
    account.leaderEpoch ??= asked.lead?.leaderEpoch ?? null
  }

  async #statedBy(connection: KafkaConnection, expectedId: number): Promise<Statement> {
    const monotonicMs = this.#options.clock.monotonicMs()
    const known = this.#stated.get(connection)
    if (known !== undefined && monotonicMs - known.atMs < STATED_EVERY_MS) return known
    const isKnown = this.#options.clusterId() !== null
    const clusterId = isKnown ? null : await clusterIdOf(connection, 'controllers')
    const statement = { stated: await askStated(connection, expectedId), clusterId, atMs: monotonicMs }
    this.#stated.set(connection, statement)
    return statement
  }
}

function sameStanding(a: ControllerAccount, b: ControllerAccount): boolean {
  return a.reach === b.reach && a.leaderId === b.leaderId && a.nodeId === b.nodeId
}

/** All of a round that does not move by itself. */
function shape(asked: ReadonlyMap<string, AskedController> | null): string {
  return asked === null ? '' : [...asked.values()].map(shapeOfOne).join()
}

/** What was answered does not change any more: of each answer it is made once. */
const shapes = new WeakMap<AskedController, string>()

function shapeOfOne(asked: AskedController): string {
  const known = shapes.get(asked)
  if (known !== undefined) return known
  const { account, lead, stated } = asked
  const settings = [...(stated?.settings ?? [])]
  const made = JSON.stringify([account, lead?.voters, lead?.followers, settings, [...(stated?.withheld ?? [])]])
  shapes.set(asked, made)
  return made
}
