/** The move step, where Cruise Control is to do it, and the choice between it and the own plan. Pure. */
import type { HandOver } from '../../../contract/cruiseControl.ts'
import type { Gate } from '../../../contract/workflows.ts'
import { actCommands } from '../../commands/hostCommands.ts'
import {
  cruiseControlAnswers,
  cruiseControlAtWork,
  cruiseControlDryRun,
  cruiseControlIdle,
  cruiseControlSameCluster,
  nothingMoves,
} from '../../gates/nodes/cruiseControlGates.ts'
import { allEmpty, enoughBrokers, moversAlive, movingOn } from '../../gates/nodes/drainGates.ts'
import { observationFresh } from '../../gates/quorum/quorumGates.ts'
import { isUnderWay, markerOf, OWN_PLAN, TO_CRUISE_CONTROL } from '../../moves/handOver.ts'
import type { Facts } from '../../run/facts.ts'
import type { ClusterAct } from '../../run/ports.ts'
import type { Run } from '../../run/run.ts'
import type { RequestStep, StatementRule } from '../../run/step.ts'
import { namedText } from '../../run/voterSet.ts'

function toCruiseControl({ address }: HandOver): StatementRule {
  return {
    key: TO_CRUISE_CONTROL,
    about: '',
    exceptional: false,
    label: 'Let Cruise Control do it…',
    does: `Asks ${address} for a dry run first; nothing is moved by that.`,
    confirmation: {
      statement: 'Cruise Control is to move them',
      typed: false,
      why: 'It moves them by its own goals. Quorumdeck watches, and proves by itself that nothing is left.',
    },
  }
}

function toOwnPlan(isOpen: boolean): StatementRule {
  return {
    key: OWN_PLAN,
    about: '',
    exceptional: isOpen,
    label: 'Move them by Quorumdeck’s own plan…',
    does: 'Quorumdeck moves the replicas that are left, by the plan shown then.',
    confirmation: isOpen
      ? {
          statement: 'Cruise Control has stopped',
          typed: true,
          why: 'Whether it goes on is not known from here. If it does, its moves and these undo each other.',
        }
      : { statement: 'Quorumdeck is to move them', typed: false, why: 'Cruise Control is asked for nothing more.' },
  }
}

/** The choice that the own plan offers; none while its moves go on. */
export function choicesOfOwnPlan(hand: HandOver, isMoving: boolean): StatementRule[] {
  return hand.state === 'not-configured' || isMoving ? [] : [toCruiseControl(hand)]
}

type Asked = Pick<
  RequestStep,
  'gates' | 'request' | 'cancels' | 'label' | 'does' | 'confirmation' | 'statements' | 'commands' | 'lookingFor'
>

/** @param basis gates of every request */
export function handedOver(run: Run, facts: Facts, hand: HandOver, basis: readonly Gate[]): Asked {
  const brokers = run.params.nodeIds ?? []
  const empty = allEmpty(facts, brokers)
  const act: ClusterAct = { kind: 'cruise-control-remove', brokers, marker: markerOf(run) }
  const underWay = isUnderWay(hand)
  const stop: ClusterAct = { kind: 'cruise-control-stop', marker: markerOf(run), taskId: hand.taskId }
  const words = {
    label: 'Let Cruise Control move them',
    does: `Asks ${hand.address ?? 'Cruise Control'} to remove ${namedText('broker', brokers)} from its cluster: its replicas go to the others by its goals. It can be stopped.`,
    lookingFor: [
      'What Cruise Control reports about its task and its executor.',
      'Each partition with its new replicas in sync and the old ones gone, by the metadata log alone.',
    ],
  }
  if (underWay) {
    return {
      ...words,
      lookingFor: [...words.lookingFor, 'It goes on by itself even if this run is ended: stop it first.'],
      gates: [observationFresh(facts), moversAlive(facts, brokers), movingOn(facts), cruiseControlAtWork(hand), empty],
      request: null,
      // While it only works out what to do, what it executes is somebody else's.
      cancels: hand.state === 'working' && hand.executor !== null ? stop : null,
      confirmation: null,
      statements: hand.state === 'unknown' ? [toOwnPlan(true)] : [],
      commands: [],
    }
  }
  return {
    ...words,
    gates: [
      ...basis,
      enoughBrokers(facts, brokers),
      nothingMoves(facts),
      cruiseControlAnswers(facts, hand),
      cruiseControlSameCluster(facts),
      cruiseControlIdle(facts),
      cruiseControlDryRun(run, facts),
    ],
    request: act,
    cancels: null,
    confirmation: {
      statement: 'Cruise Control may move them now',
      typed: false,
      why: 'Copying takes network and disk of the brokers, as much as its own throttle and concurrency allow.',
    },
    statements: [toOwnPlan(false)],
    commands: actCommands(facts, act),
  }
}
