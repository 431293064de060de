/**
 * Measures the product. `npm run bench` runs everything, `npm run bench -- wire latency` only these. It prints figures and
 * ratios and never judges them: docs/benchmarks.md keeps the last ones with the targets.
 */
import { runCrowd } from './crowd.ts'
import { drift } from './drift.ts'
import { fleet, runQuorums } from './fleet.ts'
import { history } from './history.ts'
import { latency } from './latency.ts'
import { observe } from './observe.ts'
import { size } from './size.ts'
import { start } from './start.ts'
import { machineText, type Surroundings, surroundings } from './surroundings.ts'
import { wire } from './wire.ts'

interface Bench {
  about: string
  run(around: Surroundings): Promise<void>
}

const BENCHES: Record<string, Bench> = {
  start: { about: 'built start to the first answer and the first view (simulated)', run: start },
  size: { about: 'a cluster of 1,000 brokers and 1,000,000 partitions (simulated)', run: size },
  history: { about: 'a day and ninety days of nine nodes, written and read (simulated)', run: history },
  fleet: { about: '50 to 500 clusters in one process, 1,000 to 10,000 screens on one (simulated)', run: fleet },
  observe: {
    about: 'cost of one observation, beside kafka-metadata-quorum (needs real Kafka: Java, Maven)',
    run: observe,
  },
  wire: { about: 'bytes of deltas, CPU and memory of the server (needs real Kafka; also simulated)', run: wire },
  drift: { about: 'foreign voter change to adopted or paused run (needs real Kafka; also simulated)', run: drift },
  latency: { about: 'voter change, election, poll: to the client (needs real Kafka; also simulated)', run: latency },
}

async function main(names: string[]): Promise<number> {
  const unknown = names.filter((name) => BENCHES[name] === undefined)
  if (unknown.length > 0) {
    console.error(`No bench is called ${unknown.join(', ')}. There are:`)
    for (const [name, { about }] of Object.entries(BENCHES)) console.error(`  ${name.padEnd(8)} ${about}`)
    return 2
  }
  const around = surroundings()
  const stop = () => void around.end().finally(() => process.exit(130))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    // Always in this order: the last one leaves a spare controller behind.
    for (const name of Object.keys(BENCHES).filter((n) => names.length === 0 || names.includes(n))) {
      const bench = BENCHES[name]
      if (bench === undefined) continue
      around.say(`\n— ${name}: ${bench.about}`)
      around.say(machineText())
      await bench.run(around)
    }
    return 0
  } finally {
    await around.end()
  }
}

const [first, ...rest] = process.argv.slice(2)
if (first === 'crowd') {
  const [host = '', cluster = '', count = '0'] = rest
  await runCrowd(host, cluster, Number(count))
} else if (first === 'quorums') {
  await runQuorums(Number(rest[0] ?? '1'))
} else {
  process.exit(await main(process.argv.slice(2)))
}
