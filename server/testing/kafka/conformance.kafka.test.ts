/**
 * Conformance scenarios on real Apache Kafka: a named subset on the newest version. All of them on every version:
 * CONFORMANCE=all, as the safety run asks for.
 */
import { afterAll, describe, expect, test } from 'vitest'
import { RELEASES, RealWorld, scenariosFor } from '../conformance/worlds.ts'

const ALL = process.env.CONFORMANCE === 'all'
const wanted = process.env.KAFKA_VERSIONS?.split(',') ?? (ALL ? RELEASES : ['4.3.1'])
const VERSIONS = RELEASES.filter((release) => wanted.includes(release))
/** Part of a title: a scenario that is being written need not wait for the others. */
const ONLY = process.env.CONFORMANCE_ONLY

/** Cheap ones, from each file, all on one cluster. */
const SUBSET = [
  "Add, row 4: the leader's own listener name must be among the endpoints",
  'Add, row 8: the newest voter set must be committed',
  'Add, row 9: an id votes once, whatever its directory',
  'Remove, row 9: a wrong directory is another voter',
  'The leader removes itself, resigns, and stays as an observer',
  'Update: a voter, its listener and its versions must make sense',
  'kraft.version never goes back',
  'DescribeQuorum at a follower: an error of the partition, and zeroes that are no facts',
  'Fetch beyond the end diverges',
]

describe.each(VERSIONS)('conformance of Apache Kafka %s', async (version) => {
  const world = new RealWorld(version)
  const all = RealWorld.order(await scenariosFor(version))
  const scenarios = ALL
    ? all.filter(({ title }) => ONLY === undefined || title.includes(ONLY))
    : all.filter(({ title }) => SUBSET.includes(title))
  afterAll(() => world.close())

  test.each(scenarios.map((scenario) => [`${scenario.file}: ${scenario.title}`, scenario] as const))(
    '%s',
    async (_name, scenario) => {
      expect((await world.play(scenario)).problem).toBeNull()
    },
  )

  test.runIf(!ALL)('the subset is whole', () => {
    expect(scenarios.length).toBe(SUBSET.length)
  })
})
