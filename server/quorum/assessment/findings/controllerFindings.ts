/**
 * What the controllers' own statements show, and the leader cannot: a second quorum, a process that is not the one recorded,
 * settings that differ, certificates. Pure.
 */

import { hostPort } from '../../../contract/hostPort.ts'
import type { ControllerAccount, Finding, RivalLeader } from '../../../contract/quorumView.ts'
import { isObserver, votersOf } from '../../../contract/voters.ts'
import { differences, type StatedSettings } from '../../../nodeConfig/agreeingSettings.ts'
import { controllerListenerNames, protocolsOf, usesSasl } from '../../../nodeConfig/listenerConfig.ts'
import type { AskedController } from '../askedController.ts'
import { registeredEndpoints } from '../registeredEndpoints.ts'
import { type Findable, finding, ids, plural, type Rule, wrongPlacesText } from './finding.ts'
import { provenRivals } from './twoQuorums.ts'

const DAY_MS = 86_400_000
const EXPIRES_SOON_DAYS = 30
const EXPIRES_NOW_DAYS = 7

const at = (nodeId: number) => ({ nodeId, directoryId: null })

function leads(nodeId: number, voters: readonly { nodeId: number }[], epoch: number): string {
  return `${nodeId} leads {${ids(voters)}} in epoch ${epoch}`
}

/** With a capital, and a full stop. */
function sentence(text: string): string {
  return text === '' ? '' : `${text[0]?.toUpperCase()}${text.slice(1)}.`
}

const rivals: Rule = ({ quorum, replicas, observation: { sample } }) => {
  if (sample.kind !== 'led' || quorum.leaderId === null) return []
  const proven = provenRivals(quorum)
  const unproven = quorum.rivals.filter((r) => !r.proven)
  const known = votersOf({ quorum, replicas })
  const own = leads(quorum.leaderId, known, sample.leaderEpoch)
  const ownFollowers = replicas.filter((r) => isObserver(r) && r.roles.includes('broker') && r.health === 'ok')
  const text = ({ nodeId, voters, leaderEpoch }: RivalLeader) => leads(nodeId, voters, leaderEpoch)
  const follow = (followers: readonly number[], leader: number) =>
    followers.length === 0
      ? []
      : [
          `${plural(followers.length, 'node', 'nodes')} ${followers.join(', ')} ${plural(followers.length, 'follows', 'follow')} ${leader}`,
        ]
  const records = (leader: number, offset: number | null) =>
    offset === null ? [] : [`${leader} has committed ${offset.toLocaleString('en-US')} records`]
  const followed = [
    ...follow(
      ownFollowers.map((r) => r.nodeId),
      quorum.leaderId,
    ),
    ...proven.flatMap((r) => follow(r.followers, r.nodeId)),
    ...records(quorum.leaderId, quorum.highWatermark),
    ...proven.flatMap((r) => records(r.nodeId, r.highWatermark)),
  ]
  return [
    ...(proven.length === 0
      ? []
      : [
          finding(
            'rival-quorum',
            'critical',
            `${proven.length === 1 ? 'Two' : proven.length + 1} quorums of one cluster: ${own}; ${proven.map(text).join('; ')}`,
            `${sentence(followed.join('; '))} Each accepts changes that the other does not have. When the two meet, the log of the losing one is cut off, and what it had ` +
              `committed is gone. Do not restart ${[quorum.leaderId, ...proven.map((r) => r.nodeId)].join(' or ')}, and start, stop, format or remove no other controller. ` +
              'Stop creating topics and changing configurations. Find the node that was formatted again or has another list of voters, decide which quorum holds what ' +
              'you need (the brokers follow it, and its log is longer), and keep a copy of every controller disk before anything is stopped.',
            [at(quorum.leaderId), ...proven.map((r) => at(r.nodeId))],
          ),
        ]),
    ...unproven.map((rival) =>
      finding(
        'second-leader',
        'warning',
        `Another controller claims to lead: ${text(rival)}`,
        `Here ${own}. An old leader that is cut off carries on for a few seconds; if this persists, these are two quorums. Quorumdeck changes nothing until it is clear.`,
        [at(rival.nodeId)],
      ),
    ),
  ]
}

