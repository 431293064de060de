/** Who drives and who asks to: of held clusters from here, of others as told. Who is here counts on every replica. */
import type { Seat } from '../../contract/room/seat.ts'
import type { SeatFeed } from '../../workflows/engine/seats/seatDesk.ts'
import type { RelayIn } from './relayIn.ts'

/** Who is connected is told again so often: a replica that was not listening learns of it, in ms. */
const TELL_EVERY_MS = 2000

export interface SharedSeatsOptions {
  desk: SeatFeed
  relayIn: RelayIn
  isHeld: (cluster: string) => boolean
  /** Tells the others who is connected here. */
  tell: (ids: string[]) => void
  /** Ids of the replicas that are here. */
  replicas: () => readonly string[]
}

export class SharedSeats implements SeatFeed {
  readonly #options: SharedSeatsOptions
  /** Pages of each person that are connected here. */
  readonly #here = new Map<string, number>()
  /** Persons connected to other replicas. */
  readonly #elsewhere = new Map<string, readonly string[]>()
  readonly #timer: NodeJS.Timeout

  constructor(options: SharedSeatsOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#again(), TELL_EVERY_MS)
  }

  came(id: string): void {
    this.#options.desk.came(id)
    this.#here.set(id, (this.#here.get(id) ?? 0) + 1)
    this.#tell()
  }

  went(id: string): void {
    this.#options.desk.went(id)
    const left = (this.#here.get(id) ?? 0) - 1
    if (left > 0) this.#here.set(id, left)
    else this.#here.delete(id)
    this.#tell()
  }

  of(cluster: string): Seat[] {
    const { desk, relayIn, isHeld } = this.#options
    return isHeld(cluster) ? desk.of(cluster) : (relayIn.of(cluster)?.seats ?? [])
  }

  subscribe(listener: (cluster: string) => void): void {
    this.#options.desk.subscribe(listener)
    this.#options.relayIn.subscribe({ onRun: () => {}, onAlerts: () => {}, onSeats: listener })
  }

  /** Another replica tells who is connected to it. */
  told(replica: string, ids: readonly string[]): void {
    const before = this.#elsewhere.get(replica) ?? []
    this.#elsewhere.set(replica, ids)
    for (const id of ids) if (!before.includes(id)) this.#options.desk.came(id)
    for (const id of before) if (!ids.includes(id)) this.#options.desk.went(id)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #again(): void {
    this.#tell()
    const here = new Set(this.#options.replicas())
    for (const replica of [...this.#elsewhere.keys()]) {
      if (here.has(replica)) continue
      this.told(replica, [])
      this.#elsewhere.delete(replica)
    }
  }

  #tell(): void {
    this.#options.tell([...this.#here.keys()])
  }
}
