/**
 * Test files that take long beside what they would find of a change in the making. The test command plays them with CI=true, and
 * leaves them out on a desk, where it is to take less than a quarter of an hour. Any of them runs by its name.
 */
export const LONG_TESTS = {
  simulated: [
    'server/modelCheck/exploration/explore.simulated.test.ts',
    'server/rehearsal/rehearseCluster.simulated.test.ts',
    'server/testing/alerts/alertSchedules.simulated.test.ts',
    'server/testing/simulated/crash.simulated.test.ts',
    'server/testing/simulated/documentedLoop.simulated.test.ts',
    'server/testing/simulated/dying.simulated.test.ts',
    'server/testing/simulated/hazards.simulated.test.ts',
    'server/testing/simulated/longWizards.simulated.test.ts',
    'server/testing/simulated/lostAnswers.simulated.test.ts',
    'server/testing/simulated/lostQuorum.simulated.test.ts',
    'server/testing/simulated/oldJournal.simulated.test.ts',
    'server/testing/simulated/room/alertRules.simulated.test.ts',
  ],
  kafka: [
    'server/testing/kafka/alerts.kafka.test.ts',
    'server/testing/kafka/backfill.kafka.test.ts',
    'server/testing/kafka/bootstrap.kafka.test.ts',
    'server/testing/kafka/conformance.kafka.test.ts',
    'server/testing/kafka/faults.kafka.test.ts',
    'server/testing/kafka/lostDisks.kafka.test.ts',
    'server/testing/kafka/lostWizard.kafka.test.ts',
    'server/testing/kafka/migrate.kafka.test.ts',
    'server/testing/kafka/paper.kafka.test.ts',
    'server/testing/kafka/runbook.kafka.test.ts',
    'server/testing/kafka/security.kafka.test.ts',
    'server/testing/kafka/truth.kafka.test.ts',
    'server/testing/kafka/wizards.kafka.test.ts',
  ],
  postgres: [
    'server/testing/replicas/databaseFaults.postgres.test.ts',
    'server/testing/replicas/lateWaker.postgres.test.ts',
  ],
  browser: [
    'playwright/access/hostilePages.spec.ts',
    'playwright/access/people.spec.ts',
    'playwright/bootstrap.spec.ts',
    'playwright/clusters/list.spec.ts',
    'playwright/clusters/reach.spec.ts',
    'playwright/everyPage.spec.ts',
    'playwright/kafkaBootstrap.spec.ts',
    'playwright/kafkaLongWizards.spec.ts',
    'playwright/past/past.spec.ts',
    'playwright/recovery.spec.ts',
    'playwright/rehearsal.spec.ts',
    'playwright/room/people.spec.ts',
    'playwright/room/wall.spec.ts',
    'playwright/runbook.spec.ts',
    'playwright/stale.spec.ts',
    'playwright/states.spec.ts',
    'playwright/truth.spec.ts',
    'playwright/workflowScreens.spec.ts',
  ],
} as const

/** For the runners' configurations, which read it: the long ones are left out. */
export const SHORT = { QUORUMDECK_TESTS: 'short' } as const

/** These where they are to be left out, else none. */
export function leftOut(files: readonly string[]): string[] {
  return process.env.QUORUMDECK_TESTS === SHORT.QUORUMDECK_TESTS ? [...files] : []
}
