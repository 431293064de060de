/** One Kafka node of a sandbox: its folder, its disk, its process. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SandboxNode, SandboxNodeAction, SandboxNodeState } from '../../contract/sandbox.ts'
import type { KafkaArtifacts } from './artifacts.ts'
import { logDirectory, type NodeSpec, propertiesText } from './layout.ts'
import { type JavaProcess, javaArguments, startJava } from './process.ts'
import { RegistrationLog } from './registration.ts'

const LOG4J1 = (level: string) => `log4j.rootLogger=${level}, stdout
log4j.appender.stdout=org.apache.log4j.ConsoleAppender
log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
log4j.appender.stdout.layout.ConversionPattern=[%d] %p %m (%c)%n
`
const LOG4J2 = (level: string) => `rootLogger.level=${level.toLowerCase()}
rootLogger.appenderRefs=stdout
rootLogger.appenderRef.stdout.ref=STDOUT
appenders=stdout
appender.stdout.type=Console
appender.stdout.name=STDOUT
appender.stdout.layout.type=PatternLayout
appender.stdout.layout.pattern=[%d] %p %m (%c)%n
`

/** Writes the logging configuration that a Kafka of this version reads. */
export async function writeLogging(kafka: KafkaArtifacts, folder: string): Promise<string> {
  const old = kafka.version.startsWith('3.')
  const file = join(folder, old ? 'log4j.properties' : 'log4j2.properties')
  await writeFile(file, old ? LOG4J1('INFO') : LOG4J2('INFO'))
  return file
}

/** Folder of the metadata log. */
const METADATA_PARTITION = '__cluster_metadata-0'

/** Exit code of a Kafka that could not start; one that is ended has another. */
const GAVE_UP = 1

export class KafkaNode {
  spec: NodeSpec
  readonly #kafka: KafkaArtifacts
  readonly #log4j: string
  readonly #onGaveUp: (line: string) => void
  #process: JavaProcess | null = null
  #frozen = false
  /** The process that is being ended in order to be started once more. */
  #again: JavaProcess | null = null

  /** @param onGaveUp called with what its log says last when the process gives up by itself */
  constructor(kafka: KafkaArtifacts, spec: NodeSpec, log4j: string, onGaveUp: (line: string) => void = () => {}) {
    this.#kafka = kafka
    this.spec = spec
    this.#log4j = log4j
    this.#onGaveUp = onGaveUp
  }

  get configFile(): string {
    return join(this.spec.folder, 'server.properties')
  }

  get logDirectory(): string {
    return logDirectory(this.spec)
  }

  get outputFile(): string {
    return join(this.spec.folder, 'server.log')
  }

  get running(): boolean {
    return this.#process !== null
  }

  async configure(properties: Record<string, string>): Promise<void> {
    await mkdir(this.spec.folder, { recursive: true })
    await writeFile(this.configFile, propertiesText(properties))
  }

  /** The properties file as somebody edits it; the process reads it at its next start. */
  async edit(change: (text: string) => string): Promise<void> {
    await writeFile(this.configFile, change(await readFile(this.configFile, 'utf8')))
  }

  /** Directory id on the disk, as `kafka-storage info` shows it; `null` when the disk is empty. */
  async directoryId(): Promise<string | null> {
    const text = await readFile(join(logDirectory(this.spec), 'meta.properties'), 'utf8').catch(() => '')
    return /^directory\.id=(.+)$/m.exec(text)?.[1]?.trim() ?? null
  }

