/** What the controllers' own statements show: each situation with its finding, and none where all is well. */
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../../contract/quorumView.ts'
import { asked, DOWN, leading } from '../../../testing/examples/exampleAccounts.ts'
import {
  DIRECTORY,
  LEADER,
  NOW,
  type Over,
  observation,
  replica,
  SKEW,
} from '../../../testing/examples/exampleObservation.ts'
import type { AskedController } from '../askedController.ts'
import { assess, NOTHING_REMEMBERED } from '../assess.ts'

const view = (over: Over) => assess(observation(over), NOTHING_REMEMBERED).view
const findings = (over: Over): Finding[] => view(over).findings
const codes = (over: Over) => findings(over).map((f) => f.code)
const one = (over: Over, code: Finding['code']) => findings(over).find((f) => f.code === code)
const ALL = [asked(0, { account: { leaderId: 0 } }), asked(1), asked(2)]
const dead2 = replica(2, DIRECTORY[2], { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 })

test('a quorum whose controllers all follow one leader has nothing to say', () => {
  expect(codes({ asked: ALL })).toEqual([])
  expect(view({ asked: ALL }).controllers?.map((c) => c.nodeId)).toEqual([0, 1, 2])
  expect(view({ asked: null }).controllers).toBeNull()
})

describe('another leader', () => {
  test('of other voters: two quorums, and no advice that makes it worse', () => {
    const over: Over = {
      asked: [ALL[0] ?? asked(0), asked(1), leading(2, 4, [2], {})],
      sample: { voters: [LEADER, replica(1, DIRECTORY[1]), dead2] },
    }
    const said = one(over, 'rival-quorum')
    expect(said?.severity).toBe('critical')
    expect(said?.title).toBe('Two quorums of one cluster: 0 leads {0, 1, 2} in epoch 9; 2 leads {2} in epoch 4')
    expect(said?.detail).toMatch(/^Node 7 follows 0/)
    expect(said?.detail).toContain('0 has committed 535 records; 2 has committed 40 records')
    expect(said?.detail).toContain('Do not restart 0 or 2')
    expect(codes(over)[0]).toBe('rival-quorum')
    expect(one(over, 'voter-silent')?.detail).toMatch(/^Do nothing about this now/)
  })

  test('of the same voters in the same epoch: at once', () => {
    const rival = leading(1, 9, [])
    const lead = { ...rival.lead, voters: [{ nodeId: 0, directoryId: DIRECTORY[0] }] }
    const same = { ...rival, lead: { ...(rival.lead as NonNullable<typeof rival.lead>), voters: lead.voters } }
    expect(codes({ asked: [same] })).toContain('rival-quorum')
  })

  test('an old one that is cut off is waited for, and then told', () => {
    const voters = [0, 1, 2].map((id) => ({ nodeId: id, directoryId: DIRECTORY[id as 0 | 1 | 2] }))
    const old = (sinceMs: number) => {
      const { lead, ...rest } = leading(1, 8, [0, 1, 2], { leadsSinceMs: NOW + SKEW - sinceMs })
      return { ...rest, lead: lead === null ? null : { ...lead, voters } }
    }
    const followedFor = (ms: number, ...asked: AskedController[]) => {
      const epochStart = { epoch: 9, recordedAtMs: null, firstSeenAtMs: NOW + SKEW - ms }
      return assess(observation({ asked }), { ...NOTHING_REMEMBERED, epochStart }).view.findings.map((f) => f.code)
    }
    expect(followedFor(1000, old(60_000))).toEqual(['second-leader'])
    expect(followedFor(60_000, old(1000))).toEqual(['second-leader'])
    expect(followedFor(60_000, old(60_000))).toContain('rival-quorum')
    // What it said before the election is no claim against who was elected.
    const before = { ...old(3_600_000), leadStatedAtMs: NOW + SKEW - 2000 }
    expect(followedFor(1000, before)).toEqual([])
    expect(followedFor(1000, { ...leading(2, 4, [2]), leadStatedAtMs: NOW + SKEW - 2000 })).toEqual([])
    // One that was proven stays so while its address is silent; one of a moment is forgotten.
    const silent = { ...old(60_000), leadStatedAtMs: NOW + SKEW - 20_000, failure: 'no-answer' as const }
    expect(followedFor(60_000, silent)).toContain('rival-quorum')
    expect(followedFor(25_000, silent)).toEqual([])
  })

  test('behind two names of one listener there is one', () => {
    const twice = leading(2, 4, [2])
    const named = { ...twice, account: { ...twice.account, address: '127.0.0.1:8002' } }
    expect(view({ asked: [twice, named] }).quorum.rivals).toHaveLength(1)
  })

  test('of another cluster is no rival, and is told as what it is', () => {
    const foreign = leading(2, 4, [2], { account: { sameCluster: false } })
    expect(codes({ asked: [foreign] })).toEqual(['foreign-cluster'])
  })
})

