/** `quorumdeck move-data`: reads the arguments, moves, prints what came of it. */
import { parseArgs } from 'node:util'
import { StorageFailure } from '../../storage/storageFailure.ts'
import { databaseUrlOf } from '../options/optionsDatabase.ts'
import { UsageError } from '../options/optionsReading.ts'
import { moveData } from './moveData.ts'

const HELP = `Moves a data directory to PostgreSQL, for several servers on one database (docs/replicas.md).

  DATABASE_URL=postgres://user:password@host/database quorumdeck move-data --from DIR
  quorumdeck move-data --from DIR --database-url-file FILE

  --from DIR                the data directory of a Quorumdeck that has ended; it stays as it is
  --database-url-file FILE  file with the address of an empty database, in place of DATABASE_URL

The past (history.sqlite) stays where it is. The files with passwords of clusters (client-properties) do, too: give each server
a data directory of its own, and copy them there.
Exit codes: 0 moved, 1 not moved, 2 the command line cannot be used.`

export interface MovePrinted {
  code: 0 | 1 | 2
  out: string
  errors: string
}

export async function moveCommand(
  args: string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<MovePrinted> {
  try {
    const { values } = parseArgs({
      args,
      options: { from: { type: 'string' }, 'database-url-file': { type: 'string' }, help: { type: 'boolean' } },
    })
    if (values.help) return { code: 0, out: HELP, errors: '' }
    const url = await databaseUrlOf(values['database-url-file'], environment.DATABASE_URL)
    if (values.from === undefined) throw new UsageError('--from names the data directory. See move-data --help.')
    if (url === null) throw new UsageError('Give DATABASE_URL or --database-url-file. See move-data --help.')
    const { rows } = await moveData(values.from, url)
    const lines = [...rows].map(([table, count]) => `  ${String(count).padStart(8)}  ${table}`)
    const what = lines.length === 0 ? 'It had no rows.' : `Moved and read again, row for row:\n${lines.join('\n')}`
    return { code: 0, out: `${what}\nThe data directory is as it was; keep it until the servers run.`, errors: '' }
  } catch (error) {
    if (error instanceof StorageFailure) return { code: 1, out: '', errors: `${error.message} ${error.remedy}` }
    if (error instanceof UsageError) return { code: 2, out: '', errors: error.message }
    if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS'))
      return { code: 2, out: '', errors: `${(error as Error).message} See move-data --help.` }
    throw error
  }
}
