/**
 * What the files of a disk mean for a watched quorum: whose disk it is, whether its vote counts, how old its memory is.
 * Pure. A file is never judged by itself where the quorum tells more; what is not known is not concluded from.
 */

import { gravestFirst } from '../contract/advice.ts'
import type { DiskFinding } from '../contract/inspection.ts'
import type { DecodedFile } from './diskFiles.ts'
import { explainCheckpoint } from './explainCheckpoint.ts'
import { explainLog } from './explainLog.ts'
import { explainMeta } from './explainMeta.ts'
import { explainQuorumState } from './explainQuorumState.ts'
import { finding, type Known } from './known.ts'

function ofNewerKafka(problem: string): DiskFinding {
  return finding(
    'newer-format',
    'critical',
    'The disk was written by a newer Kafka than is known here',
    `${problem} An older Kafka does not start on it, and what else is in it may mean something new.`,
    'Start it only with the release that wrote it, or a later one.',
  )
}

/** Several files of one disk are read together: what one says may make sense of another. */
export function explainDisk(files: readonly DecodedFile[], known: Known): DiskFinding[] {
  const metas = files.flatMap((file) => (file.kind === 'meta.properties' ? [file.meta] : []))
  const [meta = null] = metas
  const foreign =
    known.view?.clusterId != null &&
    metas.some((one) => one.clusterId !== null && one.clusterId !== known.view?.clusterId)
  const found = files.flatMap((file): DiskFinding[] => {
    switch (file.kind) {
      case 'meta.properties':
        return explainMeta(file.meta, known)
      case 'quorum-state':
        // Of another cluster: epochs and voters cannot be compared.
        return explainQuorumState(file.state, meta, foreign ? { ...known, view: null } : known)
      case 'checkpoint':
      case 'bootstrap.checkpoint':
        return explainCheckpoint(file.checkpoint, foreign ? { ...known, view: null } : known, meta)
      case 'log':
        return explainLog(file.segment, foreign ? { ...known, view: null } : known)
      case 'partition.metadata':
        return []
      case 'disk-report':
        return file.report.meta === null ? [] : explainMeta({ version: 1, ...file.report.meta }, known)
      case 'unknown':
        return file.newer ? [ofNewerKafka(file.problem)] : []
      default:
        return file satisfies never
    }
  })
  if (new Set(metas.map((one) => `${one.clusterId} ${one.nodeId}`)).size > 1)
    found.push(
      finding(
        'several-disks',
        'warning',
        'The files are of several nodes',
        'Each meta.properties names another node or cluster; the findings on the other files may belong to either.',
        'Give each disk as a folder of its own: then they are read one by one, and ranked.',
      ),
    )
  const alike = new Map(found.map((one) => [`${one.code} ${one.title}`, one]))
  return gravestFirst([...alike.values()])
}
