/** A report and a ranking as a person reads them who has been woken up. Pure. */
import type { DiskReport } from '../../contract/diskReport.ts'
import { hostPort } from '../../contract/hostPort.ts'
import { nameOf } from '../../recovery/copiesRules.ts'
import { endOf, goesItsOwnWay, type RankedCopy } from '../../recovery/ranking.ts'

const MAX_TAIL_LINES = 20
const time = (ms: number): string => new Date(ms).toISOString()

function logLines({ log, lock }: DiskReport): string[] {
  const held = {
    free: 'no: the node is stopped',
    held: 'yes: its lock is held',
    unknown: 'not known: this host does not show locks',
  }
  if (log === null) return [`running      ${held[lock]}`, 'log          none']
  const { startOffset, endOffset, lastEpoch, batches, bytes, epochs, damage } = log
  return [
    `running      ${held[lock]}`,
    `log          offsets ${startOffset} to ${endOffset} (end), last epoch ${lastEpoch}; ${batches} batches, ${bytes} bytes`,
    `epochs       ${epochs
      .slice(-6)
      .map(
        ({ epoch, startOffset: at, leaderId }) =>
          `${epoch} from ${at}${leaderId === null ? '' : ` (node ${leaderId} led)`}`,
      )
      .join(', ')}`,
    damage === null
      ? 'condition    whole to its last byte'
      : damage.kind === 'torn'
        ? `condition    TORN at the end, as a crash leaves it: ${damage.file}, byte ${damage.byte}: ${damage.problem}. Kafka cuts it off itself.`
        : `condition    DAMAGED: ${damage.file}, byte ${damage.byte}: ${damage.problem}`,
  ]
}

function voterLines({ voterSets, kraftVersion }: DiskReport): string[] {
  const set = voterSets.at(-1)
  if (set === undefined)
    return [`voters       none in the log: kraft.version ${kraftVersion ?? 0}, controller.quorum.voters counts`]
  return [
    `voters       of offset ${set.offset}, epoch ${set.epoch} (kraft.version ${kraftVersion ?? 0})`,
    ...set.voters.map(
      ({ nodeId, directoryId, endpoints }) =>
        `               ${nodeId}  ${directoryId ?? 'no directory id'}  ${endpoints.map((one) => `${one.listener} ${hostPort(one)}`).join(', ')}`,
    ),
  ]
}

export function reportText(report: DiskReport): string {
  const { meta, snapshots, quorumState, committedAtLeast, counts, tail, moreTail, problems } = report
  const end = endOf(report)
  const newest = snapshots.findLast(({ complete }) => complete)
  const shown = tail.slice(-MAX_TAIL_LINES)
  const hidden = moreTail + tail.length - shown.length
  return [
    `${report.path} on ${report.host}, ${time(report.takenAtMs)}`,
    '',
    `node         ${meta?.nodeId ?? 'unknown'}, directory ${meta?.directoryId ?? 'unknown'}`,
    `cluster      ${meta?.clusterId ?? 'unknown'}`,
    `reaches      ${end === null ? 'nothing is in it' : `epoch ${end.epoch}, offset ${end.endOffset}`}`,
    ...logLines(report),
    `snapshots    ${snapshots.length}${newest === undefined ? ', none complete' : `; the newest complete one ends at ${newest.endOffset}, epoch ${newest.epoch}`}`,
    `committed    everything below ${committedAtLeast} for certain; what follows may be`,
    ...voterLines(report),
    `quorum-state ${
      quorumState === null
        ? 'none'
        : `epoch ${quorumState.leaderEpoch ?? 'none'}, leader ${quorumState.leaderId ?? 'none'}${quorumState.voted === null ? '' : `, voted for ${quorumState.voted.nodeId}`}`
    }`,
    `holds        ${counts.topics} topics, ${counts.partitions} partitions, ${counts.brokers} brokers`,
    ...(tail.length === 0
      ? []
      : [
          `at its end   ${hidden > 0 ? `${hidden} more, then` : ''}`.trimEnd(),
          ...shown.map(({ offset, epoch, text }) => `               ${offset} (epoch ${epoch})  ${text}`),
        ]),
    ...(problems.length === 0 ? [] : ['problems', ...problems.map((problem) => `  - ${problem}`)]),
  ].join('\n')
}

export function rankingText(ranking: readonly RankedCopy[], empty: readonly DiskReport[]): string {
  const [best] = ranking
  if (best === undefined) return 'None of these copies holds a record.'
  return [
    '     epoch       ends at  votes  whole    node',
    ...ranking.map(({ report, end, votes }, at) => {
      const { damage = null } = report.log ?? {}
      const own = at > 0 && goesItsOwnWay(report, best.report) ? '  holds records that the first does not' : ''
      return `${String(at + 1).padStart(3)}  ${String(end.epoch).padEnd(10)}  ${String(end.endOffset).padEnd(8)} ${(votes ? 'yes' : 'no').padEnd(5)}  ${(damage?.kind ?? 'yes').padEnd(7)}  ${nameOf(report)} in ${report.path} on ${report.host}${own}`
    }),
    ...empty.map((report) => `  -  no record              ${nameOf(report)} in ${report.path} on ${report.host}`),
    '',
    best.votes
      ? `Go on with ${nameOf(best.report)}: disk backup, then disk recover, in ${best.report.path} on ${best.report.host}.`
      : `The furthest copy is an observer’s, ${nameOf(best.report)}: format a controller anew, then disk graft --from ${best.report.path}.`,
  ].join('\n')
}