const incidents: Rule = ({ observation }) =>
  observation.incidents.map(({ kind, title, detail }) => finding(kind, 'critical', title, detail))

const memory: Rule = ({ observation }) =>
  observation.incidentMemory !== 'failed'
    ? []
    : [
        finding(
          'memory-unread',
          'warning',
          'The records that Quorumdeck keeps of this quorum cannot be read from its database',
          'Whether committed metadata was lost before is not known, so nothing is changed here. The log of Quorumdeck has the error; Quorumdeck tries ' +
            'again by itself. If the file is damaged, restore it from a copy, or start with another --data-dir once you know that no incident was open.',
        ),
      ]

/** Controllers of this cluster that stated their settings, each once. */
export function statedControllers(asked: readonly AskedController[] | null): StatedSettings[] {
  const stated = (asked ?? []).flatMap(({ account, stated: said }): StatedSettings[] => {
    if (said === null || account.nodeId === null || account.sameCluster === false || said.settings.size === 0) return []
    if (account.roles?.includes('controller') !== true) return []
    return [{ nodeId: account.nodeId, settings: said.settings, withheld: said.withheld }]
  })
  return [...new Map(stated.map((one) => [one.nodeId, one])).values()]
}

const STOPS_ALL: ReadonlySet<string> = new Set([
  'super.users',
  'authorizer.class.name',
  'sasl.mechanism.controller.protocol',
])

const settings: Rule = ({ quorum, observation: { asked } }) =>
  differences(statedControllers(asked), quorum.kraftVersion).map(({ name, held, breaks }): Finding => {
    const isVoters = name === 'controller.quorum.voters'
    const [, ...others] = held
    const odd = others.flatMap(({ nodeIds }) => nodeIds)
    const text = held.map(({ value, nodeIds }) => `${nodeIds.join(', ')}: ${value}`).join('; ')
    return finding(
      isVoters ? 'static-voters-differ' : 'settings-differ',
      isVoters || STOPS_ALL.has(name) ? 'critical' : 'warning',
      `${name} is not the same on all controllers: ${plural(odd.length, 'controller')} ${odd.join(', ')} ${plural(odd.length, 'differs', 'differ')}`,
      `${text}. ${breaks} ${isVoters ? 'What can be lost is worked out from the worst of these values. ' : ''}Make the files agree, then restart the controllers whose file changed, one ` +
        'at a time; restart no other one before that.',
      odd.map(at),
    )
  })

const rights: Rule = ({ observation: { asked } }) => {
  const answering = (asked ?? []).filter(({ account, stated }) => account.reach === 'answers' && stated !== null)
  const denied = answering.filter(({ stated }) => stated?.denied === true)
  if (denied.length === 0 || denied.length === answering.length) return []
  const nodes = denied
    .map(({ account }) => account.nodeId ?? account.recordedId ?? account.registeredId)
    .filter((id) => id !== null)
  return [
    finding(
      'rights-differ',
      'warning',
      `${plural(denied.length, 'Controller')} ${nodes.join(', ')} ${plural(denied.length, 'refuses', 'refuse')} Quorumdeck what the others allow`,
      `DESCRIBE_CONFIGS is refused at ${denied.map(({ account }) => account.address).join(', ')} and allowed elsewhere: the same principal has other rights there. Compare ` +
        'super.users, authorizer.class.name and the mechanisms in its file with those of the others: nodes of the cluster may be refused in the same way.',
      nodes.map(at),
    ),
  ]
}

/** SCRAM passwords are in the metadata log, which needs a leader to be read. */
const scram: Rule = ({ quorum, observation: { asked } }) => {
  const using = statedControllers(asked).filter(({ settings: own }) => {
    const mechanism = own.get('sasl.mechanism.controller.protocol') ?? ''
    const names = controllerListenerNames(own.get('controller.listener.names'))
    const protocols = protocolsOf(own.get('listener.security.protocol.map'), { controllers: names, listeners: [] })
    return mechanism.startsWith('SCRAM-') && names.some((name) => usesSasl(protocols.get(name) ?? ''))
  })
  if (using.length === 0 || quorum.leaderId === null) return []
  return [
    finding(
      'scram-only-controllers',
      'warning',
      'A full stop of the controllers would be permanent: they authenticate each other by SCRAM',
      `On ${ids(using)} sasl.mechanism.controller.protocol is SCRAM. The passwords are in the metadata log, which no controller may read before one leads: once all are ` +
        'stopped, none can sign in to another, and none is elected. Never stop a majority at once; change the controllers to PLAIN or TLS client certificates, one at a time.',
      using.map(({ nodeId }) => at(nodeId)),
    ),
  ]
}

