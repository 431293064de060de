/**
 * The product's pages with invented words from the server: every state of a quorum, also those that no practice quorum
 * gets into. The pages, their policy and their code are the real ones.
 */

import type { Page, WebSocketRoute } from '@playwright/test'
import { aReplica, aView, directoryOf } from '../components/testing/exampleView.ts'
import { summaryOfRun } from '../components/testing/exampleWorkflow.ts'
import type { ClusterLink, ClusterSummary } from '../server/contract/clusters.ts'
import type { ServerMessage } from '../server/contract/live.ts'
import type { QuorumEvent } from '../server/contract/past/events.ts'
import type { Finding, QuorumView, ReplicaView } from '../server/contract/quorumView.ts'
import type { AccessRole } from '../server/contract/session.ts'
import { observersOf } from '../server/contract/voters.ts'
import type { Workflow } from '../server/contract/workflows.ts'

export const CLUSTER = 'payments'

export interface Scene {
  readonly view: QuorumView | null
  readonly link?: Partial<ClusterLink>
  readonly ageMs?: number
  readonly events?: readonly QuorumEvent[]
  readonly summaries?: readonly ClusterSummary[]
  readonly role?: AccessRole
  /** A run of this cluster, whole for whoever follows it. */
  readonly run?: Workflow
}

export interface Stage {
  /** The server says something to every page that listens. */
  say(message: ServerMessage): void
  /** The server says nothing more, though connections stand. */
  fallSilent(): void
  /** The run moved: tells everybody, and whoever asks from now on. */
  move(run: Workflow): void
}

export function linkOf(change: Partial<ClusterLink> = {}): ClusterLink {
  return { state: 'live', sinceMs: 0, problem: null, attempts: [], ...change }
}

export function summaryOf(scene: Scene, change: Partial<ClusterSummary> = {}): ClusterSummary {
  const { view } = scene
  return {
    cluster: CLUSTER,
    name: 'payments-prod',
    kind: 'kafka',
    clusterId: view?.clusterId ?? null,
    link: linkOf(scene.link),
    ageMs: view === null ? null : (scene.ageMs ?? 0),
    leaderId: view?.quorum.leaderId ?? null,
    voters: view?.quorum.voters ?? null,
    healthyVoters: view?.quorum.healthyVoters ?? null,
    margin: view?.quorum.margin ?? null,
    observers: view === null ? null : observersOf(view).length,
    kafkaRelease: view?.quorum.kafkaRelease ?? null,
    worst: null,
    ...change,
  }
}

/** What the server says of whoever has this role everywhere. */
export function sessionOf(role: AccessRole) {
  const held = role === 'wall' ? null : role
  const grants = held === null ? [] : [{ right: held, scope: null }]
  return { role, via: 'local', grants, everywhere: held, clusters: {}, mayAudit: false, readOnly: false, missed: [] }
}

export async function stage(page: Page, scene: Scene): Promise<Stage> {
  const sockets = new Set<WebSocketRoute>()
  let silent = false
  const send = (socket: WebSocketRoute, message: ServerMessage) => {
    if (!silent) socket.send(JSON.stringify(message))
  }
  const view = scene.view === null ? null : { ...scene.view, cluster: CLUSTER }
  const ageMs = view === null ? null : (scene.ageMs ?? 0)
  const role = scene.role ?? 'operate'
  let run = scene.run ?? null
  const telling = (workflow: Workflow): ServerMessage => ({
    type: 'workflow',
    cluster: CLUSTER,
    summary: summaryOfRun(workflow),
    workflow,
  })
  await page.routeWebSocket('**/ws', (socket) => {
    sockets.add(socket)
    send(socket, { type: 'hello', protocol: 1, serverRunId: 'run', role, heartbeatMs: 1_000 })
    const beat = setInterval(() => send(socket, { type: 'ping', cluster: CLUSTER, ageMs }), 500)
    socket.onClose(() => {
      clearInterval(beat)
      sockets.delete(socket)
    })
    socket.onMessage((text) => {
      const asked = JSON.parse(String(text)) as { type: string; cluster: string; workflow?: string }
      if (asked.type === 'unsubscribe') return
      if (asked.cluster !== CLUSTER) {
        send(socket, { type: 'error', code: 'unknown-cluster', message: 'No such cluster.', remedy: 'Choose another.' })
        return
      }
      if (asked.type === 'follow') {
        if (run !== null && asked.workflow === run.id) send(socket, telling(run))
        return
      }
      send(socket, {
        type: 'snapshot',
        cluster: CLUSTER,
        ageMs,
        intervalMs: 1_000,
        link: linkOf(scene.link),
        view,
        workflows: run === null || run.endedAtMs !== null ? [] : [summaryOfRun(run)],
      })
      send(socket, { type: 'presence', cluster: CLUSTER, watching: 2, people: [], more: 0 })
    })
  })
  await page.route('**/api/session', (route) => route.fulfill({ json: sessionOf(role) }))
  await page.route('**/api/clusters', (route) =>
    route.fulfill({ json: { serverRunId: 'run', clusters: scene.summaries ?? [summaryOf(scene)] } }),
  )
  await page.route('**/api/clusters/*/events', (route) => route.fulfill({ json: { events: scene.events ?? [] } }))
  await page.route('**/api/clusters/*/history?*', (route) =>
    route.fulfill({
      json: {
        cluster: CLUSTER,
        fromMs: 0,
        toMs: 0,
        stepMs: 1_000,
        timesMs: [],
        margin: [],
        leaderId: [],
        leaderEndOffset: [],
        series: [],
      },
    }),
  )
  await page.route('**/api/workflows/*', (route) =>
    run === null
      ? route.fulfill({
          status: 404,
          json: { error: { code: 'unknown-workflow', message: 'There is no such run.', remedy: 'See the list.' } },
        })
      : route.fulfill({ json: run }),
  )
  await page.route('**/api/clusters/*/workflows', (route) =>
    route.fulfill({ json: { unavailable: null, workflows: run === null ? [] : [summaryOfRun(run)] } }),
  )
  return {
    say: (message) => {
      for (const socket of sockets) send(socket, message)
    },
    fallSilent: () => {
      silent = true
    },
    move: (next) => {
      run = next
      for (const socket of sockets) send(socket, telling(next))
    },
  }
}

