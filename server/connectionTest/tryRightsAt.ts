/** The rights of whoever we connect as, tried at the first address that lets us ask; controllers first: they know all four. */
import type { ClusterRights } from '../contract/fleet/rights.ts'
import { hostPort } from '../contract/hostPort.ts'
import type { Security } from '../kafka/connection.ts'
import type { Target } from './addressTest.ts'
import { open, tryRights } from './hops/kafka.ts'
import { rightsTable } from './verdicts/rightsTable.ts'

export async function tryRightsAt(
  targets: readonly Target[],
  security: Security,
  nowMs: () => number,
): Promise<ClusterRights> {
  const principal =
    security.sasl !== undefined && 'username' in security.sasl ? (security.sasl.username as string) : null
  const failures: string[] = []
  for (const { endpoint, address } of targets) {
    const at = { address: hostPort(address), endpoint }
    try {
      const connection = await open(address, security)
      try {
        const rights = rightsTable(await tryRights(connection, endpoint), principal, at)
        return { triedAtMs: nowMs(), principal, ...at, rights, problem: null }
      } finally {
        connection.close()
      }
    } catch (error) {
      failures.push(`${at.address}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const problem = {
    code: 'not-tried',
    title: 'No address lets Quorumdeck ask',
    detail: failures.join('; ') || 'No address is known.',
    remedy: 'Test the connection of this cluster: it shows at which hop each address fails.',
  }
  return {
    triedAtMs: nowMs(),
    principal,
    address: null,
    endpoint: null,
    rights: rightsTable(new Map(), principal, null),
    problem,
  }
}
