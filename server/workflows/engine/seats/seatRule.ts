/**
 * When a run may be taken over: with the driver's consent, when the driver does not answer a raised hand in time, or at once
 * when the driver is absent. Nobody is locked out of a sick quorum: the longest wait is two times the patience. Pure.
 */

export interface SeatFacts {
  /** All times on one monotonic clock, in ms. */
  nowMs: number
  patienceMs: number
  /** A page of the driver is connected. */
  isConnected: boolean
  /** When something of the driver was heard last; the start of the server where nothing was. */
  heardAtMs: number
  /** Of whoever wants to take over; `null`: it was not raised. */
  hand: { raisedAtMs: number; notNowAtMs: number | null; isConsented: boolean } | null
}

export type SeatRuling =
  | { free: true; why: 'consent' | 'absent' | 'unanswered' }
  /** `inMs`: when it will be, if the driver neither answers nor comes back; `null` while no hand is raised and the driver is here. */
  | { free: false; inMs: number | null }

export function isAbsent({ isConnected, heardAtMs, nowMs, patienceMs }: Omit<SeatFacts, 'hand'>): boolean {
  return !isConnected && nowMs - heardAtMs >= patienceMs
}

export function rule(facts: SeatFacts): SeatRuling {
  const { hand, nowMs, patienceMs, isConnected, heardAtMs } = facts
  if (hand?.isConsented === true) return { free: true, why: 'consent' }
  if (isAbsent(facts)) return { free: true, why: 'absent' }
  const absentInMs = isConnected ? null : heardAtMs + patienceMs - nowMs
  if (hand === null) return { free: false, inMs: absentInMs }
  const waitsSinceMs = Math.max(hand.raisedAtMs, hand.notNowAtMs ?? hand.raisedAtMs)
  const answerInMs = waitsSinceMs + patienceMs - nowMs
  if (answerInMs <= 0) return { free: true, why: 'unanswered' }
  return { free: false, inMs: absentInMs === null ? answerInMs : Math.min(answerInMs, absentInMs) }
}
