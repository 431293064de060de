import { describe, expect, test } from 'vitest'
import type { Endpoint } from '../../contract/quorumView.ts'
import { DIRECTORY, LEADER, observation, replica } from '../../testing/examples/exampleObservation.ts'
import { assess, NOTHING_REMEMBERED } from './assess.ts'
import { controllerEndpoints, registeredEndpoints } from './registeredEndpoints.ts'

const at = (port: number, listener = 'CONTROLLER', host = 'localhost'): Endpoint => ({ listener, host, port })
const OLD = at(8002)
const NEW = at(18_002)
const OTHER_LISTENER = at(18_003, 'CONTROLLER_SSL')

/** The disk of node 2 was replaced, and the new incarnation listens elsewhere. */
const replaced = {
  sample: {
    voters: [LEADER, replica(1, DIRECTORY[1]), replica(2, DIRECTORY[2])],
    observers: [replica(2, DIRECTORY.new2), replica(7, DIRECTORY[7])],
    voterEndpoints: new Map([
      [0, [at(8000)]],
      [1, [at(8001)]],
      [2, [OLD]],
    ]),
  },
}

describe('endpoints of a row', () => {
  const rows = (over: Parameters<typeof observation>[0]) =>
    assess(observation(over), NOTHING_REMEMBERED).view.replicas.filter((r) => r.nodeId === 2)

  test('a voter has those of the voter set, an observer of the same id those of its own registration', () => {
    const controllers = new Map([[2, { endpoints: [NEW, OTHER_LISTENER], incarnationId: 'x' }]])
    expect(rows({ ...replaced, log: { controllers } }).map((r) => [r.status, r.endpoints])).toEqual([
      ['follower', [OLD]],
      ['observer', [NEW, OTHER_LISTENER]],
    ])
  })

  test('without the log, an observer has what DescribeCluster lists', () => {
    const facts = { controllers: new Map([[2, [at(18_002, '')]]]) }
    expect(rows({ ...replaced, log: null, facts })[1]?.endpoints).toEqual([at(18_002, '')])
  })

  test("where no registration is known, an observer has none, and never the voter's", () => {
    expect(rows({ ...replaced, log: { controllers: new Map() } }).map((r) => r.endpoints)).toEqual([[OLD], []])
    expect(rows({ ...replaced, log: null })[1]?.endpoints).toEqual([])
  })
})

describe('endpoints to add a node with', () => {
  const of = (over: Parameters<typeof observation>[0], nodeId = 2) => {
    const { log, facts, sample } = observation(over)
    return controllerEndpoints(nodeId, { log, facts }, sample)
  }
  const described = { controllers: new Map([[2, [at(18_002, '')]]]) }

  test("every listener of the metadata log's registration", () => {
    const controllers = new Map([[2, { endpoints: [NEW, OTHER_LISTENER], incarnationId: 'x' }]])
    expect(of({ ...replaced, log: { controllers }, facts: described })).toEqual([NEW, OTHER_LISTENER])
  })

  test("DescribeCluster's address with the name of the leader's only listener", () => {
    expect(of({ ...replaced, log: null, facts: described })).toEqual([NEW])
    expect(of({ ...replaced, log: null, facts: described }, 9)).toEqual([])
  })

  test('none where the leader has two listeners, or none that is known: a name would be a guess', () => {
    const two = new Map([[0, [at(8000), at(8100, 'CONTROLLER_SSL')]]])
    expect(of({ sample: { voterEndpoints: two }, log: null, facts: described })).toEqual([])
    expect(of({ sample: { voterEndpoints: new Map() }, log: null, facts: described })).toEqual([])
    const { facts } = observation({ facts: described })
    expect(controllerEndpoints(2, { log: null, facts }, null)).toEqual([])
    expect(registeredEndpoints(2, { log: null, facts })).toEqual([at(18_002, '')])
  })
})
