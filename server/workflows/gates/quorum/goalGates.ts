/** Gates on the goal of a longer run: what the quorum must show before it may be called done. Pure. */
import type { Role } from '../../../contract/quorumView.ts'
import { votersOf } from '../../../contract/voters.ts'
import type { Gate } from '../../../contract/workflows.ts'
import type { Facts } from '../../run/facts.ts'
import { idListText, namedText } from '../../run/voterSet.ts'
import { gate, UNKNOWN } from '../gate.ts'

/** One thing that must be so. */
export interface Goal {
  required: string
  /** What is missing, in words, empty where nothing is; `null` where it is not known. */
  missing: string | null
}

export function goalReached(goals: readonly Goal[]): Gate {
  const isKnown = goals.every((g) => g.missing !== null)
  const missing = goals.flatMap((g) => (g.missing === null || g.missing === '' ? [] : [g.missing]))
  return gate(
    {
      code: 'goal-reached',
      title: 'The goal of the run is what the quorum shows',
      required: goals.map((g) => g.required).join('; '),
      why: 'Somebody else may have changed the cluster while the run rested: a step that is done proves what was, not what is.',
      source: 'docs/wizards.md: what the quorum shows is the only proof',
    },
    {
      ok: isKnown && goals.length > 0 && missing.length === 0,
      observed: isKnown ? missing.join('; ') || 'as planned' : UNKNOWN,
      remedy: 'Plan anew from here: what is missing is planned on the voters as they are.',
      waiting: !isKnown,
    },
  )
}

function voterIds({ view }: Facts): number[] | null {
  return view === null || view.quorum.leaderId === null ? null : votersOf(view).map((v) => v.nodeId)
}

export function votersCount(facts: Facts, controllers: number): Goal {
  const ids = voterIds(facts)
  const required = `${controllers} ${controllers === 1 ? 'voter' : 'voters'}`
  return { required, missing: ids && (ids.length === controllers ? '' : `the voters are ${idListText(ids)}`) }
}

export function votersAre(facts: Facts, wanted: readonly number[]): Goal {
  const ids = voterIds(facts)
  const same = ids !== null && idListText(ids) === idListText(wanted)
  return {
    required: `the voters are ${idListText(wanted)}`,
    missing: ids && (same ? '' : `the voters are ${idListText(ids)}`),
  }
}

/** @param came node ids, of which one at least must vote; empty: nobody came */
export function replacedBy(facts: Facts, oldNodeId: number, came: readonly number[]): Goal {
  const ids = voterIds(facts)
  const missing = [
    ...(ids?.includes(oldNodeId) ? [`${oldNodeId} still votes`] : []),
    ...(came.some((id) => ids?.includes(id)) ? [] : ['its successor does not vote']),
  ]
  return { required: `${oldNodeId} is not a voter, and its successor is`, missing: ids && missing.join(', ') }
}

export function rolesAre({ view }: Facts, nodeIds: readonly number[], roles: readonly Role[]): Goal {
  const has = (id: number) => new Set(view?.replicas.filter((r) => r.nodeId === id).flatMap((r) => r.roles))
  const others = nodeIds.filter((id) => has(id).size !== roles.length || !roles.every((role) => has(id).has(role)))
  return {
    required: `${namedText('node', nodeIds)} with the ${roles.length === 1 ? 'role' : 'roles'} ${roles.join(' and ')}`,
    missing: view && (others.length === 0 ? '' : `not yet: ${idListText(others)}`),
  }
}

export function brokersGone({ log }: Facts, brokerIds: readonly number[]): Goal[] {
  if (brokerIds.length === 0) return []
  const left = brokerIds.filter((id) => log?.brokers.has(id))
  return [
    {
      required: `${namedText('broker', brokerIds)} no longer registered`,
      missing: log && (left.length === 0 ? '' : `${namedText('broker', left)} registered`),
    },
  ]
}
