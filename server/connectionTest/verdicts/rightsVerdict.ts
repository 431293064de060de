/** What we may ask of the cluster, and what is not seen without it. Pure. */
import type { Verdict } from './certificateVerdict.ts'

export type Right = 'DESCRIBE' | 'CLUSTER_ACTION' | 'ALTER' | 'DESCRIBE_CONFIGS'
/** `null`: it could not be tried. */
export type Rights = ReadonlyMap<Right, boolean | null>

const WITHOUT: Record<Right, string> = {
  DESCRIBE: 'the quorum cannot be watched at all',
  CLUSTER_ACTION: 'changes are seen by polling only, not as they are written',
  ALTER: 'controllers are not listed, and no voter can be added or removed',
  DESCRIBE_CONFIGS: 'settings of the nodes are not known, and cannot be compared',
}

/** @param principal as whom, for the command; `null` where we have no name */
export function rightsVerdict(rights: Rights, principal: string | null): Verdict {
  const held: Right[] = []
  const missing: Right[] = []
  const untried: Right[] = []
  for (const [right, has] of rights) (has === null ? untried : has ? held : missing).push(right)
  const found = [
    ...missing.map((right) => `${right} on the cluster is missing: ${WITHOUT[right]}.`),
    ...(held.length > 0 ? [`Held: ${held.join(', ')}`] : []),
    ...(untried.length > 0 ? [`Not known: ${untried.join(', ')}`] : []),
  ]
  if (missing.length > 0) {
    const who = principal === null ? 'the user that Quorumdeck connects as' : `User:${principal}`
    const remedy = `Grant ${missing.join(', ')} on CLUSTER to ${who}, with kafka-acls.`
    return { state: missing.includes('DESCRIBE') ? 'failed' : 'warning', found, remedy }
  }
  if (rights.get('DESCRIBE') !== true) {
    const remedy = 'Test again; where it stays so, look at the log of the node.'
    return { state: 'failed', found: ['The quorum could not be asked for.', ...found], remedy }
  }
  return { state: 'ok', found, remedy: '' }
}
