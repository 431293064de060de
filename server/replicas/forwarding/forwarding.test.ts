/** A request goes to the holder and its answer comes back; where the holder ends meanwhile, the answer says what is not known. */
import { expect, test } from 'vitest'
import type { Refusal } from '../../contract/errors.ts'
import type { ForwardedRequests } from '../../storage/forwardedRequests.ts'
import { Seal } from '../channel/seal.ts'
import type { ReplicaMessage } from '../relay/messages.ts'
import { Forwarding } from './forwarding.ts'

/** The table, and the notices between two replicas. */
function pair(serve: (request: Request) => Promise<Response>) {
  const rows = new Map<string, { holder: string; request: string; taken: boolean; answer: string | null }>()
  const requests: ForwardedRequests = {
    ask: async (id, holder, request) => void rows.set(id, { holder, request, taken: false, answer: null }),
    take: async (id, holder) => {
      const row = rows.get(id)
      if (row === undefined || row.taken || row.holder !== holder) return null
      row.taken = true
      return row.request
    },
    answer: async (id, answer) => void Object.assign(rows.get(id) ?? {}, { answer }),
    answerTo: async (id) => rows.get(id)?.answer ?? null,
    forget: async (id) => void rows.delete(id),
    forgetOld: async () => {},
  }
  const seal = new Seal(Buffer.alloc(32, 1))
  const world = { holder: 'b' as string | null, isHeard: true, served: 0, rows }
  const faults: unknown[] = []
  const of = (self: string, other: () => Forwarding): Forwarding =>
    new Forwarding({
      requests,
      self,
      seal,
      newId: () => `request-${rows.size}`,
      send: (message: ReplicaMessage) => {
        if (!world.isHeard) return
        if (message.kind === 'request') {
          // NOTIFY may come twice.
          void other().take(message.id)
          void other().take(message.id)
        }
        if (message.kind === 'answer') other().answered(message.id)
      },
      holderOf: () => world.holder,
      clusterOf: async () => 'one',
      knows: (cluster) => cluster === 'one',
      serve: async (request) => {
        world.served += 1
        return await serve(request)
      },
      onError: (error) => faults.push(error),
    })
  const a: Forwarding = of('a', () => b)
  const b: Forwarding = of('b', () => a)
  const close = () => {
    a.close()
    b.close()
  }
  return { a, b, world, faults, close }
}

const command = () =>
  new Request('http://a/api/workflows/run/commands?x=1', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"commandId":"c"}',
  })

test('the holder answers once, with status, headers and bytes', async () => {
  const { a, world, faults, close } = pair(async (request) => {
    const { pathname, search } = new URL(request.url)
    return new Response(`${request.method} ${pathname}${search} ${await request.text()}`, {
      status: 409,
      headers: { 'content-type': 'text/plain', 'x-other': 'y' },
    })
  })
  const answer = await a.answer(command(), {})
  expect(await answer?.text()).toBe('POST /api/workflows/run/commands?x=1 {"commandId":"c"}')
  expect([answer?.status, answer?.headers.get('content-type'), answer?.headers.get('x-other')]).toEqual([
    409,
    'text/plain',
    null,
  ])
  expect([world.served, world.rows.size, faults]).toEqual([1, 0, []])
  close()
})

test('the holder itself, and who is asked for what nobody knows, answers directly', async () => {
  const { b, a, close } = pair(async () => new Response(''))
  expect(await b.answer(command(), {})).toBeNull()
  expect(await a.answer(new Request('http://a/api/clusters/other/workflows'), {})).toBeNull()
  expect(await a.answer(new Request('http://a/api/clusters/one/quorum'), {})).toBeNull()
  close()
})

test('where the holder ends before it answers, a command may have been carried out, and a question was only not answered', async () => {
  const { a, world, close } = pair(() => new Promise(() => {}))
  const codes = async (request: Request) => {
    world.holder = 'b'
    const asked = a.answer(request, {}).catch((error: Refusal) => [error.status, error.code])
    await expect.poll(() => world.rows.size).toBe(1)
    world.holder = 'c'
    return await asked
  }
  expect(await codes(command())).toEqual([504, 'outcome-unknown'])
  expect(await codes(new Request('http://a/api/workflows/run'))).toEqual([503, 'no-holder'])
  world.holder = null
  await expect(a.answer(command(), {})).rejects.toMatchObject({ status: 503, code: 'no-holder' })
  // To be forgotten it need not be held.
  expect(await a.answer(new Request('http://a/api/clusters/one', { method: 'DELETE' }), {})).toBeNull()
  close()
})

test('an answer whose notice was lost is found all the same', async () => {
  const { a, b, world, close } = pair(async () => new Response('late'))
  world.isHeard = false
  const asked = a.answer(command(), {})
  await expect.poll(() => world.rows.size).toBe(1)
  for (const id of world.rows.keys()) await b.take(id)
  expect(await (await asked)?.text()).toBe('late')
  close()
})

test('a request or an answer that none of the servers has written does nothing, and is told once', async () => {
  const { a, b, world, faults, close } = pair(async () => new Response('real'))
  const carried = JSON.stringify({ method: 'POST', target: '/api/x', contentType: null, body: '{}', context: {} })
  const other = new Seal(Buffer.alloc(32, 2)).put('request b forged', carried)
  for (const request of [carried, other]) {
    world.rows.set('forged', { holder: 'b', request, taken: false, answer: null })
    await b.take('forged')
  }
  // Nor one of ours in another row.
  world.isHeard = false
  const asked = a.answer(command(), {})
  await expect.poll(() => world.rows.size).toBe(2)
  const [id = '', own] = [...world.rows].at(-1) ?? []
  world.rows.set('copy', { holder: 'b', request: own?.request ?? '', taken: false, answer: null })
  await b.take('copy')
  expect([world.served, faults.length]).toEqual([0, 1])
  if (own !== undefined) own.answer = JSON.stringify({ status: 200, headers: {}, body: '' })
  a.answered(id)
  await expect.poll(() => faults.length).toBe(2)
  await b.take(id)
  expect(await (await asked)?.text()).toBe('real')
  expect(faults).toHaveLength(2)
  close()
})
