/** Files of Next that serve built pages: of 209 MB some ten. What the build has traced, and what our way in to Next needs beside it. */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative, sep } from 'node:path'

const require = createRequire(import.meta.url)

interface Tracer {
  nodeFileTrace(files: string[], options: { base: string; ignore?: string[] }): Promise<{ fileList: Set<string> }>
}

const IN_MODULES = 'node_modules/'
const HOOKED = 'next/dist/compiled/webpack'

/** @returns paths below node_modules, sorted */
export async function nextFiles(root: string): Promise<string[]> {
  const build = join(root, '.next')
  const traced = ['next-server.js.nft.json', 'next-minimal-server.js.nft.json'].flatMap((name) => {
    const { files } = JSON.parse(readFileSync(join(build, name), 'utf8')) as { files: string[] }
    return files.map((file) => file.replace(/^\.\.\//, ''))
  })
  const { nodeFileTrace } = require('next/dist/compiled/@vercel/nft') as Tracer
  const entries = [require.resolve('next'), require.resolve('next/dist/server/next')]
  const { fileList } = await nodeFileTrace(entries, { base: root })
  // Taken by name while the configuration is read, so no trace finds it.
  const folder = join(root, IN_MODULES, HOOKED)
  const hooked = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => relative(root, join(one.parentPath, one.name)).split(sep).join('/'))
  return [
    ...new Set([...traced, ...fileList, ...hooked, `${IN_MODULES}next/dist/compiled/@babel/runtime/package.json`]),
  ]
    .filter((file) => file.startsWith(`${IN_MODULES}next/`))
    .map((file) => file.slice(IN_MODULES.length))
    .sort()
}
