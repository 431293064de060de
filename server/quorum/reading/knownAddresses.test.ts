import { expect, test } from 'vitest'
import { hostPort } from '../../contract/hostPort.ts'
import type { LedQuorum } from '../../kafka/describeQuorum.ts'
import { KnownAddresses } from './knownAddresses.ts'

const at = (host: string) => ({ listener: 'CONTROLLER', host, port: 9093 })
const naming = (...hosts: string[]): LedQuorum => ({
  leaderId: 0,
  leaderEpoch: 1,
  highWatermark: null,
  voters: [],
  observers: [],
  voterEndpoints: new Map(hosts.map((host, id) => [id, [at(host)]])),
})
const hosts = (addresses: { host: string }[]) => addresses.map(({ host }) => host)

function known() {
  return new KnownAddresses({ bootstrapControllers: [at('given')], bootstrapServers: [at('broker')] })
}

test('what a leader names is asked from then on, once, until a search has met others', () => {
  const addresses = known()
  addresses.named(naming('a', 'b'))
  addresses.named(naming('b', 'c'))
  expect(hosts(addresses.all)).toEqual(['given', 'broker', 'a', 'b', 'c'])
  addresses.met([at('d')])
  expect(hosts(addresses.all)).toEqual(['given', 'broker', 'd'])
})

test('a hostile answer does not grow the list without end', () => {
  const addresses = known()
  addresses.named(naming(...Array.from({ length: 500 }, (_, i) => `host-${i}`)))
  expect(addresses.all).toHaveLength(2 + 64)
})

test('an answer without endpoints, as of DescribeQuorum v1, takes none of the voters away', () => {
  const addresses = known()
  addresses.recorded(naming('a'))
  addresses.recorded(naming())
  expect(addresses.controllers.map(({ address }) => address.host)).toContain('a')
})

test('a broker that was given to begin with is no controller', () => {
  const addresses = known()
  addresses.met([at('broker'), at('a')])
  expect(addresses.controllers.map(({ address }) => address.host)).toEqual(['a', 'given'])
})

test('connections are kept to whoever may be asked again, brokers of the cluster among them', () => {
  const addresses = known()
  addresses.registered(new Map([[1, [at('registered')]]]))
  const facts = {
    brokers: new Map([[7, { endpoints: [at('listed')], fenced: false, rack: null }]]),
    controllers: new Map([[1, [at('told')]]]),
  }
  const used = addresses.used(facts as never, null)
  expect(used).toEqual(new Set(['given', 'broker', 'registered', 'listed', 'told'].map((host) => hostPort(at(host)))))
})
