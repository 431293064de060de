import { expect, test } from 'vitest'
import { exampleFacts, exampleRun } from '../../../testing/examples/exampleFacts.ts'
import { describeRun } from '../decisions/describe.ts'
import { standingOf } from '../decisions/progress.ts'
import { evidencePages, evidenceText, wholeEvidence } from './evidence.ts'

const facts = exampleFacts()
const workflow = describeRun(standingOf(exampleRun({ kind: 'replace-disk', params: { nodeId: 1 } }, facts), facts))
const entry = (seq: number) => {
  return { seq, atMs: seq, actor: { id: 'a', name: 'Anna' }, type: 'stated', text: '“yes”', data: { seq } }
}

function evidence(count: number) {
  async function* pages() {
    for (let seq = 1; seq <= count; seq += 2) yield seq < count ? [entry(seq), entry(seq + 1)] : [entry(seq)]
  }
  return { workflow, thresholds: [], timings: [], pages: evidencePages(pages()) }
}

test.each([0, 1, 5])('the text in pieces is the JSON of the whole, of %i entries', async (count) => {
  const pieces: string[] = []
  for await (const piece of evidenceText({ ...evidence(count), notes: [] })) pieces.push(piece)
  const parsed: unknown = JSON.parse(pieces.join(''))
  expect(parsed).toEqual(JSON.parse(JSON.stringify(await wholeEvidence(evidence(count)))))
  expect(parsed).toMatchObject({ entries: Array.from({ length: count }, (_, i) => ({ seq: i + 1, actor: 'Anna' })) })
})
