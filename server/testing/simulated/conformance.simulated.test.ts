/** Every conformance scenario on the simulated quorum, as each release of Kafka. */
import { describe, expect, test, vi } from 'vitest'
import { playSimulated, RELEASES, scenariosFor } from '../conformance/worlds.ts'

// Each mostly waits.
vi.setConfig({ maxConcurrency: 20 })

describe.concurrent.each(RELEASES)('conformance of the simulated quorum, Kafka %s', async (release) => {
  const scenarios = await scenariosFor(release)
  test.each(scenarios.map((scenario) => [`${scenario.file}: ${scenario.title}`, scenario] as const))(
    '%s',
    async (_name, scenario) => {
      expect((await playSimulated(scenario, release)).problem).toBeNull()
    },
  )
})
