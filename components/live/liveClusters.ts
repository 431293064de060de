/**
 * What the websocket has reported of each cluster: one reducer takes every message in, and everything that a screen shows of
 * a cluster is read from here. It subscribes to what is watched, goes on from what it holds after a new connection, and asks
 * for a snapshot where something is missing.
 */
import type { AlertSummary } from '../../server/contract/alerts/incidents.ts'
import type { ClusterLink } from '../../server/contract/clusters.ts'
import { applyDelta, newer } from '../../server/contract/delta.ts'
import type { ClusterMessage } from '../../server/contract/live.ts'
import type { QuorumEvent } from '../../server/contract/past/events.ts'
import type { QuorumView } from '../../server/contract/quorumView.ts'
import type { Page, Person } from '../../server/contract/room/presence.ts'
import type { Seat } from '../../server/contract/room/seat.ts'
import type { Actor, Workflow, WorkflowSummary } from '../../server/contract/workflows.ts'
import { mergeEvents } from './eventLog.ts'
import { withFollowed, withSnapshot, withSummary } from './queries/workflowRuns.ts'
import { LiveSocket } from './socket/liveSocket.ts'

export interface LiveCluster {
  readonly view: QuorumView | null
  readonly link: ClusterLink | null
  /** The sample interval in force. */
  readonly intervalMs: number
  /** How many browsers watch; `null` until reported. */
  readonly watching: number | null
  /** Who of them told who they are, and how many more did. */
  readonly people: readonly Person[]
  readonly morePeople: number
  /** Who drives each run that goes on, and who asks to. */
  readonly seats: readonly Seat[]
  /** On the page's own clock, when the seats were told: their times are of that moment. */
  readonly seatsAtMs: number
  /** Runs that have not ended. */
  readonly workflows: readonly WorkflowSummary[]
  /** Open ones, gravest first. */
  readonly alerts: readonly AlertSummary[]
  /** The run that this page follows, whole, with live gates. */
  readonly followed: Workflow | null
}

/** When something of the cluster was received last, and how old the newest observation was when that was reported. */
export interface Pulse {
  readonly receivedAtMs: number
  readonly ageMs: number | null
  readonly ageAtMs: number
}

export interface HeldCluster {
  /** The same object until something of it changes: pings leave it as it is. */
  readonly shown: LiveCluster
  readonly events: readonly QuorumEvent[]
  /** `null` until something is received while it is watched. */
  readonly pulse: Pulse | null
  /** `snapshot`: deltas are dropped until it arrives. */
  readonly awaits: 'snapshot' | 'nothing'
}

export const NOTHING_HELD: HeldCluster = {
  shown: {
    view: null,
    link: null,
    intervalMs: 1_000,
    watching: null,
    people: [],
    morePeople: 0,
    seats: [],
    seatsAtMs: 0,
    workflows: [],
    alerts: [],
    followed: null,
  },
  events: [],
  pulse: null,
  awaits: 'snapshot',
}

/** What is held after a message. A delta that does not follow what is held leaves it: only a snapshot helps. Pure. */
export function heldAfter(before: HeldCluster, message: ClusterMessage, nowMs: number): HeldCluster {
  const after = folded(before, message, nowMs)
  // The server's newest observation is not the one that is shown: that one grows old until a snapshot arrives.
  const isBehind = after.awaits === 'snapshot' && after.shown.view !== null
  return { ...after, pulse: pulseAfter(before.pulse, message, nowMs, isBehind) }
}

