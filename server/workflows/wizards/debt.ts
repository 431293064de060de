/** What a run has set on brokers and topics and not taken back: it outlives the run, so it is shown, and can be cleaned up. Pure. */
import { plural } from '../../quorum/assessment/findings/finding.ts'
import { CORDON } from '../../quorum/assessment/findings/leftovers.ts'
import type { LogFacts } from '../../quorum/log/metadataLog.ts'
import { type PlacedPartition, type Placement, reassigning } from '../../quorum/log/placement.ts'
import { actCommands } from '../commands/hostCommands.ts'
import { gate } from '../gates/gate.ts'
import type { Facts } from '../run/facts.ts'
import { isLasting, setBy } from '../run/lasting.ts'
import { onceFor } from '../run/onceFor.ts'
import { type ClusterAct, type Config, isHandOver } from '../run/ports.ts'
import type { LastingAct, Run } from '../run/run.ts'
import { requestStep, type StepRule } from '../run/step.ts'
import { namedText } from '../run/voterSet.ts'
import { configGates, configStep } from './configStep.ts'

export interface Debt {
  /** Each piece of it, in words; empty where there is none. */
  texts: string[]
  /** The configurations as they were before. */
  restores: Config[]
  /** Moves of this run that go on. */
  moving: { topic: string; partition: number }[]
}

/** What a request sets, ready to be compared: with the name of the resource in the log, and the value of before. */
interface SetConfig extends Config {
  key: string
  ours: string | null
}

const nameOf = ({ type, resource, name }: Config) => `${type}:${resource} ${name}`
const keyOf = ({ type, resource }: Config) => `${type}:${resource}`

/** All requests that may have left something, the oldest first. */
function lastingOf(run: Run): readonly LastingAct[] {
  return run.lasting ?? Object.values(run.acts).filter(({ act }) => isLasting(act))
}

/** Whether the run has ever set or moved something that outlives it. */
export function hasSet(run: Run): boolean {
  return lastingOf(run).length > 0
}

function standing({ log }: Facts, config: Config): string | null {
  return log?.placement.configs.get(keyOf(config))?.get(config.name) ?? null
}

/** As they were before this request set them. A journal of before that was kept knows of none: they are taken away. */
const setsOf = onceFor(({ act, before }: LastingAct): SetConfig[] => {
  const own = setBy(act)
  const ours = new Map(own.map((config) => [nameOf(config), config.value]))
  return (before ?? own.map((config) => ({ ...config, value: null }))).map((config) => ({
    ...config,
    key: keyOf(config),
    ours: ours.get(nameOf(config)) ?? null,
  }))
})

/** The values before a request, of everything that it sets; of what stands as this run has set it, those of before that. */
export function valuesBefore(act: ClusterAct, facts: Facts, run: Run): Config[] {
  const known = new Map<string, string | null>()
  for (const last of lastingOf(run)) {
    for (const config of setsOf(last)) {
      if (standing(facts, config) === config.ours) known.set(nameOf(config), config.value)
    }
  }
  return setBy(act).map((config) => {
    const before = known.get(nameOf(config))
    return { ...config, value: before === undefined ? standing(facts, config) : before }
  })
}

/**
 * What stands as this run has set it, with the values of before; the newest request that set it so decides. Without the log
 * all of it: nothing is known to be taken back.
 */
function compared(lasting: readonly LastingAct[], placement: Placement | null): Config[] {
  const found = new Map<string, Config>()
  for (const last of lasting.toReversed()) {
    for (const { type, resource, name, value, key, ours } of setsOf(last)) {
      if (ours === value || (placement !== null && placement.configs.get(key)?.get(name) !== ours)) continue
      const config = { type, resource, name, value }
      const named = nameOf(config)
      if (!found.has(named)) found.set(named, config)
    }
  }
  return [...found.values()]
}

/** A throttle may stand on thousands of topics: compared again when a configuration of the cluster changes, not before. */
const lastCompared = new WeakMap<readonly LastingAct[], { placement: Placement; settings: number; found: Config[] }>()

function unpaid(run: Run, log: LogFacts | null): Config[] {
  const lasting = lastingOf(run)
  if (log === null) return compared(lasting, null)
  const { placement } = log
  const last = lastCompared.get(lasting)
  if (last?.placement === placement && last.settings === placement.settings) return last.found
  const found = compared(lasting, placement)
  lastCompared.set(lasting, { placement, settings: placement.settings, found })
  return found
}

/** The configurations of these names that stand as this run has set them, as they were before. */
export function restoresOf(run: Run, facts: Facts, names: readonly string[]): Config[] {
  return debtOf(run, facts).restores.filter(({ name }) => names.includes(name))
}

/** By topic and partition: the replicas that this run has asked for. */
const askedBy = onceFor((lasting: readonly LastingAct[]): Map<string, Map<number, readonly number[]>> => {
  const asked = new Map<string, Map<number, readonly number[]>>()
  for (const { act } of lasting) {
    if (act.kind !== 'reassign') continue
    for (const { topic, partition, replicas } of act.moves) {
      const own = asked.get(topic) ?? new Map<number, readonly number[]>()
      asked.set(topic, own)
      if (replicas !== null) own.set(partition, replicas)
    }
  }
  return asked
})

