/**
 * Clusters that are added while the program runs. Each is watched like one of the configuration, and its plan is kept for
 * as long as it is. Files with secrets never come over HTTP: they lie in `client-properties` of the data directory.
 */

import { join } from 'node:path'
import type { AddedPlans, Looked } from '../bootstrap/addedPlans.ts'
import type { BootstrapPlan } from '../contract/bootstrap.ts'
import { Refusal, unknownCluster } from '../contract/errors.ts'
import type { WatchedCluster } from '../http/watchedCluster.ts'
import type { Security } from '../kafka/connection.ts'
import { HOSTS_KEY, PropertiesError, readClientProperties } from '../kafka/credentials/clientProperties.ts'
import { lookAtController } from '../quorum/reading/controllers/controllerLook.ts'
import type { AddedCluster, AddedClusterStore } from '../storage/addedClusters.ts'
import type { Thresholds } from '../workflows/run/thresholds.ts'
import { type ClusterOptions, slug } from './options/options.ts'
import { racksOfPlan } from './options/optionsRacks.ts'

/** Each is polled and followed for as long as it is there. */
const MAX_ADDED = 50
/** A look that goes on, or is younger than this, answers for the next one too, in ms: several browsers ask at once. */
const LOOK_FOR_ALL_MS = 500
const CLIENT_PROPERTIES = 'client-properties'

export interface WatchingPort {
  /** Everything that is watched now. */
  clusters: readonly WatchedCluster[]
  /** Begins to watch. @throws PropertiesError for a properties file that cannot be used */
  begin(options: ClusterOptions): Promise<{ watched: WatchedCluster; security: Security }>
  /** @throws WorkflowRefusal while a guided change goes on */
  end(cluster: string): Promise<void>
}

export interface AddedClustersOptions {
  store: AddedClusterStore
  dataDir: string
  thresholds: Thresholds
  nowMs: () => number
}

interface Kept {
  added: AddedCluster
  watched: WatchedCluster
  security: Security
  look: { atMs: number; looked: Promise<Looked>; isOver: boolean } | null
}

/** Of every node: brokers are asked, too. */
function hostsOf({ controllers, brokers }: BootstrapPlan): string[] {
  return [...new Set([...controllers, ...brokers].map(({ host }) => host.toLowerCase()))]
}

export class AddedClusters implements AddedPlans {
  readonly #options: AddedClustersOptions
  readonly #port: WatchingPort
  readonly #kept = new Map<string, Kept>()
  /** One at a time: two requests must not take the same name. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: AddedClustersOptions, port: WatchingPort) {
    this.#options = options
    this.#port = port
  }

  /** Watches what was added before the program was started. `onProblem`: one whose properties file is gone now. */
  async resume(onProblem: (cluster: string, error: unknown) => void): Promise<void> {
    for (const added of await this.#options.store.all()) {
      const taken = this.#port.clusters.some(({ cluster }) => cluster === added.cluster)
      if (taken) onProblem(added.cluster, new Error('a cluster of the configuration has its name'))
      else await this.#begin(added).catch((error: unknown) => onProblem(added.cluster, error))
    }
  }

