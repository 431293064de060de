/** The figures of a run: margins after each change, how a candidate catches up, when a gate can hold. Pure. */
import { keyText } from '../../../contract/replicaKey.ts'
import { votersOf } from '../../../contract/voters.ts'
import type { CatchUp, Gate, MarginStage } from '../../../contract/workflows.ts'
import type { Facts } from '../../run/facts.ts'
import { freeNodeId, idAfter } from '../../run/freeNodeId.ts'
import { isOffline } from '../../run/offline.ts'
import type { Run } from '../../run/run.ts'
import { changeOf, hostGatesOf, plannedChangeOf } from '../../run/step.ts'
import { marginStage, plannedVotersOf, racksOfView, votersAfter } from '../../run/votersAfter.ts'
import { gainPerSecond, nearZeroMs } from '../../run/windows/catchUpWindow.ts'
import { healthyMs } from '../../run/windows/healthWindow.ts'
import { steadyMs } from '../../run/windows/track.ts'
import { focusOf } from '../../wizards/parts.ts'
import type { Standing } from './progress.ts'

/** Points of the lag chart. */
const MAX_TRAIL = 120

/** When the last of the voters that are healthy now will have been so for the whole window, at the earliest. */
function untilHealthyMs({ view, track, thresholds, monotonicMs }: Facts): number {
  const healthy = view === null ? [] : votersOf(view).filter((v) => v.health === 'ok')
  const helds = healthy.map((v) => healthyMs(track.healthy, v, monotonicMs, thresholds))
  return thresholds.healthyMs - helds.reduce((least, ms) => Math.min(least, ms), thresholds.healthyMs)
}

/** When these may hold at the earliest, in ms; `null`: time alone does not make them. */
export function possibleInMs(missing: readonly Gate[], whole: Run, facts: Facts): number | null {
  const run = focusOf(whole)
  if (!missing.every((g) => g.waiting)) return null
  const { thresholds, track } = facts
  let ms = 0
  for (const { code } of missing) {
    if (code === 'lag-near-zero') {
      const window = run.plan.candidate === null ? undefined : track.windows.get(keyText(run.plan.candidate))
      if (window === undefined || window.goodSinceMs === null) return null
      ms = Math.max(ms, thresholds.windowMs - nearZeroMs(window))
    } else if (code === 'steady') ms = Math.max(ms, thresholds.soakMs - steadyMs(track, run.expected))
    else if (code === 'carriers-healthy') ms = Math.max(ms, untilHealthyMs(facts))
    else ms = Math.max(ms, 1000)
  }
  return Math.max(0, Math.round(ms))
}

export function marginsOf({ run, facts, steps }: Standing): MarginStage[] {
  // Of a quorum that is not there yet there is no margin.
  if (facts.view === null || run.outcome !== null || isOffline(run)) return []
  let plannedVoters = plannedVotersOf(facts.view)
  const racks = racksOfView(facts.view)
  const stages = [marginStage('Now', null, plannedVoters, racks)]
  const { target } = focusOf(run).plan
  const stopping = steps.find(
    (s) => run.done[s.key] === undefined && hostGatesOf(s).some((g) => g.code === 'margin-if-stopped'),
  )
  for (const step of steps) {
    const { key, title } = step
    const [change, plannedChange] = [changeOf(step), plannedChangeOf(step)]
    if (run.done[key] !== undefined) continue
    // The process that is stopped, on whatever disk it votes by now.
    if (key === stopping?.key && target !== null && plannedVoters.some((s) => s.nodeId === target.nodeId)) {
      plannedVoters = plannedVoters.map((s) =>
        s.nodeId === target.nodeId ? { ...s, health: 'silent', leads: false } : s,
      )
      stages.push(marginStage(`After: ${title}`, key, plannedVoters, racks))
    }
    if (change !== null) plannedVoters = votersAfter(plannedVoters, change)
    // Until the candidate is known, the plan still says what the addition will make of the margin.
    else if (plannedChange?.kind === 'add') {
      const nodeId = plannedChange.nodeId ?? idAfter(plannedVoters, freeNodeId(facts))
      plannedVoters = [...plannedVoters, { nodeId, directoryId: null, health: 'ok', leads: false }]
    } else if (plannedChange?.kind === 'remove')
      plannedVoters = plannedVoters.filter((s) => s.nodeId !== plannedChange.nodeId)
    else continue
    stages.push(marginStage(`After: ${title}`, key, plannedVoters, racks))
  }
  return stages
}

export function catchUpOf(whole: Run, facts: Facts): CatchUp | null {
  const run = focusOf(whole)
  const key = run.undo?.change.kind === 'add' ? run.undo.change : run.plan.candidate
  if (key === null || run.outcome !== null) return null
  const window = facts.track.windows.get(keyText(key))
  if (window === undefined) return null
  const row = facts.view?.replicas.find((r) => keyText(r) === keyText(key))
  const gain = gainPerSecond(window)
  const lag = row?.lag ?? null
  const every = Math.ceil(window.samples.length / MAX_TRAIL)
  return {
    nodeId: key.nodeId,
    directoryId: key.directoryId,
    lag,
    lastFetchAgeMs: row?.lastFetchAgeMs ?? null,
    gainPerSecond: gain === null ? null : Math.round(gain * 10) / 10,
    etaMs: lag === null || gain === null || gain <= 0 ? null : Math.round((lag / gain) * 1000),
    nearZeroMs: Math.min(Math.round(nearZeroMs(window)), facts.thresholds.windowMs),
    neededMs: facts.thresholds.windowMs,
    samples: window.goodSamples,
    lastReset: window.lastReset,
    trail: window.samples
      .flatMap((s, i) => (s.lag === null || i % every !== 0 ? [] : [[s.shownAtMs, s.lag] as const]))
      .map(([at, l]) => [at, l]),
  }
}
