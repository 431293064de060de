import { expect, test } from 'vitest'
import type { Finding } from '../../../server/contract/quorumView.ts'
import { aReplica, aView, directoryOf } from '../../testing/exampleView.ts'
import { readStartLink, targetsOf, wantedOf } from '../start/startTargets.ts'
import { linksFromFinding, linksFromReplica } from './wizardLinks.ts'
import { startPath } from './wizards.ts'

const words = (ways: readonly { label: string }[]) => ways.map((way) => way.label)
const finding = (code: Finding['code'], replicas: Finding['replicas'] = []): Finding => ({
  code,
  severity: 'warning',
  title: '',
  detail: '',
  replicas,
})
const silent = aReplica(2, { health: 'silent' })
const joining = aReplica(3, { status: 'observer' })

test('a row leads to what can be done about it', () => {
  expect(words(linksFromReplica('c', silent, false))).toEqual(['Replace failed disk…', 'Remove from the quorum…'])
  expect(words(linksFromReplica('c', joining, false))).toEqual(['Add to the quorum…'])
  expect(words(linksFromReplica('c', joining, true))).toEqual(['Replace failed disk…'])
  expect(linksFromReplica('c', aReplica(7), false)).toEqual([])
  expect(linksFromReplica('c', aReplica(2, { directoryId: null }), false)).toEqual([])
})

test('an old disk that is merely still listed leads nowhere', () => {
  const old = aReplica(2, { status: 'observer', health: 'silent', directoryId: directoryOf(4) })
  expect(linksFromReplica('c', old, true)).toEqual([])
  expect(linksFromFinding('c', finding('two-incarnations', [old]), [aReplica(2), old])).toEqual([])
})

test('a finding leads to the wizard that deals with it, and only there', () => {
  expect(words(linksFromFinding('c', finding('voter-silent', [silent]), []))).toEqual([
    'Replace its disk…',
    'Remove it…',
  ])
  expect(words(linksFromFinding('c', finding('two-incarnations', [silent]), [silent, joining]))).toEqual([
    'Replace its disk…',
  ])
  expect(words(linksFromFinding('c', finding('single-voter'), []))).toEqual(['Add a controller…'])
  expect(linksFromFinding('c', finding('margin-zero'), [])).toEqual([])
})

test('a link is read back as the change that it was made for', () => {
  const path = startPath('my cluster', 'remove-controller', { nodeId: 2, directoryId: directoryOf(2) })
  expect(path).toContain('/clusters/my%20cluster/workflows/new?')
  const link = readStartLink(new URLSearchParams(path.split('?')[1]))
  expect(wantedOf('remove-controller', link.target)).toEqual({
    kind: 'remove-controller',
    params: { nodeId: 2, directoryId: directoryOf(2) },
  })
})

test('what a link has wrong is as if it were not there', () => {
  const link = readStartLink(new URLSearchParams('kind=explode&nodeId=-1&directoryId=short'))
  expect(link).toEqual({ kind: null, target: {} })
  expect(wantedOf('replace-disk', {})).toBeNull()
  expect(wantedOf('add-controller', {})).toEqual({ kind: 'add-controller', params: {} })
})

test('targets are chosen from the rows, those in trouble first', () => {
  const view = aView({ replicas: [aReplica(0, { status: 'leader' }), aReplica(1), silent, joining, aReplica(7)] })
  expect(targetsOf('replace-disk', view).map((one) => one.nodeId)).toEqual([2, 0, 1])
  expect(targetsOf('remove-controller', view).map((one) => one.nodeId)).toEqual([2, 0, 1])
  expect(targetsOf('add-controller', view).map((one) => one.nodeId)).toEqual([3])
})
