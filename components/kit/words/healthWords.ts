/** Health and severity as glyph, word and tone: never colour alone. Pure. */

import type { Severity } from '../../../server/contract/advice.ts'
import type { Health, ReplicaStatus } from '../../../server/contract/quorumView.ts'
import { isObserver } from '../../../server/contract/voters.ts'

export interface Sign {
  readonly glyph: string
  readonly word: string
  readonly tone: 'ok' | 'caution' | 'danger' | 'plain'
}

/** A silent voter needs a person; a silent observer takes nothing from the quorum. */
export function healthSign(health: Health, status: ReplicaStatus): Sign {
  switch (health) {
    case 'ok':
      return { glyph: '✓', word: 'ok', tone: 'ok' }
    case 'lagging':
      return { glyph: '↓', word: 'lagging', tone: 'caution' }
    case 'silent':
      return { glyph: '✕', word: 'silent', tone: isObserver({ status }) ? 'caution' : 'danger' }
    case 'unknown':
      return { glyph: '?', word: 'unknown', tone: 'plain' }
    default:
      return health satisfies never
  }
}

export function severitySign(severity: Severity): Sign {
  switch (severity) {
    case 'critical':
      return { glyph: '✕', word: 'critical', tone: 'danger' }
    case 'warning':
      return { glyph: '!', word: 'warning', tone: 'caution' }
    case 'info':
      return { glyph: 'i', word: 'note', tone: 'plain' }
    default:
      return severity satisfies never
  }
}
