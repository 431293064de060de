/**
 * An argument for each element ends in a RangeError somewhere above 100,000 elements, and nobody knows today which list holds
 * the partitions of a cluster tomorrow. So no list becomes arguments in what runs on a cluster's data.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const ROOMS = [
  'contract',
  'kafka',
  'quorum',
  'history',
  'workflows',
  'http',
  'inspection',
  'rehearsal',
  'bootstrap',
].map((room) => join('server', room))
/** Of these calls each element is an argument; in a new array or object a spread is none. */
const CALLS = /(?:Math\.(?:max|min)|\.(?:push|unshift|concat|splice))\(/g

/** The text between the parenthesis that opens before `from` and the one that closes it. */
function argumentsFrom(text: string, from: number): string {
  let depth = 1
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1
    else if (text[at] === ')') depth -= 1
    if (depth === 0) return text.slice(from, at)
  }
  return text.slice(from)
}

/** Without what stands in brackets of its own. */
function outermost(text: string): string {
  let depth = 0
  let kept = ''
  for (const character of text) {
    if ('([{'.includes(character)) depth += 1
    if (depth === 0) kept += character
    if (')]}'.includes(character)) depth -= 1
  }
  return kept
}

function spreads(text: string): string[] {
  return [...text.matchAll(CALLS)].flatMap((call) => {
    const given = outermost(argumentsFrom(text, call.index + call[0].length))
    // A literal that is written out has as many elements as one can see.
    return /(?:^|,)\s*\.\.\.(?!\s*$)/.test(given) ? [`${call[0]}${given})`] : []
  })
}

function sources(): string[] {
  return [...ROOMS, 'components', 'app'].flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /(?<!\.test)\.tsx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  )
}

test('no list becomes arguments', () => {
  const files = sources()
  expect(files.length).toBeGreaterThan(300)
  const found = files.flatMap((path) =>
    spreads(readFileSync(path, 'utf8')).map((call) => `${relative(ROOT, path)}: ${call}`),
  )
  expect(found).toEqual([])
})

test.each([
  'Math.max(...partitions.map((p) => p.replicas.length))',
  'Math.min(0, ...known)',
  'all.push(...hosted)',
  'list.splice(0, 1, ...others)',
])('a planted one is found: %s', (text) => {
  expect(spreads(text)).toHaveLength(1)
})

test.each(['Math.max(a, b)', 'lines.push([...a, ...b])', 'all.push({ ...one, b: f(...g) })'])(
  'this is none: %s',
  (text) => {
    expect(spreads(text)).toEqual([])
  },
)
