/** A server is killed by kill -9 in the middle of a disk replacement; the safety run does so at every boundary. */
import { expect, test } from 'vitest'
import { newPostgresUrl } from '../databasePlace.ts'
import { simulatedUnderTest } from '../quorumUnderTest.ts'
import { takeOverAt } from './takeOverMatrix.ts'

test.each([null, 'remove: on its way', 'intended add-new: kept'])('killed at: %s', async (boundary) => {
  const quorum = await simulatedUnderTest({ brokers: 1, newborn: true, seed: 853 })
  try {
    const { problems, boundaries } = await takeOverAt(boundary, { quorum, url: await newPostgresUrl() })
    expect({ problems, boundaries: boundaries.length > 5 }).toEqual({ problems: [], boundaries: true })
  } finally {
    await quorum.close()
  }
})
