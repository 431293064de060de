/**
 * Reads quorumdeck.yaml again when it has changed. The whole of it is checked first; where something cannot be used, what was
 * read before stays in force. The file is looked at by its time and size: notices of a file system miss files that are moved
 * into place, and mounted ones.
 */
import { stat } from 'node:fs/promises'
import { Refusal } from '../../contract/errors.ts'
import type { Configuration, NotApplied } from '../../contract/fleet/configuration.ts'
import type { WatchedCluster } from '../../http/watchedCluster.ts'
import { PropertiesError, readClientProperties } from '../../kafka/credentials/clientProperties.ts'
import type { WatchingPort } from '../addedClusters.ts'
import type { ClusterOptions, Options } from '../options/options.ts'
import { UsageError } from '../options/optionsReading.ts'
import { fleetChange, needsStart } from './configurationChange.ts'

/** A file that somebody writes is left alone until it has stood still from one look to the next, in ms. */
const LOOK_EVERY_MS = 1000

export interface ConfigurationSource {
  file: string
  /** As it was read at the start. */
  started: Options
  /** The file as it is now, with the command line. @throws UsageError */
  read: () => Promise<Options>
  /** Between two looks, in ms. */
  everyMs?: number
}

export interface KeeperOptions extends ConfigurationSource {
  port: WatchingPort & { optionsOf(cluster: string): ClusterOptions | null }
  /** Nobody else changes meanwhile what is watched. */
  inTurn: <T>(work: () => Promise<T>) => Promise<T>
  nowMs: () => number
  /** The file was read anew and can be used; clusters are brought to it after that. */
  onInForce: (options: Options) => void
  /** It was read, or cannot be used: said once for each change of the file. */
  onRead: (state: Configuration) => void
  onError: (error: unknown) => void
}

export class ConfigurationKeeper {
  readonly #options: KeeperOptions
  #inForce: Options
  #state: Configuration
  /** Of the file that was read last; `null`: not looked at yet. */
  #readStamp: string | null = null
  #lastStamp: string | null = null
  /** Some cluster could not be brought to what is in force, and is tried again. */
  #isClusterWaiting = false
  #timer: NodeJS.Timeout | null = null
  #isClosed = false

  constructor(options: KeeperOptions) {
    this.#options = options
    this.#inForce = options.started
    this.#state = { file: options.file, readAtMs: options.nowMs(), problem: null, changedButNotApplied: [] }
  }

  get state(): Configuration {
    return this.#state
  }

  async start(): Promise<void> {
    this.#readStamp = await this.#stamp()
    this.#lastStamp = this.#readStamp
    this.#again()
  }

  close(): void {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #again(): void {
    if (this.#isClosed) return
    this.#timer = setTimeout(() => {
      this.#look()
        .catch(this.#options.onError)
        .finally(() => this.#again())
    }, this.#options.everyMs ?? LOOK_EVERY_MS)
  }

  async #look(): Promise<void> {
    const stamp = await this.#stamp()
    const stands = stamp === this.#lastStamp
    this.#lastStamp = stamp
    if (stands && stamp !== this.#readStamp) {
      this.#readStamp = stamp
      await this.#readAgain()
    } else if (this.#isClusterWaiting) {
      // A run that was in the way may have ended.
      const changedButNotApplied = await this.#options.inTurn(() => this.#apply(this.#inForce))
      this.#state = { ...this.#state, changedButNotApplied }
    }
  }

  async #readAgain(): Promise<void> {
    const { file, read, nowMs, onRead, inTurn } = this.#options
    try {
      const options = await read()
      for (const { commandConfig, name } of options.clusters) {
        if (commandConfig === null) continue
        await readClientProperties(commandConfig).catch((error: unknown) => {
          throw error instanceof PropertiesError ? new UsageError(`${name}: commandConfig: ${error.message}`) : error
        })
      }
      this.#inForce = options
      this.#options.onInForce(options)
      const changedButNotApplied = await inTurn(() => this.#apply(options))
      this.#state = { file, readAtMs: nowMs(), problem: null, changedButNotApplied }
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      const problem = {
        code: 'configuration-unusable',
        title: 'The configuration file as it is now cannot be used.',
        detail: error.message.replace(/^--config: /, ''),
        remedy: 'Correct it: it is read again by itself. What was read before stays in force, and nothing is lost.',
        seenAtMs: nowMs(),
      }
      this.#state = { ...this.#state, problem }
    }
    onRead(this.#state)
  }

  /** @returns what stays as it was, and why */
  async #apply(options: Options): Promise<NotApplied[]> {
    const { port, started } = this.#options
    const waiting: NotApplied[] = []
    const watched = port.clusters.flatMap((one) => (isOfFile(one) ? (port.optionsOf(one.cluster) ?? []) : []))
    const wanted = options.clusters.filter(({ origin }) => origin === 'file')
    const change = fleetChange(watched, wanted)
    const attempt = async ({ name }: ClusterOptions, act: string, work: () => Promise<unknown>) => {
      try {
        await work()
      } catch (error) {
        if (!(error instanceof Refusal || error instanceof PropertiesError)) throw error
        const why = error instanceof Refusal ? `${error.message} ${error.remedy}` : error.message
        waiting.push({ what: `cluster ${name}, ${act}`, why })
      }
    }
    for (const one of change.removed) await attempt(one, 'removed', () => port.end(one.cluster))
    for (const one of change.renewed) await attempt(one, 'changed', () => port.renew(one))
    for (const { cluster, name, group } of change.labelled) port.label(cluster, name, group ?? null)
    for (const one of change.added) {
      const taken = port.clusters.find(({ cluster }) => cluster === one.cluster)
      if (taken === undefined) await attempt(one, 'added', () => port.begin(one))
      else waiting.push({ what: `cluster ${one.name}, added`, why: wordsOfTaken(taken) })
    }
    this.#isClusterWaiting = waiting.length > 0
    return [...needsStart(started, options), ...waiting]
  }

  async #stamp(): Promise<string> {
    return await stat(this.#options.file).then(
      ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
      (error: NodeJS.ErrnoException) => error.code ?? 'unreadable',
    )
  }
}

function isOfFile({ origin }: WatchedCluster): boolean {
  return origin === 'file'
}

function wordsOfTaken({ name, cluster }: WatchedCluster): string {
  return `${name} has its short name, ${cluster}. Give it an id of its own in the file, or stop watching that one.`
}

/** With the clusters that were added here and cannot be watched now: nothing of them is lost, and somebody has to know. */
export function withUnwatched(state: Configuration | null, unwatched: readonly NotApplied[]): Configuration {
  const known = state ?? { file: null, readAtMs: null, problem: null, changedButNotApplied: [] }
  if (unwatched.length === 0) return known
  return { ...known, changedButNotApplied: [...known.changedButNotApplied, ...unwatched] }
}
