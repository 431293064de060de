import { expect, test } from 'vitest'
import { CANDIDATE, exampleFacts, exampleRun, exampleView } from '../../testing/examples/exampleFacts.ts'
import { exampleLog } from '../../testing/examples/exampleLog.ts'
import { DIRECTORY, replica } from '../../testing/examples/exampleObservation.ts'
import { describeOnPaper } from '../engine/decisions/describe.ts'
import { standingOf } from '../engine/decisions/progress.ts'

const facts = exampleFacts(undefined, { log: exampleLog() })
const demanded = (request: Parameters<typeof exampleRun>[0]) =>
  describeOnPaper(standingOf(exampleRun(request, facts), facts)).steps.flatMap((s) =>
    s.gates.flatMap((g) => (g.code === 'voters-as-expected' ? [`${s.key}: ${g.required}`] : [])),
  )

test('on paper a step after a change demands the voters that the change makes', () => {
  expect(demanded({ kind: 'remove-controller', params: { nodeId: 1, directoryId: DIRECTORY[1] } })).toEqual([
    'remove: 0, 1 and 2',
    'stays-away: 0 and 2',
  ])
  expect(demanded({ kind: 'add-controller', params: { ...CANDIDATE } })).toEqual([
    'add: 0, 1 and 2',
    'steady: 0, 1, 2 and 3',
  ])
})

test('and in every part of a longer run', () => {
  const all = demanded({ kind: 'scale', params: { controllers: 1 } })
  expect(all).toContain('0.remove: 0, 1 and 2')
  expect(all).toContain('0.stays-away: 0 and 1')
  expect(all).toContain('1.remove: 0 and 1')
  expect(all).toContain('1.stays-away: 0')
})

test('a controller that does not exist yet has the id under which the paper lets it be made', () => {
  const alone = exampleFacts(exampleView({ sample: { observers: [replica(7, DIRECTORY[7])] } }), { log: exampleLog() })
  const added = (request: Parameters<typeof exampleRun>[0]) =>
    describeOnPaper(standingOf(exampleRun(request, alone), alone)).steps.flatMap((s) =>
      s.gates.flatMap((g) => (s.key.endsWith('steady') && g.code === 'voters-as-expected' ? [g.required] : [])),
    )
  expect(added({ kind: 'add-controller', params: {} })).toEqual(['0, 1, 2 and 3'])
  expect(added({ kind: 'scale', params: { controllers: 5 } })).toEqual(['0, 1, 2 and 3', '0, 1, 2, 3 and 4'])
})
