/** The commands of scripts: one line in, an exit code out. A failure is told once: as JSON where JSON is asked for. */
import { check } from './commands/check.ts'
import { diagnostics } from './commands/diagnostics.ts'
import { evidence } from './commands/evidence.ts'
import { mayStop } from './commands/mayStop.ts'
import { plan } from './commands/plan.ts'
import { run } from './commands/run.ts'
import { status } from './commands/status.ts'
import { CliFailure, EXIT } from './failure.ts'
import { CLI_HELP } from './help.ts'
import type { CommandName } from './names.ts'
import type { CliPorts } from './ports.ts'
import { json } from './text.ts'

type Command = (args: readonly string[], ports: CliPorts) => Promise<number>

const COMMANDS: Readonly<Record<CommandName, Command>> = {
  status,
  check,
  'may-stop': (args, ports) => mayStop('stop', args, ports),
  'may-restart': (args, ports) => mayStop('restart', args, ports),
  plan,
  run,
  evidence,
  diagnostics,
  help: async (_args, ports) => {
    ports.out(CLI_HELP)
    return EXIT.yes
  },
}

/** @returns the exit code */
export async function cli(name: CommandName, args: readonly string[], ports: CliPorts): Promise<number> {
  if (args.includes('--help')) {
    ports.out(CLI_HELP)
    return EXIT.yes
  }
  try {
    return await COMMANDS[name](args, ports)
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error
    const { code, message, remedy, exitCode } = error
    if (args.includes('--json')) ports.out(json({ error: { code, message, remedy } }))
    else ports.err(`${message}\n${remedy}`)
    // For monitoring a line that cannot be used, and all that nobody can say, is UNKNOWN; 1 and 2 mean something else there.
    return name === 'check' ? EXIT.unknown : exitCode
  }
}
