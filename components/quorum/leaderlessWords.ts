/** A quorum without a leader in words. Pure. */
import type { LastLed, Leaderless, LeaderlessSet } from '../../server/contract/quorumView.ts'
import { listed } from '../../server/contract/words/lists.ts'
import type { TagTone } from '../kit/Tag.tsx'
import { formatCount } from '../kit/words/format.ts'

const WHICH: Readonly<Record<LeaderlessSet['which'], string>> = {
  only: 'Voters',
  committed: 'Committed voters',
  appended: 'Voters appended, not committed',
}

/** "Voters 0, 1 and 2: majority 2, one of 1 and 2 must come back." */
export function setWords({ which, nodeIds, majority, down, missing }: LeaderlessSet): string {
  const all = missing === down.length
  const back =
    missing === 0
      ? 'enough answer to elect a leader'
      : all
        ? `${listed(down)} must come back`
        : `${missing === 1 ? 'one' : missing} of ${listed(down)} must come back`
  return `${WHICH[which]} ${listed(nodeIds)}: majority ${majority}, ${back}.`
}

export function stateSignOf({ state }: Leaderless['voters'][number]): {
  readonly tone: TagTone
  readonly glyph: string
  readonly word: string
} {
  switch (state) {
    case 'answers':
      return { tone: 'ok', glyph: '○', word: 'answers' }
    case 'unverifiable':
      return { tone: 'caution', glyph: '?', word: 'answers, not verifiable' }
    case 'down':
      return { tone: 'danger', glyph: '✕', word: 'does not answer' }
    default:
      return state satisfies never
  }
}

export function lastLedWords({ leaderId, leaderEpoch, leaderEndOffset, highWatermark }: LastLed): string {
  const committed = highWatermark === null ? '' : `, committed to ${formatCount(highWatermark)}`
  return `Seen last: ${leaderId} led in epoch ${leaderEpoch}, log end offset ${formatCount(leaderEndOffset)}${committed}.`
}
