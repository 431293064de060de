import { describe, expect, it } from 'vitest'
import { freezeNode, killNode, resumeNode, startNode, stopNode } from '../hosts.ts'
import { Scenario } from '../scenario.ts'

function fenced(scenario: Scenario) {
  const { nodes } = scenario.ask(7, { api: 'describeCluster', endpointType: 1, includeFenced: true }, 'broker')
  return Object.fromEntries(nodes.map((node) => [node.id, node.fenced]))
}

describe('broker sessions', () => {
  it('fences a dead broker after nine seconds and takes it back', () => {
    const scenario = Scenario.formed({ brokers: 2 })
    expect(fenced(scenario)).toEqual({ 7: false, 8: false })
    killNode(scenario.state, scenario.node(8))
    scenario.run(6_500)
    expect(fenced(scenario)).toEqual({ 7: false, 8: false })
    scenario.run(4_000)
    expect(fenced(scenario)).toEqual({ 7: false, 8: true })
    startNode(scenario.state, scenario.node(8))
    scenario.run(3_000)
    expect(fenced(scenario)).toEqual({ 7: false, 8: false })
  })

  it('fences a frozen broker and takes it back when it goes on', () => {
    const scenario = Scenario.formed({ brokers: 2 })
    freezeNode(scenario.node(8))
    scenario.run(12_000)
    expect(fenced(scenario)).toEqual({ 7: false, 8: true })
    resumeNode(scenario.state, scenario.node(8))
    scenario.run(3_000)
    expect(fenced(scenario)).toEqual({ 7: false, 8: false })
  })

  it('fences a broker at once when it is stopped in order', () => {
    const scenario = Scenario.formed({ brokers: 2 })
    stopNode(scenario.state, scenario.node(8))
    scenario.run(500)
    expect(fenced(scenario)).toEqual({ 7: false, 8: true })
  })

  it('survives a change of controller without fencing anybody', () => {
    const scenario = Scenario.formed({ brokers: 2 })
    killNode(scenario.state, scenario.node(scenario.leaderId()))
    scenario.run(25_000)
    expect(fenced(scenario)).toEqual({ 7: false, 8: false })
  })
})

describe('the active controller', () => {
  it('writes two NoOps a second and registers every controller', () => {
    const scenario = Scenario.formed({ brokers: 1 })
    const before = scenario.quorum().highWatermark ?? 0
    scenario.run(10_000)
    expect((scenario.quorum().highWatermark ?? 0) - before).toBe(20)
    const answer = scenario.ask(0, { api: 'describeCluster', endpointType: 2, includeFenced: false })
    expect(answer.nodes.map(({ id }) => id)).toEqual([0, 1, 2])
    expect(answer.controllerId).toBe(scenario.leaderId())
    expect(scenario.ask(0, { api: 'describeCluster', endpointType: 1, includeFenced: false })).toMatchObject({
      error: 114,
    })
  })
})
