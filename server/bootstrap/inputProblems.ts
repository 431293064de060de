/** What is wrong with the wish for a new quorum, field by field. Pure. Paths are those of the request: `nodes.2.host`. */

import type { BootstrapNode, BootstrapRequest } from '../contract/bootstrap.ts'
import { KafkaLine } from '../contract/bootstrap.ts'
import type { FieldProblem } from '../contract/errors.ts'
import { usesSasl } from '../nodeConfig/listenerConfig.ts'

const MAX_NODE_ID = 2_147_483_647
/** Names and addresses, without brackets. Underscores occur in container networks. */
const HOST = /^(?=.{1,255}$)[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/
const IPV6 = /^(?=.*:.*:)[0-9A-Fa-f:.]{2,45}$/
const WILDCARD = new Set(['0.0.0.0', '::', '0:0:0:0:0:0:0:0'])
const CONTROL = /\p{Cc}/u
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/i

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}

export const isController = ({ roles }: Pick<BootstrapNode, 'roles'>): boolean => roles.includes('controller')
export const isBroker = ({ roles }: Pick<BootstrapNode, 'roles'>): boolean => roles.includes('broker')

function hostProblem(host: string): string | null {
  if (host === '') return 'Give the name or the address by which the other nodes reach this host.'
  if (WILDCARD.has(host)) return 'This means every address of a host; give the one by which the others reach it.'
  if (IPV6.test(host) || HOST.test(host)) return null
  return 'This is neither a host name nor an address. Give it without protocol, port and brackets.'
}

function portProblem(port: number | null): string | null {
  if (port === null) return 'Give a port.'
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? null : 'A port is a whole number from 1 to 65535.'
}

function dataDirProblem(dataDir: string): string | null {
  if (dataDir === '') return 'Give the directory for the data of this node.'
  if (CONTROL.test(dataDir)) return 'A path cannot contain control characters.'
  if (dataDir.includes(',')) return 'log.dirs is a list in which a comma separates; give one directory without a comma.'
  if (!/^(\/|[A-Za-z]:[\\/])/.test(dataDir))
    return 'Give an absolute path: a relative one depends on where Kafka is started.'
  return dataDir === '/' ? 'The root of the file system cannot be the directory of a node.' : null
}

function nodeProblems(node: BootstrapNode, at: string): FieldProblem[] {
  const { nodeId, host, controllerPort, brokerPort, dataDir, rack, roles, directoryId } = node
  const found: [field: string, message: string | null][] = [
    [
      'nodeId',
      nodeId === null
        ? 'Give an id.'
        : Number.isInteger(nodeId) && nodeId >= 0 && nodeId <= MAX_NODE_ID
          ? null
          : 'An id is a whole number from 0 to 2147483647.',
    ],
    ['roles', new Set(roles).size === roles.length ? null : 'Each role once.'],
    ['host', hostProblem(host)],
    ['controllerPort', isController(node) ? portProblem(controllerPort) : null],
    ['brokerPort', isBroker(node) ? portProblem(brokerPort) : null],
    ['dataDir', dataDirProblem(dataDir)],
    ['rack', CONTROL.test(rack) ? 'A rack cannot contain control characters.' : null],
    ['directoryId', directoryId !== undefined && !isController(node) ? 'Only controllers have one beforehand.' : null],
  ]
  return found.flatMap(([field, message]) => (message === null ? [] : [{ path: `${at}.${field}`, message }]))
}

/** Fields whose value was given before, with the index of the node that has it. */
function twice(entries: [path: string, value: string, owner: string][], what: string): FieldProblem[] {
  const first = new Map<string, string>()
  const found: FieldProblem[] = []
  for (const [path, value, owner] of entries) {
    const other = first.get(value)
    if (other === undefined) first.set(value, owner)
    else found.push({ path, message: `${what} of ${other} too.` })
  }
  return found
}

const nameOf = ({ nodeId }: BootstrapNode, index: number) => (nodeId === null ? `row ${index + 1}` : `node ${nodeId}`)

function clashes(nodes: readonly BootstrapNode[]): FieldProblem[] {
  const ids: [string, string, string][] = []
  const addresses: [string, string, string][] = []
  const directories: [string, string, string][] = []
  const directoryIds: [string, string, string][] = []
  nodes.forEach((node, i) => {
    const owner = nameOf(node, i)
    const host = node.host.toLowerCase()
    if (node.nodeId !== null) ids.push([`nodes.${i}.nodeId`, String(node.nodeId), owner])
    if (node.directoryId !== undefined) directoryIds.push([`nodes.${i}.directoryId`, node.directoryId, owner])
    // Hosts that are not given yet are not one host.
    if (host === '') return
    if (isController(node) && node.controllerPort !== null)
      addresses.push([`nodes.${i}.controllerPort`, `${host}:${node.controllerPort}`, owner])
    if (isBroker(node) && node.brokerPort !== null)
      addresses.push([`nodes.${i}.brokerPort`, `${host}:${node.brokerPort}`, owner])
    if (node.dataDir !== '')
      directories.push([`nodes.${i}.dataDir`, `${host} ${node.dataDir.replace(/[\\/]+$/, '')}`, owner])
  })
  return [
    ...twice(ids, 'This is the id'),
    ...twice(addresses, 'This is an address'),
    ...twice(directories, 'On this host it is the directory'),
    ...twice(directoryIds, 'This is the directory id'),
  ]
}

function olderOrSame(wanted: KafkaLine, release: KafkaLine): boolean {
  return KafkaLine.options.indexOf(wanted) <= KafkaLine.options.indexOf(release)
}

export function inputProblems(request: BootstrapRequest): FieldProblem[] {
  const { name, nodes, protocol, mechanism, standalone, release, metadataRelease } = request
  const controllers = nodes.filter(isController).length
  const sasl = usesSasl(protocol)
  const found: FieldProblem[] = []
  const say = (path: string, message: string) => found.push({ path, message })
  if (name.trim() === '') say('name', 'Give the cluster a name.')
  else if (name.trim().length > 64 || CONTROL.test(name)) say('name', 'At most 64 characters, in one line.')
  if (metadataRelease !== null && !olderOrSame(metadataRelease, release))
    say('metadataRelease', `Apache Kafka ${release} knows no features of ${metadataRelease}.`)
  if (sasl && mechanism === null) say('mechanism', `${protocol} needs a mechanism.`)
  if (!sasl && mechanism !== null) say('mechanism', `${protocol} has no SASL mechanism.`)
  if (controllers === 0) say('nodes', 'A quorum needs a controller.')
  if (standalone && controllers !== 1)
    say('standalone', `--standalone makes a quorum of exactly one controller; there are ${controllers}.`)
  return [...found, ...nodes.flatMap((node, i) => nodeProblems(node, `nodes.${i}`)), ...clashes(nodes)]
}
