/** Runs the simulated cluster on a clock: advances it before every question and whenever something is due. */

import type { ClientRequest, ClientResponse } from './core/api/rpc.ts'
import { advance, answerProbe, nextEventAtMs, submit, takeOutbox, takeProbes } from './core/cluster.ts'
import type { ProbeResult } from './core/messages.ts'
import type { ClusterState } from './core/state.ts'
import type { ListenerKind } from './wire/dispatch.ts'

/** A pause of the whole program longer than this is not lived through step by step: all timers are just over. */
const MAX_CATCH_UP_MS = 10_000
/** Longest sleep, so that a clock that was set is noticed. */
const MAX_SLEEP_MS = 1_000

/** Asks an address outside of the simulation for its ApiVersions; `null` where it cannot be reached. Never rejects. */
export type ProbeOutside = (host: string, port: number) => Promise<ProbeResult | null>

export class Driver {
  readonly #now: () => number
  readonly #probe: ProbeOutside
  #state: ClusterState
  #timer: NodeJS.Timeout | null = null
  #closed = false
  #nextRequestId = 1
  readonly #waiting = new Map<number, (response: ClientResponse) => void>()

  constructor(state: ClusterState, now: () => number, probe: ProbeOutside) {
    this.#state = state
    this.#now = now
    this.#probe = probe
    this.#schedule()
  }

  get state(): ClusterState {
    return this.#state
  }

  /** Puts another cluster in the place of this one; questions under way are answered as by a process that ended. */
  replace(state: ClusterState): void {
    for (const requestId of this.#waiting.keys()) {
      this.#state.outbox.push({ requestId, response: { api: 'disconnected' } })
    }
    this.#handOut()
    this.#state = state
    this.#schedule()
  }

  /** Changes the cluster at the present moment. */
  change<T>(action: (state: ClusterState) => T): T {
    this.#catchUp()
    const result = action(this.#state)
    this.#settle()
    return result
  }

  /** Asks a node; `answered` is called once, at once or later. */
  ask(
    target: { nodeId: number; listener: ListenerKind },
    request: ClientRequest,
    answered: (response: ClientResponse) => void,
  ): void {
    const requestId = this.#nextRequestId
    this.#nextRequestId += 1
    this.#waiting.set(requestId, answered)
    this.change((state) => submit(state, target, requestId, request))
  }

  close(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #catchUp(): void {
    const now = this.#now()
    // The simulation's time never goes back; after a long sleep of the machine it jumps.
    if (now - this.#state.nowMs > MAX_CATCH_UP_MS) this.#state.nowMs = now
    advance(this.#state, Math.max(now, this.#state.nowMs))
  }

  #settle(): void {
    advance(this.#state, this.#state.nowMs)
    this.#handOut()
    this.#schedule()
  }

  #handOut(): void {
    for (const { requestId, response } of takeOutbox(this.#state)) {
      const answered = this.#waiting.get(requestId)
      this.#waiting.delete(requestId)
      answered?.(response)
    }
    const state = this.#state
    for (const probe of takeProbes(state)) {
      void this.#probe(probe.host, probe.port).then((result) => {
        if (!this.#closed && this.#state === state) this.change(() => answerProbe(state, probe, result))
      })
    }
  }

  #schedule(): void {
    if (this.#closed) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    const dueMs = nextEventAtMs(this.#state) - this.#now()
    const sleepMs = Math.min(Math.max(0, dueMs), MAX_SLEEP_MS)
    this.#timer = setTimeout(() => {
      this.#catchUp()
      this.#settle()
    }, sleepMs)
  }
}
