/**
 * Sends every change of every cluster to everybody who watches it. A change is serialised once. A client that reads too
 * slowly is skipped and gets the newest snapshot when it has caught up, so it never grows this process. Every cluster
 * sends something at least once per heartbeat: silence means that the way is broken.
 */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { MESSAGES } from '../../access/rules.ts'
import type { AlertListener, Alerts } from '../../alerts/alerts.ts'
import { mayEverywhere, mayOn, type Place } from '../../contract/access/grants.ts'
import { diffViews } from '../../contract/delta.ts'
import { unknownCluster } from '../../contract/errors.ts'
import { type ClientMessage, PROTOCOL_VERSION, type ServerMessage } from '../../contract/live.ts'
import type { QuorumView } from '../../contract/quorumView.ts'
import type { Session } from '../../contract/session.ts'
import type { Actor } from '../../contract/workflows.ts'
import type { ClusterStanding, ObserverListener, StandingNews } from '../../quorum/reading/publishing.ts'
import type { SeatFeed } from '../../workflows/engine/seats/seatDesk.ts'
import type { Workflows } from '../../workflows/engine/workflows.ts'
import { refuse } from '../refusal.ts'
import { actorFor } from '../requestBody.ts'
import { SOCKET_LIMITS } from '../socketLimits.ts'
import { isInScope } from '../wall/wallPaths.ts'
import { type Client, inChunks, parse, slow } from './client.ts'
import { hereOf, presenceOf } from './presence.ts'
import { WorkflowFeed, type WorkflowNews, workflowMessage } from './workflowFeed.ts'

/** The largest message a client may send, in bytes; `subscribe` has about 150. */
const MAX_CLIENT_FRAME_BYTES = 4096
const MAX_CLIENTS = 20_000
const MAX_SUBSCRIPTIONS = 500
/** More messages than this in a second is no reader, it is an attack. */
const MAX_MESSAGES_PER_SECOND = 100
/** No browser misses more than one view in a while. */
const MAX_RESYNCS_PER_SECOND = 3
const PRESENCE_DELAY_MS = 250
/** The more there are to tell it, the longer it waits for further news, in ms for each. */
const PRESENCE_DELAY_EACH_MS = 0.2

/** One cluster, as far as the hub knows of it: where it stood when that was handed over last. */
interface Channel {
  cluster: string
  clients: Set<Client>
  standing: ClusterStanding
  /** On the hub's monotonic clock. */
  handedAtMs: number
  /** A run or an alert changed since this view was sent: whoever has the view may not know of it. */
  isRunNewer: boolean
  /** Sample interval that the last snapshots told. */
  toldIntervalMs: number
  lastSentAtMs: number
  presenceTimer: NodeJS.Timeout | null
  /** What was told last of who is here and who drives, to tell nothing twice. */
  toldPresence: string
  toldSeats: string
}

/** Whoever watches a cluster and hands on where it stands. */
export interface StandingSource {
  readonly standing: ClusterStanding
  subscribe(listener: Pick<ObserverListener, 'onStanding' | 'onEvent'>): () => void
}

export interface HubOptions {
  serverRunId: string
  heartbeatMs: number
  /** Who does not answer a ping of the websocket protocol for this long is gone, in ms; the usual if left out. */
  deadAfterMs?: number | undefined
  monotonicMs: () => number
  nowMs: () => number
  workflows: Workflows
  seats: SeatFeed
  /** Group and name of a cluster, by which rights are given. */
  placeOf: (cluster: string) => Place
  /** Left out where there are no alerts. */
  alerts?: Pick<Alerts, 'open' | 'subscribe'>
}

