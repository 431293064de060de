/**
 * The Markdown of our own documents as blocks: headings, paragraphs, fenced code, lists of two levels, tables; in a line bold,
 * emphasis and code. Nothing else is written there, and whatever else stands in a text stays text. Pure.
 */

export type Span = { readonly kind: 'text' | 'bold' | 'emphasis' | 'code'; readonly text: string }

export interface Item {
  readonly spans: readonly Span[]
  readonly under: readonly (readonly Span[])[]
}

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly spans: readonly Span[] }
  | { readonly kind: 'paragraph'; readonly spans: readonly Span[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  /** `from` is the number of its first item, `null` of a list without numbers: a command between two items parts their list. */
  | { readonly kind: 'list'; readonly from: number | null; readonly items: readonly Item[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }

export function spansOf(text: string): Span[] {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*|\*\w[^*]*\*)/).flatMap((part): Span[] => {
    if (part === '') return []
    if (part.startsWith('`') && part.endsWith('`') && part.length > 1)
      return [{ kind: 'code', text: part.slice(1, -1) }]
    if (part.startsWith('**') && part.endsWith('**') && part.length > 4)
      return [{ kind: 'bold', text: part.slice(2, -2) }]
    if (/^\*\w[^*]*\*$/.test(part)) return [{ kind: 'emphasis', text: part.slice(1, -1) }]
    return [{ kind: 'text', text: part }]
  })
}

const ITEM = /^(?:- |(\d+)\. )(.*)$/
const UNDER = /^ {2,3}- (.*)$/
const cells = (line: string) =>
  line
    .replace(/^\||\|\s*$/g, '')
    .split('|')
    .map((cell) => cell.trim())

/** Takes the lines that belong to one block off the front. */
function block(lines: string[]): Block | null {
  const line = lines.shift() ?? ''
  if (line.trim() === '') return null
  const heading = /^(#{1,3}) (.*)$/.exec(line)
  if (heading !== null) {
    const level = Math.min(3, heading[1]?.length ?? 1) as 1 | 2 | 3
    return { kind: 'heading', level, spans: spansOf(heading[2] ?? '') }
  }
  if (line.startsWith('```')) {
    const end = lines.indexOf('```')
    const held = lines.splice(0, end < 0 ? lines.length : end)
    lines.shift()
    return { kind: 'code', language: line.slice(3), text: held.join('\n') }
  }
  if (line.startsWith('|')) {
    const rows: string[] = []
    while (lines[0]?.startsWith('|')) rows.push(lines.shift() ?? '')
    return { kind: 'table', head: cells(line), rows: rows.filter((row) => !/^[|\s:-]+$/.test(row)).map(cells) }
  }
  const first = ITEM.exec(line)
  if (first !== null) return list(first, lines)
  const text = [line]
  while (lines[0] !== undefined && lines[0].trim() !== '' && !/^(#{1,3} |```|\||- |\d+\. )/.test(lines[0]))
    text.push(lines.shift() ?? '')
  return { kind: 'paragraph', spans: spansOf(text.join(' ')) }
}

function list(first: RegExpExecArray, lines: string[]): Block {
  const items: { spans: Span[]; under: Span[][] }[] = [{ spans: spansOf(first[2] ?? ''), under: [] }]
  for (let line = lines[0]; line !== undefined; line = lines[0]) {
    const next = ITEM.exec(line)
    const under = UNDER.exec(line)
    if (next === null && under === null) break
    if (next !== null) items.push({ spans: spansOf(next[2] ?? ''), under: [] })
    else items.at(-1)?.under.push(spansOf(under?.[1] ?? ''))
    lines.shift()
  }
  return { kind: 'list', from: first[1] === undefined ? null : Number(first[1]), items }
}

export function blocksOf(markdown: string): Block[] {
  const lines = markdown.split('\n')
  const blocks: Block[] = []
  while (lines.length > 0) {
    const next = block(lines)
    if (next !== null) blocks.push(next)
  }
  return blocks
}
