/**
 * The text of a properties file as properties, and what is wrong with it as a text. Values are named for the few keys that
 * a step is about, and those hold no secrets; of all other lines only the name or the number is told. Pure.
 */
import type { DiskFinding } from '../contract/inspection.ts'
import { type PropertyEntry, propertyEntries } from '../kafka/records/javaProperties.ts'
import { KAFKA_CONFIG_NAMES } from './kafkaConfigNames.ts'

export interface PropertiesFile {
  /** What Java makes of it: of several the last one. */
  values: ReadonlyMap<string, string>
  findings: DiskFinding[]
}

/** Longest list of names or lines in one sentence. */
const MAX_NAMED = 8
/** Most names that are compared with all of Kafka's: each takes a fraction of a millisecond. */
const MAX_COMPARED = 200
/**
 * Shape of a property's name. Anything else on a line of its own may be a part of a key or a password. There is one way to
 * read each text: with several, a row of dashes would take for ever.
 */
const NAME = /^[a-z][a-z0-9]*(?:[_-][\w-]+(?:\.[\w-]+)*|(?:\.[\w-]+)+)$/
/** Properties of one listener, of plugins, and those that name files and secrets by a prefix. */
const FREE =
  /^(listener\.name\.|metric\.reporters?|client\.quota|config\.providers\.|principal\.|confluent\.|cruise\.|strimzi\.|opa\.|super\.users$|allow\.everyone)/
const SECRET = /(password|passphrase|secret|jaas|credential|token|\.key$|certificate\.chain)/i
/** Inside of another value: a line that ended in a backslash has swallowed the next one. */
const SWALLOWED = /(password|passphrase|secret|jaas|credential|token|\.key|certificate\.chain)[\w.-]{0,60}\s{0,9}[=:]/i
const PLACEHOLDER = /CHANGE-ME|<[^<>]+>/

function some(parts: readonly (string | number)[]): string {
  const shown = parts.slice(0, MAX_NAMED).join(', ')
  return parts.length > MAX_NAMED ? `${shown} and ${parts.length - MAX_NAMED} more` : shown
}

/** How many letters must change to make one of the other; more than 2 counts as 3. */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return 3
  let row = Array.from({ length: other.length + 1 }, (_, i) => i)
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= other.length; j += 1) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost))
    }
    row = next
  }
  return Math.min(3, row.at(-1) ?? 3)
}

function meant(name: string): string | null {
  return KAFKA_CONFIG_NAMES.find((known) => distance(name.toLowerCase(), known) <= 2) ?? null
}

function duplicates(entries: readonly PropertyEntry[]): DiskFinding[] {
  return [...Map.groupBy(entries, (e) => e.key)].flatMap(([key, group]) => {
    const last = group.at(-1)
    if (group.length < 2 || last === undefined || (!NAME.test(key) && !KNOWN.has(key))) return []
    const differ = group.some((e) => e.value !== last.value)
    return [
      {
        code: 'duplicate-key',
        severity: differ ? ('warning' as const) : ('info' as const),
        title: `${key} is set ${group.length} times`,
        detail: `In lines ${some(group.map((e) => e.line))}. The last one counts${differ ? ', and the others differ from it' : ''}.`,
        remedy: 'Leave one of them.',
      },
    ]
  })
}

const KNOWN: ReadonlySet<string> = new Set(KAFKA_CONFIG_NAMES)

