/** What ends a command before its work is done, and the exit codes of all commands. */

/**
 * `no`: the answer is no, or it was refused. `usage`: the command line cannot be used. `unknown`: nobody can say, because the
 * server or the cluster does not answer. `waits`: a person has to do something. `check` has the codes of monitoring plug-ins.
 */
export const EXIT = { yes: 0, no: 1, usage: 2, unknown: 3, waits: 4 } as const
export type ExitCode = number

export class CliFailure extends Error {
  override readonly name = 'CliFailure'
  readonly exitCode: ExitCode
  readonly code: string
  readonly remedy: string
  /** Of the answer that refused it; `null`: it was no answer. */
  readonly status: number | null

  constructor(exitCode: ExitCode, code: string, message: string, remedy: string, status: number | null = null) {
    super(message)
    this.exitCode = exitCode
    this.code = code
    this.remedy = remedy
    this.status = status
  }
}

export function usage(message: string): CliFailure {
  return new CliFailure(EXIT.usage, 'usage', message, 'See quorumdeck --help.')
}
