/** Where a run is, as far as its journal shows, and where each entry leads it. Pure. */
import type { Run, RunEvent } from './run.ts'

/**
 * `sent`: a voter change was sent, or may have been, and is not proven. `drifted`: somebody else changed the voters. `undoing`:
 * the last change is being taken back. `cleaning`: what the run has left on brokers and topics is.
 */
export const PHASES = ['going', 'sent', 'drifted', 'parked', 'undoing', 'cleaning', 'ended'] as const
export type Phase = (typeof PHASES)[number]

/** What stands in the way of all else comes first: a parked run whose voters were changed has drifted. */
export function phaseOf({ outcome, drift, intent, parked, cleaning, undo }: Run): Phase {
  if (outcome !== null) return 'ended'
  if (drift !== null) return 'drifted'
  if (intent !== null) return 'sent'
  if (parked !== null) return 'parked'
  if (cleaning !== undefined) return 'cleaning'
  return undo === null ? 'going' : 'undoing'
}

/** All but the first, `started`. */
export type EventType = Exclude<RunEvent['type'], 'started'>

/**
 * The phase after each entry; `null`: no rule writes it there. Answers come when they come, also to a run that has moved on.
 * After `settled`, `adopted` and `resumed` a run is where it was before: this says where a run is that was only going.
 */
export const TRANSITIONS: Readonly<Record<Phase, Readonly<Record<EventType, Phase | null>>>> = {
  going: {
    chosen: 'going',
    stated: 'going',
    'step-done': 'going',
    intended: 'sent',
    answered: 'going',
    settled: null,
    acting: 'going',
    acted: 'going',
    identified: 'going',
    'part-begun': 'going',
    adopted: 'going',
    drifted: 'drifted',
    replanned: 'going',
    'host-action': 'going',
    parked: 'parked',
    resumed: null,
    driver: 'going',
    approved: 'going',
    'approval-withdrawn': 'going',
    'glass-broken': 'going',
    cleaning: 'cleaning',
    undoing: 'undoing',
    ended: 'ended',
  },
  sent: {
    chosen: null,
    stated: null,
    'step-done': null,
    intended: null,
    answered: 'sent',
    settled: 'going',
    acting: null,
    acted: 'sent',
    identified: null,
    'part-begun': null,
    adopted: 'going',
    drifted: 'drifted',
    replanned: null,
    'host-action': 'sent',
    parked: null,
    resumed: null,
    driver: 'sent',
    approved: null,
    'approval-withdrawn': null,
    'glass-broken': null,
    cleaning: null,
    undoing: null,
    // A quorum that was made anew takes everything with it.
    ended: 'ended',
  },
  drifted: {
    chosen: null,
    stated: null,
    'step-done': null,
    intended: null,
    answered: 'drifted',
    settled: null,
    acting: null,
    acted: 'drifted',
    identified: null,
    'part-begun': null,
    adopted: null,
    drifted: null,
    replanned: 'going',
    'host-action': 'drifted',
    // An emergency may go before it.
    parked: 'drifted',
    resumed: null,
    driver: 'drifted',
    approved: null,
    'approval-withdrawn': null,
    'glass-broken': null,
    cleaning: null,
    undoing: null,
    ended: 'ended',
  },
  parked: {
    chosen: null,
    stated: null,
    'step-done': null,
    intended: null,
    answered: 'parked',
    settled: null,
    acting: null,
    acted: 'parked',
    identified: 'parked',
    'part-begun': null,
    adopted: 'parked',
    drifted: 'drifted',
    replanned: null,
    'host-action': 'parked',
    // An emergency takes the lock of one that was parked with it.
    parked: 'parked',
    resumed: 'going',
    driver: 'parked',
    approved: 'parked',
    'approval-withdrawn': 'parked',
    'glass-broken': null,
    // It goes on first: nothing is done for a run that is parked.
    cleaning: null,
    undoing: null,
    ended: 'ended',
  },
  undoing: {
    chosen: null,
    stated: 'undoing',
    'step-done': null,
    intended: 'sent',
    answered: 'undoing',
    settled: null,
    acting: null,
    acted: 'undoing',
    identified: 'undoing',
    'part-begun': null,
    adopted: 'undoing',
    drifted: 'drifted',
    // It was parked meanwhile, and lost the lock.
    replanned: 'going',
    'host-action': 'undoing',
    parked: 'parked',
    resumed: null,
    driver: 'undoing',
    approved: null,
    'approval-withdrawn': null,
    'glass-broken': null,
    cleaning: null,
    undoing: null,
    ended: 'ended',
  },
  cleaning: {
    chosen: null,
    stated: 'cleaning',
    'step-done': 'cleaning',
    intended: null,
    answered: 'cleaning',
    settled: null,
    acting: 'cleaning',
    acted: 'cleaning',
    identified: null,
    'part-begun': null,
    // Who changes the voters meanwhile is no matter of a run that only cleans up.
    adopted: null,
    drifted: null,
    // It was parked meanwhile, and lost the lock.
    replanned: 'cleaning',
    'host-action': 'cleaning',
    parked: 'parked',
    resumed: null,
    driver: 'cleaning',
    approved: null,
    'approval-withdrawn': null,
    'glass-broken': null,
    cleaning: null,
    undoing: null,
    ended: 'ended',
  },
  ended: {
    chosen: null,
    stated: null,
    'step-done': null,
    intended: null,
    answered: null,
    settled: null,
    acting: null,
    acted: null,
    identified: null,
    'part-begun': null,
    adopted: null,
    drifted: null,
    replanned: null,
    'host-action': null,
    parked: null,
    resumed: null,
    driver: null,
    approved: null,
    'approval-withdrawn': null,
    'glass-broken': null,
    // Taken up once more, to take back what it has left.
    cleaning: 'cleaning',
    undoing: null,
    ended: null,
  },
}
