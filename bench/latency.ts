/**
 * How late a client learns of what happens, while a thousand others are connected: a voter change (from the timestamp of
 * its batch in the metadata log), an election (from the new leader's first answer), a frozen leader, a plain poll (from the
 * answer of the quorum). One clock: product, Kafka and clients are on this machine.
 */
import type { SandboxState } from '../server/contract/sandbox.ts'
import { startCrowd } from './crowd.ts'
import { type Breaker, type ElectionTimes, timeElections } from './elections.ts'
import { LiveClient } from './liveClient.ts'
import { figure, spreadText } from './percentiles.ts'
import { type Product, startProduct } from './product.ts'
import type { Surroundings } from './surroundings.ts'
import { spareCaughtUp, timeVoterChanges } from './voterChanges.ts'

const CLIENTS = 1000
/** The first controller that a sandbox adds. */
const SPARE = 3

interface Plan {
  product: Product
  cluster: string
  changes: number
  elections: number
  freezes: number
  kill: Breaker
  freeze: Breaker
  addSpare(): Promise<unknown>
}

async function measure(plan: Plan, say: (line: string) => void): Promise<void> {
  const { product, cluster } = plan
  const client = new LiveClient(product.host, cluster)
  const pollAges: number[] = []
  client.listen(({ message, atMs }) => {
    if (message.type === 'delta') pollAges.push(atMs - message.at)
  })
  await client.seeing('a healthy quorum', (v) => v.quorum.leaderId !== null && !v.quorum.settling && v.source.tailing)
  await plan.addSpare()
  await spareCaughtUp(client, SPARE)
  const crowd = await startCrowd(product.host, cluster, CLIENTS)

  const changes = await timeVoterChanges(client, SPARE, plan.changes)
  say(`voter change, batch timestamp to event:   ${spreadText(changes, 'ms')}`)
  const tell = (what: string, times: ElectionTimes[]) => {
    say(
      `${what}, until the new leader answers:  ${spreadText(
        times.map((t) => t.electionMs),
        'ms',
      )}`,
    )
    say(
      `${what}, from that answer to client:    ${spreadText(
        times.map((t) => t.behindMs),
        'ms',
      )}`,
    )
  }
  tell('killed leader', await timeElections(client, plan.kill, plan.elections))
  tell('frozen leader', await timeElections(client, plan.freeze, plan.freezes))
  await client.close()
  const { ages, messages } = await crowd.leave()
  say(`poll answer to the measuring client:      ${spreadText(pollAges, 'ms')}`)
  say(
    `poll answer to all ${CLIENTS} others:           p50 ${figure(ages.p50)} · p95 ${figure(ages.p95)} · p99 ${figure(ages.p99)} · max ${figure(ages.max)} ms (${ages.count}; ${messages} messages)`,
  )
}

async function simulated({ say, onEnd }: Surroundings): Promise<void> {
  say(`simulated quorum, in the server process, ${CLIENTS} other clients:`)
  const product = await startProduct([])
  onEnd(() => product.end())
  const act = (body: object) => product.post<SandboxState>('/api/clusters/practice/sandbox', body)
  await measure(
    {
      product,
      cluster: 'practice',
      changes: 200,
      elections: 10,
      freezes: 5,
      kill: { break: (nodeId) => act({ action: 'kill', nodeId }), mend: (nodeId) => act({ action: 'start', nodeId }) },
      freeze: {
        break: (nodeId) => act({ action: 'freeze', nodeId }),
        mend: (nodeId) => act({ action: 'resume', nodeId }),
      },
      async addSpare() {
        await act({ action: 'add-node', roles: ['controller'] })
        await act({ action: 'start', nodeId: SPARE })
      },
    },
    say,
  )
  await product.end()
}

async function real({ kafka, say, onEnd }: Surroundings): Promise<void> {
  const cluster = await kafka()
  say(`real Kafka, 3 controllers, a spare one and 3 brokers, ${CLIENTS} other clients:`)
  const product = await startProduct(['--bootstrap-controller', cluster.bootstrapControllers.join(',')])
  onEnd(() => product.end())
  const node = (nodeId: number) => cluster.node(nodeId)
  await measure(
    {
      product,
      cluster: 'kafka',
      changes: 30,
      elections: 5,
      freezes: 3,
      kill: { break: (nodeId) => node(nodeId).act('kill', cluster.clusterId), mend: (nodeId) => node(nodeId).start() },
      freeze: {
        break: (nodeId) => node(nodeId).act('freeze', cluster.clusterId),
        mend: (nodeId) => node(nodeId).act('resume', cluster.clusterId),
      },
      async addSpare() {
        await cluster.port.act({ action: 'add-node', roles: ['controller'] })
        await cluster.port.act({ action: 'start', nodeId: SPARE })
      },
    },
    say,
  )
  await product.end()
}

export async function latency(around: Surroundings): Promise<void> {
  await simulated(around)
  await real(around)
}
