/** Every lesson begins as it says, as often as one likes, and its commands show what Kafka does. */
import { afterEach, describe, expect, it } from 'vitest'
import type { LessonKey, SandboxState } from '../../contract/sandbox.ts'
import { ALL_LESSONS } from './lessons.ts'
import { type SimulatedQuorum, startSimulatedQuorum } from './start.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function practice(): Promise<SimulatedQuorum> {
  const quorum = await startSimulatedQuorum({})
  closers.push(() => quorum.close())
  return quorum
}

const controllers = ({ nodes }: SandboxState) =>
  nodes
    .filter((n) => n.roles.includes('controller'))
    .map((n) => n.state)
    .sort()

const EXPECTED: Record<LessonKey, string[]> = {
  'disk-fails': ['running', 'running', 'wiped'],
  'two-things-fail': ['frozen', 'running', 'wiped'],
  'two-disks-are-gone': ['running', 'wiped', 'wiped'],
  'wrong-order': ['running', 'running', 'running'],
  'wizard-interrupted': ['running', 'running', 'wiped'],
  'static-to-dynamic': ['running', 'running', 'running'],
}

describe('lessons', () => {
  it.each(ALL_LESSONS)('$title', async ({ key, lookAt, story }) => {
    const { port } = await practice()
    for (let time = 0; time < 2; time += 1) {
      const state = await port.act({ action: 'lesson', lesson: key })
      expect(state.lesson).toBe(key)
      expect(controllers(state)).toEqual(EXPECTED[key])
    }
    expect(lookAt.length).toBeGreaterThan(1)
    expect(story).not.toBe('')
    expect((await port.act({ action: 'reset' })).lesson).toBeNull()
    expect(controllers(await port.describe())).toEqual(['running', 'running', 'running'])
  })

  it('commands belong to their lesson', async () => {
    const { port } = await practice()
    await expect(port.act({ action: 'tool', tool: 'remove-healthy-voter' })).rejects.toThrow(/Begin the lesson first/)
    await port.act({ action: 'lesson', lesson: 'disk-fails' })
    await expect(port.act({ action: 'tool', tool: 'upgrade-kraft-version' })).rejects.toThrow(/belongs to a lesson/)
  })

  it('the wrong order: Kafka refuses the id, and takes the removal that loses the quorum', async () => {
    const { port, simulation } = await practice()
    await port.act({ action: 'lesson', lesson: 'wrong-order' })
    const added = await port.act({ action: 'tool', tool: 'add-before-remove' })
    expect(added.toolAnswer?.text).toMatch(/error 126: The voter id for .* is already part of the set of voters/)
    const removed = await port.act({ action: 'tool', tool: 'remove-healthy-voter' })
    expect(removed.toolAnswer).toMatchObject({ tool: 'remove-healthy-voter' })
    const voters = simulation.read(
      (state) =>
        state.nodes
          .flatMap((node) => node.disk?.log.batches ?? [])
          .flatMap((batch) => batch.records)
          .filter((record) => record.kind === 'kraftVoters' && record.voters.length === 2).length,
    )
    expect(voters).toBeGreaterThan(0)
  })

  it('static to dynamic: the upgrade is accepted, once', async () => {
    const { port } = await practice()
    await port.act({ action: 'lesson', lesson: 'static-to-dynamic' })
    const upgrade = async () => (await port.act({ action: 'tool', tool: 'upgrade-kraft-version' })).toolAnswer?.text
    await expect.poll(upgrade, { timeout: 50_000 }).toBe('Kafka accepted it.')
  })
})
