/** Stands for the clusters of runs that are watched no more: nothing is seen of them, and nothing can be sent. */
import type { WorkflowCluster } from '../run/ports.ts'

/** No cluster has this name: names come from the configuration, and have no blanks. */
export const UNWATCHED = 'not watched'

const NOT_SENT = { kind: 'not-sent', problem: 'The cluster of this run is not watched. Nothing was sent.' } as const

export const unwatchedCluster: WorkflowCluster = {
  cluster: UNWATCHED,
  source: {
    cluster: UNWATCHED,
    view: null,
    log: null,
    nodes: new Map(),
    link: { state: 'unreachable', sinceMs: 0, problem: null, attempts: [] },
    ageMs: () => null,
    refresh: async () => null,
    controllerEndpoints: () => [],
    setActive: () => undefined,
    subscribe: () => () => undefined,
  },
  writes: {
    changeVoters: async () => NOT_SENT,
    act: async () => NOT_SENT,
    probe: async () => [],
  },
  reads: { disks: async () => new Map() },
  cruiseControl: null,
  hosts: null,
  bootstrapControllers: [],
  commandConfig: null,
}
