/**
 * What no wizard can do, as documents in Markdown made on the quorum as it is seen, or without one: a lost majority, a failed
 * disk of a combined node, and one of a static quorum. They say what is still possible, in which order, and what makes it worse. Pure.
 * Sources: Kafka KafkaRaftClient, QuorumState, kafka-storage format; KIP-853.
 */

import { INSPECT_COMMAND } from '../../../contract/diskReport.ts'
import type { ControllerAccount, QuorumView, ReplicaKey, ReplicaView } from '../../../contract/quorumView.ts'
import { majorityOf, votersOf } from '../../../contract/voters.ts'
import { wholeSeconds } from '../../../contract/words/durations.ts'
import type { ManualRecoveryName } from '../../../contract/workflows.ts'
import { hostedBy } from '../../../quorum/log/placement.ts'
import { describeCommand, formatCommand, START_COMMAND, STOP_COMMAND } from '../../commands/hostCommands.ts'
import { minIsrOf } from '../../gates/nodes/restartGates.ts'
import type { Facts } from '../../run/facts.ts'
import { idsText, shortId } from '../../run/voterSet.ts'

const code = (...lines: string[]) => ['', '```', ...lines, '```', '']

function head(title: string, facts: Facts): string[] {
  const { view } = facts
  const lines = [`# ${title}`, '']
  if (view === null) return [...lines, 'The quorum was never seen from here, so the ids below are to be filled in.', '']
  const { quorum, clusterId } = view
  const voters = votersOf(view)
  return [
    ...lines,
    `Cluster \`${clusterId ?? 'id not known'}\`, written ${new Date(facts.nowMs).toISOString()}; last seen ${facts.ageMs === null ? 'never' : `${wholeSeconds(facts.ageMs)} ago`}.`,
    '',
    `${voters.length} voters, a majority is ${majorityOf(voters.length)}. Leader: ${quorum.leaderId ?? 'nobody'}, epoch ${quorum.leaderEpoch ?? 'unknown'}.`,
    '',
    '| Voter | Directory id | Log end offset | Seen | Asked for itself |',
    '|---|---|---|---|---|',
    ...voters.map(
      (v) =>
        `| ${v.nodeId} | ${v.directoryId ?? '(static)'} | ${v.logEndOffset ?? 'unknown'} | ${v.health} | ${ownWord(view, v.nodeId)} |`,
    ),
    '',
    ...twoSets(view),
  ]
}

/** What the controller itself answers; the address that is recorded for it counts where it does not state its id. */
function accountOf(view: QuorumView, nodeId: number): ControllerAccount | null {
  const own = (view.controllers ?? []).filter(
    (c) => c.nodeId === nodeId || (c.nodeId === null && c.recordedId === nodeId),
  )
  return own.find(({ reach }) => reach === 'answers') ?? own[0] ?? null
}

function ownWord(view: QuorumView, nodeId: number): string {
  const account = accountOf(view, nodeId)
  if (account === null) return 'not asked'
  if (account.reach !== 'answers') return `${account.reach}: ${account.problem}`
  const leader = account.leaderId === null ? 'knows no leader' : `names ${account.leaderId} as leader`
  return `answers, ${leader}${account.leaderEpoch === null ? '' : ` in epoch ${account.leaderEpoch}`}`
}

/** A change that is appended and not committed: an election without us may have undone it, or made it hold. */
function twoSets({ quorum }: QuorumView): string[] {
  const { pendingVoterChange: pending, committedVoters } = quorum
  if (pending === null) return []
  const set = (keys: readonly ReplicaKey[]) => `${idsText(keys)} (majority ${majorityOf(keys.length)})`
  return [
    `**A voter change is not committed.** Committed: ${committedVoters === null ? 'not known' : set(committedVoters)}. Appended at offset ${pending.offset}: ${set(pending.voters)}. ` +
      'Until a leader shows its log, either may hold: bring back so many that **both** sets have their majority.',
    '',
  ]
}

/** While nobody leads only the controllers themselves show who lives; what one cannot verify is not down. */
const notWell = (view: QuorumView | null): ReplicaView[] =>
  view === null
    ? []
    : votersOf(view).filter((v) => {
        if (view.quorum.leaderId !== null || view.controllers === null) return v.health !== 'ok'
        const reach = accountOf(view, v.nodeId)?.reach
        return reach !== 'answers' && reach !== 'unverifiable'
      })

