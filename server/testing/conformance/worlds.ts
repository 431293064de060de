/** The worlds a script is played in: a simulated quorum for each scenario, or one real cluster for many of them. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KafkaRelease } from '../../sandbox/simulatedQuorum/core/profiles.ts'
import { kafkaUnderTest, type QuorumUnderTest, simulatedUnderTest } from '../quorumUnderTest.ts'
import { parseScript } from './parseScript.ts'
import { PatientClock } from './patientClock.ts'
import { type Play, play } from './play.ts'
import { QuorumState } from './quorumState.ts'
import { restore } from './restore.ts'
import { isFor, type Scenario, SHAPES, type Shape } from './script.ts'

export const RELEASES: readonly KafkaRelease[] = ['3.9.2', '4.1.2', '4.3.1']

const FOLDER = join(import.meta.dirname, 'scenarios')

/** Every scenario that a release has, in the order of the files. */
export async function scenariosFor(release: string): Promise<Scenario[]> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.txt')).sort()
  const all = await Promise.all(
    files.map(async (name) => parseScript(name.replace('.txt', ''), await readFile(join(FOLDER, name), 'utf8'))),
  )
  return all.flat().filter(({ releases }) => isFor(releases, release))
}

/** Real Kafka cleans its log once a minute: enough small segments and snapshots have come by then. */
const CLEANING: Record<string, string> = {
  'metadata.log.max.snapshot.interval.ms': '2000',
  'metadata.log.max.record.bytes.between.snapshots': '1',
  'metadata.log.segment.ms': '2000',
  'metadata.max.retention.ms': '4000',
}
const CLEANED_WITHIN_MS = 180_000

/** Until the log of whoever leads begins behind its first records. */
async function untilCleaned(quorum: QuorumUnderTest): Promise<void> {
  const state = new QuorumState(quorum.port)
  const startedMs = performance.now()
  try {
    for (;;) {
      quorum.takeSnapshots()
      const led = await state.led()
      if (led !== null && (await state.isCleaned(led))) return
      if (performance.now() - startedMs > CLEANED_WITHIN_MS) throw new Error('the log is not cleaned')
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  } finally {
    state.close()
  }
}

const shapeOptions = (shape: Shape) => ({ controllers: 3, brokers: 1, autoJoin: shape === 'auto-join' })

/** Where a state of a few milliseconds is to be met, no turn of the program may skip one. */
export async function playSimulated(scenario: Scenario, profile: KafkaRelease): Promise<Play> {
  const isStatic = scenario.shape === 'static'
  const isHasty = scenario.lines.some(({ step }) => step.kind === 'repeat')
  const clock = new PatientClock(isHasty ? 0.5 : 2)
  const options = {
    ...shapeOptions(scenario.shape),
    static: isStatic,
    profile,
    newborn: true,
    now: clock.now,
  }
  const quorum = await simulatedUnderTest(options)
  try {
    await restore(quorum.port, scenario.shape, false)
    if (scenario.shape === 'snapshots') await untilCleaned(quorum)
    return await play(scenario, quorum)
  } finally {
    await quorum.close()
    clock.stop()
  }
}

/** Real clusters, one of each shape, the first time they are needed; each is brought back to its base between scenarios. */
export class RealWorld {
  readonly #version: KafkaRelease
  #shape: Shape | null = null
  #quorum: QuorumUnderTest | null = null
  #spoilt = false

  constructor(version: KafkaRelease) {
    this.#version = version
  }

  /** In the order in which fewest clusters are made: by shape, spoiling ones last. */
  static order(scenarios: readonly Scenario[]): Scenario[] {
    const rank = ({ shape, spoils }: Scenario) => SHAPES.indexOf(shape) * 2 + (spoils ? 1 : 0)
    return [...scenarios].sort((one, other) => rank(one) - rank(other))
  }

  async play(scenario: Scenario): Promise<Play> {
    const { shape } = scenario
    if (this.#quorum === null || this.#shape !== shape) {
      await this.close()
      this.#shape = shape
      this.#spoilt = false
      this.#quorum = await kafkaUnderTest({
        ...shapeOptions(shape),
        staticQuorum: shape === 'static',
        version: this.#version,
        ...(shape === 'snapshots' ? { extra: CLEANING } : {}),
      })
    }
    await restore(this.#quorum.port, shape, this.#spoilt)
    if (shape === 'snapshots') await untilCleaned(this.#quorum)
    const played = await play(scenario, this.#quorum)
    this.#spoilt = scenario.spoils
    return played
  }

  async close(): Promise<void> {
    const quorum = this.#quorum
    this.#quorum = null
    await quorum?.close()
  }
}
