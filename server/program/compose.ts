/** Everything behind one port, composed of its rooms: for the program, and for tests that want the whole of it. */
import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import { AttemptLimit } from '../access/attemptLimit.ts'
import { Alerting } from '../alerts/alerting.ts'
import type { Sender } from '../alerts/delivery/message.ts'
import { senderOf } from '../alerts/delivery/senders.ts'
import { NOTHING_EXPECTED } from '../contract/alerts/rules.ts'
import type { Configuration } from '../contract/fleet/configuration.ts'
import { DEFAULT_RETENTION, type Retention } from '../history/samples/tiers.ts'
import { HistoryThread } from '../history/thread/historyThread.ts'
import type { AccessTokens } from '../http/access.ts'
import { addAlertMetrics } from '../http/alertMetrics.ts'
import { createApi, type RequestEnv } from '../http/api.ts'
import { addAuditMetrics } from '../http/auditMetrics.ts'
import { Hub } from '../http/live/hub.ts'
import { Metrics } from '../http/metrics.ts'
import type { ServerFacts } from '../http/routes/diagnosticsRoutes.ts'
import { HostAllowlist } from '../http/security.ts'
import { createServer, type Pages } from '../http/server.ts'
import type { SessionKeys } from '../http/sessionKeys.ts'
import type { SocketLimits } from '../http/socketLimits.ts'
import { WallTokens } from '../http/wall/wallTokens.ts'
import { namesOfRun, placesAmong, type WatchedCluster } from '../http/watchedCluster.ts'
import { systemClock } from '../quorum/reading/clock.ts'
import type { ClusterObserver } from '../quorum/reading/observer.ts'
import { createRehearsals } from '../rehearsal/thread/rehearsals.ts'
import { SEAL_KEY, Seal } from '../replicas/channel/seal.ts'
import { openAddedClusters } from '../storage/addedClusters.ts'
import { openAlerts } from '../storage/alerts.ts'
import type { Database } from '../storage/database.ts'
import { openNotes } from '../storage/notes.ts'
import { openQuorumMemory } from '../storage/quorumMemory.ts'
import { sharedSecret } from '../storage/sharedSecret.ts'
import { openWallTokenStore } from '../storage/wallTokens.ts'
import { createWorkflows, type WorkflowEngine } from '../workflows/engine/engine.ts'
import { openJournal } from '../workflows/engine/journal/journal.ts'
import { SeatDesk } from '../workflows/engine/seats/seatDesk.ts'
import { Seats } from '../workflows/engine/seats/seats.ts'
import type { Workflows } from '../workflows/engine/workflows.ts'
import { type ChangeRules, NO_CHANGE_RULES, strictest } from '../workflows/run/permission/changeRules.ts'
import type { Thresholds } from '../workflows/run/thresholds.ts'
import { AddedClusters } from './addedClusters.ts'
import type { Closer } from './closers.ts'
import { ConfigurationKeeper, type ConfigurationSource, withUnwatched } from './fleet/configurationKeeper.ts'
import { FleetDesk } from './fleet/fleetDesk.ts'
import { configurationRead, type OpenedAccess, openAccess, openRecord, serverStarted, waysIn } from './openAccess.ts'
import type { ClusterOptions, Options } from './options/options.ts'
import { type AccessConfiguration, type AuditConfiguration, OPEN_ACCESS, PLAIN_AUDIT } from './options/optionsAccess.ts'
import type { AlertOptions } from './options/optionsAlerts.ts'
import { addReplicaMetrics } from './replicas/replicaMetrics.ts'
import { type ReplicaIdentity, Replicas } from './replicas/replicas.ts'
import type { SharedSessionKeys } from './replicas/sharedSessionKeys.ts'
import { SharedSet } from './replicas/sharedSet.ts'
import { tellingOf } from './replicas/telling.ts'
import { type ToWatch, watchCluster } from './watchCluster.ts'
import { WatchedSet } from './watchedSet.ts'