function lostMajority(facts: Facts): string[] {
  const { view } = facts
  const down = notWell(view)
  const voters = view?.quorum.voters ?? 0
  const needed = Math.max(0, majorityOf(voters) - (voters - down.length))
  return [
    ...head('The majority of the controllers is lost', facts),
    view === null || needed > 0
      ? `Without a majority nothing commits: no addition, no removal, no election. ${view === null ? '' : `${needed} more of ${idsText(down)} must come back **with the disk they had**.`}`
      : view.quorum.leaderId === null
        ? 'Enough controllers answer to elect a leader. Look at the page of the cluster for why they do not, before you do anything of this.'
        : 'At this moment a majority of the voters is healthy: look again before you do anything of this.',
    '',
    'Brokers go on serving with the metadata they have; topics, leaders and configurations cannot change.',
    '',
    '## 1. Never',
    '',
    '- Do not format any disk of a voter: its vote is in its directory id and its log. A voter with a new disk is a stranger.',
    '- Do not start a controller with `--standalone` or with another `--initial-controllers` line: that is another quorum with the same name.',
    '- Do not send removals or additions. Those that wait may commit later, when you have forgotten them.',
    '',
    '## 2. Bring voters back, in this order',
    '',
    '1. Those whose host or process is down, with their disks as they are:',
    ...code(START_COMMAND),
    '2. Those whose disk can be mounted on another host. Node id, directory id and the address in the voter set must be the same; give the new host the old name.',
    '3. Those whose disk can be read once more: copy the whole metadata log directory (`meta.properties`, `__cluster_metadata-0` with `quorum-state`) to a good disk before the first start.',
    '',
    'What a disk is worth is told by *Inspect what a disk holds* on the page of the cluster, or by:',
    ...code(
      'cat <metadata.log.dir>/meta.properties',
      'cat <metadata.log.dir>/__cluster_metadata-0/quorum-state',
      'bin/kafka-dump-log.sh --cluster-metadata-decoder --files <metadata.log.dir>/__cluster_metadata-0/<newest>.log | tail',
    ),
    'The disk with the highest last offset in the highest epoch holds the most. With one voter more than half of them, whichever they are, an election succeeds and everything that was committed is there.',
    '',
    '## 3. When it leads again',
    '',
    'Look at the voters and their lag, then replace what stays dead with the wizards: *Replace a failed disk* for the same id, *Replace a controller by another node* for another.',
    ...code(describeCommand(facts)),
    '## 4. When a majority of the disks is gone for good',
    '',
    'Apache Kafka has no tool for it, and no request helps. The wizard *Bring back a lost quorum* does it with every check: on the best copy of the metadata log that is left, and it says before what may be lost. The same by hand, when the dashboard is down:',
    '',
    '1. Inspect every disk that is left, of controllers **and brokers**: a broker may hold more than every controller.',
    ...code(INSPECT_COMMAND),
    '2. Bring the files to one place and rank them. The longest log may be the wrong one: the last epoch counts first.',
    ...code('quorumdeck disk rank *.json'),
    '3. **Fence the lost**: switch their hosts off or disable the service. An old disk that starts before the chosen one leads is the old majority. Stop the controllers that are left; let the brokers run.',
    '4. On the host of the best copy: a backup, then the plan. Nothing is written before the line that it prints is run.',
    ...code(
      'quorumdeck disk backup <metadata.log.dir> <metadata.log.dir>.before-recovery',
      'quorumdeck disk recover <metadata.log.dir> --lost <ids> --reports *.json --backup <metadata.log.dir>.before-recovery',
    ),
    'Where the best copy is a broker’s: `quorumdeck disk graft`, on a new disk of a controller that is formatted with `--no-initial-controllers` and was not started.',
    '',
    '5. Nodes whose copy *goes its own way*, by the ranking, are stopped and lose their `__cluster_metadata-0`, nothing else, before the chosen one starts.',
    '6. Start the chosen controller at its old address. It leads alone within half a minute:',
    ...code(START_COMMAND, describeCommand(facts)),
    '7. Look on each broker for folders that end in `-stray`: a topic of theirs was in what is lost. Stop such a broker at once.',
    '8. Add one controller after the other, each on a wiped disk formatted with `--no-initial-controllers`, each caught up before it is added.',
    '',
    'A static quorum (kraft.version 0) needs no writing: edit `controller.quorum.voters` so that the best controller is the only voter, start it, then name one more at a time. Two empty ones would be a majority of three.',
    '',
    'If all controllers moved to other addresses at once and their disks are untouched, nothing is lost: `quorumdeck disk set-endpoints` writes the new addresses to the best of the disks.',
    '',
  ]
}

