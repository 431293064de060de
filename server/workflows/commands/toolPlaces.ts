/** Where Kafka's own tools are to ask. Pure. */
import { hostPort } from '../../contract/hostPort.ts'
import type { Facts } from '../run/facts.ts'

/** Brokers named in one command: one that is down is not the end of it. */
const MAX_NAMED = 3

/** Names come from the cluster: one that a shell would take for more than a word is quoted. */
export function shellWord(text: string): string {
  return /^[\w.:%[\]/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

export function addressText(address: { host: string; port: number }): string {
  return shellWord(hostPort(address))
}

/** Brokers that serve now, as `--bootstrap-server` takes them; in words where none is known. */
export function bootstrapServersText({ log }: Facts, without: readonly number[] = []): string {
  const serving = [...(log?.brokers ?? [])].filter(([id, { fenced }]) => !fenced && !without.includes(id))
  const addresses = serving.flatMap(([, { endpoints }]) => endpoints[0] ?? []).map(addressText)
  return addresses.length === 0 ? '<a broker:port>' : addresses.slice(0, MAX_NAMED).join(',')
}

/** With a blank before it; empty where the tools need no file. */
export function commandConfigText({ commandConfig }: Facts): string {
  return commandConfig === null ? '' : ` --command-config ${commandConfig}`
}

export function quorumTool(facts: Facts): string {
  return `bin/kafka-metadata-quorum.sh${commandConfigText(facts)} --bootstrap-controller ${facts.bootstrapControllers.join(',')}`
}
