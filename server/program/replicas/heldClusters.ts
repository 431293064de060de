/**
 * Clusters whose lease this replica holds: each is observed, its runs are taken up where they stand, its alerts ring here. Begun
 * when a lease is taken, ended when it is lost; one after the other, whatever comes in between.
 */
import type { Alerting } from '../../alerts/alerting.ts'
import { NOTHING_EXPECTED } from '../../contract/alerts/rules.ts'
import type { ClusterHistory } from '../../history/clusterHistory.ts'
import type { ClusterObserver } from '../../quorum/reading/observer.ts'
import type { RelayIn } from '../../replicas/relay/relayIn.ts'
import type { RelayOut } from '../../replicas/relay/relayOut.ts'
import type { SharedObserver } from '../../replicas/relay/sharedObserver.ts'
import type { Database } from '../../storage/database.ts'
import { type Fence, LeaseLost, mustHold } from '../../storage/fence.ts'
import { type KeptQuorumMemory, openQuorumMemory } from '../../storage/quorumMemory.ts'
import type { WorkflowEngine } from '../../workflows/engine/engine.ts'
import type { ClusterWrites } from '../../workflows/run/ports.ts'
import type { ClusterOptions } from '../options/options.ts'
import { watchCluster } from '../watchCluster.ts'

/** A cluster that could not be begun is left to others for so long, in ms. */
const AGAIN_MS = 15_000

export interface HeldClustersOptions {
  database: Database
  fence: Fence
  tokenOf: (cluster: string) => number | null
  giveBack: (cluster: string) => Promise<void>
  serverRunId: string
  engine: WorkflowEngine
  alerting: Alerting
  relayIn: RelayIn
  relayOut: RelayOut
  historyOf: (cluster: string) => ClusterHistory
  /** The past of this cluster is written here from now on, under this token; `null`: by another. */
  onRecording: (cluster: string, token: number | null) => void
  /** For tests: something before what is sent. */
  writes?: (real: ClusterWrites) => ClusterWrites
  monotonicMs: () => number
  onError: (cluster: string, error: unknown) => void
}

interface Held {
  observer: ClusterObserver
  shared: SharedObserver
  memory: KeptQuorumMemory
}

export interface Shown {
  options: ClusterOptions
  shared: SharedObserver
}

export class HeldClusters {
  readonly #options: HeldClustersOptions
  readonly #held = new Map<string, Held>()
  readonly #turns = new Map<string, Promise<void>>()
  readonly #notBeforeMs = new Map<string, number>()

  constructor(options: HeldClustersOptions) {
    this.#options = options
  }

  has(cluster: string): boolean {
    return this.#held.has(cluster)
  }

  /** Whether it is worth taking the lease. */
  mayBegin(cluster: string): boolean {
    return (this.#notBeforeMs.get(cluster) ?? 0) <= this.#options.monotonicMs()
  }

  begin(cluster: string, token: number, shown: Shown): void {
    void this.#inTurn(cluster, async () => {
      if (this.#options.tokenOf(cluster) !== token) return
      try {
        await this.#begin(cluster, token, shown)
      } catch (error) {
        this.#end(cluster)
        this.#notBeforeMs.set(cluster, this.#options.monotonicMs() + AGAIN_MS)
        this.#options.onError(cluster, error)
        await this.#options.giveBack(cluster)
      }
    })
  }

  /** Nothing more is decided, sent or told from here: at once, also where it is just being begun. */
  end(cluster: string): void {
    this.#end(cluster)
    void this.#inTurn(cluster, async () => this.#end(cluster))
  }

  async close(): Promise<void> {
    await Promise.all(this.#turns.values())
    for (const [cluster, { memory }] of [...this.#held]) {
      await memory.flush().catch(() => {})
      this.#end(cluster)
    }
  }

  async #begin(cluster: string, token: number, { options, shared }: Shown): Promise<void> {
    const { database, fence, serverRunId, engine, alerting, relayIn, relayOut, tokenOf, historyOf, onError } =
      this.#options
    const memory = openQuorumMemory(database, { fence: (tx) => mustHold(tx, fence, cluster) })
    const { observer, changed } = await watchCluster(
      { options, kind: 'kafka', sandbox: null },
      // Numbers of views begin anew with every holder.
      `${serverRunId}.${token}`,
      {
        onRemade: async () => {},
        memory,
        historyOf,
        onError: (name, error) => {
          // The fence has done its work; whoever holds the cluster now remembers it.
          if (!(error instanceof LeaseLost)) onError(name, error)
        },
      },
    )
    await alerting.takeOver(cluster)
    const { writes = (real) => real } = this.#options
    await engine.takeOver(Object.defineProperty(changed, 'writes', { value: writes(changed.writes) }))
    this.#held.set(cluster, { observer, shared, memory })
    // It was lost meanwhile.
    if (tokenOf(cluster) !== token) return this.#end(cluster)
    this.#options.onRecording(cluster, token)
    relayIn.taken(cluster, token)
    shared.attach(observer)
    alerting.add(cluster, observer, options.expected ?? NOTHING_EXPECTED)
    relayOut.begin(cluster, token, observer)
    observer.start()
  }

  #end(cluster: string): void {
    const { engine, alerting, relayOut } = this.#options
    engine.handOver(cluster)
    alerting.handOver(cluster)
    relayOut.end(cluster)
    const held = this.#held.get(cluster)
    if (held === undefined) return
    this.#held.delete(cluster)
    this.#options.onRecording(cluster, null)
    held.shared.detach()
    held.observer.stop()
  }

  #inTurn(cluster: string, work: () => Promise<void>): Promise<void> {
    const turn = (this.#turns.get(cluster) ?? Promise.resolve()).then(work).catch((error: unknown) => {
      this.#options.onError(cluster, error)
    })
    this.#turns.set(cluster, turn)
    return turn
  }
}
