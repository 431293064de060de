/** Files of several disks, distinguished by the folder in their names, and ranked by how far their copy of the log reaches. Pure. */
import type { DiskFinding, Inspection } from '../contract/inspection.ts'
import type { MetaProperties } from '../kafka/records/metaProperties.ts'
import { endOf as endOfReport, furtherFirst } from '../recovery/ranking.ts'
import type { DecodedFile } from './diskFiles.ts'
import { finding } from './known.ts'

export interface Disk {
  /** The folder of its files; empty where their names have none. */
  folder: string
  files: DecodedFile[]
}

const LOG_FOLDER = /\/?__cluster_metadata-0$/

function folderOf(name: string): string {
  const path = name.replaceAll('\\', '/')
  const at = path.lastIndexOf('/')
  return at < 0 ? '' : path.slice(0, at).replace(LOG_FOLDER, '')
}

export function disksOf(files: readonly DecodedFile[]): Disk[] {
  // A report is a disk of its own, wherever the file lies.
  const key = ({ name, kind }: DecodedFile) => (kind === 'disk-report' ? `report ${name}` : folderOf(name))
  return [...Map.groupBy(files, key)].map(([folder, own]) => ({ folder: folder.replace(/^report /, ''), files: own }))
}

export function metaOf({ files }: Disk): MetaProperties | null {
  return (
    files.flatMap((file) => {
      if (file.kind === 'meta.properties') return [file.meta]
      return file.kind === 'disk-report' && file.report.meta !== null ? [{ version: 1, ...file.report.meta }] : []
    })[0] ?? null
  )
}

/** The end of its log: of the last segment, else of the newest snapshot. */
function endOf({ files }: Disk): { epoch: number; endOffset: number } | null {
  const ends = files.flatMap((file) => {
    if (file.kind === 'disk-report') return endOfReport(file.report) ?? []
    if (file.kind === 'log') return [{ epoch: file.segment.lastEpoch, endOffset: file.segment.endOffset }]
    const id = file.kind === 'checkpoint' && file.checkpoint.whole ? file.checkpoint.id : null
    return id === null ? [] : [{ epoch: id.epoch, endOffset: id.endOffset }]
  })
  return ends.toSorted(furtherFirst)[0] ?? null
}

/**
 * By (epoch of the last record, log end offset), as an election compares logs (Raft, log matching): the first holds every
 * committed record that any of them holds. The longest alone may be the wrong one.
 */
export function rankingOf(disks: readonly Disk[]): Inspection['ranking'] {
  return disks
    .flatMap((disk) => {
      const end = endOf(disk)
      const meta = metaOf(disk)
      if (end === null) return []
      const [nodeId, directoryId] = [meta?.nodeId ?? null, meta?.directoryId ?? null]
      return [{ disk: disk.folder, nodeId, directoryId, end }]
    })
    .toSorted((a, b) => furtherFirst(a.end, b.end))
    .map(({ end, ...of }) => ({ ...of, epoch: end.epoch, logEndOffset: end.endOffset }))
}

/** What only several disks together show. */
export function explainTogether(disks: readonly Disk[]): DiskFinding[] {
  const found: DiskFinding[] = []
  const metas = disks.flatMap((disk) => metaOf(disk) ?? [])
  const byDirectory = Map.groupBy(
    metas.filter((m) => m.directoryId !== null),
    (m) => m.directoryId,
  )
  for (const [directoryId, own] of byDirectory) {
    if (own.length < 2) continue
    found.push(
      finding(
        'directory-id-twice',
        'critical',
        `The directory id ${directoryId} is on ${own.length} disks`,
        `They are copies of one disk (node ${[...new Set(own.map((m) => m.nodeId ?? 'unknown'))].join(', ')}). Started together they vote under one identity, and neither knows what the other has promised; Kafka refuses two directories of one node with one id.`,
        'Start only one of them, the one that reaches furthest, and keep the other as it is.',
      ),
    )
  }
  const clusters = new Set(metas.flatMap((m) => m.clusterId ?? []))
  if (clusters.size > 1)
    found.push(
      finding(
        'disks-of-several-clusters',
        'critical',
        `The disks are of ${clusters.size} clusters`,
        `Cluster ids: ${[...clusters].slice(0, 8).join(', ')}. Their logs cannot be compared.`,
        'Take the disks of one cluster, and look again.',
      ),
    )
  const ranking = rankingOf(disks)
  const [best, second] = ranking
  if (best === undefined || second === undefined || clusters.size > 1) return found
  const name = (one: typeof best) => (one.nodeId === null ? one.disk || 'one disk' : `node ${one.nodeId}`)
  found.push(
    finding(
      'ranked',
      'info',
      `The furthest copy is that of ${name(best)}: epoch ${best.epoch}, log end offset ${best.logEndOffset}`,
      `${ranking.map((one) => `${name(one)}: epoch ${one.epoch}, ${one.logEndOffset}`).join('; ')}. Ranked as an election compares logs: the last epoch first, then the length. The first holds every committed record that any of these copies holds; records at its end may be uncommitted.`,
      'Where a majority is lost, this is the disk to keep first. Brokers hold copies, too: give them as well.',
    ),
  )
  return found
}
