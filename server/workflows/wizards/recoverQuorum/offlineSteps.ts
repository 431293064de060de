/** The steps of a recovery while nobody leads: what persons do on hosts, each behind what can be seen from here. Pure. */
import type { Recovery } from '../../../contract/disk/recovery.ts'
import { INSPECT_COMMAND } from '../../../contract/diskReport.ts'
import { listed } from '../../../contract/words/lists.ts'
import {
  formatSeedCommand,
  purgeCommands,
  startVoters,
  stopVoters,
  writeCommands,
} from '../../commands/diskCommands.ts'
import {
  copiesComplete,
  lossAccepted,
  lostFenced,
  nobodyLeads,
  noOtherLed,
  restStopped,
  seedLeadsAlone,
  statedGate,
} from '../../gates/quorum/recoveryGates.ts'
import type { Facts } from '../../run/facts.ts'
import { SEED_LEADS } from '../../run/offline.ts'
import { hasStated, type Run } from '../../run/run.ts'
import { allOk, type HostAct, hostStep, provenBy, type StatementRule, type StepRule } from '../../run/step.ts'
import { idListText, idsText, voterKeys } from '../../run/voterSet.ts'

/** What was said of this plan counts for this plan alone. */
export function planText({ epoch, seed, lost }: Recovery): string {
  return `${seed.nodeId}/${seed.directoryId ?? 'new disk'} in epoch ${epoch}, without ${idsText(lost) || 'nobody'}`
}

interface Said {
  key: string
  lifts: string
  label: string
  does: string
  statement: string
  typed: boolean
  why: string
  exceptional?: boolean
}

export function statementOf(
  recovery: Recovery,
  { key, lifts, label, does, statement, typed, why, exceptional = false }: Said,
): StatementRule {
  return {
    key,
    about: planText(recovery),
    exceptional,
    lifts: [lifts],
    label,
    does,
    confirmation: { statement, typed, why },
  }
}

export function said(run: Run, step: string, key: string, recovery: Recovery): boolean {
  return hasStated(run, step, key, planText(recovery))
}

/** Those that can be acted on: none where the hosts are not ours. */
export function actsOn(
  { sandbox }: Facts,
  ids: readonly number[],
  act: (nodeId: number, state: string) => HostAct[],
): HostAct[] {
  return (sandbox?.nodes ?? []).filter(({ nodeId }) => ids.includes(nodeId)).flatMap((n) => act(n.nodeId, n.state))
}

export const stopping = (nodeId: number, state: string): HostAct[] =>
  state === 'stopped' || state === 'wiped' ? [] : [{ action: 'kill', nodeId }]
export const starting = (nodeId: number, state: string): HostAct[] =>
  state === 'stopped' ? [{ action: 'start', nodeId }] : []

export function lossText({ loss: { atMost, atLeast, ifDownSince } }: Recovery): string {
  const condition =
    ifDownSince.length === 0 ? '' : `, if controller ${listed(ifDownSince)} has not run since it fell silent`
  if (atMost === 0) return `no committed record is lost${condition}`
  if (atMost !== null) return `up to ${atMost} committed records may be lost${condition}`
  return atLeast === 0
    ? 'an unknown number of committed records may be lost'
    : `at least ${atLeast} committed records are lost`
}