const leader = aReplica(0, { status: 'leader' })

export const silentVoter = aReplica(2, {
  health: 'silent',
  logEndOffset: 407,
  lag: 128,
  timeLagMs: 63_802,
  lastFetchAgeMs: 63_307,
  lastCaughtUpAgeMs: 63_802,
})

/** The failed disk: the old voter silent, its new disk beside it. */
export function failedDisk(): QuorumView {
  const twin = aReplica(2, { directoryId: directoryOf(3), status: 'observer' })
  return aView({ replicas: [leader, aReplica(1), silentVoter, twin, aReplica(7)] }, { healthyVoters: 2, margin: 0 })
}

export function majorityLost(): QuorumView {
  const replicas = [leader, aReplica(1, { health: 'silent', lastFetchAgeMs: 9_000 }), silentVoter]
  return aView({ replicas }, { healthyVoters: 1, margin: -1 })
}

export function nobodyLeads(): QuorumView {
  const unknown = {
    health: 'unknown',
    lag: null,
    timeLagMs: null,
    lastFetchAgeMs: null,
    lastCaughtUpAgeMs: null,
  } as const
  return aView(
    { replicas: [aReplica(0, unknown), aReplica(1, unknown), aReplica(2, unknown)] },
    { leaderId: null, leaderSinceMs: null, margin: null, healthyVoters: 0, highWatermark: null, settling: true },
  )
}

export function changePending(): QuorumView {
  const key = { nodeId: 3, directoryId: directoryOf(3) }
  return aView(
    { replicas: [leader, aReplica(1), aReplica(2), aReplica(3, { lag: 4 })] },
    {
      voters: 4,
      majority: 3,
      healthyVoters: 4,
      pendingVoterChange: { offset: 551, epoch: 9, appendedAtMs: 0, added: [key], removed: [], voters: [key] },
    },
  )
}

export function missingRight(): QuorumView {
  const finding: Finding = {
    code: 'acl-missing',
    severity: 'warning',
    title: 'Missing right: CLUSTER_ACTION on the cluster',
    detail: 'Changes are seen by polling only. Grant CLUSTER_ACTION on CLUSTER to User:quorumdeck.',
    replicas: [],
  }
  return aView({ findings: [finding], source: { nodeId: 7, via: 'broker', address: 'localhost:9092', tailing: false } })
}

/** Seven voters and sixty brokers, one of them lagging; `at` moves every number. */
export function large(at: number): QuorumView {
  const end = 918_273_645 + at
  const row = (nodeId: number, change: Partial<ReplicaView>): ReplicaView => {
    const lag = (nodeId * 7 + at) % 12
    return aReplica(nodeId, {
      logEndOffset: end - lag,
      lag,
      timeLagMs: lag * 7,
      lastFetchAgeMs: 100 + ((nodeId * 31 + at * 17) % 400),
      lastCaughtUpAgeMs: 100 + ((nodeId * 13 + at * 29) % 400),
      ...change,
    })
  }
  const voters = Array.from({ length: 7 }, (_, id) =>
    row(id, id === 3 ? { status: 'leader', lag: 0, logEndOffset: end } : { status: 'follower' }),
  )
  const brokers = Array.from({ length: 60 }, (_, i) =>
    row(100 + i, {
      status: 'observer',
      roles: ['broker'],
      ...(i === 41 ? { health: 'lagging' as const, lag: 4_096, lastCaughtUpAgeMs: 9_000 } : {}),
    }),
  )
  return aView(
    { replicas: [...voters, ...brokers], seq: at },
    { leaderId: 3, voters: 7, majority: 4, healthyVoters: 7, margin: 3, highWatermark: end - 2 },
  )
}
