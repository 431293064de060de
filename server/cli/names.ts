/** Words of the command line that are commands of scripts; they alone, so that nothing else is loaded to know it. */
export const COMMAND_NAMES = [
  'status',
  'check',
  'may-stop',
  'may-restart',
  'plan',
  'run',
  'evidence',
  'diagnostics',
  'help',
] as const
export type CommandName = (typeof COMMAND_NAMES)[number]

export function isCliCommand(word: string | undefined): word is CommandName {
  return COMMAND_NAMES.some((name) => name === word)
}
