/** From a wish to a whole plan: ids, files, commands, warnings. Pure; ids are drawn by the caller. */
import type { BootstrapPlan, BootstrapRequest, KafkaLine, PlannedFile } from '../contract/bootstrap.ts'
import type { FieldProblem } from '../contract/errors.ts'
import { hostPort } from '../contract/hostPort.ts'
import { inputProblems, isBroker, isController } from './inputProblems.ts'
import { clientProperties } from './listenerSecurity.ts'
import { fileName, isUsable, nodeFile, propertiesText } from './nodeFile.ts'
import { BROKERS_CLIENT, CONTROLLERS_CLIENT, planSteps } from './planSteps.ts'
import { planWarnings } from './planWarnings.ts'

export type Generated = { ok: true; plan: BootstrapPlan } | { ok: false; problems: FieldProblem[] }

/** The newest production level of each release line. Source: org.apache.kafka.server.common.MetadataVersion. */
const METADATA_VERSIONS: Record<KafkaLine, string> = {
  '3.9': '3.9-IV0',
  '4.0': '4.0-IV3',
  '4.1': '4.1-IV1',
  '4.2': '4.2-IV1',
  '4.3': '4.3-IV0',
}

/** Blanks around a word are of the typing hand, not of the name. */
function tidied(request: BootstrapRequest): BootstrapRequest {
  const nodes = request.nodes.map((node) => ({
    ...node,
    host: node.host.trim(),
    dataDir: node.dataDir.trim(),
    rack: node.rack.trim(),
  }))
  return { ...request, name: request.name.trim(), nodes }
}

/** Fills in what is left out. With `--standalone` the controller draws its directory id itself. */
function complete(request: BootstrapRequest, drawId: () => string): BootstrapRequest {
  return {
    ...request,
    clusterId: request.clusterId ?? drawId(),
    nodes: request.nodes.map(({ directoryId, ...node }) =>
      isController(node) && !request.standalone ? { ...node, directoryId: directoryId ?? drawId() } : node,
    ),
  }
}

function clientFiles(request: BootstrapRequest, anyBroker: boolean): PlannedFile[] {
  const wanted: [path: string, to: 'controllers' | 'brokers', words: string][] = [
    [CONTROLLERS_CLIENT, 'controllers', 'For Kafka’s tools and Quorumdeck, to the controllers'],
    ...(anyBroker
      ? ([[BROKERS_CLIENT, 'brokers', 'For Kafka’s tools, to the brokers']] as [string, 'brokers', string][])
      : []),
  ]
  return wanted.flatMap(([path, to, words]) => {
    const properties = clientProperties(request, to)
    return properties === null ? [] : [{ path, nodeId: null, host: null, text: propertiesText([[words, properties]]) }]
  })
}

export function generate(draft: BootstrapRequest, drawId: () => string): Generated {
  const drafted = tidied(draft)
  const problems = inputProblems(drafted)
  if (problems.length > 0) return { ok: false, problems }
  const request = complete(drafted, drawId)
  const { clusterId = '', standalone, release, metadataRelease } = request
  // Every id was found usable above.
  const nodes = request.nodes.filter(isUsable)
  const controllers = nodes.filter(isController).map(({ nodeId, host, controllerPort, directoryId }) => ({
    nodeId,
    host,
    port: controllerPort ?? 0,
    directoryId: directoryId ?? null,
  }))
  const drawn = {
    clusterId,
    // org.apache.kafka.raft.DynamicVoter: id@host:port:directory
    initialControllers: standalone
      ? null
      : controllers.map((c) => `${c.nodeId}@${hostPort(c)}:${c.directoryId}`).join(','),
    metadataVersion: METADATA_VERSIONS[metadataRelease ?? release],
  }
  const files: PlannedFile[] = nodes.map((node) => ({
    path: fileName(node.nodeId),
    nodeId: node.nodeId,
    host: node.host,
    text: nodeFile(request, nodes, node),
  }))
  return {
    ok: true,
    plan: {
      request,
      ...drawn,
      controllers,
      brokers: nodes.filter(isBroker).map(({ nodeId, host, brokerPort }) => ({ nodeId, host, port: brokerPort ?? 0 })),
      files: [...files, ...clientFiles(request, nodes.some(isBroker))],
      steps: planSteps(request, nodes, drawn),
      warnings: planWarnings(request, nodes),
    },
  }
}
