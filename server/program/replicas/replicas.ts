/** Puts together what one of several servers needs of the others: leases, the way to them, what they tell, what they are asked. */
import { randomUUID } from 'node:crypto'
import type { Alerting } from '../../alerts/alerting.ts'
import type { Alerts } from '../../alerts/alerts.ts'
import type { HistoryThread } from '../../history/thread/historyThread.ts'
import type { Asker, Sharing } from '../../http/api.ts'
import { systemClock } from '../../quorum/reading/clock.ts'
import { Channel } from '../../replicas/channel/channel.ts'
import type { Seal } from '../../replicas/channel/seal.ts'
import { Forwarding } from '../../replicas/forwarding/forwarding.ts'
import { LeaseKeeper } from '../../replicas/leases/leaseKeeper.ts'
import type { ReplicaMessage, Shared } from '../../replicas/relay/messages.ts'
import { RelayIn } from '../../replicas/relay/relayIn.ts'
import { RelayOut } from '../../replicas/relay/relayOut.ts'
import { sharedAlerts } from '../../replicas/relay/sharedAlerts.ts'
import { SharedSeats } from '../../replicas/relay/sharedSeats.ts'
import { sharedWorkflows } from '../../replicas/relay/sharedWorkflows.ts'
import { openAlerts } from '../../storage/alerts.ts'
import type { Database } from '../../storage/database.ts'
import { mustHold } from '../../storage/fence.ts'
import { openForwardedRequests } from '../../storage/forwardedRequests.ts'
import { openLeases } from '../../storage/leases.ts'
import type { SharedJournal, WorkflowEngine } from '../../workflows/engine/engine.ts'
import { type Journal, openJournal } from '../../workflows/engine/journal/journal.ts'
import type { SeatDesk, SeatFeed } from '../../workflows/engine/seats/seatDesk.ts'
import type { Workflows } from '../../workflows/engine/workflows.ts'
import type { ClusterWrites } from '../../workflows/run/ports.ts'
import { HeldClusters } from './heldClusters.ts'
import type { SharedSet } from './sharedSet.ts'

const RELOAD_EVERY_MS = 30_000

export interface ReplicaIdentity {
  /** Of the database that all share; holds a password. */
  url: string
  /** For people. */
  name: string
  /** For tests: something between the engine and its journal, and its writes. */
  between?: { journal: (real: Journal) => Journal; writes: (real: ClusterWrites) => ClusterWrites }
}

export interface ReplicasOptions extends ReplicaIdentity {
  database: Database
  /** By which servers know what is of one of them. */
  seal: Seal
  serverRunId: string
  onError: (error: unknown) => void
  onClusterFault: (cluster: string, error: unknown, what: string) => void
}

/** What is shown and asked here, whoever holds it. */
export interface SharedParts {
  workflows: Workflows
  alerts: Alerts
  seats: SeatFeed
}

export interface ReplicaFigures {
  held: number
  takeovers: number
  /** Of the last ones, in ms. */
  lagMs: number
  replicas: number
}

export class Replicas {
  readonly id = randomUUID()
  readonly keeper: LeaseKeeper
  readonly relayIn: RelayIn
  readonly relayOut: RelayOut
  readonly #options: ReplicasOptions
  readonly #channel: Channel
  readonly #forwarding: Forwarding
  readonly #journals = new Map<string, Journal>()
  readonly #voids = new Map<Shared, () => Promise<void>>()
  #held: HeldClusters | null = null
  #set: SharedSet | null = null
  #engine: WorkflowEngine | null = null
  #alerting: Alerting | null = null
  #seats: SharedSeats | null = null
  #serve: (request: Request, asker: Asker) => Promise<Response> = () => Promise.reject(new Error('not serving yet'))
  #reloading: NodeJS.Timeout | null = null
  #takeovers = 0
  #lagMs = 0

