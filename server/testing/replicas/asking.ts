/** For tests: asks one of several servers as a script would, and waits for what is to come. */
import { randomUUID } from 'node:crypto'
import type { ClusterList, ClusterSummary } from '../../contract/clusters.ts'
import type { ErrorBody } from '../../contract/errors.ts'
import type { AllowedCommand, StartWorkflow, Workflow } from '../../contract/workflows.ts'
import { until } from '../until.ts'

export interface Answered<T> {
  status: number
  body: T
}

export async function ask<T>(url: string, path: string, body?: unknown, method?: string): Promise<Answered<T>> {
  const response = await fetch(`${url}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json', origin: url }, body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T }
}

export async function clusterOf(url: string, cluster: string): Promise<ClusterSummary | null> {
  const { body } = await ask<ClusterList>(url, '/api/clusters')
  return body.clusters.find((one) => one.cluster === cluster) ?? null
}

/** Waits until this server shows the cluster live, and who observes it. */
export function observedBy(
  url: string,
  cluster: string,
  fits: (name: string) => boolean = () => true,
): Promise<string> {
  return until(`${cluster} observed, at ${url}`, async () => {
    const summary = await clusterOf(url, cluster)
    const by = summary?.observedBy ?? null
    return summary?.link.state === 'live' && by !== null && fits(by) ? by : null
  })
}

/** Nobody there, nobody who may answer now, or a storage that is away: worth another try. */
export async function tried<T>(asked: () => Promise<Answered<T | ErrorBody>>): Promise<T | null> {
  const answer = await asked().catch(() => null)
  return answer === null || answer.status >= 300 ? null : (answer.body as T)
}

export function commandBody(workflow: Workflow, command: AllowedCommand) {
  const { needsConfirmation, needsReason } = command
  return {
    commandId: randomUUID(),
    expectedRevision: workflow.revision,
    command: {
      ...command,
      ...(needsConfirmation === null ? {} : { confirmation: needsConfirmation.statement }),
      ...(needsReason ? { reason: 'for a test' } : {}),
    },
  }
}

export function startRun(url: string, cluster: string, request: StartWorkflow): Promise<Workflow> {
  const body = { ...request, commandId: randomUUID() }
  return until('the run begun', () => tried<Workflow>(() => ask(url, `/api/clusters/${cluster}/workflows`, body)))
}

/**
 * Says whatever moves the run on, at whichever server answers, until it has ended.
 * @param urls asked in turn: some of them may be gone
 */
export async function driveToEnd(urls: () => readonly string[], id: string): Promise<Workflow> {
  let said = ''
  return await until(`the end of run ${id}`, async () => {
    for (const url of urls()) {
      const run = await tried<Workflow>(() => ask(url, `/api/workflows/${id}`))
      if (run === null) continue
      if (run.endedAtMs !== null) return run
      const command = run.allowedCommands.find(({ recommended }) => recommended)
      const next = `${run.revision} ${command?.type}`
      if (command === undefined || next === said) return null
      const answer = await tried(() => ask(url, `/api/workflows/${id}/commands`, commandBody(run, command)))
      if (answer !== null) said = next
      return null
    }
    return null
  })
}
