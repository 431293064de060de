/** Whether a backup is what is on the disk, byte by byte: what may be undone may be done. Reads only. */
import { existsSync } from 'node:fs'
import { type DiskRefusal, refusal } from '../../recovery/refusals.ts'
import { begunPlans, DROPPED, stateOf } from '../change/planNote.ts'
import type { ChangeRequest } from '../change/request.ts'
import { damagedInBackup, differingFiles, readManifest } from '../write/hashedFiles.ts'

/** Files that an interrupted change with this very backup has touched: they are accounted for by its plan. */
function touched(backup: string, path: string): Set<string> {
  const begun = begunPlans(backup).filter((plan) => plan.path === path && stateOf(path, plan) === 'begun')
  return new Set(begun.flatMap(({ file, dropped }) => [file, ...dropped, ...dropped.map((one) => `${one}${DROPPED}`)]))
}

function filesText(files: readonly string[]): string {
  return `${files.slice(0, 5).join(', ')}${files.length > 5 ? ` and ${files.length - 5} more` : ''}`
}

export function backupRefusals(
  { backup, kind, directory }: Pick<ChangeRequest, 'backup' | 'kind' | 'directory'>,
  path: string,
): DiskRefusal[] {
  const make = `Make one: disk backup ${directory} DIRECTORY, and give that directory as --backup.`
  if (backup === null) return kind === 'graft' ? [] : [refusal('backup-missing', 'No backup is named.', make)]
  const manifest = existsSync(backup) ? readManifest(backup) : null
  // A freshly formatted disk has nothing that could be lost: the folder only takes the plan and the receipt.
  if (kind === 'graft' && manifest === null) return []
  if (manifest === null)
    return [refusal('backup-missing', `${backup} holds no manifest.json of a finished backup.`, make)]
  const damaged = damagedInBackup(backup, manifest)
  if (damaged.length > 0)
    return [
      refusal(
        'backup-differs',
        `In the backup ${filesText(damaged)} ${damaged.length === 1 ? 'is' : 'are'} not what the manifest says.`,
        make,
      ),
    ]
  const known = touched(backup, path)
  const differing = differingFiles(path, manifest).filter((file) => !known.has(file))
  if (differing.length === 0) return []
  return [
    refusal(
      'backup-differs',
      `The backup of ${new Date(manifest.takenAtMs).toISOString()} is not what is on the disk: ${filesText(differing)}.`,
      `The node has run since, or it is a backup of another disk. ${make}`,
    ),
  ]
}
