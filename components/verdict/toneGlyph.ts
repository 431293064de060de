/** The glyph that goes with each tone, so that colour never stands alone. */
import type { Tone } from './verdict.ts'

export const toneGlyph: Record<Tone, string> = { ok: '✓', caution: '!', danger: '✕', neutral: '…', stale: '?' }
