/** The words of a rehearsal. */
import type { RehearsalCase, RehearsalReport } from '../../../server/contract/rehearsal.ts'

interface Word {
  readonly word: string
  readonly tone: 'ok' | 'info' | 'caution' | 'danger'
  readonly glyph: string
}

export const OUTCOME: Readonly<Record<RehearsalCase['outcome'], Word>> = {
  done: { word: 'is done', tone: 'ok', glyph: '✓' },
  waits: { word: 'waits', tone: 'info', glyph: '…' },
  refuses: { word: 'is held back', tone: 'caution', glyph: '○' },
}

export const MAJORITY: Readonly<Record<RehearsalCase['majority'], Word>> = {
  lives: { word: 'lives', tone: 'ok', glyph: '✓' },
  returns: { word: 'gone until it starts again', tone: 'caution', glyph: '○' },
  lost: { word: 'lost', tone: 'danger', glyph: '✕' },
}

/** @param offline most partitions that nobody led at one time */
export function partitionsWord(offline: number): Word {
  return offline === 0
    ? { word: 'all served', tone: 'ok', glyph: '✓' }
    : { word: `${offline} not served at worst`, tone: 'caution', glyph: '○' }
}

export function verdictOf({ cases, broken, cut }: RehearsalReport): Word & { text: string } {
  const [planned, ...faults] = cases
  const count = (majority: RehearsalCase['majority']) => cases.filter((c) => c.majority === majority).length
  const played = `${faults.length} faults were played${cut ? ', then the time ran out' : ''}.`
  if (count('lost') > 0 || broken.length > 0) {
    return {
      word: 'quorum lost',
      tone: 'danger',
      glyph: '✕',
      text: `${count('lost')} of them lose the majority. ${played}`,
    }
  }
  if (planned === undefined || planned.outcome !== 'done') {
    const text = `Even without a fault the run does not finish: ${planned?.now ?? ''} ${played}`
    return { word: 'does not finish', tone: 'caution', glyph: '○', text }
  }
  if (count('returns') > 0) {
    const text = `In ${count('returns')} cases nobody leads until the controller that failed starts again; no metadata is lost. ${played}`
    return { word: 'never lost for good', tone: 'caution', glyph: '○', text }
  }
  return { word: 'majority lives', tone: 'ok', glyph: '✓', text: `No single fault takes the majority. ${played}` }
}
