/** An event that is no record of the log, made of what was kept. Pure. */
import type { QuorumEvent } from '../../contract/past/events.ts'

type Said = Pick<QuorumEvent, 'id' | 'cluster' | 'kind' | 'atMs' | 'severity' | 'title'> &
  Partial<Pick<QuorumEvent, 'epoch' | 'replicas' | 'actor'>>

export function keptEvent(said: Said): QuorumEvent {
  return {
    revision: 1,
    offset: null,
    epoch: null,
    committed: null,
    retracted: false,
    replicas: [],
    actor: null,
    ...said,
  }
}
