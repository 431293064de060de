#!/usr/bin/env node
// Starts Quorumdeck on a Node that can run it: this one, or the one that came with the package where this one is too old.

const { spawn } = require('node:child_process')
const { dirname, join } = require('node:path')

const MAIN = join(__dirname, '..', 'server', 'main.js')
const PLATFORM = process.platform === 'win32' ? 'win' : process.platform

/** From 22.22, and of 24 from 24.6. */
function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > 24 || (major === 24 && minor >= 6) || (major === 22 && minor >= 22)
}

function ownNode() {
  try {
    const folder = dirname(require.resolve(`node-${PLATFORM}-${process.arch}/package.json`))
    return join(folder, 'bin', PLATFORM === 'win' ? 'node.exe' : 'node')
  } catch {
    return null
  }
}

if (isNewEnough(process.versions.node)) {
  process.argv[1] = MAIN
  import(`file://${MAIN}`)
} else {
  const node = ownNode()
  if (node === null) {
    process.stderr.write(
      `quorumdeck: Node ${process.versions.node} is too old, and no newer one came with the package for ${process.platform} on ${process.arch}.\n` +
        'Install Node 24 and start it with that.\n',
    )
    process.exit(2)
  }
  const child = spawn(node, [MAIN, ...process.argv.slice(2)], { stdio: 'inherit' })
  // Whoever ends this process means that one: it ends in order, and its exit code is the answer.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`quorumdeck: ${error.message}\n`)
    process.exit(2)
  })
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
}
