/** The licences of everything that is shipped, with their texts. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lock } from './shrinkwrap.ts'

/** Licences under which others' code may be shipped with ours. An unknown one is for a person to read. */
const ALLOWED =
  /^(?:\(?(?:MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|CC0-1\.0|CC-BY-4\.0|BlueOak-1\.0\.0|Python-2\.0|Unlicense|MPL-2\.0|LGPL-3\.0-or-later|MIT-0|BSD|GPL-2\.0)(?: (?:OR|AND) |\)?$)?)+$/

function textOf(folder: string): string {
  try {
    const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name) || /^copying/i.test(name))
    return file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim()
  } catch {
    // Of another platform, and not installed here.
    return ''
  }
}

/** @throws Error where one is not on the list */
export function licenceTexts(root: string, { packages }: Lock): string {
  const parts: string[] = []
  const unknown: string[] = []
  for (const [path, { version, license, dev }] of Object.entries(packages)) {
    if (path === '' || dev === true) continue
    const name = path.replace(/^.*node_modules\//, '')
    const named = license ?? 'unknown'
    if (!ALLOWED.test(named)) unknown.push(`${name} ${version ?? ''}: ${named}`)
    parts.push(`${'='.repeat(78)}\n${name} ${version ?? ''}: ${named}\n\n${textOf(join(root, path))}`)
  }
  if (unknown.length > 0) throw new Error(`licences to be read by a person: ${unknown.join(', ')}`)
  return `Quorumdeck contains or installs the following packages.\n\n${parts.join('\n\n')}\n`
}
