/** Answers that get lost, and leaders that die at each step: nothing is sent twice, and the run is done all the same. */
import { afterEach, describe, expect, test } from 'vitest'
import type { StartWorkflow, Workflow } from './contract/workflows.ts'
import { Driving, QUICK } from './driving.ts'
import { LossyWay } from './lossyWay.ts'
import { type SimulatedQuorum, startSimulatedQuorum } from './sandbox/simulatedQuorum/start.ts'
import { healthy, rowOf } from './watching.ts'
import type { ClusterWrites } from './workflows/ports.ts'

const closers: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

interface Place {
  quorum: SimulatedQuorum
  driving: Driving
}

async function open(controllers: number, more: Partial<Parameters<typeof Driving.open>[0]> = {}): Promise<Place> {
  const quorum = await startSimulatedQuorum({ brokers: 0, controllers })
  closers.push(() => quorum.close())
  const { bootstrapControllers } = quorum
  const driving = await Driving.open({
    bootstrapControllers,
    hosts: quorum.port,
    thresholds: { ...QUICK, windowMs: 800 },
    ...more,
  })
  closers.push(() => driving.close())
  await driving.watching.view('a whole quorum', (v) => healthy(v) && v.source.tailing && v.quorum.autoJoin !== null)
  return { quorum, driving }
}

const seen = ({ driving }: Place) => {
  const { view } = driving.watching.observer
  if (view === null) throw new Error('nothing observed')
  return view
}

/** Breaks the disk of a follower and asks for the wizard that mends it, or for another one. */
async function request(place: Place, kind: StartWorkflow['kind']): Promise<StartWorkflow> {
  const row = seen(place).replicas.find((r) => r.status === 'follower')
  const nodeId = row?.nodeId ?? -1
  switch (kind) {
    case 'add-controller':
      return { kind, params: {} }
    case 'remove-controller':
      return { kind, params: { nodeId, directoryId: row?.directoryId ?? '' } }
    case 'replace-disk':
      await place.quorum.port.act({ action: 'wipe', nodeId })
      await place.driving.watching.view('the failure', (v) => rowOf(v, nodeId)?.health === 'silent')
      return { kind, params: { nodeId } }
    default:
      return kind satisfies never
  }
}

async function events(place: Place, id: string) {
  const { entries } = await place.driving.workflows.evidence(id)
  return entries.map((e) => (e.type === 'settled' ? `settled ${(e.data as { applied: boolean }).applied}` : e.type))
}

const KINDS = [
  ['replace-disk', 2],
  ['add-controller', 1],
  ['remove-controller', 1],
] as const

describe.each(['silence', 'cut'] as const)('answers lost by %s', (how) => {
  test.each(KINDS)('%s: each change is sent once and found applied', async (kind, changes) => {
    const way = new LossyWay(how, 2)
    closers.push(() => way.close())
    const place = await open(3, { open: way.open })
    const { id } = await place.driving.start(await request(place, kind))
    const done = await place.driving.drive(id)
    expect(done.state).toBe('done')
    expect(await way.lost()).toBe(changes)
    const told = await events(place, id)
    expect(told.filter((type) => type === 'intended')).toHaveLength(changes)
    expect(told.filter((type) => type === 'settled true')).toHaveLength(changes)
    expect(told).not.toContain('settled false')
  })
})

/** Kills the leader at a moment of a run, and starts it again when another leads. */
async function killLeader(place: Place): Promise<void> {
  const leader = seen(place).quorum.leaderId ?? -1
  await place.quorum.port.act({ action: 'kill', nodeId: leader })
  void place.driving.watching
    .view('another leader', (v) => v.quorum.leaderId !== null && v.quorum.leaderId !== leader)
    .then(() => place.quorum.port.act({ action: 'start', nodeId: leader }))
    .catch((error: unknown) => place.driving.errors.push(error))
}

describe('the leader dies', () => {
  // Five voters: one dead leader beside the change leaves a majority.
  const moments: [name: string, kind: StartWorkflow['kind'], at: (w: Workflow) => boolean][] = [
    ['while the window fills', 'replace-disk', (w) => w.currentStep === 'caught-up'],
    ['before the removal', 'replace-disk', (w) => w.currentStep === 'remove-old'],
    ['in the soak of a replacement', 'replace-disk', (w) => w.currentStep === 'restored'],
    ['before an addition', 'add-controller', (w) => w.currentStep === 'add'],
    ['in the soak of an addition', 'add-controller', (w) => w.currentStep === 'steady'],
    ['in the soak of a removal', 'remove-controller', (w) => w.currentStep === 'stays-away'],
  ]
  test.each(moments)('%s', { timeout: 150_000 }, async (_name, kind, at) => {
    const place = await open(5)
    const { id } = await place.driving.start(await request(place, kind))
    await place.driving.drive(id, at)
    await killLeader(place)
    const done = await place.driving.drive(id)
    expect(done.state).toBe('done')
    expect(place.driving.errors).toEqual([])
    expect(seen(place).quorum.voters).toBe(kind === 'replace-disk' ? 5 : kind === 'add-controller' ? 6 : 4)
  })

  test.each(KINDS)('right after the request of %s was sent', { timeout: 150_000 }, async (kind) => {
    let place: Place | null = null
    let killed = false
    const writes = (real: ClusterWrites): ClusterWrites => ({
      probe: (nodeId, endpoints) => real.probe(nodeId, endpoints),
      changeVoters: async (clusterId, change) => {
        const answer = real.changeVoters(clusterId, change)
        if (!killed && place !== null) {
          killed = true
          await killLeader(place)
        }
        return await answer
      },
    })
    place = await open(5, { writes })
    const { id } = await place.driving.start(await request(place, kind))
    const done = await place.driving.drive(id)
    expect(done.state).toBe('done')
    // Each intent was proven before the next one was begun, whichever way it went.
    const told = (await events(place, id)).filter((type) => /^(intended|settled|adopted)/.test(type))
    told.forEach((type, i) => {
      expect(type === 'intended').toBe(i % 2 === 0)
    })
  })
})
