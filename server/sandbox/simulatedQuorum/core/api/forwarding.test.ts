import { expect, it } from 'vitest'
import { killNode, startNode } from '../hosts.ts'
import { Scenario } from '../scenario.ts'

it('a broker asks where it asked before, until it is told that the active controller is elsewhere', () => {
  const scenario = Scenario.formed({ brokers: 1 })
  const stranger = { id: 99, directoryId: 'AAAAAAAAAAAAAAAAAAAAAw' }
  const remove = { api: 'removeRaftVoter', clusterId: null, voter: stranger } as const
  const first = scenario.leaderId()
  expect(scenario.ask(7, remove, 'broker')).toMatchObject({ error: 127 })
  killNode(scenario.state, scenario.node(first))
  scenario.runUntil(() => (scenario.leader()?.id ?? first) !== first, 15_000)
  startNode(scenario.state, scenario.node(first))
  scenario.run(5_000)
  const second = scenario.leaderId()
  expect(second).not.toBe(first)
  expect(scenario.ask(7, remove, 'broker')).toMatchObject({ error: 6 })
  expect(scenario.ask(7, remove, 'broker')).toMatchObject({ error: 6 })
  const described = scenario.ask(7, { api: 'describeQuorum', knownTopic: true }, 'broker')
  expect(described.quorum).toMatchObject({ leaderId: second })
  expect(scenario.ask(7, remove, 'broker')).toMatchObject({ error: 127 })
})
