import { expect, test } from 'vitest'
import type { QuorumFacts } from '../../contract/quorumView.ts'
import { CANDIDATE, exampleFacts, exampleRun, exampleView } from '../../testing/examples/exampleFacts.ts'
import { allowedCommands } from '../engine/decisions/allowed.ts'
import { standingOf } from '../engine/decisions/progress.ts'
import type { Facts } from '../run/facts.ts'
import { viewToPlanOn } from './planning.ts'

const view = exampleView()
const as = (quorum: Partial<QuorumFacts>): Facts => exampleFacts({ ...view, quorum: { ...view.quorum, ...quorum } })

test('what was not read is not called static', () => {
  expect(() => viewToPlanOn(as({ kraftVersion: null }))).toThrow(
    expect.objectContaining({ code: 'kraft-version-unknown', remedy: expect.stringContaining('wait some seconds') }),
  )
  expect(() => viewToPlanOn(as({ kraftVersion: 0 }))).toThrow(expect.objectContaining({ code: 'static-quorum' }))
  expect(viewToPlanOn(as({})).quorum.kraftVersion).toBe(1)
})

test('another plan is offered where a setting has changed, not where it is not known yet', () => {
  const run = exampleRun({ kind: 'add-controller', params: { nodeId: CANDIDATE.nodeId } }, as({ autoJoin: false }))
  const add = {
    ...run,
    done: Object.fromEntries(
      ['candidate', 'caught-up'].map((key) => [key, { how: 'observed' as const, atMs: 0, text: '' }]),
    ),
  }
  const offered = (autoJoin: boolean | null) => allowedCommands(standingOf(add, as({ autoJoin }))).map((c) => c.type)
  expect(offered(true)).toContain('replan')
  expect(offered(null)).not.toContain('replan')
  expect(offered(null)).not.toContain('execute')
})
