/** Answers what people ask about the seat of a run, and tells whoever watches the cluster. */
import type { Seat, SeatRequest } from '../../../contract/room/seat.ts'
import type { Actor, Workflow } from '../../../contract/workflows.ts'
import { WorkflowRefusal } from '../../run/refusal.ts'
import type { Workflows } from '../workflows.ts'
import type { Seats } from './seats.ts'

/** The run may move on between a look and the command. */
const TRIES = 5

/** What the websocket needs of it. */
export interface SeatFeed {
  came(id: string): void
  went(id: string): void
  /** Of the runs of a cluster that go on. */
  of(cluster: string): Seat[]
  /** Something of this cluster changed. */
  subscribe(listener: (cluster: string) => void): void
}

export interface SeatDeskOptions {
  workflows: Workflows
  seats: Seats
  newId: () => string
}

export class SeatDesk implements SeatFeed {
  readonly #options: SeatDeskOptions
  readonly #listeners = new Set<(cluster: string) => void>()

  constructor(options: SeatDeskOptions) {
    this.#options = options
  }

  came(id: string): void {
    this.#options.seats.came(id)
  }

  went(id: string): void {
    this.#options.seats.went(id)
  }

  of(cluster: string): Seat[] {
    const { workflows, seats } = this.#options
    return workflows.active(cluster).map((run) => seats.seat(run))
  }

  subscribe(listener: (cluster: string) => void): void {
    this.#listeners.add(listener)
  }

  /** @throws Refusal */
  async get(id: string): Promise<Seat> {
    return this.#options.seats.seat(await this.#goingOn(id))
  }

  /** @throws Refusal */
  async ask(id: string, request: SeatRequest): Promise<Seat> {
    const { seats } = this.#options
    const run = await this.#goingOn(id)
    switch (request.action) {
      case 'raise-hand':
        seats.raise(run, request.as)
        break
      case 'lower-hand':
        seats.lower(run, request.as)
        break
      case 'not-now':
        seats.notNow(run, request.to, request.as)
        break
      case 'hand-over':
        await this.#handOver(id, run.driver, seats.consent(run, request.to, request.as))
        break
      default:
        request satisfies never
    }
    for (const listener of this.#listeners) listener(run.cluster)
    return seats.seat(await this.#options.workflows.get(id))
  }

  async #goingOn(id: string): Promise<Workflow> {
    const run = await this.#options.workflows.get(id)
    if (run.endedAtMs === null) return run
    throw new WorkflowRefusal(409, 'run-ended', 'This run has ended: nobody drives it.', 'Start a new one.')
  }

  /** The take-over of whoever asked, on the word of whoever drives. */
  async #handOver(id: string, driver: Actor, to: Actor): Promise<void> {
    const { workflows, newId } = this.#options
    for (let left = TRIES; ; left -= 1) {
      const { revision } = await workflows.get(id)
      try {
        const reason = `${driver.name} handed over to ${to.name}`
        const command = { type: 'take-over' as const, reason }
        await workflows.command(id, { commandId: newId(), expectedRevision: revision, command, as: to })
        return
      } catch (error) {
        if (!(error instanceof WorkflowRefusal) || error.code !== 'stale-revision' || left <= 1) throw error
      }
    }
  }
}
