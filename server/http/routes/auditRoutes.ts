/** The record of who did what, over HTTP: in pages, as JSON lines, and whether its chain is whole. */
import { type Context, Hono } from 'hono'
import { stream } from 'hono/streaming'
import type { Audit } from '../../audit/audit.ts'
import { AuditKind, type AuditPage, type AuditState, type ChainState } from '../../contract/access/audit.ts'
import type { AuditFilter } from '../../storage/access/audit.ts'
import type { RequestEnv } from '../api.ts'
import { actorOf } from '../guard/auditWords.ts'
import { wholeParameter } from '../parameters.ts'
import { refuse } from '../refusal.ts'

const MAX_TEXT = 128

function filterOf(c: Context<RequestEnv>): AuditFilter {
  const time = (name: string): number | null => {
    const text = c.req.query(name)
    return text === undefined || text === '' ? null : wholeParameter(name, text, 0)
  }
  const word = (name: string): string | null => c.req.query(name)?.slice(0, MAX_TEXT) || null
  const kinds = (c.req.query('kinds') ?? '').split(',').filter((one) => one !== '')
  const known = kinds.flatMap((kind) => AuditKind.safeParse(kind).data ?? [])
  if (known.length !== kinds.length) throw refuse.badRequest(`kinds may hold ${AuditKind.options.join(', ')}.`)
  return { fromMs: time('from'), toMs: time('to'), actor: word('actor'), cluster: word('cluster'), kinds: known }
}

export function auditRoutes({ audit }: { audit: Audit }) {
  return new Hono<RequestEnv>()
    .get('/api/audit', async (c) => {
      const before = c.req.query('before')
      return c.json<AuditPage>(
        await audit.page(filterOf(c), before === undefined ? null : wholeParameter('before', before, 0)),
      )
    })
    .get('/api/audit/state', async (c) => c.json<AuditState>(await audit.state()))
    .get('/api/audit/export', async (c) => {
      const filter = filterOf(c)
      await audit.record({
        kind: 'audit',
        actor: actorOf(c.env.session),
        cluster: null,
        run: null,
        outcome: 'done',
        text: 'Took a copy of the record.',
        address: c.env.remoteAddress,
        detail: { query: new URL(c.req.url).search.slice(0, 300) },
      })
      c.header('content-type', 'application/x-ndjson')
      c.header('content-disposition', 'attachment; filename="quorumdeck-audit.jsonl"')
      return stream(c, async (body) => {
        for await (const entries of audit.entries(filter)) {
          await body.write(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
        }
      })
    })
    .post('/api/audit/verify', async (c) => c.json<ChainState>(await audit.verify()))
}
