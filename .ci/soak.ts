/**
 * A soak: the product on a fleet of simulated quorums with screens open and the past being kept, for an hour by default. Its memory
 * after full collections must not grow once the fleet is settled, and its history must be answered all the time. A stage of the safety run.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCrowd } from '../bench/crowd.ts'
import { startGuarded } from '../bench/guardedProcess.ts'
import { ROOT, startProduct } from '../bench/product.ts'
import type { ClusterList } from '../server/contract/clusters.ts'
import type { History } from '../server/contract/past/history.ts'
import type { Note } from './figures.ts'
import { INSPECTABLE, type MemoryFigures, memoryAfterCollection } from './hostile/productMemory.ts'

const CLUSTERS = 20
const SCREENS = 200
/** Of the whole time: what fills up by design (a minute of every width, caches) has filled by then. */
const SETTLED_SHARE = 0.25
/** Between the settled quarter and the last one. */
const HEAP_GROWTH = 1.1
const MEASURES = 24

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

export async function soakStage(
  seconds: number,
  say: (line: string) => void,
  check: (ok: boolean, what: string) => void,
  note: Note,
): Promise<void> {
  say(`\n— soak: ${CLUSTERS} clusters of 9 nodes, ${SCREENS} screens, ${seconds} s`)
  const quorums = await startGuarded(process.execPath, ['bench/main.ts', 'quorums', String(CLUSTERS)], ROOT)
  const folder = await mkdtemp(join(tmpdir(), 'quorumdeck-soak-'))
  try {
    const [, json = '[]'] = await quorums.printed(/lead (.+)\n/, 120_000)
    const file = join(folder, 'quorumdeck.yaml')
    const clusters = (JSON.parse(json) as number[][]).map((ports, at) => ({
      name: `fleet-${at}`,
      bootstrapControllers: ports.map((port) => `127.0.0.1:${port}`),
    }))
    await writeFile(file, JSON.stringify({ clusters }))
    const product = await startProduct(['--config', file], [INSPECTABLE])
    try {
      const crowd = await startCrowd(product.host, 'fleet-0', SCREENS)
      const samples: MemoryFigures[] = []
      let unanswered = 0
      for (let i = 0; i < MEASURES; i += 1) {
        await new Promise((resolve) => setTimeout(resolve, (seconds * 1000) / MEASURES))
        samples.push(await memoryAfterCollection(product.process.errors()))
        const history = await product.read<History>(`/api/clusters/fleet-${i % CLUSTERS}/history`).catch(() => null)
        if (history === null || history.timesMs.length === 0) unanswered += 1
      }
      const { clusters: now } = await product.read<ClusterList>('/api/clusters')
      await crowd.leave()
      const settled = samples.slice(Math.floor(MEASURES * SETTLED_SHARE), Math.floor(MEASURES * SETTLED_SHARE * 2))
      const last = samples.slice(-Math.floor(MEASURES * SETTLED_SHARE))
      const [before, after] = [settled, last].map((part) => middle(part.map(({ heapUsed }) => heapUsed))) as [
        number,
        number,
      ]
      const [rssBefore, rssAfter] = [settled, last].map((part) => middle(part.map(({ rss }) => rss))) as [
        number,
        number,
      ]
      const text = `heap ${(before / 1e6).toFixed(1)} -> ${(after / 1e6).toFixed(1)} MB, RSS ${(rssBefore / 1e6).toFixed(0)} -> ${(rssAfter / 1e6).toFixed(0)} MB`
      note(`soak of ${seconds} s`, text)
      check(after <= before * HEAP_GROWTH, `memory is flat from the second quarter to the last: ${text}`)
      check(unanswered === 0, `every question about the past was answered (${unanswered} of ${MEASURES} were not)`)
      const live = now.filter(({ link }) => link.state === 'live').length
      check(live === CLUSTERS, `${live} of ${CLUSTERS} clusters are live at the end`)
    } finally {
      await product.end()
    }
  } finally {
    await quorums.end()
    await rm(folder, { recursive: true, force: true })
  }
}
