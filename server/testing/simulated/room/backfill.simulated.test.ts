import { test } from 'vitest'
import { expectBackfill } from '../../backfill.ts'
import { simulatedUnderTest } from '../../quorumUnderTest.ts'

test('an election before the newest snapshot is an event of the history', async () => {
  const quorum = await simulatedUnderTest({ controllers: 3, brokers: 1 })
  try {
    await expectBackfill(quorum)
  } finally {
    await quorum.close()
  }
})
