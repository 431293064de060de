'use client'
/** What this session may do, as the server says; a page offers nothing that would be refused. */
import { holds } from '../../../server/contract/session.ts'
import { useSession } from './useSession.ts'

/** @param cluster `null`: what is about no cluster alone. `null` while it is not known */
export function useMayAct(cluster: string | null): boolean | null {
  const session = useSession()
  return session === null ? null : !session.readOnly && holds(session, 'operate', cluster)
}

/** The same for a list of things of several clusters. */
export function useActsOn(): (cluster: string | null) => boolean {
  const session = useSession()
  return (cluster) => session !== null && !session.readOnly && holds(session, 'operate', cluster)
}

/** Whether it may change something on one cluster at least. */
export function useMayActSomewhere(): boolean | null {
  const session = useSession()
  if (session === null) return null
  return !session.readOnly && [null, ...Object.keys(session.clusters)].some((one) => holds(session, 'operate', one))
}

/** Why nothing can be changed here, in one sentence; `null`: it can, or nothing is known yet. */
export function useWhyNot(cluster: string | null): string | null {
  const session = useSession()
  if (session === null || session.role === 'wall') return null
  if (session.readOnly) return 'This Quorumdeck is read-only: it changes nothing, whoever asks.'
  if (holds(session, 'operate', cluster)) return null
  return cluster === null
    ? 'This session may watch, not act on what is about all clusters.'
    : 'This session may watch, not act.'
}
