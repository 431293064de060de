/**
 * Which quorum is watched, and the highest epoch in which a leader of it was seen, by this process or one before it. An
 * answer of another cluster, or of an older epoch, is not believed.
 */
import type { Incidents } from './incidents.ts'

export class QuorumIdentity {
  readonly #expected: string | null
  readonly #incidents: Incidents
  #clusterId: string | null
  #epoch = 0

  /** @param expected refuse any other cluster; `null`: the first one that answers is the one */
  constructor(expected: string | null, incidents: Incidents) {
    this.#expected = expected
    this.#incidents = incidents
    this.#clusterId = expected
  }

  /** `null` until somebody has said it. */
  get clusterId(): string | null {
    return this.#clusterId
  }

  get epoch(): number {
    return this.#epoch
  }

  led(epoch: number): void {
    this.#epoch = Math.max(this.#epoch, epoch)
  }

  /** Whether somebody who states this belongs to another cluster. Who may not report it gets the benefit of the doubt. */
  isOther(clusterId: string | null): clusterId is string {
    return clusterId !== null && this.#clusterId !== null && clusterId !== this.#clusterId
  }

  /** The cluster id is known, for the first time perhaps: what was kept of this quorum counts from now on. */
  async identify(clusterId: string | null): Promise<void> {
    this.#clusterId ??= clusterId
    if (this.#clusterId === null) return
    const isNews = await this.#incidents.of(this.#clusterId)
    if (isNews) this.led(this.#incidents.epoch)
  }

  forget(): void {
    this.#clusterId = this.#expected
    this.#epoch = 0
  }
}
