/** The door to clusters that are added while the program runs: what the HTTP API calls. `main` stands behind it. */
import type { BootstrapPlan } from '../contract/bootstrap.ts'
import type { QuorumView } from '../contract/quorumView.ts'
import type { ControllerLook } from '../quorum/reading/controllers/controllerLook.ts'

export interface Looked {
  plan: BootstrapPlan
  looks: ControllerLook[]
  /** The newest view of its leader; `null` while no leader answers. */
  view: QuorumView | null
  lookedAtMs: number
}

/** Why a cluster could not be added or taken away, in words. */
export class AddingRefused extends Error {
  readonly status: 404 | 409 | 422
  readonly code: string
  readonly remedy: string

  constructor(status: 404 | 409 | 422, code: string, message: string, remedy: string) {
    super(message)
    this.name = 'AddingRefused'
    this.status = status
    this.code = code
    this.remedy = remedy
  }
}

/** @throws AddingRefused, StorageFailure */
export interface AddedPlans {
  /** Watches the cluster of the plan from now on, and after every restart. The same cluster id again adds nothing twice. */
  watch(plan: BootstrapPlan, commandConfig: string | null): Promise<{ cluster: string; name: string }>
  /** Stops watching it and forgets its plan. Clusters of the configuration stay. */
  forget(cluster: string): Promise<void>
  plan(cluster: string): BootstrapPlan
  /** Asks every controller of the plan, now. */
  look(cluster: string): Promise<Looked>
}
