/** The commands an operator types, with every id filled in. Pure. Source: the tools of Apache Kafka 3.9 to 4.3. */
import type { NodeConfigNeed } from '../../contract/nodeConfig.ts'
import type { ReplicaKey } from '../../contract/quorumView.ts'
import type { HostCommand } from '../../contract/workflows.ts'
import type { Facts } from '../run/facts.ts'
import type { ClusterAct, VoterChange } from '../run/ports.ts'
import { hostOf } from './nodeConfigNeed.ts'
import { actPrints, additionPrints, changePrints, formatPrints } from './toolOutput.ts'
import { addressText, bootstrapServersText, commandConfigText, quorumTool, shellWord } from './toolPlaces.ts'

/** Where a controller's properties file is, as in Kafka's own documentation; the operator's may be elsewhere. */
const PROPERTIES = 'config/controller.properties'

const ANY_HOST = 'any host with the Kafka tools'
/** Lines of a file, not a command. */
const NO_COMMAND = null
const PRINTS_NOTHING = ''

function additionText({ bootstrapControllers }: Facts): string {
  // The tool reads id, directory and listeners of the new voter from the properties file on its own host.
  return `bin/kafka-metadata-quorum.sh --command-config ${PROPERTIES} --bootstrap-controller ${bootstrapControllers.join(',')} add-controller`
}

/** The same change by Kafka's own tool; it asks none of our questions. */
export function changeCommand(facts: Facts, change: VoterChange): string {
  if (change.kind === 'add') return additionText(facts)
  return `${quorumTool(facts)} remove-controller \\\n  --controller-id ${change.nodeId} --controller-directory-id ${change.directoryId}`
}

export function changeCommands(facts: Facts, change: VoterChange): HostCommand[] {
  const add = change.kind === 'add'
  return [
    {
      host: add ? hostOf(facts, change.nodeId) : ANY_HOST,
      text: changeCommand(facts, change),
      prints: changePrints(change),
      note: add ? 'Works on the host of the new controller only.' : '',
    },
  ]
}

/** An addition of which it is not known yet who it will be. */
export function additionCommands(facts: Facts, nodeId: number | null): HostCommand[] {
  return [
    {
      host: nodeId === null ? 'the host of the new controller' : hostOf(facts, nodeId),
      text: additionText(facts),
      prints: additionPrints(nodeId === null ? '<its id>' : String(nodeId), '<its directory id>', '<its listeners>'),
      note: 'Works on the host of the new controller only.',
    },
  ]
}

export function actCommands(facts: Facts, act: ClusterAct): HostCommand[] {
  return [{ host: ANY_HOST, text: actCommand(facts, act), prints: actPrints(act), note: '' }]
}

/** A request that does not change the voters, by Kafka's own tools. */
export function actCommand(facts: Facts, act: ClusterAct): string {
  const { bootstrapControllers, commandConfig } = facts
  const config = commandConfigText(facts)
  const controllers = `--bootstrap-controller ${bootstrapControllers.join(',')}`
  switch (act.kind) {
    case 'unregister-broker':
      return `bin/kafka-cluster.sh unregister ${isBefore4(facts) ? `--bootstrap-server ${bootstrapServersText(facts, [act.nodeId])}` : controllers} --id ${act.nodeId}${commandConfig === null ? '' : ` --config ${commandConfig}`}`
    case 'upgrade-feature':
      return `bin/kafka-features.sh ${controllers}${config} upgrade --feature ${act.feature}=${act.level}${act.validateOnly ? ' --dry-run' : ''}`
    case 'reassign': {
      const cancel = act.moves.every((m) => m.replicas === null)
      const partitions = act.moves.map(({ topic, partition, replicas }) =>
        replicas === null ? { topic, partition } : { topic, partition, replicas },
      )
      const json = JSON.stringify({ version: 1, partitions })
      return `cat > moves.json <<'END'\n${json}\nEND\nbin/kafka-reassign-partitions.sh${config} --bootstrap-server ${bootstrapServersText(facts)} --reassignment-json-file moves.json ${cancel ? '--cancel' : '--execute'}`
    }
    case 'cordon':
      return act.brokers
        .map(
          ({ nodeId, endpoint }) =>
            `bin/kafka-configs.sh --bootstrap-server ${addressText(endpoint)}${config} --alter --entity-type brokers --entity-name ${nodeId} --add-config 'cordoned.log.dirs=*'`,
        )
        .join('\n')
    case 'configure': {
      const byResource = Map.groupBy(act.configs, (c) => `${c.type}s --entity-name ${shellWord(c.resource)}`)
      return [...byResource]
        .map(([entity, configs]) => {
          const set = configs.filter((c) => c.value !== null).map((c) => `${c.name}=${c.value}`)
          const gone = configs.filter((c) => c.value === null).map((c) => c.name)
          const changes = [
            ...(set.length === 0 ? [] : [`--add-config ${set.join(',')}`]),
            ...(gone.length === 0 ? [] : [`--delete-config ${gone.join(',')}`]),
          ]
          return `bin/kafka-configs.sh --bootstrap-server ${bootstrapServersText(facts)}${config} --alter --entity-type ${entity} ${changes.join(' ')}`
        })
        .join('\n')
    }
    case 'cruise-control-remove':
      return cruiseControlCommand(facts, 'remove_broker', {
        brokerid: act.brokers.join(','),
        dryrun: 'false',
        reason: act.marker,
      })
    case 'cruise-control-stop':
      return cruiseControlCommand(facts, 'stop_proposal_execution', {
        stop_external_agent: 'false',
        reason: act.marker,
      })
    default:
      return act satisfies never
  }
}

