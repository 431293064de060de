import { expect, it } from 'vitest'
import { Scenario } from '../scenario.ts'
import type { ClientRequest } from './rpc.ts'

const CORDON = 'cordoned.log.dirs'

function alter(
  broker: string,
  operation: number,
  { type = 4, validateOnly = false } = {},
): Extract<ClientRequest, { api: 'alterConfigs' }> {
  const configs = [{ name: CORDON, operation, value: operation === 1 ? null : '*' }]
  return { api: 'alterConfigs', validateOnly, resources: [{ type, name: broker, configs }] }
}

const configs = (scenario: Scenario) => scenario.leader()?.run.image.configs[7] ?? {}

it('a broker passes it on; what was set stands in the log until it is taken away', () => {
  const scenario = Scenario.formed({ brokers: 1 })
  expect(scenario.ask(7, alter('7', 0), 'broker').results).toEqual([{ type: 4, name: '7', error: 0, message: null }])
  scenario.run(1_000)
  expect(configs(scenario)).toEqual({ [CORDON]: '*' })
  expect(scenario.ask(scenario.leaderId(), alter('7', 1)).results).toMatchObject([{ error: 0 }])
  scenario.run(1_000)
  expect(configs(scenario)).toEqual({})
})

it('tests without changing anything, and refuses topics, strangers and lists', () => {
  const scenario = Scenario.formed({ brokers: 1 })
  const leader = scenario.leaderId()
  expect(scenario.ask(leader, alter('7', 0, { validateOnly: true })).results).toMatchObject([{ error: 0 }])
  expect(scenario.ask(leader, alter('orders', 0, { type: 2 })).results).toMatchObject([{ error: 3 }])
  expect(scenario.ask(leader, alter('99', 0)).results).toMatchObject([{ error: 102 }])
  expect(scenario.ask(leader, alter('7', 2)).results).toMatchObject([{ error: 40 }])
  const [follower = -1] = scenario.followers()
  expect(scenario.ask(follower, alter('7', 0)).results).toMatchObject([{ error: 41 }])
  scenario.run(1_000)
  expect(configs(scenario)).toEqual({})
})
