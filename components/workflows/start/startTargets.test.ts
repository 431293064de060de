import { describe, expect, test } from 'vitest'
import { aReplica, aView } from '../../testing/exampleView.ts'
import { completed, wantedOf } from './startTargets.ts'

describe('a migration proposes', () => {
  const view = aView()
  const combined = aView({
    replicas: [
      aReplica(0, { status: 'leader', roles: ['controller', 'broker'] }),
      aReplica(1, { roles: ['controller', 'broker'] }),
      aReplica(2),
      aReplica(7),
    ],
  })

  test('all controllers and all brokers, as the article does', () => {
    const target = completed('migrate-combined', {}, view)
    expect(target).toEqual({ nodeIds: [0, 1, 2], retireBrokerIds: [7, 8, 9] })
    expect(wantedOf('migrate-combined', target)).toMatchObject({ params: target })
  })

  test('combined nodes alone to go back, and nobody who is combined to retire', () => {
    expect(completed('migrate-dedicated', {}, combined)).toEqual({ nodeIds: [0, 1] })
    expect(completed('migrate-combined', {}, combined)).toEqual({ nodeIds: [0, 1, 2], retireBrokerIds: [7] })
  })

  test('nothing to whom has chosen, also to choose nobody, and nothing before the quorum is seen', () => {
    expect(completed('migrate-combined', { nodeIds: [0] }, view)).toEqual({ nodeIds: [0] })
    expect(completed('migrate-combined', { nodeIds: [] }, view)).toEqual({ nodeIds: [] })
    expect(completed('migrate-combined', {}, null)).toEqual({})
  })

  test('what else was chosen stays', () => {
    const throttled = completed('migrate-combined', { throttleBytesPerSecond: 5 }, view)
    expect(throttled).toMatchObject({ throttleBytesPerSecond: 5, nodeIds: [0, 1, 2] })
  })
})
