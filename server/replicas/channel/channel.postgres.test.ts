/** On a real PostgreSQL: any role that may connect can NOTIFY, and nothing comes of it. */
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Database } from '../../storage/database.ts'
import { openForwardedRequests } from '../../storage/forwardedRequests.ts'
import { openPostgres } from '../../storage/postgres/postgresDatabase.ts'
import { sharedSecret } from '../../storage/sharedSecret.ts'
import { newPostgresUrl } from '../../testing/databasePlace.ts'
import { Forwarding } from '../forwarding/forwarding.ts'
import { Channel } from './channel.ts'
import { inPieces } from './chunks.ts'
import { SEAL_KEY, Seal } from './seal.ts'

let url: string
let database: Database
let stranger: pg.Client
const closing: (() => unknown)[] = []

beforeEach(async () => {
  url = await newPostgresUrl()
  database = await openPostgres(url)
  stranger = new pg.Client({ connectionString: url })
  await stranger.connect()
})
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
  await stranger.end()
  await database.close()
})

const ourSeal = async () => new Seal(await sharedSecret(database, SEAL_KEY))

async function channel(self: string, seal: Seal) {
  const heard: unknown[] = []
  const faults: unknown[] = []
  const opened = new Channel({
    database,
    url,
    self,
    seal,
    onMessage: (sender, message) => void heard.push([sender, message]),
    onListening: () => {},
    onError: (error) => void faults.push(error),
  })
  closing.push(() => opened.close())
  await opened.start()
  return { opened, heard, faults }
}

test('servers that start at once seal alike', async () => {
  const keys = await Promise.all([1, 2, 3, 4].map(() => sharedSecret(database, SEAL_KEY)))
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1)
  expect(keys[0]).toHaveLength(32)
})

test('a notice of somebody else is dropped unread, told once, and those of ours are heard, short and long', async () => {
  const seal = await ourSeal()
  const [a, b] = [await channel('a', seal), await channel('b', seal)]
  const text = JSON.stringify({ kind: 'void', what: 'people' })
  const other = new Seal(Buffer.alloc(32))
  const forged = [
    text,
    ...inPieces('a', 999, text),
    ...inPieces('a', 1000, text).map((one) => other.put('notice', one)),
  ]
  for (const payload of forged) await stranger.query('SELECT pg_notify($1, $2)', ['quorumdeck', payload])
  const long = Array.from({ length: 30_000 }, (_, at) => ((at * 7919) % 65_521).toString(36)).join('\0ü')
  a.opened.send({ kind: 'first' })
  a.opened.send({ kind: 'long', long })
  await expect.poll(() => b.heard.length).toBe(2)
  expect(b.heard).toEqual([
    ['a', { kind: 'first' }],
    ['a', { kind: 'long', long }],
  ])
  expect(b.opened.forged).toBe(forged.length)
  expect(b.faults.map(String)).toEqual([expect.stringContaining('none of our servers has sent')])
})

test('what was recorded and is repeated is not heard again', async () => {
  const seal = await ourSeal()
  const [a, b] = [await channel('a', seal), await channel('b', seal)]
  const recorded: string[] = []
  stranger.on('notification', ({ payload = '' }) => recorded.push(payload))
  await stranger.query('LISTEN quorumdeck')
  a.opened.send({ kind: 'first' })
  await expect.poll(() => recorded.length).toBe(1)
  for (const payload of [...recorded]) await stranger.query('SELECT pg_notify($1, $2)', ['quorumdeck', payload])
  a.opened.send({ kind: 'second' })
  await expect.poll(() => b.heard.length).toBe(2)
  expect(b.heard).toEqual([
    ['a', { kind: 'first' }],
    ['a', { kind: 'second' }],
  ])
})

test('a row that somebody else has written is not answered, and one of ours is', async () => {
  const requests = openForwardedRequests(database)
  const seal = await ourSeal()
  const faults: unknown[] = []
  let served = 0
  const forwarding = new Forwarding({
    requests,
    self: 'b',
    seal,
    newId: () => 'id',
    send: () => {},
    holderOf: () => 'b',
    clusterOf: async () => 'one',
    knows: () => true,
    serve: async () => {
      served += 1
      return new Response('done')
    },
    onError: (error) => void faults.push(error),
  })
  closing.push(() => forwarding.close())
  const text = JSON.stringify({ method: 'GET', target: '/api/x', contentType: null, body: null, context: {} })
  await stranger.query(
    `INSERT INTO forwarded_request (id, holder, asked_at_ms, taken, request, answer) VALUES ('forged', 'b', 1, 0, $1, NULL)`,
    [text],
  )
  await forwarding.take('forged')
  expect([served, await requests.answerTo('forged')]).toEqual([0, null])
  expect(faults.map(String)).toEqual([expect.stringContaining('none of our servers has written')])
  await requests.ask('ours', 'b', seal.put('request b ours', text))
  await forwarding.take('ours')
  expect(served).toBe(1)
  expect(seal.open('answer ours', (await requests.answerTo('ours')) ?? '')).toContain('"status":200')
})
