/** A node that is down keeps its port: no other program is given it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { releasePorts, takePorts } from './ports.ts'

const HOST = '127.0.0.1'
const SPAN = 12_000

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** Another program that has taken ports, and listens on none of them. */
async function otherProgram(count: number): Promise<number[]> {
  const ports = fileURLToPath(new URL('./ports.ts', import.meta.url))
  const code = `import { takePorts } from ${JSON.stringify(ports)}
    process.stdin.resume()
    console.log(JSON.stringify(await takePorts('${HOST}', ${count})))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['pipe', 'pipe', 'inherit'] })
  closing.push(() => child.kill('SIGKILL'))
  const [text] = (await once(child.stdout, 'data')) as [Buffer]
  return JSON.parse(text.toString())
}

test('ports that another program has taken are not handed out, although nothing listens there', async () => {
  const theirs = await otherProgram(3)
  const mine = await takePorts(HOST, 1)
  closing.push(() => releasePorts(mine))
  const ahead = (port: number) => (port - (mine[0] ?? 0) + SPAN) % SPAN
  // Until the search has gone past them.
  while (ahead(mine.at(-1) ?? 0) <= ahead(theirs[0] ?? 0)) mine.push(...(await takePorts(HOST, 31)))
  expect(theirs.filter((port) => mine.includes(port))).toEqual([])
})

test('released ports are handed out again, those in use are not', async () => {
  const [first = 0, second = 0] = await takePorts(HOST, 2)
  const server = createServer().listen(first, HOST)
  closing.push(() => server.close())
  await once(server, 'listening')
  releasePorts([first, second])
  const again: number[] = []
  while (!again.includes(second)) again.push(...(await takePorts(HOST, 1)))
  expect(again).not.toContain(first)
  expect(new Set(again).size).toBe(again.length)
})

test('an address that this machine does not have is an error, not a search without an end', async () => {
  await expect(takePorts('192.0.2.1', 1)).rejects.toThrow('EADDRNOTAVAIL')
})
