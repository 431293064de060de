/**
 * Clusters that are added while the program runs, from a plan or by their addresses. Each is watched like one of the
 * configuration, and kept for as long as it is. Files with secrets never come over HTTP (fleet/clientFiles.ts).
 */
import type { AddedPlans, Looked } from '../bootstrap/addedPlans.ts'
import type { BootstrapPlan } from '../contract/bootstrap.ts'
import { Refusal, unknownCluster } from '../contract/errors.ts'
import type { AddCluster, EditCluster } from '../contract/fleet/clusterSettings.ts'
import type { NotApplied } from '../contract/fleet/configuration.ts'
import { refuse } from '../http/refusal.ts'
import type { WatchedCluster } from '../http/watchedCluster.ts'
import type { Security } from '../kafka/connection.ts'
import { lookAtController } from '../quorum/reading/controllers/controllerLook.ts'
import type { AddedCluster, AddedClusterStore } from '../storage/addedClusters.ts'
import type { Thresholds } from '../workflows/run/thresholds.ts'
import { ClientFiles } from './fleet/clientFiles.ts'
import {
  addressesIn,
  editedCluster,
  isReachedOtherwise,
  racksIn,
  reachOf,
  type Usable,
  usableCluster,
} from './fleet/wantedCluster.ts'
import { type ClusterOptions, slug } from './options/options.ts'

/** Each is polled and followed for as long as it is there. */
const MAX_ADDED = 500
/** A look that goes on, or is younger than this, answers for the next one too, in ms: several browsers ask at once. */
const LOOK_FOR_ALL_MS = 500

export interface Begun {
  watched: WatchedCluster
  security: Security
}

export interface WatchingPort {
  /** Everything that is watched now. */
  clusters: readonly WatchedCluster[]
  /** Begins to watch. @throws PropertiesError for a properties file that cannot be used */
  begin(options: ClusterOptions): Promise<Begun>
  /** Watches it at other addresses, in its place. @throws PropertiesError, WorkflowRefusal while a guided change goes on; then all stays */
  renew(options: ClusterOptions): Promise<Begun>
  label(cluster: string, name: string, group: string | null): void
  /** @throws WorkflowRefusal while a guided change goes on */
  end(cluster: string): Promise<void>
}

export interface AddedClustersOptions {
  store: AddedClusterStore
  dataDir: string
  thresholds: Thresholds
  nowMs: () => number
}

interface Kept extends Begun {
  added: AddedCluster
  /** As observed before it was edited: after that it is not seen for a moment, and is the same one all the same. */
  seenBefore: string | null
  look: { atMs: number; looked: Promise<Looked>; isOver: boolean } | null
}

type Planned = Kept & { added: { plan: BootstrapPlan } }

/** Of every node: brokers are asked, too. */
function hostsOfPlan({ controllers, brokers }: BootstrapPlan): string[] {
  return [...new Set([...controllers, ...brokers].map(({ host }) => host.toLowerCase()))]
}

function hostsOf({ plan, reach }: Pick<AddedCluster, 'plan' | 'reach'>): string[] {
  if (reach === null && plan !== null) return hostsOfPlan(plan)
  const { bootstrapControllers, bootstrapServers } = reachOf({ plan, reach })
  return addressesIn([...bootstrapControllers, ...bootstrapServers]).map(({ host }) => host.toLowerCase())
}

function seenId({ watched, seenBefore }: Kept): string | null {
  return watched.observer.view?.clusterId ?? seenBefore
}

