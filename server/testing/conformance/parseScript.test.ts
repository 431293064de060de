import { describe, expect, test } from 'vitest'
import { parseScript } from './parseScript.ts'
import { isFor, namesIn } from './script.ts'

const one = (...lines: string[]) => parseScript('x', ['scenario: a title', ...lines].join('\n'))[0]
const stepOf = (line: string) => one(line, '= 0')?.lines[0]?.step

describe('a script is read', () => {
  test('headers, guards and steps', () => {
    const text = `
# why
scenario: the id is taken
quorum: static
releases: 4.1+
afterwards: reset

[3.9-4.1] wipe follower1
add old follower1 cluster wrong at follower2, broker
= 126 "The voter {key old follower1}."

scenario: another
voters: leader, old follower1, static follower2
leads: none
`
    const [first, second] = parseScript('add', text)
    expect(first).toMatchObject({
      title: 'the id is taken',
      file: 'add',
      shape: 'static',
      releases: { from: '4.1', to: null },
      spoils: true,
    })
    expect(first?.lines.map(({ number, releases, step }) => [number, releases, step])).toEqual([
      [8, { from: '3.9', to: '4.1' }, { kind: 'host', action: 'wipe', name: 'follower1' }],
      [
        9,
        null,
        {
          kind: 'request',
          label: null,
          request: {
            verb: 'add',
            subject: { name: 'follower1', incarnation: 'old' },
            options: new Map([['cluster', 'wrong']]),
            at: ['follower2', 'broker'],
          },
        },
      ],
      [10, null, { kind: 'answer', label: null, expected: { code: 126, message: 'The voter {key old follower1}.' } }],
    ])
    expect(second?.lines.map(({ step }) => step)).toEqual([
      {
        kind: 'replicas',
        what: 'voters',
        replicas: [
          { name: 'leader', incarnation: 'now' },
          { name: 'follower1', incarnation: 'old' },
          { name: 'follower2', incarnation: 'static' },
        ],
      },
      { kind: 'leads', names: [] },
    ])
    expect([...namesIn(first as never)].sort()).toEqual(['broker', 'follower1', 'follower2'])
  })

  test.each([
    ['first: remove follower1', { kind: 'request', label: 'first', request: { verb: 'remove' } }],
    ['first = no answer', { kind: 'answer', label: 'first', expected: { code: null, message: null } }],
    ['seen 7', { kind: 'seen', expected: { code: 7, message: null } }],
    ['pause 300 ms', { kind: 'pause', ms: 300 }],
    ['with controller: leader', { kind: 'field', field: 'controller', value: 'leader' }],
    ['impostor offers kraft.version 2-3', { kind: 'impostor', error: 0, kraft: [2, 3] }],
    ['impostor answers 35', { kind: 'impostor', error: 35, kraft: null }],
    ['repeat remove stranger at leader until 6', { kind: 'repeat', request: { at: ['leader'] }, until: { code: 6 } }],
    [
      'features kraft.version to 1',
      {
        kind: 'request',
        request: {
          options: new Map([
            ['feature', 'kraft.version'],
            ['to', '1'],
          ]),
        },
      },
    ],
  ])('%s', (line, step) => {
    expect(stepOf(line)).toMatchObject(step)
  })

  test('lines and scenarios are for releases', () => {
    const within = (range: string) =>
      ['3.9.2', '4.1.2', '4.3.1'].filter((r) => isFor(one(`[${range}] = 0`)?.lines[0]?.releases ?? null, r))
    expect([within('4.1'), within('4.1+'), within('3.9-4.1')]).toEqual([
      ['4.1.2'],
      ['4.1.2', '4.3.1'],
      ['3.9.2', '4.1.2'],
    ])
  })
})

describe('a bad script says where and why', () => {
  test.each([
    ['add spare', 'x.txt, line 1: a file begins with "scenario: title" in "add spare"'],
    ['scenario:', 'x.txt, line 1: a scenario needs a title in "scenario:"'],
    ['scenario: a\n\nadd nobody\n= 0', 'x.txt, line 3: "nobody" is no name (leader, follower1'],
    ['scenario: a\nad spare\n= 0', 'x.txt, line 2: "ad" is no command (add, remove'],
    ['scenario: a\nadd spare colour red\n= 0', 'x.txt, line 2: "colour" is no option of add'],
    ['scenario: a\nadd spare cluster\n= 0', 'x.txt, line 2: cluster needs a value'],
    ['scenario: a\nadd spare\n= seven', 'x.txt, line 3: an answer is "no answer", or a code'],
    ['scenario: a\nadd spare\n= 7 unquoted', 'x.txt, line 3: an answer is "no answer", or a code'],
    ['scenario: a\n[4] = 0', 'x.txt, line 2: "4" is no range of releases'],
    ['scenario: a\nkill\n= 0', 'x.txt, line 2: "" is no name'],
    ['scenario: a\npause 3\n= 0', 'x.txt, line 2: a pause is told in "ms"'],
    ['scenario: a\nrepeat add spare\n= 0', 'x.txt, line 2: repeat needs "until" and an answer'],
    ['scenario: a\nwith nothing\n= 0', 'x.txt, line 2: with needs "field: value"'],
    ['scenario: a\n= 0\nquorum: static', 'x.txt, line 3: "quorum" stands before the first step'],
    ['scenario: a\nquorum: round\n= 0', 'x.txt, line 2: "round" is no shape of a quorum'],
    ['scenario: a\nafterwards: tea\n= 0', 'x.txt, line 2: afterwards comes "reset"'],
    ['scenario: a\nimpostor sleeps\n= 0', 'x.txt, line 2: the impostor'],
    ['scenario: a\nkill leader', 'x.txt: the scenario "a" expects nothing'],
    ['# nothing', 'x.txt holds no scenario'],
  ])('%j', (text, message) => {
    expect(() => parseScript('x', text)).toThrow(message)
  })
})
