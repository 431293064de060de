/** A quorum that has lost its majority, and how it is brought back on one copy of its log: what the plan knows, in figures. */
import * as z from 'zod/mini'
import { LoggedVoter, TailRecord } from '../diskReport.ts'
import { ReplicaKey } from '../quorumView.ts'

const count = z.int().check(z.nonnegative())

/**
 * `record`: a voter set of one is written at the end of the best voter's log. `graft`: the same, on a new disk that is made of an
 * observer's copy. `addresses`: the same voters at other addresses are written at the end of the best log. `static`:
 * kraft.version 0, the properties files are edited and nothing is written.
 */
export const RecoveryWay = z.enum(['record', 'graft', 'addresses', 'static'])
export type RecoveryWay = z.infer<typeof RecoveryWay>

/** One copy of the metadata log, as far as a choice between copies needs it. */
export const RankedDisk = z.object({
  nodeId: z.nullable(count),
  directoryId: z.nullable(z.string()),
  host: z.string(),
  path: z.string(),
  /** Of its last record. */
  epoch: count,
  endOffset: count,
  /** Whether the newest voter set names this disk. */
  votes: z.boolean(),
  /**
   * It holds records that the chosen copy does not hold, or may, or votes by a set without the chosen one: it must not run as it is
   * when the chosen one leads.
   */
  goesItsOwnWay: z.boolean(),
  /** Of its files, the newest last: evidence of which bytes the choice was made on. */
  files: z.array(z.object({ name: z.string(), sha256: z.string() })),
})
export type RankedDisk = z.infer<typeof RankedDisk>

export const Loss = z.object({
  /**
   * Committed records that no copy that is left may hold, at most. 0: proven that there is none. `null`: nobody can know; `atLeast`
   * are known.
   */
  atMost: z.nullable(count),
  /** Committed for certain, and not in the chosen copy. */
  atLeast: count,
  /** `atMost` holds if these lost controllers have not run since a leader was seen last: they were silent then. Empty: without condition. */
  ifDownSince: z.array(count),
  /** Offsets of the chosen copy beyond what is known to be committed: they become committed with it. */
  comesAlive: z.object({ from: count, to: count }),
  /** Each statement with its ground. */
  why: z.array(z.string()),
})
export type Loss = z.infer<typeof Loss>

export const Recovery = z.object({
  way: RecoveryWay,
  /** The controller that the quorum comes back on. `directoryId` is `null` while its new disk is not formatted. */
  seed: z.object({ ...ReplicaKey.shape, host: z.string(), path: z.string() }),
  /** Whose copy the disk of the seed is made of; `null`: its own. */
  source: z.nullable(z.object({ nodeId: z.nullable(count), host: z.string(), path: z.string() })),
  /** The newest voter set of all copies. */
  before: z.array(LoggedVoter),
  /** Of them, those whose disks are gone. */
  lost: z.array(LoggedVoter),
  /** Of them, those whose disks are left: they stay stopped until the seed leads. */
  others: z.array(LoggedVoter),
  /** The voter set that is written. */
  after: z.array(LoggedVoter),
  /** Epoch of the batch that is written: whatever leads in a higher one leads after the recovery. */
  epoch: count,
  /** Best first. */
  copies: z.array(RankedDisk),
  loss: Loss,
  /** What stands behind what is known to be committed, by name. */
  tail: z.array(TailRecord),
  /** How many more there are. */
  moreTail: count,
  /** What the chosen copy holds at its end. */
  counts: z.object({ topics: count, partitions: count, brokers: count }),
  /** Brokers by the copies and by what was seen: each is to come back. */
  brokers: z.array(count),
  /** Nodes that were seen, and of whose disk there is no report; `null`: none was seen, so nobody knows which there are. */
  unranked: z.nullable(z.array(count)),
})
export type Recovery = z.infer<typeof Recovery>