function folded(held: HeldCluster, message: ClusterMessage, nowMs: number): HeldCluster {
  const { shown } = held
  switch (message.type) {
    case 'snapshot': {
      const { link, intervalMs } = message
      const view = message.view === null ? null : newer(shown.view, message.view)
      const workflows = withSnapshot(shown.workflows, message.workflows)
      const { alerts = [] } = message
      return { ...held, awaits: 'nothing', shown: { ...shown, view, link, intervalMs, workflows, alerts } }
    }
    case 'delta': {
      if (held.awaits === 'snapshot') return held
      if (shown.view === null) return { ...held, awaits: 'snapshot' }
      if (message.seq <= shown.view.seq) return held
      const view = applyDelta(shown.view, message)
      return view === null ? { ...held, awaits: 'snapshot' } : { ...held, shown: { ...shown, view } }
    }
    case 'link':
      return { ...held, shown: { ...shown, link: message.link } }
    case 'presence': {
      const { watching, people, more: morePeople } = message
      return { ...held, shown: { ...shown, watching, people, morePeople } }
    }
    case 'seats':
      return { ...held, shown: { ...shown, seats: message.seats, seatsAtMs: nowMs } }
    case 'alerts':
      return { ...held, shown: { ...shown, alerts: message.alerts } }
    case 'workflow': {
      const workflows = withSummary(shown.workflows, message.summary)
      const followed = withFollowed(shown.followed, message.workflow)
      return { ...held, shown: { ...shown, workflows, followed } }
    }
    case 'event':
      return { ...held, events: mergeEvents(held.events, [message.event]) }
    case 'ping':
      return held
    default:
      return message satisfies never
  }
}

/** Whether a snapshot leaves views out that came between: events of that time were not sent. */
function skips(view: QuorumView | null, message: ClusterMessage): boolean {
  if (view === null || message.type !== 'snapshot' || message.view === null) return false
  return message.view.serverRunId === view.serverRunId && message.view.seq > view.seq + 1
}

function pulseAfter(pulse: Pulse | null, message: ClusterMessage, nowMs: number, isBehind: boolean): Pulse {
  if ('ageMs' in message && !isBehind) return { receivedAtMs: nowMs, ageMs: message.ageMs, ageAtMs: nowMs }
  return { receivedAtMs: nowMs, ageMs: pulse?.ageMs ?? null, ageAtMs: pulse?.ageAtMs ?? nowMs }
}

/** Age of the newest observation by now; `null` before the first. */
export function observationAgeMs(pulse: Pulse | null, nowMs: number): number | null {
  if (pulse === null || pulse.ageMs === null) return null
  return pulse.ageMs + Math.max(0, nowMs - pulse.ageAtMs)
}

/** What the page does about the server as a whole, and with views. */
export interface LivePage {
  nowMs(): number
  signInNeeded(): void
  couldNotConnect(): void
  outdated(): void
  /** A new connection stands: what is asked for over HTTP may have changed meanwhile. */
  connected(): void
  viewed(cluster: string, before: QuorumView | null, after: QuorumView | null): void
  /** Events of the cluster may have passed unseen: nobody watched it, or the connection was too slow. */
  missed(cluster: string): void
}

/** Who looks, and where. */
export interface Here {
  readonly as: Actor
  readonly page: Page
  readonly run: string | null
}

interface Watched {
  readers: number
  readonly sinceMs: number
}

export class LiveClusters {
  readonly socket: LiveSocket
  readonly #page: LivePage
  /** Kept when nobody watches any more: whoever watches again goes on from there. */
  readonly #held = new Map<string, HeldCluster>()
  readonly #watched = new Map<string, Watched>()
  /** What the page tells of itself, by cluster. */
  readonly #here = new Map<string, Here>()
  /** The run that the page follows, by cluster. */
  readonly #followed = new Map<string, string>()
  readonly #listeners = new Set<() => void>()

