/**
 * Hostile input: a million frames, requests and "Kafka" answers from a seeded generator. The product must stay up, tell the
 * truth of the other cluster that it watches, and not grow; no decoder may hang, be slow, or throw what nobody expects.
 *
 *   npm run safety                              a new seed each time
 *   npm run safety -- --seed 7 --count 100000   the same inputs again
 *   npm run safety -- --only crashes            some stages: decoders, product, crashes, conformance,
 *                                               mutants, gates, explore, schedules, lost, alerts, replicas, packages, keycloak,
 *                                               lost-disks, kafka, soak, or
 *                                               several with commas
 *   npm run safety -- --only proof              explore, schedules, lost, conformance, mutants, gates, crashes
 *   npm run safety -- --only explore --seconds 1200 --depth 4
 *   npm run safety -- --only schedules --seed 1 --count 100000
 *   npm run safety -- --only alerts --seed 1 --count 1000
 *   npm run safety -- --only lost --seed 1 --count 100000 --workers 1
 *
 * A table at the end has the figures that are quoted; the last line sums up the checks.
 */
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startGuarded } from '../bench/guardedProcess.ts'
import { type Product, ROOT, startProduct } from '../bench/product.ts'
import { buildPagesIfStale } from '../server/http/pages.ts'
import { startSimulatedQuorum } from '../server/sandbox/simulatedQuorum/start.ts'
import { alertsStage } from './alerts.ts'
import { conformance } from './conformance.ts'
import { crashes } from './crashes.ts'
import { exploreStage } from './explore.ts'
import { Figures } from './figures.ts'
import { gateDeletions } from './gateDeletions.ts'
import { decodeHostile, LIMIT_MS } from './hostile/decoding.ts'
import { HealthyCluster } from './hostile/healthyCluster.ts'
import { hostileSession, type SessionEnd } from './hostile/hostileFrames.ts'
import { startHostileKafka } from './hostile/hostileKafka.ts'
import { hostileRequest, sendRequest } from './hostile/hostileRequests.ts'
import { LOOPBACK_ONLY_FILE } from './hostile/loopbackOnly.ts'
import { INSPECTABLE, type MemoryFigures, memoryAfterCollection } from './hostile/productMemory.ts'
import { Random } from './hostile/random.ts'
import { kafkaRuns, lostDiskRuns } from './kafkaRuns.ts'
import { keycloakStage } from './keycloak.ts'
import { lostStage } from './lost.ts'
import { mutants } from './mutants.ts'
import { packagesRuns } from './packagesRuns.ts'
import { replicaRuns } from './replicas.ts'
import { schedulesStage } from './schedules.ts'
import { soakStage } from './soak.ts'

const MILLION = 1_000_000
const EXPLORE_S = 600
const SOAK_S = 3600
const EXPLORE_DEPTH = 4
const SCHEDULES = 20_000
const LOST = 10_000
const ALERTS = 1000
const WORKERS = 2
/** What `--only proof` stands for, in this order. */
const PROOF = ['explore', 'schedules', 'lost', 'conformance', 'mutants', 'gates', 'crashes']
/** Shares of the whole that go to the running product, which takes them slower than a decoder does. */
const FRAMES_SHARE = 0.06
const REQUESTS_SHARE = 0.03
const ANSWERS_SHARE = 0.006
const HOSTILE_CLUSTERS = 32
const SESSIONS_AT_ONCE = 8
const REQUESTS_AT_ONCE = 8
/** The product stage ends at this time, whatever is still to come. */
const STAGE_LIMIT_MS = 420_000
/** Allowed from a quarter of the way to its end, after full collections: history of 15 minutes fills up meanwhile. */
const RSS_GROWTH = 1.25
const HEAP_GROWTH_BYTES = 32 * 1024 * 1024
/** Of the healthy cluster: it speaks every second. */
/** Next answers 500 to its own header when it is broken; the page is not found either way. */
const BROKEN_ROUTER_STATE = 'Next-Router-State-Tree: %5B%22'
const PROGRESS_MS = 15_000
const SILENCE_LIMIT_MS = 5000
const ANSWER_LIMIT_MS = 5000

const say = (line: string): void => console.log(line)
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

interface Tally {
  passed: number
  failed: number
}

function check(tally: Tally, ok: boolean, what: string): void {
  if (ok) tally.passed += 1
  else tally.failed += 1
  say(`  ${ok ? 'ok  ' : 'FAIL'} ${what}`)
}

