/** Pages lead to pages of ours by `components/kit/address` alone: Next's own links know no base path. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const AT_HOME = join('components', 'kit', 'address')

/** What leads past the base path: Next's link or router, and whole paths given to a browser as they are. */
const PAST_IT: readonly [what: string, found: RegExp][] = [
  ["Next's link", /from 'next\/link'/],
  ["Next's router", /import \{[^}]*\b(?:useRouter|usePathname|redirect)\b[^}]*\} from 'next\/navigation'/],
  ['a plain link', /<a\b[^>]*\shref=(?:"\/|\{[`']\/)/],
  ['a plain request', /\b(?:fetch|location\.assign|location\.replace|window\.open)\([`']\//],
  ['a path of the browser', /\blocation\.pathname\s*(?:===|!==|\.startsWith)/],
]

const pastIt = (text: string): string[] => PAST_IT.flatMap(([what, found]) => (found.test(text) ? [what] : []))

const files = ['components', 'app'].flatMap((room) =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
    .map((name) => join(room, name)),
)

test('no page and no component leads past the base path', () => {
  expect(files.length).toBeGreaterThan(200)
  const found = files
    .filter((name) => !name.startsWith(AT_HOME))
    .flatMap((name) => pastIt(readFileSync(join(ROOT, name), 'utf8')).map((what) => `${name}: ${what}`))
  expect(found).toEqual([])
})

test.each([
  "import Link from 'next/link'",
  "import { useRouter, useSearchParams } from 'next/navigation'",
  '<a className="x" href="/api/diagnostics">',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: text of a planted violation
  '<a href={`/api/${name}`}>',
  "location.assign('/account')",
  "void fetch('/api/session')",
  "if (location.pathname === '/sign-in')",
])('what does is found: %s', (planted) => {
  expect(pastIt(planted)).toHaveLength(1)
})
