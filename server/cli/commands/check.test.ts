import { describe, expect, test } from 'vitest'
import { exampleView } from '../../testing/examples/exampleFacts.ts'
import { judge } from './check.ts'

const LIMITS = { marginWarning: 0, maxAgeMs: 15_000 }
const view = exampleView()
const withQuorum = (change: Partial<typeof view.quorum>) => ({
  ...view,
  findings: [],
  quorum: { ...view.quorum, ...change },
})
const finding = (severity: 'critical' | 'warning' | 'info') => ({
  ...withQuorum({}),
  findings: [{ code: 'voter-silent' as const, severity, title: 'x|y', detail: '', replicas: [] }],
})

describe('what monitoring is shown', () => {
  test.each([
    ['all is well', withQuorum({}), 100, 'OK'],
    ['nothing more may fail', withQuorum({ margin: 0 }), 100, 'WARNING'],
    ['the majority is lost', withQuorum({ margin: -1 }), 100, 'CRITICAL'],
    ['nobody leads', withQuorum({ leaderId: null, margin: null }), 100, 'CRITICAL'],
    ['a voter is not known yet', withQuorum({ settling: true }), 100, 'UNKNOWN'],
    ['the margin is not known', withQuorum({ margin: null }), 100, 'UNKNOWN'],
    ['the observation is old', withQuorum({}), 15_001, 'UNKNOWN'],
    ['it was never seen', withQuorum({}), null, 'UNKNOWN'],
    ['a critical finding', finding('critical'), 100, 'CRITICAL'],
    ['a warning', finding('warning'), 100, 'WARNING'],
    ['something to know', finding('info'), 100, 'OK'],
  ] as const)('%s: %#', (_what, seen, ageMs, state) => {
    expect(judge('payments', seen, ageMs, LIMITS)).toMatchObject({ cluster: 'payments', state })
  })

  test('figures as plug-ins write them', () => {
    expect(judge('a', withQuorum({ margin: 1 }), 100, LIMITS).figures).toContain(
      'margin=1;1:;0: healthy_voters=3;;;0;3',
    )
  })
})
