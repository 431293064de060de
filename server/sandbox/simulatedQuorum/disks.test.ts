/** Disks of the practice quorum: read as reports, and written to while nothing runs on them. */
import { afterEach, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { SandboxDisks } from '../../contract/sandbox.ts'
import { type SimulatedQuorum, startSimulatedQuorum } from './start.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function practice(): Promise<SimulatedQuorum> {
  const quorum = await startSimulatedQuorum({ brokers: 1 })
  closers.push(() => quorum.close())
  return quorum
}

const running = async ({ port }: SimulatedQuorum) =>
  (await port.describe()).nodes.filter(({ state }) => state === 'running').map(({ nodeId }) => nodeId)

it('two disks are gone: the third gets a voter set of its own, and leads alone', async () => {
  const quorum = await practice()
  const { port } = quorum
  await port.act({ action: 'lesson', lesson: 'two-disks-are-gone' })
  const { reports } = z.parse(SandboxDisks, { reports: await port.reports() })
  expect(reports.map(({ host }) => host).sort()).toEqual((await running(quorum)).map((id) => `node${id}`).sort())
  const seed = reports.find(({ voterSets, meta }) => voterSets.at(-1)?.voters.some((v) => v.nodeId === meta?.nodeId))
  const nodeId = seed?.meta?.nodeId ?? -1
  const voters = (seed?.voterSets.at(-1)?.voters ?? []).filter((voter) => voter.nodeId === nodeId)
  expect(seed?.lock).toBe('held')
  await expect(port.act({ action: 'append-voters', nodeId, epoch: 2_000, voters })).rejects.toThrow(/stop it first/)
  await expect(port.act({ action: 'purge-log', nodeId })).rejects.toThrow(/stop it first/)
  await port.act({ action: 'stop', nodeId })
  expect((await port.reports()).find(({ meta }) => meta?.nodeId === nodeId)?.lock).toBe('free')
  await port.act({ action: 'append-voters', nodeId, epoch: 2_000, voters })
  await port.act({ action: 'start', nodeId })
  await expect
    .poll(async () => (await port.reports()).find(({ meta }) => meta?.nodeId === nodeId)?.quorumState)
    .toMatchObject({ leaderId: nodeId, leaderEpoch: 2_001 })
  const broker = () => port.reports().then((all) => all.find(({ meta }) => meta?.nodeId === 7)?.log?.lastEpoch)
  await expect.poll(broker, { timeout: 20_000 }).toBe(2_001)
})

it('every controller is gone: the copy of a broker becomes the log of a new one', async () => {
  const { port } = await practice()
  for (const nodeId of [0, 1, 2]) await port.act({ action: 'wipe', nodeId })
  await expect(port.act({ action: 'graft', nodeId: 7, fromNodeId: 7 })).rejects.toThrow(/running/)
  await port.act({ action: 'graft', nodeId: 0, fromNodeId: 7 })
  const [grafted, source] = await port.reports()
  expect(grafted?.log?.endOffset).toBe(source?.log?.endOffset)
  expect(grafted?.meta?.directoryId).not.toBe(source?.meta?.directoryId)
  await port.act({ action: 'purge-log', nodeId: 0 })
  expect((await port.reports())[0]).toMatchObject({ log: null, meta: { directoryId: grafted?.meta?.directoryId } })
})
