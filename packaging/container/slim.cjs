// Puts the file system of the image together: the installed package without what only builds need, its Node, and the shared
// libraries of that. Usage: slim.cjs <folder of npm install> <root of the image>
'use strict'
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const { dirname, join, relative } = require('node:path')

const [from, rootfs] = process.argv.slice(2)
const modules = join(from, 'node_modules')
const app = join(rootfs, 'opt', 'quorumdeck')

/** Files of Next that serve built pages, as its build has traced them. */
function filesOfNext() {
  const traced = JSON.parse(fs.readFileSync(join(modules, 'quorumdeck', 'next-files.json'), 'utf8'))
  return new Set(traced)
}

function copy(file, to) {
  fs.mkdirSync(dirname(to), { recursive: true })
  fs.copyFileSync(file, to)
}

function below(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath ?? one.path, one.name))
}

const needed = filesOfNext()
/** Of platforms, of compilers and of pictures: none of it serves a page. */
const LEFT_OUT =
  /^(?:@next\/swc-|@img\/|sharp\/|node-(?:linux|win|darwin)-|typescript\/|caniuse-lite\/data\/(?:features|regions))/
let bytes = 0
for (const file of below(modules)) {
  const path = relative(modules, file)
  if (LEFT_OUT.test(path) || /\.(?:map|d\.ts|d\.cts|d\.mts)$/.test(path)) continue
  if (path.startsWith('next/') && !needed.has(path)) continue
  copy(file, join(app, 'node_modules', path))
  bytes += fs.statSync(file).size
}

const node = join(modules, `node-linux-${process.arch}`, 'bin', 'node')
copy(node, join(rootfs, 'usr', 'bin', 'node'))
fs.chmodSync(join(rootfs, 'usr', 'bin', 'node'), 0o755)
// As the loader finds them, of Node and of what it loads: the libraries of the builder are those that this Node was made for.
const native = below(join(app, 'node_modules')).filter((file) => file.endsWith('.node'))
// Loaded by name, so nothing that is here points at it.
const KERBEROS = 'libgssapi_krb5.so.2'
const kerberos = execFileSync('ldconfig', ['-p'], { encoding: 'utf8' })
  .split('\n')
  .find((line) => line.includes(KERBEROS))
  ?.split('=> ')[1]
if (kerberos === undefined) throw new Error(`${KERBEROS} is missing in the builder`)
copy(fs.realpathSync(kerberos), join(rootfs, kerberos))
// Ways to prove oneself to a KDC (SPAKE), which the library loads by name, too.
const plugIns = below(join(dirname(fs.realpathSync(kerberos)), 'krb5', 'plugins')).filter((file) =>
  file.endsWith('.so'),
)
for (const file of plugIns) copy(file, join(rootfs, file))
for (const binary of [node, kerberos, ...plugIns, ...native])
  for (const [library] of execFileSync('ldd', [binary], { encoding: 'utf8' }).matchAll(/\/[^\s)]+/g))
    if (fs.existsSync(library) && !library.startsWith(app)) copy(fs.realpathSync(library), join(rootfs, library))
fs.mkdirSync(join(rootfs, 'etc'), { recursive: true })
fs.writeFileSync(join(rootfs, 'etc', 'passwd'), 'quorumdeck:x:10001:10001::/data:/nonexistent\n')
fs.writeFileSync(join(rootfs, 'etc', 'group'), 'quorumdeck:x:10001:\n')
fs.writeFileSync(join(rootfs, 'etc', 'nsswitch.conf'), 'hosts: files dns\n')
for (const [folder, mode] of [
  ['data', 0o700],
  ['tmp', 0o1777],
]) {
  fs.mkdirSync(join(rootfs, folder), { recursive: true })
  fs.chmodSync(join(rootfs, folder), mode)
}
fs.chownSync(join(rootfs, 'data'), 10001, 10001)
fs.writeFileSync(
  join(app, 'health.mjs'),
  [
    '// Healthy: the server answers. Whether a cluster can be reached is no matter of this process, and no reason to end it.',
    '// Below a base path, which only its command line knows, it answers that this path is outside.',
    "const port = process.env.QUORUMDECK_PORT ?? '8480'",
    "const answer = await fetch('http://127.0.0.1:' + port + '/healthz').catch(() => null)",
    'process.exit(answer?.ok === true || answer?.status === 404 ? 0 : 1)',
    '',
  ].join('\n'),
)
process.stdout.write(`${(bytes / 1e6).toFixed(0)} MB of packages\n`)
