/** When a fault hurts a run most, and which ones can happen then. Pure. */
import type { SandboxAction } from '../contract/sandbox.ts'
import { carryOut } from '../modelCheck/world/hosts.ts'
import { factsOf } from '../modelCheck/world/observation.ts'
import { trueLeader, trueVoters } from '../modelCheck/world/truth.ts'
import { copyWorld, nodeOf, type World } from '../modelCheck/world/world.ts'
import { hostedBy } from '../quorum/log/placement.ts'
import { standingOf } from '../workflows/engine/decisions/progress.ts'
import type { KafkaAct } from '../workflows/run/ports.ts'
import { changeOf } from '../workflows/run/step.ts'
import { namedText } from '../workflows/run/voterSet.ts'
import { focusOf } from '../workflows/wizards/parts.ts'

export interface Moment {
  /** In words. */
  text: string
  world: World
  /** Whether a request has just left. */
  sent: boolean
  /** The node that is stopped then, to be started again; `null` where none is. */
  down: number | null
}

export interface Fault {
  text: string
  /** The node that it takes away; `null` where none. */
  nodeId: number | null
  befall(world: World): void
}

function changeText({ kind, nodeId }: { kind: 'add' | 'remove'; nodeId: number }): string {
  return `${kind === 'add' ? 'adding' : 'removing'} controller ${nodeId}`
}

function actText(act: KafkaAct): string {
  switch (act.kind) {
    case 'unregister-broker':
      return `unregistering broker ${act.nodeId}`
    case 'upgrade-feature':
      return `${act.validateOnly ? 'a trial upgrade of' : 'upgrading'} ${act.feature}`
    case 'reassign':
      return `moving ${act.moves.length} partitions`
    case 'cordon':
      return `cordoning ${namedText(
        'broker',
        act.brokers.map((b) => b.nodeId),
      )}`
    case 'configure':
      return `setting ${act.configs.length} configurations`
    default:
      return act satisfies never
  }
}

/** Restarts of one sort are disturbed once: the leader, another voter, a broker. */
function sortOf(world: World, nodeId: number): string {
  if (trueLeader(world)?.id === nodeId) return 'the leader'
  return trueVoters(world).some((v) => v.nodeId === nodeId) ? 'a voter' : 'a broker'
}

const ownKey = (key: string) => key.replace(/^\d+\./, '')
const nodeIdOf = (act: SandboxAction | undefined) => (act !== undefined && 'nodeId' in act ? act.nodeId : null)

/** Keeps a copy of each of the worst moments while a run is played. */
export class MomentKeeper {
  readonly moments: Moment[] = []
  readonly #seen = new Set<string>()
  #sending = ''
  /** The sort of node that is stopped now. */
  #stopped = ''

  /** Before time passes. */
  beforeStep(world: World): void {
    const { sending, acting, run, hostWork } = world.dashboard
    this.#sending = ''
    if (sending !== null) this.#sending = changeText(sending.change)
    else if (acting !== null && acting.sent === null) this.#sending = actText(acting.act)
    if (this.#sending !== '') {
      this.#keep(`right before ${this.#sending}`, world)
      return
    }
    const stops = world.data === null ? null : nodeIdOf(hostWork?.acts.find((act) => act.action === 'stop'))
    if (stops !== null && hostWork?.isLookedAt === false) {
      this.#stopped = sortOf(world, stops)
      this.#keep(`right before node ${stops}, ${this.#stopped}, is stopped`, world, { key: `stop ${this.#stopped}` })
      return
    }
    if (run === null || run.outcome !== null || run.intent !== null) return
    const step = standingOf(run, factsOf(world)).current
    if (step === null) return
    if (ownKey(step.key) === 'move' && Object.values(run.acts).some((a) => a.act.kind === 'reassign')) {
      this.#keep('while the replicas are moved', world)
      return
    }
    if (changeOf(step) !== null || !step.gates.some((g) => g.code === 'steady')) return
    const key = world.data === null ? step.key : `watched ${ownKey(step.key)} ${this.#stopped}`
    this.#keep(`while it is watched: ${step.title.toLowerCase()}`, world, { key })
  }

