/** Every rule of the alerts, caused and mended on the simulated quorum: it rings, is told once, ends, and that is told once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer, type Server } from 'node:tls'
import forge from 'node-forge'
import { afterEach, expect, test } from 'vitest'
import type { AlertIncident, AlertList } from '../../../contract/alerts/incidents.ts'
import type { AlertRule } from '../../../contract/alerts/rules.ts'
import type { QuorumView } from '../../../contract/quorumView.ts'
import type { Workflow } from '../../../contract/workflows.ts'
import { KafkaConnection } from '../../../kafka/connection.ts'
import { removeRaftVoterV0 } from '../../../kafka/raftVoters.ts'
import { parseAddresses } from '../../../program/options/options.ts'
import { LeaderWrites } from '../../../quorum/reading/leaderWrites.ts'
import { startSimulatedQuorum } from '../../../sandbox/simulatedQuorum/start.ts'
import { quickPolicies } from '../../alerts/quickPolicies.ts'
import { SECRET, startTestReceiver, type TestReceiver, takenTwice } from '../../alerts/testReceiver.ts'
import { ANYHOW } from '../../driving.ts'
import { PATIENCE_MS } from '../../patience.ts'
import { CLUSTER, type ServeOptions, type Serving, serve } from '../../serving.ts'

const closers: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

interface Ringing extends Serving {
  receiver: TestReceiver
  /** Waits until the rule rings and the receiver has it. */
  rings(rule: AlertRule): Promise<AlertIncident>
  /** Waits until nothing of the rule is open, and the receiver knows. */
  isOver(rule: AlertRule): Promise<void>
}

