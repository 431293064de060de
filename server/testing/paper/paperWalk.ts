/**
 * For tests: a runbook followed by hand on a real quorum of the sandbox. Every command is run as it is written, by Kafka's
 * own tools; what is to be done on a host is done to the node of the sandbox. What the walk does not understand ends it.
 */

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { QuorumView } from '../../contract/quorumView.ts'
import { votersOf } from '../../contract/voters.ts'
import type { StartWorkflow } from '../../contract/workflows.ts'
import type { KafkaNode } from '../../sandbox/apacheKafka/node.ts'
import type { ApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { PROGRAMS } from '../../sandbox/apacheKafka/tools.ts'
import { takePorts } from '../../sandbox/ports.ts'
import { Driving } from '../driving.ts'
import { PATIENCE_MS } from '../patience.ts'
import { type Paper, type PaperCheck, type PaperCommand, type PaperStep, readPaper } from './paper.ts'
import { checkedByHand, type Look } from './paperChecks.ts'
import { readProperties, readStatus } from './paperLooks.ts'
import { printedPattern, wordsOf } from './shellWords.ts'

/** The paper of a change, written once; afterwards nobody of ours looks at the quorum any more. */
export async function paperOf(kafka: ApacheKafka, change: (view: QuorumView) => StartWorkflow): Promise<Paper> {
  const driving = await Driving.open({ bootstrapControllers: kafka.bootstrapControllers })
  try {
    const { observer } = driving.watching
    const view = await driving.watching.view('a whole cluster', (view) => {
      const { clusterId, source, quorum } = view
      const brokers = [...(observer.log?.brokers.values() ?? [])]
      const whole =
        votersOf(view).every((v) => v.health === 'ok') && brokers.length > 0 && brokers.every((b) => !b.fenced)
      return clusterId !== null && source.tailing && quorum.autoJoin !== null && quorum.margin !== null && whole
    })
    return readPaper(await driving.workflows.planRunbook(observer.cluster, change(view)))
  } finally {
    await driving.close()
  }
}

const NOTES = [
  /^Not everything that it needs held when this was written: first check what must hold\.$/,
  /^In config\/(controller|broker|server)\.properties, or wherever the file of node \d+ is\.$/,
  /^In config\/controller\.properties; listener names, protocols and secrets as on the other controllers\.$/,
  /^Do not set controller\.quorum\.voters\.$/,
  /^Never --standalone: that would make a quorum of its own\.$/,
  /^log\.dirs must name the new, empty disk\.$/,
  /^--ignore-formatted leaves other disks of the node as they are\.$/,
  /^With the file of node \d+, wherever it is\.$/,
  /^Works on the host of the new controller only\.$/,
  /^Stops every Kafka on the host\.$/,
  /^Where more than node \d+ runs there, (restart|end) its process alone, the way your service manager does\.$/,
  /^The file may be elsewhere\.$/,
]

const ENDS = "while ps ax | grep -q ' [k]afka\\.Kafka '; do sleep 1; done"

export class Walk {
  readonly #kafka: ApacheKafka
  readonly #paper: Paper
  readonly #nodes = new Map<number, KafkaNode>()
  readonly #told: string[] = []
  #folder = ''
  #candidate: number | null = null
  #highest = 0

  private constructor(kafka: ApacheKafka, paper: Paper) {
    this.#kafka = kafka
    this.#paper = paper
  }

  /** @throws Error that names the step and the demand which never came true, or the line that is not understood */
  static async through(kafka: ApacheKafka, paper: Paper): Promise<void> {
    const walk = new Walk(kafka, paper)
    walk.#folder = await mkdtemp(join(tmpdir(), 'quorumdeck-paper-'))
    try {
      await walk.#steps()
    } finally {
      await rm(walk.#folder, { recursive: true, force: true })
    }
  }

  async #steps(): Promise<void> {
    for (const { nodeId } of (await this.#kafka.port.describe()).nodes)
      this.#nodes.set(nodeId, this.#kafka.node(nodeId))
    for (const step of this.#paper.steps) {
      const startedMs = performance.now()
      try {
        await this.#hold(step, step.before)
        for (const command of step.commands) await this.#do(step, command)
        await this.#hold(step, step.doneWhen)
      } catch (error) {
        const done = this.#told.join('\n')
        throw new Error(`${this.#paper.title}: ${step.heading}: ${(error as Error).message}\n${done}`, { cause: error })
      }
      this.#told.push(`${step.heading}: done in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`)
    }
  }

  /** The node that a step is about, by its heading, that of its part, or the title. */
  #subject({ heading, part }: PaperStep): number {
    for (const text of [heading.replace(/^\d+\. /, ''), part, this.#paper.title]) {
      const id = /\b(?:node|controller|broker) (\d+)/.exec(text)?.[1]
      if (id !== undefined) return Number(id)
    }
    throw new Error('no heading says which node it is about')
  }

  #node(nodeId: number): KafkaNode {
    const node = this.#nodes.get(nodeId)
    if (node === undefined) throw new Error(`there is no node ${nodeId}`)
    return node
  }

  #look(): Look {
    const asked = new Map<string, Promise<string>>()
    const printed = (name: string) => {
      const text = this.#paper.looks.get(name)
      if (text === undefined) throw new Error(`the paper does not say what \`${name}\` is`)
      const known = asked.get(name) ?? this.#typed(text)
      asked.set(name, known)
      return known
    }
    return { printed }
  }

  /** Waits until all of it holds, as somebody who looks again and again. */
  async #hold(step: PaperStep, checks: readonly PaperCheck[]): Promise<void> {
    const startedMs = performance.now()
    for (;;) {
      const failing = await this.#failing(step, checks)
      if (failing.length === 0) return
      if (performance.now() - startedMs > PATIENCE_MS) throw new Error(`never held:\n${failing.join('\n')}`)
    }
  }

  async #failing(step: PaperStep, checks: readonly PaperCheck[]): Promise<string[]> {
    const looks = [this.#look(), this.#look()] as const
    const failing: string[] = []
    if (checks.length > 0) {
      const first = await Promise.all(['replication', 'status'].map((name) => looks[0].printed(name).catch(String)))
      if (first.some((text) => text.startsWith('Error'))) return first
      await Promise.all(['replication', 'status'].map((name) => looks[1].printed(name)))
    }
    for (const check of checks) {
      const seen = await checkedByHand({
        paper: this.#paper,
        step,
        check,
        looks,
        candidate: this.#candidate,
        subject: () => this.#subject(step),
        node: (nodeId) => this.#node(nodeId),
        nodes: () => [...this.#nodes.values()],
        typed: (text) => this.#typed(text),
        highest: this.#highest,
      })
      if (seen !== null) failing.push(`${check.demand}\n  by hand: ${check.byHand}\n  seen: ${seen}`)
    }
    if (checks.length > 0) {
      this.#highest = Math.max(this.#highest, readStatus(await looks[1].printed('status')).highWatermark)
    }
    return failing
  }

  /** One of Kafka's own tools, with the file of this node where it names one. */
  async #typed(text: string, node: KafkaNode | null = null): Promise<string> {
    const printed: string[] = []
    // Which broker, is for the reader to say, as it is where those that are named have left.
    const filled = text.replaceAll('<a broker:port>', 'nobody:0')
    for (const line of filled.replaceAll('\\\n', ' ').split('\n')) {
      // What a pipe or a comment is about, whoever reads the output sees himself.
      const [command = '', filter] = line.replace(/ +#.*$/, '').split(' | ')
      if (/<[^>]*>/.test(command)) throw new Error(`nobody says what to fill in: ${command}`)
      const [program, ...args] = wordsOf(command)
      if (!Object.values(PROGRAMS).includes(program)) throw new Error(`not understood: ${line}`)
      const words = args.map((word) => {
        if (word === 'moves.json') return join(this.#folder, word)
        if (!word.startsWith('config/')) return word
        if (node === null) throw new Error(`nobody says of which node the file is: ${line}`)
        return node.configFile
      })
      const output = await this.#kafka.tool(program, await this.#answering(words))
      const wanted = filter === undefined ? '' : (/^grep "(.*)"$/.exec(filter)?.[1] ?? filter)
      printed.push(
        output
          .split('\n')
          .filter((one) => one.includes(wanted))
          .join('\n')
          .trim(),
      )
    }
    return printed.join('\n')
  }

  /** Where none of the addresses answers any more, another one in their place, as the paper says. */
  async #answering(words: readonly string[]): Promise<string[]> {
    const at = words.findIndex((word) => word === '--bootstrap-server' || word === '--bootstrap-controller') + 1
    if (at === 0) return [...words]
    const key = words[at - 1] === '--bootstrap-server' ? 'advertised.listeners' : 'listeners'
    const listener = key === 'listeners' ? 'CONTROLLER' : 'CLIENT'
    const addresses: string[] = []
    for (const node of [...this.#nodes.values()].filter((one) => one.running)) {
      const listed = readProperties(await readFile(node.configFile, 'utf8')).get(key) ?? ''
      addresses.push(...[...listed.matchAll(new RegExp(`\\b${listener}://([^,]+)`, 'g'))].map((m) => m[1] ?? ''))
    }
    if (words[at]?.split(',').some((address) => addresses.includes(address)) === true) return [...words]
    return words.with(at, addresses.join(','))
  }

  async #do(step: PaperStep, command: PaperCommand): Promise<void> {
    const { text, prints, note } = command
    for (const sentence of note === '' ? [] : note.split(/(?<=\.) (?=[A-Z]|log\.dirs|--)/)) {
      if (!NOTES.some((known) => known.test(sentence))) throw new Error(`a note that is not understood: ${sentence}`)
    }
    if (prints === null) return this.#edit(command)
    if (/^bin\/kafka-server-(stop|start)\.sh/.test(text)) {
      for (const line of text.split('\n')) await this.#process(line, this.#whose(command))
      if (prints !== '') throw new Error(`${text} prints nothing, and not ${prints}`)
      return
    }
    const isFormat = text.startsWith('bin/kafka-storage.sh format ')
    const isAddition = text.endsWith(' add-controller')
    const node = isFormat ? this.#node(this.#whose(command)) : isAddition ? this.#node(this.#candidate ?? -1) : null
    if (isFormat && node !== null) {
      if (node.running) throw new Error(`node ${node.spec.nodeId} runs while its disk is formatted`)
      // The new, empty disk.
      await node.act('wipe', this.#paper.clusterId)
      this.#candidate = node.spec.nodeId
    }
    const document = /^cat > moves\.json <<'END'\n([\s\S]*)\nEND\n/.exec(text)
    if (document !== null) await writeFile(join(this.#folder, 'moves.json'), document[1] ?? '')
    const printed = await this.#typed(text.slice(document?.[0].length ?? 0), node)
    if (!printedPattern(prints).test(printed)) {
      throw new Error(`${step.heading}: ${text}\nis said to print\n${prints}\nand printed\n${printed}`)
    }
  }

  #whose({ host, note }: PaperCommand): number {
    const id = /\bnode (\d+)/.exec(note)?.[1] ?? /^the host of node (\d+)$/.exec(host)?.[1]
    if (id === undefined) throw new Error(`nobody says which node: ${host}, ${note}`)
    return Number(id)
  }

  /** Where several nodes run on one host, the process of this node alone, as the paper says. */
  async #process(line: string, nodeId: number): Promise<void> {
    const node = this.#node(nodeId)
    if (line === 'bin/kafka-server-stop.sh') return node.act('stop', this.#paper.clusterId)
    if (line === ENDS) {
      if (node.running) throw new Error(`node ${nodeId} still runs`)
      return
    }
    if (!/^bin\/kafka-server-start\.sh -daemon config\/(controller|broker|server)\.properties$/.test(line)) {
      throw new Error(`not understood: ${line}`)
    }
    return node.act('start', this.#paper.clusterId)
  }

  async #edit(command: PaperCommand): Promise<void> {
    const { text } = command
    const nodeId = Number(/^node\.id=(\d+)$/m.exec(text)?.[1] ?? this.#whose(command))
    if (text.includes('log.dirs=<an empty directory>')) await this.#newNode(nodeId)
    const node = this.#node(nodeId)
    const [free = 0] = await takePorts('127.0.0.1', 1)
    let file = await readFile(node.configFile, 'utf8')
    for (const line of text.split('\n')) {
      const filled = line
        .replaceAll('<host of this controller>:<port>', `localhost:${node.spec.controllerPort}`)
        .replaceAll('<an empty directory>', node.logDirectory)
        .replaceAll('<a free port>', String(free))
        .replaceAll(
          /<address of controller (\d+)>/g,
          (_, id) => `localhost:${this.#node(Number(id)).spec.controllerPort}`,
        )
      const [, gone, key] = /^(# delete the line )?([a-z][a-z.]+)=/.exec(filled) ?? []
      if (key === undefined || /<[^>]*>/.test(filled)) throw new Error(`not understood: ${line}`)
      file = file
        .split('\n')
        .filter((one) => !one.startsWith(`${key}=`))
        .join('\n')
      if (gone === undefined) file = `${file.trimEnd()}\n${filled}\n`
    }
    await writeFile(node.configFile, file)
  }

  /** A host for a new node: one of the sandbox that is not in use, or another one. */
  async #newNode(nodeId: number): Promise<void> {
    if (!this.#nodes.has(nodeId)) {
      await this.#kafka.port.act({ action: 'add-node', roles: ['controller'] })
      this.#nodes.set(nodeId, this.#kafka.node(nodeId))
    }
    const node = this.#node(nodeId)
    if (node.running) throw new Error(`node ${nodeId} is no new node: it runs`)
    await node.act('wipe', this.#paper.clusterId)
  }
}
