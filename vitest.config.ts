import { defineConfig } from 'vitest/config'
import { LONG_TESTS, leftOut } from './.ci/longTests.ts'

/** Unit tests of what is kept: they run on SQLite, and once more on PostgreSQL. */
const HOLD_FOR_EVERY_DATABASE = [
  'server/storage/{alerts,notes,quorumMemory}.test.ts',
  'server/workflows/engine/journal/journal.test.ts',
]

/**
 * `unit`: pure and in-process tests, part of `npm run check`. `simulated`: the product against the simulated quorum over
 * TCP. `kafka`: against real Apache Kafka. `postgres`: on a real PostgreSQL. `monitoring`: with a real Prometheus and Alertmanager. `packages`: what people install; `container`: the image and the chart, of the safety run. A test file says where it belongs by its ending.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{server,components,app,bench,packaging}/**/*.test.ts', '.ci/**/*.test.ts'],
          exclude: ['simulated', 'kafka', 'monitoring', 'postgres', 'packages', 'container'].map(
            (kind) => `**/*.${kind}.test.ts`,
          ),
          // Generous: the machine may be busy, and no test is about how long it takes.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Files share processes: to load the modules anew for each took longer than the tests. What a test changes outside itself, it puts back.
          isolate: false,
          // They wait more than they work.
          maxWorkers: 4,
        },
      },
      {
        test: {
          name: 'simulated',
          // They wait more than they work.
          maxWorkers: 4,
          include: ['server/**/*.simulated.test.ts'],
          exclude: leftOut(LONG_TESTS.simulated),
          // More than the patience of one wait (server/testing/patience.ts), so that a wait can say what it saw.
          testTimeout: 400_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'postgres',
          include: ['server/**/*.postgres.test.ts', ...HOLD_FOR_EVERY_DATABASE],
          exclude: leftOut(LONG_TESTS.postgres),
          globalSetup: 'server/testing/postgres/everyTest.ts',
          maxWorkers: 2,
          testTimeout: 400_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'monitoring',
          include: ['server/**/*.monitoring.test.ts'],
          testTimeout: 400_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'packages',
          include: ['packaging/**/*.packages.test.ts'],
          testTimeout: 400_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'container',
          include: ['packaging/**/*.container.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 1_800_000,
        },
      },
      {
        test: {
          name: 'kafka',
          include: ['server/**/*.kafka.test.ts'],
          // Long: only where versions are asked for, as `npm run safety -- --only kafka` does.
          exclude: [
            ...leftOut(LONG_TESTS.kafka),
            ...(process.env.KAFKA_VERSIONS === undefined
              ? ['longWizards', 'dying', 'identities', 'nodeConfig', 'handOver', 'lostQuorums', 'lostSnapshots'].map(
                  (name) => `server/testing/kafka/${name}.kafka.test.ts`,
                )
              : []),
          ],
          testTimeout: 400_000,
          hookTimeout: 240_000,
          fileParallelism: false,
          // Real processes on a machine that does other things too: a second try is shown as such. The safety run has none.
          retry: process.env.KAFKA_VERSIONS === undefined ? 1 : 0,
        },
      },
    ],
  },
})
