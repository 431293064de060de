/** The commands of scripts, against a server and straight at a quorum. */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cli } from '../../cli/cli.ts'
import { CLIENT_FILE, clientText } from '../../cli/client/generate.ts'
import type { CommandName } from '../../cli/names.ts'
import type { Diagnostics } from '../../contract/diagnostics.ts'
import type { StopAnswer } from '../../contract/runs/stopAnswer.ts'
import type { Evidence } from '../../contract/workflows.ts'
import { openApiDocument } from '../../http/openapi.ts'
import { CLUSTER, type Serving, serve } from '../serving.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'main.ts')

let serving: Serving
beforeAll(async () => {
  serving = await serve(null, 100, { thresholds: { windowMs: 800, healthyMs: 500, soakMs: 800 } })
})
afterAll(() => serving?.close())

interface Said {
  code: number
  out: string
  err: string
}

async function say(name: CommandName, args: string[], server = serving.url): Promise<Said> {
  const out: string[] = []
  const err: string[] = []
  const code = await cli(name, ['--server', server, ...args], {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    env: {},
    readText: () => 'no-token',
    nowMs: Date.now,
    sleep: (ms) => sleep(ms),
    newId: randomUUID,
    direct: () => Promise.reject(new Error('not in this test')),
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

const follower = () => {
  const row = serving.watching.observer.view?.replicas.find(({ status }) => status === 'follower')
  if (row?.directoryId == null) throw new Error('no follower')
  return { id: row.nodeId, directoryId: row.directoryId }
}

describe('against a server', () => {
  test('status and check say how the quorum is', async () => {
    const { code, out } = await say('status', ['--cluster', CLUSTER])
    expect(code).toBe(0)
    expect(out).toMatch(/3 of 3 voters healthy, majority 2, margin 1/)
    expect(JSON.parse((await say('status', ['--cluster', CLUSTER, '--json'])).out)).toMatchObject({ cluster: CLUSTER })
    const checked = await say('check', [])
    expect(checked.out).toMatch(/^QUORUM (OK|WARNING) - .*margin 1/)
  })

  test('may-stop and may-restart answer with the gates, and no once another voter is dead', async () => {
    const { id } = follower()
    const other = serving.watching.observer.view?.replicas.find((r) => r.status === 'follower' && r.nodeId !== id)
    expect(await say('may-stop', [String(id), '--wait', '30'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^yes: /),
    })
    expect((await say('may-restart', [String(id), '--wait', '30'])).code).toBe(0)
    await serving.quorum.port.act({ action: 'kill', nodeId: other?.nodeId ?? -1 })
    const refused = await say('may-stop', [String(id), '--json'])
    expect(refused.code).toBe(1)
    const answer = JSON.parse(refused.out) as StopAnswer
    expect(answer.gates.filter(({ ok }) => !ok).map(({ code }) => code)).toContain('voters-heard')
    await serving.quorum.port.act({ action: 'start', nodeId: other?.nodeId ?? -1 })
    expect((await say('may-stop', [String(id), '--wait', '60'])).code).toBe(0)
  })

  test('plan shows the steps and does nothing; declared voters lead to changes', async () => {
    const { id, directoryId } = follower()
    const planned = await say('plan', ['remove-controller', '--node', String(id), '--directory', directoryId])
    expect(planned).toMatchObject({ code: 0, out: expect.stringContaining(`Remove controller ${id}`) })
    expect(await say('plan', ['--voters', '0,1,2'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('nothing to do'),
    })
    const declared = await say('plan', ['--voters', [0, 1, 2].filter((one) => one !== id).join(), '--json'])
    expect(JSON.parse(declared.out)).toMatchObject({ changes: [{ kind: 'remove-controller', params: { nodeId: id } }] })
    expect(serving.workflows.active(CLUSTER)).toEqual([])
  })

  test('run follows a change to its end, says what a person must state, and leaves its evidence', async () => {
    const { id, directoryId } = follower()
    const args = ['remove-controller', '--node', String(id), '--directory', directoryId, '--reason', 'a test', '--wait']
    const waits = await say('run', [...args, '--timeout', '8', '--sandbox'])
    expect(waits.code).toBe(4)
    const [, statement = ''] = /--confirm ("(?:[^"\\]|\\.)*")/.exec(waits.err) ?? []
    const [active] = serving.workflows.active(CLUSTER)
    const run = active?.id ?? ''
    const said = JSON.parse(statement) as string
    const done = await say('run', ['--resume', run, '--wait', '--sandbox', '--confirm', said, '--reason', 'a test'])
    expect(done).toMatchObject({ code: 0, out: expect.stringMatching(/^done: /) })
    const kept = JSON.parse((await say('evidence', [run])).out) as Evidence
    expect(kept.entries.map(({ type }) => type)).toContain('intended')
  })

  test('diagnostics hold what helps from afar', async () => {
    const { code, out } = await say('diagnostics', [])
    expect(code).toBe(0)
    const found = JSON.parse(out) as Diagnostics
    expect(found.clusters.map(({ summary }) => summary.cluster)).toEqual([CLUSTER])
    expect(found.metrics).toContain('quorumdeck_event_loop_delay_max_seconds')
  })

  test.each<[CommandName, string[], number, RegExp]>([
    ['may-stop', [], 2, /one node/],
    ['may-stop', ['two'], 2, /whole number/],
    ['may-stop', ['77'], 1, /no node 77/],
    ['plan', ['explode'], 2, /Name a kind/],
    ['plan', ['replace-disk'], 2, /--node/],
    ['run', ['scale', '--controllers', '99'], 2, /scale/],
    ['evidence', ['nothing'], 1, /no workflow/],
    ['status', ['--cluster', 'x'], 2, /none called/],
    ['status', ['--colour'], 2, /--colour/],
    ['check', ['--margin-warning', 'much'], 3, /whole number/],
  ])('%s %j ends with %i and words', async (name, args, code, words) => {
    const said = await say(name, args)
    expect(said.code, said.err).toBe(code)
    expect(said.err).toMatch(words)
  })

  test('a server that does not answer, or is none of ours, is a 3', async () => {
    expect(await say('status', [], 'http://127.0.0.1:1')).toMatchObject({
      code: 3,
      err: expect.stringContaining('does not answer'),
    })
    expect((await say('check', [], 'http://127.0.0.1:1')).code).toBe(3)
  })
})

test('straight at a quorum, without a server, from the program itself', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'quorumdeck-cli-'))
  const program = async (...args: string[]) => {
    const at = ['--bootstrap-controller', serving.quorum.bootstrapControllers.join(',')]
    const asked = promisify(execFile)(process.execPath, [MAIN, ...args, ...at])
    return await asked.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (failed: { code: number; stdout: string; stderr: string }) => failed,
    )
  }
  try {
    expect(await program('status')).toMatchObject({ code: 0, stdout: expect.stringContaining('voters healthy') })
    expect(await program('run', 'rolling-restart', '--wait')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--data-dir'),
    })
    expect((await program('check')).stdout).toMatch(/^QUORUM /)
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})

test('the client is the one that the API as it is generates', async () => {
  const { readFileSync } = await import('node:fs')
  expect(readFileSync(CLIENT_FILE, 'utf8'), 'npm run client makes it anew').toBe(await clientText(openApiDocument()))
})
