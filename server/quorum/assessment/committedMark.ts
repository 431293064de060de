/**
 * What was committed stays committed: a leader whose log ends before it, or a second leader of one epoch, is proof that
 * metadata is lost or that two quorums were at work (Raft: leader completeness, election safety). Pure.
 */
import type { CommittedMark } from '../../contract/quorumMemory.ts'
import type { Incident } from '../../contract/quorumView.ts'

/** What a leader showed. */
export interface ShownLog {
  leaderId: number
  leaderEpoch: number
  highWatermark: number | null
  logEndOffset: number | null
}

export type FoundIncident = Pick<Incident, 'kind' | 'title' | 'detail'>

export interface Judgement {
  /** What is known to be committed from now on. */
  mark: CommittedMark | null
  found: FoundIncident | null
}

const number = (value: number): string => value.toLocaleString('en-US')

const STOP =
  'Stop here: start, restart, format and remove no controller. Keep every controller disk as it is, above all'

export function judgeCommitted(mark: CommittedMark | null, shown: ShownLog): Judgement {
  const { leaderId, leaderEpoch, highWatermark, logEndOffset } = shown
  // Until a leader has a high watermark of its own, what was committed before still stands.
  const next: CommittedMark | null = highWatermark === null ? mark : { leaderId, leaderEpoch, highWatermark }
  if (mark === null) return { mark: next, found: null }
  // Of the same leader in the same epoch the log alone proves a loss: its high watermark may be an older statement.
  const isSame = leaderEpoch === mark.leaderEpoch && leaderId === mark.leaderId
  const end = isSame || highWatermark === null ? logEndOffset : Math.min(logEndOffset ?? highWatermark, highWatermark)
  if (end !== null && end < mark.highWatermark) {
    return {
      mark: { leaderId, leaderEpoch, highWatermark: end },
      found: {
        kind: 'metadata-missing',
        title: `Committed metadata is missing: ${number(mark.highWatermark)} → ${number(end)} records`,
        detail:
          `${number(mark.highWatermark)} records were committed under controller ${mark.leaderId} (epoch ${mark.leaderEpoch}); the log of ` +
          `controller ${leaderId}, which leads now (epoch ${leaderEpoch}), holds ${number(end)}. Topics, configurations and registrations ` +
          `of the rest are not known to this leader. ${STOP} that of controller ${mark.leaderId}, which held what is missing. ` +
          'Brokers that still run hold copies of the metadata log, too: do not restart them.',
      },
    }
  }
  if (leaderEpoch === mark.leaderEpoch && leaderId !== mark.leaderId) {
    return {
      mark: next,
      found: {
        kind: 'two-leaders',
        title: `Two controllers led in epoch ${leaderEpoch}: ${mark.leaderId} and ${leaderId}`,
        detail:
          'One quorum has one leader in an epoch, so two quorums of this cluster are at work, or were, and each may have committed what the ' +
          `other does not know. ${STOP} those of ${mark.leaderId} and ${leaderId}. Find the node that was formatted anew or got another ` +
          'list of voters, and compare the logs before anything is stopped for good.',
      },
    }
  }
  if (leaderEpoch < mark.leaderEpoch) {
    return {
      mark: next,
      found: {
        kind: 'two-leaders',
        title: `The epoch went backwards: ${mark.leaderEpoch} → ${leaderEpoch}`,
        detail:
          `Controller ${mark.leaderId} led in epoch ${mark.leaderEpoch}, and controller ${leaderId} leads now in epoch ${leaderEpoch}. Within one quorum ` +
          `epochs only rise: this is another quorum of the same cluster id, or one that was formatted anew. ${STOP} that of ${mark.leaderId}.`,
      },
    }
  }
  // The mark only rises: an older statement of the same epoch may come late.
  const rises = next !== null && (next.highWatermark >= mark.highWatermark || next.leaderEpoch > mark.leaderEpoch)
  return { mark: rises ? next : mark, found: null }
}