test('an open incident comes first, and takes the advice of the others away', () => {
  const incident = {
    id: 'x',
    kind: 'metadata-missing',
    firstSeenAtMs: NOW,
    title: '12,000 → 40',
    detail: 'Stop.',
  } as const
  const over: Over = { incidents: [incident], sample: { voters: [LEADER, replica(1, DIRECTORY[1]), dead2] } }
  expect(findings(over)[0]).toMatchObject({ code: 'metadata-missing', severity: 'critical', title: '12,000 → 40' })
  expect(one(over, 'voter-silent')?.detail).not.toContain('Restart')
  expect(view(over).incidents).toEqual([incident])
})

describe('settings', () => {
  const all = (key: string, ...values: string[]) => ({
    asked: values.map((value, id) => asked(id, { settings: value === '' ? {} : { [key]: value } })),
  })

  test('a set is the same in any order', () => {
    expect(codes(all('controller.quorum.bootstrap.servers', 'a:1,b:2', 'b:2, a:1', 'a:1,b:2'))).toEqual([])
  })

  test.each([
    ['controller.quorum.bootstrap.servers', 'warning'],
    ['sasl.mechanism.controller.protocol', 'critical'],
    ['authorizer.class.name', 'critical'],
    ['super.users', 'critical'],
  ] as const)('%s that one controller holds otherwise', (key, severity) => {
    const said = one(all(key, 'a:1', 'a:1', 'b:1'), 'settings-differ')
    expect(said).toMatchObject({ severity, replicas: [{ nodeId: 2, directoryId: null }] })
    expect(said?.title).toBe(`${key} is not the same on all controllers: controller 2 differs`)
    expect(said?.detail).toContain('0, 1: a:1; 2: b:1')
  })

  const differing = (over: Over) => view(over).quorum.settingsDiffer

  test('one that an older release does not know is as Kafka has it by default', () => {
    expect(differing(all('controller.quorum.auto.join.enable', 'false', '', 'false'))).toEqual([])
    expect(differing(all('controller.quorum.auto.join.enable', 'true', '', ''))).toEqual([
      { name: 'controller.quorum.auto.join.enable', nodeIds: [0] },
    ])
  })

  test('protocols are compared by the listener names that two nodes share', () => {
    const key = 'listener.security.protocol.map'
    const combined = all(key, 'CONTROLLER:SSL,PLAIN:PLAINTEXT', 'CONTROLLER:SSL', 'controller:SSL', 'X:SSL')
    expect(differing(combined)).toEqual([])
    expect(codes(combined)).toEqual([])
    const odd = all(key, 'CONTROLLER:SSL,PLAIN:PLAINTEXT', 'CONTROLLER:SSL', 'CONTROLLER:PLAINTEXT')
    expect(differing(odd)).toEqual([{ name: key, nodeIds: [2] }])
    expect(one(odd, 'settings-differ')).toMatchObject({
      severity: 'warning',
      title: `${key} is not the same on all controllers: controller 2 differs`,
    })
    expect(one(odd, 'settings-differ')?.detail).toContain('2: CONTROLLER:PLAINTEXT')
    // Most say SSL, each with another name beside it.
    const spread = all(key, 'C:PLAINTEXT', 'C:PLAINTEXT', 'C:SSL,A:SSL', 'C:SSL,B:SSL', 'C:SSL,D:SSL')
    expect(differing(spread)).toEqual([{ name: key, nodeIds: [0, 1] }])
    // Without a map a controller listener is plain.
    const names = { 'controller.listener.names': 'CONTROLLER' }
    const secured = { ...names, [key]: 'CONTROLLER:SSL' }
    const bare = [asked(0, { settings: secured }), asked(1, { settings: secured }), asked(2, { settings: names })]
    expect(differing({ asked: bare })).toEqual([{ name: key, nodeIds: [2] }])
  })

  test('a value that Kafka withholds still shows where it is not set', () => {
    const some = [asked(0, { withheld: ['super.users'] }), asked(1, { withheld: ['super.users'] }), asked(2)]
    expect(one({ asked: some }, 'settings-differ')?.detail).toContain('0, 1: (set, value withheld); 2: (not set)')
  })

  test('of a dynamic quorum the voters line is no opinion; of a static one the worst opinion is the margin', () => {
    const lines = all(
      'controller.quorum.voters',
      '0@a:1,1@b:1,2@c:1',
      '0@a:1,1@b:1,2@c:1',
      '0@a:1,1@b:1,2@c:1,3@d:1,4@e:1',
    )
    expect(codes(lines)).toEqual([])
    expect(differing(lines)).toEqual([])
    const still = { ...lines, log: { kraftVersion: 0 } }
    expect(one(still, 'static-voters-differ')?.severity).toBe('critical')
    expect(differing(still)).toEqual([{ name: 'controller.quorum.voters', nodeIds: [2] }])
    expect(view(still).quorum.margin).toBe(0)
    expect(
      view({ ...all('controller.quorum.voters', '0@a:1,1@b:1,2@c:1'), log: { kraftVersion: 0 } }).quorum.margin,
    ).toBe(1)
  })

  test('one that refuses what the others tell has other rights; where all refuse the right is missing', () => {
    const denied = asked(1, { denied: true, account: { nodeId: null, roles: null } })
    expect(one({ asked: [asked(0), denied, asked(2)] }, 'rights-differ')?.title).toContain('Controller 1 refuses')
    expect(codes({ asked: [denied] })).not.toContain('rights-differ')
  })

  test('SCRAM among controllers is warned of while all is well, and only on a SASL listener', () => {
    const scram = { 'sasl.mechanism.controller.protocol': 'SCRAM-SHA-512', 'controller.listener.names': 'CONTROLLER' }
    const on = (protocol: string) => ({
      asked: [0, 1, 2].map((id) =>
        asked(id, { settings: { ...scram, 'listener.security.protocol.map': `CONTROLLER:${protocol}` } }),
      ),
    })
    expect(codes(on('SASL_SSL'))).toEqual(['scram-only-controllers'])
    expect(codes(on('SSL'))).toEqual([])
  })
})

