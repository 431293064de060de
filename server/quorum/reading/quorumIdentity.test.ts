import { expect, test } from 'vitest'
import type { Incidents } from './incidents.ts'
import { QuorumIdentity } from './quorumIdentity.ts'

/** What was kept of `kept`; read once. */
function incidents(kept: string, epoch: number): Incidents {
  let isRead = false
  const of = async (clusterId: string) => {
    if (clusterId !== kept || isRead) return false
    isRead = true
    return true
  }
  return { of, epoch } as unknown as Incidents
}

test('the first cluster that answers is the one, and no other is believed', async () => {
  const identity = new QuorumIdentity(null, incidents('none', 0))
  expect(identity.isOther('one')).toBe(false)
  await identity.identify('one')
  await identity.identify('another')
  expect(identity.clusterId).toBe('one')
  expect(identity.isOther('another')).toBe(true)
  expect(identity.isOther(null)).toBe(false)
})

test('an expected cluster is the one before anybody answers, and again after all was forgotten', async () => {
  const identity = new QuorumIdentity('expected', incidents('none', 0))
  expect(identity.isOther('another')).toBe(true)
  identity.led(7)
  identity.forget()
  expect([identity.clusterId, identity.epoch]).toEqual(['expected', 0])
})

test('the highest epoch is of this process or of one before it, and never falls', async () => {
  const identity = new QuorumIdentity(null, incidents('one', 9))
  identity.led(4)
  identity.led(3)
  expect(identity.epoch).toBe(4)
  await identity.identify('one')
  expect(identity.epoch).toBe(9)
  identity.led(11)
  await identity.identify(null)
  expect(identity.epoch).toBe(11)
})
