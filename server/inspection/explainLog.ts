/** What a segment of the metadata log says: how far this copy reaches, and whether it is of this quorum. Pure. */
import type { DiskFinding } from '../contract/inspection.ts'
import type { LogSegmentFile } from '../kafka/records/logSegmentFile.ts'
import { finding, type Known } from './known.ts'

export function explainLog(segment: LogSegmentFile, { view }: Known): DiskFinding[] {
  const found: DiskFinding[] = []
  const { endOffset, lastEpoch, problem } = segment
  if (problem !== '')
    found.push(
      finding(
        'log-not-whole',
        'warning',
        'The segment is not whole',
        `${problem[0]?.toUpperCase()}${problem.slice(1)}. At its next start Kafka cuts off what it cannot read, and fetches it again from a leader; without a leader it is lost.`,
        'Keep a copy of the whole directory before the node is started.',
      ),
    )
  if (view === null) return found
  const { leaderEpoch, highWatermark } = view.quorum
  if (leaderEpoch !== null && lastEpoch > leaderEpoch)
    found.push(
      finding(
        'log-epoch-ahead',
        'critical',
        `Its last record is of epoch ${lastEpoch}; the quorum is in ${leaderEpoch}`,
        'Epochs never go back in one quorum: this disk has lived in another quorum, or the quorum was restored from an older copy.',
        'Do not start a node with this disk before it is clear where it has been, and keep it.',
      ),
    )
  else if (highWatermark !== null && endOffset > highWatermark + 1000)
    found.push(
      finding(
        'log-ahead',
        'critical',
        `It reaches to offset ${endOffset}; the quorum has committed ${highWatermark}`,
        'Either the quorum has lost what it had committed, and this copy holds it, or these records were never committed.',
        'Keep the disk and start no node with it. Compare it with the copies of the others: give all of them together here.',
      ),
    )
  else if (highWatermark !== null)
    found.push(
      finding(
        'log-offset',
        'good',
        `The log reaches to offset ${endOffset}, epoch ${lastEpoch}`,
        `The quorum has committed ${highWatermark}. A node that starts with it reads the rest from the leader.`,
      ),
    )
  return found
}
