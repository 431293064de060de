import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { KafkaNode } from './node.ts'
import { RegistrationLog } from './registration.ts'

const ASKED =
  '[2026-11-28] INFO [ControllerRegistrationManager id=0] sendControllerRegistration: attempting to send X (k.s.C)'
const TIMED_OUT =
  '[2026-11-28] ERROR [ControllerRegistrationManager id=0] RegistrationResponseHandler: channel manager timed out before sending the request. (k.s.C)'
const WAITS =
  '[2026-11-28] INFO [ControllerRegistrationManager id=0] maybeSendControllerRegistration: waiting for the previous RPC to complete. (k.s.C)'
const to = (state: string) =>
  `[2026-11-28] INFO [RaftManager id=0] Completed transition to ${state}(epoch=1) from Y (o.a.k)`

function needsRestart(...lines: string[]): boolean {
  const log = new RegistrationLog()
  for (const line of lines) log.read(line)
  return log.needsRestart
}

describe('a controller that never registers is known by its log', () => {
  test.each<[what: string, lines: string[], needed: boolean]>([
    ['it waits for a request that timed out', [to('FollowerState'), ASKED, TIMED_OUT, WAITS], true],
    ['the leader came after that', [ASKED, TIMED_OUT, WAITS, to('FollowerState')], true],
    ['it leads itself', [ASKED, TIMED_OUT, WAITS, to('CandidateState'), to('Leader')], true],
    ['nobody leads yet', [ASKED, TIMED_OUT, WAITS, to('UnattachedState')], false],
    ['the leader is lost', [to('FollowerState'), ASKED, TIMED_OUT, WAITS, to('ProspectiveState')], false],
    ['its request is under way', [to('FollowerState'), ASKED, WAITS], false],
    ['a Kafka that asks again', [to('FollowerState'), ASKED, TIMED_OUT, ASKED, WAITS], false],
  ])('%s', (_what, lines, needed) => {
    expect(needsRestart(...lines)).toBe(needed)
  })
})

describe('the process of such a controller', () => {
  let folder: string
  const path = process.env.PATH
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorumdeck-registration-'))
  })
  afterEach(() => {
    process.env.PATH = path
    rmSync(folder, { recursive: true })
  })

  /** Said first, it makes the process one that does not end on SIGTERM. */
  const NO_TERM = 'no SIGTERM'

  /** A node whose `java` says these lines and then runs until it is ended. */
  function nodeThatSays(...lines: string[]): KafkaNode {
    const starts = join(folder, 'starts')
    const said = lines.map((line) => (line === NO_TERM ? `trap '' TERM` : `echo '${line}'`)).join('\n')
    // The second process is another one: it registers.
    const java = `#!/bin/sh\nif [ ! -e ${starts} ]; then echo >${starts}\n${said}\nelse echo again >>${starts}; fi\nexec sleep 60\n`
    writeFileSync(join(folder, 'java'), java)
    chmodSync(join(folder, 'java'), 0o755)
    process.env.PATH = `${folder}${delimiter}${path}`
    const spec = { nodeId: 0, roles: ['controller' as const], controllerPort: 1, brokerPort: null, folder }
    const node = new KafkaNode({ version: '4.1.2', classPath: '' }, spec, '')
    mkdirSync(node.logDirectory, { recursive: true })
    writeFileSync(join(node.logDirectory, 'meta.properties'), 'directory.id=x\n')
    return node
  }
  const starts = () =>
    existsSync(join(folder, 'starts')) ? readFileSync(join(folder, 'starts'), 'utf8').split('\n').length - 1 : 0

  test('is started once more', async () => {
    const node = nodeThatSays(to('FollowerState'), ASKED, TIMED_OUT, WAITS)
    await node.start()
    await vi.waitFor(() => expect(starts()).toBe(2), { timeout: 30_000 })
    expect(node.running).toBe(true)
    await node.end('SIGKILL')
    expect(node.running).toBe(false)
  })

  test('stays ended where somebody ends it meanwhile', async () => {
    const kill = vi.spyOn(process, 'kill')
    try {
      const node = nodeThatSays(NO_TERM, ASKED, TIMED_OUT, WAITS, to('FollowerState'))
      await node.start()
      await vi.waitFor(() => expect(kill).toHaveBeenCalledWith(expect.anything(), 'SIGTERM'), { timeout: 30_000 })
      await node.end('SIGKILL')
      expect(node.running).toBe(false)
      // Long enough for a start that must not come; a busy machine can only hide one.
      await delay(500)
      expect([node.running, starts()]).toEqual([false, 1])
    } finally {
      kill.mockRestore()
    }
  })
})
