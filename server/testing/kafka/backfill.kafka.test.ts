/** The log of a real Kafka still holds, before its newest snapshot, what the history is filled with. */
import { describe, test } from 'vitest'
import { expectBackfill } from '../backfill.ts'
import { kafkaUnderTest } from '../quorumUnderTest.ts'

const VERSIONS = (process.env.KAFKA_VERSIONS ?? '4.3.1').split(',')
/** Snapshots every two seconds, or every few records; nothing is cleaned meanwhile. */
const SNAPSHOTS = {
  'metadata.log.max.snapshot.interval.ms': '2000',
  'metadata.log.max.record.bytes.between.snapshots': '1',
}

describe.each(VERSIONS)('Apache Kafka %s', (version) => {
  test('an election before the newest snapshot is an event of the history', async () => {
    const quorum = await kafkaUnderTest({ version, controllers: 3, brokers: 0, extra: SNAPSHOTS })
    try {
      await expectBackfill(quorum)
    } finally {
      await quorum.close()
    }
  })
})