  watch(plan: BootstrapPlan, commandConfig: string | null): Promise<{ cluster: string; name: string }> {
    return this.#inTurn(async () => {
      const same = [...this.#kept.values()].find(({ added }) => added.plan.clusterId === plan.clusterId)
      if (same !== undefined) {
        const { cluster, name } = same.added
        if (JSON.stringify(same.added.plan.request) === JSON.stringify(plan.request)) return { cluster, name }
        throw new Refusal(
          409,
          'cluster-id-planned',
          `Another plan with this cluster id is watched as ${name}.`,
          'Stop watching that one first; or, where this is another cluster, draw new ids.',
        )
      }
      if (this.#kept.size >= MAX_ADDED)
        throw new Refusal(
          409,
          'too-many-clusters',
          `${MAX_ADDED} clusters were added already.`,
          'Stop watching one, or put those that stay into quorumdeck.yaml.',
        )
      if (plan.request.protocol !== 'PLAINTEXT' && commandConfig === null)
        throw new Refusal(
          422,
          'command-config-needed',
          `The listeners are ${plan.request.protocol}: without a properties file nobody lets Quorumdeck in.`,
          `Put client-controllers.properties, with its secrets filled in, into ${CLIENT_PROPERTIES} of the data directory, and send its name as commandConfig.`,
        )
      await this.#checkHosts(plan, commandConfig)
      const { name } = plan.request
      const cluster = slug(name, new Set(this.#port.clusters.map((one) => one.cluster)))
      const added: AddedCluster = { cluster, name, commandConfig, plan, addedAtMs: this.#options.nowMs() }
      await this.#begin(added)
      try {
        await this.#options.store.add(added)
      } catch (error) {
        this.#kept.delete(cluster)
        await this.#port.end(cluster)
        throw error
      }
      return { cluster, name }
    })
  }

  forget(cluster: string): Promise<void> {
    return this.#inTurn(async () => {
      // One whose properties file is gone is not watched, and can still be forgotten.
      const stored = (await this.#options.store.all()).some((one) => one.cluster === cluster)
      if (!stored || this.#kept.has(cluster)) {
        this.#of(cluster)
        await this.#port.end(cluster)
      }
      this.#kept.delete(cluster)
      await this.#options.store.remove(cluster)
    })
  }

  plan(cluster: string): BootstrapPlan {
    return this.#of(cluster).added.plan
  }

  async look(cluster: string): Promise<Looked> {
    const kept = this.#of(cluster)
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

  async #lookAnew({ added: { plan }, security, watched: { observer } }: Kept, lookedAtMs: number): Promise<Looked> {
    const looks = await Promise.all(
      plan.controllers.map(({ nodeId, host, port }) => lookAtController(nodeId, { host, port }, security)),
    )
    // An old picture shows what was, not what has formed.
    return { plan, looks, view: observer.link.state === 'live' ? observer.view : null, lookedAtMs }
  }

  /**
   * Whoever sends a plan names its hosts, and may name one of their own: the file itself must say where its secrets may go.
   * @throws Refusal
   */
  async #checkHosts(plan: BootstrapPlan, commandConfig: string | null): Promise<void> {
    if (commandConfig === null) return
    const { allowedHosts, sasl } = await this.#properties(commandConfig)
    if (allowedHosts === undefined && sasl === undefined) return
    const hosts = hostsOf(plan)
    const strange = hosts.filter((host) => allowedHosts?.has(host) !== true)
    if (strange.length === 0) return
    throw new Refusal(
      422,
      'host-not-allowed',
      `${commandConfig} holds credentials, and does not allow them to be sent to ${strange.join(', ')}. Nothing was sent.`,
      `If these are your nodes, add a line to the file on the server: ${HOSTS_KEY}=${hosts.join(',')}`,
    )
  }

  #properties(commandConfig: string): Promise<Security> {
    return readClientProperties(this.#fileOf(commandConfig)).catch((error: unknown) => {
      if (!(error instanceof PropertiesError)) throw error
      throw new Refusal(
        422,
        'command-config-unusable',
        error.message,
        `The file is looked for in ${CLIENT_PROPERTIES} of the data directory.`,
      )
    })
  }

  #fileOf(commandConfig: string): string {
    return join(this.#options.dataDir, CLIENT_PROPERTIES, commandConfig)
  }

  async #begin(added: AddedCluster): Promise<void> {
    const { cluster, name, commandConfig, plan } = added
    const { watched, security } = await this.#port.begin({
      cluster,
      name,
      bootstrapControllers: plan.controllers.map(({ host, port }) => ({ host, port })),
      bootstrapServers: [],
      commandConfig: commandConfig === null ? null : this.#fileOf(commandConfig),
      // One that was added before files named their hosts keeps those of its plan.
      secretHosts: new Set(hostsOf(plan)),
      // A foreign cluster at these addresses is refused, and said to be one.
      clusterId: plan.clusterId,
      intervalMs: 1000,
      racks: racksOfPlan(plan),
      // Its address would come over HTTP, and its password with it: it is for clusters of the configuration.
      cruiseControl: null,
      thresholds: this.#options.thresholds,
    })
    this.#kept.set(cluster, { added, watched, security, look: null })
  }

  #of(cluster: string): Kept {
    const kept = this.#kept.get(cluster)
    if (kept !== undefined) return kept
    const known = this.#port.clusters.some((one) => one.cluster === cluster)
    const called = JSON.stringify(cluster.slice(0, 64))
    throw known
      ? new Refusal(
          404,
          'not-planned',
          `${called} was not made from a plan here.`,
          'A plan is kept for clusters that were added with POST /api/bootstrap/watch. Those of the configuration are changed there.',
        )
      : unknownCluster(cluster)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work)
    this.#turn = turn.catch(() => {})
    return turn
  }
}
