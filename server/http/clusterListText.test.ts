import { expect, test } from 'vitest'
import { aView } from '../../components/testing/exampleView.ts'
import type { ClusterLink, ClusterList } from '../contract/clusters.ts'
import { ClusterListText } from './clusterListText.ts'
import type { WatchedCluster } from './watchedCluster.ts'

const attempts = [{ address: 'a:1', outcome: 'answers' }]

function watched(cluster: string, clusterId: string, state: ClusterLink['state'] = 'live') {
  const standing = { view: { ...aView(), clusterId }, ageMs: 5, link: { state, sinceMs: 0, problem: null, attempts } }
  return { cluster, name: cluster, kind: 'kafka', observer: { standing } } as unknown as WatchedCluster
}
const read = (text: string) => (JSON.parse(text) as ClusterList).clusters

test('made once for all who ask at the same time; a moment later anew', () => {
  const list = new ClusterListText('run')
  const one = watched('a', 'id')
  const first = list.of([one], 1000)
  Object.assign(one.observer.standing, { ageMs: 900 })
  expect(list.of([one], 1249)).toBe(first)
  expect(read(list.of([one], 1250))[0]?.ageMs).toBe(900)
  // A clock that is set back keeps nobody at the old list.
  Object.assign(one.observer.standing, { ageMs: 7 })
  expect(read(list.of([one], 500))[0]?.ageMs).toBe(7)
})

test('what is added, removed, called or linked otherwise is in the next list', () => {
  const list = new ClusterListText('run')
  const [one, two] = [watched('a', 'id'), watched('b', 'other')]
  list.of([one], 0)
  expect(read(list.of([one, two], 1))).toHaveLength(2)
  expect(read(list.of([two], 2)).map(({ cluster }) => cluster)).toEqual(['b'])
  two.name = 'renamed'
  expect(read(list.of([two], 3))[0]?.name).toBe('renamed')
  two.group = 'Shop'
  expect(read(list.of([two], 4))[0]?.group).toBe('Shop')
  Object.assign(two.observer.standing.link, { state: 'unreachable' })
  expect(read(list.of([two], 5))[0]?.link.state).toBe('unreachable')
})

test('one Kafka cluster under two names is told of both; attempts only where they explain something', () => {
  const [a, b, c] = read(
    new ClusterListText('run').of([watched('a', 'same'), watched('b', 'same'), watched('c', 'own', 'unreachable')], 0),
  )
  expect([a?.sameKafkaCluster, b?.sameKafkaCluster, c?.sameKafkaCluster]).toEqual([['b'], ['a'], undefined])
  expect([a?.link.attempts, c?.link.attempts]).toEqual([[], attempts])
})
