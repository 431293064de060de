/** The command line of `quorumdeck disk`: several files may follow one option, as a shell leaves `*.json`. Pure. */

/** What cannot be used, in one sentence that names it. */
export class DiskUsageError extends Error {}

/** `flag`: without a value. `one`: the last one counts. `many`: every value up to the next option. */
export type OptionKinds = Readonly<Record<string, 'flag' | 'one' | 'many'>>

export interface Arguments {
  positionals: string[]
  flags: ReadonlySet<string>
  one(name: string): string | null
  many(name: string): string[]
}

/** @throws DiskUsageError */
export function parseArguments(args: readonly string[], kinds: OptionKinds): Arguments {
  const positionals: string[] = []
  const flags = new Set<string>()
  const values = new Map<string, string[]>()
  let open: string | null = null
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? ''
    if (!arg.startsWith('--')) {
      if (open === null) positionals.push(arg)
      else values.get(open)?.push(arg)
      continue
    }
    const equals = arg.indexOf('=')
    const name = arg.slice(2, equals < 0 ? undefined : equals)
    const kind = kinds[name]
    if (kind === undefined) throw new DiskUsageError(`There is no option --${name} here.`)
    open = null
    if (kind === 'flag') {
      flags.add(name)
      continue
    }
    const value = equals < 0 ? null : arg.slice(equals + 1)
    if (kind === 'many') {
      values.set(name, [...(values.get(name) ?? []), ...(value === null ? [] : [value])])
      if (value === null) open = name
      continue
    }
    const given = value ?? args[at + 1]
    if (given === undefined || (value === null && given.startsWith('--')))
      throw new DiskUsageError(`--${name} needs a value.`)
    values.set(name, [given])
    if (value === null) at += 1
  }
  for (const [name, list] of values) if (list.length === 0) throw new DiskUsageError(`--${name} needs a value.`)
  return {
    positionals,
    flags,
    one: (name) => values.get(name)?.at(-1) ?? null,
    many: (name) => values.get(name) ?? [],
  }
}

/** `1,2` and several of them. @throws DiskUsageError */
export function nodeIds(option: string, values: readonly string[]): number[] {
  const parts = values.flatMap((value) => value.split(',')).map((part) => part.trim())
  for (const part of parts)
    if (!/^\d{1,9}$/.test(part)) throw new DiskUsageError(`${option}: ${JSON.stringify(part)} is no node id.`)
  return [...new Set(parts.map(Number))]
}

/** Words for a shell, so that it takes them as they are. */
export function shellText(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ')
}
