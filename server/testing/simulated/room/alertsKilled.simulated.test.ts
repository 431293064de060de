/** What rings reaches its receiver once, whatever happens to the process and to the receiver in between. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { AlertList } from '../../../contract/alerts/incidents.ts'
import type { ReceiverList } from '../../../contract/alerts/receivers.ts'
import { type SimulatedQuorum, startSimulatedQuorum } from '../../../sandbox/simulatedQuorum/start.ts'
import type { AlertingOrder } from '../../alerts/alertingProcess.ts'
import { startTestReceiver, type TestReceiver, takenTwice } from '../../alerts/testReceiver.ts'
import { PATIENCE_MS } from '../../patience.ts'
import { Watching } from '../../watching.ts'

const CLUSTERS = 3
const children: ChildProcess[] = []
const quorums: SimulatedQuorum[] = []
let receiver: TestReceiver
let dataDir = ''

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const quorum of quorums.splice(0)) await quorum.close()
  await receiver.close()
  rmSync(dataDir, { recursive: true, force: true })
})

interface Running {
  url: string
  kill(): Promise<void>
}

async function run(): Promise<Running> {
  const order: AlertingOrder = {
    dataDir,
    bootstrapControllers: quorums.map(({ bootstrapControllers }) => bootstrapControllers),
    expectedVoters: 4,
    receiverUrl: receiver.url,
  }
  const file = join(import.meta.dirname, '..', '..', 'alerts', 'alertingProcess.ts')
  const child = spawn(process.execPath, [file, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const first = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  const url = String(first[0]).trim()
  if (!url.startsWith('http')) throw new Error(`the product did not start: ${errors}`)
  return {
    url,
    kill: async () => {
      child.kill('SIGKILL')
      if (child.signalCode === null) await once(child, 'exit')
    },
  }
}

async function until<T>(what: string, look: () => Promise<T | false>): Promise<T> {
  const startedMs = performance.now()
  for (;;) {
    const found = await look()
    if (found !== false) return found
    if (performance.now() - startedMs > PATIENCE_MS) {
      throw new Error(`never saw: ${what}; taken ${receiver.taken.map(({ key }) => key)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function get<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T
}
const open = async ({ url }: Running) => (await get<AlertList>(`${url}/api/alerts`)).alerts
const waiting = async ({ url }: Running) => (await get<ReceiverList>(`${url}/api/receivers`)).receivers[0]?.waiting

test('kill -9, twice, and a receiver that refuses for most of the time: N of N, none twice', async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'quorumdeck-killed-'))
  receiver = await startTestReceiver(0)
  for (let at = 0; at < CLUSTERS; at += 1) quorums.push(await startSimulatedQuorum({ brokers: 0, seed: 10 + at }))
  const followers: number[] = []
  for (const { bootstrapControllers, port } of quorums) {
    const watching = new Watching({ bootstrapControllers })
    const { quorum } = await watching.view('a leader', (v) => v.quorum.margin === 1)
    watching.stop()
    const nodeId = [0, 1, 2].find((id) => id !== quorum.leaderId) ?? 0
    followers.push(nodeId)
    await port.act({ action: 'kill', nodeId })
  }
  // Of each: a silent voter, no margin, fewer voters than expected.
  const all = 3 * CLUSTERS

  const first = await run()
  const ids = await until('all that is wrong', async () => {
    const alerts = await open(first)
    return alerts.length === all && (await waiting(first)) === all && alerts.map(({ id }) => id).sort()
  })
  await until('a message that was refused', async () => receiver.came.length > 0)
  await first.kill()

  const second = await run()
  expect(receiver.taken).toEqual([])
  receiver.takes = 4
  await until('some taken, the others refused', async () => (await waiting(second)) === all - 4)
  await second.kill()
  expect(receiver.taken).toHaveLength(4)

  const third = await run()
  receiver.takes = Number.POSITIVE_INFINITY
  await until('all taken', async () => receiver.taken.length >= all)
  expect(receiver.taken.map(({ key }) => key).sort()).toEqual(ids.map((id) => `${id}-open`))
  expect((await open(third)).map(({ id }) => id).sort()).toEqual(ids)

  // Two thirds of it heals while nobody looks.
  await third.kill()
  for (const [at, { port }] of quorums.entries()) await port.act({ action: 'start', nodeId: followers[at] ?? 0 })
  const fourth = await run()
  await until('what is over', async () => receiver.taken.length >= all + 2 * CLUSTERS && (await waiting(fourth)) === 0)
  const over = receiver.taken.slice(all)
  expect(over.map(({ state }) => state)).toEqual(over.map(() => 'resolved'))
  expect(over.map(({ alert }) => alert.rule).sort()).toEqual([
    ...Array.from({ length: CLUSTERS }, () => 'margin-low'),
    ...Array.from({ length: CLUSTERS }, () => 'voter-silent'),
  ])
  expect((await open(fourth)).map(({ rule }) => rule)).toEqual(Array.from({ length: CLUSTERS }, () => 'fewer-voters'))
  expect(takenTwice(receiver)).toEqual([])
  expect(receiver.forged).toEqual([])
})
