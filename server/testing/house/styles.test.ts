/** Style sheets keep to their room and to PatternFly's tokens; planted violations prove that these tests can fail. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..', '..')

/** The text of every file of `app` and `components` with this ending, by its path. */
function files(ending: string): ReadonlyMap<string, string> {
  return new Map(
    ['app', 'components'].flatMap((top) =>
      readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
        .map((entry) => join(entry.parentPath, entry.name))
        .map((path) => [relative(ROOT, path).split(sep).join('/'), readFileSync(path, 'utf8')] as const),
    ),
  )
}

function roomOf(path: string): string {
  return path.startsWith('app/') ? 'app' : path.split('/').slice(0, 2).join('/')
}

function classesOf(sheet: string): Set<string> {
  return new Set([...sheet.matchAll(/\.(qd-[\w-]+)/g)].map(([, name]) => name ?? ''))
}

/** Classes that style sheets of several rooms style. */
function shared(sheets: ReadonlyMap<string, string>): string[] {
  const rooms = new Map<string, Set<string>>()
  for (const [path, sheet] of sheets) {
    for (const name of classesOf(sheet)) rooms.set(name, (rooms.get(name) ?? new Set()).add(roomOf(path)))
  }
  return [...rooms].filter(([, of]) => of.size > 1).map(([name, of]) => `${name}: ${[...of].join(', ')}`)
}

/** Classes that are styled and that no component bears. */
function unborne(sheets: ReadonlyMap<string, string>, components: ReadonlyMap<string, string>): string[] {
  const borne = new Set([...components.values()].flatMap((text) => text.match(/\bqd-[\w-]+/g) ?? []))
  return [...sheets].flatMap(([path, sheet]) =>
    [...classesOf(sheet)].filter((name) => !borne.has(name)).map((name) => `${path}: ${name}`),
  )
}

/** Colours and spaces that are no token. */
function literals(sheets: ReadonlyMap<string, string>): string[] {
  return [...sheets].flatMap(([path, sheet]) =>
    sheet
      .replaceAll(/\/\*[\s\S]*?\*\//g, '')
      .split('\n')
      .filter((line) => /#[0-9a-f]{3,8}\b/i.test(line) || /^\s*(padding|margin|gap)\S*: .*[0-9](px|rem)\b/.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  )
}

test('a class is styled in one room, borne by a component, and of tokens', () => {
  const sheets = files('.css')
  expect(sheets.size).toBeGreaterThan(20)
  expect(shared(sheets)).toEqual([])
  expect(unborne(sheets, files('.tsx'))).toEqual([])
  expect(literals(sheets)).toEqual([])
})

test('planted violations are found', () => {
  const planted = new Map([
    ['components/kit/a.css', '.qd-a {\n  padding: 4px;\n}'],
    ['components/quorum/b.css', '.qd-a .qd-b {\n  color: #fff;\n}'],
  ])
  expect(shared(planted)).toEqual(['qd-a: components/kit, components/quorum'])
  expect(unborne(planted, new Map([['components/kit/A.tsx', 'className="qd-a"']]))).toEqual([
    'components/quorum/b.css: qd-b',
  ])
  expect(literals(planted)).toEqual(['components/kit/a.css: padding: 4px;', 'components/quorum/b.css: color: #fff;'])
})