describe('identities', () => {
  test('the disks of two nodes exchanged', () => {
    const exchanged = [asked(0), asked(1, { account: { nodeId: 2 } }), asked(2, { account: { nodeId: 1 } })]
    expect(one({ asked: exchanged }, 'wrong-node-answers')?.title).toBe(
      'At localhost:8001, where controller 1 is recorded, node 2 answers; at localhost:8002, where controller 2 is recorded, node 1 answers',
    )
  })

  test('several names of one listener are one row, the recorded one', () => {
    const named = asked(1, { account: { address: '10.0.0.1:8001', recordedId: null, registeredId: null } })
    const unnamed = asked(1, { account: { configured: false } })
    const rows = view({ asked: [named, unnamed] }).controllers
    expect(rows).toMatchObject([{ address: 'localhost:8001', recordedId: 1, configured: true }])
    // Where nobody answers nothing shows which names belong together.
    expect(
      view({ asked: [asked(1, DOWN), { ...asked(1, DOWN), account: { ...named.account, reach: 'refused' } }] })
        .controllers,
    ).toHaveLength(2)
  })

  test('several nodes behind one address are a row each', () => {
    const proxied = [0, 1, 2].map((id) => ({ ...asked(id), remote: '10.0.0.9:443' }))
    expect(view({ asked: proxied }).controllers?.map((c) => c.nodeId)).toEqual([0, 1, 2])
  })

  const copy = (over: Parameters<typeof asked>[1] = {}) =>
    asked(2, {
      settings: { listeners: 'CONTROLLER://localhost:9002' },
      remote: '127.0.0.1:9002',
      ...over,
      account: { address: 'localhost:9002', recordedId: null, registeredId: null, ...over.account },
    })

  test('one identity at two places', () => {
    expect(one({ asked: [...ALL, copy()] }, 'identity-twice')).toMatchObject({
      severity: 'critical',
      title: 'Node 2 answers at 2 places: localhost:8002 and localhost:9002',
    })
  })

  test('two names of one listener, or a forwarded port, are one process', () => {
    const alias = copy({ remote: '127.0.0.1:8002', settings: { listeners: 'CONTROLLER://localhost:8002' } })
    expect(codes({ asked: [...ALL, alias] })).toEqual([])
    const forwarded = copy({ settings: { listeners: 'CONTROLLER://localhost:8002' } })
    expect(codes({ asked: [...ALL, forwarded] })).toEqual([])
  })

  test('recorded and registered at two addresses with the same listeners may be one process: nothing is to be stopped yet', () => {
    const recorded = asked(2, { account: { registeredId: null } })
    const settings = { listeners: 'CONTROLLER://localhost:8002' }
    const said = one(
      { asked: [asked(0), asked(1), recorded, copy({ settings, account: { registeredId: 2 } })] },
      'identity-twice',
    )
    expect(said?.severity).toBe('warning')
    expect(said?.detail).toContain('Compare the process id and the start time')
    const other = one(
      { asked: [asked(0), asked(1), recorded, copy({ account: { registeredId: 2 } })] },
      'identity-twice',
    )
    expect(other?.severity).toBe('critical')
    const untold = one({ asked: [...ALL, copy({ settings: { listeners: '' } })] }, 'identity-twice')
    expect(untold?.severity).toBe('warning')
  })

  test('recorded at one address and registered at another', () => {
    const elsewhere = [{ listener: 'CONTROLLER', host: 'localhost', port: 9000 }]
    const controllers = new Map([[0, { endpoints: elsewhere, incarnationId: 'x' }]])
    expect(codes({ asked: ALL, log: { controllers } })).toContain('endpoint-moved')
  })

  test('a broker that has the id of a controller is no new disk of it', () => {
    const brokers = new Map([
      [2, { endpoints: [], incarnationId: 'b', fenced: false, rack: null, directories: [DIRECTORY.new2] }],
    ])
    const over: Over = {
      asked: [asked(0), asked(1), asked(2, DOWN)],
      sample: {
        voters: [LEADER, replica(1, DIRECTORY[1]), dead2],
        observers: [replica(2, DIRECTORY.new2)],
      },
      facts: {
        nodes: new Map([
          [2, { configs: new Map([['process.roles', 'controller']]), supportedMetadataVersion: null, retained: true }],
        ]),
        brokerProcesses: new Map([
          [2, { configs: new Map([['process.roles', 'broker']]), supportedMetadataVersion: null }],
        ]),
      },
      log: { brokers },
    }
    expect(one(over, 'broker-with-controller-id')?.severity).toBe('critical')
    expect(view(over).replicas.find((r) => r.directoryId === DIRECTORY.new2)?.roles).toEqual(['broker'])
    // Before it has registered nobody knows what it is: it is no controller yet.
    const unknown = { ...over, facts: { ...over.facts, brokerProcesses: new Map() }, log: {} }
    expect(view(unknown).replicas.find((r) => r.directoryId === DIRECTORY.new2)?.roles).toEqual([])
  })
})

describe('certificates', () => {
  const expiring = (days: number) =>
    asked(1, { account: { certificate: { names: ['c1'], validToMs: NOW + SKEW + days * 86_400_000 + 1000 } } })

  test.each([
    [40, null, ''],
    [20, 'warning', 'expires in 20 days'],
    [3, 'critical', 'expires in 3 days'],
    [-2, 'critical', 'has expired'],
  ] as const)('%d days', (days, severity, text) => {
    const said = one({ asked: [expiring(days)] }, 'certificate-expires')
    expect(said?.severity ?? null).toBe(severity)
    expect(said?.title ?? '').toContain(text)
  })

  test('a node whose handshake fails is not verifiable, and is not called down', () => {
    const problem = 'the certificates do not fit together (ERR_TLS_CERT_ALTNAME_INVALID)'
    const said = one(
      { asked: [asked(1, { account: { reach: 'unverifiable', problem }, failure: 'certificate' })] },
      'not-verifiable',
    )
    expect(said?.title).toContain('Controller 1 at localhost:8001 cannot be verified from here')
    expect(said?.detail).toContain('It runs')
  })
})