function combinedDisk(facts: Facts): string[] {
  const { view, log } = facts
  const combined = (view?.replicas ?? []).filter((r) => r.roles.includes('broker') && r.roles.includes('controller'))
  const ids = [...new Set(combined.map((r) => r.nodeId))]
  const rows = ids.map((id) => {
    const hosted = log === null ? null : hostedBy(log.placement, id)
    const below =
      hosted === null
        ? null
        : hosted.filter(
            (p) => p.isr.filter((one) => one !== id).length < (minIsrOf(facts, p) ?? Number.POSITIVE_INFINITY),
          )
    const only = hosted === null ? null : hosted.filter((p) => p.replicas.length === 1)
    return `| ${id} | ${hosted?.length ?? 'not known'} | ${below?.length ?? 'not known'} | ${only?.length ?? 'not known'} |`
  })
  return [
    ...head('A disk of a combined node has failed', facts),
    'A combined node is a controller and a broker in one process, often on more than one disk. Which disk it was decides what is lost.',
    '',
    '| Node | Partitions on it | Below min.insync.replicas without it | With no other replica |',
    '|---|---|---|---|',
    ...(rows.length === 0 ? ['| (no combined node is seen) | | | |'] : rows),
    '',
    '## 1. Which disk',
    '',
    '- **The one with `metadata.log.dir`** (by default the first of `log.dirs`): the process ends. The controller half is lost with its directory id; go on with step 2.',
    '- **Another of `log.dirs`**: the broker goes on without it (KIP-112, JBOD), its partitions there lose this replica; the controller half is well. Replace the disk, restart the node (*Rolling restart*), and the replicas are copied anew. No change of the voters is needed: stop here.',
    '',
    '## 2. The controller half: the wizard “Replace a failed disk”',
    '',
    'It holds for a combined node as for any controller. Formatting must leave the good disks alone:',
    ...code(formatCommand(view?.clusterId ?? '<cluster id>')),
    '`--ignore-formatted` keeps the disks that are formatted already, with the partitions on them. Check before the start that every other directory of `log.dirs` still has its `meta.properties` with the same `cluster.id` and `node.id`.',
    '',
    '## 3. The broker half',
    '',
    '- Partitions that were on the lost disk alone, and have no other replica (last column), are gone. Nothing here brings them back; a broker that is started empty becomes their leader only by an unclean election: do not allow it before you know what was on them.',
    '- Partitions below `min.insync.replicas` refuse producers with acks=all until the node is back in sync. Do not lower the setting to get writes through: with the next failure they are lost.',
    '- No other node is restarted before this one is in every ISR again:',
    ...code('bin/kafka-topics.sh --bootstrap-server <a broker:port> --describe --under-min-isr-partitions'),
  ]
}

function staticDisk(facts: Facts): string[] {
  const { view } = facts
  const down = notWell(view)
  const dynamic = (view?.quorum.kraftVersion ?? 0) >= 1
  const [target] = down
  return [
    ...head('A disk of a controller in a static quorum has failed', facts),
    ...(dynamic ? ['**This quorum is dynamic now: use the wizard “Replace a failed disk” instead.**', ''] : []),
    'A static quorum knows its voters by id and address alone (`controller.quorum.voters`). A controller that comes back empty is the same voter to the others, with a log that has forgotten what it had promised.',
    '',
    '## 1. Why every other voter must be healthy first',
    '',
    'An empty voter may vote for anybody. With one more voter missing or behind, it can make a leader of one that lacks committed records, and those are then lost for all. So:',
    '',
    `- Needed: **all other voters up and caught up**. ${view === null ? '' : down.length <= 1 ? 'That is so at this moment.' : `Now it is not: ${idsText(down)} are not healthy. Repair the others first.`}`,
    '- Not even a restart of another controller until the new one has caught up.',
    ...code(describeCommand(facts)),
    '## 2. Replace the disk',
    '',
    `1. Make sure the old process is gone${target === undefined ? '' : ` (node ${target.nodeId}, ${shortId(target.directoryId)})`}:`,
    ...code(STOP_COMMAND),
    '2. Format the new disk with the cluster id of this cluster, from the properties file that the node had, `controller.quorum.voters` included:',
    ...code(
      `bin/kafka-storage.sh format --cluster-id ${view?.clusterId ?? '<cluster id>'} --config config/controller.properties`,
    ),
    '3. Start it:',
    ...code(START_COMMAND),
    '4. Watch it until its lag is near zero and stays there for a minute. Only then may anything else be touched.',
    '',
    '## 3. Afterwards',
    '',
    'With Apache Kafka 4.1 or later make the quorum dynamic (the wizard “Make a static quorum dynamic”): then a disk has an identity of its own, and an empty one cannot vote.',
    '',
  ]
}

export function manualRecoveryText(name: ManualRecoveryName, facts: Facts): string {
  switch (name) {
    case 'lost-majority':
      return lostMajority(facts).join('\n')
    case 'combined-disk':
      return combinedDisk(facts).join('\n')
    case 'static-disk':
      return staticDisk(facts).join('\n')
    default:
      return name satisfies never
  }
}
