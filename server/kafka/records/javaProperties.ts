/** Java's properties format (java.util.Properties#load), which every Kafka configuration file is in. */

export interface PropertyEntry {
  key: string
  value: string
  /** Number of the line that it begins in, from 1. */
  line: number
}

/**
 * Every property in its order, one that is set twice as often as it is set.
 * @throws SyntaxError for a broken unicode escape, naming the line.
 */
export function propertyEntries(text: string): PropertyEntry[] {
  return logicalLines(text).flatMap(({ line, number }) => {
    const match = /^((?:\\.|[^\\:=\s])*)(?:\s*[:=]\s*|\s+|$)(.*)$/s.exec(line)
    if (match === null) return []
    return [{ key: unescaped(match[1] ?? '', number), value: unescaped(match[2] ?? '', number), line: number }]
  })
}

/**
 * What Java makes of it: of a property that is set twice the last one counts.
 * @throws SyntaxError for a broken unicode escape, naming the line.
 */
export function parseProperties(text: string): Map<string, string> {
  return new Map(propertyEntries(text).map(({ key, value }) => [key, value]))
}

/** A line that ends in an odd number of backslashes goes on in the next one. */
function logicalLines(text: string): { line: string; number: number }[] {
  const lines: { line: string; number: number }[] = []
  let open: { line: string; number: number } | null = null
  text.split(/\r\n|\n|\r/).forEach((raw, index) => {
    const trimmed = raw.replace(/^[ \t\f]+/, '')
    if (open === null && (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith('!'))) return
    const backslashes = /(?<!\\)\\*$/.exec(trimmed)?.[0].length ?? 0
    const continues = backslashes % 2 === 1
    const part = continues ? trimmed.slice(0, -1) : trimmed
    open = open === null ? { line: part, number: index + 1 } : { ...open, line: open.line + part }
    if (!continues) {
      lines.push(open)
      open = null
    }
  })
  if (open !== null) lines.push(open)
  return lines
}

const ESCAPES: Record<string, string> = { t: '\t', n: '\n', r: '\r', f: '\f' }

function unescaped(text: string, line: number): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|u|.)/gs, (_whole, code: string) => {
    if (code === 'u') throw new SyntaxError(`line ${line}: \\u needs four hexadecimal digits`)
    if (code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    return ESCAPES[code] ?? code
  })
}