const identities: Rule = (seen) => {
  const { observation, replicas, quorum } = seen
  const accounts = (observation.asked ?? []).map(({ account }) => account)
  const ours = accounts.filter((a) => a.sameCluster !== false)
  return [
    ...accounts.filter((a) => a.sameCluster === false).map(foreign),
    ...wrongNodes(ours, quorum.leaderId !== null),
    ...twice(observation.asked ?? []),
    ...moved(seen),
    ...replicas
      .filter((r) => isObserver(r) && isBrokerOnly(r.roles) && isControllersId(r.nodeId, seen))
      .map((r) =>
        finding(
          'broker-with-controller-id',
          'critical',
          `A broker runs with node id ${r.nodeId}, which is a controller's`,
          `It fetches as node ${r.nodeId} and reports that it is only a broker: it is not a new disk of controller ${r.nodeId} and must not be added. Stop it and give it a ` +
            'node id of its own before the controller comes back.',
          [r],
        ),
      ),
    ...(quorum.leaderId === null ? [] : unverifiable(ours)),
  ]
}

function isBrokerOnly(roles: readonly string[]): boolean {
  return roles.length === 1 && roles[0] === 'broker'
}

function isControllersId(nodeId: number, { replicas, quorum, observation: { log } }: Findable): boolean {
  return votersOf({ quorum, replicas }).some((v) => v.nodeId === nodeId) || log?.controllers.has(nodeId) === true
}

function foreign({ address, recordedId, registeredId, configured }: ControllerAccount): Finding {
  const id = recordedId ?? registeredId
  return finding(
    'foreign-cluster',
    'critical',
    `At ${address} a node of another cluster answers`,
    id === null
      ? `${configured ? 'It is named as a bootstrap controller. ' : ''}Correct the address.`
      : `The address is that of controller ${id}. Its disk was exchanged, or another cluster uses its host. The quorum refuses it (INCONSISTENT_CLUSTER_ID); stop it, and bring the disk of controller ${id} back.`,
    id === null ? [] : [at(id)],
  )
}

function wrongNodes(accounts: readonly ControllerAccount[], isLed: boolean): Finding[] {
  const wrong = accounts.filter(
    ({ recordedId, nodeId }) => recordedId !== null && nodeId !== null && nodeId !== recordedId,
  )
  if (wrong.length === 0) return []
  return [
    finding(
      'wrong-node-answers',
      'critical',
      wrongPlacesText(wrong),
      'Disks were exchanged, or processes were started on the wrong hosts. A leader records the new addresses by itself (Kafka 4) while the quorum stumbles; ' +
        `${isLed ? 'if the leader is lost before then, none may be elected' : 'nobody leads, so none is recorded, and each is asked for its vote at the wrong address'}. ` +
        'Stop the processes one at a time, put each disk back in its host, and start them again; format nothing.',
      wrong.flatMap(({ recordedId }) => (recordedId === null ? [] : [at(recordedId)])),
    ),
  ]
}

