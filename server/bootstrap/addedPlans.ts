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

/** @throws Refusal, StorageFailure */
export interface AddedPlans {
  /** Watches the cluster of the plan from now on, and after every restart. The same cluster id again adds nothing twice. */
  watch(plan: BootstrapPlan, commandConfig: string | null): Promise<{ cluster: string; name: string }>
  /** Stops watching it and forgets its plan. Clusters of the configuration stay. */
  forget(cluster: string): Promise<void>
  plan(cluster: string): BootstrapPlan
  /** Asks every controller of the plan, now. */
  look(cluster: string): Promise<Looked>
}
