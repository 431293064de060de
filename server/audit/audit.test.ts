import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { signature } from '../alerts/delivery/webhook.ts'
import type { AuditEvent } from '../contract/access/audit.ts'
import { type AuditStore, openAudit } from '../storage/access/audit.ts'
import { type Database, IN_MEMORY, openDatabase } from '../storage/database.ts'
import { Audit, type AuditOptions } from './audit.ts'
import { canonical, flawOf, hashOf, NOTHING, rowOf } from './chain.ts'
import { type AuditTarget, fileTarget, webhookTarget } from './forwarding.ts'

const DAY_MS = 24 * 3600_000
let database: Database
let store: AuditStore
let nowMs: number
const audits: Audit[] = []

beforeEach(() => {
  database = openDatabase(IN_MEMORY)
  store = openAudit(database)
  nowMs = 1_700_000_000_000
})
afterEach(async () => {
  for (const audit of audits.splice(0)) await audit.close()
  await database.close()
})

function open(more: Partial<AuditOptions> = {}): Audit {
  const audit = new Audit({
    store,
    targets: [],
    keepDays: null,
    nowMs: () => nowMs,
    onError: () => {},
    onChain: () => {},
    ...more,
  })
  audits.push(audit)
  return audit
}

function event(text: string, more: Partial<AuditEvent> = {}): AuditEvent {
  const actor = { id: 'user.1', name: 'Ann', source: 'password' }
  return {
    kind: 'command',
    actor,
    cluster: 'orders',
    run: 'r1',
    outcome: 'done',
    text,
    address: '10.0.0.1',
    detail: {},
    ...more,
  }
}

const EVERYTHING = { fromMs: null, toMs: null, actor: null, kinds: [], cluster: null }

async function written(count: number, audit = open()): Promise<Audit> {
  await Promise.all(Array.from({ length: count }, (_, at) => audit.record(event(`entry ${at + 1}`))))
  return audit
}

