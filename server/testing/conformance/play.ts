/** Plays one scenario on a quorum, simulated or real: the two differ in nothing that is seen here. */
import { KafkaConnection } from '../../kafka/connection.ts'
import { KafkaFailure } from '../../kafka/failure.ts'
import type { QuorumUnderTest } from '../quorumUnderTest.ts'
import { expectedText, fitsText, type Words } from './answerText.ts'
import { type Answer, ask } from './ask.ts'
import { Impostor } from './impostor.ts'
import { keyText, Participants, type ReplicaKey } from './participants.ts'
import { type Led, QuorumState } from './quorumState.ts'
import {
  type ExpectedAnswer,
  isFor,
  type Line,
  type Name,
  namesIn,
  type Request,
  type Scenario,
  type Step,
} from './script.ts'

/** How long a state may take to show; a loaded machine and an election with bad luck included. */
const STATE_TIMEOUT_MS = 40_000
const REPEAT_TIMEOUT_MS = 90_000
const FIELD_TIMEOUT_MS = 40_000
const NOT_CONNECTED = 'API_VERSIONS returned an error BROKER_NOT_AVAILABLE'
/** Connections to each address of a repeated request: between two of its answers nothing may happen unseen. */
const REPEAT_WIDTH = 3
const LOOK_EVERY_MS = 50
/** Nobody is believed to lead for good only after longer than an election takes. */
const LEADERLESS_MS = 4_000
/** Longer than a broker tries to forward a request. */
const ANSWER_TIMEOUT_MS = 70_000

const BROKER_ID = 7

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** What a scenario expected and did not find, with the line. */
export class Disagreement extends Error {}

export interface Play {
  passed: boolean
  problem: string | null
}

/** Never rejects. */
export async function play(scenario: Scenario, quorum: QuorumUnderTest): Promise<Play> {
  const player = new Player(scenario, quorum)
  try {
    await player.begin()
    for (const line of scenario.lines) if (isFor(line.releases, quorum.release)) await player.play(line)
    return { passed: true, problem: null }
  } catch (error) {
    const why =
      error instanceof Disagreement ? error.message : error instanceof Error ? (error.stack ?? '') : String(error)
    return { passed: false, problem: `${scenario.file}.txt, ${player.where}: ${why}` }
  } finally {
    await player.end()
  }
}

const answerText = ({ code, message }: Pick<Answer, 'code' | 'message'>): string =>
  code === null ? `no answer (${message})` : message === null ? String(code) : `${code} ${JSON.stringify(message)}`

class Player {
  where = 'before the first line'
  readonly #scenario: Scenario
  readonly #quorum: QuorumUnderTest
  readonly #state: QuorumState
  #impostor: Impostor | null = null
  #words: Words | null = null
  /** Observers left behind by what was played before. */
  #ghosts = new Set<string>()
  #last: Answer | null = null
  #lastRequest: Request | null = null
  #seen: Answer[] = []
  readonly #labelled = new Map<string, Promise<Answer>>()

  constructor(scenario: Scenario, quorum: QuorumUnderTest) {
    this.#scenario = scenario
    this.#quorum = quorum
    this.#state = new QuorumState(quorum.port)
  }

