/** One PostgreSQL for all tests of the project `postgres`; each test makes a database of its own in it. */
import { startPostgres } from './cluster.ts'

export async function setup(): Promise<() => Promise<void>> {
  const cluster = await startPostgres()
  process.env.QUORUMDECK_TEST_POSTGRES = String(cluster.port)
  return () => cluster.close()
}
