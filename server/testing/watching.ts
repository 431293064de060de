/** For tests: an observer on a cluster, everything it said, and a way to wait for a condition. */
import type { ClusterLink } from '../contract/clusters.ts'
import type { QuorumEvent } from '../contract/past/events.ts'
import type { QuorumMemoryStore } from '../contract/quorumMemory.ts'
import type { Finding, FindingCode, QuorumView, ReplicaView } from '../contract/quorumView.ts'
import type { Security } from '../kafka/connection.ts'
import { parseAddresses } from '../program/options/options.ts'
import type { Racks } from '../quorum/assessment/findings/racks.ts'
import { systemClock } from '../quorum/reading/clock.ts'
import { ClusterObserver } from '../quorum/reading/observer.ts'
import { PATIENCE_MS } from './patience.ts'

export interface WatchTarget {
  bootstrapControllers?: string[]
  bootstrapServers?: string[]
  security?: Security
  intervalMs?: number
  expectedClusterId?: string
  racks?: Racks
  memory?: QuorumMemoryStore
}

export class Watching {
  readonly observer: ClusterObserver
  readonly events: QuorumEvent[] = []
  readonly links: ClusterLink[] = []
  /** What went wrong that nobody waits for. */
  readonly errors: unknown[] = []

  constructor(target: WatchTarget, observer?: ClusterObserver) {
    this.observer = observer ?? this.#observerOf(target)
    this.observer.subscribe({ onEvent: (e) => this.events.push(e), onLink: (l) => this.links.push(l) })
    if (observer === undefined) this.observer.start()
  }

  /** What somebody else watches. */
  static of(observer: ClusterObserver): Watching {
    return new Watching({}, observer)
  }

  #observerOf(target: WatchTarget): ClusterObserver {
    const addresses = (list: string[] | undefined) =>
      list === undefined || list.length === 0 ? [] : parseAddresses('test', list)
    return new ClusterObserver({
      cluster: 'test',
      bootstrapControllers: addresses(target.bootstrapControllers),
      bootstrapServers: addresses(target.bootstrapServers),
      security: target.security ?? {},
      intervalMs: target.intervalMs ?? 250,
      serverRunId: 'test-run',
      clock: systemClock,
      racks: target.racks ?? new Map(),
      expectedClusterId: target.expectedClusterId ?? null,
      memory: target.memory ?? null,
      onError: (error) => this.errors.push(error),
    })
  }

  /** Waits for a view that fits; what it waited for is in the error when it never comes. */
  async view(what: string, fits: (view: QuorumView) => boolean): Promise<QuorumView> {
    return await this.until(what, () => {
      const { view, link } = this.observer
      return view !== null && link.state === 'live' && fits(view) ? view : null
    })
  }

  async until<T>(what: string, look: () => T | null | false): Promise<T> {
    const startedMs = performance.now()
    for (;;) {
      const found = look()
      if (found !== null && found !== false) return found
      if (performance.now() - startedMs > PATIENCE_MS) {
        const { view, link } = this.observer
        throw new Error(
          `never saw: ${what}\n${JSON.stringify({ link, quorum: view?.quorum, replicas: view?.replicas }, null, 1)}`,
        )
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  stop(): void {
    this.observer.stop()
  }
}

/** `nodeId:status:health` of every replica, for short expectations. */
export function shape(view: QuorumView): string[] {
  return view.replicas.map((r) => `${r.nodeId}:${r.status}:${r.health}`)
}

export function healthy(view: QuorumView): boolean {
  return view.quorum.leaderId !== null && view.replicas.every((r) => r.health === 'ok')
}

export function found(view: QuorumView, code: FindingCode): Finding | undefined {
  return view.findings.find((f) => f.code === code)
}

export function rowOf(view: QuorumView, nodeId: number, status?: ReplicaView['status']): ReplicaView | undefined {
  return view.replicas.find((r) => r.nodeId === nodeId && (status === undefined || r.status === status))
}