export function goneStep(recovery: Recovery, run: Run, facts: Facts): StepRule {
  const ids = idsText(recovery.lost)
  const [gone, unreadable] = [said(run, 'gone', 'gone', recovery), said(run, 'gone', 'unreadable', recovery)]
  const missing = recovery.unranked ?? []
  const isComplete = recovery.unranked?.length === 0
  const unread = missing.length === 0 ? 'any other node' : idListText(missing)
  const needed = [
    nobodyLeads(facts),
    copiesComplete(recovery, unreadable),
    statedGate(
      'disks-gone',
      `The disks of ${ids} are gone for good`,
      'Started again with their disks they would give the quorum back, and nothing would be lost.',
      gone,
      `Start ${ids} again if there is any way. If their disks are destroyed, state it.`,
    ),
  ]
  return hostStep({
    key: 'gone',
    title: `Make sure that ${ids} cannot be started again`,
    detail: 'first choice: start them with the disks they had',
    gates: needed,
    done: provenBy(needed, `Stated: the disks of ${ids} are gone.`),
    statements: [
      ...(isComplete || unreadable
        ? []
        : [
            statementOf(recovery, {
              key: 'unreadable',
              lifts: 'copies-complete',
              label: missing.length === 0 ? 'State that these are all…' : `State that ${unread} cannot be read…`,
              does: 'Goes on without their copies, although one of them may reach further.',
              statement: missing.length === 0 ? 'no other disk can be read' : `the disks of ${unread} cannot be read`,
              typed: true,
              why: 'Brokers have copies of the metadata log, and one of them may hold committed records that no controller has any more. Reading it takes a minute.',
            }),
          ]),
      ...(gone
        ? []
        : [
            statementOf(recovery, {
              key: 'gone',
              lifts: 'disks-gone',
              label: `State that the disks of ${ids} are gone…`,
              does: 'Nothing by itself. Each step that follows is built on it.',
              statement: `the disks of ${ids} are gone`,
              typed: true,
              why: 'A disk that comes back later is the old majority. It must never be started again with what is on it now.',
            }),
          ]),
    ],
    commands: isComplete
      ? []
      : [
          {
            host: `the hosts of ${unread}`,
            text: INSPECT_COMMAND,
            prints: null,
            note: 'Reads only, also while the node runs. Then begin a new run with these reports as well.',
          },
        ],
    lookingFor: ['No leader at any address, every copy that is left compared, and the statement of a person.'],
  })
}

export function fenceStep(recovery: Recovery, run: Run, facts: Facts): StepRule {
  const ids = idsText(recovery.lost)
  const isFenced = said(run, 'fence', 'fenced', recovery)
  const needed = [
    nobodyLeads(facts),
    lostFenced(facts, recovery.lost),
    statedGate(
      'fenced',
      `${ids} cannot start by ${recovery.lost.length === 1 ? 'itself' : 'themselves'}`,
      'A service manager that starts an old disk at its host’s next boot brings the old majority back.',
      isFenced,
      'Switch the hosts off, take their disks out, or disable the service.',
    ),
  ]
  return hostStep({
    key: 'fence',
    title: `Keep ${ids} away`,
    detail: 'before anything is written',
    gates: needed,
    done: provenBy(needed, `Nothing answers at the addresses of ${ids}, and none of them can start.`),
    statements: isFenced
      ? []
      : [
          statementOf(recovery, {
            key: 'fenced',
            lifts: 'fenced',
            label: `State that ${ids} are fenced…`,
            does: 'Nothing by itself.',
            statement: `${ids} cannot start again`,
            typed: false,
            why: 'Only a person on site can know what a host does at its next boot.',
          }),
        ],
    commands: stopVoters(recovery.lost),
    hostActs: actsOn(
      facts,
      recovery.lost.map((v) => v.nodeId),
      stopping,
    ),
    lookingFor: [`Connections to ${ids} refused or unanswered.`],
  })
}

/** Controllers whose disks are left: the chosen one too, each where it was and where it is to be. */
function leftVoters({ before, lost, after, way }: Recovery): Recovery['before'] {
  const gone = new Set(lost.map((v) => v.nodeId))
  const left = before.filter((v) => !gone.has(v.nodeId))
  if (way !== 'addresses') return left
  const moved = new Map(after.map((v) => [v.nodeId, v.endpoints]))
  return left.map((v) => ({ ...v, endpoints: [...v.endpoints, ...(moved.get(v.nodeId) ?? [])] }))
}

export function stopStep(recovery: Recovery, _run: Run, facts: Facts): StepRule {
  const left = leftVoters(recovery)
  const needed = [restStopped(facts, left)]
  const isNobody = left.length === 0
  return hostStep({
    key: 'stop',
    title: isNobody ? 'No controller runs' : `Stop controller ${idsText(left)}`,
    detail: 'brokers keep running',
    gates: isNobody ? [] : needed,
    done: isNobody
      ? { text: 'No controller is left that could run.', candidate: null }
      : provenBy(needed, `${idsText(left)} do not answer any more.`),
    commands: stopVoters(left),
    hostActs: actsOn(
      facts,
      left.map((v) => v.nodeId),
      stopping,
    ),
    lookingFor: [
      'Their listeners closed. Let the brokers run: one that is started without a quorum ends after a minute.',
    ],
  })
}

