/** All addresses of a cluster, at once. It ends in bounded time, and follows nothing that a node names. */
import type { ConnectionTest } from '../contract/fleet/connectionTest.ts'
import { type AddressTestOptions, type Target, testAddress } from './addressTest.ts'
import { overall } from './verdicts/overall.ts'

/** More would be a search of the network. */
const MAX_TARGETS = 20

export async function testConnection(targets: readonly Target[], options: AddressTestOptions): Promise<ConnectionTest> {
  const testedAtMs = options.clock.nowMs()
  const addresses = await Promise.all(targets.slice(0, MAX_TARGETS).map((target) => testAddress(target, options)))
  const result = overall(addresses)
  const watchedAs = result.clusterId === null ? [] : options.watchedAs(result.clusterId)
  return { testedAtMs, ...result, watchedAs, addresses }
}