function unknown(entries: readonly PropertyEntry[]): DiskFinding[] {
  const strange = entries.filter(({ key }) => !KNOWN.has(key) && !FREE.test(key))
  // A line without a value may be the rest of a secret that was broken in two: its number tells enough.
  const isNamed = ({ key, value }: PropertyEntry) => NAME.test(key) && value !== ''
  const names = new Map(strange.filter(isNamed).map((e) => [e.key, e.line]))
  const lines = strange.filter((e) => !isNamed(e)).map((e) => e.line)
  const misspelt = [...names].slice(0, MAX_COMPARED).flatMap(([name, line]) => {
    const known = meant(name)
    return known === null ? [] : [{ name, line, known }]
  })
  const others = [...names.keys()].filter((name) => !misspelt.some((m) => m.name === name))
  return [
    ...misspelt.map(({ name, line, known }) => ({
      code: 'unknown-key',
      severity: 'critical' as const,
      title: `${name} is not a Kafka property`,
      detail: `Line ${line}. Kafka ignores it, so ${known} is not set by it.`,
      remedy: `Write ${known}, if that is meant.`,
    })),
    ...(others.length === 0
      ? []
      : [
          {
            code: 'unknown-key',
            severity: 'info' as const,
            title: `${others.length === 1 ? 'One property is' : `${others.length} properties are`} not Kafka’s own`,
            detail: `${some(others)}. Kafka ignores them, unless a plugin reads them.`,
            remedy: 'Check whether each belongs to a plugin.',
          },
        ]),
    ...(lines.length === 0
      ? []
      : [
          {
            code: 'not-a-property',
            severity: 'warning' as const,
            title: lines.length === 1 ? 'One line is not a property' : `${lines.length} lines are not properties`,
            detail: `${lines.length === 1 ? 'Line' : 'Lines'} ${some(lines)}: a property is a name, = and a value. A value that continues on the next line needs a backslash at the end.`,
            remedy: 'Check these lines.',
          },
        ]),
  ]
}

function placeholders(entries: readonly PropertyEntry[]): DiskFinding[] {
  const left = entries.filter(({ value }) => PLACEHOLDER.test(value))
  if (left.length === 0) return []
  return [
    {
      code: 'placeholder',
      severity: 'critical',
      title: 'Something is still to be filled in',
      detail: `CHANGE-ME or a part in angle brackets stands in ${left.length === 1 ? 'line' : 'lines'} ${some(left.map((e) => e.line))}.`,
      remedy: 'Put the real value there.',
    },
  ]
}

function secrets(entries: readonly PropertyEntry[]): DiskFinding[] {
  const held = entries.filter(({ key }) => SECRET.test(key))
  if (held.length === 0) return []
  return [
    {
      code: 'secrets-not-read',
      severity: 'info',
      title: `${held.length === 1 ? 'One line holds' : `${held.length} lines hold`} a secret`,
      detail: 'Such values are neither checked nor shown, and nothing of the file is kept.',
      remedy: '',
    },
  ]
}

/** Nothing else is told of such a file: the value that would be shown holds a secret. */
function swallowing(entries: readonly PropertyEntry[]): DiskFinding {
  return {
    code: 'not-a-property',
    severity: 'critical',
    title: 'A property goes on in a line that holds a secret',
    detail: `It begins in line ${some(entries.map((e) => e.line))}: a backslash at the end makes the next line a part of the value.`,
    remedy: 'Take the backslash away, then give the file once more.',
  }
}

/** @returns what the file says, and what is wrong with it as a text; `null` values where Java could not read it */
export function readPropertiesFile(text: string): PropertiesFile {
  let entries: PropertyEntry[]
  try {
    entries = propertyEntries(text.replace(/^\uFEFF/, '')).filter(({ key, value }) => key !== '' || value !== '')
  } catch (error) {
    const detail = error instanceof SyntaxError ? error.message : 'its text is broken'
    return {
      values: new Map(),
      findings: [
        {
          code: 'unreadable',
          severity: 'critical',
          title: 'Java cannot read this file',
          detail: `${detail}. Kafka would not start with it.`,
          remedy: 'Write a backslash twice where one is meant.',
        },
      ],
    }
  }
  const swallowed = entries.filter(({ key, value }) => KNOWN.has(key) && !SECRET.test(key) && SWALLOWED.test(value))
  if (swallowed.length > 0) return { values: new Map(), findings: [swallowing(swallowed)] }
  const values = new Map(entries.map(({ key, value }) => [key, value]))
  return {
    values,
    findings: [...placeholders(entries), ...duplicates(entries), ...unknown(entries), ...secrets(entries)],
  }
}