async function decoders(seed: number, count: number, tally: Tally): Promise<void> {
  say(`\n— decoders: ${count} answers`)
  const startedMs = performance.now()
  const result = await decodeHostile(seed, count)
  say(
    `  ${result.accepted} read, ${result.refused} refused, in ${Math.round((performance.now() - startedMs) / 1000)} s`,
  )
  for (const [name, inputs] of [...result.perDecoder].sort()) say(`    ${String(inputs).padStart(8)} ${name}`)
  say(`  slowest: ${result.slowestMs.toFixed(1)} ms (${result.slowest})`)
  say(
    `  heap after collection: ${megabytes(result.heapAtQuarter)} at a quarter, ${megabytes(result.heapAtEnd)} at the end`,
  )
  for (const { index, decoder, what } of result.complaints) say(`    input ${index}, ${decoder}: ${what}`)
  check(
    tally,
    result.complained === 0,
    `each ends within ${LIMIT_MS} ms and throws only what is expected (${result.complained} did not)`,
  )
  check(tally, result.inputs >= count, `all ${count} inputs were taken`)
  check(tally, result.heapAtEnd <= result.heapAtQuarter + HEAP_GROWTH_BYTES, 'the heap is flat')
}

interface Sent {
  frames: number
  requests: number
  ends: Map<string, number>
  statuses: Map<number, number>
}

/** Runs `work` for every number from 0 up to `count`, some at a time, until `isOver`. */
async function inParallel(width: number, isOver: () => boolean, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (!isOver()) {
      const index = next
      next += 1
      await work(index)
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
}

function counted<K>(map: Map<K, number>, key: K): void {
  map.set(key, (map.get(key) ?? 0) + 1)
}

async function configFile(folder: string, healthy: string[], hostile: string[]): Promise<string> {
  const file = join(folder, 'quorumdeck.yaml')
  const clusters = [
    { name: 'healthy', bootstrapControllers: healthy, intervalMs: 1000 },
    ...hostile.map((address, i) => ({ name: `hostile ${i}`, bootstrapControllers: [address], intervalMs: 100 })),
  ]
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ clusters }))
  return file
}

