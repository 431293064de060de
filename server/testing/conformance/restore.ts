/**
 * Brings a quorum back to where every scenario begins: its first three controllers are the voters, all caught up, one broker
 * serves, a further controller is formatted and stopped. Step by step, each from what is seen, as an operator would.
 */
import type { SandboxNode, SandboxPort } from '../../contract/sandbox.ts'
import { KafkaConnection } from '../../kafka/connection.ts'
import { addressOf, keyText } from './participants.ts'
import { type Led, QuorumState } from './quorumState.ts'
import type { Shape } from './script.ts'
import { ADD_VOTER, REMOVE_VOTER } from './wireRequests.ts'

const VOTERS = [0, 1, 2]
const BROKER = 7
const RESTORE_TIMEOUT_MS = 60_000
/** A fresh cluster of real processes on a busy machine. */
const FORM_TIMEOUT_MS = 120_000
const LOOK_EVERY_MS = 100
/** A replica counts as caught up with the leader when it was so this recently, in ms of the leader's clock. */
const CAUGHT_UP_MS = 1_500
/** A broker that was unregistered comes back only with a new process; one that just starts needs a while. */
const BROKER_PATIENCE_MS = 20_000

/** Starts, resumes and formats what a scenario left behind; anything that goes wrong ends in a quorum made anew. */
export async function restore(port: SandboxPort, shape: Shape, anew: boolean): Promise<void> {
  const state = new QuorumState(port)
  try {
    if (!anew && (await settle(port, state, shape, RESTORE_TIMEOUT_MS))) return
    await port.act({ action: 'reset' })
    if (!(await settle(port, state, shape, FORM_TIMEOUT_MS))) throw new Error('a quorum made anew does not get whole')
  } finally {
    state.close()
  }
}

async function settle(port: SandboxPort, state: QuorumState, shape: Shape, limitMs: number): Promise<boolean> {
  const startedMs = performance.now()
  let brokerMissedMs: number | null = null
  while (performance.now() - startedMs < limitMs) {
    try {
      const { nodes } = await port.describe()
      const hosts = await bringUp(port, nodes, shape)
      const led = hosts ? await state.led() : null
      if (led !== null) {
        const step = shape !== 'static' ? nextStep(led, nodes) : null
        if (step !== null) await take(port, led, step)
        else if (isWhole(led, nodes, shape)) {
          if (await isRegistered(state, led)) return await putAway(port, nodes)
          brokerMissedMs ??= performance.now()
          if (performance.now() - brokerMissedMs > BROKER_PATIENCE_MS) {
            await port.act({ action: 'kill', nodeId: BROKER })
            brokerMissedMs = null
          }
        }
      }
    } catch {
      // An election in between, a process that is just starting: the next look tells.
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
  return false
}

/** True when every process of the base runs already. */
async function bringUp(port: SandboxPort, nodes: readonly SandboxNode[], shape: Shape): Promise<boolean> {
  let all = true
  for (const { nodeId, state } of nodes) {
    if (state === 'frozen') await port.act({ action: 'resume', nodeId })
    if (nodeId !== BROKER && !VOTERS.includes(nodeId)) {
      // One that joins by itself would be back as soon as it is removed.
      if (shape === 'auto-join' && state === 'running') await port.act({ action: 'kill', nodeId })
      continue
    }
    if (state === 'wiped') await port.act({ action: 'format', nodeId })
    if (state === 'wiped' || state === 'stopped') await port.act({ action: 'start', nodeId })
    all &&= state === 'running'
  }
  return all
}

type VoterStep = { kind: 'add' | 'remove'; id: number; directoryId: string }

/** Members that do not belong go first: a lost incarnation blocks the way of the new one. */
function nextStep(led: Led, nodes: readonly SandboxNode[]): VoterStep | null {
  const base = nodes.filter(({ nodeId }) => VOTERS.includes(nodeId))
  const wanted = new Set(base.map(({ nodeId, directoryId }) => keyText({ id: nodeId, directoryId })))
  for (const { nodeId: id, directoryId } of led.voters) {
    if (directoryId !== null && !wanted.has(keyText({ id, directoryId }))) return { kind: 'remove', id, directoryId }
  }
  for (const { nodeId: id, directoryId } of base) {
    const isVoter = led.voters.some((voter) => voter.nodeId === id)
    if (!isVoter && directoryId !== null) return { kind: 'add', id, directoryId }
  }
  return null
}

async function take(port: SandboxPort, led: Led, { kind, id, directoryId }: VoterStep): Promise<void> {
  const { nodes } = await port.describe()
  const address = (nodeId: number) => addressOf(nodes.find((node) => node.nodeId === nodeId)?.address ?? '')
  const connection = await KafkaConnection.open(
    address(led.leaderId),
    {},
    { connectTimeoutMs: 2_000, requestTimeoutMs: 5_000 },
  )
  try {
    const change = { clusterId: null, voter: { id, directoryId } }
    if (kind === 'remove') await connection.send((c) => REMOVE_VOTER.async(c, change))
    else {
      const endpoints = [{ listener: 'CONTROLLER', ...address(id) }]
      await connection.send((c) => ADD_VOTER[0].async(c, { ...change, endpoints, ackWhenCommitted: true }))
    }
  } finally {
    connection.close()
  }
}

function isWhole(led: Led, nodes: readonly SandboxNode[], shape: Shape): boolean {
  const now = led.voters.find(({ nodeId }) => nodeId === led.leaderId)?.lastFetchMs ?? null
  const broker = nodes.find(({ nodeId }) => nodeId === BROKER)?.directoryId
  const rows = [...led.voters, ...led.observers.filter(({ directoryId }) => directoryId === broker)]
  if (now === null || led.highWatermark === null || rows.length !== VOTERS.length + 1) return false
  if (shape === 'static' && led.voters.some(({ directoryId }) => directoryId !== null)) return false
  return rows.every(({ lastCaughtUpMs }) => lastCaughtUpMs !== null && now - lastCaughtUpMs < CAUGHT_UP_MS)
}

async function isRegistered(state: QuorumState, led: Led): Promise<boolean> {
  const controllers = await state.cluster(led.leaderId)
  const brokers = await state.cluster(BROKER)
  const registered = controllers?.nodes.map(({ nodeId }) => nodeId) ?? []
  const serving = brokers?.nodes.find(({ nodeId }) => nodeId === BROKER)
  return (
    controllers?.controllerId === led.leaderId &&
    VOTERS.every((id) => registered.includes(id)) &&
    serving?.fenced !== true &&
    serving !== undefined
  )
}

/** The further controller gets a new directory, so that nobody has seen it before. */
async function putAway(port: SandboxPort, nodes: readonly SandboxNode[]): Promise<boolean> {
  for (const { nodeId, state, roles } of nodes) {
    if (VOTERS.includes(nodeId) || !roles.includes('controller') || state === 'stopped') continue
    if (state !== 'wiped') await port.act({ action: 'wipe', nodeId })
    await port.act({ action: 'format', nodeId })
  }
  return true
}
