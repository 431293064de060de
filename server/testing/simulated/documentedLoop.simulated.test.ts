/** The loop of docs/api.md, as it stands there, finishes every wizard over HTTP. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Workflow } from '../../contract/workflows.ts'
import { QUICK } from '../driving.ts'
import { CLUSTER, type ServeOptions, type Serving, serve } from '../serving.ts'

type Finish = (origin: string, id: string) => Promise<unknown>

const folder = mkdtempSync(join(tmpdir(), 'quorumdeck-loop-'))
let finish: Finish
beforeAll(async () => {
  const docs = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'api.md'), 'utf8')
  const [, code] = /```js\n(export async function finish[\s\S]*?)```/.exec(docs) ?? []
  if (code === undefined) throw new Error('docs/api.md shows no loop')
  const file = join(folder, 'loop.mjs')
  writeFileSync(file, code)
  finish = ((await import(pathToFileURL(file).href)) as { finish: Finish }).finish
})
afterAll(() => rmSync(folder, { recursive: true }))

const open: Serving[] = []
afterEach(async () => {
  for (const serving of open.splice(0)) await serving.close()
})

async function served(quorum: ServeOptions['quorum'] = {}): Promise<Serving> {
  const serving = await serve(null, 100, { quorum, thresholds: QUICK })
  open.push(serving)
  const margin = Math.ceil((quorum.controllers ?? 3) / 2) - 1
  await serving.watching.view('a whole quorum', (v) => v.quorum.margin === margin && v.source.tailing)
  await serving.watching.view('its settings', (v) => v.quorum.autoJoin === false)
  return serving
}

async function run(serving: Serving, kind: string, params: object): Promise<Workflow> {
  const answer = await fetch(`${serving.url}/api/clusters/${CLUSTER}/workflows`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind, params }),
  })
  expect(answer.status, await answer.clone().text()).toBe(201)
  const { id } = Workflow.parse(await answer.json())
  return Workflow.parse(await finish(serving.url, id))
}
const view = ({ watching }: Serving) => {
  const seen = watching.observer.view
  if (seen === null) throw new Error('nothing is seen')
  return seen
}
const voters = (serving: Serving) => view(serving).replicas.filter((r) => r.status !== 'observer')
const follower = (serving: Serving) => {
  const found = voters(serving).find((r) => r.status === 'follower')
  if (found?.directoryId == null) throw new Error('no follower')
  return { nodeId: found.nodeId, directoryId: found.directoryId }
}

describe('the documented loop finishes', () => {
  test('a removal and an addition', async () => {
    const serving = await served({ controllers: 4 })
    expect((await run(serving, 'remove-controller', follower(serving))).state).toBe('done')
    expect((await run(serving, 'add-controller', {})).state).toBe('done')
    expect(voters(serving)).toHaveLength(4)
  })

  test('an addition with two candidates: one is chosen, once', async () => {
    const serving = await served({ controllers: 3 })
    for (let count = 0; count < 2; count += 1)
      await serving.quorum.port.act({ action: 'add-node', roles: ['controller'] })
    const { nodes } = await serving.quorum.port.describe()
    for (const { nodeId, state } of nodes)
      if (state === 'stopped') await serving.quorum.port.act({ action: 'start', nodeId })
    const isSpare = (r: { status: string; roles: string[] }) =>
      r.status === 'observer' && r.roles.includes('controller')
    await serving.watching.view('both', (v) => v.replicas.filter(isSpare).length === 2)
    const done = await run(serving, 'add-controller', {})
    expect(done.state).toBe('done')
    expect(done.log.filter(({ text }) => text.startsWith('Chose'))).toHaveLength(1)
  })

  test('the replacement of a healthy disk, which needs two statements', async () => {
    const serving = await served()
    const { nodeId, directoryId } = follower(serving)
    expect((await run(serving, 'replace-disk', { nodeId })).state).toBe('done')
    expect(voters(serving).find((v) => v.nodeId === nodeId)?.directoryId).not.toBe(directoryId)
  })

  test('from one controller to three, a replacement by another node, and a rolling restart', async () => {
    const serving = await served({ controllers: 1 })
    expect((await run(serving, 'scale', { controllers: 3 })).state).toBe('done')
    const old = follower(serving)
    expect((await run(serving, 'replace-controller', { oldNodeId: old.nodeId })).state).toBe('done')
    expect(voters(serving).map((v) => v.nodeId)).not.toContain(old.nodeId)
    expect((await run(serving, 'rolling-restart', { nodeIds: voters(serving).map((v) => v.nodeId) })).state).toBe(
      'done',
    )
  })
})
