import { expect, test } from 'vitest'
import { aboutOf } from './forwardable.ts'

test.each([
  ['GET', '/api/clusters', null],
  ['GET', '/api/clusters/a/quorum', null],
  ['GET', '/api/clusters/a/controllers/2', null],
  ['POST', '/api/clusters/test', null],
  ['POST', '/api/clusters/a/test', null],
  ['PATCH', '/api/clusters/a%20b', { kind: 'cluster', cluster: 'a b', evenAlone: true }],
  ['GET', '/api/clusters/a/history', { kind: 'cluster', cluster: 'a' }],
  ['GET', '/api/clusters/a/history/export', { kind: 'cluster', cluster: 'a' }],
  ['GET', '/api/clusters/a/workflows', { kind: 'cluster', cluster: 'a' }],
  ['POST', '/api/clusters/a/workflows', { kind: 'cluster', cluster: 'a' }],
  ['POST', '/api/clusters/a/incidents/x/close', { kind: 'cluster', cluster: 'a' }],
  ['GET', '/api/workflows/r', { kind: 'run', run: 'r' }],
  ['POST', '/api/workflows/r/commands', { kind: 'run', run: 'r' }],
  ['POST', '/api/workflows/r/notes', null],
  ['POST', '/api/workflows/r/properties', null],
  ['POST', '/api/alerts/i/acknowledge', { kind: 'alert', alert: 'i' }],
  ['GET', '/api/alerts/i', null],
  ['GET', '/metrics', null],
  ['GET', '/api/clusters/%ff/workflows', { kind: 'cluster', cluster: '%ff' }],
])('%s %s', (method, path, about) => {
  expect(aboutOf(method, path)).toEqual(about)
})
