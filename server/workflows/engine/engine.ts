/** The workflows of all clusters: finds the cluster of a run, answers a command that comes twice, keeps evidence. */
import { createHash } from 'node:crypto'
import { unknownCluster } from '../../contract/errors.ts'
import type { StartWorkflow, Workflow, WorkflowSummary } from '../../contract/workflows.ts'
import type { Clock } from '../../quorum/reading/clock.ts'
import { type ChangeRules, NO_CHANGE_RULES, strictest } from '../run/permission/changeRules.ts'
import type { Rehearsal, WorkflowCluster } from '../run/ports.ts'
import { WorkflowRefusal } from '../run/refusal.ts'
import type { Run } from '../run/run.ts'
import { DEFAULT_THRESHOLDS, type Thresholds } from '../run/thresholds.ts'
import type { ActiveRun } from './activeRun.ts'
import { ClusterRuns } from './clusterRuns.ts'
import { manualRecoveryText } from './documents/manualRecovery.ts'
import { runbookText, thresholdRows } from './documents/runbook.ts'
import { type EvidenceInPages, evidencePages, wholeEvidence } from './journal/evidence.ts'
import type { CommandMark, Journal, RunRecord } from './journal/journal.ts'
import { runOf } from './journal/stored.ts'
import type { MayApprove } from './liveRuns.ts'
import type { Seats } from './seats/seats.ts'
import { unwatchedCluster } from './unwatched.ts'
import type { WorkflowListener, Workflows } from './workflows.ts'

/** Runs that a list shows. */
const MAX_LISTED = 50
/** A journal that was refused is tried again so long after it was taken up, in ms: meanwhile the reason is shown. */
const MEND_AFTER_MS = 2000

/** What is asked of whoever holds the leases of clusters. */
export interface SharedJournal {
  /** Whose writes are refused when another server has the cluster. */
  journalOf(cluster: string): Journal
  /** Right before something is sent: why it must not be; `null`: it may. */
  permit(cluster: string): Promise<string | null>
  /** Why nothing can be decided just now; `null`: nothing is in the way. */
  paused(cluster: string): string | null
  /** Of every name that a Kafka cluster has, whichever server looks after it. */
  rulesOf(clusterId: string): readonly ChangeRules[]
}

export interface EngineOptions {
  clusters: (WorkflowCluster & { thresholds: Thresholds })[]
  journal: Journal
  /** Where several servers share the journal; left out where it has one. */
  shared?: SharedJournal
  /** Whether a person may approve a run now: an approval of somebody who may not does not count. Everybody if left out. */
  mayApprove?: MayApprove
  rehearsal: Rehearsal
  /** Who is here, and who asks to drive. */
  seats: Seats
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
  /** Nothing more about this cluster. @throws WorkflowRefusal while a run of it goes on */
  drop(cluster: string): Promise<void>
  /** A cluster that another server looked after: its runs go on where they stand in the journal. */
  takeOver(cluster: EngineOptions['clusters'][number]): Promise<void>
  /** Another server looks after it from now on: nothing more is decided or sent here. */
  handOver(cluster: string): void
  /** Takes runs up anew whose journal was refused, as after a restart. */
  mend(): Promise<void>
  close(): Promise<void>
}

