/** What PostgreSQL, or the way to it, refuses: in words for people. */
import { StorageFailure } from '../storageFailure.ts'

interface Meaning {
  what: string
  remedy: string
}

const LOST: Meaning = {
  what: 'the connection to PostgreSQL was lost',
  remedy: 'Look whether PostgreSQL runs and can be reached from here.',
}
const SLOW: Meaning = {
  what: 'PostgreSQL did not answer in time',
  remedy: 'Look at its load, its disk and the network.',
}
const REFUSED: Meaning = {
  what: 'PostgreSQL does not let Quorumdeck in',
  remedy: 'Check user, password and database name in DATABASE_URL, and pg_hba.conf of the server.',
}
const FULL: Meaning = {
  what: 'the disk of PostgreSQL is full',
  remedy: 'Free space on the disk of PostgreSQL.',
}
const BUSY: Meaning = {
  what: 'PostgreSQL takes no more connections or has no memory left',
  remedy: 'Raise max_connections of PostgreSQL or end other clients.',
}
const READ_ONLY: Meaning = {
  what: 'PostgreSQL is read-only: a standby, or set so',
  remedy: 'Let DATABASE_URL name the primary.',
}
const DAMAGED: Meaning = {
  what: 'PostgreSQL reports damaged data',
  remedy: 'Stop Quorumdeck, then restore a backup (docs/replicas.md). The state of a quorum itself is in Kafka.',
}
const IN_THE_WAY: Meaning = {
  what: 'PostgreSQL took a transaction back that was in the way of another',
  remedy: 'Where this comes again and again, look for other programs that use these tables.',
}
const RIGHTS: Meaning = {
  what: 'the user of DATABASE_URL has not the rights that it needs',
  remedy: 'Let it own the tables of Quorumdeck, and create tables in its schema.',
}

/** Of SQLSTATE, whole or its class (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const BY_STATE: Readonly<Record<string, Meaning>> = {
  '08': LOST,
  '28': REFUSED,
  '3D000': REFUSED,
  '53100': FULL,
  '53': BUSY,
  '57014': SLOW,
  '57': LOST,
  '58': FULL,
  '25006': READ_ONLY,
  // It stood still in the middle of a transaction, and was ended.
  '25P03': LOST,
  '40': IN_THE_WAY,
  '42501': RIGHTS,
  '55P03': SLOW,
  XX001: DAMAGED,
  XX002: DAMAGED,
}
/** Of Node's network. */
const BY_CODE: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: LOST,
  ECONNRESET: LOST,
  EPIPE: LOST,
  ENOTFOUND: LOST,
  EAI_AGAIN: LOST,
  EHOSTUNREACH: LOST,
  ENETUNREACH: LOST,
  ENOENT: LOST,
  ETIMEDOUT: SLOW,
}

const MEANING = {
  open: 'Without it nothing can be recorded, so nothing may be changed.',
  use: 'What was to be recorded or read is not, and nothing was sent to the quorum on the strength of it.',
}
const THEN = { open: 'Then start Quorumdeck again.', use: 'It is tried again by itself.' }

function meaningOf(error: Error): Meaning | null {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null
  if (code !== null) return BY_CODE[code] ?? BY_STATE[code] ?? BY_STATE[code.slice(0, 2)] ?? null
  // What `pg` itself says of a connection has no code.
  if (/read timeout|connection timeout|timeout expired|timeout exceeded/i.test(error.message)) return SLOW
  if (/Connection terminated|Client (was closed|has encountered)|pool after calling end/i.test(error.message))
    return LOST
  return null
}

/** Whether the connection that it came from can be used no more. */
export function endsConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const meaning = meaningOf(error)
  return meaning === LOST || meaning === REFUSED || (meaning === SLOW && !('severity' in error))
}

/** The same failure, as whoever opens the database says it. */
export function asOpeningFailure(error: unknown): unknown {
  return error instanceof StorageFailure && error.cause !== undefined ? asPostgresFailure('open', error.cause) : error
}

/** A mistake of the program stays what it is. The words of PostgreSQL hold no password; the address is left out. */
export function asPostgresFailure(doing: keyof typeof MEANING, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StorageFailure) return error
  const meaning = meaningOf(error)
  if (meaning === null) return error
  return new StorageFailure(
    `Quorumdeck could not ${doing} its database: ${meaning.what} (${error.message}). ${MEANING[doing]}`,
    `${meaning.remedy} ${THEN[doing]}`,
    { cause: error },
  )
}
