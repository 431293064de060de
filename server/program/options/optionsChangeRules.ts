/** `changeRules` of quorumdeck.yaml: who must approve which changes, and when changes may begin. For all clusters and for one. */
import * as z from 'zod/mini'
import { WorkflowKind } from '../../contract/workflows.ts'
import {
  type ChangeRules,
  type ChangeWindow,
  type Freeze,
  NO_CHANGE_RULES,
  WEEKDAYS,
  type Weekday,
} from '../../workflows/run/permission/changeRules.ts'
import { UsageError } from './optionsReading.ts'

const clock = z.string().check(z.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'is no time like "22:00"'))

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const Window = z.strictObject({
  /** Every day if left out. */
  days: z.optional(z.array(z.enum(WEEKDAYS)).check(z.minLength(1))),
  /** By the clock of `zone`, for example `"22:00"`. */
  from: clock,
  /** Not in it any more; earlier than `from`: on the next day. */
  to: clock,
  /** IANA name, for example `Europe/Berlin`; UTC if left out. */
  zone: z.optional(z.string().check(z.refine(isZone, 'is no time zone like "Europe/Berlin"'))),
})

const moment = z.string().check(
  z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/, 'is no time like "2026-12-20T00:00Z"'),
  z.refine((text) => !Number.isNaN(Date.parse(text)), 'is no time like "2026-12-20T00:00Z"'),
)

const FreezeInFile = z.strictObject({
  from: moment,
  to: moment,
  reason: z.string().check(z.minLength(1), z.maxLength(200)),
})

export const ChangeRulesInFile = z.strictObject({
  approval: z.optional(
    z.strictObject({
      /** Kinds of guided changes that a second person must approve, or `all`. */
      kinds: z.union([z.literal('all'), z.array(WorkflowKind)]),
      /** For how long an approval counts; four hours if left out. */
      validMinutes: z.optional(z.int().check(z.minimum(1), z.maximum(7 * 24 * 60))),
    }),
  ),
  /** When changes may begin; at any time if left out. */
  windows: z.optional(z.array(Window).check(z.maxLength(50))),
  /** Times in which no change begins. */
  freezes: z.optional(z.array(FreezeInFile).check(z.maxLength(100))),
})
export type ChangeRulesInFile = z.infer<typeof ChangeRulesInFile>

const DEFAULT_VALID_MINUTES = 240

function minuteOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return hours * 60 + minutes
}

/** @throws UsageError */
function windowOf({ days = [...WEEKDAYS], from, to, zone = 'UTC' }: z.infer<typeof Window>): ChangeWindow {
  const [fromMinute, toMinute] = [minuteOf(from), minuteOf(to)]
  if (fromMinute === toMinute) {
    throw new UsageError(
      `changeRules: a window from ${from} to ${to} has no length. For the whole day: 00:00 to 24:00.`,
    )
  }
  return { days: days.map((name) => WEEKDAYS.indexOf(name) as Weekday), fromMinute, toMinute, zone }
}

/** @throws UsageError */
function freezeOf({ from, to, reason }: z.infer<typeof FreezeInFile>): Freeze {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)]
  if (fromMs >= toMs) throw new UsageError(`changeRules: the freeze “${reason}” ends before it begins.`)
  return { fromMs, toMs, reason }
}

/** What the file says, over what held before. @throws UsageError */
export function changeRulesOf(file: ChangeRulesInFile | undefined, before: ChangeRules = NO_CHANGE_RULES): ChangeRules {
  if (file === undefined) return before
  const { approval, windows, freezes } = file
  return {
    approvedKinds:
      approval === undefined ? before.approvedKinds : approval.kinds === 'all' ? WorkflowKind.options : approval.kinds,
    approvalMs: approval === undefined ? before.approvalMs : (approval.validMinutes ?? DEFAULT_VALID_MINUTES) * 60_000,
    windows: windows?.map(windowOf) ?? before.windows,
    freezes: freezes?.map(freezeOf) ?? before.freezes,
  }
}
