/** A quorum that Quorumdeck started itself, simulated or of real Kafka processes: its hosts can be broken by a click. */
import * as z from 'zod/mini'
import { Role } from './quorumView.ts'

/**
 * `running`; `slow`: it answers and fetches late; `frozen`: the process exists but does nothing (SIGSTOP);
 * `stopped`: no process, its disk is as it was; `wiped`: no process and an empty disk, it must be formatted.
 */
export const SandboxNodeState = z.enum(['running', 'slow', 'frozen', 'stopped', 'wiped'])
export type SandboxNodeState = z.infer<typeof SandboxNodeState>

/**
 * `stop`: orderly shutdown; `kill`: at once (SIGKILL); `wipe`: the disk is lost, and the process with it; `format`: what
 * `kafka-storage format --no-initial-controllers` does, a new directory id on an empty disk; `restart`: stop and start.
 */
export const SandboxNodeAction = z.enum([
  'start',
  'stop',
  'kill',
  'restart',
  'freeze',
  'resume',
  'slow',
  'unslow',
  'wipe',
  'format',
])
export type SandboxNodeAction = z.infer<typeof SandboxNodeAction>

/** `add-node` makes a new host, formatted and stopped; `reset` makes the whole quorum anew. */
export const SandboxAction = z.discriminatedUnion('action', [
  z.object({ action: SandboxNodeAction, nodeId: z.int().check(z.nonnegative()) }),
  z.object({ action: z.literal('add-node'), roles: z.array(Role).check(z.minLength(1)) }),
  z.object({ action: z.literal('reset') }),
])
export type SandboxAction = z.infer<typeof SandboxAction>

export const SandboxNode = z.object({
  nodeId: z.int(),
  roles: z.array(Role),
  state: SandboxNodeState,
  /** Directory id on the node's disk; `null` when it is empty. */
  directoryId: z.nullable(z.string()),
  address: z.string(),
  /** What can be done to it now. */
  actions: z.array(SandboxNodeAction),
})
export type SandboxNode = z.infer<typeof SandboxNode>

export const SandboxState = z.object({
  simulated: z.boolean(),
  /** In words: "simulated Kafka 4.3 quorum", "Apache Kafka 3.9.2". */
  label: z.string(),
  nodes: z.array(SandboxNode),
})
export type SandboxState = z.infer<typeof SandboxState>

/** What a sandbox offers the server; `main` connects the two. Rejects with an Error whose message is for people. */
export interface SandboxPort {
  describe(): Promise<SandboxState>
  act(action: SandboxAction): Promise<SandboxState>
}
