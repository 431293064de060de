/** Notes at the end of a runbook, quoted: nothing in them is markup there. Pure. */
import type { RoomNote } from '../../contract/room/notes.ts'

/** Every line is a quote, and every character that Markdown reads is itself. */
function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line.replaceAll(/[\\`*_{}[\]()#+!|<>~-]/g, (sign) => `\\${sign}`)}`)
    .join('\n>\n')
}

/** @param notes newest first */
export function withNotes(runbook: string, notes: readonly RoomNote[]): string {
  if (notes.length === 0) return runbook
  const blocks = notes
    .toReversed()
    .map(
      ({ atMs, by, text }) =>
        `${new Date(atMs).toISOString().slice(0, 19)}Z, ${quoted(by.name).slice(2)}:\n\n${quoted(text)}`,
    )
  return `${runbook.trimEnd()}\n\n## Notes of people\n\n${blocks.join('\n\n')}\n`
}