async function runningProduct(seed: number, count: number, tally: Tally, closers: Closers): Promise<void> {
  const wanted = {
    frames: Math.round(count * FRAMES_SHARE),
    requests: Math.round(count * REQUESTS_SHARE),
    answers: Math.round(count * ANSWERS_SHARE),
  }
  say(
    `\n— the running product: ${wanted.frames} websocket frames, ${wanted.requests} requests, ${wanted.answers} "Kafka" answers`,
  )
  await buildPagesIfStale(say)
  const folder = await mkdtemp(join(tmpdir(), 'quorumdeck-safety-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  const quorum = await startGuarded(process.execPath, [import.meta.filename, '--healthy-quorum'], ROOT)
  closers.push(() => quorum.end())
  const [, healthy = ''] = await quorum.printed(/quorum at (\S+)/, 30_000)
  const kafka = await startHostileKafka(seed, HOSTILE_CLUSTERS)
  closers.push(() => kafka.close())
  const config = await configFile(folder, healthy.split(','), kafka.addresses)
  const product: Product = await startProduct(['--config', config], [INSPECTABLE, '--import', LOOPBACK_ONLY_FILE])
  closers.push(() => product.end())
  let exit: number | null = null
  void product.process.ended.then((code) => {
    exit = code
  })
  const { pid } = product.process
  const beside = await HealthyCluster.watch(product, 'healthy')
  const memory = (): Promise<MemoryFigures> => memoryAfterCollection(product.process.errors())

  const startedMs = performance.now()
  const sent: Sent = { frames: 0, requests: 0, ends: new Map(), statuses: new Map() }
  const late = () => performance.now() - startedMs > STAGE_LIMIT_MS || exit !== null
  const share = () =>
    Math.min(sent.frames / wanted.frames, sent.requests / wanted.requests, kafka.total() / wanted.answers)
  const figures: { quarter?: Promise<MemoryFigures> } = {}
  const mark = () => {
    if (share() >= 0.25 && exit === null) figures.quarter ??= memory()
  }
  const unexpected: string[] = []
  let known = 0
  const frames = inParallel(
    SESSIONS_AT_ONCE,
    () => sent.frames >= wanted.frames || late(),
    async (index) => {
      const { frames: count, end } = await hostileSession(Random.of(seed ^ 0x5e55, index), product.port)
      sent.frames += count
      counted<SessionEnd['end']>(sent.ends as Map<SessionEnd['end'], number>, end)
      mark()
    },
  )
  const requests = inParallel(
    REQUESTS_AT_ONCE,
    () => sent.requests >= wanted.requests || late(),
    async (index) => {
      const bytes = hostileRequest(Random.of(seed ^ 0x4177, index), product.port)
      const status = await sendRequest(bytes, product.port)
      sent.requests += 1
      counted(sent.statuses, status)
      if (status === 500 && bytes.includes(BROKEN_ROUTER_STATE)) known += 1
      else if ((status >= 500 && status !== 503) || status === -1) {
        const what = status === -1 ? 'no answer' : String(status)
        if (unexpected.length < 20)
          unexpected.push(`request ${index}, ${what}: ${JSON.stringify(bytes.toString('latin1').slice(0, 300))}`)
      }
      mark()
    },
  )
  const progress = setInterval(
    () => say(`    ${sent.frames} frames, ${sent.requests} requests, ${kafka.total()} answers`),
    PROGRESS_MS,
  )
  closers.push(async () => clearInterval(progress))
  const answers = inParallel(
    1,
    () => kafka.total() >= wanted.answers || late(),
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 200))
      mark()
    },
  )
  await Promise.all([frames, requests, answers])
  clearInterval(progress)
  const tookS = (performance.now() - startedMs) / 1000

  say(`  ${sent.frames} frames, ${sent.requests} requests, ${kafka.total()} answers in ${Math.round(tookS)} s`)
  say(`  sessions: ${listed(sent.ends)}`)
  say(`  statuses (0: closed without a word): ${listed(sent.statuses)}`)
  say(`  "Kafka" answers: ${listed(kafka.sent)}`)
  for (const what of unexpected) say(`    ${what}`)
  check(
    tally,
    exit === null,
    exit === null
      ? 'the process never ended'
      : `the process ended with ${exit}: ${product.process.errors().slice(-3000)}`,
  )
  if (exit !== null) return
  check(tally, share() >= 1, 'everything was sent in time')
  check(
    tally,
    unexpected.length === 0,
    `no request made the server fail or wait for ever (${known} with a broken header of Next's own left out)`,
  )
  check(tally, !sent.ends.has('stuck'), `no session was left without an answer (${sent.ends.get('stuck') ?? 0})`)
  const health = await product.read<{ ok: boolean }>('/healthz').catch(() => ({ ok: false }))
  check(tally, health.ok, '/healthz answers at the end')
  const stumbles = errorLines(product.process.errors())
  for (const line of stumbles.slice(0, 10)) say(`    standard error: ${line.slice(0, 300)}`)
  check(tally, stumbles.length === 0, 'no error of the program itself was reported')
  await beside.close()
  const { views, troubles, longestSilenceMs, slowestAnswerMs } = beside.report
  for (const what of troubles) say(`    healthy cluster: ${what}`)
  check(tally, views > 0 && troubles.length === 0, `the healthy cluster stayed live with its margin, in ${views} views`)
  check(tally, longestSilenceMs < SILENCE_LIMIT_MS, `its longest silence was ${Math.round(longestSilenceMs)} ms`)
  check(
    tally,
    slowestAnswerMs < ANSWER_LIMIT_MS,
    `the slowest answer of /api/clusters took ${Math.round(slowestAnswerMs)} ms`,
  )
  const again = await HealthyCluster.watch(product, 'healthy').then(
    (w) => w.close().then(() => true),
    () => false,
  )
  check(tally, again, 'a new client is served')
  const quarter = await figures.quarter
  const end = await memory()
  if (quarter !== undefined) {
    say(
      `  process ${pid}, after collection, at a quarter: RSS ${megabytes(quarter.rss)}, heap ${megabytes(quarter.heapUsed)}, buffers ${megabytes(quarter.arrayBuffers)}`,
    )
    say(
      `  process ${pid}, after collection, at the end:   RSS ${megabytes(end.rss)}, heap ${megabytes(end.heapUsed)}, buffers ${megabytes(end.arrayBuffers)}`,
    )
    check(
      tally,
      end.rss <= quarter.rss * RSS_GROWTH,
      `RSS grew by ${Math.round((end.rss / quarter.rss - 1) * 100)} %, allowed are ${Math.round((RSS_GROWTH - 1) * 100)} %`,
    )
    check(
      tally,
      end.heapUsed <= quarter.heapUsed + HEAP_GROWTH_BYTES,
      `the heap grew by ${megabytes(end.heapUsed - quarter.heapUsed)}, allowed are ${megabytes(HEAP_GROWTH_BYTES)}`,
    )
  } else check(tally, false, 'memory was measured at a quarter')
}

/** Lines of standard error that tell of an error nobody took, or that rose in the product's own code. */
function errorLines(errors: string): string[] {
  return errors.split('\n').filter((line) => /unhandled|uncaught|\bserver\/[\w/]+\.ts:\d/i.test(line))
}