export class Hub {
  readonly #options: HubOptions
  readonly #channels = new Map<string, Channel>()
  readonly #clients = new Set<Client>()
  readonly #server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_CLIENT_FRAME_BYTES,
    clientTracking: false,
  })
  readonly #timers: NodeJS.Timeout[]
  readonly #feed: WorkflowFeed
  readonly #endAlerts: () => void

  constructor(options: HubOptions) {
    this.#options = options
    const { workflows, monotonicMs, seats, alerts } = options
    seats.subscribe((cluster) => {
      const channel = this.#channels.get(cluster)
      if (channel !== undefined) this.#tellSeats(channel)
    })
    this.#feed = new WorkflowFeed({ workflows, monotonicMs, deliver: (news) => this.#onWorkflow(news) })
    this.#endAlerts = alerts?.subscribe((...news) => this.#onAlerts(...news)) ?? (() => {})
    this.#timers = [
      setInterval(() => this.#heartbeat(), options.heartbeatMs),
      setInterval(() => this.#everySecond(), 1000),
      setInterval(() => this.#dropDead(), options.deadAfterMs ?? SOCKET_LIMITS.deadAfterMs),
    ]
  }

  get clients(): number {
    return this.#clients.size
  }

  watching(cluster: string): number {
    return this.#channels.get(cluster)?.clients.size ?? 0
  }

  add(cluster: string, source: StandingSource): void {
    const { standing } = source
    const channel: Channel = {
      cluster,
      clients: new Set(),
      standing,
      handedAtMs: this.#options.monotonicMs(),
      isRunNewer: false,
      toldIntervalMs: standing.intervalMs,
      lastSentAtMs: 0,
      presenceTimer: null,
      toldPresence: '',
      toldSeats: '[]',
    }
    this.#channels.set(cluster, channel)
    source.subscribe({
      onStanding: (next, news) => this.#onStanding(channel, next, news),
      onEvent: (event) => this.#broadcast(channel, { type: 'event', cluster, event }),
    })
  }

  /** Sends nothing more about this cluster; a page that still watches it notices the silence and asks again. */
  remove(cluster: string): void {
    const channel = this.#channels.get(cluster)
    if (channel === undefined) return
    if (channel.presenceTimer !== null) clearTimeout(channel.presenceTimer)
    for (const client of channel.clients) {
      client.seqs.delete(cluster)
      client.follows.delete(cluster)
      client.here.delete(cluster)
    }
    channel.clients.clear()
    this.#channels.delete(cluster)
  }

  /** Takes over a connection whose host, origin and session have been checked; it ends when its session does. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, session: Session, now: () => Session | null): void {
    if (this.#clients.size >= MAX_CLIENTS) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n')
      return
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#welcome(webSocket, session, now))
  }

  /** Somebody has signed out, a session may have expired, or may do something else than before. */
  dropSignedOut(): void {
    inChunks(this.#clients, (client) => {
      const session = client.sessionNow()
      if (session === null) client.socket.close(1008, 'signed out')
      // It comes back at once, and is told what it may do now.
      else if (rightsText(session) !== client.rights) client.socket.close(1012, 'rights have changed')
    })
  }

  close(): void {
    this.#feed.close()
    this.#endAlerts()
    for (const timer of this.#timers) clearInterval(timer)
    for (const { presenceTimer } of this.#channels.values()) if (presenceTimer !== null) clearTimeout(presenceTimer)
    for (const { socket } of this.#clients) socket.close(1001, 'the server stops')
    this.#server.close()
  }

  #welcome(socket: WebSocket, session: Session, sessionNow: () => Session | null): void {
    const { role, wall } = session
    const subscribed = { seqs: new Map<string, number | null>(), follows: new Map<string, string>(), here: new Map() }
    const client: Client = {
      socket,
      wall: wall ?? null,
      session,
      rights: rightsText(session),
      ...subscribed,
      actor: null,
      messages: 0,
      resyncs: 0,
      alive: true,
      sessionNow,
    }
    this.#clients.add(client)
    socket.on('message', (data, isBinary) => this.#onMessage(client, data, isBinary))
    // Every ping is answered by itself, into the same buffer: who reads none of the answers would grow it for ever.
    socket.on('ping', () => {
      if (slow(client)) return socket.terminate()
      client.messages += 1
      if (client.messages > MAX_MESSAGES_PER_SECOND) socket.close(1008, 'too many messages')
    })
    socket.on('pong', () => {
      client.alive = true
    })
    // ws reports broken frames here and closes the connection itself.
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#clients.delete(client)
      for (const cluster of client.seqs.keys()) this.#unsubscribe(client, cluster)
      if (client.actor !== null) this.#options.seats.went(client.actor)
    })
    this.#send(client, {
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      serverRunId: this.#options.serverRunId,
      role,
      heartbeatMs: this.#options.heartbeatMs,
    })
  }

  #onMessage(client: Client, data: RawData, isBinary: boolean): void {
    client.messages += 1
    if (client.messages > MAX_MESSAGES_PER_SECOND) return client.socket.close(1008, 'too many messages')
    const message = isBinary ? null : parse(data)
    if (message === null) {
      return this.#send(client, {
        type: 'error',
        code: 'bad-message',
        message: 'The server does not understand this message; nothing was changed.',
        remedy: 'Send JSON as documented: {"type":"subscribe","cluster":"…"}.',
      })
    }
    const { wall, session } = client
    const { right, wall: isForWalls } = MESSAGES[message.type]
    if (wall !== null && !isForWalls) {
      const { code, message: words, remedy } = refuse.wallOnly()
      return this.#send(client, { type: 'error', code, message: words, remedy })
    }
    const channel = this.#channels.get(message.cluster)
    const isInSight =
      wall === null
        ? mayOn(session, right, this.#options.placeOf(message.cluster))
        : isInScope(message.cluster, wall.clusters)
    // Of a cluster that it may not watch it learns not even that it exists.
    if (channel === undefined || !isInSight) {
      const { code, message: words, remedy } = unknownCluster(message.cluster)
      return this.#send(client, { type: 'error', code, message: words, remedy })
    }
    switch (message.type) {
      case 'subscribe':
        return this.#subscribe(client, channel, message.serverRunId, message.seq)
      case 'unsubscribe':
        return this.#unsubscribe(client, message.cluster)
      case 'resync':
        return this.#resync(client, channel)
      case 'here':
        return this.#here(client, channel, message)
      case 'follow':
        return this.#follow(client, channel, message.workflow)
      default:
        message satisfies never
    }
  }

  /** A snapshot may be large: one that has just had several gets its next when the next view goes out. */
  #resync(client: Client, channel: Channel): void {
    const { cluster } = channel
    if (!client.seqs.has(cluster)) return
    client.resyncs += 1
    if (client.resyncs > MAX_RESYNCS_PER_SECOND) client.seqs.set(cluster, null)
    else this.#sendSnapshot(client, channel)
  }

  #subscribe(client: Client, channel: Channel, serverRunId: string | undefined, seq: number | undefined): void {
    const { cluster } = channel
    if (client.seqs.size >= MAX_SUBSCRIPTIONS) return client.socket.close(1008, 'too many subscriptions')
    channel.clients.add(client)
    const { isRunNewer, standing } = channel
    const { view, link } = standing
    if (view !== null && !isRunNewer && serverRunId === view.serverRunId && seq === view.seq) {
      // It has the newest view already; the link may be another than it remembers.
      client.seqs.set(cluster, seq)
      this.#send(client, { type: 'link', cluster, ageMs: this.#ageMs(channel), link })
    } else this.#sendSnapshot(client, channel)
    if (channel.toldSeats !== '[]')
      this.#send(client, { type: 'seats', cluster, seats: this.#options.seats.of(cluster) })
    // Whoever comes is told too, whatever was told before.
    channel.toldPresence = ''
    this.#tellPresence(channel)
  }

  #here(client: Client, channel: Channel, { as: said, page, run }: Extract<ClientMessage, { type: 'here' }>): void {
    const { cluster } = channel
    if (!client.seqs.has(cluster)) return
    const as = actorOrNull(client.session, said)
    if (as === null) return client.socket.close(1008, 'this name belongs to somebody who signs in')
    const { seats, nowMs } = this.#options
    if (client.actor !== as.id) {
      if (client.actor !== null) seats.went(client.actor)
      client.actor = as.id
      seats.came(as.id)
    }
    const before = client.here.get(cluster)
    const isSame = before?.page === page && before.run === run
    client.here.set(cluster, { ...as, page, run, sinceMs: isSame ? before.sinceMs : nowMs() })
    this.#tellPresence(channel)
  }

  #unsubscribe(client: Client, cluster: string): void {
    client.seqs.delete(cluster)
    client.follows.delete(cluster)
    client.here.delete(cluster)
    const channel = this.#channels.get(cluster)
    if (channel?.clients.delete(client)) this.#tellPresence(channel)
  }

  /** One run for each client and cluster. */
  #follow(client: Client, channel: Channel, workflow: string | null): void {
    const { cluster } = channel
    if (!client.seqs.has(cluster)) return
    if (workflow === null) client.follows.delete(cluster)
    else client.follows.set(cluster, workflow)
    if (slow(client)) client.seqs.set(cluster, null)
    else this.#sendFollowed(client, cluster)
  }

  /** The run that a client follows, whole. Of one that has ended, or that nobody knows, there is nothing to tell. */
  #sendFollowed(client: Client, cluster: string): void {
    const id = client.follows.get(cluster)
    if (id === undefined) return
    const { workflows } = this.#options
    const summary = workflows.active(cluster).find((run) => run.id === id)
    const whole = summary === undefined ? null : workflows.live(id)
    if (summary !== undefined && whole !== null) client.socket.send(workflowMessage(cluster, summary, whole))
  }

  /** Many come at once after a restart: told together, not one by one. */
  #tellPresence(channel: Channel): void {
    const delayMs = PRESENCE_DELAY_MS + channel.clients.size * PRESENCE_DELAY_EACH_MS
    channel.presenceTimer ??= setTimeout(() => {
      channel.presenceTimer = null
      const { cluster, clients } = channel
      const drivers = new Set(this.#options.workflows.active(cluster).map(({ driver }) => driver.id))
      const { people, more } = presenceOf(hereOf(clients, cluster), drivers)
      const message: ServerMessage = { type: 'presence', cluster, watching: clients.size, people, more }
      const told = JSON.stringify(message)
      if (told !== channel.toldPresence) this.#broadcast(channel, message)
      channel.toldPresence = told
      this.#tellSeats(channel)
    }, delayMs)
  }

  /** Only where somebody came, went, asked or answered; times alone are no news. */
  #tellSeats(channel: Channel): void {
    if (channel.clients.size === 0) return
    const { cluster } = channel
    const seats = this.#options.seats.of(cluster)
    const told = JSON.stringify(seats, (key, value: unknown) => (key.endsWith('Ms') ? undefined : value))
    if (told === channel.toldSeats) return
    channel.toldSeats = told
    this.#broadcast(channel, { type: 'seats', cluster, seats })
  }

  /** Age of the newest observation by now: the time since it was handed over is added to what it had then. */
  #ageMs({ standing: { ageMs }, handedAtMs }: Channel): number | null {
    return ageMs === null ? null : ageMs + Math.max(0, Math.round(this.#options.monotonicMs() - handedAtMs))
  }

  #snapshot(channel: Channel): ServerMessage {
    const { cluster, standing } = channel
    const alerts = this.#options.alerts?.open(cluster) ?? []
    return {
      type: 'snapshot',
      cluster,
      ageMs: this.#ageMs(channel),
      intervalMs: standing.intervalMs,
      link: standing.link,
      view: standing.view,
      workflows: this.#options.workflows.active(cluster),
      ...(alerts.length === 0 ? {} : { alerts }),
    }
  }

  /** The newest snapshot as text, made once for many clients; anew where the channel has moved on between two chunks of them. */
  #snapshotTexts(channel: Channel): () => string {
    let made: { of: ClusterStanding; text: string } | null = null
    return () => {
      if (made?.of !== channel.standing) made = { of: channel.standing, text: JSON.stringify(this.#snapshot(channel)) }
      return made.text
    }
  }

  #sendSnapshot(client: Client, channel: Channel, text = JSON.stringify(this.#snapshot(channel))): void {
    if (slow(client)) {
      client.seqs.set(channel.cluster, null)
      return
    }
    client.seqs.set(channel.cluster, channel.standing.view?.seq ?? null)
    client.socket.send(text)
    this.#sendFollowed(client, channel.cluster)
  }

  #onStanding(channel: Channel, standing: ClusterStanding, news: StandingNews): void {
    const before = channel.standing
    channel.standing = standing
    channel.handedAtMs = this.#options.monotonicMs()
    const { view, ageMs, link } = standing
    if (news === 'link') this.#broadcast(channel, { type: 'link', cluster: channel.cluster, ageMs, link })
    if (news === 'view' && view !== null) this.#onView(channel, before.view, view)
  }

  #onView(channel: Channel, held: QuorumView | null, view: QuorumView): void {
    const { cluster, standing } = channel
    // Only snapshots tell the interval, from which a reader knows when silence is a bad sign.
    const before = standing.intervalMs === channel.toldIntervalMs ? held : null
    channel.isRunNewer = false
    channel.toldIntervalMs = standing.intervalMs
    channel.lastSentAtMs = this.#options.monotonicMs()
    if (channel.clients.size === 0) return
    const delta = before === null ? null : diffViews(before, view, standing.ageMs)
    const deltaText = delta === null ? null : JSON.stringify(delta)
    const newest = this.#snapshotTexts(channel)
    inChunks(channel.clients, (client) => {
      const has = client.seqs.get(cluster)
      if (has === undefined || (has !== null && has >= view.seq && before?.serverRunId === view.serverRunId)) return
      if (slow(client)) {
        client.seqs.set(cluster, null)
        return
      }
      if (deltaText !== null && has === view.seq - 1) {
        client.seqs.set(cluster, view.seq)
        client.socket.send(deltaText)
        return
      }
      this.#sendSnapshot(client, channel, newest())
    })
  }

  #onWorkflow({ cluster, workflow, summary, whole }: WorkflowNews): void {
    const channel = this.#channels.get(cluster)
    if (channel === undefined) return
    if (summary !== null) {
      channel.isRunNewer = true
      channel.lastSentAtMs = this.#options.monotonicMs()
    }
    // In the same chunks as everything else, so that no client gets older figures after newer ones.
    inChunks(channel.clients, (client) => {
      const text = client.follows.get(cluster) === workflow ? whole() : summary
      if (text === null) return
      if (!slow(client)) client.socket.send(text)
      // A change that it misses is in the snapshot that it will get; of live figures there are new ones soon.
      else if (summary !== null) client.seqs.set(cluster, null)
    })
  }

  #onAlerts(...[cluster, alerts]: Parameters<AlertListener>): void {
    const channel = this.#channels.get(cluster)
    if (channel === undefined) return
    // Whoever comes back with the newest view may not know of these.
    channel.isRunNewer = true
    this.#broadcast(channel, { type: 'alerts', cluster, alerts })
  }

  #broadcast(channel: Channel, message: ServerMessage): void {
    channel.lastSentAtMs = this.#options.monotonicMs()
    if (channel.clients.size === 0) return
    const text = JSON.stringify(message)
    inChunks(channel.clients, (client) => {
      if (!slow(client)) client.socket.send(text)
      // What it misses now, a link for example, is in the snapshot that it will get.
      else if (client.seqs.has(channel.cluster)) client.seqs.set(channel.cluster, null)
    })
  }

  #heartbeat(): void {
    const now = this.#options.monotonicMs()
    for (const channel of this.#channels.values()) {
      const { cluster } = channel
      this.#catchUp(channel)
      if (now - channel.lastSentAtMs < this.#options.heartbeatMs * 0.9) continue
      this.#broadcast(channel, { type: 'ping', cluster, ageMs: this.#ageMs(channel) })
    }
  }

  /** Sends the newest snapshot to whoever was too slow before. */
  #catchUp(channel: Channel): void {
    const newest = this.#snapshotTexts(channel)
    inChunks(channel.clients, (client) => {
      if (client.seqs.get(channel.cluster) !== null || channel.standing.view === null || slow(client)) return
      this.#sendSnapshot(client, channel, newest())
    })
  }

  #everySecond(): void {
    // With time an ask becomes a right, and who is away becomes absent.
    for (const channel of this.#channels.values()) this.#tellSeats(channel)
    const places = new Map<string, Place>()
    for (const client of this.#clients) {
      client.messages = 0
      client.resyncs = 0
      if (client.wall === null && !mayEverywhere(client.session, 'watch')) this.#dropUnseen(client, places)
    }
  }

  /** A cluster may have been moved to another group. @param places of this moment, each looked for once */
  #dropUnseen(client: Client, places: Map<string, Place>): void {
    for (const cluster of client.seqs.keys()) {
      const place = places.get(cluster) ?? this.#options.placeOf(cluster)
      places.set(cluster, place)
      if (!mayOn(client.session, 'watch', place)) this.#unsubscribe(client, cluster)
    }
  }

  #dropDead(): void {
    this.dropSignedOut()
    for (const client of this.#clients) {
      if (!client.alive) client.socket.terminate()
      client.alive = false
      client.socket.ping()
    }
  }

  #send(client: Client, message: ServerMessage): void {
    if (slow(client)) return client.socket.terminate()
    client.socket.send(JSON.stringify(message))
  }
}

function actorOrNull(session: Session, said: Actor): Actor | null {
  try {
    return actorFor(session, said)
  } catch {
    return null
  }
}

/** What decides what is sent to it. */
function rightsText({ role, grants, within }: Session): string {
  return JSON.stringify([role, grants, within ?? null])
}
