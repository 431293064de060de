import { describe, expect, test } from 'vitest'
import { WorkflowKind } from '../../contract/workflows.ts'
import { NO_CHANGE_RULES } from '../../workflows/run/permission/changeRules.ts'
import { ChangeRulesInFile, changeRulesOf } from './optionsChangeRules.ts'

const read = (given: unknown) => changeRulesOf(ChangeRulesInFile.parse(given))

test('what the file says, in the units of the rules', () => {
  const rules = read({
    approval: { kinds: ['remove-controller'], validMinutes: 30 },
    windows: [{ days: ['Mon', 'Sat'], from: '22:00', to: '04:30', zone: 'Europe/Berlin' }],
    freezes: [{ from: '2026-12-20T00:00Z', to: '2027-01-02T00:00+01:00', reason: 'holidays' }],
  })
  expect(rules).toEqual({
    approvedKinds: ['remove-controller'],
    approvalMs: 1_800_000,
    windows: [{ days: [1, 6], fromMinute: 1320, toMinute: 270, zone: 'Europe/Berlin' }],
    freezes: [{ fromMs: Date.UTC(2026, 11, 20), toMs: Date.UTC(2027, 0, 1, 23), reason: 'holidays' }],
  })
  expect(read({ approval: { kinds: 'all' } })).toMatchObject({
    approvedKinds: WorkflowKind.options,
    approvalMs: 14_400_000,
  })
})

test('a cluster says its own; what it leaves out is that of all', () => {
  const all = read({ approval: { kinds: 'all' }, freezes: [] })
  const own = changeRulesOf(ChangeRulesInFile.parse({ windows: [{ from: '00:00', to: '24:00' }] }), all)
  expect(own).toMatchObject({ approvedKinds: WorkflowKind.options, windows: [{ toMinute: 1440, zone: 'UTC' }] })
  expect(changeRulesOf(undefined, all)).toBe(all)
  expect(changeRulesOf(undefined)).toBe(NO_CHANGE_RULES)
})

describe('what cannot be meant is refused', () => {
  test.each([
    { approval: { kinds: ['remove-everything'] } },
    { approval: { kinds: 'all', validMinutes: 0 } },
    { windows: [{ from: '25:00', to: '04:00' }] },
    { windows: [{ from: '22:00', to: '22:00' }] },
    { windows: [{ from: '22:00', to: '04:00', zone: 'Europe/Nowhere' }] },
    { windows: [{ days: [], from: '22:00', to: '04:00' }] },
    { freezes: [{ from: '2026-12-20', to: '2027-01-02T00:00Z', reason: 'x' }] },
    { freezes: [{ from: '2027-01-02T00:00Z', to: '2026-12-20T00:00Z', reason: 'x' }] },
    { freezes: [{ from: '2026-02-31T99:00Z', to: '2026-12-20T00:00Z', reason: 'x' }] },
    { aproval: {} },
  ])('%j', (given) => {
    expect(() => read(given)).toThrow()
  })
})
