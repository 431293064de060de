import { expect, test } from 'vitest'
import type { ReplicaView } from '../../contract/quorumView.ts'
import type { Seat } from '../seats.ts'
import { orderOf } from './replaceController.ts'

/** `dead` of `voters` are dead, the last one among them first; the one to be replaced is the last. */
function order(voters: number, dead: number, replacedIsDead = dead > 0) {
  const health = (i: number) => {
    const fromTheEnd = voters - 1 - i
    const shifted = replacedIsDead ? fromTheEnd : fromTheEnd - 1
    return shifted >= 0 && shifted < dead ? ('silent' as const) : ('ok' as const)
  }
  const seats: Seat[] = Array.from({ length: voters }, (_, nodeId) => ({
    nodeId,
    directoryId: `disk${nodeId}`,
    health: health(nodeId),
    leads: nodeId === 0,
  }))
  const old = seats.at(-1)
  return orderOf(seats, old as unknown as ReplicaView)
}

test.each([
  [3, 0, false, 'add-first', 0],
  [3, 1, true, 'remove-first', 0],
  [5, 0, false, 'add-first', 1],
  [5, 1, true, 'remove-first', 1],
  [5, 2, true, 'remove-first', 0],
  [4, 1, true, 'remove-first', 0],
] as const)(
  'the order of the table: %i voters, %i dead (replaced among them: %s)',
  (voters, dead, itself, which, worst) => {
    expect(order(voters, dead, itself)).toEqual({ order: which, worst })
  },
)

test('beside another dead one neither order of three is safe', () => {
  expect(order(3, 1, false)?.worst).toBe(-1)
})

test('while the health of one is unknown there is no order', () => {
  const seat = (nodeId: number, health: Seat['health']): Seat => ({ nodeId, directoryId: 'x', health, leads: false })
  const seats = [seat(0, 'ok'), seat(1, 'unknown'), seat(2, 'ok')]
  expect(orderOf(seats, seats[2] as unknown as ReplicaView)).toBeNull()
})
