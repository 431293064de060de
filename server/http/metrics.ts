/**
 * `/metrics` for Prometheus: what KIP-853 shows over JMX only (voters, observers, uncommitted voter change, ignored
 * static voters) and what an operator alerts on: margin, lag, the age of the observation.
 */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { ControllerAccount, QuorumView } from '../contract/quorumView.ts'
import { WorkflowState } from '../contract/workflows.ts'
import { provenRivals } from '../quorum/assessment/findings/twoQuorums.ts'
import { turn } from '../quorum/reading/slices.ts'
import type { Workflows } from '../workflows/engine/workflows.ts'
import type { Hub } from './live/hub.ts'
import { LoopDelay } from './loopDelay.ts'
import type { WatchedCluster } from './watchedCluster.ts'

type ClusterGauge = [name: string, help: string, value: (view: QuorumView) => number | null]

const CLUSTER_GAUGES: ClusterGauge[] = [
  ['voters', 'Voters of the quorum', (v) => v.quorum.voters],
  ['observers', 'Observers of the quorum', (v) => v.replicas.length - v.quorum.voters],
  ['healthy_voters', 'Voters that keep up with the leader', (v) => v.quorum.healthyVoters],
  ['majority', 'Voters that are needed', (v) => v.quorum.majority],
  ['margin', 'Controllers that can be lost; absent while unknown', (v) => v.quorum.margin],
  ['leader_id', 'Node id of the leader; absent while nobody leads', (v) => v.quorum.leaderId],
  ['leader_epoch', "Epoch of the leader's term", (v) => v.quorum.leaderEpoch],
  ['high_watermark', 'High watermark of the metadata log', (v) => v.quorum.highWatermark],
  ['max_follower_lag_records', 'Largest lag of a voter', (v) => v.quorum.maxFollowerLag],
  ['max_follower_lag_seconds', 'Largest time lag of a voter', (v) => seconds(v.quorum.maxFollowerLagTimeMs)],
  ['uncommitted_voter_change', '1 while a voter change is not committed', (v) => (v.quorum.pendingVoterChange ? 1 : 0)],
  [
    'ignored_static_voters',
    '1 while controller.quorum.voters is set in a dynamic quorum',
    (v) => (v.findings.some((f) => f.code === 'static-voters-left') ? 1 : 0),
  ],
  [
    'rival_leaders',
    'Other controllers of this cluster that lead a quorum of their own; above 0, nothing may be restarted',
    (v) => provenRivals(v.quorum).length,
  ],
  ['kraft_version', 'Finalized kraft.version', (v) => v.quorum.kraftVersion],
]

type ReplicaGauge = [name: string, help: string, value: (replica: QuorumView['replicas'][number]) => number | null]

const REPLICA_GAUGES: ReplicaGauge[] = [
  ['replica_log_end_offset', 'Log end offset of a replica', (r) => r.logEndOffset],
  ['replica_lag_records', 'Records behind the leader', (r) => r.lag],
  ['replica_lag_seconds', 'Time behind the leader', (r) => seconds(r.timeLagMs)],
  [
    'replica_last_fetch_age_seconds',
    "Time since the last fetch, on the leader's clock",
    (r) => seconds(r.lastFetchAgeMs),
  ],
  ['replica_healthy', '1 while the replica keeps up', (r) => (r.health === 'ok' ? 1 : 0)],
]

/** States of a run that goes on. */
const GOING_ON = WorkflowState.options.filter((state) => state !== 'done' && state !== 'aborted')

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000
}

export class Metrics {
  readonly #registry = new Registry()
  readonly #clusters: readonly WatchedCluster[]
  readonly #elections: Counter<'cluster'>
  readonly #voterChanges: Counter<'cluster'>