/** What happens that nobody waits for. */
export interface Notices {
  /** A cluster is watched from now on; its observer is not started yet. */
  onWatched(watched: WatchedCluster): void
  onClusterFault(cluster: string, error: unknown, what: string): void
  onWorkflowFault(error: unknown): void
  /** quorumdeck.yaml was read again, or cannot be used as it is now. */
  onConfiguration?(state: Configuration): void
  /** `title` of what is wrong with the keeping of the history; `null`: nothing any more. */
  onHistoryProblem?(title: string | null, detail: string): void
  onAlertFault(error: unknown): void
  /** `requestId`: of the request that failed; `null` outside of one. */
  onRequestFault(error: unknown, requestId: string | null): void
  onWrongToken(address: string): void
  /** The record of who did what was changed by somebody, or damaged. */
  onAuditBroken?(seq: number, what: string): void
  /** There is no user yet: where the secret stands with which the first one is made. */
  onSetUpNeeded?(file: string): void
}

export interface Composition {
  /** A name for this run of the server, by which a browser sees a restart. A new one if left out. */
  serverRunId?: string
  database: Database
  dataDir: string
  /** Of clusters that are added while the program runs. */
  thresholds: Thresholds
  clusters: readonly ToWatch[]
  /** The file that they come from, to be read again when it changes. */
  configuration?: ConfigurationSource | null
  pages: Pages | Promise<Pages>
  tokens: AccessTokens | null
  sessionKeys: SessionKeys | SharedSessionKeys
  allowedHosts: readonly string[]
  /** Below which path everything is served; below none if left out. */
  basePath?: string
  tls: { cert: string; key: string } | null
  behindProxy: boolean
  dev: boolean
  /** A heartbeat of every cluster at least this often, in ms. */
  heartbeatMs: number
  /** How long a connection may take for what; the usual if left out. */
  limits?: SocketLimits | undefined
  /** Where the history is kept; the data directory if left out. */
  historyDir?: string
  /** How long what is kept; the usual if left out. */
  retention?: Retention
  notices: Notices
  /** Where several servers share the database: its URL, and what people call this one. */
  replica?: ReplicaIdentity | null
  /** How long a driver has to answer who asks to drive, in ms; a minute if left out. */
  patienceMs?: number | undefined
  alerts: AlertOptions
  /** How people come in; nobody but with shared tokens where it is left out. */
  access?: AccessConfiguration
  audit?: AuditConfiguration
  /** Nothing that changes anything is served. */
  readOnly?: boolean
  /** For diagnostics; unknown where it is left out, as in tests. */
  serverFacts?: () => ServerFacts
  /** In place of the engine's, for tests of the API alone. */
  workflows?: Workflows
}

export interface Composed {
  /** Does not listen yet. */
  server: Server
  /** Those of the start and those added since; changes in place. */
  clusters: readonly WatchedCluster[]
  /** Of the clusters of the start, where there is one server. */
  observers: readonly ClusterObserver[]
  /** Credentials have changed: what sessions hold open is looked at anew. */
  recheckSessions: () => void
  workflows: Workflows
}

const rulesOf = ({ changeRules = NO_CHANGE_RULES }: Thresholds): ChangeRules => changeRules

/** Of clusters that are added: each may be any other under a further name. */
function rulesOfAll(thresholds: Thresholds, clusters: readonly ClusterOptions[]): ChangeRules {
  return strictest([thresholds, ...clusters.map((one) => one.thresholds)].map(rulesOf))
}

/** A server that is read-only changes nothing of what it watches, by itself neither. */
function heldBack<T extends { thresholds: Thresholds }>(one: T): T {
  const changeRules: ChangeRules = { ...rulesOf(one.thresholds), readOnly: true }
  return { ...one, thresholds: { ...one.thresholds, changeRules } }
}

/** What comes later too: clusters that are added to the file, or read again. */
function heldSource(source: ConfigurationSource): ConfigurationSource {
  const held = (options: Options): Options => ({ ...heldBack(options), clusters: options.clusters.map(heldBack) })
  return { ...source, started: held(source.started), read: async () => held(await source.read()) }
}

