/** When the chosen copy leads: whether everything is there, and who follows. Pure. */
import type { Recovery } from '../../../contract/disk/recovery.ts'
import { startVoters } from '../../commands/diskCommands.ts'
import {
  brokersAway,
  brokersBack,
  followersBack,
  metadataAsBefore,
  statedGate,
} from '../../gates/quorum/recoveryGates.ts'
import type { Facts } from '../../run/facts.ts'
import type { Run } from '../../run/run.ts'
import { hostStep, provenBy, type StepRule } from '../../run/step.ts'
import { idListText, idsText, namedText } from '../../run/voterSet.ts'
import { actsOn, said, starting, statementOf } from './offlineSteps.ts'

export function aftermathSteps(recovery: Recovery, run: Run, facts: Facts): StepRule[] {
  const { brokers, counts } = recovery
  if (brokers.length === 0 && counts.brokers === 0) return []
  const isChecked = said(run, 'back', 'no-stray', recovery)
  const stray = statedGate(
    'no-stray',
    'No broker has renamed a partition to -stray',
    'A broker renames what the quorum does not know, and deletes it later. What was renamed can be renamed back while its topic is unknown.',
    isChecked,
    'Look on each broker. Where there is one, stop that broker at once: the topic was in what is lost.',
  )
  const [stayAway, isLess] = [said(run, 'back', 'away', recovery), said(run, 'back', 'less', recovery)]
  const isMissing = !metadataAsBefore(facts, recovery).ok && facts.log !== null
  const away = brokersAway(facts, brokers) ?? []
  const needed = [brokersBack(facts, brokers, stayAway), metadataAsBefore(facts, recovery, isLess), stray]
  const back = brokers.length > 0 ? brokers : [...(facts.log?.brokers.keys() ?? [])]
  return [
    hostStep({
      key: 'back',
      title: 'Brokers and topics are back',
      detail: `${counts.topics} topics, ${counts.partitions} partitions in the chosen copy`,
      gates: needed,
      done: provenBy(needed, `The brokers are back, with what the chosen copy held.`),
      statements: [
        ...(away.length === 0 || stayAway
          ? []
          : [
              statementOf(recovery, {
                key: 'away',
                lifts: 'brokers-back',
                exceptional: true,
                label: `State that ${idListText(away)} stay away…`,
                does: 'Goes on without them.',
                statement: `${namedText('broker', away)} stay away`,
                typed: true,
                why: 'A broker that was down before the loss is no reason to wait. One that ended since holds replicas that are missing now.',
              }),
            ]),
        ...(!isMissing || isLess
          ? []
          : [
              statementOf(recovery, {
                key: 'less',
                lifts: 'metadata-as-before',
                exceptional: true,
                label: 'State that the rest was taken away since…',
                does: 'Goes on with fewer partitions or brokers than the copy held.',
                statement: 'what is missing was taken away since',
                typed: true,
                why: 'Somebody may have deleted a topic or unregistered a broker meanwhile. If nobody did, metadata is missing, and brokers will rename and delete its data.',
              }),
            ]),
        ...(isChecked
          ? []
          : [
              statementOf(recovery, {
                key: 'no-stray',
                lifts: 'no-stray',
                label: 'State that there is none…',
                does: 'Nothing by itself.',
                statement: 'no broker has a folder that ends in -stray',
                typed: false,
                why: 'The quorum cannot see the folders of a broker.',
              }),
            ]),
      ],
      commands: [
        {
          host: 'each broker',
          text: 'ls -d <log.dirs>/*-stray',
          prints: null,
          note: 'For each directory of log.dirs. “No such file or directory” is what you want to read.',
        },
      ],
      hostActs: actsOn(facts, back, starting),
      lookingFor: ['Every broker registered and not fenced, and at least as many partitions as the copy held.'],
    }),
  ]
}

/** Controllers that were stopped, with their disks: they follow. */
export function followersStep(recovery: Recovery, _run: Run, facts: Facts): StepRule[] {
  const { others } = recovery
  if (others.length === 0) return []
  const needed = [followersBack(facts, others)]
  return [
    hostStep({
      key: 'followers',
      title: `Start controller ${idsText(others)} again`,
      detail: 'with the disks they have',
      gates: needed,
      done: provenBy(needed, `${idsText(others)} follow the new leader.`),
      commands: startVoters(others),
      hostActs: actsOn(
        facts,
        others.map((v) => v.nodeId),
        starting,
      ),
      lookingFor: ['Each as an observer that fetches. They do not vote before they are added.'],
    }),
  ]
}
