/**
 * Conditions in time. Durations are sums of steps of a clock that never steps itself, so that a wall clock that is set
 * neither rings nor ends anything; the wall clock is for stamps alone. Pure.
 */
import type { AlertIncident } from '../../contract/alerts/incidents.ts'
import type { RulePolicies } from '../../contract/alerts/rules.ts'
import type { Condition, Reading } from '../rules/condition.ts'

/** A condition that holds, or did a moment ago. */
export interface Track {
  readonly condition: Condition
  /** It was seen in the last step. */
  readonly holds: boolean
  /** For how long it holds: time in which nothing is known of it is not counted. */
  readonly heldMs: number
  readonly absentMs: number
  readonly startedAtMs: number
  /** `null` until it has held for long enough. */
  readonly incident: AlertIncident | null
  /** Receivers were told that it is open. */
  readonly told: boolean
}

export type Tracks = ReadonlyMap<string, Track>

export interface Moment {
  cluster: string
  /** Since the step before. */
  elapsedMs: number
  nowMs: number
  policies: RulePolicies
  newId: () => string
}

/** The process may have been stopped: of a longer step nobody knows what was in it, in ms. */
const MAX_STEP_MS = 5000

export const NO_TRACKS: Tracks = new Map()

const keyOf = ({ rule, key }: Pick<Condition, 'rule' | 'key'>): string => `${rule} ${key}`

function opened(condition: Condition, startedAtMs: number, moment: Moment): AlertIncident {
  const { rule, key, severity, title, detail, remedy, replicas } = condition
  const { cluster, nowMs, policies, newId } = moment
  return {
    id: newId(),
    cluster,
    rule,
    key,
    severity: policies[rule].severity ?? severity,
    state: 'open',
    title,
    detail,
    remedy,
    replicas: [...replicas],
    startedAtMs,
    firedAtMs: nowMs,
    resolvedAtMs: null,
    acknowledged: null,
    silencedBy: null,
  }
}

/** The words of now; what only moves a figure in the detail is not worth telling. */
function reworded(incident: AlertIncident, condition: Condition, { policies }: Moment): AlertIncident {
  const severity = policies[condition.rule].severity ?? condition.severity
  const { title, detail, remedy, replicas } = condition
  const isSame =
    incident.title === title &&
    incident.severity === severity &&
    incident.replicas.length === replicas.length &&
    incident.replicas.every(({ nodeId }, at) => nodeId === replicas[at]?.nodeId)
  return isSame ? incident : { ...incident, severity, title, detail, remedy, replicas: [...replicas] }
}

function holding(before: Track | undefined, condition: Condition, moment: Moment): Track {
  const { elapsedMs, nowMs, policies } = moment
  const heldMs = before === undefined ? 0 : before.heldMs + Math.min(elapsedMs, MAX_STEP_MS)
  const startedAtMs = before?.startedAtMs ?? nowMs
  const incident =
    before?.incident == null
      ? heldMs >= policies[condition.rule].forMs
        ? opened(condition, startedAtMs, moment)
        : null
      : reworded(before.incident, condition, moment)
  return { condition, holds: true, heldMs, absentMs: 0, startedAtMs, incident, told: before?.told ?? false }
}

/**
 * `null`: it is over. What nobody was told of is over at once: waiting for its return serves those who would hear of each, and what returns after a
 * silence must hold for its time again.
 */
function absent(before: Track, { elapsedMs, policies }: Moment): Track | null {
  if (before.incident === null || !before.told) return null
  const absentMs = before.absentMs + Math.min(elapsedMs, MAX_STEP_MS)
  return absentMs >= policies[before.condition.rule].clearMs ? null : { ...before, holds: false, absentMs }
}

/** Nothing is known of it. */
function unseen(track: Track): Track {
  return track.holds ? { ...track, holds: false } : track
}

export interface Stepped {
  tracks: Tracks
  /** Tracks that are over and had rung, as they were. */
  over: readonly Track[]
}

export function step(tracks: Tracks, { conditions, unknown }: Reading, moment: Moment): Stepped {
  if (tracks.size === 0 && conditions.length === 0) return { tracks, over: [] }
  const next = new Map<string, Track>()
  for (const condition of conditions) {
    if (!moment.policies[condition.rule].enabled) continue
    const key = keyOf(condition)
    next.set(key, holding(tracks.get(key), condition, moment))
  }
  const over: Track[] = []
  for (const [key, track] of tracks) {
    if (next.has(key)) continue
    const { rule } = track.condition
    const left = unknown.has(rule) && moment.policies[rule].enabled ? unseen(track) : absent(track, moment)
    if (left !== null) next.set(key, left)
    else if (track.incident !== null) over.push(track)
  }
  return { tracks: next, over }
}

/** An incident of an earlier process: it is open until it is seen to be gone. */
export function trackOf(incident: AlertIncident, told: boolean): [key: string, Track] {
  const { rule, key, severity, title, detail, remedy, replicas, startedAtMs, firedAtMs } = incident
  const condition: Condition = { rule, key, severity, title, detail, remedy, replicas }
  const heldMs = Math.max(0, firedAtMs - startedAtMs)
  return [keyOf(condition), { condition, holds: false, heldMs, absentMs: 0, startedAtMs, incident, told }]
}