  constructor(options: ReplicasOptions) {
    this.#options = options
    const { database, url, seal, onError } = options
    const { monotonicMs } = systemClock
    this.keeper = new LeaseKeeper({
      store: openLeases(database),
      self: { id: this.id, name: options.name },
      clock: systemClock,
      wanted: () => this.#set?.names.filter((cluster) => this.#held?.mayBegin(cluster)) ?? [],
      mayMove: (cluster) => this.#engine?.active(cluster).length === 0,
      onTaken: (cluster, token) => {
        if (token > 1) this.#takeovers += 1
        const shown = this.#set?.shown(cluster)
        if (shown != null) this.#held?.begin(cluster, token, shown)
      },
      onLost: (cluster) => this.#held?.end(cluster),
      onRenewed: () => void this.#engine?.mend().catch(onError),
      onError,
    })
    const databaseNowMs = () => this.keeper.clock.nowMs()
    this.#channel = new Channel({
      database,
      url,
      self: this.id,
      seal,
      onMessage: (sender, message) => this.#onMessage(sender, message as ReplicaMessage),
      onListening: () => this.#onListening(),
      onError,
    })
    const send = (message: ReplicaMessage) => this.#channel.send(message)
    this.relayIn = new RelayIn({
      ask: (clusters) => send({ kind: 'ask', clusters }),
      databaseNowMs,
      monotonicMs,
      onLag: (ms) => {
        this.#lagMs = ms
      },
    })
    this.relayOut = new RelayOut({
      send,
      isHeard: () => this.keeper.peers.length > 1,
      databaseNowMs,
      monotonicMs,
      runsOf: (cluster) => this.#engine?.active(cluster) ?? [],
      wholeRun: (id) => this.#engine?.live(id) ?? null,
      alertsOf: (cluster) => this.#alerting?.open(cluster) ?? [],
      seatsOf: (cluster) => this.#seats?.of(cluster) ?? [],
    })
    const journal = openJournal(database)
    const alerts = openAlerts(database)
    this.#forwarding = new Forwarding({
      requests: openForwardedRequests(database),
      self: this.id,
      seal,
      newId: randomUUID,
      send,
      holderOf: (cluster) => this.#holderOf(cluster),
      clusterOf: async (about) =>
        about.kind === 'run'
          ? (this.relayIn.clusterOfRun(about.run) ?? (await journal.find(about.run))?.cluster ?? null)
          : ((await alerts.find(about.alert))?.cluster ?? null),
      knows: (cluster) => this.#set?.shown(cluster) != null,
      serve: (request, context) => this.#serve(request, context as unknown as Asker),
      onError,
    })
  }

  /** Of the journal, as the engine needs it. */
  get sharedJournal(): SharedJournal {
    const { database } = this.#options
    return {
      journalOf: (cluster) => {
        const known = this.#journals.get(cluster)
        if (known !== undefined) return known
        const own = openJournal(database, (tx) => mustHold(tx, this.keeper.fence, cluster))
        const journal = this.#options.between?.journal(own) ?? own
        this.#journals.set(cluster, journal)
        return journal
      },
      permit: (cluster) => this.keeper.objection(cluster),
      paused: (cluster) =>
        this.keeper.isCertain(cluster)
          ? null
          : `Whether this Quorumdeck may still act for the cluster is not known: ${this.keeper.problem ?? 'its lease is being renewed'}.`,
      rulesOf: (clusterId) => this.#set?.rulesOf(clusterId) ?? [],
    }
  }

  get figures(): ReplicaFigures {
    const { held, peers } = this.keeper
    return { held: held.length, takeovers: this.#takeovers, lagMs: this.#lagMs, replicas: peers.length }
  }

  /** What every replica shows, of what this one has. */
  share(own: { engine: WorkflowEngine; alerting: Alerting; desk: SeatDesk; histories: HistoryThread }): SharedParts {
    const { engine, alerting, desk, histories } = own
    const { database, serverRunId, onClusterFault } = this.#options
    const { relayIn, relayOut, keeper } = this
    this.#engine = engine
    this.#alerting = alerting
    const held = new HeldClusters({
      database,
      fence: keeper.fence,
      tokenOf: (cluster) => keeper.tokenOf(cluster),
      giveBack: (cluster) => keeper.giveBack(cluster),
      serverRunId,
      engine,
      alerting,
      relayIn,
      relayOut,
      historyOf: (cluster) => histories.cluster(cluster),
      onRecording: (cluster, token) => histories.hold(cluster, token),
      ...(this.#options.between === undefined ? {} : { writes: this.#options.between.writes }),
      monotonicMs: systemClock.monotonicMs,
      onError: (cluster, error) => onClusterFault(cluster, error, 'a cluster cannot be observed here'),
    })
    this.#held = held
    const isHeld = (cluster: string) => held.has(cluster)
    const send = (message: ReplicaMessage) => this.#channel.send(message)
    const seats = new SharedSeats({
      desk,
      relayIn,
      isHeld,
      tell: (ids) => {
        if (keeper.peers.length > 1) send({ kind: 'people', ids })
      },
      replicas: () => keeper.peers.map(({ id }) => id),
    })
    this.#seats = seats
    return {
      seats,
      workflows: sharedWorkflows({
        engine,
        relayIn,
        relayOut,
        isHeld,
        follow: (runs) => send({ kind: 'follow', runs }),
        monotonicMs: systemClock.monotonicMs,
      }),
      alerts: sharedAlerts({ alerting, relayIn, relayOut, isHeld, tellSilences: () => this.changed('silences') }),
    }
  }

  /** Begins to take part. Everything that is shared must be there. */
  async start(set: SharedSet, serve: (request: Request, asker: Asker) => Promise<Response>): Promise<void> {
    this.#set = set
    this.#serve = serve
    await this.#channel.start()
    await this.keeper.start()
    this.#reloading = setInterval(() => {
      // Whatever may have gone wrong with a notice: nothing that has ended is believed for longer than this.
      if (this.keeper.problem === null) this.#reloadAll()
    }, RELOAD_EVERY_MS)
  }

  /** Whether it is observed and recorded here. */
  holds(cluster: string): boolean {
    return this.#held?.has(cluster) === true
  }

  /** What is kept in memory beside the database was changed there: the others read it again. */
  changed(what: Shared): void {
    this.#channel.sendSurely({ kind: 'void', what })
  }

  /** Called when another has changed it, and whenever that may have been missed. */
  onChanged(what: Shared, reload: () => Promise<void>): void {
    this.#voids.set(what, reload)
  }

  forward(request: Request, asker: Asker): Promise<Response | null> {
    return this.#forwarding.answer(request, { ...asker })
  }

  observedBy(cluster: string): string | null {
    const holder = this.#holderOf(cluster)
    return holder === null ? null : this.keeper.nameOf(holder)
  }

  sharing(): Sharing {
    const deaf = 'The connection to PostgreSQL is away on which other servers are heard; it is made anew.'
    const problem = this.keeper.problem ?? (this.#channel.isListening ? null : deaf)
    const unheld = (this.#set?.names ?? []).filter((cluster) => this.keeper.holderOf(cluster) === null)
    return { problem, observes: this.keeper.held.length, unheld }
  }

  /** It is reached otherwise: whoever holds it begins anew. */
  async renewed(cluster: string): Promise<void> {
    const token = this.keeper.tokenOf(cluster)
    const shown = this.#set?.shown(cluster)
    if (token === null || shown == null) return
    this.#held?.end(cluster)
    this.#held?.begin(cluster, token, shown)
  }

  async ended(cluster: string): Promise<void> {
    this.#held?.end(cluster)
    await this.keeper.giveBack(cluster)
  }

  async close(): Promise<void> {
    if (this.#reloading !== null) clearInterval(this.#reloading)
    this.#forwarding.close()
    this.#seats?.close()
    await this.#held?.close()
    await this.keeper.close()
    this.relayOut.close()
    await this.#channel.close()
  }

  /** Held, and begun: before that nobody can answer. */
  #holderOf(cluster: string): string | null {
    const holder = this.keeper.holderOf(cluster)
    return holder === this.id && this.#held?.has(cluster) !== true ? null : holder
  }

  #onListening(): void {
    this.#channel.send({ kind: 'ask', clusters: null })
    this.#reloadAll()
  }

  #reloadAll(): void {
    for (const reload of this.#voids.values()) void reload().catch(this.#options.onError)
  }

  #onMessage(sender: string, message: ReplicaMessage): void {
    switch (message.kind) {
      case 'ask':
        return this.relayOut.asked(message.clusters)
      case 'follow':
        return this.relayOut.follow(message.runs)
      case 'people':
        return this.#seats?.told(sender, message.ids)
      case 'void':
        void this.#voids.get(message.what)?.().catch(this.#options.onError)
        return
      case 'request':
        if (message.to === this.id) void this.#forwarding.take(message.id)
        return
      case 'answer':
        return this.#forwarding.answered(message.id)
      default:
        return this.relayIn.take(message)
    }
  }
}
