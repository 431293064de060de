/**
 * How a person sees with Kafka's own tools what a gate looks at, for the time when the dashboard is down. The names in
 * backquotes are those of `checkCommands`, which a runbook writes out with every address. Pure.
 */
import type { Facts } from '../run/facts.ts'
import { isBefore4 } from './hostCommands.ts'
import { bootstrapServersText, commandConfigText, quorumTool } from './toolPlaces.ts'

/** The commands that hand checks name. */
export function checkCommands(facts: Facts): { name: string; text: string }[] {
  const servers = bootstrapServersText(facts)
  const config = commandConfigText(facts)
  const broker = (tool: string, rest: string) => `bin/${tool}.sh --bootstrap-server ${servers}${config} ${rest}`
  const file = facts.commandConfig === null ? '' : ` --config ${facts.commandConfig}`
  const endpoints = `bin/kafka-cluster.sh list-endpoints --include-fenced-brokers --bootstrap-server ${servers}${file}`
  // Kafka 3.9 has no list of fenced brokers: whoever is not listed is fenced, or not registered.
  const unfenced = `${broker('kafka-broker-api-versions', '| grep "id:"')}   # lists unfenced brokers alone`
  return [
    { name: 'status', text: `${quorumTool(facts)} describe --status` },
    { name: 'replication', text: `${quorumTool(facts)} describe --replication --human-readable` },
    {
      name: 'features',
      text: `bin/kafka-features.sh --bootstrap-controller ${facts.bootstrapControllers.join(',')}${config} describe`,
    },
    { name: 'brokers', text: isBefore4(facts) ? unfenced : endpoints },
    { name: 'topics', text: broker('kafka-topics', '--describe') },
    { name: 'below min.insync.replicas', text: broker('kafka-topics', '--describe --under-min-isr-partitions') },
    { name: 'at min.insync.replicas', text: broker('kafka-topics', '--describe --at-min-isr-partitions') },
    { name: 'moves', text: broker('kafka-reassign-partitions', '--list') },
    { name: 'disks', text: broker('kafka-log-dirs', '--describe') },
    {
      name: 'configuration',
      text: broker('kafka-configs', '--describe --all --entity-type brokers --entity-name <node id>'),
    },
    {
      name: 'dynamic configuration',
      text: `${broker('kafka-configs', '--describe --entity-type brokers')}\n${broker('kafka-configs', '--describe --entity-type topics')}`,
    },
  ]
}

const EVERY_FETCH = '`replication`: LastFetchTimestamp of every voter below two seconds'
/** A dead voter is no reason to stop where it is the one that is removed: what counts is who is left. */
const FETCHES = '`replication`: a voter fetches where its LastFetchTimestamp is below two seconds'
const LOG = 'the file logs/server.log of the node'

