import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { databaseUrlOf } from './optionsDatabase.ts'

const URL_ = 'postgres://ann:secret-word@db:5432/quorumdeck?sslmode=verify-full'

test('the file goes before the variable, and an empty variable is none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quorumdeck-url-'))
  try {
    writeFileSync(join(folder, 'url'), `${URL_}\n`)
    expect(await databaseUrlOf(join(folder, 'url'), 'postgres://other/x')).toBe(URL_)
    await expect(databaseUrlOf(join(folder, 'none'), undefined)).rejects.toThrow('--database-url-file')
  } finally {
    rmSync(folder, { recursive: true })
  }
  expect(await databaseUrlOf(undefined, URL_)).toBe(URL_)
  expect(await databaseUrlOf(undefined, ' ')).toBeNull()
  expect(await databaseUrlOf(undefined, undefined)).toBeNull()
})

test.each(['mysql://ann:secret-word@db/x', 'secret-word', 'postgres://ann:secret-word@db'])(
  'what is no database of PostgreSQL is refused without showing it: %s',
  async (url) => {
    const refused = await databaseUrlOf(undefined, url).catch((error: Error) => error.message)
    expect(refused).toContain('DATABASE_URL is no address')
    expect(refused).not.toContain('secret-word')
  },
)
