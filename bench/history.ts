/**
 * What the past costs: a day of nine nodes at one observation a second, and ninety days of one a minute, written by the archive
 * itself on clocks that run ahead. Inside this process; how the product's own thread keeps the event loop free is in `size`.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diffViews } from '../server/contract/delta.ts'
import type { QuorumView } from '../server/contract/quorumView.ts'
import { readHistory } from '../server/history/asking/readHistory.ts'
import { readMoment } from '../server/history/asking/readMoment.ts'
import { DEFAULT_RETENTION } from '../server/history/samples/tiers.ts'
import { type ExampleArchive, openArchive, START, viewAt } from '../server/testing/examples/exampleArchive.ts'
import { figure, spreadText } from './percentiles.ts'
import type { Surroundings } from './surroundings.ts'

const NODES = 9
const DAY_S = 86_400
const READS = 200
const MINUTES = 90 * 24 * 60

/** Nine nodes whose figures move as those of a quorum do: a log that grows, ages that jitter, a peak now and then. */
function nineNodes(): (second: number) => QuorumView {
  const base = viewAt(START)
  const [leader, follower, , observer] = base.replicas
  if (leader === undefined || follower === undefined || observer === undefined)
    throw new Error('three voters, a broker')
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  let end = 1_000_000
  let before: QuorumView | null = null
  return (second) => {
    end += 2 + random(5)
    const replicas = Array.from({ length: NODES }, (_, id) => {
      const lag = id === 0 ? 0 : random(200) === 0 ? random(400) : random(3)
      const ages = id === 0 ? 0 : random(500)
      const like = id === 0 ? leader : id < 5 ? follower : observer
      return {
        ...like,
        nodeId: id,
        directoryId: `${String(id).padStart(21, 'x')}A`,
        logEndOffset: end - lag,
        lag,
        timeLagMs: ages,
        lastFetchAgeMs: ages,
        lastCaughtUpAgeMs: ages,
      }
    })
    const quorum = { ...base.quorum, voters: 5, majority: 3, healthyVoters: 5, margin: 2, highWatermark: end - 2 }
    const view = { ...base, observedAtMs: START + second * 1000, seq: (before?.seq ?? 0) + 1, quorum, replicas }
    before = view
    return view
  }
}

async function feed(example: ExampleArchive, seconds: number, everyS: number): Promise<void> {
  const next = nineNodes()
  let before: QuorumView | null = null
  for (let second = 0; second < seconds; second += everyS) {
    const view = next(second)
    const delta = before === null ? null : diffViews(before, view, null)
    example.archive.take(delta === null ? { cluster: 'c', kind: 'view', view } : { cluster: 'c', kind: 'delta', delta })
    before = view
    if (second % 10 < everyS) await example.pass(Math.max(10, everyS) * 1000)
  }
}

export async function history({ say }: Surroundings): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'quorumdeck-bench-'))
  try {
    const day = openArchive(join(folder, 'day'))
    const startedMs = performance.now()
    await feed(day, DAY_S, 1)
    const costMs = performance.now() - startedMs
    say(`a day of ${NODES} nodes: ${figure(day.archive.store.usedBytes() / 1e6)} MB on disk (<= 10 MB)`)
    say(`its recording: ${figure((costMs / DAY_S) * 1000)} µs of CPU for an observation`)
    const times: number[] = []
    let bytes = 0
    for (let i = 0; i < READS; i += 1) {
      const toMs = START + DAY_S * 1000
      const begunMs = performance.now()
      const answer = await readHistory(
        day.archive,
        'c',
        { fromMs: START, toMs, stepMs: 60_000, extra: ['lastFetchAgeMs'] },
        day.clock.wallMs,
      )
      bytes = JSON.stringify(answer).length
      times.push(performance.now() - begunMs)
    }
    say(
      `24 h in points of a minute, with its text: ${spreadText(times, 'ms')} (p99 <= 100 ms), ${figure(bytes / 1000)} kB`,
    )
    const moments: number[] = []
    for (let i = 0; i < READS; i += 1) {
      const begunMs = performance.now()
      await readMoment(day.archive, 'c', START + ((i * 7919) % DAY_S) * 1000)
      moments.push(performance.now() - begunMs)
    }
    say(`a moment of it, whole: ${spreadText(moments, 'ms')}`)
    await day.close()

    const maxBytes = 8 * 1024 ** 2
    const months = openArchive(join(folder, 'months'), { maxBytes })
    await feed(months, MINUTES * 60, 60)
    await months.pass(60_000)
    const used = months.archive.store.usedBytes()
    say(
      `90 days, one observation a minute, bound of ${maxBytes / 1024 ** 2} MiB: ${figure(used / 1024 ** 2)} MiB; ` +
        `usual bound ${figure(DEFAULT_RETENTION.maxBytes / 1024 ** 3)} GiB`,
    )
    const year: number[] = []
    for (let i = 0; i < READS / 4; i += 1) {
      const begunMs = performance.now()
      await readHistory(
        months.archive,
        'c',
        { fromMs: START, toMs: START + MINUTES * 60_000, stepMs: 3_600_000, extra: [] },
        months.clock.wallMs,
      )
      year.push(performance.now() - begunMs)
    }
    say(`90 days in points of an hour: ${spreadText(year, 'ms')}`)
    await months.close()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