  /** Runs `kafka-storage format` with these further arguments. */
  async format(clusterId: string, args: string[]): Promise<void> {
    const output = join(this.spec.folder, 'format.log')
    const storage = await startJava(
      javaArguments(this.#kafka, this.#log4j, 'kafka.tools.StorageTool', [
        'format',
        '--cluster-id',
        clusterId,
        '--config',
        this.configFile,
        ...args,
      ]),
      output,
      this.spec.folder,
    )
    const code = await storage.ended
    if (code !== 0) throw new Error(`kafka-storage format of node ${this.spec.nodeId} failed: ${await tail(output)}`)
  }

  /**
   * @param onceMore start it again if it gives up by itself: a broker that starts beside its first election may never find
   * the way to the controller, and ends after a minute (initial.broker.registration.timeout.ms)
   */
  async start(onceMore = false): Promise<void> {
    if (this.#process !== null) return
    if ((await this.directoryId()) === null) {
      throw new Error(`Node ${this.spec.nodeId} has an empty disk. Format it first, then start it.`)
    }
    const registration = new RegistrationLog()
    const restartIfNeeded = () => {
      if (registration.needsRestart && this.#process !== null && this.#process === started) this.#restart(this.#process)
    }
    let started: JavaProcess | null = null
    started = await startJava(
      javaArguments(this.#kafka, this.#log4j, 'kafka.Kafka', [this.configFile]),
      this.outputFile,
      this.spec.folder,
      (line) => {
        registration.read(line)
        restartIfNeeded()
      },
    )
    this.#process = started
    this.#frozen = false
    void started.ended.then((code) => {
      if (this.#process !== started) return
      this.#process = null
      if (code === GAVE_UP) void this.#tellWhy()
      const again = this.#again === started || (onceMore && code === GAVE_UP)
      this.#again = null
      if (again) void this.start().catch(() => {})
    })
    restartIfNeeded()
  }

  async #tellWhy(): Promise<void> {
    this.#onGaveUp(
      `Node ${this.spec.nodeId} gave up by itself. The end of its log:\n${await tail(this.outputFile, 3_000)}`,
    )
  }

  /** Unless somebody ends it meanwhile: then it stays ended. */
  #restart(running: JavaProcess): void {
    if (this.#again === running) return
    this.#again = running
    void this.#endProcess('SIGTERM')
  }

  /** SIGTERM, an orderly shutdown, or SIGKILL. Resolves when the process has ended. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#again = null
    await this.#endProcess(signal)
  }

  async #endProcess(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const running = this.#process
    if (running === null) return
    if (this.#frozen) running.signal('SIGCONT')
    this.#frozen = false
    running.signal(signal)
    const late = setTimeout(() => running.signal('SIGKILL'), 20_000)
    await running.ended
    clearTimeout(late)
  }

  async act(action: SandboxNodeAction, clusterId: string): Promise<void> {
    const { nodeId } = this.spec
    switch (action) {
      case 'start':
        return this.start()
      case 'stop':
        return this.end('SIGTERM')
      case 'kill':
        return this.end('SIGKILL')
      case 'restart':
        await this.end('SIGTERM')
        return this.start()
      case 'freeze':
        if (this.#process === null) throw new Error(`Node ${nodeId} has no process to freeze. Start it first.`)
        this.#process.signal('SIGSTOP')
        this.#frozen = true
        return
      case 'resume':
        this.#process?.signal('SIGCONT')
        this.#frozen = false
        return
      case 'slow':
      case 'unslow':
        throw new Error('Real Kafka processes cannot be slowed down by a click; freeze and resume them instead.')
      case 'wipe':
        await this.end('SIGKILL')
        await rm(logDirectory(this.spec), { recursive: true, force: true })
        return
      case 'format':
        if ((await this.directoryId()) !== null) {
          throw new Error(`Node ${nodeId} has a formatted disk. Wipe it first: formatting must never destroy a log.`)
        }
        return this.format(clusterId, this.spec.controllerPort === null ? [] : ['--no-initial-controllers'])
      default:
        return action satisfies never
    }
  }

  /** `rm -r __cluster_metadata-0`; meta.properties stays. */
  async purgeLog(): Promise<void> {
    if (this.running) throw new Error(`Node ${this.spec.nodeId} is running. Stop it first, then take its log away.`)
    await rm(join(this.logDirectory, METADATA_PARTITION), { recursive: true, force: true })
  }

  async describe(): Promise<SandboxNode> {
    const directoryId = await this.directoryId()
    const state: SandboxNodeState =
      this.#process !== null ? (this.#frozen ? 'frozen' : 'running') : directoryId === null ? 'wiped' : 'stopped'
    const possible: Record<SandboxNodeState, SandboxNodeAction[]> = {
      running: ['stop', 'kill', 'restart', 'freeze', 'wipe'],
      slow: [],
      frozen: ['resume', 'kill', 'wipe'],
      stopped: ['start', 'wipe'],
      wiped: ['format'],
    }
    return {
      nodeId: this.spec.nodeId,
      roles: this.spec.roles,
      state,
      directoryId,
      address: `localhost:${this.spec.controllerPort ?? this.spec.brokerPort}`,
      actions: possible[state],
    }
  }
}

async function tail(file: string, length = 800): Promise<string> {
  return (await readFile(file, 'utf8').catch(() => '')).trim().slice(-length)
}