  get #cast(): Participants {
    return this.#setting.participants
  }

  get #setting(): Words {
    if (this.#words === null) throw new Error('the scenario has not begun')
    return this.#words
  }

  /** Binds the names: who leads now is `leader` until the end. */
  async begin(): Promise<void> {
    const { port, release } = this.#quorum
    const led = await this.#untilLed()
    const voters = led.voters.map(({ nodeId }) => nodeId).sort((one, other) => one - other)
    const followers = voters.filter((id) => id !== led.leaderId)
    const ids = new Map<Name, number>([['leader', led.leaderId]])
    if (followers[0] !== undefined) ids.set('follower1', followers[0])
    if (followers[1] !== undefined) ids.set('follower2', followers[1])
    ids.set('broker', BROKER_ID)
    if (namesIn(this.#scenario).has('spare')) ids.set('spare', await this.#spareId())
    this.#impostor = await Impostor.listen()
    const participants = await Participants.bind(ids, port, this.#impostor)
    const clusterId = (await this.#state.cluster(led.leaderId))?.clusterId
    if (clusterId === undefined) throw new Error('the leader does not tell the cluster id')
    this.#words = { participants, release, clusterId }
    const own = new Set([keyText(participants.key({ name: 'broker', incarnation: 'now' }))])
    this.#ghosts = new Set(
      led.observers
        .map(replicaKey)
        .map(keyText)
        .filter((key) => !own.has(key)),
    )
  }

  async #spareId(): Promise<number> {
    const { port } = this.#quorum
    const isSpare = ({ nodeId, roles }: { nodeId: number; roles: string[] }) =>
      nodeId >= 3 && roles.includes('controller')
    const known = (await port.describe()).nodes.find(isSpare)
    const { nodes } =
      known === undefined ? await port.act({ action: 'add-node', roles: ['controller'] }) : { nodes: [known] }
    const spare = nodes.find(isSpare)
    if (spare === undefined) throw new Error('no host was added')
    return spare.nodeId
  }

  async end(): Promise<void> {
    this.#state.close()
    await Promise.all([...this.#labelled.values()].map((answer) => answer.catch(() => null)))
    await this.#impostor?.close()
  }

  async play({ number, text, step }: Line): Promise<void> {
    this.where = `line ${number} (${text})`
    await this.#do(step)
  }

  async #do(step: Step): Promise<void> {
    switch (step.kind) {
      case 'host':
        await this.#quorum.port.act({ action: step.action, nodeId: this.#cast.id(step.name) })
        if (step.action === 'format') await this.#cast.look()
        if (step.action === 'start' || step.action === 'restart') await this.#untilListening(step.name)
        return
      case 'impostor':
        this.#cast.impostor.manners = { error: step.error, kraft: step.kraft }
        return
      case 'pause':
        await pause(step.ms)
        return
      case 'request': {
        const answer = this.#send(step.request)
        this.#lastRequest = step.label === null ? step.request : null
        if (step.label === null) this.#last = await answer
        else this.#labelled.set(step.label, answer)
        return
      }
      case 'answer':
        await this.#checkAnswer(step.label, step.expected)
        return
      case 'field': {
        await this.#checkField(step.field, expectedText(step.value, this.#setting))
        return
      }
      case 'repeat':
        await this.#repeat(step.request, step.until)
        return
      case 'seen':
        if (!this.#seen.some((answer) => this.#fits(step.expected, answer))) {
          throw new Disagreement(`seen were ${this.#seen.map(answerText).join(', ')}`)
        }
        return
      case 'replicas': {
        const expected = step.replicas.map((replica) => this.#cast.key(replica))
        await this.#untilShown(step.what, expected)
        return
      }
      case 'leads':
        if (step.names.length === 0) await this.#untilLeaderless()
        else await this.#untilLed(step.names.map((name) => this.#cast.id(name)))
        return
      default:
        step satisfies never
    }
  }

  /** A process fetches some time before it answers at its own listener. */
  async #untilListening(name: Name): Promise<void> {
    const startedMs = performance.now()
    while (performance.now() - startedMs < STATE_TIMEOUT_MS) {
      const connection = await open(this.#cast.address(name)).catch(() => null)
      connection?.close()
      if (connection !== null) return
      await pause(LOOK_EVERY_MS)
    }
    throw new Disagreement(`${name} does not listen`)
  }

  #fits(expected: ExpectedAnswer, answer: Answer): boolean {
    if (expected.code === null) return answer.code === null
    return answer.code === expected.code && fitsText(expected.message, answer.message, this.#setting)
  }

  async #checkAnswer(label: string | null, expected: ExpectedAnswer): Promise<void> {
    if (label !== null) {
      const labelled = this.#labelled.get(label)
      if (labelled === undefined) throw new Disagreement(`nothing was sent as ${label}`)
      this.#last = await labelled
    }
    if (this.#last === null) throw new Disagreement('nothing was asked')
    const startedMs = performance.now()
    while (expected.code === 0 && this.#isBackingOff(this.#last) && performance.now() - startedMs < FIELD_TIMEOUT_MS) {
      await pause(LOOK_EVERY_MS)
      if (this.#lastRequest !== null) this.#last = await this.#send(this.#lastRequest)
    }
    if (!this.#fits(expected, this.#last)) throw new Disagreement(`the answer is ${answerText(this.#last)}`)
  }

  /** A leader that has lost its connection to a process that died waits before it opens one to the next (reconnect.backoff). */
  #isBackingOff({ code, message }: Answer): boolean {
    return code === 7 && this.#lastRequest?.verb === 'add' && message?.endsWith(NOT_CONNECTED) === true
  }

  /** What a node tells of others reaches it a little later: such a question is asked again. */
  async #checkField(field: string, expected: string): Promise<void> {
    const actual = () => this.#last?.fields.get(field) ?? 'absent'
    const startedMs = performance.now()
    const question = this.#lastRequest
    const isQuestion =
      question !== null && ['describe-quorum', 'describe-cluster', 'api-versions'].includes(question.verb)
    while (actual() !== expected) {
      if (!isQuestion || performance.now() - startedMs > FIELD_TIMEOUT_MS)
        throw new Disagreement(`${field} is ${actual()}`)
      await pause(LOOK_EVERY_MS)
      this.#last = await this.#send(question)
    }
  }

  /** On a connection of its own: Kafka reads the next request of a connection only when the one before is answered. */
  async #send(request: Request): Promise<Answer> {
    const [target] = await this.#targets(request)
    if (target === undefined) throw new Error('the request has no address')
    let connection: KafkaConnection | null = null
    try {
      connection = await open(target)
      return await ask(connection, request, { ...this.#setting, led: await this.#state.led() })
    } catch (error) {
      if (!(error instanceof KafkaFailure)) throw error
      return { code: null, message: error.message, fields: new Map() }
    } finally {
      connection?.close()
    }
  }

  async #targets({ at }: Request) {
    if (at !== null) return at.map((name) => this.#cast.address(name))
    const { leaderId } = await this.#untilLed()
    const { nodes } = await this.#quorum.port.describe()
    const [host = '', port = ''] = (nodes.find((node) => node.nodeId === leaderId)?.address ?? '').split(':')
    return [{ host, port: Number(port) }]
  }

  /** As fast as the answers come, at every address at once, so that a state of a few milliseconds is met. */
  async #repeat(request: Request, until: ExpectedAnswer): Promise<void> {
    this.#seen = []
    let done = false
    const startedMs = performance.now()
    const led = await this.#state.led()
    const worker = async (target: { host: string; port: number }) => {
      let connection: KafkaConnection | null = null
      while (!done && performance.now() - startedMs < REPEAT_TIMEOUT_MS) {
        try {
          if (connection?.isOpen !== true) connection = await open(target)
          const answer = await ask(connection, request, { ...this.#setting, led })
          if (!this.#seen.some((known) => answerText(known) === answerText(answer))) this.#seen.push(answer)
          // Without a text, any will do.
          if (until.message === null ? answer.code === until.code : this.#fits(until, answer)) done = true
        } catch (error) {
          if (!(error instanceof KafkaFailure)) throw error
          await pause(LOOK_EVERY_MS)
        }
      }
      connection?.close()
    }
    const targets = await this.#targets(request)
    await Promise.all(Array.from({ length: REPEAT_WIDTH }, () => targets.map(worker)).flat())
    if (!done) throw new Disagreement(`seen were ${this.#seen.map(answerText).join(', ')}`)
  }

  async #untilLed(among: readonly number[] | null = null): Promise<Led> {
    const startedMs = performance.now()
    for (;;) {
      const led = await this.#state.led()
      if (led !== null && (among === null || among.includes(led.leaderId))) return led
      if (performance.now() - startedMs > STATE_TIMEOUT_MS) {
        throw new Disagreement(led === null ? 'nobody leads' : `node ${led.leaderId} leads`)
      }
      await pause(LOOK_EVERY_MS)
    }
  }

  async #untilLeaderless(): Promise<void> {
    const startedMs = performance.now()
    let sinceMs: number | null = null
    for (;;) {
      const led = await this.#state.led()
      const nowMs = performance.now()
      sinceMs = led === null ? (sinceMs ?? nowMs) : null
      if (sinceMs !== null && nowMs - sinceMs >= LEADERLESS_MS) return
      if (nowMs - startedMs > STATE_TIMEOUT_MS) throw new Disagreement(`node ${led?.leaderId} leads`)
      await pause(LOOK_EVERY_MS)
    }
  }

  async #untilShown(what: 'voters' | 'observers', expected: readonly ReplicaKey[]): Promise<void> {
    const wanted = expected.map(keyText).sort().join(' ')
    const startedMs = performance.now()
    for (;;) {
      const led = await this.#state.led()
      const shown = (led?.[what] ?? []).map(replicaKey)
      const counted = what === 'voters' ? shown : shown.filter((key) => !this.#isGhost(key, wanted))
      if (led !== null && counted.map(keyText).sort().join(' ') === wanted) return
      if (performance.now() - startedMs > STATE_TIMEOUT_MS) {
        const text = counted.map((key) => this.#cast.describe(key)).join(', ')
        throw new Disagreement(led === null ? 'nobody leads' : `${what} are: ${text || 'none'}`)
      }
      await pause(LOOK_EVERY_MS)
    }
  }

  #isGhost(key: ReplicaKey, wanted: string): boolean {
    return this.#ghosts.has(keyText(key)) && !wanted.split(' ').includes(keyText(key))
  }
}

function replicaKey({ nodeId, directoryId }: { nodeId: number; directoryId: string | null }): ReplicaKey {
  return { id: nodeId, directoryId }
}

function open(target: { host: string; port: number }): Promise<KafkaConnection> {
  return KafkaConnection.open(target, {}, { connectTimeoutMs: 5_000, requestTimeoutMs: ANSWER_TIMEOUT_MS })
}