describe('the chain', () => {
  test('entries stand in the order in which they came, without gaps, and the chain is whole', async () => {
    const audit = await written(450)
    expect(await audit.verify()).toMatchObject({ state: 'whole', entries: 450, broken: null })
    const page = await audit.page(EVERYTHING, null)
    expect([page.entries.length, page.entries[0]?.text, page.entries[0]?.seq]).toEqual([100, 'entry 450', 450])
    expect((await audit.page(EVERYTHING, page.next)).entries[0]?.seq).toBe(350)
  })

  test('one text for one value, whatever the order of its keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse())
        expect(canonical(turned)).toBe(canonical(value))
        expect(JSON.parse(canonical(value))).toEqual(value)
      }),
    )
  })

  test('any byte of any part of any row that is changed is found', () => {
    const rows: ReturnType<typeof rowOf>[] = []
    for (let seq = 1; seq <= 5; seq += 1) rows.push(rowOf(event(`e${seq}`), seq, seq, rows.at(-1)?.hash ?? NOTHING))
    const flaws = (given: typeof rows) => {
      let [seq, hash] = [0, NOTHING]
      for (const row of given) {
        const flaw = flawOf(row, seq + 1, hash)
        if (flaw !== null) return flaw
        seq = row.seq
        hash = row.hash
      }
      return null
    }
    expect(flaws(rows)).toBeNull()
    fc.assert(
      fc.property(
        fc.nat({ max: 4 }),
        fc.nat(),
        fc.constantFrom('body', 'hash', 'kind', 'actor_id', 'actor_name', 'cluster'),
        (at, byte, column) => {
          const row = rows[at] as (typeof rows)[number]
          const text = row[column as 'body'] as string
          const place = byte % text.length
          const changed = text.slice(0, place) + String.fromCharCode(text.charCodeAt(place) ^ 1) + text.slice(place + 1)
          // A change of the hash of the last row is found by the head.
          if (column === 'hash' && at === 4) return
          expect(flaws(rows.with(at, { ...row, [column]: changed }))).not.toBeNull()
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('what somebody does to the database is found', () => {
  const tampered: [string, () => Promise<unknown>, number][] = [
    [
      'one byte of one row',
      async () => {
        const [row] = await store.after(149, 1)
        const body = row?.body.replace('entry 150', 'entry 151') ?? ''
        await database.queries.updateTable('audit_entry').set({ body }).where('seq', '=', 150).execute()
      },
      150,
    ],
    [
      'a column that filters look at',
      () => database.queries.updateTable('audit_entry').set({ actor_name: 'Bob' }).where('seq', '=', 7).execute(),
      7,
    ],
    [
      'a row in the middle taken away',
      () => database.queries.deleteFrom('audit_entry').where('seq', '=', 42).execute(),
      43,
    ],
    ['the last row taken away', () => database.queries.deleteFrom('audit_entry').where('seq', '=', 250).execute(), 250],
    ['the first row taken away', () => database.queries.deleteFrom('audit_entry').where('seq', '=', 1).execute(), 2],
    [
      'two rows in each other’s place',
      async () => {
        const swap = (from: number, to: number) =>
          database.queries.updateTable('audit_entry').set({ seq: to }).where('seq', '=', from).execute()
        await swap(10, 9999)
        await swap(11, 10)
        await swap(9999, 11)
      },
      10,
    ],
    [
      'the last row written anew, with a hash that fits',
      async () => {
        const [before, last] = await store.after(248, 2)
        const body = last?.body.replace('entry 250', 'nothing') ?? ''
        const hash = hashOf(before?.hash ?? '', body)
        await database.queries.updateTable('audit_entry').set({ body, hash }).where('seq', '=', 250).execute()
      },
      250,
    ],
  ]
  test.each(tampered)('%s', async (_what, tamper, seq) => {
    const audit = await written(250)
    await audit.verify()
    await tamper()
    const found = await audit.verify()
    expect([found.state, found.broken?.seq]).toEqual(['broken', seq])
    expect((await audit.state()).chain.broken?.what).not.toBe('')
    // What comes later is written all the same, and the break stays told.
    await audit.record(event('later'))
    expect((await audit.verify()).state).toBe('broken')
  })
})

describe('time and others', () => {
  test('what is too old is cut off, and the chain begins with the hash before the cut', async () => {
    const audit = await written(120, open({ keepDays: 30 }))
    nowMs += 31 * DAY_MS
    await written(30, audit)
    await audit.cut()
    const state = await audit.state()
    expect([state.first, state.cut?.seq, state.last]).toEqual([121, 120, 151])
    expect(await audit.verify()).toMatchObject({ state: 'whole', entries: 31 })
    // Nothing may be cut off silently: the mark is moved, and the hash does not fit.
    await database.queries.updateTable('audit_mark').set({ seq: 121 }).where('name', '=', 'cut').execute()
    await database.queries.deleteFrom('audit_entry').where('seq', '=', 121).execute()
    expect((await audit.verify()).state).toBe('broken')
  })

  test('a cut that no entry tells of is a break, however well the hashes fit', async () => {
    const audit = await written(20)
    const [row] = await store.after(1, 1)
    await database.queries.deleteFrom('audit_entry').where('seq', '<=', 2).execute()
    await database.queries
      .insertInto('audit_mark')
      .values({ name: 'cut', seq: 2, hash: row?.hash ?? '', at_ms: nowMs })
      .execute()
    expect((await audit.verify()).broken).toEqual({ seq: 2, what: expect.stringContaining('no entry says so') })
  })

  test('a clock that is set back puts no entry before another', async () => {
    const audit = await written(1)
    nowMs -= DAY_MS
    await audit.record(event('later, by an earlier clock'))
    const { entries } = await audit.page(EVERYTHING, null)
    expect(entries.map(({ atMs }) => atMs)).toEqual([1_700_000_000_000, 1_700_000_000_000])
  })

  test('two writers on one database make one chain', async () => {
    const [one, other] = [open(), open()]
    await Promise.all([written(60, one), written(60, other)])
    expect(await one.verify()).toMatchObject({ state: 'whole', entries: 120 })
  })

  test('filters by kind, actor, cluster and time; an export has all of it, in pieces', async () => {
    const audit = open()
    await audit.record(event('a', { kind: 'sign-in', cluster: null }))
    nowMs += 1000
    await audit.record(event('b', { actor: { id: 'user.2', name: 'Bob', source: 'oidc' } }))
    await audit.record(event('c', { cluster: 'payments' }))
    const texts = async (filter: object) =>
      (await audit.page({ ...EVERYTHING, ...filter }, null)).entries.map(({ text }) => text)
    expect(await texts({ kinds: ['sign-in'] })).toEqual(['a'])
    expect(await texts({ actor: 'Bob' })).toEqual(['b'])
    expect(await texts({ actor: 'user.2' })).toEqual(['b'])
    expect(await texts({ cluster: 'payments' })).toEqual(['c'])
    expect(await texts({ fromMs: 1_700_000_001_000 })).toEqual(['c', 'b'])
    await written(500, audit)
    let exported = 0
    for await (const entries of audit.entries(EVERYTHING)) exported += entries.length
    expect(exported).toBe(503)
  })
})

describe('a disk that takes nothing', () => {
  test('nobody waits for it; what came is written when it takes it again', async () => {
    let full = true
    const failing: AuditStore = {
      ...store,
      append: async (rows) => {
        if (full) throw new Error('no space left')
        return await store.append(rows)
      },
    }
    const audit = open({ store: failing })
    await audit.record(event('kept'))
    expect(await audit.state()).toMatchObject({ waiting: 1, problem: 'no space left' })
    full = false
    await vi.waitUntil(async () => (await audit.state()).waiting === 0, { timeout: 30_000 })
    expect((await audit.page(EVERYTHING, null)).entries.map(({ text }) => text)).toEqual(['kept'])
    expect((await audit.state()).problem).toBe('')
  })
})

describe('handing on', () => {
  test('JSON lines to a file, in order, and on from there after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'quorumdeck-audit-'))
    try {
      const file = join(folder, 'audit.jsonl')
      const lines = () =>
        readFileSync(file, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as { seq: number })
      const first = await written(150, open({ targets: [fileTarget(file)] }))
      await vi.waitUntil(async () => (await first.state()).forwarding[0]?.seq === 150)
      await first.close()
      const second = open({ targets: [fileTarget(file)] })
      second.begin()
      await written(10, second)
      await vi.waitUntil(async () => (await second.state()).forwarding[0]?.seq === 160)
      expect(lines().map(({ seq }) => seq)).toEqual(Array.from({ length: 160 }, (_, at) => at + 1))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('a webhook gets them signed, again until it takes them, and nothing is cut off before', async () => {
    const secret = 'a secret of the webhook'
    const got: { seq: number }[] = []
    const bad: string[] = []
    let down = true
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString()
        if (request.headers['x-quorumdeck-signature'] !== signature(secret, body, nowMs)) bad.push(body)
        if (!down) got.push(...(JSON.parse(body) as { entries: { seq: number }[] }).entries)
        response.writeHead(down ? 503 : 204).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const target: AuditTarget = webhookTarget({ url, secret, allowPrivate: true, nowMs: () => nowMs })
    const audit = await written(3, open({ targets: [target], keepDays: 1 }))
    await vi.waitUntil(async () => (await audit.state()).forwarding[0]?.problem !== '')
    nowMs += 10 * DAY_MS
    await audit.cut()
    expect((await audit.state()).first).toBe(1)
    down = false
    await vi.waitUntil(() => got.length >= 3, { timeout: 30_000 })
    expect(got.map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(bad).toEqual([])
    await audit.close()
    server.close()
  })
})