/** With a user where it wants one: what is secret never stands in a command. */
function cruiseControlCommand({ cruiseControl }: Facts, endpoint: string, params: Record<string, string>): string {
  const address = cruiseControl?.address ?? 'http://<Cruise Control>:9090/kafkacruisecontrol'
  return `curl -X POST '${address}/${endpoint}?${new URLSearchParams({ ...params, json: 'true' })}'`
}

export function describeCommand(facts: Facts): string {
  return `${quorumTool(facts)} describe --replication --human-readable`
}

export function formatCommand(clusterId: string): string {
  return `bin/kafka-storage.sh format --cluster-id ${clusterId} --config ${PROPERTIES} \\\n  --no-initial-controllers --ignore-formatted`
}

export const START_COMMAND = `bin/kafka-server-start.sh -daemon ${PROPERTIES}`
export const STOP_COMMAND = 'bin/kafka-server-stop.sh'
/** The stop returns at once, and the next process finds the disk locked until the old one has ended. */
export const WAIT_COMMAND = "while ps ax | grep -q ' [k]afka\\.Kafka '; do sleep 1; done"

/** Kafka 3.9: some of its tools ask brokers alone. */
export function isBefore4({ view }: Facts): boolean {
  return view?.quorum.kafkaRelease?.startsWith('3.') === true
}

/** The file of a node as Kafka's own documentation names it, by the roles that it runs with. */
function propertiesOf({ view }: Facts, nodeId: number): string {
  const roles = new Set((view?.replicas ?? []).filter((r) => r.nodeId === nodeId).flatMap((r) => r.roles))
  if (!roles.has('broker')) return PROPERTIES
  return roles.has('controller') ? 'config/server.properties' : 'config/broker.properties'
}

export function stopCommands(facts: Facts, target: ReplicaKey): HostCommand[] {
  return [
    {
      host: hostOf(facts, target.nodeId),
      text: STOP_COMMAND,
      prints: PRINTS_NOTHING,
      note: `Stops every Kafka on the host. Where more than node ${target.nodeId} runs there, end its process alone, the way your service manager does.`,
    },
  ]
}

export function restartCommands(facts: Facts, nodeId: number): HostCommand[] {
  const host = hostOf(facts, nodeId)
  return [
    {
      host,
      text: `${STOP_COMMAND}\n${WAIT_COMMAND}\nbin/kafka-server-start.sh -daemon ${propertiesOf(facts, nodeId)}`,
      prints: PRINTS_NOTHING,
      note: `Stops every Kafka on the host. Where more than node ${nodeId} runs there, restart its process alone, the way your service manager does. The file may be elsewhere.`,
    },
  ]
}

/** What is to be changed in the properties file before a restart; empty where it stays as it is. */
export function editCommands(facts: Facts, need: NodeConfigNeed): HostCommand[] {
  const lines = need.lines.flatMap(({ key, now, needed }) =>
    now === needed ? [] : [needed === null ? `# delete the line ${key}=…` : `${key}=${needed}`],
  )
  if (lines.length === 0) return []
  return [
    {
      host: need.host,
      text: lines.join('\n'),
      prints: NO_COMMAND,
      note: `In ${propertiesOf(facts, need.nodeId)}, or wherever the file of node ${need.nodeId} is.`,
    },
  ]
}

/** Format a blank disk and start; also for a host that never was a controller. */
export function joinCommands(facts: Facts, clusterId: string, nodeId: number | null, isNew: boolean): HostCommand[] {
  const host = nodeId === null ? 'the new host' : isNew ? `the host of node ${nodeId}` : hostOf(facts, nodeId)
  const whose = nodeId === null ? '' : ` With the file of node ${nodeId}, wherever it is.`
  const properties: HostCommand = {
    host,
    text: [
      'process.roles=controller',
      `node.id=${nodeId ?? '<an id that no node has>'}`,
      `controller.quorum.bootstrap.servers=${facts.bootstrapControllers.join(',')}`,
      'controller.listener.names=CONTROLLER',
      'listeners=CONTROLLER://<host of this controller>:<port>',
      'log.dirs=<an empty directory>',
    ].join('\n'),
    prints: NO_COMMAND,
    note: `In ${PROPERTIES}; listener names, protocols and secrets as on the other controllers. Do not set controller.quorum.voters.`,
  }
  return [
    ...(isNew ? [properties] : []),
    {
      host,
      text: formatCommand(clusterId),
      prints: formatPrints(facts.view?.quorum.kafkaRelease ?? null),
      note: `${
        isNew
          ? 'Never --standalone: that would make a quorum of its own.'
          : 'log.dirs must name the new, empty disk. --ignore-formatted leaves other disks of the node as they are.'
      }${whose}`,
    },
    { host, text: START_COMMAND, prints: PRINTS_NOTHING, note: whose.trim() },
  ]
}
