/** A command of a script on this machine: standard output, files, the clock, and a cluster of its own where it names one. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { cli } from '../cli/cli.ts'
import { CliFailure, EXIT } from '../cli/failure.ts'
import type { CommandName } from '../cli/names.ts'
import { PropertiesError } from '../kafka/credentials/clientProperties.ts'
import { StorageFailure } from '../storage/storageFailure.ts'
import { UsageError } from './options/optionsReading.ts'

/** @returns the exit code */
export async function script(command: CommandName, args: readonly string[]): Promise<number> {
  return await cli(command, args, {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
    env: process.env,
    readText: (file) => readFileSync(file, 'utf8'),
    nowMs: Date.now,
    sleep: (ms) => sleep(ms),
    newId: randomUUID,
    direct: async (flags) => {
      // Of all that watches and decides nothing is loaded where a server is asked.
      const { watchInProcess } = await import('./inProcess.ts')
      try {
        return await watchInProcess(flags)
      } catch (error) {
        if (error instanceof UsageError || error instanceof PropertiesError)
          throw new CliFailure(EXIT.usage, 'usage', error.message, 'See quorumdeck --help.')
        if (error instanceof StorageFailure) throw new CliFailure(EXIT.unknown, 'data-dir', error.message, error.remedy)
        throw error
      }
    },
  })
}
