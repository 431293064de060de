/** One change of a disk from the request to the receipt: planned without a confirmation, carried out with one. */
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { DiskPlan } from '../../contract/disk/diskPlan.ts'
import { type DiskRefusal, refusal } from '../../recovery/refusals.ts'
import { newestVoterSet } from '../../recovery/seedRules.ts'
import type { DiskHost } from '../host.ts'
import { LOCK_FILE } from '../lock/lockState.ts'
import { diskDirectory, inspectDisk } from '../walk/inspectDisk.ts'
import { carryOut, confirmDone } from './carryOut.ts'
import { directoryRefusals, withLock } from './directory.ts'
import { begunPlan, planHash, receiptOf, stateOf } from './planNote.ts'
import { planChange, reachRefusals } from './planning.ts'
import type { ChangeOutcome, ChangeRequest } from './request.ts'

const MAX_AGE_MS = 15 * 60_000
/** Clocks of two hosts differ. */
const MAX_AHEAD_MS = 60_000

function ageRefusals(plannedAtMs: number, nowMs: number): DiskRefusal[] {
  const remedy = 'Plan again without --planned-at and --confirm, read what it would do now, and confirm that.'
  const at = `The plan is of ${new Date(plannedAtMs).toISOString()}; this host’s clock shows ${new Date(nowMs).toISOString()}.`
  if (nowMs - plannedAtMs > MAX_AGE_MS) return [refusal('plan-too-old', at, remedy)]
  return plannedAtMs - nowMs > MAX_AHEAD_MS ? [refusal('plan-in-future', at, remedy)] : []
}

/** What the host or the disk refused while it was written. */
function failed(error: unknown, request: ChangeRequest): ChangeOutcome {
  const undo =
    request.backup === null
      ? ''
      : `, or restore the disk: disk recover ${request.directory} --undo --backup ${request.backup}`
  return {
    result: 'refused',
    refusals: [
      refusal(
        'write-failed',
        error instanceof Error ? error.message : String(error),
        `Do not start the node. Remedy the cause, plan again and confirm${undo}.`,
      ),
    ],
  }
}

function done(plan: DiskPlan, path: string, host: DiskHost, request: ChangeRequest): ChangeOutcome {
  try {
    return { result: 'done', receipt: carryOut(plan, path, host), already: false }
  } catch (error) {
    return failed(error, request)
  }
}

/** A confirmed plan that was begun before: done already, or to be gone on with; `null` where it was not begun. */
async function resumed(request: ChangeRequest, path: string, host: DiskHost): Promise<ChangeOutcome | null> {
  const { backup, confirm } = request
  const plan = backup === null || confirm === null ? null : begunPlan(backup, confirm)
  if (backup === null || confirm === null || plan?.path !== path || directoryRefusals(path).length > 0) return null
  const state = stateOf(path, plan)
  if (state === 'complete') {
    try {
      const receipt = receiptOf(backup, confirm) ?? confirmDone(plan, path, host)
      return { result: 'done', receipt, already: true }
    } catch (error) {
      return failed(error, request)
    }
  }
  if (state !== 'begun') return null
  return await withLock(path, host, async (lockRefusals) => {
    const { report } = inspectDisk({ directory: path, nowMs: host.nowMs(), host: host.name, lock: 'free' })
    const voters = newestVoterSet(report)?.voters ?? []
    const silent = voters.filter(
      ({ nodeId }) => plan.kind !== 'recover' || plan.lost.some((lost) => lost.nodeId === nodeId),
    )
    const refusals = [
      ...lockRefusals,
      ...ageRefusals(plan.plannedAtMs, host.nowMs()),
      ...(await reachRefusals(host, plan.kind === 'recover' ? silent : [...silent, ...plan.voters])),
    ]
    return refusals.length > 0 ? { result: 'refused', refusals } : done(plan, path, host, request)
  })
}

export async function runChange(request: ChangeRequest, host: DiskHost): Promise<ChangeOutcome> {
  const path = diskDirectory(request.directory)
  const { confirm } = request
  const begun = await resumed(request, path, host)
  if (begun !== null) return begun
  const attempt = (create: boolean) =>
    withLock(
      path,
      host,
      async (lockRefusals): Promise<ChangeOutcome | 'unlocked'> => {
        const plannedAtMs = request.plannedAtMs ?? host.nowMs()
        const { plan, reports, ...found } = await planChange(request, host, lockRefusals, plannedAtMs)
        const refusals = [...(confirm === null ? [] : ageRefusals(plannedAtMs, host.nowMs())), ...found.refusals]
        const sha256 = plan === null ? '' : planHash(plan)
        if (confirm !== null && plan !== null && sha256 !== confirm)
          refusals.push(
            refusal(
              'plan-differs',
              `What would be done now has the hash ${sha256}; ${confirm} was confirmed.`,
              'Something has changed since, or another plan was meant. Plan again without --planned-at and --confirm.',
            ),
          )
        if (refusals.length > 0 || plan === null) return { result: 'refused', refusals }
        if (confirm === null) return { result: 'planned', plan, sha256, reports }
        // Nothing is written before the lock is held, and a missing lock file is not made before all else is in order.
        if (!create && lstatSync(join(path, LOCK_FILE), { throwIfNoEntry: false }) === undefined) return 'unlocked'
        return done(plan, path, host, request)
      },
      create,
    )
  const first = await attempt(false)
  if (first !== 'unlocked') return first
  const second = await attempt(true)
  if (second === 'unlocked') throw new Error(`the lock file of ${path} vanished`)
  return second
}