const CHECKS: Readonly<Record<string, string>> = {
  // Of a quorum that nobody leads: there is nobody to ask, and every controller is asked for itself.
  'nobody-leads':
    'at each address of a controller, alone, `bin/kafka-metadata-quorum.sh --bootstrap-controller <that address> describe --status`: none answers with a LeaderId that answers itself',
  'lost-fenced': '`nc -z <host> <port>` for each listener of the lost controllers: refused, or no answer',
  'rest-stopped': '`nc -z <host> <port>` for each listener of the controllers that are left: refused, or no answer',
  'copies-complete': 'a file of `quorumdeck disk inspect --json` for every controller and broker that there is',
  'no-other-led': 'the logs of all controllers since this paper was printed: none of them became leader',
  'disks-gone': 'the disks are not in any host, and nobody has a copy of them',
  fenced: 'the service of each lost controller is disabled, or its host is off',
  'copies-purged': 'on those hosts, no process of Kafka and no __cluster_metadata-0',
  'seed-formatted': 'meta.properties of the new disk has this cluster.id and a directory.id that no voter had',
  'loss-accepted': 'the name of whoever accepts it stands on this paper',
  'disk-written': 'the command has printed its receipt, and `quorumdeck disk inspect` shows the new voter set last',
  'files-edited': '`grep controller.quorum.voters` in each properties file: the line written here',
  'seed-leads': '`status`: LeaderId, LeaderEpoch and CurrentVoters as written here',
  'followers-back': '`replication`: each with a LastFetchTimestamp below two seconds',
  'brokers-back': '`brokers`: every broker that there was, none of them fenced',
  'metadata-as-before': '`topics`: every topic that you know of',
  'no-stray': '`ls -d <log.dirs>/*-stray` on each broker: no such file or directory',
  // Of the quorum.
  'observation-fresh':
    '`status` answers, twice, with the same LeaderId, and the HighWatermark of the second is not lower',
  'leader-reachable': '`status`: LeaderId is the same in two calls',
  'same-cluster': '`status`: ClusterId is the one written above',
  // Who must agree, and when, is written on the paper by people.
  approved: 'the name of a second person stands on this paper, who has read it and drives nothing of it',
  'change-time': 'the change calendar of your organisation allows a change now',
  'no-run-under-way': 'nobody else changes or restarts anything of this cluster now',
  'one-quorum':
    'at each address of a controller that runs, alone, `bin/kafka-metadata-quorum.sh --bootstrap-controller <that address> describe --status`: LeaderId and LeaderEpoch are the same everywhere',
  'metadata-whole': '`status`: HighWatermark is not lower than at any time before; nobody has formatted a voter since',
  'dynamic-quorum': '`features`: kraft.version has FinalizedVersionLevel 1',
  'is-dynamic': '`features`: kraft.version has FinalizedVersionLevel 1',
  'quorum-settled':
    '`replication`, then `status`: its HighWatermark is at least the LogEndOffset that the leader had; twice, with the same LeaderEpoch and CurrentVoters. An idle log need not grow',
  'no-change-in-flight': '`status`, three times within ten seconds: CurrentVoters is the same, and holds LeaderId',
  'voters-as-expected': '`status`: CurrentVoters are those written here',
  'voters-identified': '`status`: every entry of CurrentVoters has a directoryId and endpoints',
  'every-voter-healthy': EVERY_FETCH,
  'not-last-voter': '`status`: CurrentVoters has at least two entries',
  steady: '`status`, for a minute: the same LeaderEpoch and CurrentVoters',
  // Of margins.
  'margin-now': `${FETCHES}; of all voters more than half do`,
  'margin-after': `${FETCHES}; of the voters that there will be afterwards more than half do`,
  'margin-if-bad': `${FETCHES}; count the new one as dead: of the voters that there will be afterwards still more than half do`,
  'margin-if-stopped': `${FETCHES}; leave this one out: of all voters still more than half do`,
  'margin-as-planned': `${FETCHES}; those that do are a majority of all voters, and at least so many more as written`,
  'voters-heard': `${FETCHES}; of the voters that there will be afterwards, without one that is to stop, more than half do`,
  'carriers-healthy':
    '`replication`, five times within ten seconds: LastFetchTimestamp of the voters that are counted on, more than half of those that there will be, below two seconds in each',
  'others-caught-up': '`replication`: of the other voters so many as written have Lag 0 or close to it',
  'an-order-is-safe':
    '`replication`: count who fetches. Where all voters do, add first; where the one to be replaced is dead, remove first; where another one is dead, do neither',
  // Of a candidate and of an old incarnation.
  'lag-near-zero': '`replication`, five times within ten seconds: Lag of the candidate at most 10 in each',
  'candidate-fetches': '`replication`: LastFetchTimestamp of the candidate below two seconds',
  'candidate-is-controller':
    'process.roles in its properties file holds controller, and `replication` lists it as Observer',
  'candidate-endpoints':
    'listeners or advertised.listeners in its properties file names every listener of controller.listener.names with a host that the other controllers can resolve',
  'candidate-reachable':
    'on every other controller, `nc -vz <its host> <its controller port>` connects; from here alone it proves less',
  'other-incarnations-silent':
    '`replication`: of several rows with its id only one has a LastFetchTimestamp below two seconds',
  'id-is-no-voter': '`status`: no entry of CurrentVoters has this id',
  'target-is-voter': '`status`: CurrentVoters has this id with this directory id',
  'old-incarnation-silent': '`replication`: LastFetchTimestamp of the old directory id grows from one call to the next',
  'old-incarnation-down':
    'on its host, `ps -ef | grep kafka.Kafka` shows no process that was started with its properties file, or it is that of the successor: `replication` lists an Observer with the same id and another directory id, LastFetchTimestamp below two seconds',
  'replacement-ready': '`replication`: an Observer with the same id and another directory id, Lag at most 10',
  'auto-join-as-planned':
    '`grep controller.quorum.auto.join.enable` in the properties file of every controller: true where the plan says that it joins by itself, else false or absent',
  'auto-join-safe': 'controller.quorum.auto.join.enable is not true in its properties file, or its process is stopped',
  'new-voter-healthy': '`status` and `replication`: the new voter is listed, and fetches',
  'stays-away': '`status`, for a minute: the removed id does not come back',
  'moves-ended': '`moves`: none of those that this run has begun',
  'goal-reached':
    '`status`: CurrentVoters are those that the title of this run names; `brokers` for brokers that were to leave',
  'part-can-begin': 'every check of the part before it holds',
  // Of restarts.
  'min-isr-if-stopped':
    '`below min.insync.replicas` and `at min.insync.replicas`: nothing that is printed names this node among its Isr, nor any partition whose only replica it has',
  'no-reassignment': '`moves`: “No partition reassignments found.”',
  restarted: `\`ps -o lstart= -p <its process id>\` on its host: later than the restart; ${LOG} says “Kafka Server started” after it`,
  'node-caught-up': '`replication`: its Lag at most 10, its LastFetchTimestamp below two seconds',
  'broker-back': '`brokers`: its line says unfenced; `topics`: wherever it is among the Replicas it is among the Isr',
  'disk-kept':
    '`replication`: no Observer has the id of a voter; the directory id in meta.properties is the one in `status`',
  'settings-agree':
    'super.users, authorizer.class.name, controller.quorum.voters and the sasl settings are the same in the properties files of all controllers, apart from what this run edits',
  configured:
    '`configuration` with its id: the values are those written here, null or empty for a line that is deleted. Of a dedicated controller, ask with --bootstrap-controller and its address',
  'bootstrap-servers-current':
    'in the properties file of every node controller.quorum.bootstrap.servers names a voter of `status`, none that has left, and controller.quorum.voters is absent; `configuration` tells so after its next restart alone',
  // Of static quorums.
  'features-supported':
    'on every controller, `bin/kafka-topics.sh --version` prints 4.1 or later; `features`: SupportedMaxVersion of kraft.version is 1',
  'no-ghost-brokers': '`brokers`: no line says fenced, unless its process runs and is on its way',
  // Of brokers that leave.
  'broker-registered': '`brokers`: it has a line, unless that lists unfenced brokers alone',
  'broker-is-no-controller':
    '`status`: CurrentVoters has no entry with this id, or process.roles in its file is controller alone',
  'broker-down':
    '`brokers`: its line says fenced; `replication`: its LastFetchTimestamp grows from one call to the next',
  'broker-empty': '`topics`: no Replicas holds its id; look for it between commas and blanks, 7 is not 17',
  'broker-gone': '`brokers`: it has no line',
  'stays-gone': '`brokers`, for a minute: it has no line',
  'brokers-empty': '`topics`: no Replicas holds one of their ids',
  'log-followed': 'nothing is to be checked: `topics` tells by hand what is read from the metadata log here',
  'enough-brokers':
    '`topics`: the highest ReplicationFactor is at most the number of brokers that `brokers` shows unfenced, without those that leave',
  'room-on-disks':
    '`disks`: add up the size of what is to move; `df` on each receiving host shows more than that, and a tenth of the disk beyond it',
  'no-foreign-moves': '`moves`: none, or only partitions of the brokers that are emptied',
  'nothing-moves': '`moves`: none',
  'targets-alive': '`brokers`: the line of every receiving broker says unfenced',
  'moving-on':
    '`moves`, twice within two minutes: fewer partitions, or `disks` shows larger copies on the receiving brokers',
  // Of Cruise Control; its state is at ADDRESS/state?substates=executor&json=true, with ADDRESS as in the command of the step.
  'cruise-control-answers': 'ADDRESS/state?substates=executor&json=true answers with an ExecutorState',
  'cruise-control-same-cluster': 'bootstrap.servers in its cruisecontrol.properties names brokers of this cluster',
  'cruise-control-idle': 'ADDRESS/state?substates=executor&json=true says NO_TASK_IN_PROGRESS; `moves`: none',
  'cruise-control-dry-run':
    'the command of the step with dryrun=true: it answers 200, and no move that it proposes ends on a broker that leaves',
  'cruise-control-at-work': 'ADDRESS/state?substates=executor&json=true says NO_TASK_IN_PROGRESS again; `moves`: none',
  'configs-stand': '`dynamic configuration`: the values are those of the command, or gone where it deletes them',
}

/** @returns `null` for a code that is of no gate */
export function handCheck(code: string): string | null {
  return CHECKS[code] ?? null
}
