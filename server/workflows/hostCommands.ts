/** The commands an operator types, with every id filled in. Pure. Source: the tools of Apache Kafka 3.9 to 4.3. */
import type { NodeConfigNeed } from '../contract/nodeConfig.ts'
import type { ReplicaKey } from '../contract/quorumView.ts'
import type { HostCommand } from '../contract/workflows.ts'
import type { Facts } from './facts.ts'
import { hostOf } from './nodeConfigNeed.ts'
import type { ClusterAct, VoterChange } from './ports.ts'

/** Where a controller's properties file is, as in Kafka's own documentation; the operator's may be elsewhere. */
const PROPERTIES = 'config/controller.properties'

function quorumTool({ bootstrapControllers, commandConfig }: Facts): string {
  const config = commandConfig === null ? '' : ` --command-config ${commandConfig}`
  return `bin/kafka-metadata-quorum.sh${config} --bootstrap-controller ${bootstrapControllers.join(',')}`
}

/** The same change by Kafka's own tool; it asks none of our questions. */
export function changeCommand(facts: Facts, change: VoterChange): string {
  if (change.kind === 'remove') {
    return `${quorumTool(facts)} remove-controller \\\n  --controller-id ${change.nodeId} --controller-directory-id ${change.directoryId}`
  }
  // The tool reads id, directory and listeners of the new voter from the properties file on its own host.
  const bootstrap = facts.bootstrapControllers.join(',')
  return `bin/kafka-metadata-quorum.sh --command-config ${PROPERTIES} --bootstrap-controller ${bootstrap} add-controller`
}

export function changeCommands(facts: Facts, change: VoterChange): HostCommand[] {
  const add = change.kind === 'add'
  return [
    {
      host: add ? hostOf(facts, change.nodeId) : 'any host with the Kafka tools',
      text: changeCommand(facts, change),
      note: add ? 'Works on the host of the new controller only.' : '',
    },
  ]
}

/** A request that does not change the voters, by Kafka's own tools. */
export function actCommand({ bootstrapControllers, commandConfig }: Facts, act: ClusterAct): string {
  const config = commandConfig === null ? '' : ` --command-config ${commandConfig}`
  const controllers = `--bootstrap-controller ${bootstrapControllers.join(',')}`
  switch (act.kind) {
    case 'unregister-broker':
      return `bin/kafka-cluster.sh unregister ${controllers} --id ${act.nodeId}${commandConfig === null ? '' : ` --config ${commandConfig}`}`
    case 'upgrade-feature':
      return `bin/kafka-features.sh ${controllers}${config} upgrade --feature ${act.feature}=${act.level}${act.validateOnly ? ' --dry-run' : ''}`
    case 'reassign': {
      const cancel = act.moves.every((m) => m.replicas === null)
      const partitions = act.moves.map(({ topic, partition, replicas }) =>
        replicas === null ? { topic, partition } : { topic, partition, replicas },
      )
      const json = JSON.stringify({ version: 1, partitions })
      return `cat > moves.json <<'END'\n${json}\nEND\nbin/kafka-reassign-partitions.sh${config} --bootstrap-server <a broker:port> --reassignment-json-file moves.json ${cancel ? '--cancel' : '--execute'}`
    }
    case 'cordon':
      return act.brokers
        .map(
          ({ nodeId, endpoint }) =>
            `bin/kafka-configs.sh --bootstrap-server ${endpoint.host}:${endpoint.port}${config} --alter --entity-type brokers --entity-name ${nodeId} --add-config 'cordoned.log.dirs=*'`,
        )
        .join('\n')
    case 'configure': {
      const byResource = Map.groupBy(act.configs, (c) => `${c.type}s --entity-name ${c.resource}`)
      return [...byResource]
        .map(([entity, configs]) => {
          const set = configs.filter((c) => c.value !== null).map((c) => `${c.name}=${c.value}`)
          const gone = configs.filter((c) => c.value === null).map((c) => c.name)
          const changes = [
            ...(set.length === 0 ? [] : [`--add-config ${set.join(',')}`]),
            ...(gone.length === 0 ? [] : [`--delete-config ${gone.join(',')}`]),
          ]
          return `bin/kafka-configs.sh ${controllers}${config} --alter --entity-type ${entity} ${changes.join(' ')}`
        })
        .join('\n')
    }
    default:
      return act satisfies never
  }
}

export function describeCommand(facts: Facts): string {
  return `${quorumTool(facts)} describe --replication`
}

export function formatCommand(clusterId: string): string {
  return `bin/kafka-storage.sh format --cluster-id ${clusterId} --config ${PROPERTIES} \\\n  --no-initial-controllers --ignore-formatted`
}

export const START_COMMAND = `bin/kafka-server-start.sh -daemon ${PROPERTIES}`
export const STOP_COMMAND = 'bin/kafka-server-stop.sh'

export function stopCommands(facts: Facts, target: ReplicaKey): HostCommand[] {
  return [
    {
      host: hostOf(facts, target.nodeId),
      text: STOP_COMMAND,
      note: `Stops every Kafka on the host. Where more than node ${target.nodeId} runs there, end its process alone, the way your service manager does.`,
    },
  ]
}

export function restartCommands(facts: Facts, nodeId: number): HostCommand[] {
  const host = hostOf(facts, nodeId)
  return [
    {
      host,
      text: `${STOP_COMMAND}\n${START_COMMAND}`,
      note: `Stops every Kafka on the host. Where more than node ${nodeId} runs there, restart its process alone, the way your service manager does.`,
    },
  ]
}

/** What is to be changed in the properties file before a restart; empty where it stays as it is. */
export function editCommands(need: NodeConfigNeed): HostCommand[] {
  const lines = need.lines.flatMap(({ key, now, needed }) =>
    now === needed ? [] : [needed === null ? `# delete the line ${key}=…` : `${key}=${needed}`],
  )
  if (lines.length === 0) return []
  return [{ host: need.host, text: lines.join('\n'), note: `In ${PROPERTIES}.` }]
}

/** Format a blank disk and start; also for a host that never was a controller. */
export function joinCommands(facts: Facts, clusterId: string, nodeId: number | null, isNew: boolean): HostCommand[] {
  const host = nodeId === null ? 'the new host' : isNew ? `the host of node ${nodeId}` : hostOf(facts, nodeId)
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
    note: `In ${PROPERTIES}; listener names, protocols and secrets as on the other controllers. Do not set controller.quorum.voters.`,
  }
  return [
    ...(isNew ? [properties] : []),
    {
      host,
      text: formatCommand(clusterId),
      note: isNew
        ? 'Never --standalone: that would make a quorum of its own.'
        : 'log.dirs must name the new, empty disk. --ignore-formatted leaves other disks of the node as they are.',
    },
    { host, text: START_COMMAND, note: '' },
  ]
}

/** An id for a controller that does not exist yet: the lowest that no listed node has. */
export function freeNodeId({ view, sandbox }: Facts): number {
  const taken = new Set([
    ...(view?.replicas ?? []).map((r) => r.nodeId),
    ...(sandbox?.nodes ?? []).map((n) => n.nodeId),
  ])
  let id = 0
  while (taken.has(id)) id += 1
  return id
}
