/**
 * What a second person approves, as a hash: the plan, and the voters that it was made for. What the quorum itself fills in
 * while the plan is carried out (directory ids of new disks, plans of parts whose turn has come) is no part of it. Pure.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { keyText } from '../../../contract/replicaKey.ts'
import { onceFor } from '../onceFor.ts'
import type { Plan, Run } from '../run.ts'

/** Hexadecimal digits that stand for it. */
const LENGTH = 32

const hashOf = (value: unknown): string => bytesToHex(sha256(utf8ToBytes(JSON.stringify(value)))).slice(0, LENGTH)

const sorted = (value: object) => Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))

/** The nodes that it is about, as far as they are known: a candidate that is chosen otherwise is another plan. */
function subjects({ target, candidate }: Plan, { nodeId }: Run['params']): number[] {
  const ids = [target?.nodeId, candidate?.nodeId, nodeId].filter((id) => id !== undefined)
  return [...new Set(ids)].sort((a, b) => a - b)
}

/** Of what is to be done. It stays the same while it is done. */
export const planDigest = onceFor(({ kind, clusterId, params, plan }: Run): string =>
  hashOf([
    kind,
    clusterId,
    sorted(params),
    plan.target,
    subjects(plan, params),
    [plan.stop, plan.autoJoin, plan.goalMargin],
    (plan.parts ?? []).map((part) => [part.kind, part.title, sorted(part.params)]),
    plan.recovery ?? null,
  ]),
)

/** Of that and of the voters as they are: what an approval names. */
export const approvalDigest = onceFor((run: Run): string => hashOf([planDigest(run), run.expected.map(keyText).sort()]))
