/**
 * A static quorum's own way: nothing is written to a disk. The properties files are edited so that the best controller is the only
 * voter, and one more is named at a time: two empty ones would be a majority of three. Seen on Kafka 3.9.2 and 4.3.1. Pure.
 */

import type { Recovery } from '../../../contract/disk/recovery.ts'
import type { LoggedVoter } from '../../../contract/diskReport.ts'
import { staticVotersLine } from '../../commands/diskCommands.ts'
import { START_COMMAND, STOP_COMMAND } from '../../commands/hostCommands.ts'
import { everyVoterHealthy } from '../../gates/nodes/upgradeGates.ts'
import { quorumSettled, votersAsExpected } from '../../gates/quorum/quorumGates.ts'
import {
  lossAccepted,
  lostFenced,
  nobodyLeads,
  restStopped,
  seedLeadsAlone,
  statedGate,
} from '../../gates/quorum/recoveryGates.ts'
import type { Facts } from '../../run/facts.ts'
import type { Run } from '../../run/run.ts'
import { allOk, hostStep, provenBy, type StepRule } from '../../run/step.ts'
import { idsText, voterKeys } from '../../run/voterSet.ts'
import { aftermathSteps } from './aftermath.ts'
import { fenceStep, goneStep, lossText, purgeSteps, said, seedStep, statementOf, stopStep } from './offlineSteps.ts'

function editStep(recovery: Recovery, run: Run, facts: Facts): StepRule {
  const { seed, loss, lost, after } = recovery
  const isAccepted = said(run, 'edit', 'loss', recovery)
  const isEdited = said(run, 'edit', 'edited', recovery)
  const left = recovery.before.filter((v) => !lost.some((gone) => gone.nodeId === v.nodeId))
  const before = [
    nobodyLeads(facts),
    lostFenced(facts, lost),
    restStopped(facts, left),
    lossAccepted(recovery, isAccepted),
  ]
  const edited = statedGate(
    'files-edited',
    'The properties files name it as the only voter',
    'Each node of a static quorum takes the voters from its own file, and from nowhere else.',
    isEdited,
    'Edit the file of the chosen controller and of every broker.',
  )
  const line = staticVotersLine(after)
  return hostStep({
    key: 'edit',
    title: `Name ${seed.nodeId} as the only voter`,
    detail: lossText(recovery),
    gates: [...before, edited],
    withheld: !allOk(before),
    done: seedLeadsAlone(facts, recovery).ok
      ? { text: 'The chosen controller leads: its file names it alone.', candidate: null }
      : provenBy([...before, edited], `The files name ${seed.nodeId} alone.`),
    statements: [
      ...(isAccepted
        ? []
        : [
            statementOf(recovery, {
              key: 'loss',
              lifts: 'loss-accepted',
              label: 'Accept what may be lost…',
              does: 'Gives the commands of this step.',
              statement: lossText(recovery),
              typed: true,
              why: loss.why.join(' '),
            }),
          ]),
      ...(isEdited || !isAccepted
        ? []
        : [
            statementOf(recovery, {
              key: 'edited',
              lifts: 'files-edited',
              label: 'State that the files are edited…',
              does: 'Nothing by itself: the next step proves it.',
              statement: `every file names ${seed.nodeId} as the only voter`,
              typed: false,
              why: 'A controller that starts with the old line is a voter of the old quorum.',
            }),
          ]),
    ],
    commands: [
      { host: seed.host, text: line, prints: null, note: 'In the properties file of the chosen controller.' },
      {
        host: 'each broker',
        text: line,
        prints: null,
        note: 'In its properties file, and restart it when the chosen controller leads.',
      },
    ],
    lookingFor: ['The same line in every file.'],
  })
}

function addStep(
  recovery: Recovery,
  run: Run,
  facts: Facts,
  voters: readonly LoggedVoter[],
  added: LoggedVoter,
): StepRule {
  const { view, link } = facts
  const key = `static-add-${added.nodeId}`
  const line = staticVotersLine(voters)
  const shown = view !== null && link === 'live' && view.quorum.leaderId !== null ? voterKeys(view) : []
  const isIn = idsText(shown) === idsText(voters)
  const needed = [quorumSettled(facts), everyVoterHealthy(facts)]
  return hostStep({
    key,
    title: `Name ${added.nodeId} as a voter, too`,
    detail: `voters ${idsText(voters)}`,
    makes: voters,
    gates: isIn ? needed : [votersAsExpected(facts, run.expected)],
    done:
      isIn && allOk(needed)
        ? { text: `${idsText(voters)} vote, all of them healthy.`, candidate: null, voters: shown }
        : null,
    commands: [
      { host: 'every node', text: line, prints: null, note: 'In the properties file of every controller and broker.' },
      {
        host: `the host of controller ${added.nodeId}`,
        text: `bin/kafka-storage.sh format --cluster-id ${run.clusterId} --config config/controller.properties\n${START_COMMAND}`,
        prints: null,
        note: recovery.others.some((v) => v.nodeId === added.nodeId)
          ? 'It has its disk: start it, without formatting.'
          : 'On an empty disk. Start it before the others are restarted: until it has voted nobody leads.',
      },
      {
        host: 'the controllers that vote already, the leader last',
        text: `${STOP_COMMAND}\n${START_COMMAND}`,
        prints: null,
        note: 'One at a time. Only when all voters are healthy is the next one named.',
      },
    ],
    lookingFor: [`${idsText(voters)} as voters, all of them healthy.`],
  })
}

export function staticSteps(recovery: Recovery, run: Run, facts: Facts): StepRule[] {
  const { before, seed, others, lost } = recovery
  const first = before.filter((v) => v.nodeId === seed.nodeId)
  const coming = [...others, ...lost].filter((v) => v.nodeId !== seed.nodeId)
  return [
    goneStep(recovery, run, facts),
    fenceStep(recovery, run, facts),
    stopStep(recovery, run, facts),
    ...purgeSteps(recovery, run, facts),
    editStep(recovery, run, facts),
    seedStep(recovery, run, facts),
    ...aftermathSteps(recovery, run, facts),
    ...coming.map((added, at) => addStep(recovery, run, facts, [...first, ...coming.slice(0, at + 1)], added)),
  ]
}