function listed(map: Map<string | number, number>): string {
  return [...map]
    .sort((a, b) => b[1] - a[1])
    .map(([key, count]) => `${key} ${count}`)
    .join(', ')
}

type Closers = (() => Promise<unknown>)[]

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      count: { type: 'string' },
      only: { type: 'string' },
      seconds: { type: 'string' },
      depth: { type: 'string' },
      workers: { type: 'string' },
      'healthy-quorum': { type: 'boolean' },
    },
  })
  if (values['healthy-quorum']) {
    const quorum = await startSimulatedQuorum({})
    console.log(`quorum at ${quorum.bootstrapControllers.join(',')}`)
    process.on('SIGTERM', () => void quorum.close().finally(() => process.exit(0)))
    return await new Promise<number>(() => {})
  }
  const seed = Number(values.seed ?? randomInt(2 ** 31))
  const count = Number(values.count ?? MILLION)
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(count) || count < 100) {
    console.error('--seed is a whole number, --count one of at least 100')
    return 2
  }
  const seconds = Number(values.seconds ?? EXPLORE_S)
  const depth = Number(values.depth ?? EXPLORE_DEPTH)
  // A schedule takes longer than any other input: only where they are asked for does the count mean them.
  const only = values.only === 'proof' ? PROOF : (values.only?.split(',') ?? null)
  const schedules = only?.includes('schedules') && values.count !== undefined ? count : SCHEDULES
  const lost = only?.includes('lost') && values.count !== undefined ? count : LOST
  const alerts = only?.includes('alerts') && values.count !== undefined ? count : ALERTS
  const workers = Number(values.workers ?? WORKERS)
  const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).stdout.trim()
  say(`commit ${commit === '' ? 'unknown' : commit}`)
  say(`seed ${seed}, count ${count}: npm run safety -- --seed ${seed} --count ${count}`)
  const tally: Tally = { passed: 0, failed: 0 }
  const closers: Closers = []
  const close = async () => {
    for (const end of closers.splice(0).reverse()) await end().catch(() => {})
  }
  const stop = () => void close().finally(() => process.exit(130))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  const figures = new Figures()
  const judge = (ok: boolean, what: string) => check(tally, ok, what)
  const soakS = only?.includes('soak') && values.seconds !== undefined ? seconds : SOAK_S
  const stages: [name: string, run: () => Promise<void>][] = [
    ['decoders', () => decoders(seed, Math.round(count * (1 - FRAMES_SHARE - REQUESTS_SHARE - ANSWERS_SHARE)), tally)],
    ['product', () => runningProduct(seed, count, tally, closers)],
    ['explore', () => exploreStage(seconds, depth, say, judge, figures.of('explore'))],
    ['schedules', () => schedulesStage(seed, schedules, say, judge, figures.of('schedules'))],
    ['lost', () => lostStage(seed, lost, workers, say, judge, figures.of('lost'))],
    ['alerts', () => alertsStage(seed, alerts, workers, say, judge, figures.of('alerts'))],
    ['conformance', () => conformance(say, judge, figures.of('conformance'))],
    ['mutants', () => mutants(say, judge, figures.of('mutants'))],
    ['gates', () => gateDeletions(say, judge, figures.of('gates'))],
    ['crashes', () => crashes(say, judge, figures.of('crashes'))],
    ['replicas', () => replicaRuns(say, judge, figures.of('replicas'))],
    ['packages', () => packagesRuns(say, judge)],
    ['keycloak', () => keycloakStage(say, judge, figures.of('keycloak'), closers)],
    ['lost-disks', () => lostDiskRuns(say, judge)],
    ['kafka', () => kafkaRuns(say, judge)],
    // Last: whoever only wants to know that nothing is broken has it by then.
    ['soak', () => soakStage(soakS, say, judge, figures.of('soak'))],
  ]
  const unknown = only?.find((name) => !stages.some(([known]) => known === name))
  if (unknown !== undefined) {
    console.error(`there is no stage ${unknown}: ${stages.map(([name]) => name).join(', ')}, or proof`)
    return 2
  }
  for (const [name, run] of stages) {
    if (only !== null && !only.includes(name)) continue
    try {
      await run()
    } catch (error) {
      check(tally, false, `the stage ${name} came to its end: ${error instanceof Error ? error.stack : String(error)}`)
    } finally {
      await close()
    }
  }
  say(`\nfigures at ${commit === '' ? 'unknown' : commit}:`)
  for (const line of figures.lines()) say(line)
  say(`\n${tally.passed} passed, ${tally.failed} failed, 0 skipped`)
  return tally.failed === 0 ? 0 : 1
}

process.exit(await main())
