/** Rules of a recovery broken on purpose, each in one place: the schedules must find every one. */

import type { Recovery } from '../../contract/disk/recovery.ts'
import type { DiskReport } from '../../contract/diskReport.ts'
import { planRecovery, type RecoveryWish, type SeenBefore } from '../../recovery/quorumRecovery.ts'
import { EPOCH_STEP, endOf, furtherFirst, ranked } from '../../recovery/ranking.ts'
import type { RecoveryRules } from './bringBack.ts'

type Plan = typeof planRecovery

/** Plans on some of the reports alone, as if the others had not been there, whatever is refused then. */
function on(choose: (reports: readonly DiskReport[]) => DiskReport[]): Plan {
  return (wish: RecoveryWish, seen: SeenBefore) => {
    const reports = choose(wish.reports)
    const voters = ranked(reports)[0]?.report.voterSets.at(-1)?.voters ?? []
    const lost = voters.filter((v) => !reports.some(({ meta }) => meta?.directoryId === v.directoryId))
    const { recovery, refusals } = planRecovery({ ...wish, reports, lost: lost.map(({ nodeId }) => nodeId) }, seen)
    return { recovery, refusals: refusals.filter(({ code }) => code === 'majority-left' || code === 'no-copy') }
  }
}

function changed(change: (recovery: Recovery, seen: SeenBefore) => Recovery): Plan {
  return (wish, seen) => {
    const { recovery, refusals } = planRecovery(wish, seen)
    return { recovery: recovery === null ? null : change(recovery, seen), refusals }
  }
}

function notFurtherThanLongest(reports: readonly DiskReport[]): DiskReport[] {
  const lengthOf = (report: DiskReport) => endOf(report)?.endOffset ?? 0
  const [longest] = reports.toSorted((a, b) => lengthOf(b) - lengthOf(a))
  const end = longest === undefined ? null : endOf(longest)
  return reports.filter((report) => {
    const own = endOf(report)
    return own === null || end === null || furtherFirst(own, end) >= 0
  })
}

/** The newest voter set of each copy is left out where it may be uncommitted. */
function committedSetAlone(reports: readonly DiskReport[]): DiskReport[] {
  return reports.map((report) => {
    const newest = report.voterSets.at(-1)
    const isOpen = newest?.from === 'log' && newest.offset >= (report.log?.endOffset ?? 0) - 1
    return isOpen ? { ...report, voterSets: report.voterSets.slice(0, -1) } : report
  })
}

export const PLANTED: Readonly<Record<string, RecoveryRules>> = {
  'ranked by length alone': { plan: on(notFurtherThanLongest) },
  'copies of observers left out': {
    plan: on((reports) => ranked(reports).flatMap(({ report, votes }) => (votes ? [report] : []))),
  },
  'written in the next epoch': {
    plan: changed((recovery) => ({ ...recovery, epoch: recovery.epoch - EPOCH_STEP + 1 })),
  },
  'majority of the committed voters alone': { plan: on(committedSetAlone) },
  'the last high watermark believed to be the last one': {
    plan: changed((recovery, { lastLed }) => {
      const atMost = Math.max(0, (lastLed?.highWatermark ?? 0) - recovery.loss.comesAlive.to)
      return { ...recovery, loss: { ...recovery.loss, atMost, ifDownSince: [] } }
    }),
  },
  'a silent voter believed to be silent for ever': {
    plan: changed((recovery) => ({ ...recovery, loss: { ...recovery.loss, ifDownSince: [] } })),
  },
}