/** Copies that must not follow the chosen one as they are; none: no step. */
export function purgeSteps(recovery: Recovery, run: Run, facts: Facts): StepRule[] {
  const gone = new Set(recovery.lost.map((v) => v.nodeId))
  const own = recovery.copies.filter((c) => c.goesItsOwnWay && (c.nodeId === null || !gone.has(c.nodeId)))
  if (own.length === 0) return []
  const ids = own.flatMap(({ nodeId }) => nodeId ?? [])
  const isPurged = said(run, 'purge', 'purged', recovery) || run.hosted.purge !== undefined
  const needed = [
    statedGate(
      'copies-purged',
      `${idListText(ids)} begin anew`,
      'A node that runs and holds other records than its leader ends when it cuts them off, and its voter set does not rewind until it is restarted.',
      isPurged,
      'Stop these nodes and move their __cluster_metadata-0 away, nothing else.',
    ),
  ]
  return [
    hostStep({
      key: 'purge',
      title: `Take the metadata log from ${idListText(ids)}`,
      detail: 'it holds what the chosen copy does not',
      gates: needed,
      done: provenBy(needed, `${idListText(ids)} begin without a copy of their own.`),
      statements: isPurged
        ? []
        : [
            statementOf(recovery, {
              key: 'purged',
              lifts: 'copies-purged',
              label: 'State that it is done…',
              does: 'Nothing by itself.',
              statement: `${idListText(ids)} are stopped and their __cluster_metadata-0 is moved away`,
              typed: false,
              why: 'Nobody can see that from here before they are started again.',
            }),
          ],
      commands: purgeCommands(own),
      hostActs: actsOn(facts, ids, (nodeId, state) => [...stopping(nodeId, state), { action: 'purge-log', nodeId }]),
      lookingFor: ['The folder moved away; the data of topics beside it stays.'],
    }),
  ]
}

/** The new disk of a graft, which has no directory id before it is formatted. */
function seedDirectory({ seed, way }: Recovery, { sandbox }: Facts): string | null {
  if (way !== 'graft') return seed.directoryId
  return sandbox?.nodes.find((n) => n.nodeId === seed.nodeId)?.directoryId ?? seed.directoryId
}

export function formatSteps(recovery: Recovery, run: Run, facts: Facts): StepRule[] {
  if (recovery.way !== 'graft') return []
  const { seed } = recovery
  const isFormatted =
    said(run, 'format-seed', 'formatted', recovery) ||
    run.hosted['format-seed'] !== undefined ||
    seed.directoryId !== null
  const needed = [
    statedGate(
      'seed-formatted',
      `Controller ${seed.nodeId} has a new disk that is formatted and empty`,
      'The copy is put on a disk of its own, with a directory id that never voted.',
      isFormatted,
      'Format it, and do not start it.',
    ),
  ]
  const node = facts.sandbox?.nodes.find((n) => n.nodeId === seed.nodeId)
  return [
    hostStep({
      key: 'format-seed',
      title: `Format a new disk for controller ${seed.nodeId}`,
      detail: 'not started yet',
      gates: needed,
      done: provenBy(needed, 'The new disk is formatted.'),
      statements: isFormatted
        ? []
        : [
            statementOf(recovery, {
              key: 'formatted',
              lifts: 'seed-formatted',
              label: 'State that it is formatted…',
              does: 'Nothing by itself.',
              statement: `the new disk of ${seed.nodeId} is formatted and was not started`,
              typed: false,
              why: 'Nobody can see that from here before it runs.',
            }),
          ],
      commands: [
        {
          host: seed.host,
          text: formatSeedCommand(run.clusterId),
          prints: null,
          note: 'On an empty directory: keep the old one apart, whatever is on it. Never --standalone. Do not start it.',
        },
      ],
      hostActs: node?.state === 'wiped' ? [{ action: 'format', nodeId: seed.nodeId }] : [],
      lookingFor: ['A meta.properties with this cluster id and a new directory id.'],
    }),
  ]
}

function writeActs(recovery: Recovery, facts: Facts): HostAct[] {
  const { seed, source, epoch, after } = recovery
  const directoryId = seedDirectory(recovery, facts)
  if (facts.sandbox === null || directoryId === null) return []
  const voters = after.map((v) => (v.nodeId === seed.nodeId ? { ...v, directoryId } : v))
  return [
    ...(source?.nodeId == null ? [] : [{ action: 'graft' as const, nodeId: seed.nodeId, fromNodeId: source.nodeId }]),
    { action: 'append-voters', nodeId: seed.nodeId, epoch, voters },
  ]
}

