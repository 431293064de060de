/** Commands of a recovery, for the hosts that they belong to, with everything filled in. Pure. */

import type { Recovery } from '../../contract/disk/recovery.ts'
import type { LoggedVoter } from '../../contract/diskReport.ts'
import { hostPort } from '../../contract/hostPort.ts'
import type { HostCommand } from '../../contract/workflows.ts'
import { START_COMMAND, STOP_COMMAND, WAIT_COMMAND } from './hostCommands.ts'
import { shellWord } from './toolPlaces.ts'

const PRINTS_NOTHING = ''
/** Depends on the disk. */
const PRINTS_ITS_OWN = null

/** Without slashes at its end. */
function bare(path: string): string {
  return path.replace(/\/+$/, '')
}

function backupOf(path: string): string {
  return `${bare(path)}.before-recovery`
}

function hostOfVoter({ nodeId, endpoints: [first] }: LoggedVoter): string {
  return first === undefined ? `the host of controller ${nodeId}` : first.host
}

export function stopVoters(voters: readonly LoggedVoter[]): HostCommand[] {
  return voters.map((voter) => ({
    host: hostOfVoter(voter),
    text: STOP_COMMAND,
    prints: PRINTS_NOTHING,
    note: `Stops every Kafka on the host. Keep controller ${voter.nodeId} from starting by itself until this run says so: disable its service.`,
  }))
}

export function startVoters(voters: readonly LoggedVoter[]): HostCommand[] {
  return voters.map((voter) => ({ host: hostOfVoter(voter), text: START_COMMAND, prints: PRINTS_NOTHING, note: '' }))
}

function endpointText({ listener, host, port }: LoggedVoter['endpoints'][number]): string {
  return `${listener}://${hostPort({ host, port })}`
}

/** The dry run; what it prints is the line that writes. */
function writeText({ way, seed, source, before, lost, after }: Recovery): string {
  const dir = shellWord(seed.path)
  const common = `--reports *.json --backup ${shellWord(backupOf(seed.path))}`
  switch (way) {
    case 'record':
      return `quorumdeck disk recover ${dir} \\\n  --lost ${lost.map((v) => v.nodeId).join(',')} ${common}`
    case 'graft':
      return `quorumdeck disk graft ${dir} --from '<the copy of ${source?.nodeId === null ? source.host : `node ${source?.nodeId}`}>' \\\n  --lost ${before.map((v) => v.nodeId).join(',')} ${(after[0]?.endpoints ?? []).map((e) => `--listener ${endpointText(e)}`).join(' ')} \\\n  ${common}`
    case 'addresses':
      return `quorumdeck disk set-endpoints ${dir} \\\n  ${after.map((v) => `--voter ${v.nodeId}=${v.endpoints.map(endpointText).join(',')}`).join(' ')} \\\n  ${common}`
    case 'static':
      return ''
    default:
      return way satisfies never
  }
}

export function writeCommands(recovery: Recovery): HostCommand[] {
  const { seed, source, way } = recovery
  const note = `Bring the reports of all nodes to this host first. Without --confirm nothing is written: read the plan that it prints, then run the line at its end, which carries the hash of the plan.`
  return [
    ...(way === 'graft' && source !== null
      ? [
          {
            host: source.host,
            text: `tar -C ${shellWord(source.path)} -cf metadata-of-${source.nodeId ?? 'broker'}.tar __cluster_metadata-0 meta.properties`,
            prints: PRINTS_NOTHING,
            note: `The copy may be taken while the broker runs: what is copied is checked batch by batch. Unpack it on ${seed.host}.`,
          },
        ]
      : [
          {
            host: seed.host,
            text: `quorumdeck disk backup ${shellWord(seed.path)} ${shellWord(backupOf(seed.path))}`,
            prints: PRINTS_ITS_OWN,
            note: 'To a place of its own; nothing is written before it is complete.',
          },
        ]),
    { host: seed.host, text: writeText(recovery), prints: PRINTS_ITS_OWN, note },
  ]
}

/** Copies that hold what the chosen one does not: their nodes end when they follow, and must begin anew. */
export function purgeCommands(copies: Recovery['copies']): HostCommand[] {
  return copies.map(({ nodeId, host, path }) => ({
    host,
    text: `${STOP_COMMAND}\n${WAIT_COMMAND}\nmv ${shellWord(`${bare(path)}/__cluster_metadata-0`)} ${shellWord(`${bare(path)}.metadata-before-recovery`)}`,
    prints: PRINTS_NOTHING,
    note: `Of node ${nodeId ?? 'unknown'}. Only the metadata log: the data of topics beside it stays. Start the node again when the chosen controller leads.`,
  }))
}

export function formatSeedCommand(clusterId: string): string {
  return `bin/kafka-storage.sh format --cluster-id ${clusterId} --config config/controller.properties \\\n  --no-initial-controllers`
}

/** Lines of the properties file of every node of a static quorum. */
export function staticVotersLine(voters: readonly LoggedVoter[]): string {
  const named = voters.map(({ nodeId, endpoints: [first] }) => {
    return `${nodeId}@${first === undefined ? `<host:port of controller ${nodeId}>` : hostPort(first)}`
  })
  return `controller.quorum.voters=${named.join(',')}`
}
