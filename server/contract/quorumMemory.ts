/** What must be remembered of a quorum longer than this server runs, by Kafka's cluster id. */
import * as z from 'zod/mini'
import { Incident } from './quorumView.ts'
import { Actor } from './workflows.ts'

/** The furthest that was seen committed, and under whom. */
export const CommittedMark = z.object({ leaderId: z.int(), leaderEpoch: z.int(), highWatermark: z.int() })
export type CommittedMark = z.infer<typeof CommittedMark>

/** A person has looked at an incident, and has said why Quorumdeck may act again. */
export const IncidentClosing = z.object({ atMs: z.int(), actor: z.string(), reason: z.string() })
export type IncidentClosing = z.infer<typeof IncidentClosing>

export const KeptIncident = z.object({ incident: Incident, closed: z.nullable(IncidentClosing) })
export type KeptIncident = z.infer<typeof KeptIncident>

export const QuorumMemory = z.object({ mark: z.nullable(CommittedMark), incidents: z.array(KeptIncident) })
export type QuorumMemory = z.infer<typeof QuorumMemory>

/** Where it is kept. A call may reject: a disk that is full must not end the watch. */
export interface QuorumMemoryStore {
  /** `null` where nothing is kept of this cluster. */
  read(clusterId: string): Promise<QuorumMemory | null>
  keep(clusterId: string, memory: QuorumMemory): Promise<void>
}

/** The body of `POST /api/clusters/{cluster}/incidents/{id}/close`. */
export const CloseIncident = z.object({
  as: Actor,
  /** What was found, and why changes are safe again. */
  reason: z.string().check(z.trim(), z.minLength(1), z.maxLength(2000)),
})
export type CloseIncident = z.infer<typeof CloseIncident>

/** Open ones, oldest first. */
export const IncidentList = z.object({ incidents: z.array(Incident) })
export type IncidentList = z.infer<typeof IncidentList>
