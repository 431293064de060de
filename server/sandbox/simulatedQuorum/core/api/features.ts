/** UpdateFeatures and UnregisterBroker at the active controller (FeatureControlManager, ReplicationControlManager). */

import { knownLeader } from '../lifecycle.ts'
import type { ReplyTo } from '../messages.ts'
import { reply } from '../network.ts'
import { appendAsLeader } from '../raft/leaderLog.ts'
import { endOffset } from '../raft/log.ts'
import type { LogRecord } from '../raft/records.ts'
import { imageWithTail, kraftVersionOf, votersOf } from '../raft/replica.ts'
import { localVoterNode } from '../raft/transitions.ts'
import type { ClusterState, LeaderNode, LiveNode } from '../state.ts'
import { asLeader, profile, supportedFeatures } from '../state.ts'
import { ErrorCode } from './errors.ts'
import type { ClientRequest, ClientResponse, FeatureResult, Outcome } from './rpc.ts'

type UpdateFeatures = Extract<ClientRequest, { api: 'updateFeatures' }>
type FeatureUpdate = UpdateFeatures['updates'][number]

/** What a controller that is not active says (ControllerExceptions.newWrongControllerException). */
export function wrongController(node: LiveNode): Outcome {
  const leader = knownLeader(node)
  const message =
    leader === null ? 'No controller appears to be active.' : `The active controller appears to be node ${leader}.`
  return { error: ErrorCode.notController, message }
}

export function activeLeader(node: LiveNode): LeaderNode | null {
  const leader = asLeader(node)
  return leader?.run.role.controller.active === true ? leader : null
}

/** Answers when everything appended so far is committed. */
export function replyWhenCommitted(node: LeaderNode, replyTo: ReplyTo, response: ClientResponse): void {
  node.run.role.controller.waiting.push({ offset: endOffset(node.disk.log), replyTo, response })
}

export function handleUnregisterBroker(
  state: ClusterState,
  node: LiveNode,
  replyTo: ReplyTo,
  request: Extract<ClientRequest, { api: 'unregisterBroker' }>,
): void {
  const leader = activeLeader(node)
  const answer = ({ error, message }: Outcome) => {
    const said = profile(state).explainsUnregistration ? message : null
    reply(state, node, replyTo, { api: 'unregisterBroker', error, message: said })
  }
  if (leader === null) {
    answer(wrongController(node))
    return
  }
  const broker = imageWithTail(leader).brokers[request.brokerId]
  if (broker === undefined) {
    const message = `Broker ID ${request.brokerId} is not currently registered`
    answer({ error: ErrorCode.brokerIdNotRegistered, message })
    return
  }
  delete leader.run.role.controller.heartbeats[broker.id]
  replyWhenCommitted(leader, replyTo, { api: 'unregisterBroker', error: ErrorCode.none, message: null })
  appendAsLeader(state, leader, [{ kind: 'unregisterBroker', brokerId: broker.id, brokerEpoch: broker.epoch }])
}

export function handleUpdateFeatures(
  state: ClusterState,
  node: LiveNode,
  replyTo: ReplyTo,
  request: UpdateFeatures,
): void {
  const good = request.updates.map(({ name }) => ({ name, error: ErrorCode.none, message: null }))
  const answer = (outcome: Outcome, results: readonly FeatureResult[] = []) =>
    reply(state, node, replyTo, { api: 'updateFeatures', results, ...outcome })
  const leader = activeLeader(node)
  if (leader === null) {
    answer(wrongController(node))
    return
  }
  const records: LogRecord[] = []
  let upgradesKraft = false
  for (const update of request.updates) {
    const refused = refuseUpdate(state, leader, update)
    if (refused !== null) {
      if (profile(state).featureErrorsApart) {
        const results = good.map((result) => (result.name === update.name ? { ...result, ...refused } : result))
        answer({ error: ErrorCode.none, message: null }, results)
        return
      }
      const message = `The update failed for all features since the following feature had an error: ${refused.message}`
      answer({ error: refused.error, message })
      return
    }
    if (update.name !== 'kraft.version' || !profile(state).kraftVersionUpgrade) {
      records.push({ kind: 'featureLevel', name: update.name, level: update.level })
    } else if (update.level !== kraftVersionOf(leader)) {
      upgradesKraft = true
    }
  }
  if (request.validateOnly || (records.length === 0 && !upgradesKraft)) {
    answer({ error: ErrorCode.none, message: null }, good)
    return
  }
  // A NoOp after the control batch lets the answer wait until both are committed (KAFKA-16538).
  if (upgradesKraft) appendKraftUpgrade(state, leader)
  replyWhenCommitted(leader, replyTo, { api: 'updateFeatures', results: good, error: ErrorCode.none, message: null })
  appendAsLeader(state, leader, records.length === 0 ? [{ kind: 'noOp' }] : records)
}

/** The checks of FeatureControlManager.updateFeature, in its order; `null` when the update may be made. */
function refuseUpdate(state: ClusterState, node: LeaderNode, update: FeatureUpdate): Outcome | null {
  const invalid = (reason: string): Outcome => ({
    error: ErrorCode.invalidUpdateVersion,
    message: `Invalid update version ${update.level} for feature ${update.name}. ${reason}`,
  })
  if (update.type === 'unknown') return invalid('The controller does not support the given upgrade type.')
  const isKraft = update.name === 'kraft.version'
  const current = isKraft ? kraftVersionOf(node) : (imageWithTail(node).features[update.name] ?? 0)
  if (update.level < 0) return invalid('A feature version cannot be less than 0.')
  const supported = supportedFeatures(state).find(({ name }) => name === update.name)
  if (supported === undefined) return invalid(`Local controller ${node.id} does not support this feature.`)
  if (update.level < supported.min || update.level > supported.max) {
    return invalid(`Local controller ${node.id} only supports versions ${supported.min}-${supported.max}`)
  }
  if (update.level < current && update.type === 'upgrade') {
    return invalid(
      "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.",
    )
  }
  if (update.level > current && update.type !== 'upgrade') return invalid("Can't downgrade to a newer version.")
  if (isKraft && profile(state).kraftVersionUpgrade) {
    if (update.level < current) return invalid("Can't downgrade the version of this feature.")
    return update.level > current ? refuseKraftUpgrade(node, update.level) : null
  }
  if (update.name === 'metadata.version' && update.level < current) {
    const message = `Invalid metadata.version ${update.level}. Refusing to perform the requested downgrade because it might delete metadata information.`
    return { error: ErrorCode.invalidUpdateVersion, message }
  }
  return null
}

/** Every static voter must have sent this leader its directory id and versions (LeaderState.maybeAppendUpgradedKRaftVersion). */
function refuseKraftUpgrade(node: LeaderNode, level: number): Outcome | null {
  const { staticUpdates } = node.run.role
  const told = votersOf(node).filter(({ key }) => key.id === node.id || staticUpdates[key.id] !== undefined)
  if (told.length === votersOf(node).length) return null
  const message = `Invalid upgrade of kraft.version to KRAFT_VERSION_${level} because not all of the voters support it`
  return { error: ErrorCode.invalidUpdateVersion, message }
}

function appendKraftUpgrade(state: ClusterState, node: LeaderNode): void {
  const { staticUpdates } = node.run.role
  const local = localVoterNode(state, node)
  const voters = votersOf(node).map((voter) =>
    voter.key.id === node.id ? local : (staticUpdates[voter.key.id] ?? voter),
  )
  appendAsLeader(
    state,
    node,
    [
      { kind: 'kraftVersion', level: 1 },
      { kind: 'kraftVoters', voters },
    ],
    true,
  )
}