/** Whether a partition is being moved to where this run has asked for; another aim is somebody else's. */
function isAskedBy(run: Run): (partition: PlacedPartition) => boolean {
  const asked = askedBy(lastingOf(run))
  if (asked.size === 0) return () => false
  return ({ topic, partition, replicas, removing }) => {
    const wanted = asked.get(topic)?.get(partition)
    if (wanted === undefined) return false
    const aim = replicas.filter((id) => !removing.includes(id))
    return aim.length === wanted.length && wanted.every((id) => aim.includes(id))
  }
}

/** Of each run and facts, once: a page, a list and a dozen gates ask for it. */
const debts = onceFor((facts: Facts) => onceFor((run: Run) => reckoned(run, facts)))

export function debtOf(run: Run, facts: Facts): Debt {
  return debts(facts)(run)
}

function reckoned(run: Run, { log }: Facts): Debt {
  if (lastingOf(run).length === 0 && !isHandedOver(run)) return { texts: [], restores: [], moving: [] }
  // Kafka changes nothing of a broker that is not registered.
  const isReachable = ({ type, resource }: Config) =>
    type !== 'broker' || resource === '' || log === null || log.brokers.has(Number(resource))
  const standingStill = unpaid(run, log)
  const restores = standingStill.filter(isReachable)
  const beyond = [...new Set(standingStill.filter((c) => !isReachable(c)).map((c) => Number(c.resource)))]
  const going = log === null ? [] : reassigning(log.placement)
  const moving = going.filter(isAskedBy(run))
  const cordoned = restores.filter((c) => c.name === CORDON).map((c) => Number(c.resource))
  const throttled = restores.filter((c) => c.name !== CORDON)
  const [first] = throttled
  const texts = [
    first === undefined
      ? ''
      : `A replication throttle is still set: ${throttled.length} ${plural(throttled.length, 'configuration')}, for example ${first.name} of ${first.type} ${first.resource}.`,
    cordoned.length === 0
      ? ''
      : `Cordoned, so that no new partition is placed there: ${namedText('broker', cordoned)}.`,
    beyond.length === 0
      ? ''
      : `What it has set on ${namedText('broker', beyond)} can be taken away only once ${beyond.length === 1 ? 'it is' : 'they are'} registered again.`,
    moving.length === 0
      ? ''
      : `${moving.length} ${plural(moving.length, 'partition is', 'partitions are')} being moved.`,
    isHandedOver(run) && moving.length === 0 && going.length > 0
      ? 'Cruise Control was asked for moves, and may go on with them.'
      : '',
  ]
  return {
    texts: texts.filter((text) => text !== ''),
    restores,
    moving: moving.map(({ topic, partition }) => ({ topic, partition })),
  }
}

function isHandedOver(run: Run): boolean {
  return Object.values(run.acts).some(
    ({ act, outcome }) => isHandOver(act) && act.kind === 'cruise-control-remove' && outcome?.kind !== 'not-sent',
  )
}

/** Whether a run that was left, or ended before its end, has left something that can be taken back now. */
export function isOwedStill(run: Run, facts: Facts): boolean {
  const { view, log, ageMs, elsewhere } = facts
  if (run.outcome !== 'aborted' || view === null || log === null || ageMs === null || elsewhere !== undefined)
    return false
  const { restores, moving } = debtOf(run, facts)
  return restores.length + moving.length > 0
}

/** Of one request; Kafka refuses more than 10,000 changes of the metadata at once. The rest is offered afterwards. */
const AT_ONCE = { moves: 1000, configs: 5000 } as const

export const CLEAN = { moves: 'clean-moves', configs: 'clean-configs' } as const

/** Nothing of this run is being moved any more. */
function movesEnded({ log }: Facts, { moving }: Debt) {
  return gate(
    {
      code: 'moves-ended',
      title: 'No move of this run goes on',
      required: 'none',
      why: 'A move goes on without the run, and shares the network with everything else.',
      source: 'metadata log: PartitionChangeRecord',
    },
    {
      ok: log !== null && moving.length === 0,
      observed: log === null ? 'unknown' : moving.length === 0 ? 'none' : `${moving.length} go on`,
      remedy: 'Cancel them, or wait until they are done.',
      waiting: true,
    },
  )
}

/** The steps that take back what is left of a run, behind the gates of every request; then it ends. */
export function cleanUpSteps(run: Run, facts: Facts): StepRule[] {
  const debt = debtOf(run, facts)
  const ended = movesEnded(facts, debt)
  const cancel: ClusterAct = {
    kind: 'reassign',
    moves: debt.moving.slice(0, AT_ONCE.moves).map((m) => ({ ...m, replicas: null })),
  }
  return [
    requestStep({
      key: CLEAN.moves,
      title: 'Cancel the moves of this run',
      detail: ended.observed,
      gates: ended.ok ? [ended] : configGates(run, facts),
      done: ended.ok ? { text: 'No move of this run goes on.', candidate: null } : null,
      request: ended.ok ? null : cancel,
      label: 'Cancel them',
      does: 'Sends the cancellation to the active controller: what is copied completely stays moved.',
      commands: ended.ok ? [] : actCommands(facts, cancel),
      lookingFor: ['No reassignment of these partitions in the metadata log.'],
    }),
    configStep(
      run,
      facts,
      {
        key: CLEAN.configs,
        title: 'Put the configurations back as they were before this run',
        label: 'Put them back',
        does: 'Sets what this run has changed on brokers and topics to what it was before; what others have set stays.',
        doneText: 'Nothing that this run has set is left.',
      },
      debt.restores,
      { kind: 'configure', configs: debt.restores.slice(0, AT_ONCE.configs) },
      // The throttle must not go before the moves that it slows down.
      [...configGates(run, facts), ended],
    ),
  ]
}
