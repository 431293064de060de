/**
 * Tells receivers: every incident and state once to each. A message is written down before it leaves, and marked as soon as the receiver has
 * taken it, so that what waits goes on after any end of this process and what was taken is not told again.
 */
import type { AlertIncident } from '../contract/alerts/incidents.ts'
import type { DeliveryAttempt, Receiver } from '../contract/alerts/receivers.ts'
import type { Clock } from '../quorum/reading/clock.ts'
import type { KeptNotification } from '../storage/alerts.ts'
import { Lane, type Waiting } from './delivery/lane.ts'
import { DeliveryFailure, type Message, type Sender } from './delivery/message.ts'
import type { ReceiverOptions } from './delivery/receiverOptions.ts'
import { shownTarget } from './delivery/senders.ts'
import type { Keeping } from './keeping.ts'

export interface OutboxOptions {
  receivers: readonly { options: ReceiverOptions; sender: Sender }[]
  keeping: Keeping
  clock: Clock
  /** From 0 to 1. */
  chance: () => number
  /** By which people reach Quorumdeck, without a slash at the end; `null`: nobody has said. */
  publicUrl: string | null
  /** Something failed that is no failure of a receiver. */
  onError: (error: unknown) => void
}

interface Channel {
  readonly options: ReceiverOptions
  readonly sender: Sender
  readonly lane: Lane
  timer: NodeJS.Timeout | null
  last: DeliveryAttempt | null
  delivered: number
  failed: number
  givenUp: number
}

export interface ReceiverFigures extends Receiver {
  delivered: number
  failed: number
}

/** Waiting at most so long for the next look, so that a clock that was stopped is noticed. */
const LONGEST_SLEEP_MS = 60_000
/** A receiver that hangs must not keep the process from ending, in ms. */
const CLOSING_MS = 2000

export class Outbox {
  readonly #options: OutboxOptions
  readonly #channels: readonly Channel[]
  /** What waiting messages are about, as it is now, by id. */
  readonly #incidents = new Map<string, AlertIncident>()
  readonly #underway = new Set<Promise<void>>()
  #closed = false

