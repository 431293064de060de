import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { accessParts, asking } from '../testing/accessParts.ts'
import { openSessionKeys } from './sessionKeys.ts'
import { noWalls } from './wall/wallTokens.ts'

const BEFORE = ['operate-token-0123456789', null]
const AFTER = ['another-operate-token-01', null]
const WALL = { id: 'w', label: 'Hall', clusters: null, expiresAtMs: null }
const FROM = { before: undefined, address: '10.0.0.1', agent: 'test' }

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'quorumdeck-keys-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

test('the cookie of a wall outlives a restart, and ends when the tokens change, while the server runs', async () => {
  const nowMs = Date.now()
  const open = (tokens: readonly (string | null)[]) => openSessionKeys(dataDir, tokens, () => nowMs)
  const doorOf = async (keys: ReturnType<typeof open>) => {
    const walls = { ...noWalls, ofSecret: () => WALL, ofId: () => WALL }
    return (await accessParts({ tokens: { operate: 'unused-here-0123456789', watch: null }, keys, walls })).access
  }
  const keys = open(BEFORE)
  const door = await doorOf(keys)
  const wall = async () => {
    const signedIn = await door.signIn('qdw_secret', { nowMs, ...FROM })
    return asking({ cookie: signedIn?.cookie.split(';')[0] ?? '' })
  }
  const hall = await wall()
  expect(door.session(hall, nowMs)?.role).toBe('wall')
  expect((await doorOf(open(BEFORE))).session(hall, nowMs)?.role).toBe('wall')
  keys.redraw(AFTER)
  expect(door.session(hall, nowMs)).toBeNull()
  // Opened again it stays, also over a start with the tokens of now.
  const again = await wall()
  expect(door.session(again, nowMs)?.role).toBe('wall')
  const restarted = await doorOf(open(AFTER))
  expect([restarted.session(again, nowMs)?.role, restarted.session(hall, nowMs)]).toEqual(['wall', null])
})
