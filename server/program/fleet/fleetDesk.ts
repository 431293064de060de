/** What the HTTP API may do with the clusters that are watched: add, edit, describe, and test the way to them. */
import { basename } from 'node:path'
import { testConnection } from '../../connectionTest/testConnection.ts'
import { tryRightsAt } from '../../connectionTest/tryRightsAt.ts'
import { unknownCluster } from '../../contract/errors.ts'
import type { AddCluster, ClusterSettings, EditCluster } from '../../contract/fleet/clusterSettings.ts'
import type { Configuration } from '../../contract/fleet/configuration.ts'
import type { ConnectionTest } from '../../contract/fleet/connectionTest.ts'
import type { ClusterRights } from '../../contract/fleet/rights.ts'
import { hostPort } from '../../contract/hostPort.ts'
import { isObserver } from '../../contract/voters.ts'
import type { ClusterDesk } from '../../http/clusterDesk.ts'
import { refuse } from '../../http/refusal.ts'
import type { WatchedCluster } from '../../http/watchedCluster.ts'
import type { Address, Security } from '../../kafka/connection.ts'
import { readClientProperties } from '../../kafka/credentials/clientProperties.ts'
import type { AddedClusters } from '../addedClusters.ts'
import { ClientFile } from '../clientFile.ts'
import type { ClusterOptions } from '../options/options.ts'
import { ClientFiles, wayOf } from './clientFiles.ts'
import { TestLimit } from './testLimit.ts'
import { addressesIn, usableCluster } from './wantedCluster.ts'

export interface FleetDeskOptions {
  clusters: readonly WatchedCluster[]
  optionsOf: (cluster: string) => ClusterOptions | null
  added: AddedClusters
  dataDir: string
  configuration: () => Configuration
  clock: { nowMs(): number; monotonicMs(): number }
}

interface ToTest {
  controllers: readonly Address[]
  brokers: readonly Address[]
  security: Security
  expectedClusterId: string | null
  /** The one that is tested, where it is watched. */
  self: string | null
}

export class FleetDesk implements ClusterDesk {
  readonly #options: FleetDeskOptions
  readonly #files: ClientFiles
  readonly #limit = new TestLimit()

  constructor(options: FleetDeskOptions) {
    this.#options = options
    this.#files = new ClientFiles(options.dataDir)
  }

  async add(wanted: AddCluster): Promise<ClusterSettings> {
    return await this.settings(await this.#options.added.add(wanted))
  }

  async edit(cluster: string, change: EditCluster): Promise<ClusterSettings> {
    await this.#options.added.edit(cluster, change)
    return await this.settings(cluster)
  }

  async settings(cluster: string): Promise<ClusterSettings> {
    const { watched, options } = this.#known(cluster)
    const { commandConfig } = options
    const way = (file: string) => readClientProperties(file).then(wayOf, () => ({ protocol: null, mechanism: null }))
    return {
      cluster,
      name: watched.name,
      group: watched.group ?? null,
      origin: watched.origin ?? 'built-in',
      bootstrapControllers: options.bootstrapControllers.map(hostPort),
      bootstrapServers: options.bootstrapServers.map(hostPort),
      commandConfig: commandConfig === null ? null : { name: basename(commandConfig), ...(await way(commandConfig)) },
      clusterId: options.clusterId,
      intervalMs: options.intervalMs,
      racks: Object.fromEntries([...options.racks].map(([nodeId, rack]) => [String(nodeId), rack])),
      observedClusterId: watched.observer.view?.clusterId ?? null,
    }
  }

  async test(wanted: AddCluster): Promise<ConnectionTest> {
    const { usable, problems } = usableCluster(wanted)
    // It may have no name yet.
    const inTheWay = problems.filter(({ path }) => path !== 'name')
    if (inTheWay.length > 0) throw refuse.unusable(inTheWay)
    const { commandConfig, reach } = usable
    const controllers = addressesIn(reach.bootstrapControllers)
    const brokers = addressesIn(reach.bootstrapServers)
    await this.#files.checkHosts(
      commandConfig,
      [...controllers, ...brokers].map(({ host }) => host),
    )
    const security = commandConfig === null ? {} : await this.#files.read(commandConfig)
    return await this.#test({ controllers, brokers, security, expectedClusterId: reach.clusterId, self: null })
  }

  async testWatched(cluster: string): Promise<ConnectionTest> {
    const { options } = this.#known(cluster)
    const { bootstrapControllers: controllers, bootstrapServers: brokers, commandConfig, secretHosts } = options
    const file = commandConfig === null ? null : await ClientFile.open(commandConfig, secretHosts)
    const security = file?.security ?? {}
    return await this.#test({ controllers, brokers, security, expectedClusterId: options.clusterId, self: cluster })
  }

  async rights(cluster: string): Promise<ClusterRights> {
    const { options, watched } = this.#known(cluster)
    const { bootstrapControllers, bootstrapServers, commandConfig, secretHosts } = options
    const file = commandConfig === null ? null : await ClientFile.open(commandConfig, secretHosts)
    // Where the quorum itself says that controllers listen: of brokers alone not all rights can be asked.
    const { view } = watched.observer
    const known =
      bootstrapControllers.length > 0 || commandConfig !== null
        ? []
        : (view?.replicas ?? []).filter((one) => !isObserver(one)).flatMap(({ endpoints }) => endpoints.slice(0, 1))
    const { clock } = this.#options
    if (!this.#limit.begin(clock.monotonicMs())) throw refuse.tooManyTests()
    try {
      const targets = [
        ...[...bootstrapControllers, ...known].map((address) => ({ endpoint: 'controller' as const, address })),
        ...bootstrapServers.map((address) => ({ endpoint: 'broker' as const, address })),
      ]
      return await tryRightsAt(targets, file?.security ?? {}, clock.nowMs)
    } finally {
      this.#limit.end()
    }
  }

  configuration(): Configuration {
    return this.#options.configuration()
  }

  async #test({ controllers, brokers, security, expectedClusterId, self }: ToTest): Promise<ConnectionTest> {
    const { clock, clusters } = this.#options
    if (!this.#limit.begin(clock.monotonicMs())) throw refuse.tooManyTests()
    try {
      const targets = [
        ...controllers.map((address) => ({ endpoint: 'controller' as const, address })),
        ...brokers.map((address) => ({ endpoint: 'broker' as const, address })),
      ]
      return await testConnection(targets, {
        security,
        expectedClusterId,
        clock,
        watchedAs: (clusterId) =>
          clusters
            .filter((one) => one.cluster !== self && one.observer.view?.clusterId === clusterId)
            .map(({ name }) => name),
      })
    } finally {
      this.#limit.end()
    }
  }

  #known(cluster: string): { watched: WatchedCluster; options: ClusterOptions } {
    const watched = this.#options.clusters.find((one) => one.cluster === cluster)
    const options = this.#options.optionsOf(cluster)
    if (watched === undefined || options === null) throw unknownCluster(cluster)
    return { watched, options }
  }
}
