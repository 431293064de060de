/** The workflows of all clusters: finds the cluster of a run, answers a command that comes twice, keeps evidence. */
import { createHash } from 'node:crypto'
import type { Evidence, StartWorkflow, Workflow } from '../contract/workflows.ts'
import type { Clock } from '../quorum/clock.ts'
import { ClusterRuns } from './clusterRuns.ts'
import { summarize } from './describe.ts'
import type { CommandMark, Journal, StoredRun } from './journal.ts'
import { offPathText } from './offPath.ts'
import type { Rehearsal, WorkflowCluster } from './ports.ts'
import { WorkflowRefusal } from './refusal.ts'
import { runbookText, thresholdRows } from './runbook.ts'
import { runOf } from './stored.ts'
import { DEFAULT_THRESHOLDS, type Thresholds } from './thresholds.ts'
import type { WorkflowListener, Workflows } from './workflows.ts'

/** Runs that a list shows. */
const MAX_LISTED = 50

export interface EngineOptions {
  clusters: (WorkflowCluster & { thresholds: Thresholds })[]
  journal: Journal
  rehearsal: Rehearsal
  clock: Clock
  newId: () => string
  onError: (error: unknown) => void
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}

interface KeptRefusal {
  status: WorkflowRefusal['status']
  code: string
  message: string
  remedy: string
  refusals: WorkflowRefusal['refusals']
}

export interface WorkflowEngine extends Workflows {
  /** A further cluster, from now on; runs of it that go on are taken up. */
  add(cluster: EngineOptions['clusters'][number]): Promise<void>
  /** No further word about this cluster. @throws WorkflowRefusal while a run of it goes on */
  drop(cluster: string): Promise<void>
  close(): Promise<void>
}

