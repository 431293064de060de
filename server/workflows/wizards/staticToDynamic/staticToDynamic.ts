/** Make a static quorum dynamic: asked first, upgraded alone, proven, then every node's configuration converted. Pure. */
import type { Gate } from '../../../contract/workflows.ts'
import { actCommands } from '../../commands/hostCommands.ts'
import { actGates } from '../../gates/gateSets.ts'
import { everyVoterHealthy, isDynamicNow, nodesCanUpgrade, votersIdentified } from '../../gates/nodes/upgradeGates.ts'
import { noChangeInFlight, observationFresh, quorumSettled } from '../../gates/quorum/quorumGates.ts'
import type { Facts } from '../../run/facts.ts'
import type { ClusterAct } from '../../run/ports.ts'
import { WorkflowRefusal } from '../../run/refusal.ts'
import type { Plan, Run, RunParams } from '../../run/run.ts'
import { allOk, proofStep, provenBy, requestStep, type StepRule, type Wizard } from '../../run/step.ts'
import { continuedPart, part, partSteps } from '../parts.ts'
import { anyViewToPlanOn, planOn } from '../planning.ts'
import { restartable } from '../rollingRestart/restartNode.ts'
import { restartParts } from '../rollingRestart/rollingRestart.ts'
import { ghostAudit } from '../unregisterBroker/unregisterBroker.ts'

function upgrade(validateOnly: boolean): ClusterAct {
  return { kind: 'upgrade-feature', feature: 'kraft.version', level: 1, validateOnly }
}

function plan(_params: RunParams, facts: Facts, run: Run | null = null): Plan {
  const view = anyViewToPlanOn(facts)
  const { kraftVersion } = view.quorum
  if (run === null && kraftVersion !== null && kraftVersion >= 1) {
    throw new WorkflowRefusal(
      422,
      'nothing-to-do',
      `The quorum is dynamic already (kraft.version ${kraftVersion}).`,
      'A configuration that still names controller.quorum.voters is listed among the findings; a rolling restart fixes it.',
    )
  }
  const supported = nodesCanUpgrade(facts)
  if (!supported.ok && !supported.waiting) {
    throw new WorkflowRefusal(
      422,
      'refused',
      `This cluster cannot become dynamic yet: ${supported.observed}. ${supported.why}`,
      supported.remedy,
      { refusals: [supported] },
    )
  }
  return {
    ...planOn(view),
    orderWhy:
      'First the quorum, then the configurations: a node that has lost controller.quorum.voters cannot find a static quorum, while a dynamic one ignores what is left of it.',
    parts: [
      ...restartParts(restartable(view), { bootstrapServers: true }),
      part('bootstrap-servers', 'Nothing static is left'),
    ],
  }
}

function basis(run: Run, facts: Facts): Gate[] {
  return [
    ...actGates(run, facts),
    noChangeInFlight(facts),
    everyVoterHealthy(facts),
    nodesCanUpgrade(facts),
    ghostAudit(facts),
  ]
}

function validateStep(run: Run, facts: Facts): StepRule {
  const dynamic = isDynamicNow(facts)
  const outcome = run.acts.validate?.outcome ?? null
  const accepted = outcome?.kind === 'answered' && outcome.errorCode === 0
  const answer =
    outcome === null
      ? ''
      : outcome.kind === 'answered'
        ? `Kafka answered ${outcome.errorName}${outcome.errorMessage === null ? '' : `: ${outcome.errorMessage}`}`
        : outcome.problem
  return requestStep({
    key: 'validate',
    title: 'Ask the leader whether it would accept the upgrade',
    detail: answer,
    gates: dynamic.ok ? [dynamic] : basis(run, facts),
    done: dynamic.ok
      ? { text: 'The quorum is dynamic already.', candidate: null }
      : accepted
        ? { text: 'The leader would accept it.', candidate: null }
        : null,
    request: upgrade(true),
    label: 'Ask, without changing anything',
    does: 'Sends UpdateFeatures with validateOnly to the active controller.',
    commands: actCommands(facts, upgrade(true)),
    lookingFor: ['An answer without an error. Nothing is changed by it.'],
  })
}

function upgradeStep(run: Run, facts: Facts): StepRule {
  const dynamic = isDynamicNow(facts)
  const proven = [dynamic, quorumSettled(facts)]
  return requestStep({
    key: 'upgrade',
    title: 'Upgrade kraft.version to 1, alone',
    detail: dynamic.observed,
    gates: dynamic.ok ? proven : basis(run, facts),
    done: provenBy(proven, 'The quorum is dynamic.'),
    request: upgrade(false),
    label: 'Make the quorum dynamic',
    does: 'Sends UpdateFeatures for kraft.version 1 to the active controller. metadata.version stays as it is.',
    confirmation: {
      statement: 'the quorum stays dynamic for ever',
      typed: true,
      why: 'Kafka cannot take it back. Afterwards every node is restarted once with controller.quorum.bootstrap.servers instead of controller.quorum.voters.',
    },
    commands: actCommands(facts, upgrade(false)),
    lookingFor: ['kraft.version 1 among the finalized features, and a voter set in the metadata log.'],
  })
}

function identifiedStep(run: Run, facts: Facts): StepRule {
  const needed = [observationFresh(facts), quorumSettled(facts), votersIdentified(facts), everyVoterHealthy(facts)]
  const known = run.expected.every((v) => v.directoryId !== null)
  return proofStep({
    key: 'identified',
    title: 'Every voter stands in the log with its directory id and address',
    gates: needed,
    done:
      allOk(needed) && known ? { text: 'All voters are known by directory id and address.', candidate: null } : null,
    lookingFor: ['Directory ids and endpoints of all voters in DescribeQuorum.'],
  })
}

const OWN = ['validate', 'upgrade', 'identified']

export const staticToDynamic: Wizard = {
  kind: 'static-to-dynamic',
  title: () => 'Make a static quorum dynamic',
  plan,
  continued: (run, facts) => continuedPart(run, facts) ?? { plan: run.plan, kept: Object.keys(run.done) },
  steps: (run, facts) => [
    validateStep(run, facts),
    upgradeStep(run, facts),
    identifiedStep(run, facts),
    ...partSteps(
      run,
      facts,
      OWN.every((key) => run.done[key] !== undefined),
    ),
  ],
}
