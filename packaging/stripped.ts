/** The sources of the server as plain JavaScript: Node does not strip types below node_modules. Lines and columns stay. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'

/** Of tests and of proofs nothing is needed where the product runs. */
const LEFT_OUT = ['server/testing', 'server/kafka/fixtures', 'server/cli/client/generate.ts']

/** The ends of file names in imports, in `new URL(...)` and wherever else a file of ours is named. */
const OWN_ENDING = /(['"])((?:\.{1,2}\/)?[\w./-]+)\.ts\1/g

export function toJavaScript(text: string): string {
  return stripTypeScriptTypes(text, { mode: 'strip' }).replace(OWN_ENDING, '$1$2.js$1')
}

function isShipped(path: string): boolean {
  return !LEFT_OUT.some((one) => path === one || path.startsWith(`${one}/`)) && !path.includes('.test.')
}

const IMPORTED = /(?:\bfrom|\bimport|\bimport\()\s*['"]((?:@[\w.-]+\/)?[\w.-]+)(?:\/[^'"]*)?['"]/g

/** @returns how many files were written, and the packages that they import */
export function stripServer(root: string, to: string): { count: number; imported: Set<string> } {
  let count = 0
  const imported = new Set<string>()
  const entries = readdirSync(join(root, 'server'), { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name)
    const path = relative(root, file).split(sep).join('/')
    if (!entry.isFile() || !isShipped(path) || !/\.(?:ts|java)$/.test(path)) continue
    const target = join(to, path.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(target), { recursive: true })
    const text = readFileSync(file, 'utf8')
    const shipped = path.endsWith('.ts') ? toJavaScript(text) : text
    for (const [, name] of shipped.matchAll(IMPORTED)) imported.add(name ?? '')
    writeFileSync(target, shipped)
    count += 1
  }
  return { count, imported }
}
