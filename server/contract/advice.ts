/** What a person should know, in one shape: a finding, something about a disk or a plan, a notice of a run. */
import * as z from 'zod/mini'

export const Severity = z.enum(['critical', 'warning', 'info'])
export type Severity = z.infer<typeof Severity>

/** All that any advice has; each kind adds its own. */
export const Advice = z.object({ severity: Severity, title: z.string() })

/** `good`: as it should be, where that is worth a line. */
const GRAVITY: Readonly<Record<Severity | 'good', number>> = { critical: 0, warning: 1, info: 2, good: 3 }

/** What is alike keeps its order. */
export function gravestFirst<Of extends { severity: Severity | 'good' }>(found: readonly Of[]): Of[] {
  return found.toSorted((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity])
}