export class AddedClusters implements AddedPlans {
  readonly #options: AddedClustersOptions
  readonly #port: WatchingPort
  readonly #files: ClientFiles
  readonly #kept = new Map<string, Kept>()
  readonly #unwatched = new Map<string, NotApplied>()
  /** One at a time: two requests must not take the same name. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: AddedClustersOptions, port: WatchingPort) {
    this.#options = options
    this.#port = port
    this.#files = new ClientFiles(options.dataDir)
  }

  /** Watches what was added before the program was started. `onProblem`: one whose properties file is gone now. */
  async resume(onProblem: (cluster: string, error: unknown) => void): Promise<void> {
    for (const added of await this.#options.store.all()) {
      const { cluster, name } = added
      const isTaken = this.#port.clusters.some((one) => one.cluster === cluster)
      const failed = (error: Error) => {
        this.#unwatched.set(cluster, {
          what: `cluster ${name}, added here`,
          why: `It is not watched: ${error.message}.`,
        })
        onProblem(cluster, error)
      }
      if (isTaken) failed(new Error(`a cluster of the configuration has its short name, ${cluster}`))
      else await this.#begin(added).catch(failed)
    }
  }

  /** Another server has changed them in the database: what it added, edited or took away is so here, too. */
  reread(onProblem: (cluster: string, error: unknown) => void): Promise<void> {
    return this.inTurn(async () => {
      const stored = await this.#options.store.all()
      for (const [cluster] of [...this.#kept]) {
        if (stored.some((one) => one.cluster === cluster)) continue
        this.#kept.delete(cluster)
        await this.#port.end(cluster).catch((error: unknown) => onProblem(cluster, error))
      }
      for (const added of stored) {
        const kept = this.#kept.get(added.cluster)
        if (JSON.stringify(kept?.added) === JSON.stringify(added)) continue
        const isTaken = kept === undefined && this.#port.clusters.some((one) => one.cluster === added.cluster)
        if (isTaken) continue
        await this.#renew(added, kept).catch((error: unknown) => onProblem(added.cluster, error))
      }
    })
  }

  async #renew(added: AddedCluster, kept: Kept | undefined): Promise<void> {
    if (kept === undefined) return await this.#begin(added)
    const begun = await this.#port.renew(this.#optionsOf(added))
    begun.watched.planned = added.plan !== null
    this.#kept.set(added.cluster, { added, ...begun, seenBefore: seenId(kept), look: null })
  }

  /** Those that are kept, and cannot be watched since the start. */
  get unwatched(): NotApplied[] {
    return [...this.#unwatched.values()]
  }

  watch(plan: BootstrapPlan, commandConfig: string | null): Promise<{ cluster: string; name: string }> {
    return this.inTurn(async () => {
      const same = [...this.#kept.values()].find(({ added }) => added.plan?.clusterId === plan.clusterId)
      if (same !== undefined) {
        const { cluster, name } = same.added
        if (JSON.stringify(same.added.plan?.request) === JSON.stringify(plan.request)) return { cluster, name }
        throw new Refusal(
          409,
          'cluster-id-planned',
          `Another plan with this cluster id is watched as ${name}.`,
          'Stop watching that one first; or, where this is another cluster, draw new ids.',
        )
      }
      this.#checkRoom()
      if (plan.request.protocol !== 'PLAINTEXT' && commandConfig === null)
        throw new Refusal(
          422,
          'command-config-needed',
          `The listeners are ${plan.request.protocol}: without a properties file nobody lets Quorumdeck in.`,
          'Put client-controllers.properties, with its secrets filled in, into client-properties of the data directory, and send its name as commandConfig.',
        )
      await this.#files.checkHosts(commandConfig, hostsOfPlan(plan))
      const { name } = plan.request
      return { cluster: await this.#take({ name, commandConfig, plan, reach: null }), name }
    })
  }

  /** By its addresses, without a plan. @returns its short name */
  add(wanted: AddCluster): Promise<string> {
    return this.inTurn(async () => {
      const usable = await this.#usable(wanted, null)
      this.#checkRoom()
      return await this.#take({ ...usable, plan: null })
    })
  }

  /** The short name stays, and with it the history; runs are those of the Kafka cluster, which must stay the same one. */
  edit(cluster: string, change: EditCluster): Promise<void> {
    return this.inTurn(async () => {
      const kept = this.#editable(cluster)
      const { added } = kept
      const before = { name: added.name, commandConfig: added.commandConfig, reach: reachOf(added) }
      const usable = await this.#usable(editedCluster(added, change), cluster)
      const next: AddedCluster = { ...added, ...usable }
      if (!isReachedOtherwise(before, usable)) {
        await this.#options.store.keep(next)
        this.#port.label(cluster, next.name, usable.reach.group)
        kept.added = next
        return
      }
      usable.reach.clusterId = this.#sameKafkaCluster(kept, usable)
      const seenBefore = seenId(kept)
      const begun = await this.#port.renew(this.#optionsOf(next))
      begun.watched.planned = added.plan !== null
      try {
        await this.#options.store.keep(next)
      } catch (error) {
        // What is not written down would be another cluster after a restart.
        this.#kept.set(cluster, { ...kept, ...(await this.#port.renew(this.#optionsOf(added))), seenBefore })
        throw error
      }
      this.#kept.set(cluster, { added: next, ...begun, seenBefore, look: null })
    })
  }

  forget(cluster: string): Promise<void> {
    return this.inTurn(async () => {
      // One whose properties file is gone is not watched, and can still be forgotten.
      const stored = (await this.#options.store.all()).some((one) => one.cluster === cluster)
      if (!stored || this.#kept.has(cluster)) {
        this.#editable(cluster)
        await this.#port.end(cluster)
      }
      this.#kept.delete(cluster)
      this.#unwatched.delete(cluster)
      await this.#options.store.remove(cluster)
    })
  }

  plan(cluster: string): BootstrapPlan {
    return this.#planned(cluster).added.plan
  }

  async look(cluster: string): Promise<Looked> {
    const kept = this.#planned(cluster)
    const nowMs = this.#options.nowMs()
    const last = kept.look
    if (last !== null && (!last.isOver || Math.abs(nowMs - last.atMs) < LOOK_FOR_ALL_MS)) return await last.looked
    const look = { atMs: nowMs, looked: this.#lookAnew(kept, nowMs), isOver: false }
    kept.look = look
    try {
      return await look.looked
    } finally {
      look.isOver = true
    }
  }

  async #lookAnew({ added: { plan }, security, watched: { observer } }: Planned, lookedAtMs: number): Promise<Looked> {
    const looks = await Promise.all(
      plan.controllers.map(({ nodeId, host, port }) => lookAtController(nodeId, { host, port }, security)),
    )
    // An old picture shows what was, not what has formed.
    return { plan, looks, view: observer.link.state === 'live' ? observer.view : null, lookedAtMs }
  }

  /** Whoever changes what is watched waits for whoever does already: the file of the configuration, too. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work)
    this.#turn = turn.catch(() => {})
    return turn
  }

  /** @param self the one that is edited. @throws Refusal */
  async #usable(wanted: AddCluster, self: string | null): Promise<Usable> {
    const { usable, problems } = usableCluster(wanted)
    if (problems.length > 0) throw refuse.unusable(problems)
    const called = usable.name.toLowerCase()
    const same = this.#port.clusters.find((one) => one.cluster !== self && one.name.trim().toLowerCase() === called)
    if (same !== undefined) throw refuse.nameTaken(same)
    const { bootstrapControllers, bootstrapServers } = usable.reach
    const hosts = addressesIn([...bootstrapControllers, ...bootstrapServers]).map(({ host }) => host)
    await this.#files.checkHosts(usable.commandConfig, hosts)
    return usable
  }

  #checkRoom(): void {
    if (this.#kept.size < MAX_ADDED) return
    throw new Refusal(
      409,
      'too-many-clusters',
      `${MAX_ADDED} clusters were added already.`,
      'Stop watching one, or put those that stay into quorumdeck.yaml.',
    )
  }

  /** @throws Refusal where it would be another Kafka cluster than the one that is known by this name */
  #sameKafkaCluster(kept: Kept, { reach: { clusterId } }: Usable): string | null {
    const { added } = kept
    const known = seenId(kept)
    const expected = reachOf(added).clusterId
    if (known === null || expected === clusterId || clusterId === null) return clusterId ?? known
    if (clusterId !== known) throw refuse.otherKafkaCluster(added.name, known)
    return clusterId
  }

  /** Watched, written down, and kept here; or nothing of it. */
  async #take(one: Omit<AddedCluster, 'cluster' | 'addedAtMs'>): Promise<string> {
    const cluster = slug(one.name, new Set(this.#port.clusters.map((other) => other.cluster)))
    const added: AddedCluster = { ...one, cluster, addedAtMs: this.#options.nowMs() }
    await this.#begin(added)
    try {
      await this.#options.store.keep(added)
    } catch (error) {
      this.#kept.delete(cluster)
      await this.#port.end(cluster)
      throw error
    }
    return cluster
  }

  #optionsOf(added: AddedCluster): ClusterOptions {
    const { group, bootstrapControllers, bootstrapServers, clusterId, intervalMs, racks } = reachOf(added)
    return {
      cluster: added.cluster,
      name: added.name,
      group,
      origin: 'added',
      bootstrapControllers: addressesIn(bootstrapControllers),
      bootstrapServers: addressesIn(bootstrapServers),
      commandConfig: added.commandConfig === null ? null : this.#files.path(added.commandConfig),
      // One that was added before files named their hosts keeps those of its plan.
      secretHosts: new Set(hostsOf(added)),
      clusterId,
      intervalMs,
      racks: racksIn(racks),
      // Its address would come over HTTP, and its password with it: it is for clusters of the configuration.
      cruiseControl: null,
      thresholds: this.#options.thresholds,
    }
  }

  async #begin(added: AddedCluster): Promise<void> {
    const begun = await this.#port.begin(this.#optionsOf(added))
    begun.watched.planned = added.plan !== null
    this.#kept.set(added.cluster, { added, ...begun, seenBefore: null, look: null })
  }

  #editable(cluster: string): Kept {
    const kept = this.#kept.get(cluster)
    if (kept !== undefined) return kept
    const watched = this.#port.clusters.find((one) => one.cluster === cluster)
    throw watched === undefined ? unknownCluster(cluster) : refuse.writtenDownElsewhere(watched)
  }

  #planned(cluster: string): Planned {
    const kept = this.#kept.get(cluster)
    if (kept !== undefined && kept.added.plan !== null) return kept as Planned
    if (!this.#port.clusters.some((one) => one.cluster === cluster)) throw unknownCluster(cluster)
    throw new Refusal(
      404,
      'not-planned',
      `${JSON.stringify(cluster.slice(0, 64))} was not made from a plan here.`,
      'A plan is kept for clusters that were added with POST /api/bootstrap/watch.',
    )
  }
}
