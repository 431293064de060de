/** Where PostgreSQL is. The URL holds a password: no refusal repeats it. */
import { readText, UsageError } from './optionsReading.ts'

const WHERE = { file: '--database-url-file', variable: 'DATABASE_URL' }

/**
 * @param fromEnvironment set to nothing counts as not set
 * @throws UsageError
 */
export async function databaseUrlOf(
  file: string | undefined,
  fromEnvironment: string | undefined,
): Promise<string | null> {
  if (file !== undefined) return checked(WHERE.file, (await readText(WHERE.file, file)).trim())
  return fromEnvironment === undefined || fromEnvironment.trim() === ''
    ? null
    : checked(WHERE.variable, fromEnvironment.trim())
}

function checked(where: string, url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed !== null && /^postgres(ql)?:$/.test(parsed.protocol) && parsed.pathname.length > 1) return url
  throw new UsageError(
    `${where} is no address of a PostgreSQL database. Give postgres://user:password@host:5432/database; with TLS add ?sslmode=verify-full.`,
  )
}
