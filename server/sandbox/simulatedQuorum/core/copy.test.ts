import { expect, test } from 'vitest'
import { copyCluster } from './copy.ts'
import { freezeNode, killNode, resumeNode, startNode, wipeNode } from './hosts.ts'
import { hitMessages } from './messageFaults.ts'
import { Scenario } from './scenario.ts'

/** A quorum in the middle of things: an election, a frozen node with mail, an addition under way, a lost disk. */
function busy(): Scenario {
  const scenario = Scenario.formed({ controllers: 5, brokers: 1 })
  scenario.addController(20)
  scenario.run(3_000)
  const [one, two, three] = scenario.followers()
  freezeNode(scenario.node(one ?? -1))
  wipeNode(scenario.state, scenario.node(two ?? -1))
  const key = scenario.key(20)
  const listeners = [{ name: 'CONTROLLER', host: 'localhost', port: 9_020 }]
  scenario.send(scenario.leaderId(), {
    api: 'addRaftVoter',
    clusterId: null,
    voter: key,
    listeners,
    ackWhenCommitted: true,
  })
  scenario.run(700)
  scenario.send(three ?? -1, { api: 'describeQuorum', knownTopic: true })
  return scenario
}

test.each([0, 1, 5, 400, 2_500, 6_000])('a copy taken %i ms on is the same, and stays as it was', (ms) => {
  const scenario = busy()
  killNode(scenario.state, scenario.node(scenario.leaderId()))
  hitMessages(scenario.state, { from: 'any', to: 'any', what: 'answer', effect: 'lose' }, 40)
  scenario.run(ms)
  const text = JSON.stringify(scenario.state)
  const copy = copyCluster(scenario.state)
  expect(JSON.stringify(copy)).toBe(text)
  for (const node of scenario.state.nodes) {
    if (node.process === 'frozen') resumeNode(scenario.state, node)
    if (node.process === 'stopped' && node.disk !== null) startNode(scenario.state, node)
  }
  scenario.run(10_000)
  expect(JSON.stringify(copy)).toBe(text)
})