  constructor(options: OutboxOptions) {
    this.#options = options
    this.#channels = options.receivers.map(({ options: receiver, sender }) => ({
      options: receiver,
      sender,
      lane: new Lane(),
      timer: null,
      last: null,
      delivered: 0,
      failed: 0,
      givenUp: 0,
    }))
  }

  get receivers(): ReceiverFigures[] {
    return this.#channels.map(({ options, lane, last, delivered, failed, givenUp }) => ({
      name: options.name,
      kind: options.kind,
      target: shownTarget(options),
      waiting: lane.waiting,
      givenUp,
      last,
      delivered,
      failed,
    }))
  }

  /** Writes it down for every receiver that it concerns, then sends it. */
  tell(incident: AlertIncident): void {
    const queuedAtMs = this.#options.clock.nowMs()
    const concerned = this.#channels.filter(({ options }) => concerns(options, incident))
    for (const { options } of concerned) {
      this.#keep(options.name, { incidentId: incident.id, state: incident.state, queuedAtMs }, null)
    }
    if (concerned.length === 0) return
    void this.#options.keeping.tried().then(() => {
      for (const channel of concerned) this.#queue(channel, incident, queuedAtMs)
    })
  }

  /** What an earlier process did not get delivered. False where the receiver is not configured any more. */
  resume({ receiver, state, queuedAtMs }: KeptNotification, incident: AlertIncident): boolean {
    const channel = this.#channels.find(({ options }) => options.name === receiver)
    if (channel === undefined) return false
    // Its beginning may wait although it is over by now.
    this.#queue(channel, { ...incident, state }, queuedAtMs)
    return true
  }

  /** What waits of this cluster is told by another server. */
  drop(cluster: string): void {
    for (const [id, incident] of this.#incidents) {
      if (incident.cluster !== cluster) continue
      for (const { lane } of this.#channels) lane.drop(id)
      this.#forget(id)
    }
  }

  /** The newest words of an incident whose messages may wait. */
  note(incident: AlertIncident): void {
    if (this.#incidents.has(incident.id)) this.#incidents.set(incident.id, incident)
  }

  /** Those that take for over what they do not hear of hear of it again. */
  async refresh(open: readonly AlertIncident[]): Promise<void> {
    for (const { options, sender } of this.#channels) {
      const messages = open.filter((incident) => concerns(options, incident)).map((incident) => this.#message(incident))
      if (sender.refresh === null || messages.length === 0) continue
      // Whether it can be reached is known from its messages; these are told again soon.
      await sender.refresh(messages).catch((error: unknown) => {
        if (!(error instanceof DeliveryFailure)) this.#options.onError(error)
      })
    }
  }

  /** One try with this message, beside all that waits. `null`: there is no such receiver. */
  async test(name: string, incident: AlertIncident): Promise<DeliveryAttempt | null> {
    const channel = this.#channels.find(({ options }) => options.name === name)
    if (channel === undefined) return null
    return await this.#attempt(channel, this.#message(incident)).then(
      (last) => last,
      (error: Error) => ({ atMs: this.#options.clock.nowMs(), ok: false, detail: error.message }),
    )
  }

  /** What is on its way may still come out, for a moment: what was taken is then written down, and not told again. */
  async close(): Promise<void> {
    this.#closed = true
    for (const { timer } of this.#channels) if (timer !== null) clearTimeout(timer)
    if (this.#underway.size === 0) return
    let patience: NodeJS.Timeout | undefined
    const waited = new Promise<void>((resolve) => {
      patience = setTimeout(resolve, CLOSING_MS)
    })
    await Promise.race([Promise.all(this.#underway), waited])
    clearTimeout(patience)
  }

  #message(incident: AlertIncident): Message {
    const { publicUrl } = this.#options
    const link = publicUrl === null ? null : `${publicUrl}/clusters/${encodeURIComponent(incident.cluster)}`
    return { incident, state: incident.state, link }
  }

  #queue(channel: Channel, incident: AlertIncident, queuedAtMs: number): void {
    if (this.#closed) return
    this.#incidents.set(incident.id, incident)
    const waiting: Waiting = { incidentId: incident.id, state: incident.state, queuedAtMs }
    for (const replaced of channel.lane.add(waiting, this.#options.clock.monotonicMs())) {
      this.#keep(channel.options.name, replaced, 'replaced')
    }
    this.#pump(channel)
  }

  #pump(channel: Channel): void {
    if (this.#closed) return
    const { clock } = this.#options
    for (;;) {
      const waiting = channel.lane.take(clock.monotonicMs())
      if (waiting === null) break
      const sending = this.#send(channel, waiting)
        .catch(this.#options.onError)
        .finally(() => this.#underway.delete(sending))
      this.#underway.add(sending)
    }
    if (channel.timer !== null) clearTimeout(channel.timer)
    const dueAtMs = channel.lane.dueAtMs()
    channel.timer =
      dueAtMs === null
        ? null
        : setTimeout(() => this.#pump(channel), Math.min(LONGEST_SLEEP_MS, Math.max(1, dueAtMs - clock.monotonicMs())))
  }

  async #send(channel: Channel, waiting: Waiting): Promise<void> {
    const { clock, chance } = this.#options
    const { lane, options } = channel
    const incident = this.#incidents.get(waiting.incidentId)
    try {
      if (incident === undefined) throw new Error(`nothing is known of incident ${waiting.incidentId}`)
      await this.#attempt(channel, { ...this.#message(incident), state: waiting.state })
      this.#keep(options.name, waiting, 'delivered')
      // Nothing more is sent of this incident before it is written down that this was taken.
      await this.#options.keeping.tried()
      lane.delivered(waiting)
    } catch (error) {
      if (!(error instanceof DeliveryFailure)) this.#options.onError(error)
      const kind = error instanceof DeliveryFailure ? error.kind : 'message'
      const came = lane.failed(waiting, kind, clock.monotonicMs(), chance())
      if (came === 'given-up') channel.givenUp += 1
      if (came !== 'again') this.#keep(options.name, waiting, came)
    }
    this.#forget(waiting.incidentId)
    this.#pump(channel)
  }

  async #attempt(channel: Channel, message: Message): Promise<DeliveryAttempt> {
    const note = (ok: boolean, detail: string): DeliveryAttempt => {
      channel.last = { atMs: this.#options.clock.nowMs(), ok, detail }
      channel[ok ? 'delivered' : 'failed'] += 1
      return channel.last
    }
    try {
      return note(true, await channel.sender.send(message))
    } catch (error) {
      note(false, (error as Error).message)
      throw error
    }
  }

  #keep(receiver: string, { incidentId, state, queuedAtMs }: Waiting, outcome: KeptNotification['outcome']): void {
    const endedAtMs = outcome === null ? null : this.#options.clock.nowMs()
    this.#options.keeping.notification({ incidentId, state, receiver, queuedAtMs, endedAtMs, outcome })
  }

  /** Words of what waits nowhere are not needed any more. */
  #forget(incidentId: string): void {
    if (!this.#channels.some(({ lane }) => lane.has(incidentId))) this.#incidents.delete(incidentId)
  }
}

function concerns({ severities, clusters, sendResolved }: ReceiverOptions, incident: AlertIncident): boolean {
  return (
    (sendResolved || incident.state === 'open') &&
    (severities === null || severities.includes(incident.severity)) &&
    (clusters === null || clusters.includes(incident.cluster))
  )
}
