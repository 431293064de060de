/** A holder stops before its lease ends, by its own clock; what the database says when it answers again decides. */
import { afterEach, expect, test } from 'vitest'
import type { LeaseStore } from '../../storage/leases.ts'
import { LeaseKeeper } from './leaseKeeper.ts'

const keepers: LeaseKeeper[] = []
afterEach(async () => {
  for (const keeper of keepers.splice(0)) await keeper.close()
})

/** A database with one cluster, which answers or not, and a clock that stands until it is set. */
async function holding() {
  const world = { nowMs: 0, isAway: false, holder: 'me', token: 1, leaseMs: 0, given: 0 }
  const answering = async <T>(answer: T): Promise<T> => {
    if (world.isAway) throw new Error('nobody there')
    return answer
  }
  const events: string[] = []
  const store: LeaseStore = {
    all: () => answering([{ cluster: 'one', token: world.token, holder: world.holder, leftMs: 1 }]),
    renew: (holder, held) =>
      answering(
        new Set([...held].flatMap(([one, token]) => (holder === world.holder && token === world.token ? [one] : []))),
      ),
    take: (_holder, clusters, forMs) => {
      world.leaseMs = forMs
      return answering(new Map(clusters.map((cluster) => [cluster, world.token])))
    },
    giveBack: async () => {
      world.given += 1
    },
    seen: () => answering([{ id: 'me', name: 'me' }]),
    gone: async () => {},
    nowMs: () => answering(5000),
    isHeld: (_holder, _cluster, token) => answering(token === world.token && world.holder === 'me'),
  }
  const free = { ...store, all: () => answering([]) }
  let isFree = true
  const keeper = new LeaseKeeper({
    store: {
      ...store,
      all: () => (isFree ? free.all() : store.all()),
      take: (...given) => {
        isFree = false
        return store.take(...given)
      },
    },
    self: { id: 'me', name: 'me' },
    clock: { nowMs: () => 0, monotonicMs: () => world.nowMs },
    wanted: () => ['one'],
    mayMove: () => false,
    onTaken: (cluster, token) => events.push(`taken ${cluster} ${token}`),
    onLost: (cluster) => events.push(`lost ${cluster}`),
    onRenewed: () => events.push('renewed'),
    onError: () => events.push('error'),
  })
  keepers.push(keeper)
  await keeper.start()
  return { keeper, world, events }
}

test('without an answer it is certain for less than the lease lasts, and sends nothing after that', async () => {
  const { keeper, world } = await holding()
  expect([keeper.held, keeper.isCertain('one'), await keeper.objection('one')]).toEqual([['one'], true, null])
  world.isAway = true
  expect(await keeper.objection('one')).toContain('is not known: nobody there')
  world.nowMs = world.leaseMs - 701
  expect(keeper.isCertain('one')).toBe(true)
  world.nowMs = world.leaseMs - 700
  expect(keeper.isCertain('one')).toBe(false)
  world.isAway = false
  // The database still says yes, but that answer came too late to be acted on.
  expect(await keeper.objection('one')).toContain('could not be renewed in time')
  await expect.poll(() => keeper.isCertain('one')).toBe(true)
  expect(await keeper.objection('one')).toBeNull()
})

test('while the database is away it holds on; taken by another, it lets go', async () => {
  const { keeper, world, events } = await holding()
  world.isAway = true
  await expect.poll(() => keeper.problem).toBe('nobody there')
  expect([keeper.held, keeper.tokenOf('one'), keeper.holderOf('one')]).toEqual([['one'], 1, 'me'])
  world.token = 2
  world.holder = 'other'
  expect(events).not.toContain('lost one')
  world.isAway = false
  await expect.poll(() => events.includes('lost one')).toBe(true)
  expect([keeper.held, keeper.isCertain('one'), keeper.holderOf('one')]).toEqual([[], false, 'other'])
  expect(await keeper.objection('one')).toContain('Another Quorumdeck')
})
