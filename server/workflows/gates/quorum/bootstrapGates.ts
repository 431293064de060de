/** Whether the configurations name the quorum as it is now. Pure. Source: KIP-853, controller.quorum.bootstrap.servers. */

import type { Endpoint } from '../../../contract/quorumView.ts'
import { votersOf } from '../../../contract/voters.ts'
import type { Gate } from '../../../contract/workflows.ts'
import { listed, withoutBrackets } from '../../../nodeConfig/listenerConfig.ts'
import { listsVoters } from '../../../nodeConfig/settings.ts'
import type { Facts } from '../../run/facts.ts'
import { idListText } from '../../run/voterSet.ts'
import { gate, type Rule, UNKNOWN } from '../gate.ts'

const addressOf = ({ host, port }: Endpoint) => `${host}:${port}`

/** Nodes that are not known to be down, each id once. */
function running({ view }: Facts): number[] {
  return [...new Set((view?.replicas ?? []).filter((r) => r.health !== 'silent').map((r) => r.nodeId))]
}

/**
 * @param gone controllers that are not voters any more: their addresses must not be named
 * @returns which nodes are to be edited, too
 */
export function bootstrapServersCurrent(facts: Facts, gone: readonly number[]): { gate: Gate; outdated: number[] } {
  const rule: Rule = {
    code: 'bootstrap-servers-current',
    title: 'Every node names current voters, and none that has left',
    required: 'at least one voter, no controller that was removed, no controller.quorum.voters',
    why: 'A node that starts finds the quorum by these addresses alone. It works until the last one named is gone.',
    source: 'controller.quorum.bootstrap.servers; DescribeConfigs of each node',
  }
  const { view, nodes, endpoints, log } = facts
  if (view === null) {
    return {
      gate: gate(rule, { ok: false, observed: UNKNOWN, remedy: 'Wait for an observation.', waiting: true }),
      outdated: [],
    }
  }
  const voters = new Set(
    votersOf(view).flatMap((v) => [...v.endpoints, ...(endpoints.get(v.nodeId) ?? [])].map(addressOf)),
  )
  const left = new Set(
    gone
      .flatMap((id) => log?.controllers.get(id)?.endpoints ?? [])
      .map(addressOf)
      .filter((address) => !voters.has(address)),
  )
  const nameless = gone.filter((id) => (log?.controllers.get(id)?.endpoints ?? []).length === 0)
  const silent: number[] = []
  const outdated: number[] = []
  for (const nodeId of running(facts)) {
    const configs = nodes.get(nodeId)?.configs
    const told = configs?.get('controller.quorum.bootstrap.servers')
    if (told === undefined) silent.push(nodeId)
    else {
      const named = listed(told).map(withoutBrackets)
      const isStatic = listsVoters(configs)
      if (isStatic || !named.some((n) => voters.has(n)) || named.some((n) => left.has(n))) outdated.push(nodeId)
    }
  }
  return {
    gate: gate(rule, {
      ok: silent.length === 0 && outdated.length === 0 && nameless.length === 0,
      observed:
        [
          ...(outdated.length === 0 ? [] : [`${idListText(outdated)} not yet`]),
          ...(silent.length === 0 ? [] : [`${idListText(silent)} does not report its configuration`]),
          ...(nameless.length === 0 ? [] : [`where ${idListText(nameless)} listened is not known`]),
        ].join('; ') || 'every node that runs',
      remedy:
        'Edit the properties files and restart the nodes, or state that the files are edited. Reading them needs DESCRIBE_CONFIGS.',
    }),
    outdated: [...outdated, ...silent],
  }
}
