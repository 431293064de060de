/** The alerts of one cluster: what is seen of it in, incidents and who is to be told out. Pure; the engine drives it, and so do tests on virtual time. */
import type { Acknowledged, AlertIncident } from '../../contract/alerts/incidents.ts'
import type { Expectations, RulePolicies } from '../../contract/alerts/rules.ts'
import type { Silence } from '../../contract/alerts/silences.ts'
import type { WorkflowSummary } from '../../contract/workflows.ts'
import type { Seen } from '../rules/condition.ts'
import { readRules } from '../rules/read.ts'
import { electionsAfter, noElections, type RecentElections } from '../rules/recentElections.ts'
import { disturbedNodes, silencedBy } from './silences.ts'
import { NO_TRACKS, step, type Track, type Tracks, trackOf } from './tracks.ts'

export interface ClusterAlerts {
  readonly tracks: Tracks
  readonly elections: RecentElections
  /** Of the step before, on the clock that never steps. */
  readonly steppedAtMs: number
}

export interface Input extends Omit<Seen, 'elections'> {
  cluster: string
  runs: readonly WorkflowSummary[]
  expected: Expectations
  policies: RulePolicies
  silences: readonly Silence[]
  nowMs: number
  newId: () => string
}

export interface Evaluated {
  state: ClusterAlerts
  /** Incidents that began, ended, or are to be shown otherwise, as they are now. */
  changed: readonly AlertIncident[]
  /** Of these receivers are to be told, in their state of now. */
  tell: readonly AlertIncident[]
}

export function noAlerts(monotonicMs: number): ClusterAlerts {
  return { tracks: NO_TRACKS, elections: noElections(monotonicMs), steppedAtMs: monotonicMs }
}

/** With what an earlier process left open. `told`: receivers know of it. */
export function restoredAlerts(
  monotonicMs: number,
  open: readonly { incident: AlertIncident; told: boolean }[],
): ClusterAlerts {
  const tracks = new Map(open.map(({ incident, told }) => trackOf(incident, told)))
  return { ...noAlerts(monotonicMs), tracks }
}

export function resolved(incident: AlertIncident, nowMs: number): AlertIncident {
  return { ...incident, state: 'resolved', resolvedAtMs: Math.max(nowMs, incident.firedAtMs) }
}

export function evaluate(before: ClusterAlerts, input: Input): Evaluated {
  const { cluster, view, runs, silences, policies, nowMs, monotonicMs, newId } = input
  const isDisturbed = disturbedNodes(runs).size > 0
  const elections = electionsAfter(before.elections, view, isDisturbed, monotonicMs)
  const reading = readRules({ ...input, elections })
  const elapsedMs = Math.max(0, monotonicMs - before.steppedAtMs)
  const { tracks, over } = step(before.tracks, reading, { cluster, elapsedMs, nowMs, policies, newId })
  const changed: AlertIncident[] = []
  const tell: AlertIncident[] = []
  const next = tracks === before.tracks ? tracks : new Map(tracks)
  for (const [key, track] of tracks) {
    if (track.incident === null) continue
    // Of what is not seen now nobody is told anew: a run that has moved on to its next node leaves the last one clearing.
    const { holds } = track
    const reason = holds ? silencedBy(track.incident, track.heldMs, silences, runs, nowMs) : track.incident.silencedBy
    const incident = track.incident.silencedBy === reason ? track.incident : { ...track.incident, silencedBy: reason }
    const told = track.told || (holds && reason === null)
    if (told && !track.told) tell.push(incident)
    if (incident !== before.tracks.get(key)?.incident || told !== track.told) changed.push(incident)
    if (incident !== track.incident || told !== track.told)
      (next as Map<string, Track>).set(key, { ...track, incident, told })
  }
  for (const { incident, told } of over) {
    if (incident === null) continue
    const ended = resolved(incident, nowMs)
    changed.push(ended)
    // Who was told that it began is told that it is over, also where it is silenced by now.
    if (told) tell.push(ended)
  }
  return { state: { tracks: next, elections, steppedAtMs: monotonicMs }, changed, tell }
}

/** The cluster is not watched any more: nobody will see that anything is over. */
export function abandoned(state: ClusterAlerts, nowMs: number): Evaluated {
  const open = [...state.tracks.values()].flatMap(({ incident, told }) =>
    incident === null ? [] : [{ incident, told }],
  )
  const ended = open.map(({ incident, told }) => ({ incident: resolved(incident, nowMs), told }))
  return {
    state: { ...state, tracks: NO_TRACKS },
    changed: ended.map(({ incident }) => incident),
    tell: ended.flatMap(({ incident, told }) => (told ? [incident] : [])),
  }
}

/** `null`: there is none of this id open here. */
export function acknowledge(
  state: ClusterAlerts,
  id: string,
  acknowledged: Acknowledged,
): { state: ClusterAlerts; incident: AlertIncident } | null {
  const found = [...state.tracks].find(([, { incident }]) => incident?.id === id)
  if (found === undefined || found[1].incident === null) return null
  const [key, track] = found
  const incident: AlertIncident = { ...found[1].incident, acknowledged }
  return { state: { ...state, tracks: new Map([...state.tracks, [key, { ...track, incident }]]) }, incident }
}

export function openIncidents({ tracks }: ClusterAlerts): AlertIncident[] {
  return [...tracks.values()].flatMap(({ incident }) => (incident === null ? [] : [incident]))
}

/** Whether receivers were told that it is open. */
export function wasTold({ tracks }: ClusterAlerts, id: string): boolean {
  return [...tracks.values()].some(({ incident, told }) => told && incident?.id === id)
}
