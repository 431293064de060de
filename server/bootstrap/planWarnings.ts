/** What a person should know of a plan that can be carried out. Pure. */

import type { BootstrapRequest, PlanWarning } from '../contract/bootstrap.ts'
import { majorityOf } from '../contract/voters.ts'
import { isBroker, isController, isLoopback } from './inputProblems.ts'
import type { UsableNode } from './nodeFile.ts'

const MANY_CONTROLLERS = 5

/** How many of the list share the most frequent value, and which that is. */
function most(values: readonly string[]): { value: string; count: number } {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return (
    [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)[0] ?? {
      value: '',
      count: 0,
    }
  )
}

export function planWarnings(request: BootstrapRequest, nodes: readonly UsableNode[]): PlanWarning[] {
  const { protocol, mechanism, standalone, release, metadataRelease } = request
  const controllers = nodes.filter(isController)
  const brokers = nodes.filter(isBroker)
  const combined = nodes.filter((node) => isController(node) && isBroker(node))
  const count = controllers.length
  const majority = majorityOf(count)
  /** So many sharing one failure take the majority with them. */
  const fatal = count - majority + 1
  const found: PlanWarning[] = []
  const warn = (code: string, severity: PlanWarning['severity'], title: string, detail: string) =>
    found.push({ code, severity, title, detail })

  if (count === 1)
    warn(
      'single-controller',
      'warning',
      'One controller: it survives no failure',
      'While it is down nothing in the cluster can be changed, and if its disk fails all metadata is gone. Use three.',
    )
  else if (count % 2 === 0)
    warn(
      'even-controllers',
      'warning',
      `${count} controllers survive no more failures than ${count - 1}`,
      `${majority} of ${count} are needed, so ${count - majority} may fail. Take one away, or add one.`,
    )
  if (count > MANY_CONTROLLERS)
    warn(
      'many-controllers',
      'info',
      `${count} controllers make every change slower`,
      'Each change of metadata waits for a majority of them. Three or five are usual.',
    )
  const host = most(controllers.map((node) => node.host.toLowerCase()))
  const oneHost = count > 1 && host.count >= fatal
  if (oneHost)
    warn(
      'one-host',
      'warning',
      `The host ${host.value} alone can take the quorum down`,
      `${host.count} of ${count} controllers run there; with it the majority of ${majority} is lost. Spread them over three hosts.`,
    )
  const rack = most(controllers.map((node) => node.rack.trim()))
  if (count > 1 && rack.value !== '' && rack.count >= fatal && !oneHost)
    warn(
      'one-rack',
      'warning',
      `The rack ${rack.value} alone can take the quorum down`,
      `${rack.count} of ${count} controllers are in it. Spread them over three racks.`,
    )
  if (combined.length > 0)
    warn(
      'combined',
      'warning',
      'Combined nodes are not for critical use',
      'A controller that shares its process with a broker is disturbed by the load of clients, and cannot be upgraded or restarted alone. Kafka’s documentation advises against it in critical environments.',
    )
  const loopback = nodes.filter((node) => isLoopback(node.host))
  if (loopback.length > 0)
    warn(
      'loopback',
      loopback.length === nodes.length ? 'info' : 'critical',
      loopback.length === nodes.length
        ? 'All nodes are on this one machine’s loopback'
        : `No other host reaches ${loopback.map((node) => `node ${node.nodeId}`).join(', ')}`,
      loopback.length === nodes.length
        ? 'Good to try something; nothing on another machine can use the cluster.'
        : 'localhost means another machine on every machine. Give the name by which the other hosts reach it.',
    )
  if (standalone)
    warn(
      'standalone',
      'info',
      'With --standalone the controller generates its directory id itself',
      'Never run the command on a second host: each run makes a quorum of its own, which the others can never join.',
    )
  if (brokers.length === 0)
    warn(
      'no-brokers',
      'info',
      'No brokers yet',
      'The quorum forms without them; they can be formatted and started later.',
    )
  else if (brokers.length < 3)
    warn(
      'few-brokers',
      'info',
      `${brokers.length === 1 ? 'One broker' : 'Two brokers'}: partitions have fewer than three replicas`,
      'The files set the replication of Kafka’s own topics accordingly. It does not grow by itself when brokers are added.',
    )
  if (protocol === 'PLAINTEXT' && loopback.length < nodes.length)
    warn(
      'plaintext',
      'warning',
      'Nothing is encrypted and nobody has to sign in',
      'Whoever reaches a port may change everything, the quorum too. Use SASL_SSL or SSL, or keep the network closed.',
    )
  if (protocol === 'SASL_PLAINTEXT')
    warn(
      'sasl-plaintext',
      'warning',
      'Passwords travel unencrypted',
      'Use SASL_SSL wherever a network is not wholly yours.',
    )
  if (mechanism !== null && mechanism !== 'PLAIN')
    warn(
      'scram-brokers-only',
      'info',
      `${mechanism} for the brokers’ listener, PLAIN between controllers`,
      'SCRAM credentials are metadata: a controller cannot read them before a leader is elected. They are made by --add-scram when the controllers are formatted (KIP-900).',
    )
  if (protocol !== 'PLAINTEXT')
    warn(
      'no-authorizer',
      'info',
      'No authorizer is set',
      'Everybody who gets in may do everything. Set authorizer.class.name and super.users once the cluster runs.',
    )
  if (metadataRelease !== null && metadataRelease !== release)
    warn(
      'older-features',
      'info',
      `Features start at the level of ${metadataRelease}`,
      'Raise them later with kafka-features.sh upgrade; some cannot be taken back.',
    )
  return found
}
