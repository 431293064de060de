/** For tests: the alerts of a simulated quorum on its virtual clock, by the rules and with the times of the product. */
import {
  type ClusterAlerts,
  evaluate,
  type Input,
  noAlerts,
  openIncidents,
} from '../../alerts/incidents/clusterAlerts.ts'
import { DEFAULT_POLICIES } from '../../alerts/rules/policies.ts'
import type { AlertIncident } from '../../contract/alerts/incidents.ts'
import { NOTHING_EXPECTED } from '../../contract/alerts/rules.ts'
import type { AllowedCommand } from '../../contract/workflows.ts'
import { nextForward } from '../../modelCheck/cooperativeOperator.ts'
import { carryOut } from '../../modelCheck/world/hosts.ts'
import { factsOf, poll } from '../../modelCheck/world/observation.ts'
import { trueLeader } from '../../modelCheck/world/truth.ts'
import { pass, possibleCommands, say, startRun } from '../../modelCheck/world/virtualRuns.ts'
import { newWorld, nodeOf, type World } from '../../modelCheck/world/world.ts'
import { summarize } from '../../workflows/engine/decisions/describe.ts'
import { standingOf } from '../../workflows/engine/decisions/progress.ts'
import { WorkflowRefusal } from '../../workflows/run/refusal.ts'

/** As often as the product evaluates. */
const STEP_MS = 1000
/** The same words again only after some time, in ms. */
const SAME_AGAIN_MS = 3000

export interface Told {
  atMs: number
  incident: AlertIncident
}

export class VirtualAlerts {
  readonly world: World
  /** What receivers were told, in order. */
  readonly told: Told[] = []
  #state: ClusterAlerts
  #ids = 0
  #said = ''
  #saidAtMs = 0
  readonly #expected: Input['expected']

  constructor(voters: number, seed: number, expected: Input['expected'] = NOTHING_EXPECTED) {
    this.world = newWorld({ voters, spares: 0, seed })
    this.#expected = expected
    this.#state = noAlerts(this.nowMs)
    this.seconds(5)
  }

  get nowMs(): number {
    return this.world.cluster.nowMs
  }

  get open(): AlertIncident[] {
    return openIncidents(this.#state)
  }

  get leaderId(): number | null {
    return trueLeader(this.world)?.id ?? null
  }

  seconds(count: number, eachSecond: () => void = () => {}): this {
    for (let at = 0; at < count; at += 1) {
      eachSecond()
      pass(this.world, STEP_MS)
      const { run } = this.world.dashboard
      if (run === null || run.outcome !== null) poll(this.world)
      this.#evaluate()
    }
    return this
  }

  /** Begins a rolling restart. False where the rules refuse it now. */
  beginRestart(): boolean {
    poll(this.world)
    try {
      startRun(this.world, { kind: 'rolling-restart', params: {} })
      return true
    } catch (error) {
      if (error instanceof WorkflowRefusal) return false
      throw error
    }
  }

  get isRunning(): boolean {
    const { run } = this.world.dashboard
    return run !== null && run.outcome === null
  }

  /** The node that the run has a person restart now, and may be restarted; `null`: none. */
  toRestart(): number | null {
    const command = possibleCommands(this.world).find(({ type }) => type === 'do-it-for-me')
    const { run } = this.world.dashboard
    if (command === undefined || run === null) return null
    return summarize(standingOf(run, factsOf(this.world))).disturbs?.[0] ?? null
  }

  /** Says what leads on, but leaves the hosts alone. */
  goOn(): void {
    const commands = possibleCommands(this.world)
    const command: AllowedCommand | null = nextForward(commands.filter(({ type }) => type !== 'do-it-for-me'))
    if (command === null) return
    const text = `${command.type} ${command.step} ${command.key}`
    if (text === this.#said && this.nowMs - this.#saidAtMs < SAME_AGAIN_MS) return
    this.#said = text
    this.#saidAtMs = this.nowMs
    say(this.world, command)
  }

  isUp(nodeId: number): boolean {
    return nodeOf(this.world, nodeId).process === 'running'
  }

  act(action: 'start' | 'stop' | 'kill' | 'freeze' | 'resume' | 'wipe', nodeId: number): boolean {
    return carryOut(this.world, { action, nodeId })
  }

  #evaluate(): void {
    const { dashboard, cluster } = this.world
    const { view, run, link, polledAtMs } = dashboard
    const runs = run === null || run.outcome !== null ? [] : [summarize(standingOf(run, factsOf(this.world)))]
    const evaluated = evaluate(this.#state, {
      cluster: 'c',
      view,
      link: { state: link, sinceMs: 0, problem: null, attempts: [] },
      ageMs: view === null ? null : cluster.nowMs - polledAtMs,
      runs,
      expected: this.#expected,
      policies: DEFAULT_POLICIES,
      silences: [],
      nowMs: cluster.nowMs,
      monotonicMs: cluster.nowMs,
      newId: () => `i${++this.#ids}`,
    })
    this.#state = evaluated.state
    for (const incident of evaluated.tell) this.told.push({ atMs: cluster.nowMs, incident })
  }
}
