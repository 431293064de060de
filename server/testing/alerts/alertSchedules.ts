/**
 * Random schedules on virtual time. Harmless ones: guided rolling restarts in which each node is away for up to some minutes, restarts by hand
 * and elections that end within their time; nobody may be told of anything. Faulty ones: something that does not heal; it must ring.
 */
import { isMainThread } from 'node:worker_threads'
import type { AlertRule } from '../../contract/alerts/rules.ts'
import { answerOrders, inWorkers } from '../../modelCheck/workers.ts'
import { nextBelow, type RandomState } from '../../sandbox/simulatedQuorum/core/random.ts'
import { VirtualAlerts } from './virtualAlerts.ts'

export type Plan = 'harmless' | 'faulty'

export const FAULTS = [
  'voter killed',
  'voter frozen',
  'disk lost',
  'majority killed',
  'storm of elections',
  'voter killed in a restart of another',
  'restart that never ends',
  'run left alone',
] as const
export type FaultKind = (typeof FAULTS)[number]

/** What rings for a fault, at the latest this long after it, in seconds of virtual time. */
const RINGS: Readonly<Record<FaultKind, { rule: AlertRule; withinS: number }>> = {
  'voter killed': { rule: 'voter-silent', withinS: 90 },
  'voter frozen': { rule: 'voter-silent', withinS: 90 },
  'disk lost': { rule: 'voter-silent', withinS: 90 },
  'majority killed': { rule: 'no-leader', withinS: 60 },
  'storm of elections': { rule: 'elections', withinS: 240 },
  // The quorum is lost with it, where three vote.
  'voter killed in a restart of another': { rule: 'voter-silent', withinS: 120 },
  'restart that never ends': { rule: 'voter-silent', withinS: 640 },
  'run left alone': { rule: 'run-waits', withinS: 640 },
}

const VOTERS = [3, 3, 5] as const
/** Of a node in a guided restart, in seconds: most are quick, some hosts boot for long. */
const AWAY_S = [5, 15, 40, 90, 180] as const
/** Within the time of the rules, in seconds. */
const HEALS_WITHIN_S = 50
const MOST_ELECTIONS = 2

function randomOf(seed: number): RandomState {
  return { random: Math.imul(seed, 2_654_435_761) | 0 }
}

function pick<T>(random: RandomState, choices: readonly [T, ...T[]]): T {
  return choices[nextBelow(random, choices.length)] ?? choices[0]
}

/** One node after the other is away for some time, as the run asks for it. @returns false where it does not come to its end */
function guidedRestart(alerts: VirtualAlerts, random: RandomState): boolean {
  if (!alerts.beginRestart()) return true
  let away: { nodeId: number; untilMs: number } | null = null
  for (let second = 0; second < 2400 && alerts.isRunning; second += 1) {
    alerts.seconds(1, () => {
      if (away !== null) {
        if (alerts.nowMs < away.untilMs) return
        alerts.act('start', away.nodeId)
        away = null
        return
      }
      const nodeId = alerts.toRestart()
      if (nodeId === null || !alerts.isUp(nodeId)) {
        alerts.goOn()
        return
      }
      alerts.act(nextBelow(random, 2) === 0 ? 'stop' : 'kill', nodeId)
      away = { nodeId, untilMs: alerts.nowMs + 1000 * (2 + nextBelow(random, pick(random, AWAY_S))) }
    })
  }
  return !alerts.isRunning
}

function restartByHand(alerts: VirtualAlerts, random: RandomState, voters: number): void {
  const followers = Array.from({ length: voters }, (_, id) => id).filter((id) => id !== alerts.leaderId)
  const nodeId = followers[nextBelow(random, followers.length)] ?? 0
  alerts.act('kill', nodeId)
  alerts.seconds(2 + nextBelow(random, HEALS_WITHIN_S))
  alerts.act('start', nodeId)
  alerts.seconds(10 + nextBelow(random, 20))
}

function election(alerts: VirtualAlerts, random: RandomState): void {
  const { leaderId } = alerts
  if (leaderId === null) return
  const isFrozen = nextBelow(random, 2) === 0
  alerts.act(isFrozen ? 'freeze' : 'kill', leaderId)
  alerts.seconds(3 + nextBelow(random, HEALS_WITHIN_S - 10))
  alerts.act(isFrozen ? 'resume' : 'start', leaderId)
  alerts.seconds(10 + nextBelow(random, 20))
}

export interface PlayedAlerts {
  seed: number
  /** Told although nothing is wrong; of a harmless schedule. */
  pages: string[]
  /** A guided restart came to no end. */
  stuck: boolean
  /** Elections that the schedule made. */
  elections: number
  restarts: number
  fault: FaultKind | null
  /** From the fault to the message, virtual; `null`: it did not ring in time. */
  delayMs: number | null
}

