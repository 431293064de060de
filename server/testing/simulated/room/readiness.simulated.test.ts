/** The readiness of one controller, as a probe asks for it. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ErrorBody } from '../../../contract/errors.ts'
import { ControllerReadiness } from '../../../contract/room/readiness.ts'
import { PATIENCE_MS } from '../../patience.ts'
import { CLUSTER, type Serving, serve } from '../../serving.ts'

let serving: Serving
const ask = async (id: number | string) => {
  const answer = await fetch(`${serving.url}/api/clusters/${CLUSTER}/controllers/${id}`)
  return { status: answer.status, body: (await answer.json()) as unknown }
}

beforeAll(async () => {
  serving = await serve()
  await serving.watching.view('a whole quorum', (v) => v.quorum.margin === 1 && v.controllers !== null)
})
afterAll(async () => serving.close())

test('every voter is attached; a broker is no controller, and what is no id is refused', async () => {
  const { replicas, quorum } = await serving.watching.view('a whole quorum', (v) => v.quorum.margin === 1)
  for (const { nodeId } of replicas.slice(0, 3)) {
    const { status, body } = await ask(nodeId)
    expect(status).toBe(200)
    const role = nodeId === quorum.leaderId ? 'leader' : 'follower'
    expect(ControllerReadiness.parse(body)).toMatchObject({ attached: true, role, leaderId: quorum.leaderId })
  }
  for (const [id, status, code] of [
    [7, 404, 'unknown-controller'],
    [99, 404, 'unknown-controller'],
    ['one', 400, 'bad-request'],
  ] as const) {
    const answer = await ask(id)
    expect([answer.status, ErrorBody.parse(answer.body).error.code]).toEqual([status, code])
  }
})

test('one that is gone is 503, and with the majority gone nobody is attached', async () => {
  const view = await serving.watching.view('a whole quorum', (v) => v.quorum.margin === 1)
  const [first, second, third] = view.replicas.slice(0, 3).map((one) => one.nodeId)
  if (first === undefined || second === undefined || third === undefined) throw new Error('no three voters')
  await serving.quorum.port.act({ action: 'kill', nodeId: first })
  await vi.waitFor(
    async () => {
      const { status, body } = await ask(first)
      expect([status, ControllerReadiness.parse(body).attached]).toEqual([503, false])
    },
    { timeout: PATIENCE_MS },
  )
  await serving.quorum.port.act({ action: 'kill', nodeId: second })
  await vi.waitFor(
    async () => {
      const { status, body } = await ask(third)
      const ready = ControllerReadiness.parse(body)
      expect([status, ready.attached, ready.role, ready.leaderId]).toEqual([503, false, null, null])
      expect(ready.ownWord).toMatchObject({ reach: 'answers' })
    },
    { timeout: PATIENCE_MS },
  )
})
