/**
 * Makes the package: the server as JavaScript, the pages built, exact versions of everything it needs, its bill of materials
 * and the licences. `npm run pack` leaves `dist/quorumdeck-VERSION.tgz`.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildPagesIfStale, PACKED } from '../server/http/pages.ts'
import { licenceTexts } from './licences.ts'
import { nextFiles } from './nextFiles.ts'
import { type Lock, shrinkwrapOf } from './shrinkwrap.ts'
import { stripServer } from './stripped.ts'

const ROOT = join(import.meta.dirname, '..')
const DIST = join(ROOT, 'dist')
const PACKAGE = join(DIST, 'package')

const MAX_SBOM = 64 * 1024 * 1024

interface Manifest {
  version: string
  description: string
  license: string
  dependencies: Record<string, string>
  optionalDependencies: Record<string, string>
}

/** Of a build what is served; not its cache, nor its notes about the machine that it was made on. */
const OF_NO_USE = /\/\.next\/(?:cache|diagnostics|types|trace|trace-build|turbopack|.*\.nft\.json)(?:$|\/)|\.map$/

export async function pack(say: (line: string) => void): Promise<string> {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest
  await buildPagesIfStale(say)
  rmSync(PACKAGE, { recursive: true, force: true })
  mkdirSync(join(PACKAGE, 'bin'), { recursive: true })
  const { version, description, license, optionalDependencies } = manifest
  const { count, imported } = stripServer(ROOT, PACKAGE)
  // The pages are rendered by Next with React; whatever else they are made of is in their build.
  const needed = new Set([...imported, 'next', 'react', 'react-dom'])
  const dependencies = Object.fromEntries(Object.entries(manifest.dependencies).filter(([name]) => needed.has(name)))
  const write = (file: string, value: unknown) =>
    writeFileSync(join(PACKAGE, file), `${JSON.stringify(value, null, 2)}\n`)
  write('package.json', {
    name: 'quorumdeck',
    version,
    description,
    license,
    type: 'module',
    bin: { quorumdeck: 'bin/quorumdeck.cjs' },
    // The launcher runs on any of these; where it is older than the server needs, the Node of the package runs it.
    engines: { node: '>=20' },
    dependencies,
    optionalDependencies,
  })
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock
  const locked = shrinkwrapOf(lock, { name: 'quorumdeck', version, dependencies, optionalDependencies })
  write('npm-shrinkwrap.json', locked)
  cpSync(join(ROOT, 'packaging', 'launcher.js'), join(PACKAGE, 'bin', 'quorumdeck.cjs'))
  chmodSync(join(PACKAGE, 'bin', 'quorumdeck.cjs'), 0o755)
  cpSync(join(ROOT, '.next'), join(PACKAGE, '.next'), { recursive: true, filter: (from) => !OF_NO_USE.test(from) })
  // Next writes down where it was built; where it is served is another place.
  for (const name of ['required-server-files.json', 'required-server-files.js']) {
    const file = join(PACKAGE, '.next', name)
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(ROOT, '.'))
  }
  writeFileSync(join(PACKAGE, '.next', 'quorumdeck-source'), PACKED)
  for (const one of [
    'public',
    'README.md',
    'LICENSE',
    'SECURITY.md',
    'CHANGELOG.md',
    'docs/configuration.md',
    'docs/cli.md',
  ])
    if (existsSync(join(ROOT, one))) cpSync(join(ROOT, one), join(PACKAGE, one), { recursive: true })
  cpSync(join(ROOT, 'packaging', 'quorumdeck.schema.json'), join(PACKAGE, 'quorumdeck.schema.json'))
  // What next.config.ts says matters to a build alone; where the pages are served these hold.
  writeFileSync(
    join(PACKAGE, 'next.config.mjs'),
    'export default { poweredByHeader: false, compress: true, images: { unoptimized: true } }\n',
  )
  // For whoever makes an image of it: of Next by far the most is for building.
  write('next-files.json', await nextFiles(ROOT))
  write('sbom.cdx.json', billOfMaterials(lock))
  writeFileSync(join(PACKAGE, 'THIRD-PARTY-LICENCES.txt'), licenceTexts(ROOT, lock))
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', DIST], { cwd: PACKAGE, encoding: 'utf8' }),
  ) as { filename: string; size: number }[]
  if (packed === undefined) throw new Error('npm pack made nothing')
  const file = join(DIST, packed.filename)
  say(`${count} files of the server, ${(packed.size / 1_000_000).toFixed(1)} MB: ${packed.filename}`)
  return file
}

interface Bill {
  components: { name: string; version: string; 'bom-ref': string }[]
  dependencies: { ref: string }[]
}

/** CycloneDX, of all that is shipped or installed with it: what the pages are made of, too. */
function billOfMaterials({ packages }: Lock): Bill {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only']
  const whole = JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: MAX_SBOM })) as Bill
  const shipped = new Set(
    Object.entries(packages).flatMap(([path, { dev, version }]) =>
      path === '' || dev === true ? [] : [`${path.replace(/^.*node_modules\//, '')}@${version}`],
    ),
  )
  const components = whole.components.filter(({ name, version }) => shipped.has(`${name}@${version}`))
  const refs = new Set(components.map((one) => one['bom-ref']))
  return { ...whole, components, dependencies: whole.dependencies.filter(({ ref }) => refs.has(ref)) }
}
