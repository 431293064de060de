/** What there is to say about the seat of the driver, to whom it is said. Pure. */
import type { Seat } from '../../../../server/contract/room/seat.ts'
import { timeLeftText } from '../../../../server/contract/words/durations.ts'
import type { Actor } from '../../../../server/contract/workflows.ts'

export type SeatTalk =
  /** Nothing to say. */
  | { readonly kind: 'nothing' }
  /** To the driver: they ask. */
  | {
      readonly kind: 'asked'
      readonly by: readonly { readonly id: string; readonly name: string; readonly words: string }[]
    }
  /** To somebody else: how to come to drive. */
  | {
      readonly kind: 'watching'
      readonly words: string
      readonly mayAsk: boolean
      readonly hasAsked: boolean
    }

/** @param sinceMs how long ago the seat was told */
export function seatTalk(seat: Seat | null, me: Actor | null, sinceMs: number): SeatTalk {
  if (seat === null || me === null) return { kind: 'nothing' }
  const { driver, hands, present, patienceMs } = seat
  if (driver.id === me.id) {
    if (hands.length === 0) return { kind: 'nothing' }
    return {
      kind: 'asked',
      by: hands.map(({ by, notNow, mayTakeOver, freeInMs }) => {
        const leftMs = freeInMs - sinceMs
        const can =
          mayTakeOver || leftMs <= 0 ? 'may take over now, with a reason' : `may take over in ${timeLeftText(leftMs)}`
        return {
          id: by.id,
          name: by.name,
          words: notNow ? `You said not now: ${by.name} ${can}.` : `Unanswered, ${by.name} ${can}.`,
        }
      }),
    }
  }
  const mine = hands.find(({ by }) => by.id === me.id)
  if (!present) {
    return {
      kind: 'watching',
      words: `${driver.name} is not here. You may take over, with a reason.`,
      mayAsk: false,
      hasAsked: false,
    }
  }
  if (mine === undefined) {
    const words = `${driver.name} drives and is here. Ask to drive; unanswered for ${timeLeftText(patienceMs)}, you may take over.`
    return { kind: 'watching', words, mayAsk: true, hasAsked: false }
  }
  const leftMs = mine.freeInMs - sinceMs
  const answer = mine.notNow ? `${driver.name} says not now.` : `${driver.name} was asked.`
  const then =
    mine.mayTakeOver || leftMs <= 0
      ? 'You may take over now, with a reason.'
      : `You may take over in ${timeLeftText(leftMs)}.`
  return { kind: 'watching', words: `${answer} ${then}`, mayAsk: false, hasAsked: true }
}
