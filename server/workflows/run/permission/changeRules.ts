/** What an organisation asks for before its quorum is changed, whatever the quorum itself allows. Plain data and pure. */
import type { WorkflowKind } from '../../../contract/workflows.ts'
import { onceFor } from '../onceFor.ts'

/** 0 is Sunday. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6

/** By the clock on the wall of a zone; one that ends before it begins ends on the next day. */
export interface ChangeWindow {
  days: readonly Weekday[]
  /** Minutes after midnight; `toMinute` is not in it, and may be 1440. */
  fromMinute: number
  toMinute: number
  /** As IANA names it. */
  zone: string
}

/** No change begins from `fromMs` on, until `toMs`. */
export interface Freeze {
  fromMs: number
  toMs: number
  reason: string
}

export interface ChangeRules {
  /** Kinds of run that a second person must approve. */
  approvedKinds: readonly WorkflowKind[]
  /** How long an approval counts, in ms. */
  approvalMs: number
  /** When changes may begin; empty: at any time. */
  windows: readonly ChangeWindow[]
  freezes: readonly Freeze[]
  /** Further sets of windows: a change may begin where each of them has one. */
  alsoWithin?: readonly (readonly ChangeWindow[])[]
  /** Nothing is done at all, not even to go on. */
  readOnly?: true
}

export const NO_CHANGE_RULES: ChangeRules = { approvedKinds: [], approvalMs: 0, windows: [], freezes: [] }

/** What holds wherever one of them does: for clusters that have no rules of their own, and may be any other under a further name. */
export function strictest(all: readonly ChangeRules[]): ChangeRules {
  const needing = all.filter(({ approvedKinds }) => approvedKinds.length > 0)
  const [windows = [], ...alsoWithin] = all
    .flatMap((one) => [one.windows, ...(one.alsoWithin ?? [])])
    .filter((set) => set.length > 0)
  return {
    approvedKinds: [...new Set(needing.flatMap(({ approvedKinds }) => approvedKinds))],
    approvalMs: needing.reduce((least, { approvalMs }) => Math.min(least, approvalMs), Number.MAX_SAFE_INTEGER),
    windows,
    alsoWithin,
    freezes: all.flatMap(({ freezes }) => freezes),
    ...(all.some(({ readOnly }) => readOnly === true) ? { readOnly: true } : {}),
  }
}

export const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const

const clockOf = onceFor(
  ({ zone }: ChangeWindow) =>
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }),
)

/** @param atMs Unix time */
export function isInWindow(window: ChangeWindow, atMs: number): boolean {
  const parts = Object.fromEntries(
    clockOf(window)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  )
  const minute = Number(parts.hour) * 60 + Number(parts.minute)
  const today = (WEEKDAYS as readonly (string | undefined)[]).indexOf(parts.weekday)
  const beginsOn = (day: number) => window.days.some((one) => one === (day + 7) % 7)
  const { fromMinute, toMinute } = window
  if (fromMinute < toMinute) return beginsOn(today) && minute >= fromMinute && minute < toMinute
  return (beginsOn(today) && minute >= fromMinute) || (beginsOn(today - 1) && minute < toMinute)
}

const clockText = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** `Mon, Tue 22:00-04:00 Europe/Berlin`. */
export function windowText({ days, fromMinute, toMinute, zone }: ChangeWindow): string {
  const names = days.length === 7 ? 'every day' : days.map((day) => WEEKDAYS[day]).join(', ')
  return `${names} ${clockText(fromMinute)}-${clockText(toMinute)} ${zone}`
}
