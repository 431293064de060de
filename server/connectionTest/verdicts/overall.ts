/** What the hops of all addresses come to. Pure. */
import type { ConnectionTest, Hop, HopState, TestedAddress } from '../../contract/fleet/connectionTest.ts'
import { HopName } from '../../contract/fleet/connectionTest.ts'

/** From good to bad; what was not made says nothing. */
const ORDER: readonly HopState[] = ['skipped', 'ok', 'warning', 'failed']

export function worstOf(states: readonly HopState[]): HopState {
  return states.reduce<HopState>(
    (worst, state) => (ORDER.indexOf(state) > ORDER.indexOf(worst) ? state : worst),
    'skipped',
  )
}

/** Every hop has its line, also those that were not made. */
export function withSkipped(made: readonly Hop[], why: string): Hop[] {
  return HopName.options.map(
    (hop) => made.find((one) => one.hop === hop) ?? { hop, state: 'skipped', tookMs: null, found: [why], remedy: '' },
  )
}

export function overall(addresses: readonly TestedAddress[]): Pick<ConnectionTest, 'state' | 'words' | 'clusterId'> {
  const ids = new Set(addresses.flatMap(({ clusterId }) => clusterId ?? []))
  const [clusterId = null] = ids
  const failed = addresses.filter(({ state }) => state === 'failed').length
  const all = addresses.length
  if (ids.size > 1) {
    return {
      state: 'failed',
      words: `These addresses are of ${ids.size} Kafka clusters: ${[...ids].join(', ')}. Name those of one.`,
      clusterId: null,
    }
  }
  if (failed === all) {
    return {
      state: 'failed',
      words: all === 1 ? 'It cannot be watched like this.' : `None of the ${all} addresses will do.`,
      clusterId,
    }
  }
  if (failed > 0) {
    return { state: 'warning', words: `It can be watched; ${failed} of ${all} addresses will not do.`, clusterId }
  }
  const state = worstOf(addresses.map((one) => one.state))
  return {
    state,
    words: state === 'ok' ? 'It can be watched.' : 'It can be watched; look at what is marked.',
    clusterId,
  }
}
