/** Reads the command line, starts the server, and ends everything in order. */
import { PropertiesError } from '../kafka/credentials/clientProperties.ts'
import { StorageFailure } from '../storage/storageFailure.ts'
import { type Closer, closeAll } from './closers.ts'
import { HELP, readOptions } from './options/options.ts'
import { UsageError } from './options/optionsReading.ts'
import { start } from './program.ts'

/** What a person can do something about, in words; `null` for a fault of our own. */
function wordsOf(error: unknown): string | null {
  if (error instanceof UsageError || error instanceof PropertiesError) return error.message
  return error instanceof StorageFailure ? `${error.message} ${error.remedy}` : null
}

const closers: Closer[] = []
let ending = false

function end(code: number): void {
  if (ending) return
  ending = true
  void closeAll(closers, () => {}).finally(() => process.exit(code))
}

/** @param args of the command line */
export async function serve(args: string[]): Promise<void> {
  process.on('SIGINT', () => end(130))
  process.on('SIGTERM', () => end(143))
  try {
    const options = await readOptions(args)
    if (options === 'help') process.stdout.write(`${HELP}\n`)
    else
      await start(options, closers, async () => {
        const read = await readOptions(args)
        if (read === 'help') throw new Error('the command line has changed')
        return read
      })
  } catch (error) {
    const words = wordsOf(error)
    process.stderr.write(`quorumdeck: ${words ?? (error instanceof Error ? error.stack : String(error))}\n`)
    end(words === null ? 1 : 2)
  }
}
