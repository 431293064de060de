import { expect, test } from 'vitest'
import { DEFAULT_LOG_DIR, logDirs, logDirsKey, metadataLogDir } from './logDirectories.ts'
import { listsVoters, saidOf } from './settings.ts'

const of = (settings: Record<string, string>) => (key: string) => saidOf(new Map(Object.entries(settings)), key)

test('log.dirs goes before log.dir, and Kafka has a directory of its own', () => {
  expect(logDirs(of({ 'log.dirs': '/a, /b', 'log.dir': '/c' }))).toEqual(['/a', '/b'])
  expect(logDirs(of({ 'log.dirs': '', 'log.dir': '/c' }))).toEqual(['/c'])
  expect(logDirs(of({}))).toEqual([DEFAULT_LOG_DIR])
  expect(logDirsKey(of({ 'log.dirs': '/a' }))).toBe('log.dirs')
  expect(logDirsKey(of({}))).toBe('log.dir')
})

test('the metadata log lies in the first of them, unless it is told a place', () => {
  expect(metadataLogDir(of({ 'log.dirs': '/a,/b' }))).toBe('/a')
  expect(metadataLogDir(of({ 'log.dirs': '/a,/b', 'metadata.log.dir': '/m' }))).toBe('/m')
  expect(metadataLogDir(of({}))).toBe(DEFAULT_LOG_DIR)
})

test('an empty line is none', () => {
  expect(listsVoters(new Map([['controller.quorum.voters', '']]))).toBe(false)
  expect(listsVoters(new Map([['controller.quorum.voters', '0@a:1']]))).toBe(true)
  expect(listsVoters(null)).toBe(false)
})