export async function createWorkflows(options: EngineOptions): Promise<WorkflowEngine> {
  const { journal, rehearsal, clock, newId, onError } = options
  const listeners = new Set<WorkflowListener>()
  const thresholdsOf = new Map(options.clusters.map((c) => [c.cluster, c.thresholds]))
  const runsFor = (cluster: EngineOptions['clusters'][number]): ClusterRuns =>
    new ClusterRuns({
      cluster,
      thresholds: cluster.thresholds,
      journal,
      clock,
      newId,
      onError,
      onRun: (summary, whole, changed) => {
        for (const listener of listeners) listener.onWorkflow(cluster.cluster, summary, whole, changed)
      },
    })
  const byCluster = new Map(options.clusters.map((cluster) => [cluster.cluster, runsFor(cluster)]))
  for (const stored of await journal.active()) byCluster.get(stored.cluster)?.load(stored)

  const runsOf = (cluster: string): ClusterRuns => {
    const runs = byCluster.get(cluster)
    if (runs !== undefined) return runs
    throw new WorkflowRefusal(
      404,
      'unknown-cluster',
      `No cluster is called ${JSON.stringify(cluster.slice(0, 64))} here.`,
      'GET /api/clusters lists the clusters.',
    )
  }

  const stored = async (id: string): Promise<{ stored: StoredRun; runs: ClusterRuns }> => {
    const found = await journal.read(id)
    const runs = found === null ? undefined : byCluster.get(found.cluster)
    if (found === null || runs === undefined) {
      throw new WorkflowRefusal(
        404,
        'unknown-workflow',
        `There is no workflow ${JSON.stringify(id.slice(0, 64))}.`,
        'GET /api/clusters/{cluster}/workflows lists them.',
      )
    }
    return { stored: found, runs }
  }

  const wholeOf = ({ stored: found, runs }: { stored: StoredRun; runs: ClusterRuns }): Workflow =>
    runs.whole(found.id) ?? runs.describeEnded(runOf(found))

  /** The same id and words again: the same answer. @throws WorkflowRefusal where it was a refusal */
  const answeredBefore = async (
    mark: CommandMark,
    present: (begun: string) => Promise<Workflow>,
  ): Promise<Workflow | null> => {
    const before = await journal.command(mark.scope, mark.commandId)
    if (before === null) return null
    if (before.hash !== mark.hash) {
      throw new WorkflowRefusal(
        409,
        'command-id-reused',
        `The command id ${mark.commandId} was used for another command.`,
        'Give every new command an id of its own. Nothing was done.',
      )
    }
    if (before.status === 0) return await present(before.body)
    if (before.status < 300) return JSON.parse(before.body) as Workflow
    const { status, code, message, remedy, refusals } = JSON.parse(before.body) as KeptRefusal
    throw new WorkflowRefusal(status, code, message, remedy, { refusals })
  }

  /** Keeps the answer for whoever asks again. What did not fit the run of then (409, 503) may fit later. */
  const answering = async (mark: CommandMark | null, work: () => Promise<Workflow>): Promise<Workflow> => {
    if (mark === null) return await work()
    try {
      const workflow = await work()
      await journal.answer(mark, 200, JSON.stringify(workflow))
      return workflow
    } catch (error) {
      if (error instanceof WorkflowRefusal && (error.status === 422 || error.status === 400)) {
        const { status, code, message, remedy, refusals } = error
        await journal.answer(
          mark,
          status,
          JSON.stringify({ status, code, message, remedy, refusals } satisfies KeptRefusal),
        )
      }
      throw error
    }
  }

  const underWay = new Map<string, Promise<unknown>>()
  /** The same id again waits for the first to be answered: its answer is in the journal then. */
  const inOrder = async <T>({ scope, commandId }: CommandMark, work: () => Promise<T>): Promise<T> => {
    const key = `${scope} ${commandId}`
    const turn = (underWay.get(key) ?? Promise.resolve()).then(work, work)
    underWay.set(key, turn)
    try {
      return await turn
    } finally {
      if (underWay.get(key) === turn) underWay.delete(key)
    }
  }

  return {
    start: async (cluster, request) => {
      const runs = runsOf(cluster)
      const { commandId, ...words } = request
      if (commandId === undefined || request.dryRun === true) return await runs.start(request, null)
      const mark: CommandMark = { scope: `start:${cluster}`, commandId, hash: hashOf(words) }
      const present = async (begun: string) => wholeOf(await stored(begun))
      return await inOrder(
        mark,
        async () => (await answeredBefore(mark, present)) ?? (await answering(mark, () => runs.start(request, mark))),
      )
    },
    rehearse: async (cluster, request) => {
      const runs = runsOf(cluster)
      const { kind, params } = request
      // What cannot be planned on the quorum itself is refused in its own words.
      await runs.start({ ...request, dryRun: true }, null)
      const { view, log, nodes, thresholds } = runs.facts()
      if (view === null) throw new Error('a plan was made without a view')
      return await rehearsal.rehearse({ view, log, nodes, request: { kind, params } as StartWorkflow, thresholds })
    },
    planRunbook: async (cluster, request) => {
      const runs = runsOf(cluster)
      return runbookText(await runs.planOnPaper(request), runs.facts())
    },
    command: async (id, request) => {
      const found = await stored(id)
      const { commandId, expectedRevision, command, as: actor } = request
      const mark: CommandMark = { scope: id, commandId, hash: hashOf({ expectedRevision, command, actor }) }
      return await inOrder(mark, async () => {
        const before = await answeredBefore(mark, async () => wholeOf(await stored(id)))
        if (before !== null) return before
        if (!found.runs.has(id)) {
          throw new WorkflowRefusal(
            409,
            'run-ended',
            'This run has ended; nothing can be said to it any more.',
            'Start a new one.',
            { workflow: wholeOf(found) },
          )
        }
        return await answering(mark, () => found.runs.command(id, request, mark))
      })
    },
    get: async (id) => wholeOf(await stored(id)),
    list: async (cluster) => {
      const runs = runsOf(cluster)
      const facts = runs.facts()
      const clusterId = facts.view?.clusterId ?? null
      const active = runs.summaries().reverse()
      const ended =
        clusterId === null ? [] : (await journal.recent(clusterId, MAX_LISTED)).filter((s) => !runs.has(s.id))
      const unavailable =
        runs.unavailable ??
        (facts.view === null
          ? 'The quorum has not been observed yet.'
          : facts.view.source.via === 'broker'
            ? 'The controllers cannot be reached from here: the quorum can be watched, not changed.'
            : (facts.view.quorum.kraftVersion ?? 1) < 1
              ? 'The quorum is static (kraft.version 0): Kafka cannot change its voters while it runs.'
              : null)
      return { unavailable, workflows: [...active, ...ended.map((s) => summarize(runOf(s), { ...facts, view: null }))] }
    },
    active: (cluster) => byCluster.get(cluster)?.summaries() ?? [],
    live: (id) => [...byCluster.values()].find((runs) => runs.has(id))?.whole(id) ?? null,
    evidence: async (id): Promise<Evidence> => {
      const found = await stored(id)
      const workflow = wholeOf(found)
      const run = runOf(found.stored)
      const titles = new Map(workflow.steps.map((s) => [s.key, s.title]))
      const ends = Object.entries(run.done).sort(([, a], [, b]) => a.atMs - b.atMs)
      let sinceMs = run.startedAtMs
      const timings = ends.map(([step, { atMs }]) => {
        const ms = Math.max(0, atMs - sinceMs)
        sinceMs = atMs
        return { step, title: titles.get(step) ?? step, ms }
      })
      const entries = found.stored.entries.map(({ seq, atMs, actor, type, text, data }) => ({
        seq,
        atMs,
        actor: actor.name,
        type,
        text,
        data,
      }))
      const thresholds = thresholdRows(thresholdsOf.get(found.stored.cluster) ?? DEFAULT_THRESHOLDS)
      return { workflow, thresholds, timings, entries }
    },
    runbook: async (id) => {
      const found = await stored(id)
      return runbookText(found.runs.onPaper(id) ?? wholeOf(found), found.runs.facts())
    },
    offPath: (cluster, name) => offPathText(name, runsOf(cluster).facts()),
    remade: async (cluster) => {
      await byCluster.get(cluster)?.remade()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    add: async (cluster) => {
      const runs = runsFor(cluster)
      thresholdsOf.set(cluster.cluster, cluster.thresholds)
      byCluster.set(cluster.cluster, runs)
      for (const found of await journal.active()) if (found.cluster === cluster.cluster) runs.load(found)
    },
    drop: async (cluster) => {
      const runs = byCluster.get(cluster)
      if (runs === undefined) return
      const [goingOn] = runs.summaries()
      if (goingOn !== undefined) {
        throw new WorkflowRefusal(
          409,
          'change-in-progress',
          `A guided change of this cluster goes on: ${goingOn.title}.`,
          'End it first. Nothing was changed.',
        )
      }
      byCluster.delete(cluster)
      await runs.close()
    },
    close: async () => {
      await Promise.all([...byCluster.values()].map((runs) => runs.close()))
    },
  }
}
