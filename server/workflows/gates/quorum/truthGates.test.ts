/** While the quorum is two, or has lost what it committed, no step of any wizard goes on. */
import { expect, test } from 'vitest'
import {
  CANDIDATE,
  contestedView,
  exampleFacts,
  exampleRun,
  exampleView,
  forgetfulView,
} from '../../../testing/examples/exampleFacts.ts'
import { DIRECTORY } from '../../../testing/examples/exampleObservation.ts'
import { stepsOf } from '../../../testing/examples/flatStep.ts'
import { metadataWhole, oneQuorum } from './truthGates.ts'

const facts = exampleFacts()
const STARTS = [
  { kind: 'add-controller', params: { ...CANDIDATE } },
  { kind: 'remove-controller', params: { nodeId: 1, directoryId: DIRECTORY[1] } },
  { kind: 'replace-disk', params: { nodeId: 2 } },
  { kind: 'replace-controller', params: { oldNodeId: 2, newNodeId: 3 } },
  { kind: 'scale', params: { controllers: 5 } },
] as const

test.each([
  ['one-quorum', contestedView()],
  ['one-quorum', { ...exampleView(), controllers: null }],
  ['metadata-whole', forgetfulView()],
] as const)('%s holds every step of every wizard, on the host too, and gives no command', (code, view) => {
  const bad = exampleFacts(view)
  for (const start of STARTS) {
    const run = exampleRun(start, facts)
    for (const rule of stepsOf(run, bad)) {
      expect(rule.gates.filter((g) => !g.ok).map((g) => g.code)).toContain(code)
      if (rule.kind === 'host') expect(rule.hostGates.filter((g) => !g.ok).map((g) => g.code)).toContain(code)
      expect(rule.withheld).toBe(true)
    }
  }
})

test('what was kept and is not read yet may be an open incident', () => {
  const view = exampleView()
  expect(metadataWhole(exampleFacts({ ...view, incidentMemory: 'failed' }))).toMatchObject({
    ok: false,
    waiting: true,
    observed: 'the records kept of this quorum cannot be read from the database',
  })
  const nameless = metadataWhole(exampleFacts({ ...view, clusterId: null, incidentMemory: 'pending' }))
  expect(nameless).toMatchObject({ ok: false, remedy: expect.stringContaining('--bootstrap-server') })
})

test('what is seen is said, and an old leader that may not know yet is waited for', () => {
  expect(oneQuorum(facts)).toMatchObject({ ok: true, observed: 'one' })
  expect(oneQuorum(exampleFacts(contestedView()))).toMatchObject({
    ok: false,
    waiting: false,
    observed: '2 leads 2 in epoch 4',
  })
  const contested = contestedView()
  const rivals = contested.quorum.rivals.map((one) => ({ ...one, proven: false }))
  const unproven = exampleFacts({ ...contested, quorum: { ...contested.quorum, rivals } })
  expect(oneQuorum(unproven)).toMatchObject({ ok: false, waiting: true })
  expect(metadataWhole(exampleFacts(forgetfulView()))).toMatchObject({ ok: false, waiting: false })
})