/** One identity that answers at two places: a copy of a disk beside the original, or one process on two addresses. */
function twice(asked: readonly AskedController[]): Finding[] {
  const answering = asked.filter(({ account }) => account.reach === 'answers' && account.nodeId !== null)
  return [...Map.groupBy(answering, ({ account }) => account.nodeId)].flatMap(([nodeId, places]) => {
    if (nodeId === null) return []
    const processes = Map.groupBy(places, ({ remote }) => remote ?? '')
    if (processes.size < 2) return []
    // Two names of one process, or a forwarded port, state the same listeners.
    const listeners = new Set(places.map(({ stated }) => stated?.settings.get('listeners') ?? ''))
    const recorded = places.some(({ account }) => account.recordedId === nodeId)
    const registered = places.some(({ account }) => account.registeredId === nodeId && account.recordedId !== nodeId)
    if (listeners.size < 2 && !(recorded && registered)) return []
    // One that does not report its listeners proves nothing.
    const isProven = listeners.size - (listeners.has('') ? 1 : 0) > 1
    return [
      finding(
        'identity-twice',
        isProven ? 'critical' : 'warning',
        `Node ${nodeId} answers at ${processes.size} places: ${[...processes.values()].flatMap(([one]) => one?.account.address ?? []).join(' and ')}`,
        isProven
          ? 'Two processes run with one node id: a copy of its disk, or an old host that was started again. Both fetch and vote under one identity, and neither knows what the ' +
              'other has promised. Stop the one that was started last, keep its disk, and do not start it anywhere again.'
          : 'These are two processes with one node id, or two addresses of one process: nothing in the answers shows which. Compare the process id and the start time on the host ' +
              'at both addresses before anything is stopped. Two processes vote under one identity, and the one that was started last must go; one process needs nothing.',
        [at(nodeId)],
      ),
    ]
  })
}

/** The voter set and the node's own registration name different addresses. */
function moved({ observation, quorum, replicas }: Findable): Finding[] {
  const { sample } = observation
  if (sample.kind !== 'led') return []
  return votersOf({ quorum, replicas }).flatMap(({ nodeId, directoryId }) => {
    const recorded = (sample.voterEndpoints.get(nodeId) ?? []).map(hostPort)
    const registered = registeredEndpoints(nodeId, observation).map(hostPort)
    if (recorded.length === 0 || registered.length === 0 || recorded.some((a) => registered.includes(a))) return []
    return [
      finding(
        'endpoint-moved',
        'warning',
        `Controller ${nodeId} is recorded at ${recorded.join(', ')} and registered at ${registered.join(', ')}`,
        'The other controllers use the address in the voter set. A controller corrects it by itself within seconds while it follows a leader (UpdateRaftVoter). If it stays like this, ' +
          'the process that registered is not the voter, or it cannot reach the leader: check both addresses before any restart.',
        [{ nodeId, directoryId }],
      ),
    ]
  })
}

function unverifiable(accounts: readonly ControllerAccount[]): Finding[] {
  return accounts
    .filter(({ reach }) => reach === 'unverifiable')
    .map(({ address, recordedId, registeredId, problem }) => {
      const id = recordedId ?? registeredId
      return finding(
        'not-verifiable',
        'warning',
        `${id === null ? 'The node' : `Controller ${id}`} at ${address} cannot be verified from here: ${problem}`,
        'It runs, so it does not count as down; but who answers there cannot be proven, so no change that involves it is offered. Other controllers that check names and ' +
          'issuers may refuse it as well: fix its certificate or credentials before any restart.',
        id === null ? [] : [at(id)],
      )
    })
}

const certificates: Rule = ({ observation: { asked, sample } }) =>
  (asked ?? []).flatMap(({ account: { certificate, nodeId, recordedId, address } }): Finding[] => {
    if (certificate === null) return []
    const days = Math.floor((certificate.validToMs - sample.observedAtMs) / DAY_MS)
    if (days >= EXPIRES_SOON_DAYS) return []
    const id = nodeId ?? recordedId
    return [
      finding(
        'certificate-expires',
        days < EXPIRES_NOW_DAYS ? 'critical' : 'warning',
        `The certificate of ${id === null ? address : `controller ${id}`} ${days < 0 ? 'has expired' : days === 0 ? 'expires today' : `expires in ${days} ${plural(days, 'day')}`}`,
        `It is shown at ${address} for ${certificate.names.join(', ') || 'no name'}. Once it has expired no new connection to this controller succeeds, and an election may fail. ` +
          'Renew it; Kafka reads a changed key store without a restart where it is altered through dynamic configuration, else restart one controller at a time.',
        id === null ? [] : [at(id)],
      ),
    ]
  })

export const controllerRules: readonly Rule[] = [
  incidents,
  memory,
  rivals,
  identities,
  settings,
  rights,
  scram,
  certificates,
]
