/**
 * What to do on which host, in order, with every id filled in. Pure. Source: kafka.tools.StorageTool and the tools of Apache
 * Kafka 3.9 to 4.3.
 */

import type { BootstrapRequest, PlannedStep } from '../contract/bootstrap.ts'
import { majorityOf } from '../contract/voters.ts'
import type { HostCommand } from '../contract/workflows.ts'
import { formatPrints } from '../workflows/commands/toolOutput.ts'
import { isBroker, isController } from './inputProblems.ts'
import { PLACEHOLDER, scramArgument } from './listenerSecurity.ts'
import { brokerAddress, controllerAddress, fileName, type UsableNode } from './nodeFile.ts'
import { apiVersionsPrints, endpointsPrints, featuresPrints, replicationPrints, statusPrints } from './planPrints.ts'

export const CONTROLLERS_CLIENT = 'client-controllers.properties'
export const BROKERS_CLIENT = 'client-brokers.properties'
const ANY_HOST = 'any host with the Kafka tools'

export interface Drawn {
  clusterId: string
  initialControllers: string | null
  metadataVersion: string
}

/** For a shell; everything that is not plain is quoted. */
function shell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** Arguments of `kafka-storage format` for one node. The same for every initial controller, but for its own file. */
export function formatArguments(request: BootstrapRequest, node: UsableNode, config: string, drawn: Drawn): string[] {
  const { metadataRelease, release } = request
  const scram = scramArgument(request)
  return [
    'format',
    '--cluster-id',
    drawn.clusterId,
    '--config',
    config,
    ...(isController(node)
      ? drawn.initialControllers === null
        ? ['--standalone']
        : ['--initial-controllers', drawn.initialControllers]
      : ['--no-initial-controllers']),
    ...(metadataRelease === null || metadataRelease === release ? [] : ['--release-version', metadataRelease]),
    // Credentials become metadata by the initial controllers alone.
    ...(scram !== null && isController(node) ? ['--add-scram', scram] : []),
  ]
}

function formatCommand(request: BootstrapRequest, node: UsableNode, drawn: Drawn): string {
  const words = formatArguments(request, node, `config/${fileName(node.nodeId)}`, drawn).map(shell)
  return `bin/kafka-storage.sh ${words.join(' ').replace(/ (--(?:initial|no-initial|standalone|release|add))/g, ' \\\n  $1')}`
}

function start({ host, nodeId }: UsableNode): HostCommand {
  return { host, text: `bin/kafka-server-start.sh -daemon config/${fileName(nodeId)}`, prints: '', note: '' }
}

