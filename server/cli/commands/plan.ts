/**
 * `quorumdeck plan`: what a change would do, step by step, with its gates as they stand; nothing is kept or done. With
 * `--voters` the changes that lead from the voters of now to those: declared targets plan, and never do.
 */
import { votersOf } from '../../contract/voters.ts'
import type { Workflow } from '../../contract/workflows.ts'
import { atServer, type Given, parse, wholeNumbers } from '../arguments.ts'
import { asked, type Client } from '../client/connect.ts'
import { CliFailure, EXIT, usage } from '../failure.ts'
import type { CliPorts } from '../ports.ts'
import { json } from '../text.ts'
import { meant, viewOf } from '../watched.ts'
import { flagOf, OF_CHANGE, requestOf } from './request.ts'

const FLAGS = { ...OF_CHANGE, voters: { type: 'string' } } as const

export function planText(run: Pick<Workflow, 'title' | 'steps'>): string {
  const lines = run.steps.map((step, at) => {
    const failing = step.gates.filter(({ ok }) => !ok)
    const gates = failing.map(({ title, observed }) => `       not yet: ${title} (${observed})`)
    return [`  ${at + 1}. ${step.title}${step.actor === 'operator' ? ' (on the host)' : ''}`, ...gates].join('\n')
  })
  return [run.title, ...lines].join('\n')
}

export interface TargetChange {
  kind: 'add-controller' | 'remove-controller' | 'replace-controller'
  params: Record<string, number | string>
  why: string
}

/**
 * The changes that lead from these voters to those, in an order that never counts fewer than it must: one for one, then
 * additions, then removals.
 */
export function changesTo(
  now: readonly { nodeId: number; directoryId: string | null }[],
  wanted: readonly number[],
): TargetChange[] {
  const leaving = now.filter(({ nodeId }) => !wanted.includes(nodeId))
  const coming = wanted.filter((id) => !now.some(({ nodeId }) => nodeId === id))
  const pairs = Math.min(leaving.length, coming.length)
  const replaced = leaving.slice(0, pairs).flatMap((old, at): TargetChange[] => {
    const next = coming[at]
    if (next === undefined) return []
    const params = { oldNodeId: old.nodeId, newNodeId: next }
    return [{ kind: 'replace-controller', params, why: `${next} votes in the place of ${old.nodeId}` }]
  })
  const added = coming
    .slice(pairs)
    .map((nodeId): TargetChange => ({ kind: 'add-controller', params: { nodeId }, why: `${nodeId} does not vote yet` }))
  const removed = leaving.slice(pairs).map(
    ({ nodeId, directoryId }): TargetChange => ({
      kind: 'remove-controller',
      params: { nodeId, ...(directoryId === null ? {} : { directoryId }) },
      why: `${nodeId} votes and should not`,
    }),
  )
  return [...replaced, ...added, ...removed]
}

async function dryRun(client: Client, cluster: string, request: object): Promise<Workflow> {
  const body = { ...request, dryRun: true } as Parameters<Client['postClusterWorkflows']>[1]
  return (await asked(client.postClusterWorkflows(encodeURIComponent(cluster), body))) as unknown as Workflow
}

export async function plan(args: readonly string[], ports: CliPorts): Promise<number> {
  const given = parse(args, FLAGS)
  const { values, positionals } = given
  const [kind, extra] = positionals
  if (extra !== undefined) throw usage('plan takes one kind of change.')
  const wanted = values.voters === undefined ? null : wholeNumbers('--voters', values.voters)
  if ((wanted === null) === (kind === undefined)) throw usage('plan takes a kind of change, or --voters.')
  const request = kind === undefined ? null : requestOf(kind, given as Given<typeof OF_CHANGE>)
  return await atServer(values, ports, async (client) => {
    const { cluster } = await meant(client, values.cluster)
    const view = await viewOf(client, cluster, ports)
    if (request !== null) {
      const run = await dryRun(client, cluster, request)
      ports.out(values.json === true ? json(run) : planText(run))
      return EXIT.yes
    }
    const changes = changesTo(votersOf(view), wanted ?? [])
    const [first] = changes
    // The others are planned when their turn comes: only then is it known on which quorum.
    const next =
      first === undefined
        ? null
        : await dryRun(client, cluster, { kind: first.kind, params: first.params }).catch((error: unknown) => {
            if (!(error instanceof CliFailure)) throw error
            return error
          })
    const refusal = next instanceof CliFailure ? { code: next.code, message: next.message, remedy: next.remedy } : null
    if (values.json === true) {
      ports.out(json({ changes, next: next instanceof CliFailure ? null : next, refusal }))
    } else if (next === null) {
      ports.out('The voters are as they should be: nothing to do.')
    } else {
      const list = changes.map((one) => `  quorumdeck run ${one.kind} ${flagsOf(one)}   # ${one.why}`).join('\n')
      const now = next instanceof CliFailure ? `Not now: ${next.message} ${next.remedy}` : planText(next)
      ports.out(`One after the other:\n${list}\n\n${now}`)
    }
    return next instanceof CliFailure ? next.exitCode : EXIT.yes
  })
}

function flagsOf({ params }: TargetChange): string {
  return Object.entries(params)
    .map(([name, value]) => `${flagOf(name)} ${value}`)
    .join(' ')
}
