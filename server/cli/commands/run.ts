/**
 * `quorumdeck run`: begins a guided change, or follows one, by the commands that it recommends. What a person must state is
 * sent only where the command line states it word for word; what is done on hosts is shown, and waited for.
 */
import type { AllowedCommand, Workflow } from '../../contract/workflows.ts'
import { atServer, type Given, parse, wholeNumber } from '../arguments.ts'
import { asked, type Client } from '../client/connect.ts'
import { CliFailure, EXIT, usage } from '../failure.ts'
import type { CliPorts } from '../ports.ts'
import { json } from '../text.ts'
import { meant, viewOf } from '../watched.ts'
import { OF_CHANGE, requestOf } from './request.ts'

const FLAGS = {
  ...OF_CHANGE,
  wait: { type: 'boolean' },
  timeout: { type: 'string' },
  confirm: { type: 'string', multiple: true },
  resume: { type: 'string' },
  sandbox: { type: 'boolean' },
} as const

const PAUSE_MS = 500
const SCRIPT = { id: 'script', name: 'script' }

interface Following {
  client: Client
  ports: CliPorts
  /** Statements that the command line makes. */
  confirmed: ReadonlySet<string>
  /** Host actions of a sandbox are asked for. */
  sandbox: boolean
  endMs: number
  /** Who says it, where the server does not know by itself. */
  actor: { id: string; name: string }
  reason: string
}

/** What may be said now without a person; `null`: nothing. */
export function nextWords(run: Workflow, confirmed: ReadonlySet<string>, sandbox: boolean): AllowedCommand | null {
  const next = run.allowedCommands.find(({ recommended }) => recommended === true) ?? null
  if (next === null) return null
  if (next.type === 'do-it-for-me' && !sandbox) return null
  if (next.needsConfirmation !== null && !confirmed.has(next.needsConfirmation.statement)) return null
  return next.type === 'replan' || next.danger ? null : next
}

/** What is waited for, for people. */
function waitingText(run: Workflow, confirmed: ReadonlySet<string>): string {
  const step = run.steps.find(({ key }) => key === run.currentStep)
  const commands = (step?.commands ?? []).map(({ host, text }) => `    on ${host}: ${text}`)
  const next = run.allowedCommands.find(({ recommended }) => recommended === true)
  const statement = next?.needsConfirmation?.statement
  const missing =
    statement === undefined || confirmed.has(statement) ? [] : [`    to go on: --confirm ${JSON.stringify(statement)}`]
  return [`  ${run.now}`, ...commands, ...missing].join('\n')
}

async function follow(begun: Workflow, following: Following): Promise<{ run: Workflow; exit: number }> {
  const { client, ports, confirmed, sandbox, endMs, actor, reason } = following
  const id = encodeURIComponent(begun.id)
  let run = begun
  let shown = ''
  for (;;) {
    const text = waitingText(run, confirmed)
    if (text !== shown) ports.err(text)
    shown = text
    if (run.endedAtMs !== null) return { run, exit: run.state === 'done' ? EXIT.yes : EXIT.no }
    if (run.state === 'pausedDrift' || ports.nowMs() >= endMs) return { run, exit: EXIT.waits }
    const next = nextWords(run, confirmed, sandbox)
    if (next !== null) {
      const { needsConfirmation, ...command } = next
      const words = {
        ...command,
        ...(needsConfirmation === null ? {} : { confirmation: needsConfirmation.statement }),
        ...(next.needsReason ? { reason } : {}),
      }
      const body = { commandId: ports.newId(), expectedRevision: run.revision, command: words, as: actor }
      ports.err(`  > ${next.label}`)
      await asked(client.postWorkflowCommands(id, body as Parameters<Client['postWorkflowCommands']>[1])).catch(
        notTaken,
      )
    }
    await ports.sleep(PAUSE_MS)
    run = (await asked(client.getWorkflow(id))) as unknown as Workflow
  }
}

/** The run has moved on, or a gate does not hold any more: what it offers then is looked at. @throws CliFailure for all else */
function notTaken(error: unknown): void {
  const isMoved =
    error instanceof CliFailure && (error.status === 409 || error.status === 422) && error.code !== 'other-driver'
  if (!isMoved) throw error
}

export async function run(args: readonly string[], ports: CliPorts): Promise<number> {
  const given = parse(args, FLAGS)
  const { values, positionals } = given
  const [kind, extra] = positionals
  if (extra !== undefined) throw usage('run takes one kind of change.')
  if ((values.resume === undefined) === (kind === undefined)) throw usage('run takes a kind of change, or --resume ID.')
  const request = kind === undefined ? null : requestOf(kind, given as Given<typeof OF_CHANGE>)
  const { reason = '' } = values
  const patienceMs = wholeNumber('--timeout', values.timeout ?? '900') * 1000
  const isDirect = values['bootstrap-controller'] !== undefined || values['bootstrap-server'] !== undefined
  // What was sent must be known after a crash: a run without a journal that stays is none.
  if (isDirect && values['data-dir'] === undefined) {
    throw usage('A run at a cluster needs --data-dir: its journal must be there after a crash. Or name a --server.')
  }
  if (isDirect && values.wait !== true) throw usage('A run at a cluster ends with this command: give --wait too.')
  return await atServer(values, ports, async (client) => {
    let begun: Workflow
    if (request === null) {
      begun = (await asked(client.getWorkflow(encodeURIComponent(values.resume ?? '')))) as unknown as Workflow
    } else {
      const { cluster } = await meant(client, values.cluster)
      await viewOf(client, cluster, ports)
      const body = { ...request, commandId: ports.newId(), as: SCRIPT } as Parameters<Client['postClusterWorkflows']>[1]
      begun = (await asked(client.postClusterWorkflows(encodeURIComponent(cluster), body))) as unknown as Workflow
    }
    ports.err(`${begun.title}, run ${begun.id}`)
    if (values.wait !== true) {
      ports.out(values.json === true ? json(begun) : begun.id)
      return EXIT.yes
    }
    const confirmed = new Set(values.confirm ?? [])
    const endMs = ports.nowMs() + patienceMs
    const { sandbox = false } = values
    const actor = request === null ? begun.driver : SCRIPT
    const { run: last, exit } = await follow(begun, { client, ports, confirmed, sandbox, endMs, actor, reason })
    ports.out(values.json === true ? json(last) : `${last.state}: ${last.now}`)
    return exit
  })
}
