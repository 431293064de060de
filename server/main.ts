#!/usr/bin/env node
/** `disk` works on the files of this host, `move-data` on a database, the commands of scripts ask and end; everything else is the server. Each loads its own part alone. */
import process from 'node:process'
import { isCliCommand } from './cli/names.ts'

/** What a command that only prints came to. */
function say({ code, out, errors }: { code: number; out: string; errors: string }): void {
  if (out !== '') process.stdout.write(`${out}\n`)
  if (errors !== '') process.stderr.write(`${errors}\n`)
  process.exitCode = code
}

const [command, ...rest] = process.argv.slice(2)

if (command === 'disk') {
  const { diskCommand } = await import('./disk/command/diskCommand.ts')
  const { thisHost } = await import('./disk/host.ts')
  say(await diskCommand(rest, thisHost, ['node', process.argv[1] ?? 'server/main.ts']))
} else if (command === 'move-data') {
  const { moveCommand } = await import('./program/moving/moveCommand.ts')
  say(await moveCommand(rest, process.env))
} else if (command === 'client-file') {
  const { clientFileCommand } = await import('./program/clientFileCommand.ts')
  say(await clientFileCommand(rest))
} else if (isCliCommand(command)) {
  const { script } = await import('./program/script.ts')
  process.exitCode = await script(command, rest)
} else {
  const { serve } = await import('./program/serve.ts')
  await serve(process.argv.slice(2))
}
