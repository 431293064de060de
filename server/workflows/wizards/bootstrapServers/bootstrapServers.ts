/** After the voters have changed: every node names them in its configuration, or it finds no quorum at its next cold start. Pure. */

import { votersOf } from '../../../contract/voters.ts'
import { editCommands } from '../../commands/hostCommands.ts'
import { nodeConfigNeed } from '../../commands/nodeConfigNeed.ts'
import { bootstrapServersCurrent } from '../../gates/quorum/bootstrapGates.ts'
import type { Facts } from '../../run/facts.ts'
import { hasStated } from '../../run/run.ts'
import { type HostAct, hostStep, type PartWizard } from '../../run/step.ts'
import { goneFrom, idListText, setText, voterKeys } from '../../run/voterSet.ts'
import { anyViewToPlanOn } from '../planning.ts'

const LATER = 'later'

function configureActs({ sandbox, view }: Facts, nodeIds: readonly number[]): HostAct[] {
  if (sandbox === null || view === null) return []
  const bootstrapControllers = votersOf(view).map((v) => v.nodeId)
  const names = bootstrapControllers.toSorted().join()
  return sandbox.nodes
    .filter((n) => nodeIds.includes(n.nodeId) && n.bootstrapControllers?.toSorted().join() !== names)
    .map(({ nodeId }): HostAct => ({ action: 'configure', nodeId, bootstrapControllers }))
}

export const bootstrapServers: PartWizard = {
  title: () => 'Name the new voters in every configuration',
  plan: (_params, facts, run = null) => ({
    initial: run?.plan.initial ?? voterKeys(anyViewToPlanOn(facts)),
    gone: run?.plan.gone ?? [],
    target: null,
    candidate: null,
    autoJoin: false,
    stop: null,
    orderWhy: '',
    goalMargin: anyViewToPlanOn(facts).quorum.margin ?? 0,
  }),
  continued: () => null,
  steps: (run, facts) => {
    const { gate, outdated } = bootstrapServersCurrent(facts, goneFrom(run.plan, facts.view))
    const about = facts.view === null ? '' : setText(voterKeys(facts.view))
    const later = hasStated(run, 'servers', LATER, about)
    const needs = outdated.map((nodeId) => nodeConfigNeed(facts, nodeId, { bootstrapServers: true }))
    const hosts = [...new Set(needs.map((need) => need.host))].slice(0, 5).join(', ')
    return [
      hostStep({
        key: 'servers',
        title: 'Every node names the current voters',
        detail: outdated.length === 0 ? gate.observed : `to be edited: ${idListText(outdated)}`,
        gates: [gate],
        done: gate.ok
          ? { text: 'Every node names the current voters.', candidate: null }
          : later
            ? { text: 'Left to the next restart of each node, by statement.', candidate: null }
            : null,
        statements:
          gate.ok || later
            ? []
            : [
                {
                  key: LATER,
                  about,
                  exceptional: false,
                  label: 'The files are edited; restarts follow…',
                  does: 'Ends this part although the running processes still name the old controllers.',
                  confirmation: {
                    statement: 'every properties file names the new voters',
                    typed: false,
                    why: 'A running node goes on with what it has. One that starts with the old file finds no quorum once the named controllers are gone: edit the files now, and restart with the wizard “Rolling restart” when it suits.',
                  },
                },
              ],
        commands: needs.flatMap((need) => editCommands(facts, need)),
        configs: gate.ok || later ? [] : needs,
        lookingFor: [
          `controller.quorum.bootstrap.servers of every node, as the node reports it${hosts === '' ? '' : ` (${hosts})`}.`,
        ],
        hostActs: gate.ok ? [] : configureActs(facts, outdated),
      }),
    ]
  },
}
