/**
 * Feeds hostile inputs to the decoders in a thread of its own. A decoder that never ends, or eats the memory, takes only
 * that thread down: the one who watches names the input, and goes on with the next.
 */
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { DECODERS, isRefusal } from './decoders.ts'
import { mutated } from './mutation.ts'
import { Random } from './random.ts'

/** Longest time for one input, in ms. */
export const LIMIT_MS = 50
/** A decoder that has not come back after this long will not; in ms. */
const HANG_MS = 5000
/** Most that decoding one input may add to the heap, measured between collections, in bytes. */
const HEAP_LIMIT_MB = 512
const THREAD = join(import.meta.dirname, 'decoderThread.ts')
/** Complaints kept; the rest is counted. */
const KEPT = 40

export interface Complaint {
  /** Number of the input: with the seed it makes the input again. */
  index: number
  decoder: string
  what: string
}

export interface DecodingResult {
  inputs: number
  accepted: number
  refused: number
  slowestMs: number
  slowest: string
  complaints: Complaint[]
  complained: number
  perDecoder: Map<string, number>
  /** Heap in use after a collection at a quarter and at the end, in bytes; of the last thread. */
  heapAtQuarter: number
  heapAtEnd: number
}

/** Input number `index` of a run, and the decoder that gets it. */
export function decoderInput(seed: number, index: number) {
  const random = Random.of(seed, index)
  const decoder = random.pick(DECODERS)
  return { decoder, bytes: mutated(random.pick(decoder.material), random, decoder.material) }
}

export interface DecodingOrder {
  seed: number
  from: number
  to: number
  quarterAt: number
  /** [0] the input under way; [1] 1 once done. */
  progress: SharedArrayBuffer
}

/** After a full collection, in bytes. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

/** Runs in the worker. */
export function decodeAll(order: DecodingOrder, tell: (told: DecodingResult) => void): void {
  const progress = new Int32Array(order.progress)
  const fresh = (): DecodingResult => ({
    inputs: 0,
    accepted: 0,
    refused: 0,
    slowestMs: 0,
    slowest: '',
    complaints: [],
    complained: 0,
    perDecoder: new Map(),
    heapAtQuarter: 0,
    heapAtEnd: 0,
  })
  let told = fresh()
  const complain = (index: number, decoder: string, what: string) => {
    told.complained += 1
    if (told.complaints.length < KEPT) told.complaints.push({ index, decoder, what })
  }
  for (let index = order.from; index < order.to; index += 1) {
    if (index === order.quarterAt) told.heapAtQuarter = heapUsed()
    const { decoder, bytes } = decoderInput(order.seed, index)
    Atomics.store(progress, 0, index)
    const startedMs = performance.now()
    try {
      decoder.decode(bytes)
      told.accepted += 1
    } catch (error) {
      if (isRefusal(error)) told.refused += 1
      else complain(index, decoder.name, `threw ${String(error).slice(0, 200)}`)
    }
    const tookMs = performance.now() - startedMs
    told.inputs += 1
    told.perDecoder.set(decoder.name, (told.perDecoder.get(decoder.name) ?? 0) + 1)
    if (tookMs > told.slowestMs) {
      told.slowestMs = tookMs
      told.slowest = `${decoder.name}, input ${index} of ${bytes.length} bytes`
    }
    if (tookMs > LIMIT_MS && again(() => decoder.decode(bytes)) > LIMIT_MS) {
      complain(index, decoder.name, `took ${Math.round(tookMs)} ms for ${bytes.length} bytes`)
    }
    if (index % 5000 === 4999) {
      tell(told)
      told = fresh()
    }
  }
  told.heapAtEnd = heapUsed()
  tell(told)
  Atomics.store(progress, 1, 1)
}

/** Once more: a collection of garbage, or another program on this core, may have been what took the time. */
function again(work: () => void): number {
  const times = [1, 2].map(() => {
    const startedMs = performance.now()
    try {
      work()
    } catch {
      // It was judged the first time.
    }
    return performance.now() - startedMs
  })
  return Math.min(...times)
}

function add(total: DecodingResult, told: DecodingResult): void {
  total.inputs += told.inputs
  total.accepted += told.accepted
  total.refused += told.refused
  if (told.slowestMs > total.slowestMs) {
    total.slowestMs = told.slowestMs
    total.slowest = told.slowest
  }
  total.complained += told.complained
  total.complaints.push(...told.complaints.slice(0, Math.max(0, KEPT - total.complaints.length)))
  for (const [name, count] of told.perDecoder) total.perDecoder.set(name, (total.perDecoder.get(name) ?? 0) + count)
  if (told.heapAtQuarter > 0) total.heapAtQuarter = told.heapAtQuarter
  if (told.heapAtEnd > 0) total.heapAtEnd = told.heapAtEnd
}

export async function decodeHostile(seed: number, count: number): Promise<DecodingResult> {
  const total: DecodingResult = {
    inputs: 0,
    accepted: 0,
    refused: 0,
    slowestMs: 0,
    slowest: '',
    complaints: [],
    complained: 0,
    perDecoder: new Map(),
    heapAtQuarter: 0,
    heapAtEnd: 0,
  }
  let from = 0
  while (from < count) {
    const progress = new SharedArrayBuffer(8)
    const order: DecodingOrder = { seed, from, to: count, quarterAt: Math.floor(count / 4), progress }
    const end = await runThread(order, (told) => add(total, told))
    if (end === null) break
    const { decoder } = decoderInput(seed, end.index)
    total.complained += 1
    if (total.complaints.length < KEPT)
      total.complaints.push({ index: end.index, decoder: decoder.name, what: end.what })
    from = end.index + 1
    if (total.complained > 200) break
  }
  return total
}

/** @returns where the thread was lost, and how; `null` when it did all. */
function runThread(
  order: DecodingOrder,
  onTold: (told: DecodingResult) => void,
): Promise<{ index: number; what: string } | null> {
  const progress = new Int32Array(order.progress)
  Atomics.store(progress, 0, order.from)
  const worker = new Worker(THREAD, {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB },
  })
  return new Promise((resolve) => {
    let seen = -1
    let what = ''
    const watch = setInterval(() => {
      const at = Atomics.load(progress, 0)
      if (at === seen && Atomics.load(progress, 1) === 0) {
        what = `did not end within ${HANG_MS} ms`
        void worker.terminate()
      }
      seen = at
    }, HANG_MS)
    worker.on('message', onTold)
    worker.on('error', (error: NodeJS.ErrnoException) => {
      what ||= error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? `took more than ${HEAP_LIMIT_MB} MB` : String(error)
    })
    worker.on('exit', () => {
      clearInterval(watch)
      resolve(
        Atomics.load(progress, 1) === 1 ? null : { index: Atomics.load(progress, 0), what: what || 'ended the thread' },
      )
    })
  })
}
