/**
 * Carries out what was decided, once its entry is synced, and reports what came of it as events of the run. Right before a
 * request is written, or a host touched, the gates are judged once more on fresh facts.
 */
import type { HandOverAct } from '../../contract/cruiseControl.ts'
import type { SandboxPort } from '../../contract/sandbox.ts'
import type { Clock } from '../../quorum/reading/clock.ts'
import type { Facts } from '../run/facts.ts'
import { type ChangeOptions, type ChangeOutcome, isHandOver, type WorkflowCluster } from '../run/ports.ts'
import type { Run } from '../run/run.ts'
import type { HostAct } from '../run/step.ts'
import { answerTimeoutMs } from '../run/thresholds.ts'
import type { ActiveRun } from './activeRun.ts'
import type { PendingEntry } from './decisions/advance.ts'
import type { Effect } from './decisions/decide.ts'
import { clockAtAnswer } from './decisions/orchestrate.ts'
import { outcomeText } from './decisions/outcomeText.ts'
import { preflightCancel, preflightChange, preflightHosts, preflightRequest } from './decisions/preflight.ts'
import { type Standing, standingOf } from './decisions/progress.ts'

export interface EffectsOptions {
  cluster: WorkflowCluster
  clock: Clock
  /** Facts of a reading that was asked for now. */
  freshFacts: (run: Run) => Promise<Facts>
  /** Asks Cruise Control now; resolves when the facts hold what it said, or that it did not answer. */
  lookAtCruiseControl: () => Promise<void>
  isClosed: () => boolean
  /** Whether this server may act in the name of the cluster, asked where that is known; why not, or `null`. */
  permit?: (() => Promise<string | null>) | undefined
}

export class Effects {
  readonly #options: EffectsOptions

  constructor(options: EffectsOptions) {
    this.#options = options
  }

  /** Never rejects for what the network or a host does: that is what the event holds. */
  carryOut(live: ActiveRun, effect: Effect): Promise<PendingEntry> {
    switch (effect.kind) {
      case 'change':
        return this.#change(live, effect)
      case 'act':
        return this.#act(live, effect)
      case 'hosts':
        return this.#hosts(live, effect)
      default:
        return effect satisfies never
    }
  }

  async #change(live: ActiveRun, { change }: Effect & { kind: 'change' }): Promise<PendingEntry> {
    const { clock, cluster } = this.#options
    const { intent } = live.run
    if (intent === null) throw new Error(`run ${live.run.id} changes the voters without having said so`)
    const intentSeq = intent.seq
    const begunMs = clock.monotonicMs()
    const options = this.#changeOptions(async () => {
      const objection = await this.#objection(live, (now) => preflightChange(now, intentSeq))
      // From here on the request counts as sent.
      if (objection === null) live.clock = { sentMs: clock.monotonicMs(), endedMs: null }
      return objection
    })
    const outcome = await cluster.writes.changeVoters(live.run.clusterId, change, options).catch(unanswered)
    const endedMs = clock.monotonicMs()
    live.clock = clockAtAnswer(live, intentSeq, endedMs)
    const durationMs = Math.round(endedMs - begunMs)
    return { type: 'answered', intentSeq, outcome, durationMs, text: outcomeText(outcome) }
  }

  /** A request that does not change the voters: sent once for each command of a person; what it did is looked for. */
  async #act(live: ActiveRun, { step, act, gated }: Effect & { kind: 'act' }): Promise<PendingEntry> {
    const { clock, cluster } = this.#options
    const begun = live.run.acts[step]
    if (begun === undefined) throw new Error(`run ${live.run.id} sends a request of ${step} without having said so`)
    const actSeq = begun.seq
    const begunMs = clock.monotonicMs()
    live.requests.add(actSeq)
    const options = this.#changeOptions(async () => {
      if (isHandOver(act)) await this.#options.lookAtCruiseControl()
      return await this.#objection(live, (now) => {
        if (gated) return preflightRequest(now, step)
        // It stops whatever is executed; a cancellation of moves names its own.
        return isHandOver(act) ? preflightCancel(now, step) : null
      })
    })
    const sent = isHandOver(act) ? this.#handOver(act, options) : cluster.writes.act(act, options)
    const outcome = await sent.catch(unanswered)
    const durationMs = Math.round(clock.monotonicMs() - begunMs)
    return { type: 'acted', step, actSeq, outcome, durationMs, text: outcomeText(outcome, isHandOver(act)) }
  }

  /** To Cruise Control; what it did is looked for at its own place and in the metadata log. */
  async #handOver(act: HandOverAct, { mayStillSend }: ChangeOptions): Promise<ChangeOutcome> {
    const { cruiseControl } = this.#options.cluster
    if (cruiseControl !== null) return await cruiseControl.act(act, mayStillSend)
    return { kind: 'not-sent', problem: 'No address of Cruise Control is configured any more. Nothing was sent.' }
  }

  async #hosts(live: ActiveRun, { step, acts }: Effect & { kind: 'hosts' }): Promise<PendingEntry> {
    let problem: string | null = null
    try {
      const { hosts } = this.#options.cluster
      if (hosts === null) throw new Error('there is no sandbox')
      const objection = await this.#objection(live, (now) => preflightHosts(now, step))
      if (objection !== null) throw new Error(objection)
      await actOn(hosts, acts)
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error)
    }
    const text = problem === null ? 'The sandbox did it.' : `The sandbox could not do it: ${problem}`
    return { type: 'host-action', step, actions: [], problem, text }
  }

  #changeOptions(mayStillSend: ChangeOptions['mayStillSend']): ChangeOptions {
    const { requestTimeoutMs = 0 } = this.#options.cluster.source.view?.quorum ?? {}
    return { answerTimeoutMs: answerTimeoutMs(requestTimeoutMs), mayStillSend }
  }

  async #objection(live: ActiveRun, judge: (now: Standing) => string | null): Promise<string | null> {
    const facts = await this.#options.freshFacts(live.run)
    const objection = judge(standingOf(live.run, facts)) ?? (await this.#options.permit?.()) ?? null
    // Last: it may have been closed while the others were asked.
    return this.#options.isClosed() ? 'Quorumdeck is closing.' : objection
  }
}

async function actOn(hosts: SandboxPort, acts: readonly HostAct[]): Promise<void> {
  const known = new Set((await inTime(hosts.describe())).nodes.map((n) => n.nodeId))
  for (const act of acts) {
    if (act.action !== 'start-new') {
      await inTime(hosts.act(act))
      continue
    }
    const made = (await inTime(hosts.describe())).nodes.find((n) => !known.has(n.nodeId))
    if (made !== undefined) await inTime(hosts.act({ action: 'start', nodeId: made.nodeId }))
  }
}

/** Longest host action of a sandbox, in ms: formatting and starting real Kafka takes seconds. */
const HOST_ACTION_MS = 120_000

async function inTime<T>(action: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('it took longer than two minutes')), HOST_ACTION_MS)
  })
  return await Promise.race([action, late]).finally(() => clearTimeout(timer))
}

/** A write never rejects; one that does all the same may have been sent. */
function unanswered(error: unknown): ChangeOutcome {
  return { kind: 'unanswered', problem: error instanceof Error ? error.message : String(error) }
}