/** All that a read-only server is given, held back. */
function heldComposition(composition: Composition): Composition {
  const { clusters, configuration } = composition
  return {
    ...heldBack(composition),
    clusters: clusters.map((cluster) => ({ ...cluster, options: heldBack(cluster.options) })),
    ...(configuration == null ? {} : { configuration: heldSource(configuration) }),
  }
}

/**
 * Begins to watch, takes up the runs of the journal, and resumes the clusters that were added.
 * @param closers what was begun, each part as soon as it is there: to be ended from the last to the first, also where this throws
 * @throws PropertiesError
 */
export async function compose(wanted: Composition, closers: Closer[]): Promise<Composed> {
  const composition = wanted.readOnly === true ? heldComposition(wanted) : wanted
  const { database, dataDir, tokens, basePath = '', tls, behindProxy, dev, notices, clusters: given } = composition
  let ofAll = rulesOfAll(
    composition.thresholds,
    given.map(({ options }) => options),
  )
  const thresholds: Thresholds = {
    ...composition.thresholds,
    // Looked at whenever a run is judged: they are others when the configuration was read again.
    get changeRules() {
      return ofAll
    },
  }
  const { serverRunId = randomUUID() } = composition
  const { nowMs, monotonicMs } = systemClock
  let engine: WorkflowEngine | null = null
  const onClusterFault = notices.onClusterFault
  const replicas =
    composition.replica == null
      ? null
      : new Replicas({
          database,
          ...composition.replica,
          seal: new Seal(await sharedSecret(database, SEAL_KEY)),
          serverRunId,
          onError: (error) => notices.onRequestFault(error, null),
          onClusterFault,
        })
  const memory = openQuorumMemory(database)
  closers.push(() => memory.flush())
  const histories = new HistoryThread({
    dataDir: composition.historyDir ?? dataDir,
    retention: composition.retention ?? DEFAULT_RETENTION,
    ...(replicas === null || composition.replica == null
      ? {}
      : { postgres: { url: composition.replica.url, self: replicas.id } }),
    nowMs,
    onProblem: (title, detail) => notices.onHistoryProblem?.(title, detail),
    onError: (error) => notices.onRequestFault(error, null),
  })
  closers.push(() => histories.close())
  const historyOf = (cluster: string) => histories.cluster(cluster)
  const onWatchFault = (name: string, error: unknown) => notices.onClusterFault(name, error, 'watching failed')
  const watched = await Promise.all(
    // Where several share the work each observes those whose lease it gets.
    (replicas === null ? given : []).map((cluster) =>
      watchCluster(cluster, serverRunId, {
        onRemade: async (name) => await engine?.remade(name),
        memory,
        historyOf,
        onError: onWatchFault,
      }),
    ),
  )
  const clusters = watched.map((one) => one.watched)
  const observers = watched.map((one) => one.observer)
  let stopWatching = () => {
    for (const observer of observers) observer.stop()
  }
  closers.push(async () => stopWatching())
  const seats = new Seats(monotonicMs, composition.patienceMs)
  let rights: Pick<OpenedAccess, 'mayApprove'> | null = null
  engine = await createWorkflows({
    clusters: watched.map(({ changed }) => changed),
    journal: openJournal(database),
    ...(replicas === null ? {} : { shared: replicas.sharedJournal }),
    // Before people are known nobody's approval counts.
    mayApprove: (person, run) => namesOfRun(clusters, run).some((name) => rights?.mayApprove(person, name) === true),
    rehearsal: createRehearsals(),
    seats,
    clock: systemClock,
    newId: randomUUID,
    onError: notices.onWorkflowFault,
  })
  closers.push(engine.close)
  // A sandbox ends with its process: what began on the one before cannot go on, whatever its ids are.
  for (const { cluster, kind } of clusters) if (kind !== 'kafka') await engine.remade(cluster)
  const desk = new SeatDesk({ workflows: composition.workflows ?? engine, seats, newId: randomUUID })
  const alerting = await Alerting.open(
    {
      store: openAlerts(database, replicas?.keeper.fence),
      workflows: composition.workflows ?? engine,
      policies: composition.alerts.policies,
      receivers: composition.alerts.receivers.map((options): { options: typeof options; sender: Sender } => {
        return { options, sender: senderOf(options, nowMs) }
      }),
      publicUrl: composition.alerts.publicUrl,
      clock: systemClock,
      chance: Math.random,
      newId: randomUUID,
      onError: notices.onAlertFault,
    },
    replicas === null,
  )
  closers.push(() => alerting.close())
  const own = { engine, alerting, desk, histories }
  const {
    workflows,
    alerts,
    seats: seatFeed,
  } = replicas?.share(own) ?? { workflows: composition.workflows ?? engine, alerts: alerting, seats: desk }
  const unsubscribe = workflows.subscribe({
    onWorkflow: (cluster, run, _whole, changed) => {
      if (changed && replicas?.holds(cluster) !== false) historyOf(cluster).run(run)
    },
  })
  closers.push(async () => unsubscribe())
  const placeOf = placesAmong(clusters)
  const hub = new Hub({
    serverRunId,
    placeOf,
    heartbeatMs: composition.heartbeatMs,
    deadAfterMs: composition.limits?.deadAfterMs,
    monotonicMs,
    nowMs,
    workflows,
    seats: seatFeed,
    alerts,
  })
  closers.push(async () => hub.close())
  const metrics = new Metrics(clusters, hub, workflows)
  metrics.include((registry) => addAlertMetrics(registry, alerting, clusters))
  if (replicas !== null) metrics.include((registry) => addReplicaMetrics(registry, () => replicas.figures))
  for (const [at, one] of clusters.entries()) {
    alerting.add(one.cluster, one.observer, given[at]?.options.expected ?? NOTHING_EXPECTED)
    hub.add(one.cluster, one.observer)
    notices.onWatched(one)
    observers[at]?.start()
  }
  const ofBoth = { clusters, hub, metrics, historyOf, onBegin: notices.onWatched }
  let shared: SharedSet | null = null
  let set: WatchedSet | SharedSet
  if (replicas === null) {
    const watchedSet = new WatchedSet({
      ...ofBoth,
      begun: given.map(({ options }) => options),
      observers,
      serverRunId,
      alerts: alerting,
      workflows: engine,
      memory,
      onError: onWatchFault,
    })
    set = watchedSet
    stopWatching = () => watchedSet.stop()
  } else {
    shared = new SharedSet({
      ...ofBoth,
      relayIn: replicas.relayIn,
      workflows,
      clock: systemClock,
      observedBy: (cluster) => replicas.observedBy(cluster),
      onEnd: (cluster) => replicas.ended(cluster),
      onRenewed: (cluster) => replicas.renewed(cluster),
    })
    set = shared
    for (const { options } of given) await shared.begin(options)
  }
  const onFault = (error: unknown) => notices.onRequestFault(error, null)
  const audit = openRecord({
    database,
    configuration: composition.audit ?? PLAIN_AUDIT,
    nowMs,
    onError: onFault,
    onBroken: (seq, what) => notices.onAuditBroken?.(seq, what),
  })
  closers.push(() => audit.close())
  audit.begin()
  void audit.record(serverStarted(composition.readOnly ?? false))
  const addedStore = openAddedClusters(database)
  const wallStore = openWallTokenStore(database)
  const added = new AddedClusters(
    {
      store:
        replicas === null ? addedStore : tellingOf(addedStore, ['keep', 'remove'], () => replicas.changed('clusters')),
      dataDir,
      thresholds,
      nowMs,
    },
    set,
  )
  const onAddedFault = (name: string, error: unknown) =>
    notices.onClusterFault(name, error, 'an added cluster cannot be watched')
  await added.resume(onAddedFault)
  const keeper =
    composition.configuration == null
      ? null
      : new ConfigurationKeeper({
          ...composition.configuration,
          port: set,
          inTurn: (work) => added.inTurn(work),
          nowMs,
          onInForce: (options) => {
            const others = given.flatMap((one) => (one.options.origin === 'file' ? [] : one.options))
            ofAll = rulesOfAll(options.thresholds, [...others, ...options.clusters])
          },
          onRead: (state) => {
            void audit.record(configurationRead(state))
            notices.onConfiguration?.(state)
          },
          onError: (error) => notices.onRequestFault(error, null),
        })
  await keeper?.start()
  closers.push(async () => keeper?.close())
  const fleet = new FleetDesk({
    clusters,
    optionsOf: (cluster) => set.optionsOf(cluster),
    added,
    dataDir,
    configuration: () => withUnwatched(keeper?.state ?? null, added.unwatched),
    clock: systemClock,
  })
  const walls = await WallTokens.open({
    store: replicas === null ? wallStore : tellingOf(wallStore, ['add', 'revoke'], () => replicas.changed('walls')),
    basePath,
    nowMs,
    onEnded: () => hub.dropSignedOut(),
    onError: (error) => notices.onRequestFault(error, null),
  })
  closers.push(async () => walls.close())
  const accessConfiguration = composition.access ?? OPEN_ACCESS
  const opened = await openAccess({
    database,
    dataDir,
    configuration: accessConfiguration,
    tokens,
    secureCookie: tls !== null || behindProxy,
    basePath,
    keys: composition.sessionKeys,
    walls,
    placeOf,
    nowMs,
    onEnded: () => hub.dropSignedOut(),
    onError: onFault,
    ...(replicas === null ? {} : { tell: () => replicas.changed('people') }),
  })
  rights = opened
  const { access, setUp } = opened
  if (setUp.file !== null) notices.onSetUpNeeded?.(setUp.file)
  metrics.include((registry) => addAuditMetrics(registry, audit))
  alerting.settle()
  const attempts = new AttemptLimit()
  const faults = { onError: notices.onRequestFault, onWrongToken: notices.onWrongToken }
  const onSignedOut = () => hub.dropSignedOut()
  const api = createApi({
    serverRunId,
    clusters,
    ...opened,
    audit,
    hasPasswords: accessConfiguration.users,
    hasTokens: tokens !== null,
    readOnly: composition.readOnly ?? false,
    publicUrl: accessConfiguration.publicUrl ?? composition.alerts.publicUrl,
    isTls: tls !== null || behindProxy,
    basePath,
    signIn: waysIn(accessConfiguration, tokens !== null),
    serverFacts: composition.serverFacts ?? (() => ({ version: 'unknown', storage: 'sqlite', log: [] })),
    attempts,
    metrics,
    workflows,
    walls,
    desk,
    notes: openNotes(database),
    added,
    alerts,
    fleet,
    nowMs,
    onSignedOut,
    ...faults,
    ...(replicas === null
      ? {}
      : { forward: (request, asker) => replicas.forward(request, asker), sharing: () => replicas.sharing() }),
  })
  if (replicas !== null && shared !== null) {
    const { sessionKeys } = composition
    replicas.onChanged('walls', () => walls.reload())
    replicas.onChanged('silences', () => alerting.reloadSilences())
    replicas.onChanged('people', async () => {
      await opened.reload()
      hub.dropSignedOut()
    })
    replicas.onChanged('clusters', () => added.reread(onAddedFault))
    if ('reload' in sessionKeys) {
      sessionKeys.onEnded(() => replicas.changed('sessions'))
      replicas.onChanged('sessions', async () => {
        await sessionKeys.reload()
        hub.dropSignedOut()
      })
    }
    closers.push(() => replicas.close())
    // Before the leases are given back: what waits is written under them.
    closers.push(() => histories.close())
    await replicas.start(shared, async (request, asker) => {
      const bindings = { ...asker, isForwarded: true } as RequestEnv['Bindings']
      return await api.fetch(request, bindings)
    })
  }
  const server = createServer({
    api,
    hub,
    pages: await composition.pages,
    access,
    walls,
    attempts,
    hosts: new HostAllowlist(composition.allowedHosts),
    basePath,
    dev,
    tls,
    behindProxy,
    limits: composition.limits,
    nowMs,
    ...faults,
  })
  closers.push(async () => {
    server.closeAllConnections()
    server.close()
  })
  return { server, clusters, observers, workflows, recheckSessions: onSignedOut }
}
