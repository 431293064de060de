/** What the benches share: a place to end things, and a real Kafka that is started once, when the first bench asks. */
import { availableParallelism, cpus, loadavg } from 'node:os'
import { type ApacheKafka, startApacheKafka } from '../server/sandbox/apacheKafka/start.ts'
import { Watching } from '../server/testing/watching.ts'

export const KAFKA_VERSION = '4.3.1'
export const CONTROLLERS = 3
export const BROKERS = 3
const SETTLED_MS = 10_000

export interface Surroundings {
  say(line: string): void
  /** Real Kafka: three controllers and three brokers. */
  kafka(): Promise<ApacheKafka>
  /** Runs when the bench is over, or is ended. */
  onEnd(close: () => Promise<unknown>): void
  end(): Promise<void>
}

export function surroundings(): Surroundings {
  const closers: (() => Promise<unknown>)[] = []
  const say = (line: string) => console.log(line)
  let kafka: Promise<ApacheKafka> | null = null
  return {
    say,
    onEnd: (close) => closers.push(close),
    kafka() {
      kafka ??= startApacheKafka({
        version: KAFKA_VERSION,
        controllers: CONTROLLERS,
        brokers: BROKERS,
        onProgress: say,
      }).then(async (started) => {
        closers.push(() => started.close())
        await settled(started)
        return started
      })
      return kafka
    },
    async end() {
      for (const close of closers.splice(0).reverse()) await close().catch(() => {})
    },
  }
}

/** A young quorum changes its leader while its processes warm up: measured is one that has kept its leader for a while. */
async function settled({ bootstrapControllers }: ApacheKafka): Promise<void> {
  const watching = new Watching({ bootstrapControllers })
  let epoch: number | null = null
  let sinceMs = performance.now()
  try {
    await watching.view('a settled quorum', ({ quorum, replicas }) => {
      const whole = replicas.length === CONTROLLERS + BROKERS && replicas.every((r) => r.health === 'ok')
      if (!whole || quorum.leaderEpoch !== epoch) sinceMs = performance.now()
      epoch = quorum.leaderEpoch
      return performance.now() - sinceMs > SETTLED_MS
    })
  } finally {
    watching.stop()
  }
}

export function machineText(): string {
  return `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.version}, Kafka ${KAFKA_VERSION}; load of the last minute ${loadavg()[0]?.toFixed(1)}`
}
