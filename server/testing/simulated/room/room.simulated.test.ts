/** Who is here, who asks to drive, and who drives then: over HTTP and the websocket. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ErrorBody } from '../../../contract/errors.ts'
import { Seat, type SeatRequest } from '../../../contract/room/seat.ts'
import { Workflow } from '../../../contract/workflows.ts'
import { PATIENCE_MS } from '../../patience.ts'
import { CLUSTER, LiveClient, type Serving, serve } from '../../serving.ts'

const ANN = { id: 'ann', name: 'Ann' }
const BEN = { id: 'ben', name: 'Ben' }
const WAIT = { timeout: PATIENCE_MS }
const ADD = { kind: 'add-controller', params: {}, as: ANN }

let serving: Serving
const clients: LiveClient[] = []
const open = async (patienceMs: number) => {
  serving = await serve(null, 100, { patienceMs })
  await serving.watching.view('a whole quorum', (v) => v.quorum.margin === 1 && v.source.tailing)
}
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate()
  await serving.close()
})

const call = async (path: string, body?: unknown) => {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const answer = await fetch(serving.url + path, { ...init, headers: { 'content-type': 'application/json' } })
  return { status: answer.status, body: (await answer.json()) as unknown }
}
const begin = async () => Workflow.parse((await call(`/api/clusters/${CLUSTER}/workflows`, ADD)).body)
const ask = async (id: string, request: SeatRequest) => await call(`/api/workflows/${id}/seat`, request)
const takeOver = async (id: string, as: typeof ANN) => {
  const { revision } = Workflow.parse((await call(`/api/workflows/${id}`)).body)
  const command = { type: 'take-over', reason: 'the disk is on fire' }
  return await call(`/api/workflows/${id}/commands`, {
    commandId: crypto.randomUUID(),
    expectedRevision: revision,
    command,
    as,
  })
}
const codeOf = ({ body }: { body: unknown }) => ErrorBody.parse(body).error.code
const come = async (as: typeof ANN, run: string | null = null) => {
  const client = await new LiveClient(serving.url).opened()
  clients.push(client)
  client.say({ type: 'subscribe', cluster: CLUSTER })
  client.say({ type: 'here', cluster: CLUSTER, as, page: run === null ? 'cluster' : 'run', run })
  return client
}
const presenceOf = (client: LiveClient) => client.of('presence').at(-1)

describe('who is here', () => {
  beforeEach(() => open(60_000))

  test('who says so is named to all, and gone when the page is; walls are only counted', async () => {
    const ann = await come(ANN)
    const wall = await new LiveClient(serving.url).opened()
    clients.push(wall)
    wall.say({ type: 'subscribe', cluster: CLUSTER })
    const ben = await come(BEN, 'r1')
    await vi.waitUntil(() => presenceOf(ann)?.people.length === 2 && presenceOf(ann)?.watching === 3, WAIT)
    expect(presenceOf(ann)).toMatchObject({
      more: 0,
      people: [
        { id: 'ann', name: 'Ann', page: 'cluster', run: null },
        { id: 'ben', name: 'Ben', page: 'run', run: 'r1' },
      ],
    })
    ben.say({ type: 'here', cluster: CLUSTER, as: { ...BEN, name: 'Benjamin' }, page: 'cluster', run: null })
    await vi.waitUntil(() => presenceOf(wall)?.people[1]?.name === 'Benjamin', WAIT)
    ben.socket.close()
    await vi.waitUntil(() => presenceOf(ann)?.people.length === 1 && presenceOf(ann)?.watching === 2, WAIT)
  })

  test('markup in a name, another page or a name of ours is no message', async () => {
    const ann = await come(ANN)
    for (const wrong of [
      { as: { id: 'x', name: '<b>x</b>' }, page: 'cluster' },
      { as: { id: 'x', name: 'Quorumdeck' }, page: 'cluster' },
      { as: { id: 'x', name: 'x' }, page: '<script>' },
    ]) {
      const before = ann.of('error').length
      ann.say({ type: 'here', cluster: CLUSTER, run: null, ...wrong })
      await vi.waitUntil(() => ann.of('error').length > before, WAIT)
    }
    expect(presenceOf(ann)?.people.some(({ id }) => id === 'x') ?? false).toBe(false)
  })
})

describe('who drives', () => {
  test('a raised hand is seen by all, and the driver’s consent is the new driver’s entry in the journal', async () => {
    await open(60_000)
    const { id } = await begin()
    const ann = await come(ANN, id)
    expect(codeOf(await takeOver(id, BEN))).toBe('driver-present')
    expect((await ask(id, { action: 'raise-hand', as: BEN })).status).toBe(200)
    await vi.waitUntil(() => ann.of('seats').at(-1)?.seats[0]?.hands[0]?.by.name === 'Ben', WAIT)
    expect(codeOf(await ask(id, { action: 'hand-over', to: 'ben', as: BEN }))).toBe('seat-refused')
    const handed = await ask(id, { action: 'hand-over', to: 'ben', as: ANN })
    expect(Seat.parse(handed.body)).toMatchObject({ driver: BEN, hands: [] })
    await vi.waitUntil(() => ann.of('seats').at(-1)?.seats[0]?.driver.id === 'ben', WAIT)
    const run = Workflow.parse((await call(`/api/workflows/${id}`)).body)
    expect(run.driver).toEqual(BEN)
    expect(run.log.find(({ actor }) => actor === 'Ben')?.text).toBe('Took over from Ann: Ann handed over to Ben')
  })

  test('a driver who does not answer in time is taken over, with the reason on record', async () => {
    await open(300)
    const { id } = await begin()
    const ann = await come(ANN, id)
    await vi.waitUntil(() => presenceOf(ann)?.people.length === 1, WAIT)
    await ask(id, { action: 'raise-hand', as: BEN })
    await vi.waitUntil(() => ann.of('seats').at(-1)?.seats[0]?.hands[0]?.mayTakeOver === true, WAIT)
    const { status, body } = await takeOver(id, BEN)
    expect([status, Workflow.parse(body).driver]).toEqual([200, BEN])
    expect(Workflow.parse(body).log.map(({ text }) => text)).toContain(
      'Took over from Ann: the disk is on fire (Ann did not hand over in time)',
    )
  })

  test('an absent driver is taken over without asking', async () => {
    await open(300)
    const { id } = await begin()
    await vi.waitUntil(async () => Seat.parse((await call(`/api/workflows/${id}/seat`)).body).present === false, WAIT)
    expect((await takeOver(id, BEN)).status).toBe(200)
    expect(codeOf(await call('/api/workflows/nobody/seat'))).toBe('unknown-workflow')
  })
})
