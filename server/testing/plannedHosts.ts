/** For tests: real Apache Kafka processes, formatted and started by the words of a plan for a new quorum. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kafkaArtifacts } from '../sandbox/apacheKafka/artifacts.ts'
import { writeLogging } from '../sandbox/apacheKafka/node.ts'
import { type JavaProcess, javaArguments, startJava } from '../sandbox/apacheKafka/process.ts'
import { runTool } from '../sandbox/apacheKafka/tools.ts'
import { wordsOf } from './paper/shellWords.ts'

/** The hosts of a plan, all on this machine: what it says is put down, typed and started there as an operator would. */
export class PlannedHosts {
  readonly folder = mkdtempSync(join(tmpdir(), 'quorumdeck-bootstrap-'))
  readonly #running = new Map<number, JavaProcess>()
  readonly #version: string

  constructor(version: string) {
    this.#version = version
  }

  place(files: readonly { path: string; text: string }[]): void {
    mkdirSync(join(this.folder, 'config'), { recursive: true })
    for (const { path, text } of files)
      writeFileSync(join(this.folder, 'config', path), text.replaceAll('CHANGE-ME', 'changed'))
  }

  /** @returns what it printed */
  async run(nodeId: number, text: string): Promise<JavaProcess> {
    const kafka = await kafkaArtifacts(this.#version)
    const [program, ...args] = wordsOf(text.replaceAll('CHANGE-ME', 'changed'))
    const log4j = await writeLogging(kafka, this.folder)
    return await startJava(javaArguments(kafka, log4j, program, args), this.log(nodeId), this.folder)
  }

  log(nodeId: number): string {
    return join(this.folder, `node-${nodeId}.log`)
  }

  async format(nodeId: number, text: string): Promise<void> {
    const code = await (await this.run(nodeId, text)).ended
    if (code !== 0) throw new Error(`format of ${nodeId}: ${readFileSync(this.log(nodeId), 'utf8').slice(-1500)}`)
  }

  async start(nodeId: number, text: string): Promise<void> {
    this.#running.set(nodeId, await this.run(nodeId, text))
  }

  async kill(nodeId: number): Promise<void> {
    const running = this.#running.get(nodeId)
    running?.signal('SIGKILL')
    await running?.ended
    this.#running.delete(nodeId)
  }

  async tool(text: string): Promise<string> {
    const [program, ...args] = wordsOf(text)
    const here = args.map((word) => (word.startsWith('config/') ? join(this.folder, word) : word))
    return await runTool(await kafkaArtifacts(this.#version), program, here)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((nodeId) => this.kill(nodeId)))
    rmSync(this.folder, { recursive: true, force: true })
  }
}