  constructor(open: () => WebSocket, page: LivePage) {
    this.#page = page
    this.socket = new LiveSocket(
      open,
      {
        receive: (message, nowMs) => this.#receive(message, nowMs),
        greeted: (serverRunId) => this.#onGreeted(serverRunId),
        resync: () => {
          for (const cluster of this.#watched.keys()) this.socket.send({ type: 'resync', cluster })
        },
        isWatching: () => this.#watched.size > 0,
        signInNeeded: page.signInNeeded,
        couldNotConnect: page.couldNotConnect,
        outdated: page.outdated,
      },
      page.nowMs,
    )
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  held(cluster: string): HeldCluster {
    return this.#held.get(cluster) ?? NOTHING_HELD
  }

  watchedSinceMs(cluster: string): number | null {
    return this.#watched.get(cluster)?.sinceMs ?? null
  }

  /** Begins to watch a cluster. @returns a function that stops watching it */
  watch(cluster: string): () => void {
    const known = this.#watched.get(cluster)
    if (known !== undefined) known.readers++
    else {
      this.#watched.set(cluster, { readers: 1, sinceMs: this.#page.nowMs() })
      this.#subscribe(cluster, null)
      if (this.#held.get(cluster)?.shown.view != null) this.#page.missed(cluster)
    }
    this.socket.want(known === undefined)
    return () => {
      const watched = this.#watched.get(cluster)
      if (watched === undefined || --watched.readers > 0) return
      this.#watched.delete(cluster)
      // What is not watched grows old unseen.
      this.#held.set(cluster, { ...this.held(cluster), pulse: null })
      this.socket.send({ type: 'unsubscribe', cluster })
    }
  }

  /** Asks for one run of a watched cluster whole, again after each new connection. @returns a function that stops asking */
  follow(cluster: string, workflow: string): () => void {
    this.#followed.set(cluster, workflow)
    if (this.#watched.has(cluster)) this.socket.send({ type: 'follow', cluster, workflow })
    return () => {
      if (this.#followed.get(cluster) !== workflow) return
      this.#followed.delete(cluster)
      if (this.#watched.has(cluster)) this.socket.send({ type: 'follow', cluster, workflow: null })
    }
  }

  /** Says who looks at a watched cluster and where, again after each new connection. @returns a function that stops saying so */
  tellHere(cluster: string, here: Here): () => void {
    this.#here.set(cluster, here)
    if (this.#watched.has(cluster)) this.socket.send({ type: 'here', cluster, ...here })
    return () => {
      if (this.#here.get(cluster) === here) this.#here.delete(cluster)
    }
  }

  #onGreeted(serverRunId: string): void {
    for (const cluster of this.#watched.keys()) this.#subscribe(cluster, serverRunId)
    this.#page.connected()
  }

  /** `serverRunId` of a server that has just greeted: what was held of another run of it does not go on. */
  #subscribe(cluster: string, serverRunId: string | null): void {
    const held = this.held(cluster)
    const { view } = held.shown
    const goesOn = view !== null && (serverRunId === null || view.serverRunId === serverRunId)
    this.#held.set(cluster, { ...held, awaits: goesOn ? 'nothing' : 'snapshot' })
    const from = goesOn ? { serverRunId: view.serverRunId, seq: view.seq } : {}
    this.socket.send({ type: 'subscribe', cluster, ...from })
    const here = this.#here.get(cluster)
    if (here !== undefined) this.socket.send({ type: 'here', cluster, ...here })
    const workflow = this.#followed.get(cluster)
    if (workflow !== undefined) this.socket.send({ type: 'follow', cluster, workflow })
  }

  #receive(message: ClusterMessage, nowMs: number): void {
    const { cluster } = message
    if (!this.#watched.has(cluster)) return
    const before = this.held(cluster)
    const after = heldAfter(before, message, nowMs)
    this.#held.set(cluster, after)
    if (before.awaits === 'nothing' && after.awaits === 'snapshot') this.socket.send({ type: 'resync', cluster })
    if (skips(before.shown.view, message)) this.#page.missed(cluster)
    if (after.shown.view !== before.shown.view) this.#page.viewed(cluster, before.shown.view, after.shown.view)
    if (after.shown === before.shown && after.events === before.events) return
    for (const listener of this.#listeners) listener()
  }
}
