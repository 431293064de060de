/** Reads conformance scripts. A line that means nothing is an error with its number: a typing mistake must not pass a test. */
import {
  type ExpectedAnswer,
  HOST_ACTIONS,
  type HostAction,
  type Line,
  NAMES,
  type Name,
  type Releases,
  type Replica,
  type Request,
  type Scenario,
  SHAPES,
  type Shape,
  type Step,
  type Verb,
} from './script.ts'

export class ScriptError extends Error {}

/** Options of each request, and whether it is about somebody. */
const VERBS: Record<Verb, { subject: 'replica' | 'feature' | 'none'; options: readonly string[] }> = {
  add: { subject: 'replica', options: ['cluster', 'directory', 'id', 'listener', 'port', 'ack'] },
  remove: { subject: 'replica', options: ['cluster', 'directory', 'id'] },
  update: {
    subject: 'replica',
    options: ['cluster', 'directory', 'id', 'epoch', 'listener', 'kraft'],
  },
  features: { subject: 'feature', options: ['to', 'type', 'only'] },
  unregister: { subject: 'replica', options: [] },
  'describe-quorum': { subject: 'none', options: ['topic'] },
  'describe-cluster': { subject: 'none', options: ['of', 'version'] },
  fetch: { subject: 'none', options: ['from', 'epoch', 'last', 'cluster', 'as'] },
  'fetch-snapshot': { subject: 'none', options: ['id', 'epoch', 'cluster'] },
  'api-versions': { subject: 'none', options: [] },
}

interface Draft {
  title: string
  shape: Shape
  releases: Releases | null
  spoils: boolean
  lines: Line[]
}

export function parseScript(file: string, text: string): Scenario[] {
  const drafts: Draft[] = []
  text.split('\n').forEach((whole, index) => {
    const content = whole.trim()
    if (content === '' || content.startsWith('#')) return
    try {
      readLine(drafts, content, index + 1)
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error
      throw new ScriptError(`${file}.txt, line ${index + 1}: ${error.message} in "${content}"`)
    }
  })
  if (drafts.length === 0) throw new ScriptError(`${file}.txt holds no scenario`)
  for (const { title, lines } of drafts) {
    const expects = lines.some(({ step }) => ['answer', 'repeat', 'replicas', 'leads'].includes(step.kind))
    if (!expects) throw new ScriptError(`${file}.txt: the scenario "${title}" expects nothing`)
  }
  return drafts.map((draft) => ({ ...draft, file }))
}

function readLine(drafts: Draft[], content: string, number: number): void {
  const [, key, value = ''] = /^(scenario|quorum|releases|afterwards):\s*(.*)$/.exec(content) ?? []
  if (key === 'scenario') {
    if (value === '') throw new ScriptError('a scenario needs a title')
    drafts.push({ title: value, shape: 'dynamic', releases: null, spoils: false, lines: [] })
    return
  }
  const draft = drafts.at(-1)
  if (draft === undefined) throw new ScriptError('a file begins with "scenario: title"')
  if (key === undefined) {
    draft.lines.push(parseLine(content, number))
    return
  }
  if (draft.lines.length > 0) throw new ScriptError(`"${key}" stands before the first step`)
  if (key === 'releases') draft.releases = parseReleases(value)
  else if (key === 'quorum') draft.shape = oneOf(SHAPES, value, 'shape of a quorum')
  else if (value === 'reset') draft.spoils = true
  else throw new ScriptError('afterwards comes "reset"')
}

function parseLine(content: string, number: number): Line {
  const [, guard, rest = content] = /^\[([^\]]*)\]\s*(.+)$/.exec(content) ?? []
  const releases = guard === undefined ? null : parseReleases(guard)
  return { number, text: content, releases, step: parseStep(rest) }
}

function parseReleases(text: string): Releases {
  const [, from, plus, to] = /^(\d+\.\d+)(?:(\+)|-(\d+\.\d+))?$/.exec(text) ?? []
  if (from === undefined) throw new ScriptError(`"${text}" is no range of releases (4.1, 4.1+ or 3.9-4.1)`)
  return { from, to: plus !== undefined ? null : (to ?? from) }
}

function oneOf<T extends string>(all: readonly T[], text: string, what: string): T {
  const found = all.find((candidate) => candidate === text)
  if (found === undefined) throw new ScriptError(`"${text}" is no ${what} (${all.join(', ')})`)
  return found
}

const parseName = (text: string): Name => oneOf(NAMES, text, 'name')

