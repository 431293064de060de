import { describe, expect, it } from 'vitest'
import { killNode } from '../hosts.ts'
import { Scenario } from '../scenario.ts'
import type { ClientRequest } from './rpc.ts'

type UpdateFeatures = Extract<ClientRequest, { api: 'updateFeatures' }>

function update(
  name: string,
  level: number,
  type: UpdateFeatures['updates'][number]['type'] = 'upgrade',
): UpdateFeatures {
  return { api: 'updateFeatures', validateOnly: false, updates: [{ name, level, type }] }
}

const toDynamic = update('kraft.version', 1)

describe('a static quorum', () => {
  it('tells no directory ids of its voters and refuses changes of them', () => {
    const scenario = Scenario.formed({ isStatic: true, brokers: 1 })
    const { voters, observers } = scenario.quorum()
    expect(voters.map(({ key }) => key.directoryId)).toEqual([null, null, null])
    expect(observers.map(({ key }) => key)).toEqual([scenario.key(7)])
    expect(scenario.remove(scenario.key(0))).toMatchObject({
      error: 35,
      message: "Cluster doesn't support removing voter because the kraft.version feature is 0",
    })
    const versions = scenario.ask(scenario.leaderId(), { api: 'apiVersions' })
    expect(versions.finalized.map(({ name }) => name)).not.toContain('kraft.version')
    expect(versions.supported).toContainEqual({ name: 'kraft.version', min: 0, max: 1 })
  })

  it('becomes dynamic while it runs', () => {
    const scenario = Scenario.formed({ isStatic: true, brokers: 1 })
    expect(scenario.ask(scenario.leaderId(), toDynamic)).toMatchObject({ error: 0 })
    scenario.run(1_000)
    expect(scenario.quorum().voters.map(({ key }) => key)).toEqual([0, 1, 2].map((id) => scenario.key(id)))
    expect(scenario.ask(7, { api: 'apiVersions' }, 'broker').finalized).toContainEqual({
      name: 'kraft.version',
      level: 1,
    })
    expect(scenario.ask(scenario.leaderId(), update('kraft.version', 0, 'safeDowngrade'))).toMatchObject({
      error: 95,
      message:
        "The update failed for all features since the following feature had an error: Invalid update version 0 for feature kraft.version. Can't downgrade the version of this feature.",
    })
    const [id] = scenario.followers()
    expect(scenario.remove(scenario.key(id ?? -1))).toMatchObject({ error: 0 })
  })

  it('needs every voter to have told this leader its directory id', () => {
    const scenario = Scenario.formed({ isStatic: true })
    killNode(scenario.state, scenario.node(scenario.leaderId()))
    scenario.runUntil(() => scenario.leader() !== null, 15_000)
    scenario.run(5_000)
    expect(scenario.ask(scenario.leaderId(), toDynamic)).toMatchObject({
      error: 95,
      message: expect.stringContaining('because not all of the voters support it'),
    })
  })

  it('of 3.9 takes the update and stays as it is', () => {
    const scenario = Scenario.formed({ isStatic: true, release: '3.9.2' })
    expect(scenario.ask(scenario.leaderId(), toDynamic)).toMatchObject({ error: 0 })
    scenario.run(1_000)
    expect(scenario.quorum().voters.map(({ key }) => key.directoryId)).toEqual([null, null, null])
    expect(scenario.remove(scenario.key(0))).toMatchObject({ error: 35 })
  })
})

describe('UpdateFeatures', () => {
  it('tests without changing anything', () => {
    const scenario = Scenario.formed({ isStatic: true })
    expect(scenario.ask(scenario.leaderId(), { ...toDynamic, validateOnly: true })).toMatchObject({ error: 0 })
    scenario.run(1_000)
    expect(scenario.quorum().voters[0]?.key.directoryId).toBeNull()
  })

  it('refuses what it does not know or support, and everywhere but at the active controller', () => {
    const scenario = Scenario.formed()
    const leader = scenario.leaderId()
    const prefix = 'The update failed for all features since the following feature had an error: '
    expect(scenario.ask(leader, update('kraft.version', 2)).message).toBe(
      `${prefix}Invalid update version 2 for feature kraft.version. Local controller ${leader} only supports versions 0-1`,
    )
    expect(scenario.ask(leader, update('foo', 1)).message).toBe(
      `${prefix}Invalid update version 1 for feature foo. Local controller ${leader} does not support this feature.`,
    )
    const [follower] = scenario.followers()
    expect(scenario.ask(follower ?? -1, update('kraft.version', 1))).toMatchObject({ error: 41 })
  })
})

describe('UnregisterBroker', () => {
  it('takes a running broker out for good, until it is restarted', () => {
    const scenario = Scenario.formed({ brokers: 2 })
    const brokers = () =>
      scenario
        .ask(7, { api: 'describeCluster', endpointType: 1, includeFenced: true }, 'broker')
        .nodes.map(({ id }) => id)
    expect(brokers()).toEqual([7, 8])
    expect(scenario.ask(7, { api: 'unregisterBroker', brokerId: 8 }, 'broker')).toMatchObject({ error: 0 })
    scenario.run(20_000)
    expect(brokers()).toEqual([7])
    expect(scenario.ask(scenario.leaderId(), { api: 'unregisterBroker', brokerId: 8 })).toMatchObject({ error: 102 })
  })
})

describe('before 4.0', () => {
  it('each feature of an update has an error of its own', () => {
    const scenario = Scenario.formed({ release: '3.9.2' })
    const id = scenario.leaderId()
    const message = `Invalid update version 2 for feature kraft.version. Local controller ${id} only supports versions 0-1`
    expect(scenario.ask(id, update('kraft.version', 2))).toMatchObject({
      error: 0,
      message: null,
      results: [{ name: 'kraft.version', error: 95, message }],
    })
  })
})
