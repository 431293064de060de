/** Dynamic configurations that a run sets or takes away, one step for some of them. Pure. */
import type { Gate } from '../../contract/workflows.ts'
import { actCommands } from '../commands/hostCommands.ts'
import { gate } from '../gates/gate.ts'
import { actGates } from '../gates/gateSets.ts'
import { logFollowed } from '../gates/nodes/drainGates.ts'
import type { Facts } from '../run/facts.ts'
import type { ClusterAct, Config } from '../run/ports.ts'
import type { Run } from '../run/run.ts'
import { type RequestStep, requestStep } from '../run/step.ts'

export function configGates(run: Run, facts: Facts): Gate[] {
  return [...actGates(run, facts), logFollowed(facts)]
}

/** Whether the dynamic configurations stand in the log as wanted. */
function configsStand({ log }: Facts, wanted: readonly Config[]): Gate {
  const missing = wanted.filter(
    ({ type, resource, name, value }) =>
      (log?.placement.configs.get(`${type}:${resource}`)?.get(name) ?? null) !== value,
  )
  const [first] = missing
  return gate(
    {
      code: 'configs-stand',
      title: 'The dynamic configurations are as wanted',
      required: `${wanted.length} of them`,
      why: 'Only what is in the metadata log counts.',
      source: 'metadata log: ConfigRecord',
    },
    {
      ok: log !== null && missing.length === 0,
      observed:
        first === undefined
          ? 'as wanted'
          : `${missing.length} to go, for example ${first.name} of ${first.type} ${first.resource}`,
      remedy: 'Ask for them once more.',
      waiting: true,
    },
  )
}

/**
 * A step that is done when the configurations stand in the metadata log.
 * @param wanted `value` null: gone
 * @param act where another request than IncrementalAlterConfigs through any broker is needed
 * @param needed what must hold before it is sent
 */
export function configStep(
  run: Run,
  facts: Facts,
  rule: Pick<RequestStep, 'key' | 'title' | 'label' | 'does'> & { doneText: string },
  wanted: Config[],
  act: ClusterAct = { kind: 'configure', configs: wanted },
  needed: readonly Gate[] = configGates(run, facts),
): RequestStep {
  const { doneText, ...words } = rule
  const stands = configsStand(facts, wanted)
  const isDone = stands.ok
  return requestStep({
    ...words,
    detail: stands.observed,
    gates: isDone ? [stands] : [...needed],
    done: isDone ? { text: doneText, candidate: null } : null,
    request: wanted.length === 0 ? null : act,
    commands: wanted.length === 0 ? [] : actCommands(facts, act),
    lookingFor: ['The configurations in the metadata log.'],
  })
}