async function until<T>(what: string, look: () => Promise<T | false | undefined>): Promise<T> {
  const startedMs = performance.now()
  for (;;) {
    const found = await look()
    if (found !== false && found !== undefined) return found
    if (performance.now() - startedMs > PATIENCE_MS) throw new Error(`never saw: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function ringing(options: ServeOptions = {}): Promise<Ringing> {
  const receiver = await startTestReceiver()
  closers.push(() => receiver.close())
  const any = { severities: null, clusters: null, sendResolved: true, allowPrivate: true }
  const policies = { ...quickPolicies() }
  // A slow follower catches up now and then.
  policies['voter-lagging'] = { ...policies['voter-lagging'], forMs: 0 }
  const serving = await serve(null, 100, {
    alerts: {
      publicUrl: null,
      policies,
      receivers: [{ ...any, kind: 'webhook', name: 'pager', url: receiver.url, secret: SECRET }],
    },
    ...options,
  })
  closers.push(() => serving.close())
  const told = (state: AlertIncident['state'], rule: AlertRule) =>
    receiver.taken.filter(({ alert, state: of }) => of === state && alert.rule === rule)
  const open = async (rule: AlertRule) => {
    const { alerts } = (await (await fetch(`${serving.url}/api/alerts`)).json()) as AlertList
    return alerts.filter((alert) => alert.rule === rule)
  }
  return {
    ...serving,
    receiver,
    rings: (rule) =>
      until(`${rule} ringing`, async () => {
        const [first] = await open(rule)
        return first !== undefined && told('open', rule).some(({ alert }) => alert.id === first.id) && first
      }),
    isOver: async (rule) => {
      await until(`the end of ${rule}`, async () => {
        const ids = new Set(told('open', rule).map(({ alert }) => alert.id))
        const ended = new Set(told('resolved', rule).map(({ alert }) => alert.id))
        return (await open(rule)).length === 0 && ids.size > 0 && ids.size === ended.size
      })
    },
  }
}

const whole = (v: QuorumView) => v.quorum.margin === 1 && !v.quorum.settling && v.source.tailing

async function settled({ watching }: Ringing): Promise<{ view: QuorumView; leader: number; followers: number[] }> {
  const view = await watching.view('a whole quorum', whole)
  const leader = view.quorum.leaderId ?? -1
  return { view, leader, followers: [0, 1, 2].filter((id) => id !== leader) }
}

test('what a quorum shows by itself', async () => {
  const deck = await ringing({ quorum: { brokers: 1 } })
  const { port, simulation } = deck.quorum

  const { followers } = await settled(deck)
  const [one = 0, other = 0] = followers
  await port.act({ action: 'freeze', nodeId: one })
  expect((await deck.rings('voter-silent')).replicas.map(({ nodeId }) => nodeId)).toEqual([one])
  expect((await deck.rings('margin-low')).severity).toBe('critical')
  await port.act({ action: 'resume', nodeId: one })
  await deck.isOver('voter-silent')
  await deck.isOver('margin-low')

  await port.act({ action: 'slow', nodeId: one })
  expect((await deck.rings('voter-lagging')).replicas.map(({ nodeId }) => nodeId)).toEqual([one])
  await port.act({ action: 'unslow', nodeId: one })
  await deck.isOver('voter-lagging')

  await settled(deck)
  for (const nodeId of [one, other]) await port.act({ action: 'kill', nodeId })
  expect((await deck.rings('no-leader')).severity).toBe('critical')
  for (const nodeId of [one, other]) await port.act({ action: 'start', nodeId })
  await deck.isOver('no-leader')

  await settled(deck)
  await port.act({ action: 'kill', nodeId: 7 })
  expect((await deck.rings('ghost-observer')).replicas.map(({ nodeId }) => nodeId)).toEqual([7])
  await port.act({ action: 'start', nodeId: 7 })
  await deck.isOver('ghost-observer')

  const writes = new LeaderWrites({ leader: deck.watching.observer, security: {} })
  const throttle = (value: string | null) => {
    const config = { type: 'broker' as const, resource: '7', name: 'leader.replication.throttled.rate', value }
    return writes.act({ kind: 'configure', configs: [config] }, ANYHOW)
  }
  await settled(deck)
  expect(await throttle('1000')).toMatchObject({ kind: 'answered', errorCode: 0 })
  expect((await deck.rings('leftovers')).key).toBe('throttle-stands')
  expect(await throttle(null)).toMatchObject({ kind: 'answered', errorCode: 0 })
  await deck.isOver('leftovers')

  const now = await settled(deck)
  const removed = now.view.replicas.find((r) => r.nodeId === now.followers[0])
  const [address] = parseAddresses('test', deck.quorum.bootstrapControllers[now.leader] ?? '')
  if (address === undefined || removed?.directoryId == null) throw new Error('no leader, or no follower')
  for (const nodeId of now.followers) simulation.cutLink(now.leader, nodeId)
  const connection = await KafkaConnection.open(address, {}, { connectTimeoutMs: 5000, requestTimeoutMs: 10_000 })
  const request = { clusterId: now.view.clusterId ?? '', voterId: removed.nodeId, directoryId: removed.directoryId }
  const answer = connection.send((c) => removeRaftVoterV0.async(c, request)).catch((error: Error) => error)
  await deck.rings('change-stuck')
  for (const nodeId of now.followers) simulation.healLink(now.leader, nodeId)
  await deck.isOver('change-stuck')
  await answer
  connection.close()
  // Whether the change was cut off or committed depends on who leads then.
  const came = await deck.watching.view(
    'nothing pending',
    (v) => v.quorum.pendingVoterChange === null && !v.quorum.settling,
  )
  if (came.quorum.voters === 2) {
    const { nodeId, directoryId, endpoints } = removed
    const own = endpoints.filter(({ listener }) => listener === 'CONTROLLER')
    await writes.changeVoters(came.clusterId ?? '', { kind: 'add', nodeId, directoryId, endpoints: own }, ANYHOW)
  }

  await settled(deck)
  for (const nodeId of [0, 1, 2, 7]) await port.act({ action: 'kill', nodeId })
  await deck.rings('observation-lost')
  for (const nodeId of [0, 1, 2, 7]) await port.act({ action: 'start', nodeId })
  await deck.isOver('observation-lost')

  await settled(deck)
  const post = (path: string, body: unknown) => {
    const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    return fetch(deck.url + path, sent)
  }
  const begun = await post(`/api/clusters/${CLUSTER}/workflows`, {
    kind: 'rolling-restart',
    params: {},
    commandId: 'a',
  })
  const { id } = (await begun.json()) as Workflow
  expect((await deck.rings('run-waits')).key).toBe(id)
  const run = (await (await fetch(`${deck.url}/api/workflows/${id}`)).json()) as Workflow
  const abort = run.allowedCommands.find(({ type }) => type === 'abort' || type === 'leave')
  const ending = { ...abort, confirmation: abort?.needsConfirmation?.statement, reason: 'not now' }
  const ended = await post(`/api/workflows/${id}/commands`, {
    commandId: 'b',
    expectedRevision: run.revision,
    command: ending,
  })
  expect(ended.status).toBe(200)
  await deck.isOver('run-waits')

  await settled(deck)
  // Beneath the product: it sees a leader whose log ends before what was committed.
  await port.act({ action: 'reset' })
  const fell = await deck.rings('watermark-fell')
  const close = { as: { id: 'ann', name: 'Ann' }, reason: 'made anew on purpose' }
  for (const incident of deck.watching.observer.incidents) {
    expect((await post(`/api/clusters/${CLUSTER}/incidents/${incident.id}/close`, close)).status).toBe(200)
  }
  expect(fell.severity).toBe('critical')
  await deck.isOver('watermark-fell')
  expect(takenTwice(deck.receiver)).toEqual([])
  expect(deck.receiver.forged).toEqual([])
})

test('what an operator expects', async () => {
  const deck = await ringing({
    quorum: { controllers: 4, brokers: 0 },
    expected: { voters: 4, maxElectionsPerHour: null, racks: new Map([['c', 1]]) },
    racks: new Map([
      [0, 'a'],
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]),
  })
  const view = await deck.watching.view(
    'four voters',
    (v) => v.quorum.voters === 4 && v.source.tailing && v.clusterId !== null,
  )
  const third = view.replicas.find(({ nodeId }) => nodeId === 3)
  const writes = new LeaderWrites({ leader: deck.watching.observer, security: {} })
  const voter = { nodeId: 3, directoryId: third?.directoryId ?? '' }
  const clusterId = view.clusterId ?? ''
  await writes.changeVoters(clusterId, { kind: 'remove', ...voter }, ANYHOW)
  expect((await deck.rings('fewer-voters')).title).toBe('3 voters, and 4 are expected')
  expect((await deck.rings('rack-without-voter')).key).toBe('c')
  await until('the observer', async () =>
    deck.watching.observer.view?.replicas.some((r) => r.nodeId === 3 && r.health === 'ok'),
  )
  await writes.changeVoters(clusterId, { kind: 'add', ...voter, endpoints: third?.endpoints ?? [] }, ANYHOW)
  await deck.isOver('fewer-voters')
  await deck.isOver('rack-without-voter')
  expect(takenTwice(deck.receiver)).toEqual([])
})

test('even voters', async () => {
  const deck = await ringing({ quorum: { controllers: 4, brokers: 0 } })
  await deck.rings('even-voters')
  const view = await deck.watching.view(
    'four voters',
    (v) => v.quorum.voters === 4 && v.source.tailing && v.clusterId !== null,
  )
  const { directoryId } = view.replicas.find(({ nodeId }) => nodeId === 3) ?? {}
  const writes = new LeaderWrites({ leader: deck.watching.observer, security: {} })
  await writes.changeVoters(view.clusterId ?? '', { kind: 'remove', nodeId: 3, directoryId: directoryId ?? '' }, ANYHOW)
  await deck.isOver('even-voters')
})

test('a second quorum', async () => {
  const first = await startSimulatedQuorum({ brokers: 0, seed: 3 })
  const clusterId = first.simulation.read((state) => state.clusterId)
  const rival = await startSimulatedQuorum({ controllers: 1, brokers: 0, seed: 4, clusterId, newborn: true })
  let isClosed = false
  const closeRival = async () => {
    if (!isClosed) await rival.close()
    isClosed = true
  }
  closers.push(closeRival)
  const deck = await ringing({
    started: first,
    bootstrapControllers: [...first.bootstrapControllers, ...rival.bootstrapControllers],
  })
  const rung = await deck.rings('second-quorum')
  expect(rung.severity).toBe('critical')
  await closeRival()
  for (const { id } of deck.watching.observer.incidents) {
    await deck.watching.observer.closeIncident(id, { atMs: Date.now(), actor: 'Ann', reason: 'it is gone' })
  }
  await deck.isOver('second-quorum')
})

/** Valid for `localhost`, for so many days from now. */
function certificate(keys: forge.pki.rsa.KeyPair, days: number): string {
  const made = forge.pki.createCertificate()
  made.publicKey = keys.publicKey
  // Whole octets of hexadecimal digits.
  made.serialNumber = days.toString(16).padStart(4, '0')
  made.validity.notBefore = new Date(Date.now() - 86_400_000)
  made.validity.notAfter = new Date(Date.now() + days * 86_400_000)
  const name = [{ name: 'commonName', value: `controllers, ${days} days` }]
  made.setSubject(name)
  made.setIssuer(name)
  made.setExtensions([
    { name: 'basicConstraints', cA: true },
    {
      name: 'subjectAltName',
      altNames: [
        { type: 2, value: 'localhost' },
        { type: 7, ip: '127.0.0.1' },
      ],
    },
  ])
  made.sign(keys.privateKey, forge.md.sha256.create())
  return forge.pki.certificateToPem(made)
}

test('a certificate about to expire', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quorumdeck-certificates-'))
  closers.push(() => rmSync(folder, { recursive: true, force: true }))
  const keys = forge.pki.rsa.generateKeyPair(2048)
  const key = forge.pki.privateKeyToPem(keys.privateKey)
  const [soon, late] = [certificate(keys, 20), certificate(keys, 300)]
  // The nodes listen elsewhere; where they say that they are, TLS is spoken in front of them.
  const quorum = await startSimulatedQuorum({ brokers: 0, host: '127.0.0.2' })
  const ports = quorum.bootstrapControllers.map((address) => Number(address.split(':')[1]))
  const servers: Server[] = []
  const sockets = new Set<{ destroy(): unknown }>()
  for (const port of ports) {
    const server = createTlsServer({ key, cert: soon }, (socket) => {
      const onward = connect(port, '127.0.0.2')
      for (const end of [socket, onward]) {
        sockets.add(end)
        end.on('error', () => {})
        end.on('close', () => {
          socket.destroy()
          onward.destroy()
        })
      }
      socket.pipe(onward).pipe(socket)
    })
    server.on('tlsClientError', () => {})
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    servers.push(server)
    closers.push(() => server.close())
  }
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
  })
  writeFileSync(join(folder, 'trust.pem'), `${soon}\n${late}`)
  writeFileSync(
    join(folder, 'client.properties'),
    `security.protocol=SSL\nssl.truststore.type=PEM\nssl.truststore.location=${join(folder, 'trust.pem')}\n`,
  )
  const deck = await ringing({
    started: quorum,
    commandConfig: join(folder, 'client.properties'),
    bootstrapControllers: ports.map((port) => `localhost:${port}`),
  })
  const rung = await deck.rings('certificate-expires')
  expect(rung.title).toMatch(/expires in (19|20) days/)
  for (const server of servers) server.setSecureContext({ key, cert: late })
  for (const socket of sockets) socket.destroy()
  await deck.isOver('certificate-expires')
})