export function parseReplica(text: string): Replica {
  const [, incarnation, name = ''] = /^(?:(old|static) )?(\S+)$/.exec(text) ?? []
  return { name: parseName(name), incarnation: (incarnation as 'old' | 'static' | undefined) ?? 'now' }
}

function list<T>(text: string, parse: (item: string) => T): T[] {
  return text === 'none' ? [] : text.split(',').map((item) => parse(item.trim()))
}

function parseStep(text: string): Step {
  const [first = '', ...words] = text.split(/\s+/)
  const rest = text.slice(first.length).trim()
  if (HOST_ACTIONS.some((action) => action === first)) {
    return { kind: 'host', action: first as HostAction, name: parseName(rest) }
  }
  switch (first) {
    case 'voters:':
    case 'observers:':
      return {
        kind: 'replicas',
        what: first === 'voters:' ? 'voters' : 'observers',
        replicas: list(rest, parseReplica),
      }
    case 'leads:':
      return { kind: 'leads', names: list(rest, parseName) }
    case 'pause':
      return { kind: 'pause', ms: milliseconds(rest) }
    case 'impostor':
      return parseImpostor(rest)
    case '=':
      return { kind: 'answer', label: null, expected: parseAnswer(rest) }
    case 'seen':
      return { kind: 'seen', expected: parseAnswer(rest) }
    case 'with': {
      const [, field, value] = /^([^:]+): (.+)$/.exec(rest) ?? []
      if (field === undefined || value === undefined) throw new ScriptError('with needs "field: value"')
      return { kind: 'field', field, value }
    }
    case 'repeat': {
      const [, request, until] = /^(.+) until (.+)$/.exec(rest) ?? []
      if (request === undefined || until === undefined) throw new ScriptError('repeat needs "until" and an answer')
      return { kind: 'repeat', request: parseRequest(request), until: parseAnswer(until) }
    }
    default:
      break
  }
  if (words[0] === '=') return { kind: 'answer', label: first, expected: parseAnswer(rest.slice(1).trim()) }
  if (/^\w+:$/.test(first)) return { kind: 'request', label: first.slice(0, -1), request: parseRequest(rest) }
  return { kind: 'request', label: null, request: parseRequest(text) }
}

function milliseconds(text: string): number {
  const ms = /^(\d+) ms$/.exec(text)?.[1]
  if (ms === undefined) throw new ScriptError('a pause is told in "ms"')
  return Number(ms)
}

function parseImpostor(text: string): Step {
  if (text === 'offers no kraft.version') return { kind: 'impostor', error: 0, kraft: null }
  const [, min, max] = /^offers kraft\.version (\d+)-(\d+)$/.exec(text) ?? []
  if (min !== undefined && max !== undefined) return { kind: 'impostor', error: 0, kraft: [Number(min), Number(max)] }
  const error = /^answers (\d+)$/.exec(text)?.[1]
  if (error === undefined) throw new ScriptError('the impostor "offers kraft.version 0-1" or "answers 35"')
  return { kind: 'impostor', error: Number(error), kraft: null }
}

function parseAnswer(text: string): ExpectedAnswer {
  if (text === 'no answer') return { code: null, message: null }
  const [, code, message] = /^(-?\d+)(?: "(.*)")?$/.exec(text) ?? []
  if (code === undefined)
    throw new ScriptError('an answer is "no answer", or a code with a text in quotes where there is one')
  return { code: Number(code), message: message ?? null }
}

function parseRequest(text: string): Request {
  const [before = '', at] = text.split(/\s+at\s+/)
  const words = before.split(/\s+/)
  const verb = oneOf(Object.keys(VERBS) as Verb[], words.shift() ?? '', 'command')
  const known = VERBS[verb]
  let subject: Replica | null = null
  const options = new Map<string, string>()
  if (known.subject === 'replica') {
    const word = words.shift() ?? ''
    subject = parseReplica(word === 'old' || word === 'static' ? `${word} ${words.shift() ?? ''}` : word)
  } else if (known.subject === 'feature') {
    options.set('feature', words.shift() ?? '')
  }
  while (words.length > 0) {
    const option = oneOf(known.options, words.shift() ?? '', `option of ${verb}`)
    const value = words.shift()
    if (value === undefined) throw new ScriptError(`${option} needs a value`)
    options.set(option, value)
  }
  return { verb, subject, options, at: at === undefined ? null : list(at, parseName) }
}