  /** A moment after a request left. */
  afterSending(world: World): void {
    if (this.#sending !== '') this.#keep(`right after the request for ${this.#sending}`, world, { sent: true })
  }

  /** A process may have ended meanwhile, and the next one not begun. */
  afterPass(world: World): void {
    const [next] = world.dashboard.hostWork?.acts ?? []
    const down = nodeIdOf(next)
    if (world.data === null || next?.action !== 'start' || down === null) return
    if (nodeOf(world, down).process === 'stopped')
      this.#keep(`while node ${down} is down`, world, { key: `down ${this.#stopped}`, down })
  }

  #keep(text: string, world: World, over: { key?: string; sent?: boolean; down?: number } = {}): void {
    const { key = text, sent = false, down = null } = over
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.moments.push({ text, world: copyWorld(world), sent, down })
  }
}

function loses(text: string, nodeId: number, action: 'kill' | 'wipe'): Fault {
  return { text, nodeId, befall: (world) => void carryOut(world, { action, nodeId }) }
}

const ANSWER_LOST: Fault = {
  text: 'the answer is lost',
  nodeId: null,
  befall: ({ dashboard }) => {
    if (dashboard.rpc !== null) dashboard.rpc = { ...dashboard.rpc, isDeaf: true }
    if (dashboard.acting !== null) dashboard.acting = { ...dashboard.acting, isDeaf: true }
  },
}

/** The node that is down stays so. */
function staysDown(nodeId: number): Fault[] {
  const text = `node ${nodeId}`
  return [
    {
      text: `${text} does not come up again`,
      nodeId,
      befall: (world) => {
        world.dead = [...world.dead, nodeId]
      },
    },
    loses(`${text} loses its disk`, nodeId, 'wipe'),
  ]
}

/** A broker that holds replicas, or is to get some, and that the run is not about. */
function otherBroker({ data, cluster }: World, aside: ReadonlySet<number | null | undefined>): number | null {
  if (data === null) return null
  const found = cluster.nodes.find(
    ({ id, process, config }) =>
      process === 'running' &&
      config.brokerListener !== null &&
      !aside.has(id) &&
      hostedBy(data.placement, id).length > 0,
  )
  return found?.id ?? null
}

export function faultsAt({ world, sent, down }: Moment): Fault[] {
  const { run, sending, hostWork } = world.dashboard
  if (run === null) return []
  const focus = focusOf(run)
  const { target, candidate } = focus.plan
  const leader = trueLeader(world)?.id ?? null
  const runs = (id: number) => nodeOf(world, id).process === 'running'
  const worked = (hostWork?.acts ?? []).map(nodeIdOf)
  const about = [
    target?.nodeId,
    candidate?.nodeId,
    sending?.change.nodeId,
    run.intent?.change.nodeId,
    focus.params.nodeId,
  ]
  const aside = new Set([
    leader,
    ...about,
    ...worked,
    ...(focus.plan.drain === undefined ? [] : (focus.params.nodeIds ?? [])),
  ])
  const other = trueVoters(world).findLast(({ nodeId }) => !aside.has(nodeId) && runs(nodeId))
  // A restarted node is its own candidate: it is no new controller.
  const isNew =
    candidate !== null && focus.plan.incarnations === undefined && candidate.nodeId !== leader && runs(candidate.nodeId)
  const broker = otherBroker(world, new Set([...aside, other?.nodeId]))
  return [
    ...(leader === null ? [] : [loses(`the leader, ${leader}, dies`, leader, 'kill')]),
    ...(other === undefined ? [] : [loses(`voter ${other.nodeId} dies`, other.nodeId, 'kill')]),
    ...(broker === null ? [] : [loses(`broker ${broker} dies`, broker, 'kill')]),
    ...(sent ? [ANSWER_LOST] : []),
    ...(down === null ? [] : staysDown(down)),
    ...(isNew
      ? [
          loses(`the new controller, ${candidate.nodeId}, dies`, candidate.nodeId, 'kill'),
          loses(`the new controller, ${candidate.nodeId}, loses its disk`, candidate.nodeId, 'wipe'),
        ]
      : []),
  ]
}