export function writeStep(recovery: Recovery, run: Run, facts: Facts): StepRule {
  const { seed, loss, way } = recovery
  const isAccepted = said(run, 'write', 'loss', recovery)
  const isWritten = said(run, 'write', 'written', recovery) || run.hosted.write !== undefined
  const statement = lossText(recovery)
  const { from, to } = loss.comesAlive
  const accepted = lossAccepted(recovery, isAccepted)
  const before = [
    nobodyLeads(facts),
    noOtherLed(facts, recovery, run.startedAtMs),
    ...(recovery.lost.length === 0 ? [] : [lostFenced(facts, recovery.lost)]),
    ...(leftVoters(recovery).length === 0 ? [] : [restStopped(facts, leftVoters(recovery))]),
    accepted,
  ]
  const written = statedGate(
    'disk-written',
    'The command has printed its receipt',
    'Only the receipt shows that the record is on the disk, and was read back.',
    isWritten,
    'Run the command, with the hash that its dry run prints.',
  )
  return hostStep({
    key: 'write',
    title:
      way === 'addresses'
        ? `Write the new addresses to the disk of ${seed.nodeId}`
        : `Make ${seed.nodeId} the only voter, on its disk`,
    detail: statement,
    gates: [...before, written],
    hostGates: before,
    withheld: !allOk(before),
    // Started already, it leads as it only can with the record: nothing is left to be stated.
    done: seedLeadsAlone(facts, recovery).ok
      ? { text: 'The chosen controller leads: the record is written.', candidate: null }
      : provenBy([...before, written], 'The record is written.'),
    statements: [
      ...(isAccepted
        ? []
        : [
            statementOf(recovery, {
              key: 'loss',
              lifts: 'loss-accepted',
              label: 'Accept what may be lost…',
              does: 'Gives the commands of this step.',
              statement,
              typed: true,
              why: `${loss.why.join(' ')} ${to > from ? `${to - from} records at the end of the copy are not known to be committed; they become committed with it.` : ''}`.trim(),
            }),
          ]),
      ...(isWritten || !isAccepted
        ? []
        : [
            statementOf(recovery, {
              key: 'written',
              lifts: 'disk-written',
              label: 'State that the receipt was printed…',
              does: 'Nothing by itself: whether it holds is proven by the next step.',
              statement: 'the receipt says that it is written',
              typed: false,
              why: 'Without it the chosen controller would start with the old voters, and wait for them.',
            }),
          ]),
    ],
    commands: writeCommands(recovery),
    hostActs: isWritten ? [] : writeActs(recovery, facts),
    lookingFor: [
      'The receipt: what was written, where, and the SHA-256 of the file after it. Keep it with the evidence.',
    ],
  })
}

export function seedStep(recovery: Recovery, run: Run, facts: Facts): StepRule {
  const { seed, lost, after, way } = recovery
  const proof = seedLeadsAlone(facts, recovery)
  const before = [noOtherLed(facts, recovery, run.startedAtMs), ...(lost.length === 0 ? [] : [lostFenced(facts, lost)])]
  const isLive = facts.view !== null && facts.view.quorum.leaderId !== null && facts.link === 'live'
  // Once it leads, what answers elsewhere is a matter of the next steps.
  const needed = isLive ? [proof] : [...before, proof]
  const starts = way === 'addresses' ? after : after.filter((v) => v.nodeId === seed.nodeId)
  return hostStep({
    key: SEED_LEADS,
    title: way === 'addresses' ? `Start controllers ${idsText(starts)}` : `Start controller ${seed.nodeId}, alone`,
    detail: 'within half a minute of the start',
    gates: needed,
    hostGates: isLive ? [] : before,
    withheld: !isLive && !allOk(before),
    done:
      proof.ok && facts.view !== null
        ? { text: `${proof.observed}.`, candidate: null, voters: voterKeys(facts.view) }
        : null,
    commands: startVoters(starts),
    hostActs: actsOn(
      facts,
      starts.map((v) => v.nodeId),
      starting,
    ),
    lookingFor: [
      way === 'addresses'
        ? 'A leader among them, in a new epoch, with all of them as voters.'
        : 'It elects itself: one voter, one leader, an epoch above the one that was written.',
    ],
  })
}
