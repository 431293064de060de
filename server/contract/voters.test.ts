/** Who votes: the set that the leader counts by, and never whoever is not called an observer. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { assess, NOTHING_REMEMBERED } from '../quorum/assessment/assess.ts'
import { DIRECTORY, observation } from '../testing/examples/exampleObservation.ts'
import { isObserver, isVoter, leavingLeader, majorityOf, observersOf, votersOf } from './voters.ts'
import { statusText } from './words/kafkaTool.ts'

const { view } = assess(observation({}), NOTHING_REMEMBERED)

/** Leader 0 has appended its own removal. */
function leaving() {
  const [leader, ...others] = votersOf(view)
  if (leader === undefined) throw new Error('no leader')
  return { ...view, replicas: [...others, leader, ...observersOf(view)], quorum: { ...view.quorum, voters: 2 } }
}

test('the voters are the rows that the quorum counts', () => {
  expect(votersOf(view).map((v) => v.nodeId)).toEqual([0, 1, 2])
  expect(leavingLeader(view)).toBeNull()
  expect(isVoter(view, { nodeId: 2, directoryId: DIRECTORY[2] })).toBe(true)
  // Another disk of the same node.
  expect(isVoter(view, { nodeId: 2, directoryId: DIRECTORY[1] })).toBe(false)
})

test('a leader whose removal is appended leads, and is neither a voter nor an observer', () => {
  const seen = leaving()
  expect(votersOf(seen).map((v) => v.nodeId)).toEqual([1, 2])
  expect(leavingLeader(seen)?.nodeId).toBe(0)
  expect(isVoter(seen, { nodeId: 0, directoryId: DIRECTORY[0] })).toBe(false)
  expect(observersOf(seen).some((o) => o.nodeId === 0)).toBe(false)
  // As Kafka's own tool prints it: among the observers.
  const [voters = '', observers = ''] = statusText({ ...seen, cluster: 'c', serverRunId: 'r', seq: 1 })
    .split('\n')
    .slice(-2)
  expect(voters).not.toContain('"id": 0')
  expect(observers).toContain('"id": 0')
})

test('nobody is leaving where nobody leads', () => {
  const { replicas, quorum } = leaving()
  expect(leavingLeader({ replicas, quorum: { ...quorum, leaderId: null } })).toBeNull()
})

/** The status of a row says what it does, not whether it votes. */
const BY_STATUS = /status\s*[!=]==?\s*'observer'/

/** Half of the voters and one more, in any of the ways to write it; a median is none. */
const BY_HALVES = /\/ 2\) ?[+-] 1|\.length \* 2 [<>]|>> 1\) ?\+ 1/

function filesWith(rule: RegExp): string[] {
  const root = join(import.meta.dirname, '..', '..')
  return ['server', 'components', 'app', 'playwright']
    .flatMap((top) => readdirSync(join(root, top), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /(?<!\.test)\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => rule.test(readFileSync(file, 'utf8')))
    .map((file) => relative(root, file))
}

test('no file has a rule of its own', () => {
  expect(filesWith(BY_STATUS)).toEqual([join('server', 'contract', 'voters.ts')])
  expect(isObserver({ status: 'leader' })).toBe(false)
})

test('a majority is counted in one place; what checks the product from outside counts for itself', () => {
  expect([1, 2, 3, 4, 5, 6, 7].map(majorityOf)).toEqual([1, 2, 2, 3, 3, 4, 4])
  const outside = [join('server', 'testing'), 'playwright']
  const own = filesWith(BY_HALVES).filter((file) => !outside.some((folder) => file.startsWith(folder)))
  expect(own).toEqual([join('server', 'contract', 'voters.ts')])
  for (const planted of ['Math.floor(n / 2) + 1', 'Math.ceil(n / 2) - 1', 'heard.length * 2 > n', '(n >> 1) + 1'])
    expect(planted).toMatch(BY_HALVES)
})
