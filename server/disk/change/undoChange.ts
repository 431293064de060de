/** Takes a change back while nothing has been written since: the disk is again, byte by byte, what the backup holds. */
import { existsSync, lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { DiskPlan } from '../../contract/disk/diskPlan.ts'
import { type DiskRefusal, refusal } from '../../recovery/refusals.ts'
import type { DiskHost } from '../host.ts'
import { diskDirectory, LOG_FOLDER } from '../walk/inspectDisk.ts'
import { damagedInBackup, differingFiles, matches, readManifest } from '../write/hashedFiles.ts'
import { writeNote } from '../write/writeNote.ts'
import { directoryRefusals, withLock } from './directory.ts'
import { begunPlans, bytesFrom, DROPPED, planHash, stateOf } from './planNote.ts'

export type UndoOutcome =
  | { result: 'refused'; refusals: DiskRefusal[] }
  | { result: 'undone'; plan: DiskPlan; planSha256: string }

function restoreSegment(plan: DiskPlan, path: string, backup: string, { writes }: DiskHost): void {
  const file = join(path, plan.file)
  if (plan.sha256Before === null) {
    if (existsSync(file)) writes.remove(file)
    for (const dropped of plan.dropped) {
      const put = join(path, `${dropped}${DROPPED}`)
      if (existsSync(put)) writes.rename(put, join(path, dropped))
    }
  } else {
    if (lstatSync(file).size > plan.wholeBytes) writes.truncate(file, plan.wholeBytes)
    const torn = bytesFrom(join(backup, plan.file), plan.wholeBytes, plan.cutBytes ?? 0)
    if (torn.length > 0) writes.writeAt(file, plan.wholeBytes, torn)
    writes.syncFile(file)
  }
  writes.syncFolder(join(path, LOG_FOLDER))
}

function removeGraft(plan: DiskPlan, path: string, backup: string, { writes }: DiskHost): void {
  for (const file of new Set([plan.file, ...plan.copied.map((one) => one.file)]))
    if (existsSync(join(path, file))) writes.remove(join(path, file))
  // Files without records that the graft took away.
  for (const { file } of readManifest(backup)?.files ?? [])
    if (!existsSync(join(path, file))) {
      writes.copy(join(backup, file), join(path, file))
      writes.syncFile(join(path, file))
    }
  writes.syncFolder(join(path, LOG_FOLDER))
}

/** Files that the change itself has made or taken away. */
function ownFiles({ file, dropped, copied }: DiskPlan): Set<string> {
  return new Set([file, ...dropped, ...dropped.map((one) => `${one}${DROPPED}`), ...copied.map((one) => one.file)])
}

function undoRefusals(plan: DiskPlan | undefined, path: string, backup: string): DiskRefusal[] {
  const manifest = readManifest(backup)
  if (manifest === null && plan?.kind !== 'graft')
    return [
      refusal(
        'backup-missing',
        `${backup} holds no manifest.json of a finished backup.`,
        'Give the directory that was given as --backup.',
      ),
    ]
  const damaged = manifest === null ? [] : damagedInBackup(backup, manifest)
  if (damaged.length > 0)
    return [
      refusal(
        'backup-differs',
        `In the backup ${damaged.slice(0, 5).join(', ')} ${damaged.length === 1 ? 'is' : 'are'} not what the manifest says.`,
        'Restore the directory from another copy; nothing was written.',
      ),
    ]
  const begun = begunPlans(backup).filter((one) => one.path === path)
  if (plan === undefined)
    return [
      begun.length === 0 || begun.some((one) => stateOf(path, one) === 'before')
        ? refusal(
            'nothing-to-undo',
            `${begun.length === 0 ? `No plan for ${path} is in ${backup}.` : `${path} is as it was before the change.`}`,
            'Give the directory and the backup that the change was made with.',
          )
        : refusal(
            'started-since',
            `The log in ${path} is neither what the change left nor what was before it.`,
            'The node has run since: what it wrote would be lost. Go on with it, or restore the backup by hand with the node stopped.',
          ),
    ]
  const own = ownFiles(plan)
  const since =
    manifest === null || plan.kind === 'graft' ? [] : differingFiles(path, manifest).filter((file) => !own.has(file))
  const copies = plan.copied.filter((one) => one.file !== plan.file && !matches(path, one)).map(({ file }) => file)
  if (since.length + copies.length === 0) return []
  return [
    refusal(
      'started-since',
      `${[...since, ...copies].slice(0, 5).join(', ')} changed after the backup.`,
      'The node has run since. Go on with it, or restore the backup by hand with the node stopped.',
    ),
  ]
}

export function undoChange(directory: string, backup: string, host: DiskHost): Promise<UndoOutcome> {
  const path = diskDirectory(directory)
  return withLock(path, host, (lockRefusals): UndoOutcome => {
    const places = [...directoryRefusals(path), ...lockRefusals]
    if (places.length > 0) return { result: 'refused', refusals: places }
    const plan = begunPlans(backup).find(
      (one) => one.path === path && ['begun', 'complete'].includes(stateOf(path, one)),
    )
    const refusals = undoRefusals(plan, path, backup)
    if (refusals.length > 0 || plan === undefined) return { result: 'refused', refusals }
    if (plan.kind === 'graft') removeGraft(plan, path, backup, host)
    else restoreSegment(plan, path, backup, host)
    const planSha256 = planHash(plan)
    writeNote(host.writes, join(backup, `undone-${planSha256.slice(0, 8)}.json`), {
      format: 'quorumdeck-disk-undone',
      version: 1,
      planSha256,
      undoneAtMs: host.nowMs(),
    })
    return { result: 'undone', plan, planSha256 }
  })
}
