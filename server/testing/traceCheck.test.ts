/** The check of traces takes what is right, and finds each thing that is wrong. */
import { expect, test } from 'vitest'
import type { QuorumView } from '../contract/quorumView.ts'
import { exampleView } from './examples/exampleFacts.ts'
import { DIRECTORY, LEADER, replica } from './examples/exampleObservation.ts'
import { rejections, type Trace } from './traceCheck.ts'

const TARGET = { nodeId: 1, directoryId: DIRECTORY[1] } as const
const gone = { voters: [LEADER, replica(2, DIRECTORY[2])] }
let seq = 0
function view(sample: Parameters<typeof exampleView>[0] = {}, over: Partial<QuorumView['quorum']> = {}): QuorumView {
  seq += 1
  const made = exampleView(sample)
  return { ...made, seq, observedAtMs: seq * 100, quorum: { ...made.quorum, ...over } }
}
const keys = (v: QuorumView) =>
  v.replicas.filter((r) => r.status !== 'observer').map(({ nodeId, directoryId }) => ({ nodeId, directoryId }))
const record = (v: QuorumView) => ({ observedAtMs: v.observedAtMs, quorum: v.quorum, replicas: v.replicas })

function good(): Trace & { entries: { type: string; data: Record<string, unknown> }[] } {
  seq = 0
  const views = [view(), view(), view({ sample: gone }), view({ sample: gone })]
  const [first, , third] = views
  if (first === undefined || third === undefined) throw new Error('no views')
  const intent = {
    step: 'remove',
    change: { kind: 'remove', ...TARGET },
    before: keys(first),
    expected: keys(third),
    epoch: 9,
    leaderId: 0,
  }
  const entry = (number: number, type: string, atMs: number, data: Record<string, unknown>) => ({
    seq: number,
    atMs,
    actor: 'Quorumdeck',
    type,
    text: type,
    data,
  })
  return {
    views,
    entries: [
      entry(1, 'started', 100, {}),
      entry(2, 'intended', 210, { intent, gates: [{ code: 'margin-after', ok: true }] }),
      entry(3, 'settled', 450, { applied: true, quorum: record(third) }),
      entry(4, 'ended', 500, { outcome: 'done', quorum: record(third) }),
    ],
  }
}

test('a right trace is accepted', () => {
  expect(rejections(good())).toEqual([])
})

test.each<[what: string, spoil: (trace: ReturnType<typeof good>) => void]>([
  ['T1 the epoch falls', ({ views }) => Object.assign(views[3]?.quorum ?? {}, { leaderEpoch: 8, leaderId: 2 })],
  ['T1 the high watermark falls', ({ views }) => Object.assign(views[3]?.quorum ?? {}, { highWatermark: 500 })],
  ['T1 the high watermark is beyond', ({ views }) => Object.assign(views[3]?.quorum ?? {}, { highWatermark: 999 })],
  ['T1 led by', ({ views }) => Object.assign(views[3]?.quorum ?? {}, { leaderId: 2 })],
  [
    'T2 2 changes',
    ({ views }) => {
      const last = views[3]
      if (last !== undefined) {
        last.replicas = last.replicas.filter((r) => r.nodeId !== 2)
        last.quorum.voters = 1
      }
      const third = views[2]
      if (third !== undefined) {
        third.replicas = exampleView().replicas
        third.quorum.voters = 3
      }
    },
  ],
  [
    'T3 a node id votes twice',
    ({ views }) => {
      const voter = views[1]?.replicas.find((r) => r.nodeId === 2)
      const second = views[1]
      if (voter === undefined || second === undefined) return
      second.replicas.unshift({ ...voter, directoryId: DIRECTORY.new2 })
      second.quorum.voters = 4
    },
  ],
  ['T4 another intent', ({ entries }) => entries.splice(2, 0, entries[1] as (typeof entries)[number])],
  [
    'T4 sent although margin-after',
    ({ entries }) => Object.assign(entries[1]?.data ?? {}, { gates: [{ code: 'margin-after', ok: false }] }),
  ],
  [
    'T4 an addition before the removal',
    ({ entries }) =>
      Object.assign((entries[1]?.data.intent as object | undefined) ?? {}, { change: { kind: 'add', ...TARGET } }),
  ],
  ['T5 no intent is open', ({ entries }) => entries.splice(1, 1)],
  ['T5 no two views prove it', ({ views }) => (views as QuorumView[]).splice(3, 1)],
  ['T6 ended with an open intent', ({ entries }) => entries.splice(2, 1)],
])('%s', (what, spoil) => {
  const trace = good()
  spoil(trace)
  expect(rejections(trace).join('\n')).toContain(what)
})