export async function createWorkflows(options: EngineOptions): Promise<WorkflowEngine> {
  const { journal, rehearsal, seats, clock, newId, onError, shared } = options
  const journalOf = (cluster: string): Journal => shared?.journalOf(cluster) ?? journal
  const listeners = new Set<WorkflowListener>()
  const thresholdsOf = new Map(options.clusters.map((c) => [c.cluster, c.thresholds]))
  const byCluster = new Map<string, ClusterRuns>()
  /** The Kafka cluster that was seen last behind a name: one that is renewed is not seen for a moment. */
  const seenBehind = new Map<string, string>()
  const runsFor = (cluster: EngineOptions['clusters'][number], isWatched = true): ClusterRuns =>
    new ClusterRuns({
      cluster,
      thresholds: cluster.thresholds,
      ...(isWatched ? { rules: () => rulesFor(cluster.cluster) } : {}),
      journal: journalOf(cluster.cluster),
      ...(shared === undefined
        ? {}
        : { permit: () => shared.permit(cluster.cluster), paused: () => shared.paused(cluster.cluster) }),
      seats,
      clock,
      newId,
      onError,
      isWatched,
      mayApprove: options.mayApprove,
      onIdentified: (clusterId) => {
        seenBehind.set(cluster.cluster, clusterId)
        settling = settling.then(settle).catch(onError)
      },
      onRun: (summary, whole, changed) => {
        const names = isWatched ? namesOf(cluster.cluster) : [summary.cluster]
        for (const name of names) for (const listener of listeners) listener.onWorkflow(name, summary, whole, changed)
      },
    })
  for (const cluster of options.clusters) byCluster.set(cluster.cluster, runsFor(cluster))
  /** Of Kafka clusters that nobody watches now. */
  const unwatched = runsFor({ ...unwatchedCluster, thresholds: DEFAULT_THRESHOLDS }, false)

  /** All that are watched under the same Kafka cluster id: one of them, the first, looks after its runs. */
  const sameAs = (runs: ClusterRuns): [string, ClusterRuns][] =>
    [...byCluster].filter(([, one]) => one === runs || (one.clusterId !== null && one.clusterId === runs.clusterId))
  const namesOf = (cluster: string): string[] => {
    const runs = byCluster.get(cluster)
    return runs === undefined ? [cluster] : sameAs(runs).map(([name]) => name)
  }
  const firstOf = (runs: ClusterRuns): ClusterRuns => sameAs(runs)[0]?.[1] ?? runs

  /** One that is watched under several names is held to the rules of each: none of them is a way around another. */
  const rulesFor = (cluster: string): ChangeRules => {
    const id = seenBehind.get(cluster)
    const names = [...byCluster.keys()].filter((name) => name !== cluster && seenBehind.get(name) === id)
    const here = [cluster, ...(id === undefined ? [] : names)].map(
      (name) => thresholdsOf.get(name)?.changeRules ?? NO_CHANGE_RULES,
    )
    return strictest([...here, ...(id === undefined ? [] : (shared?.rulesOf(id) ?? []))])
  }

  /** Every run is with the cluster that has its id. By its name it is looked after only until the id behind it is known. */
  const settle = async (): Promise<void> => {
    for (const from of [...byCluster.values(), unwatched]) {
      const homes = new Map<ClusterRuns, ActiveRun[]>()
      const home = (run: Run): ClusterRuns => {
        const known = [...byCluster.values()].find((runs) => runs.clusterId === run.clusterId)
        return known ?? (from.clusterId === null ? from : unwatched)
      }
      for (const live of await from.release((run) => home(run) !== from)) {
        const to = home(live.run)
        homes.set(to, [...(homes.get(to) ?? []), live])
      }
      for (const [to, lives] of homes) await to.take(lives)
    }
  }
  let settling: Promise<void> = Promise.resolve()

  for (const record of shared === undefined ? await journal.active() : []) {
    const runs = byCluster.get(record.cluster) ?? unwatched
    runs.load(await runOf(journal, record), record.token)
  }
  const resumed = async (cluster: EngineOptions['clusters'][number]): Promise<ClusterRuns> => {
    const runs = runsFor(cluster)
    for (const record of await journal.active(cluster.cluster)) runs.load(await runOf(journal, record), record.token)
    return runs
  }
  const taken = new Map<string, { cluster: EngineOptions['clusters'][number]; atMs: number }>()

  const runsOf = (cluster: string): ClusterRuns => {
    const runs = byCluster.get(cluster)
    if (runs !== undefined) return firstOf(runs)
    throw unknownCluster(cluster)
  }

  const stored = async (id: string): Promise<{ stored: RunRecord; runs: ClusterRuns }> => {
    const found = await journal.find(id)
    await settling
    const all = [...byCluster.values(), unwatched]
    const runs =
      all.find((one) => one.has(id)) ??
      all.find((one) => one.clusterId !== null && one.clusterId === found?.clusterId) ??
      byCluster.get(found?.cluster ?? '') ??
      unwatched
    if (found === null) {
      throw new WorkflowRefusal(
        404,
        'unknown-workflow',
        `There is no workflow ${JSON.stringify(id.slice(0, 64))}.`,
        'GET /api/clusters/{cluster}/workflows lists them.',
      )
    }
    return { stored: found, runs }
  }

  /** Of an ended run; where nobody kept it when it ended it is folded once and kept now. */
  const endedRun = async (record: RunRecord, runs: ClusterRuns): Promise<Run> => {
    const run = await runOf(journal, record)
    if (record.folded === null && record.endedAtMs !== null) {
      const summary = JSON.stringify(runs.summarizeEnded(run))
      await journal.keepEnded(record, { summary, folded: JSON.stringify(run) })
    }
    return run
  }

  const wholeOf = async ({ stored: found, runs }: { stored: RunRecord; runs: ClusterRuns }): Promise<Workflow> =>
    runs.whole(found.id) ?? runs.describeEnded(await endedRun(found, runs))

  /** The line of an ended run in a list. */
  const lineOf = async (record: RunRecord, runs: ClusterRuns): Promise<WorkflowSummary> =>
    record.summary === null
      ? runs.summarizeEnded(await endedRun(record, runs))
      : (JSON.parse(record.summary) as WorkflowSummary)

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
  const answering = async (
    mark: CommandMark | null,
    runs: ClusterRuns,
    work: () => Promise<Workflow>,
  ): Promise<Workflow> => {
    if (mark === null) return await work()
    const kept = journalOf(runs.cluster)
    try {
      const workflow = await work()
      await kept.answer(mark, 200, JSON.stringify(workflow))
      return workflow
    } catch (error) {
      if (error instanceof WorkflowRefusal && (error.status === 422 || error.status === 400)) {
        const { status, code, message, remedy, refusals } = error
        await kept.answer(
          mark,
          status,
          JSON.stringify({ status, code, message, remedy, refusals } satisfies KeptRefusal),
        )
      }
      throw error
    }
  }

  const evidenceInPages = async (id: string): Promise<EvidenceInPages> => {
    const found = await stored(id)
    const workflow = await wholeOf(found)
    const { done, startedAtMs } = found.runs.running(id) ?? (await runOf(journal, found.stored))
    const titles = new Map(workflow.steps.map((s) => [s.key, s.title]))
    const ends = Object.entries(done).sort(([, a], [, b]) => a.atMs - b.atMs)
    let sinceMs = startedAtMs
    const timings = ends.map(([step, { atMs }]) => {
      const ms = Math.max(0, atMs - sinceMs)
      sinceMs = atMs
      return { step, title: titles.get(step) ?? step, ms }
    })
    const thresholds = thresholdRows(thresholdsOf.get(found.stored.cluster) ?? DEFAULT_THRESHOLDS)
    return { workflow, thresholds, timings, pages: evidencePages(journal.pages(id)) }
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
        async () =>
          (await answeredBefore(mark, present)) ?? (await answering(mark, runs, () => runs.start(request, mark))),
      )
    },
    rehearse: async (cluster, request) => {
      const runs = runsOf(cluster)
      const { kind, params } = request
      if (kind === 'recover-quorum' || kind === 'move-voters') {
        throw new WorkflowRefusal(
          422,
          'cannot-rehearse',
          'A rehearsal plays a plan on a copy of the quorum as it is, and nobody leads this one.',
          'Practise it on the practice quorum: the lesson “Two disks are gone”.',
        )
      }
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
    mayStop: async (cluster, nodeId, action) => {
      await settling
      return { ...(await runsOf(cluster).mayStop(nodeId, action)), cluster }
    },
    command: async (id, request) => {
      const found = await stored(id)
      const { commandId, expectedRevision, command, as: actor } = request
      const mark: CommandMark = { scope: id, commandId, hash: hashOf({ expectedRevision, command, actor }) }
      return await inOrder(mark, async () => {
        const before = await answeredBefore(mark, async () => wholeOf(await stored(id)))
        if (before !== null) return before
        if (found.runs.has(id)) return await answering(mark, found.runs, () => found.runs.command(id, request, mark))
        if (command.type === 'clean-up') {
          const run = await endedRun(found.stored, found.runs)
          return await answering(mark, found.runs, () => found.runs.reopen(run, request, mark))
        }
        throw new WorkflowRefusal(
          409,
          'run-ended',
          'This run has ended and takes no more commands.',
          'Start a new one.',
          { workflow: await wholeOf(found) },
        )
      })
    },
    get: async (id) => {
      const found = await stored(id)
      return found.runs.whole(id) ?? found.runs.describeLeft(await endedRun(found.stored, found.runs))
    },
    list: async (cluster) => {
      await settling
      const runs = runsOf(cluster)
      const facts = runs.facts()
      const clusterId = facts.view?.clusterId ?? null
      const active = runs.summaries().reverse()
      const lost = unwatched.summaries().reverse()
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
      const lines: WorkflowSummary[] = []
      for (const record of ended) lines.push(await lineOf(record, runs))
      return { unavailable, workflows: [...active, ...lines], unwatched: lost }
    },
    active: (cluster) => {
      const runs = byCluster.get(cluster)
      return runs === undefined ? [] : firstOf(runs).summaries()
    },
    live: (id) => [...byCluster.values(), unwatched].find((runs) => runs.has(id))?.whole(id) ?? null,
    evidence: async (id) => await wholeEvidence(await evidenceInPages(id)),
    evidenceInPages,
    runbook: async (id) => {
      const found = await stored(id)
      return runbookText(found.runs.onPaper(id) ?? (await wholeOf(found)), found.runs.facts())
    },
    manualRecovery: (cluster, name) => manualRecoveryText(name, runsOf(cluster).facts()),
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
      // By its name, until the id behind it is known.
      await runs.take(await unwatched.release((run) => run.cluster === cluster.cluster))
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
    takeOver: async (cluster) => {
      const runs = await resumed(cluster)
      thresholdsOf.set(cluster.cluster, cluster.thresholds)
      byCluster.set(cluster.cluster, runs)
      taken.set(cluster.cluster, { cluster, atMs: clock.monotonicMs() })
      for (const summary of runs.summaries()) runs.tell(summary.id)
    },
    handOver: (cluster) => {
      const runs = byCluster.get(cluster)
      byCluster.delete(cluster)
      taken.delete(cluster)
      void runs?.close().catch(onError)
    },
    mend: async () => {
      for (const [name, runs] of [...byCluster]) {
        const one = taken.get(name)
        if (!runs.isBroken || one === undefined || clock.monotonicMs() - one.atMs < MEND_AFTER_MS) continue
        one.atMs = clock.monotonicMs()
        const mended = await resumed(one.cluster)
        if (byCluster.get(name) !== runs) {
          await mended.close()
          continue
        }
        await runs.close()
        byCluster.set(name, mended)
        for (const summary of mended.summaries()) mended.tell(summary.id)
      }
    },
    close: async () => {
      await settling
      await Promise.all([...byCluster.values(), unwatched].map((runs) => runs.close()))
    },
  }
}
