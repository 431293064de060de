/** What can go wrong with the database, in words for people. */

export class StorageFailure extends Error {
  override readonly name: string = 'StorageFailure'
  /** What to do next. */
  readonly remedy: string

  constructor(message: string, remedy: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.remedy = remedy
  }
}

/** A data directory opens once: two programs on it could both change the quorum. */
export class DataDirInUse extends StorageFailure {
  override readonly name = 'DataDirInUse'

  constructor(dataDir: string, cause: unknown) {
    super(
      `The data directory ${dataDir} is in use by another process, probably another Quorumdeck. A data directory opens once, so that two of them never change one quorum.`,
      'Use the Quorumdeck that runs already, or end it; or give this one a directory of its own with --data-dir.',
      { cause },
    )
  }
}

/** An older program would misread what a newer one has written. */
export class DatabaseTooNew extends StorageFailure {
  override readonly name = 'DatabaseTooNew'

  /** @param otherwise what to do where the newer one is not wanted */
  constructor(found: number, known: number, otherwise = 'give this one another directory with --data-dir') {
    super(
      `The database was written by a newer Quorumdeck: its layout is number ${found}, and this one knows layouts up to ${known}. Nothing in it was changed.`,
      `Start the newer Quorumdeck again, or ${otherwise}.`,
    )
  }
}

/** Pages of the file are damaged: what is read from it cannot be believed. */
export class DatabaseBroken extends StorageFailure {
  override readonly name = 'DatabaseBroken'

  constructor(found: readonly string[]) {
    super(
      `The database is damaged (${found.join('; ')}). What was recorded of guided changes cannot be believed, so nothing may be changed with it.`,
      'Keep a copy of the data directory, then restore a backup of quorumdeck.sqlite or start with an empty directory; the state of a quorum itself is in Kafka.',
    )
  }
}

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html), each the low byte of an extended one. */
const BUSY = 5
const REMEDY: Record<number, string> = {
  8: 'Make the data directory and quorumdeck.sqlite in it writable for this user.',
  10: 'Check the disk of the data directory and the log of the system, then start Quorumdeck again.',
  11: 'Keep a copy of the data directory, then restore a backup of it or start with an empty one.',
  13: 'Free space on the disk of the data directory.',
  14: 'Check that the data directory exists and is writable for this user.',
  26: 'Keep a copy of the file, then restore a backup of quorumdeck.sqlite or move the file away.',
}

function primaryCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null
  return error.errcode & 0xff
}

/** The file is no database any more, or pages of it are damaged. */
export function isDamage(error: unknown): boolean {
  const code = primaryCode(error instanceof StorageFailure ? error.cause : error)
  return code === 11 || code === 26
}

export function isBusy(error: unknown): boolean {
  return primaryCode(error) === BUSY
}

const MEANING = {
  keep: 'History is kept in memory alone; the quorum is watched, and guided changes go on.',
  open: 'Without it nothing can be recorded, so nothing may be changed.',
  use: 'What was to be recorded or read is not, and nothing was sent to the quorum on the strength of it.',
}

/** What the disk or the file refused becomes a `StorageFailure`; a mistake of the program stays what it is. */
export function asStorageFailure(doing: keyof typeof MEANING, error: unknown): unknown {
  const remedy = REMEDY[primaryCode(error) ?? 0]
  if (remedy === undefined || !(error instanceof Error)) return error
  const what = doing === 'keep' ? 'write down its history' : `${doing} its database`
  return new StorageFailure(`Quorumdeck could not ${what}: ${error.message}. ${MEANING[doing]}`, remedy, {
    cause: error,
  })
}
