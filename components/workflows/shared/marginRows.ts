/** The margin strip as rows of pips: one for each voter, then what is left to lose. Pure. */
import type { MarginStage } from '../../../server/contract/workflows.ts'
import { healthSign } from '../../kit/words/healthWords.ts'
import { incarnation } from '../../live/lagTrail.ts'

export interface Pip {
  readonly key: string
  readonly nodeId: number
  /** `new`: a voter that was none in the row before. */
  readonly look: 'leader' | 'ok' | 'caution' | 'danger' | 'plain'
  readonly isNew: boolean
}

export interface MarginRow {
  readonly key: string
  readonly label: string
  readonly pips: readonly Pip[]
  readonly margin: string
  readonly tone: 'ok' | 'caution' | 'danger' | 'plain'
  /** What one more fault, of a voter and of a whole rack, makes of it; empty where nothing is known. */
  readonly fault: string
  /** The whole row for those who do not see it. */
  readonly spoken: string
}

function tone(margin: number | null): MarginRow['tone'] {
  if (margin === null) return 'plain'
  return margin < 0 ? 'danger' : margin === 0 ? 'caution' : 'ok'
}

/** "can lose 1 more", "2 short of a majority". */
export function marginWords(margin: number | null): string {
  if (margin === null) return 'what can be lost is not known'
  return margin < 0 ? `${-margin} short of a majority` : `can lose ${margin} more`
}

function pipsOf(stage: MarginStage, before: MarginStage | undefined): readonly Pip[] {
  const known = new Set(before?.voters.map(incarnation))
  return stage.voters.map((voter) => {
    const sign = healthSign(voter.health, 'follower')
    const key = incarnation(voter)
    const look = voter.leads ? 'leader' : sign.tone
    return { key, nodeId: voter.nodeId, look, isNew: before !== undefined && !known.has(key) }
  })
}

export function marginRows(stages: readonly MarginStage[]): readonly MarginRow[] {
  return stages.map((stage, index) => {
    const { label, margin, majority, worst, worstRack } = stage
    const voters = stage.voters.map(({ nodeId, health, leads }) => `${nodeId} ${leads ? 'leads' : health}`).join(', ')
    const faults = [worst, worstRack].flatMap((one) =>
      one === null ? [] : [`${one.label}: ${marginWords(one.margin)}`],
    )
    const fault = faults.join('; ')
    return {
      key: `${index} ${stage.step ?? 'now'}`,
      label,
      pips: pipsOf(stage, stages[index - 1]),
      margin: margin === null ? '?' : String(margin).replace('-', '−'),
      tone: tone(margin),
      fault,
      spoken: `${label}: voters ${voters}; ${majority} needed, ${marginWords(margin)}${fault === '' ? '' : `; ${fault}`}.`,
    }
  })
}

/** The sentence below the strip. */
export function lowestWords(stages: readonly MarginStage[]): string {
  const known = stages.map((stage) => stage.margin).filter((margin) => margin !== null)
  if (known.length === 0) return 'What can be lost is known once a controller leads.'
  const least = known.reduce((less, one) => Math.min(less, one))
  if (least < 0) return `This path passes through ${-least} short of a majority: there its step is refused.`
  return least === 0
    ? 'Never below 0 on this path. Where it says 0, no further controller may fail.'
    : `Never below ${least} on this path.`
}
