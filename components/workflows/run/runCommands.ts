/** Which of the allowed commands stands where on the page, and what it still needs of a person. Pure. */
import type { AllowedCommand, Candidate, CommandType, Workflow } from '../../../server/contract/workflows.ts'

/** What a person has put in for one command so far. Kept while the run moves on below it. */
export interface Draft {
  /** The statement that was ticked: another statement wants another tick. */
  readonly ticked: string | null
  readonly typed: string
  readonly reason: string
}

export const emptyDraft: Draft = { ticked: null, typed: '', reason: '' }

/** For a button that acts at once; labels of the server that ask first may end in an ellipsis. */
export function actLabel({ label }: Pick<AllowedCommand, 'label'>): string {
  return label.replace(/…$/, '')
}

/** For a button that asks first. */
export function askLabel(command: Pick<AllowedCommand, 'label'>): string {
  return `${actLabel(command)}…`
}

/** The same command in another revision of the run has the same name. */
export function commandName({ type, step, key, nodeId, directoryId }: AllowedCommand): string {
  return [type, step, key, nodeId, directoryId].join('|')
}

/** Leads the run on; the others end it, rest it, or change who drives. */
const LEADS_ON: ReadonlySet<CommandType> = new Set(['execute', 'state', 'choose', 'do-it-for-me', 'resume', 'replan'])
/** Needs the server alone; everything else needs a picture of the quorum that is alive. */
const WITHOUT_QUORUM: ReadonlySet<CommandType> = new Set([
  'abort',
  'leave',
  'park',
  'take-over',
  'approve',
  'withdraw-approval',
])
/** About whether the run may act. */
const OF_PERMISSION: ReadonlySet<CommandType> = new Set(['approve', 'withdraw-approval', 'break-glass'])
/** What somebody may say who does not drive. */
export const OF_OTHERS: ReadonlySet<CommandType> = new Set(['take-over', 'approve', 'withdraw-approval'])

export function needsLiveQuorum(type: CommandType): boolean {
  return !WITHOUT_QUORUM.has(type)
}

export interface Places {
  /** The one button of the step; `null` where there is nothing to press. */
  readonly main: AllowedCommand | null
  /** Other ways to go on. */
  readonly others: readonly AllowedCommand[]
  /** Park, abort and the like. */
  readonly side: readonly AllowedCommand[]
  readonly takeOver: AllowedCommand | null
  /** Of a second person, or without one. */
  readonly permission: readonly AllowedCommand[]
}

/** Nothing that takes something away comes first, unless it is the very action of the step. */
function dangerLast(commands: readonly AllowedCommand[]): readonly AllowedCommand[] {
  const grave = ({ danger, type }: AllowedCommand) => Number(danger && type !== 'execute')
  return [...commands].sort((a, b) => grave(a) - grave(b))
}

function isChoiceOf(command: AllowedCommand, candidate: Candidate): boolean {
  return (
    command.type === 'choose' &&
    command.nodeId === candidate.nodeId &&
    (command.directoryId ?? null) === candidate.directoryId
  )
}

/** The command that chooses this candidate, where it may be chosen. */
export function choiceOf(run: Workflow, candidate: Candidate): AllowedCommand | null {
  return run.allowedCommands.find((command) => isChoiceOf(command, candidate)) ?? null
}

export function places(run: Workflow): Places {
  const inRows = (command: AllowedCommand) => run.candidates.some((candidate) => isChoiceOf(command, candidate))
  const onward = dangerLast(run.allowedCommands.filter((one) => LEADS_ON.has(one.type) && !inRows(one)))
  const side = dangerLast(
    run.allowedCommands.filter(
      (one) => !LEADS_ON.has(one.type) && !OF_PERMISSION.has(one.type) && one.type !== 'take-over',
    ),
  )
  const permission = run.allowedCommands.filter((one) => OF_PERMISSION.has(one.type))
  const takeOver = run.allowedCommands.find((one) => one.type === 'take-over') ?? null
  const first = onward[0]
  // A statement beside an action that is on its way is an exception, not the way.
  const exception = run.next !== null && (first?.type === 'state' || first?.type === 'choose')
  // Removing is what some runs are for; what else takes something away is no main button.
  const main = first === undefined || (first.danger && first.type !== 'execute') || exception ? null : first
  return { main, others: onward.filter((one) => one !== main), side, takeOver, permission }
}

/** What is missing before it can be sent, in words; `null` when nothing is. */
export function missing(command: AllowedCommand, draft: Draft): string | null {
  const wanted = command.needsConfirmation
  if (wanted !== null) {
    if (wanted.typed && draft.typed.trim() !== wanted.statement) return 'Type the statement word for word.'
    if (!wanted.typed && draft.ticked !== wanted.statement) return 'Tick the statement.'
  }
  return command.needsReason && draft.reason.trim() === '' ? 'Give a reason.' : null
}

/** What goes along with the command. */
export function said(command: AllowedCommand, draft: Draft): { confirmation?: string; reason?: string } {
  const reason = draft.reason.trim()
  return {
    ...(command.needsConfirmation === null ? {} : { confirmation: command.needsConfirmation.statement }),
    ...(command.needsReason && reason !== '' ? { reason } : {}),
  }
}

/** Whether a person has to be asked anything before it is sent. */
export function asks(command: AllowedCommand): boolean {
  return command.danger || command.needsReason || command.needsConfirmation !== null || command.equivalent !== null
}