export function planSteps(request: BootstrapRequest, nodes: readonly UsableNode[], drawn: Drawn): PlannedStep[] {
  const { protocol, release } = request
  const controllers = nodes.filter(isController)
  const formatted = (node: UsableNode) =>
    isController(node) ? 'dynamic metadata voter directory' : 'metadata directory'
  const brokers = nodes.filter((node) => !isController(node))
  const secured = protocol !== 'PLAINTEXT'
  const majority = majorityOf(controllers.length)
  const byControllers = `--bootstrap-controller ${controllers.map(controllerAddress).join(',')}`
  const byBrokers = `--bootstrap-server ${nodes.filter(isBroker).map(brokerAddress).join(',')}`
  const config = (file: string) => (secured ? ` --command-config config/${file}` : '')
  const { initialControllers } = drawn

  const place: PlannedStep = {
    key: 'place',
    title: 'Put each node’s file on its host',
    why: 'Every command below is typed in the folder of the Kafka release, and finds the file in config.',
    commands: nodes.map(({ host, nodeId, dataDir }) => ({
      host,
      text: [
        `mkdir -p ${shell(dataDir)}`,
        `ls -A ${shell(dataDir)}`,
        ...(secured ? [`grep -n ${PLACEHOLDER} config/${fileName(nodeId)}`] : []),
      ].join('\n'),
      prints: '',
      note: `Copy ${fileName(nodeId)} to config first, and let the user of Kafka own ${dataDir}.${
        secured ? ' Replace every CHANGE-ME; grep must print nothing.' : ''
      }`,
    })),
    lookingFor: [
      'ls prints nothing: the directory is empty. A directory with a meta.properties belongs to some cluster.',
    ],
  }
  const format: PlannedStep = {
    key: 'format',
    title: 'Format every disk',
    why:
      initialControllers === null
        ? 'The one controller becomes the whole quorum. It is done once, on one host.'
        : 'All initial controllers get the same line, so that each begins with the same voters. A controller with another line, or with a directory id of its own, stays outside.',
    commands: nodes.map((node) => ({
      host: node.host,
      text: formatCommand(request, node, drawn),
      prints: formatPrints(release, formatted(node), node.dataDir),
      note: isController(node)
        ? initialControllers === null
          ? 'Only here, and only once.'
          : ''
        : 'A broker takes no part in the first election.',
    })),
    lookingFor: [
      'Each says “Formatting” with the directory and metadata.version.',
      'Where one says that the directory is already formatted: stop, and find out whose data it is. Do not add --ignore-formatted.',
    ],
  }
  const startControllers: PlannedStep = {
    key: 'start-controllers',
    title: controllers.length === 1 ? 'Start the controller' : 'Start the controllers',
    why:
      controllers.length === 1
        ? 'It elects itself.'
        : `In any order. With ${majority} of ${controllers.length} one is elected; the others follow it.`,
    commands: controllers.map(start),
    lookingFor: ['logs/server.log says “Kafka Server started”, and names no INCONSISTENT_CLUSTER_ID.'],
  }
  const voterWords = controllers
    .map(({ nodeId, directoryId }) => `${nodeId} with ${directoryId ?? 'a directory id of its own'}`)
    .join(', ')
  const checkQuorum: PlannedStep = {
    key: 'check-quorum',
    title: 'Check that it is one quorum',
    why: 'Before brokers come, while nothing is lost by starting over.',
    commands: [
      {
        host: ANY_HOST,
        text: `bin/kafka-metadata-quorum.sh${config(CONTROLLERS_CLIENT)} ${byControllers} describe --status`,
        prints: statusPrints(drawn.clusterId, controllers),
        note: '',
      },
      {
        host: ANY_HOST,
        text: `bin/kafka-metadata-quorum.sh${config(CONTROLLERS_CLIENT)} ${byControllers} describe --replication`,
        prints: replicationPrints(controllers),
        note: '',
      },
      {
        host: ANY_HOST,
        text: `bin/kafka-features.sh${config(CONTROLLERS_CLIENT)} ${byControllers} describe`,
        prints: featuresPrints(release === '3.9', drawn.metadataVersion),
        note: '',
      },
    ],
    lookingFor: [
      `ClusterId: ${drawn.clusterId}`,
      `Voters, one Leader and the rest Follower: ${voterWords}. Lag 0 or close to it.`,
      `kraft.version FinalizedVersionLevel: 1 · metadata.version FinalizedVersionLevel: ${drawn.metadataVersion}`,
    ],
  }
  const startBrokers: PlannedStep = {
    key: 'start-brokers',
    title: brokers.length === 1 ? 'Start the broker' : 'Start the brokers',
    why: 'They register with the quorum, catch up with its log, and are unfenced.',
    commands: brokers.map(start),
    lookingFor: [`As Observer in describe --replication: ${brokers.map(({ nodeId }) => nodeId).join(', ')}`],
  }
  const listed = release !== '3.9'
  const checkBrokers: PlannedStep = {
    key: 'check-brokers',
    title: 'Check that the brokers serve clients',
    why: 'A fenced broker is registered, but takes no clients.',
    commands: [
      {
        host: ANY_HOST,
        text: listed
          ? `bin/kafka-cluster.sh list-endpoints${secured ? ` --config config/${BROKERS_CLIENT}` : ''} ${byBrokers}`
          : `bin/kafka-broker-api-versions.sh${config(BROKERS_CLIENT)} ${byBrokers}`,
        prints: listed ? endpointsPrints(nodes.filter(isBroker)) : apiVersionsPrints(nodes.filter(isBroker)),
        note: '',
      },
    ],
    lookingFor: [
      `Every broker is listed: ${nodes
        .filter(isBroker)
        .map((node) => `${node.nodeId} at ${brokerAddress(node)}`)
        .join(', ')}`,
    ],
  }
  return [
    place,
    format,
    startControllers,
    checkQuorum,
    ...(brokers.length === 0 ? [] : [startBrokers]),
    ...(nodes.some(isBroker) ? [checkBrokers] : []),
  ]
}
