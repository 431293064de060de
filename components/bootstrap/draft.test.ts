import { expect, test } from 'vitest'
import type { BootstrapPlan } from '../../server/contract/bootstrap.ts'
import { BootstrapRequest } from '../../server/contract/bootstrap.ts'
import { type Draft, FIRST_WISH, isPlanOf, readWish, requestOf, withIds, withoutIds, withRow } from './draft.ts'

const filled: Draft = {
  ...FIRST_WISH,
  name: ' payments ',
  rows: FIRST_WISH.rows.map((one) => ({ ...one, host: `h${one.nodeId} ` })),
}
const planOf = (request: BootstrapRequest) => ({ request }) as BootstrapPlan

test('what is typed is sent in the shape of the contract, numbers that are none as null', () => {
  const [first] = filled.rows
  if (first === undefined) throw new Error('no row')
  const odd = { ...filled, rows: [{ ...first, nodeId: 'x', controllerPort: ' ', brokerPort: '1e9' }] }
  const request = BootstrapRequest.parse(requestOf(odd))
  expect(request.nodes[0]).toMatchObject({
    nodeId: null,
    controllerPort: null,
    brokerPort: null,
    roles: ['controller'],
  })
  expect(BootstrapRequest.parse(requestOf(FIRST_WISH)).nodes).toHaveLength(6)
})

test('ids stay from plan to plan until new ones are asked for', () => {
  const request = {
    ...requestOf(filled),
    name: 'payments',
    clusterId: 'ucil9Sd9R7Ss8st7gV-Krg',
    nodes: requestOf(filled).nodes.map((node, i) => ({
      ...node,
      host: node.host.trim(),
      ...(i < 3 ? { directoryId: `slcsM5ZAR0SMIF_u__MAe${i}` } : {}),
    })),
  }
  const kept = withIds(filled, planOf(request))
  expect(requestOf(kept)).toMatchObject({ clusterId: request.clusterId })
  expect(requestOf(kept).nodes.map((n) => n.directoryId)).toEqual(request.nodes.map((n) => n.directoryId))
  expect(isPlanOf(kept, planOf(request))).toBe(true)
  expect(isPlanOf({ ...kept, release: '4.1' }, planOf(request))).toBe(false)
  expect(isPlanOf(withRow(kept, 'broker'), planOf(request))).toBe(false)
  expect(requestOf(withoutIds(kept)).nodes.every((n) => n.directoryId === undefined)).toBe(true)
  expect(requestOf({ ...kept, standalone: true }).nodes.every((n) => n.directoryId === undefined)).toBe(true)
})

test('a new row is like the last of its role, under a free id', () => {
  const two = withRow(withRow(FIRST_WISH, 'controller'), 'broker')
  expect(two.rows.slice(-2).map((one) => [one.nodeId, one.role])).toEqual([
    ['4', 'controller'],
    ['14', 'broker'],
  ])
  expect(new Set(two.rows.map((one) => one.key)).size).toBe(8)
})

test('what the browser kept is taken back only where it fits this form', () => {
  expect(readWish(JSON.stringify(filled))).toEqual(filled)
  for (const text of [null, '', '{}', '{"rows":[{}]}', '[]', 'null']) expect(readWish(text)).toBeNull()
})
