#!/usr/bin/env node
/** `disk` works on the files of this host, `move-data` on a database, and both end; everything else is the server, of which it then loads nothing. */
import process from 'node:process'

const [command, ...rest] = process.argv.slice(2)

if (command === 'disk') {
  const { diskCommand } = await import('./disk/command/diskCommand.ts')
  const { thisHost } = await import('./disk/host.ts')
  const { code, out, errors } = await diskCommand(rest, thisHost, ['node', process.argv[1] ?? 'server/main.ts'])
  if (out !== '') process.stdout.write(`${out}\n`)
  if (errors !== '') process.stderr.write(`${errors}\n`)
  process.exitCode = code
} else if (command === 'move-data') {
  const { moveCommand } = await import('./program/moving/moveCommand.ts')
  const { code, out, errors } = await moveCommand(rest, process.env)
  if (out !== '') process.stdout.write(`${out}\n`)
  if (errors !== '') process.stderr.write(`${errors}\n`)
  process.exitCode = code
} else {
  const { serve } = await import('./program/serve.ts')
  await serve(process.argv.slice(2))
}
