/** A run in words: what it is for, what is special about its state, where it stands. Pure. */
import type { StepState, Workflow, WorkflowKind } from '../../../server/contract/workflows.ts'

export const PURPOSE: Readonly<Record<WorkflowKind, string>> = {
  'replace-disk':
    'A controller lost its disk and comes back with an empty one. Its old incarnation leaves the quorum, the new one joins once it has caught up.',
  'add-controller':
    'One voter more. A controller that already follows the metadata log becomes a voter once it keeps up with the leader.',
  'remove-controller':
    'One voter less: a dead controller whose machine does not come back, or one that is no longer needed.',
  'replace-controller':
    'Another node, with an id of its own, takes the place of a controller. The order that keeps more tolerance is chosen, shown and explained.',
  scale:
    'More voters, or fewer: one change after the other, dead ones first, the quorum steady in between. Odd numbers tolerate failures best.',
  'rolling-restart':
    'One node after the other, the active controller last. The next one waits until the last is back, caught up and in sync.',
  'unregister-broker':
    'A broker that is gone for good leaves the metadata. It must be stopped and hold no replica: Kafka itself checks neither.',
  'migrate-combined':
    'Nodes become controller and broker in one, one by one; the brokers that retire are emptied, stopped, and only then unregistered.',
  'migrate-dedicated':
    'Combined nodes give their replicas to the brokers that stay, then the broker role, and go on as controllers alone.',
  'static-to-dynamic':
    'From controller.quorum.voters to a voter set in the log, with Kafka 4.1 or later: only then can disks and controllers be replaced without downtime.',
  'recover-quorum':
    'A majority of the controllers’ disks is gone for good. The copies of the metadata log that are left are ranked, the best one becomes the only voter, and the old size is reached again one voter at a time.',
  'move-voters':
    'All controllers moved to other addresses at once, their disks untouched. The voter set still has the old ones, so none can be elected. The new ones are written to the disk whose log reaches furthest.',
}

export interface Callout {
  readonly tone: 'info' | 'warning' | 'danger'
  readonly title: string
  readonly text: string
}

/** What is out of the ordinary about the state, and what it means; `null` while all goes its way. */
export function callout(run: Workflow): Callout | null {
  if (run.parked !== null) {
    const why = run.parked.reason === '' ? '' : `: “${run.parked.reason}”`
    return {
      tone: 'info',
      title: `Parked by ${run.parked.by}${why}`,
      text: 'It is parked, so that something more urgent can go first. Nothing is sent. Resuming reads the quorum again and plans the rest from there.',
    }
  }
  switch (run.state) {
    case 'blocked':
      return {
        tone: 'warning',
        title: 'Waiting will not fix this.',
        text: 'A rule does not hold, and nothing suggests that it will by itself. What would help is shown beside it.',
      }
    case 'outcomeUnknown':
      return {
        tone: 'warning',
        title: 'A change was sent, and it is not known yet whether it was carried out.',
        text: 'It is not sent again. The quorum is read until it proves the outcome: two readings in one leader epoch that agree, and a high watermark that has passed them.',
      }
    case 'pausedDrift':
      // The server's own words about what was found say more.
      if (run.notices.some((notice) => notice.severity === 'critical')) return null
      return {
        tone: 'danger',
        title: 'The voters are not the ones that this run expects.',
        text: 'Somebody or something else changed the quorum. Nothing is done until a person decides how to go on.',
      }
    case 'planned':
    case 'running':
    case 'waiting':
    case 'done':
    case 'aborted':
      return null
    default:
      return run.state satisfies never
  }
}

const DOING: Readonly<Record<StepState, string>> = {
  pending: 'not begun',
  checking: 'nothing to do, Quorumdeck is watching',
  ready: 'waits for your go-ahead',
  executing: 'the change has been sent',
  'awaiting-operator': 'your turn, on the host',
  verifying: 'nothing to do, the outcome is being proven',
  done: 'done',
  skipped: 'not done',
}

/** "Step 3 of 6 · nothing to do, Quorumdeck is watching". */
export function stepLine(run: Workflow, drives: boolean): string {
  const at = run.steps.findIndex((step) => step.key === run.currentStep)
  const step = run.steps[at]
  if (step === undefined) return `${run.steps.length} steps`
  const where = `Step ${at + 1} of ${run.steps.length}`
  if (run.parked !== null) return `${where} · resting`
  if (run.state === 'pausedDrift') return `${where} · a person decides`
  if (run.state === 'outcomeUnknown') return `${where} · nothing to do, the outcome is being proven`
  if (run.state === 'blocked') return `${where} · something has to be fixed`
  // A gate that does not pass by waiting, and does not block either: a statement makes it pass.
  if (run.state === 'waiting' && step.state === 'checking' && step.gates.some((g) => !g.ok && !g.waiting)) {
    return drives ? `${where} · waits for your statement` : `${where} · waits for ${run.driver.name}`
  }
  if (!drives && step.state === 'ready') return `${where} · waits for ${run.driver.name}`
  if (!drives && step.state === 'awaiting-operator') return `${where} · somebody acts on the host`
  return `${where} · ${DOING[step.state]}`
}

/** How long each finished step went on, in ms, by its key: from the end of the one before it to its own. */
export function stepTimes(run: Workflow): ReadonlyMap<string, number> {
  const ended = run.steps
    .flatMap(({ key, startedAtMs, endedAtMs }) => (endedAtMs === null ? [] : [{ key, startedAtMs, endedAtMs }]))
    .sort((a, b) => a.endedAtMs - b.endedAtMs)
  return new Map(
    ended.map(({ key, startedAtMs, endedAtMs }, index) => {
      const fromMs = startedAtMs ?? ended[index - 1]?.endedAtMs ?? run.startedAtMs
      return [key, Math.max(0, endedAtMs - fromMs)]
    }),
  )
}
