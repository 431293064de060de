/** Reading single options; what cannot be used is refused in one sentence. */
import { readFile } from 'node:fs/promises'
import type { Racks } from '../../quorum/assessment/findings/racks.ts'
import { parseRacks } from './optionsRacks.ts'

/** What is wrong with the options; printed as it is, without a stack. */
export class UsageError extends Error {}

/** @throws UsageError */
export function wholeNumber(
  flag: string,
  text: string | undefined,
  fallback: number,
  min: number,
  max: number,
): number {
  if (text === undefined) return fallback
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max) {
    throw new UsageError(`--${flag} must be a whole number from ${min} to ${max}; it is ${JSON.stringify(text)}.`)
  }
  return value
}

/** @throws UsageError */
export function racksOfFlag(text: string | undefined): Racks {
  try {
    return text === undefined ? new Map() : parseRacks(text)
  } catch (error) {
    throw new UsageError(`--rack: ${(error as Error).message}`)
  }
}

/** What went wrong with a flag, in the words of whoever read it. @throws UsageError */
export async function refusing<T>(flag: string, reading: Promise<T>): Promise<T> {
  return await reading.catch((error: Error) => {
    throw new UsageError(`${flag}: ${error.message}`)
  })
}

/** @throws UsageError */
export async function readText(flag: string, file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `${flag}: ${file} cannot be read (${error.code === 'ENOENT' ? 'there is no such file' : error.code}).`,
    )
  })
}