export function playHarmless(seed: number): PlayedAlerts {
  const random = randomOf(seed)
  const voters = pick(random, VOTERS)
  const alerts = new VirtualAlerts(voters, seed)
  const played = { elections: 0, restarts: 0, stuck: false }
  for (let left = 1 + nextBelow(random, 3); left > 0; left -= 1) {
    const what = nextBelow(random, 4)
    if (what < 2) {
      played.restarts += 1
      if (!guidedRestart(alerts, random)) played.stuck = true
    } else if (what === 2 || played.elections >= MOST_ELECTIONS) restartByHand(alerts, random, voters)
    else {
      played.elections += 1
      election(alerts, random)
    }
  }
  alerts.seconds(130)
  const pages = alerts.told.map(({ incident }) => `${incident.state} ${incident.rule} ${incident.key}`)
  return { seed, pages, ...played, fault: null, delayMs: null }
}

export function playFaulty(seed: number): PlayedAlerts {
  const random = randomOf(seed)
  const kind = FAULTS[seed % FAULTS.length] ?? 'voter killed'
  const voters = pick(random, VOTERS)
  const alerts = new VirtualAlerts(voters, seed)
  alerts.seconds(nextBelow(random, 20))
  const { rule, withinS } = RINGS[kind]
  const fromMs = befall(alerts, kind, random, voters)
  const rang = () =>
    alerts.told.find(
      ({ incident }) =>
        incident.rule === rule || (kind === 'voter killed in a restart of another' && incident.rule === 'no-leader'),
    )
  for (let second = 0; second < withinS && rang() === undefined; second += 1) alerts.seconds(1)
  const told = rang()
  const delayMs = told === undefined ? null : told.atMs - fromMs
  return { seed, pages: [], stuck: false, elections: 0, restarts: 0, fault: kind, delayMs }
}

/** @returns since when it is so */
function befall(alerts: VirtualAlerts, kind: FaultKind, random: RandomState, voters: number): number {
  const ids = Array.from({ length: voters }, (_, id) => id)
  const anyId = nextBelow(random, voters)
  const fromMs = alerts.nowMs
  switch (kind) {
    case 'voter killed':
      alerts.act('kill', anyId)
      return fromMs
    case 'voter frozen':
      alerts.act('freeze', anyId)
      return fromMs
    case 'disk lost':
      alerts.act('wipe', anyId)
      return fromMs
    case 'majority killed':
      for (const id of ids.slice(0, Math.ceil((voters + 1) / 2))) alerts.act('kill', id)
      return fromMs
    case 'storm of elections':
      for (let at = 0; at < 7; at += 1) {
        const { leaderId } = alerts
        if (leaderId !== null) alerts.act('freeze', leaderId)
        alerts.seconds(8)
        if (leaderId !== null) alerts.act('resume', leaderId)
        alerts.seconds(8)
      }
      return fromMs
    case 'voter killed in a restart of another':
    case 'restart that never ends': {
      const nodeId = untilAsked(alerts)
      alerts.act('kill', nodeId)
      if (kind === 'restart that never ends') return alerts.nowMs
      alerts.seconds(5)
      const other = ids.filter((id) => id !== nodeId)[nextBelow(random, voters - 1)] ?? 0
      alerts.act('kill', other)
      return alerts.nowMs
    }
    case 'run left alone':
      untilAsked(alerts)
      return alerts.nowMs
    default:
      return kind satisfies never
  }
}

/** The first node that a guided restart asks for. */
function untilAsked(alerts: VirtualAlerts): number {
  alerts.beginRestart()
  for (let second = 0; second < 120; second += 1) {
    const nodeId = alerts.toRestart()
    if (nodeId !== null) return nodeId
    alerts.seconds(1, () => alerts.goOn())
  }
  throw new Error('the restart asks for no node')
}

interface Order {
  plan: Plan
  from: number
  count: number
}

function fulfil({ plan, from, count }: Order): PlayedAlerts[] {
  const playOne = plan === 'harmless' ? playHarmless : playFaulty
  return Array.from({ length: count }, (_, at) => playOne(from + at))
}

const CHUNK = 10

export async function playAlertSchedules(
  plan: Plan,
  from: number,
  count: number,
  workers: number,
  onPlayed: (soFar: number) => void = () => {},
): Promise<PlayedAlerts[]> {
  const orders: Order[] = []
  for (let at = 0; at < count; at += CHUNK) orders.push({ plan, from: from + at, count: Math.min(CHUNK, count - at) })
  let played = 0
  const answers = await inWorkers<Order, PlayedAlerts[]>(import.meta.filename, orders, workers, (part) => {
    played += part.length
    onPlayed(played)
  })
  return answers.flat()
}

if (!isMainThread) answerOrders(fulfil)
