/** Starts a simulated quorum that speaks the Kafka protocol on this machine: the practice quorum of the product. */
import type { SandboxPort } from '../../contract/sandbox.ts'
import { releasePorts, takePorts } from '../ports.ts'
import { type ClusterPlan, createCluster, cutLink, type HostPlan, healLink } from './core/hosts.ts'
import type { KafkaRelease } from './core/profiles.ts'
import type { ClusterState } from './core/state.ts'
import { Driver } from './driver.ts'
import { FORMATION_MS, form, HISTORY_MS, livePast } from './history.ts'
import { probeOutside } from './outsideProbe.ts'
import { SandboxHosts } from './sandboxHosts.ts'

export interface SimulatedQuorumOptions {
  /** Default 3: node ids 0, 1, 2. */
  readonly controllers?: number
  /** Default 3: node ids 7, 8, 9. */
  readonly brokers?: number
  /** The controllers are brokers as well. */
  readonly combined?: boolean
  readonly profile?: KafkaRelease
  /** kraft.version 0: the voters stand in every node's configuration. */
  readonly static?: boolean
  /** controller.quorum.auto.join.enable on every controller; only release 4.2 and later has it. */
  readonly autoJoin?: boolean
  readonly seed?: number
  /** Formatted with this cluster id, as another quorum may be; by default one that the seed makes. */
  readonly clusterId?: string
  /** Just formed, with no past: no snapshot, no earlier leaders. It also starts faster. */
  readonly newborn?: boolean
  /** Address the nodes listen on; they always call themselves `localhost`. */
  readonly host?: string
  /** Wall clock in milliseconds. */
  readonly now?: () => number
}

export interface SimulatedQuorum {
  /** `host:port` of every controller. */
  readonly bootstrapControllers: string[]
  /** `host:port` of every broker. */
  readonly bootstrapServers: string[]
  readonly port: SandboxPort
  /** Looks at and changes the simulation itself: faults that no host action can make. */
  readonly simulation: {
    read<T>(look: (state: ClusterState) => T): T
    cutLink(one: number, other: number): void
    healLink(one: number, other: number): void
  }
  close(): Promise<void>
}

const FIRST_BROKER_ID = 7
const DEFAULT_SEED = 853

/** Broker ids 7, 8, 9, ...; after the controllers where there are more of those. */
function brokerIds(controllers: number, brokers: number): number[] {
  const first = Math.max(FIRST_BROKER_ID, controllers)
  return Array.from({ length: brokers }, (_, index) => first + index)
}

async function planHosts(options: SimulatedQuorumOptions, host: string): Promise<HostPlan[]> {
  const controllers = options.controllers ?? 3
  const brokers = options.brokers ?? 3
  if (controllers < 1) throw new Error('A quorum needs at least one controller')
  const ports = await takePorts(host, controllers + brokers + (options.combined ? controllers : 0))
  const listener = (name: string) => ({ name, host: 'localhost', port: ports.shift() ?? 0 })
  const ids = Array.from({ length: controllers }, (_, id) => id)
  return [
    ...ids.map((id) => ({
      id,
      controllerListener: listener('CONTROLLER'),
      brokerListener: options.combined ? listener('PLAINTEXT') : null,
    })),
    ...brokerIds(controllers, brokers).map((id) => ({
      id,
      controllerListener: null,
      brokerListener: listener('PLAINTEXT'),
    })),
  ]
}

export async function startSimulatedQuorum(options: SimulatedQuorumOptions = {}): Promise<SimulatedQuorum> {
  const host = options.host ?? '127.0.0.1'
  const now = options.now ?? Date.now
  const hosts = await planHosts(options, host)
  const plan: ClusterPlan = {
    release: options.profile ?? '4.3.1',
    seed: options.seed ?? DEFAULT_SEED,
    nowMs: 0,
    hosts,
    isStatic: options.static ?? false,
    autoJoin: options.autoJoin ?? false,
  }
  let rounds = 0
  let clusterId: string | null = options.clusterId ?? null
  const remake = (isStatic: boolean) => {
    // Every reset makes new directory ids and another course of elections, still made from the seed; the cluster id stays,
    // as where an operator formats the same cluster again.
    const kept = clusterId === null ? {} : { clusterId }
    const nowMs = Math.floor(now()) - (options.newborn ? FORMATION_MS : HISTORY_MS)
    const state = createCluster({ ...plan, ...kept, isStatic, seed: plan.seed + rounds, nowMs })
    rounds += 1
    clusterId = state.clusterId
    if (options.newborn) form(state)
    else livePast(state)
    return state
  }
  const driver = new Driver(remake(plan.isStatic), () => Math.floor(now()), probeOutside)
  const sandbox = new SandboxHosts({ driver, plan, bindHost: host, remake })
  await sandbox.open()
  const addresses = (kind: 'controllerListener' | 'brokerListener') =>
    hosts.flatMap((planned) => (planned[kind] === null ? [] : [`${host}:${planned[kind].port}`]))
  return {
    bootstrapControllers: addresses('controllerListener'),
    bootstrapServers: addresses('brokerListener'),
    port: sandbox,
    simulation: {
      read: (look) => driver.change(look),
      cutLink: (one, other) => driver.change((state) => cutLink(state, one, other)),
      healLink: (one, other) => driver.change((state) => healLink(state, one, other)),
    },
    async close() {
      driver.close()
      await sandbox.close()
      releasePorts(sandbox.ports)
    },
  }
}
