/**
 * `quorum-state`, a node's memory of elections: what must outlive a crash so that it never votes twice in one epoch.
 * Source: org.apache.kafka.raft.FileQuorumStateStore, QuorumStateData.json; data version 0 for kraft.version 0, 1 from
 * kraft.version 1 on.
 */
import * as z from 'zod/mini'

const nodeId = z.int().check(z.minimum(-1), z.maximum(2_147_483_647))
const Version0 = z.object({
  data_version: z.literal(0),
  leaderId: nodeId,
  leaderEpoch: z.int().check(z.minimum(-1)),
  votedId: nodeId,
  currentVoters: z.nullable(z.array(z.object({ voterId: nodeId })).check(z.maxLength(1000))),
})
const Version1 = z.object({
  data_version: z.literal(1),
  leaderId: nodeId,
  leaderEpoch: z.int().check(z.minimum(-1)),
  votedId: nodeId,
  votedDirectoryId: z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/)),
})

export interface QuorumStateFile {
  dataVersion: 0 | 1
  /** `null`: none known in this epoch. */
  leaderId: number | null
  leaderEpoch: number | null
  /** For whom it has voted in this epoch. */
  voted: { nodeId: number; directoryId: string | null } | null
  /** Of data version 0: `controller.quorum.voters` when it was written. */
  staticVoters: number[] | null
}

const ZERO_ID = 'AAAAAAAAAAAAAAAAAAAAAA'
const known = (value: number): number | null => (value < 0 ? null : value)

/** @throws RangeError for a text that is none */
export function parseQuorumState(text: string): QuorumStateFile {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    throw new RangeError('it is no JSON')
  }
  const version: unknown =
    typeof raw === 'object' && raw !== null && 'data_version' in raw ? raw.data_version : undefined
  if (version !== 0 && version !== 1) {
    throw new RangeError(
      version === undefined
        ? 'it has no data_version'
        : `data_version ${JSON.stringify(version)?.slice(0, 20)} is not known here`,
    )
  }
  const parsed = z.discriminatedUnion('data_version', [Version0, Version1]).safeParse(raw)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new RangeError(`${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'does not fit'}`)
  }
  const { data } = parsed
  const votedId = known(data.votedId)
  const directoryId = data.data_version === 1 && data.votedDirectoryId !== ZERO_ID ? data.votedDirectoryId : null
  return {
    dataVersion: data.data_version,
    leaderId: known(data.leaderId),
    leaderEpoch: known(data.leaderEpoch),
    voted: votedId === null ? null : { nodeId: votedId, directoryId },
    staticVoters: data.data_version === 0 ? (data.currentVoters?.map((v) => v.voterId) ?? null) : null,
  }
}
