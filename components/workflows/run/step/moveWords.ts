/** The emptying of brokers in words and figures, unknown as unknown. Pure. */
import { bytesText } from '../../../../server/contract/words/bytes.ts'
import { took } from '../../../../server/contract/words/durations.ts'
import type { MoveFigures, MoveProgress } from '../../../../server/contract/workflows.ts'
import { formatMoment, plural } from '../../../kit/words/format.ts'

/** Unknown is a word, never a zero. */
export function formatBytes(bytes: number | null): string {
  return bytes === null ? 'unknown' : bytesText(bytes)
}

export interface MoveRow {
  readonly partitions: string
  readonly moved: string
  readonly left: string
  readonly rate: string
  readonly eta: string
}

/** A row of the table: of a topic, or of all. */
export function moveRow(of: MoveFigures): MoveRow {
  const { partitionsLeft, partitionsMoving, bytesMoved, bytesLeft, bytesPerSecond, etaMs } = of
  const isOver = partitionsLeft === 0
  return {
    partitions: isOver ? 'done' : `${partitionsLeft}${partitionsMoving === 0 ? '' : `, ${partitionsMoving} moving`}`,
    moved: formatBytes(bytesMoved),
    left: formatBytes(bytesLeft),
    rate:
      isOver || partitionsMoving === 0 ? '–' : bytesPerSecond === null ? 'unknown' : `${formatBytes(bytesPerSecond)}/s`,
    eta: isOver ? '–' : etaMs === null ? 'unknown' : took(etaMs),
  }
}

/** Part of the bytes that is moved, from 0 to 1; `null` where it is not known. */
export function partMoved({ bytesMoved, bytesLeft, partitionsLeft }: MoveFigures): number | null {
  if (partitionsLeft === 0) return 1
  if (bytesMoved === null || bytesLeft === null || bytesMoved + bytesLeft === 0) return null
  return bytesMoved / (bytesMoved + bytesLeft)
}

/** Nothing copied for this long is worth a word; the rule that stops at two minutes stands below, in ms. */
const STILL_MS = 30_000

/** One sentence on how it goes in all. */
export function moveSentence({ total, stillMs }: MoveProgress): string {
  const { partitionsLeft, partitionsMoving, bytesPerSecond, etaMs } = total
  if (partitionsLeft === 0) return 'Nothing is left to move.'
  if (partitionsMoving === 0) return `${plural(partitionsLeft, 'partition')} to move; none is being moved now.`
  if (stillMs !== null && stillMs >= STILL_MS) return `Nothing was copied for ${took(stillMs)}.`
  const rate = bytesPerSecond === null ? 'How fast it goes is not known yet' : `${formatBytes(bytesPerSecond)} a second`
  const eta = etaMs === null ? 'the time left is not known' : `about ${took(etaMs)} left`
  return `${rate}, ${eta}.`
}

/** Since when bytes are counted, and how fresh the figures are. */
export function moveFootnote({ sinceMs, lookedAtMs, moreTopics }: MoveProgress): string {
  const since =
    sinceMs === null || lookedAtMs === null
      ? 'The brokers have not reported their disks yet: bytes, rate and time left are unknown.'
      : `Moved bytes are counted since ${formatMoment(sinceMs, lookedAtMs)}; the rate is the mean of the last minute; asked at ${formatMoment(lookedAtMs, lookedAtMs)}.`
  return moreTopics === 0 ? since : `${since} ${plural(moreTopics, 'topic')} more, with less to move.`
}