  constructor(clusters: readonly WatchedCluster[], hub: Hub, workflows: Workflows) {
    this.#clusters = clusters
    const registers = [this.#registry]
    collectDefaultMetrics({ register: this.#registry, prefix: 'quorumdeck_process_' })
    for (const [name, help, value] of CLUSTER_GAUGES) {
      const gauge = new Gauge({
        name: `quorumdeck_${name}`,
        help,
        labelNames: ['cluster'],
        registers,
        collect: () => {
          gauge.reset()
          for (const [cluster, view] of this.#fresh()) {
            const now = value(view)
            if (now !== null) gauge.set({ cluster }, now)
          }
        },
      })
    }
    for (const [name, help, value] of REPLICA_GAUGES) {
      const gauge = new Gauge({
        name: `quorumdeck_${name}`,
        help,
        labelNames: ['cluster', 'node_id', 'directory_id', 'status'],
        registers,
        // A thousand observers are a thousand lines of each: the loop has its turn between two of them.
        collect: async () => {
          await turn()
          gauge.reset()
          for (const [cluster, view] of this.#fresh()) {
            for (const replica of view.replicas) {
              const now = value(replica)
              const { nodeId, directoryId, status } = replica
              if (now !== null) gauge.set({ cluster, node_id: nodeId, directory_id: directoryId ?? '', status }, now)
            }
          }
        },
      })
    }
    const age = new Gauge({
      name: 'quorumdeck_observation_age_seconds',
      help: 'Age of the newest answer of the quorum; the other figures are as old as this',
      labelNames: ['cluster'],
      registers,
      collect: () => {
        age.reset()
        for (const { cluster, observer } of this.#clusters) {
          const ageMs = observer.ageMs()
          if (ageMs !== null) age.set({ cluster }, ageMs / 1000)
        }
      },
    })
    const incidents = new Gauge({
      name: 'quorumdeck_open_incidents',
      help: 'Incidents that nobody has closed: committed metadata that is missing, two leaders in one epoch',
      labelNames: ['cluster'],
      registers,
      collect: () => {
        incidents.reset()
        for (const { cluster, observer } of this.#clusters) incidents.set({ cluster }, observer.incidents.length)
      },
    })
    const answers = new Gauge({
      name: 'quorumdeck_controller_answers',
      help: 'Whether a controller answers for itself at this address: 1, or 0',
      labelNames: ['cluster', 'address', 'node_id'],
      registers,
      collect: () => {
        answers.reset()
        for (const [cluster, { address, nodeId, recordedId, reach }] of this.#controllers()) {
          const node = nodeId ?? recordedId ?? ''
          answers.set({ cluster, address, node_id: node }, reach === 'answers' ? 1 : 0)
        }
      },
    })
    const certificates = new Gauge({
      name: 'quorumdeck_controller_certificate_expiry_timestamp_seconds',
      help: 'When the certificate that a controller shows stops being valid',
      labelNames: ['cluster', 'address', 'node_id'],
      registers,
      collect: () => {
        certificates.reset()
        for (const [cluster, { address, nodeId, recordedId, certificate }] of this.#controllers()) {
          if (certificate === null) continue
          certificates.set({ cluster, address, node_id: nodeId ?? recordedId ?? '' }, certificate.validToMs / 1000)
        }
      },
    })
    const up = new Gauge({
      name: 'quorumdeck_up',
      help: '1 while a leader of the cluster answers',
      labelNames: ['cluster'],
      registers,
      collect: () => {
        for (const { cluster, observer } of this.#clusters) up.set({ cluster }, observer.link.state === 'live' ? 1 : 0)
      },
    })
    const watching: Gauge = new Gauge({
      name: 'quorumdeck_watching_clients',
      help: 'Websocket connections',
      registers,
      collect: () => watching.set(hub.clients),
    })
    const delay = new LoopDelay()
    for (const [stat, help] of [
      ['max', 'Longest time between two turns of the event loop in the last 15 to 30 s: nothing blocked it for longer'],
      ['p99', '99th percentile of the time between two turns of the event loop in the last 15 to 30 s'],
    ] as const) {
      const gauge: Gauge = new Gauge({
        name: `quorumdeck_event_loop_delay_${stat}_seconds`,
        help,
        registers,
        collect: () => gauge.set(delay.recent[`${stat}Ms`] / 1000),
      })
    }
    const active = new Gauge({
      name: 'quorumdeck_workflow_active',
      help: 'Guided changes that have not ended, by state',
      labelNames: ['cluster', 'state'],
      registers,
      collect: () => {
        for (const { cluster } of this.#clusters) {
          const runs = workflows.active(cluster)
          for (const state of GOING_ON) active.set({ cluster, state }, runs.filter((r) => r.state === state).length)
        }
      },
    })
    this.#elections = new Counter({
      name: 'quorumdeck_elections_total',
      help: 'Elections seen since the start',
      labelNames: ['cluster'],
      registers,
    })
    this.#voterChanges = new Counter({
      name: 'quorumdeck_voter_changes_total',
      help: 'Committed voter changes seen since the start',
      labelNames: ['cluster'],
      registers,
    })
    for (const watched of clusters) this.add(watched)
  }

  /** Counts what happens in this cluster, too; its other figures are read off the list of clusters. */
  add(watched: WatchedCluster): void {
    this.#count(watched)
  }

  /** Figures of another part of the product. */
  include(add: (registry: Registry) => void): void {
    add(this.#registry)
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  #count({ cluster, observer }: WatchedCluster): void {
    this.#elections.inc({ cluster }, 0)
    this.#voterChanges.inc({ cluster }, 0)
    let epoch: number | null = null
    const counted = new Set<string>()
    observer.subscribe({
      onView: ({ quorum: { leaderEpoch } }) => {
        if (leaderEpoch === null) return
        if (epoch !== null && leaderEpoch > epoch) this.#elections.inc({ cluster }, leaderEpoch - epoch)
        epoch = leaderEpoch
      },
      onEvent: (event) => {
        // What the log tells of the time before the first view is history, not news.
        if (epoch === null || event.kind !== 'voters-changed' || event.committed === false || event.retracted) return
        if (event.epoch === null || event.epoch < epoch || counted.has(event.id)) return
        counted.add(event.id)
        this.#voterChanges.inc({ cluster })
      },
    })
  }

  #controllers(): [string, ControllerAccount][] {
    return this.#clusters.flatMap(({ cluster, observer }) =>
      (observer.view?.controllers ?? []).map((account): [string, ControllerAccount] => [cluster, account]),
    )
  }

  /** While no leader answers, the last figures are history: they are absent, and `quorumdeck_up` is 0. */
  #fresh(): [string, QuorumView][] {
    return this.#clusters.flatMap(({ cluster, observer }): [string, QuorumView][] =>
      observer.view === null || observer.link.state !== 'live' ? [] : [[cluster, observer.view]],
    )
  }
}
