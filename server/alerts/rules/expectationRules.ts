/** Rules about what is expected of a cluster, and of its guided changes. Pure. */
import { votersOf } from '../../contract/voters.ts'
import type { WorkflowState, WorkflowSummary } from '../../contract/workflows.ts'
import { freshView, named, type Rule } from './condition.ts'

/** Somebody expects it to be even: then it is no news. */
export const evenVoters: Rule = (seen) => {
  const view = freshView(seen)
  if (view === null) return 'unknown'
  const { voters } = view.quorum
  if (voters === 0 || voters % 2 === 1 || seen.expected.voters === voters) return []
  return [
    {
      rule: 'even-voters',
      key: '',
      severity: 'info',
      title: `${voters} voters tolerate no more failures than ${voters - 1}`,
      detail: 'An even number adds a machine that can fail, and no tolerance.',
      remedy: 'Add a voter, or remove one, with the wizard.',
      replicas: [],
    },
  ]
}

export const fewerVoters: Rule = (seen) => {
  const view = freshView(seen)
  if (seen.expected.voters === null) return []
  if (view === null) return 'unknown'
  const { voters } = view.quorum
  const { voters: expected } = seen.expected
  if (voters >= expected) return []
  return [
    {
      rule: 'fewer-voters',
      key: '',
      severity: 'warning',
      title: `${voters} voters, and ${expected} are expected`,
      detail:
        'A controller has left the voter set and none has taken its place: the quorum can lose fewer than it was built for.',
      remedy:
        'Add the missing controller with the wizard. If fewer are meant, correct expect.voters in quorumdeck.yaml.',
      replicas: [],
    },
  ]
}

/** Racks that nobody reports are not known to be wrong: only where every voter's rack is known can one be missing. */
export const rackWithoutVoter: Rule = (seen) => {
  const view = freshView(seen)
  const { racks } = seen.expected
  if (racks.size === 0) return []
  if (view === null) return 'unknown'
  const voters = votersOf(view)
  const unplaced = voters.filter(({ rack }) => rack === null).length
  return [...racks].flatMap(([rack, needed]) => {
    const there = voters.filter((voter) => voter.rack === rack)
    if (there.length + unplaced >= needed) return []
    return [
      {
        rule: 'rack-without-voter' as const,
        key: rack,
        severity: 'warning' as const,
        title: `Rack ${rack} holds ${there.length === 0 ? 'no voter' : `${there.length} of ${needed} voters`}`,
        detail: `${needed} ${needed === 1 ? 'is' : 'are'} expected there. What the loss of another rack costs is not what was planned.`,
        remedy: 'Add a controller in this rack with the wizard, or correct expect.racks in quorumdeck.yaml.',
        replicas: named(there),
      },
    ]
  })
}

/** States in which a run goes on only when a person does something. */
const WAITS: ReadonlySet<WorkflowState> = new Set(['waiting', 'blocked', 'outcomeUnknown', 'pausedDrift'])

export const runWaits: Rule = ({ runs }) =>
  runs
    .filter(({ state }) => WAITS.has(state))
    .map((run: WorkflowSummary) => ({
      rule: 'run-waits',
      key: run.id,
      severity: 'warning',
      title: `A guided change waits: ${run.title}`,
      detail: `${run.now} Until it ends, no other change of this cluster can begin, and the quorum may tolerate less than usual.`,
      remedy: `Open it and go on, or end it: /workflows/${run.id}`,
      replicas: [],
    }))

export const glassBroken: Rule = ({ runs }) =>
  runs.flatMap(({ id, title, brokenGlass }) =>
    brokenGlass === undefined
      ? []
      : [
          {
            rule: 'glass-broken' as const,
            key: id,
            severity: 'critical' as const,
            title: `${brokenGlass.by} broke the glass: ${title}`,
            detail: `The quorum is changed without the approval or outside of the time that is asked for, because: ${brokenGlass.reason}. Every gate of the quorum itself holds.`,
            remedy: `See what is done, and whether it has to be: /workflows/${id}`,
            replicas: [],
          },
        ],
  )
