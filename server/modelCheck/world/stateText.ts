/**
 * What a state is, for telling whether it was met before: times relative to now and in coarse steps, ids by what they are in
 * the run, no seeds, no request ids. Two states with one text may still differ in what is left out (random timers, the
 * exact millisecond): the exploration follows the first of them only.
 */
import type { ReplicaKey } from '../../contract/quorumView.ts'
import { keyText } from '../../contract/replicaKey.ts'
import { votersOf } from '../../sandbox/simulatedQuorum/core/raft/replica.ts'
import { asLeader, liveNode, type NodeState, type Role, wallClock } from '../../sandbox/simulatedQuorum/core/state.ts'
import { rowOf } from '../../workflows/run/voterSet.ts'
import { nearZeroMs } from '../../workflows/run/windows/catchUpWindow.ts'
import { settledVoters, steadyMs } from '../../workflows/run/windows/track.ts'
import { focusOf } from '../../workflows/wizards/parts.ts'
import { isYoung, trueLeader } from './truth.ts'
import type { World } from './world.ts'

/** Limits between ages that the rules or the quorum treat differently, in ms. */
const AGES_MS = [600, 1000, 1500, 2000, 3000, 5000]

function age(ms: number | null): string {
  if (ms === null) return '-'
  let step = 0
  while (step < AGES_MS.length && ms > (AGES_MS[step] ?? 0)) step += 1
  return String(step)
}

function lag(records: number): string {
  return records <= 0 ? '0' : records <= 10 ? '1' : '2'
}

/** Who a node is in the run, or nobody in particular. */
function partOf(world: World, nodeId: number): string {
  const { run } = world.dashboard
  if (run === null) return ''
  const { plan, params } = focusOf(run)
  if (plan.target?.nodeId === nodeId) return 'T'
  const wanted = params.nodeId
  return plan.candidate?.nodeId === nodeId || wanted === nodeId ? 'C' : ''
}

function roleText(world: World, role: Role): string {
  const { nowMs } = world.cluster
  switch (role.kind) {
    case 'follower':
      return `f${age(Math.max(0, role.fetchTimeoutAtMs - nowMs))}`
    case 'leader':
      return `l${age(Math.max(0, role.checkQuorumAtMs - nowMs))}${role.pending?.kind ?? ''}${role.resignRequested ? 'r' : ''}`
    case 'unattached':
    case 'prospective':
    case 'candidate':
    case 'resigned':
      return role.kind
    default:
      return role satisfies never
  }
}

function nodeText(world: World, node: NodeState): string {
  const { dashboard, cluster, since } = world
  const leader = trueLeader(world)
  const live = liveNode(node)
  const directoryId = node.disk?.directoryId ?? null
  const key: ReplicaKey = { nodeId: node.id, directoryId }
  const plan = dashboard.run === null ? null : focusOf(dashboard.run).plan
  const expected = dashboard.run?.expected ?? []
  const isSeat = (plannedVoter: ReplicaKey | null | undefined) =>
    plannedVoter?.nodeId === node.id ? (plannedVoter.directoryId === directoryId ? 's' : 'o') : '-'
  const parts = [
    partOf(world, node.id),
    node.process,
    node.process === 'running' ? (isYoung(world, node.id) ? 'y' : '') : age(cluster.nowMs - (since[node.id] ?? 0)),
    directoryId === null ? 'empty' : isSeat(plan?.target) + isSeat(plan?.candidate),
    isSeat(expected.find((v) => v.nodeId === node.id)),
    isSeat(plan?.initial.find((v) => v.nodeId === node.id)),
    node.inbox.some((e) => e.message.kind === 'client') ? 'mail' : '',
    world.oddity?.nodeId === node.id ? `${world.oddity.kind}${age(cluster.nowMs - world.oddity.sinceMs)}` : '',
  ]
  const leaderLive = leader === null ? null : asLeader(leader)
  if (live !== null) {
    const top = leader ?? live
    parts.push(
      roleText(world, live.run.role),
      String(Math.min(2, Math.max(0, top.disk.election.epoch - live.disk.election.epoch))),
      lag((top.run.highWatermark ?? 0) - (live.run.highWatermark ?? 0)),
      live === top ? '' : votersOf(live).length === votersOf(top).length ? '=' : '#',
      top.run.image.controllers[node.id]?.incarnationId === live.run.incarnationId ? 'reg' : '',
      plan?.incarnations !== undefined && plan.target?.nodeId === node.id
        ? String(top.run.image.controllers[node.id]?.incarnationId === plan.incarnations.controller)
        : '',
    )
  }
  if (leaderLive !== null) {
    const { role } = leaderLive.run
    const plannedVoter = votersOf(leaderLive).find((v) => v.key.id === node.id)?.key
    parts.push(
      isSeat(plannedVoter === undefined ? null : { nodeId: plannedVoter.id, directoryId: plannedVoter.directoryId }),
    )
    const books = [role.voters[node.id], ...role.observers.filter((b) => b.key.id === node.id)]
    const wall = wallClock(cluster, leaderLive)
    for (const book of books) {
      if (book === undefined) continue
      const same = book.key.directoryId === directoryId ? 'S' : 'O'
      parts.push(
        `${same}${age(book.lastFetchMs === null ? null : wall - book.lastFetchMs)}${age(book.lastCaughtUpMs === null ? null : wall - book.lastCaughtUpMs)}`,
      )
    }
  }
  for (const row of dashboard.view?.replicas ?? []) {
    if (row.nodeId === node.id) parts.push(`${row.status[0]}${row.health}${row.directoryId === directoryId}`)
  }
  const window = dashboard.track.windows.get(keyText(key))
  if (plan !== null && partOf(world, node.id) !== '' && window !== undefined) {
    parts.push(`w${Math.min(6, Math.floor(nearZeroMs(window) / 250))}`)
  }
  parts.push(dashboard.nodes.has(node.id) ? 'told' : '')
  return parts.join(',')
}

export function nodeTexts(world: World): [nodeId: number, text: string][] {
  return world.cluster.nodes.map((node) => [node.id, nodeText(world, node)])
}

function runText(world: World): string {
  const { dashboard, cluster } = world
  const { run, clock, rpc, track } = dashboard
  if (run === null) return 'none'
  const { intent } = run
  const { plan, hosted } = focusOf(run)
  const settled = settledVoters(track, Number.NEGATIVE_INFINITY)
  const isShown = (key: ReplicaKey | null) =>
    key === null || dashboard.view === null ? '-' : rowOf(dashboard.view, key)?.status
  return [
    run.outcome ?? '',
    Object.keys(run.done).join('.'),
    Object.entries(run.statements)
      .map(([key, said]) => (said.isUsed ? `${key}!` : key))
      .sort()
      .join('.'),
    Object.values(run.failures).join('.'),
    run.drift === null ? '' : run.drift.seen.length,
    run.undo?.change.kind ?? '',
    run.parked === null ? '' : 'parked',
    `${plan.stop}${plan.goalMargin}${plan.autoJoin}${isShown(plan.target)}${isShown(plan.candidate)}`,
    hosted.restart === undefined ? '' : age(cluster.nowMs - hosted.restart),
    intent === null
      ? ''
      : `${intent.step}${intent.outcome?.kind}${intent.epoch === dashboard.view?.quorum.leaderEpoch}`,
    clock === null
      ? ''
      : `${age(cluster.nowMs - clock.sentMs)}${clock.endedMs === null ? '' : Math.floor((cluster.nowMs - clock.endedMs) / 2500)}`,
    cluster.nodes.filter((node) => node.config.editedIds !== null).length,
    dashboard.sending === null ? '' : 'sending',
    dashboard.echo === null ? '' : 'echo',
    rpc === null ? '' : `rpc${rpc.isDeaf}${rpc.comesTwice}${age(cluster.nowMs - rpc.sentMs)}`,
    dashboard.hostWork?.acts.map((a) => a.action).join('.') ?? '',
    settled === null ? '' : 'settled',
    Math.min(4, Math.floor((steadyMs(track, run.expected) * 4) / world.rules.thresholds.soakMs)),
    dashboard.link,
    age(cluster.nowMs - dashboard.polledAtMs),
    dashboard.view?.quorum.margin ?? '-',
    dashboard.view?.quorum.pendingVoterChange === null ? '' : 'pending',
    age(dashboard.lookedAtMs === 0 ? null : cluster.nowMs - dashboard.lookedAtMs),
  ].join('|')
}

export function stateText(world: World): string {
  const nodes = nodeTexts(world).map(([, text]) => text)
  const late = world.late.map((one) => Math.floor((one.atMs - world.cluster.nowMs) / 2500)).join('.')
  return `${runText(world)}\n${world.fate ?? ''}\n${late}\n${nodes.sort().join('\n')}`
}

/** 53 bits of a text (cyrb53): among a million states a collision is less likely than one in ten thousand. */
export function stateHash(world: World): number {
  const text = stateText(world)
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    high = Math.imul(high ^ code, 2654435761)
    low = Math.imul(low ^ code, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return 4294967296 * (2097151 & low) + (high >>> 0)
}
