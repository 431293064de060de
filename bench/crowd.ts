/**
 * Many websocket clients in a process of their own, so that they do not share an event loop with the client that measures.
 * `node bench/main.ts crowd <host:port> <cluster> <count>`; on SIGTERM it tells what it saw and ends.
 */
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { type GuardedProcess, startGuarded } from './guardedProcess.ts'
import { type Spread, spread } from './percentiles.ts'
import { ROOT } from './product.ts'

/** Connections opened at the same time. */
const AT_ONCE = 50

export async function runCrowd(host: string, cluster: string, count: number): Promise<void> {
  /** From the answer of the quorum (the delta's `at`) to the receipt, of all clients, in ms. */
  const ages: number[] = []
  let messages = 0
  const join = async (): Promise<void> => {
    const socket = new WebSocket(`ws://${host}/ws`, { perMessageDeflate: false })
    socket.on('error', () => {})
    socket.on('close', () => process.exit(3))
    socket.on('message', (data) => {
      messages += 1
      const text = data.toString()
      if (!text.startsWith('{"type":"delta"')) return
      const at = Number(/"at":(\d+)/.exec(text)?.[1])
      if (ages.length < 5_000_000) ages.push(Date.now() - at)
    })
    await once(socket, 'open')
    socket.send(JSON.stringify({ type: 'subscribe', cluster }))
    await once(socket, 'message')
  }
  for (let joined = 0; joined < count; joined += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - joined) }, join))
  }
  process.on('SIGTERM', () => {
    process.stdout.write(`told ${JSON.stringify({ messages, ages: spread(ages) })}\n`, () => process.exit(0))
  })
  console.log(`joined ${count}`)
}

export interface Crowd {
  pid: number
  /** Ends it. */
  leave(): Promise<{ messages: number; ages: Spread }>
}

export async function startCrowd(host: string, cluster: string, count: number): Promise<Crowd> {
  const args = ['bench/main.ts', 'crowd', host, cluster, String(count)]
  const child: GuardedProcess = await startGuarded(process.execPath, args, ROOT)
  await child.printed(/joined \d+/, 240_000)
  return {
    pid: child.pid,
    async leave() {
      await child.end()
      const told = /told (.+)/.exec(child.output())?.[1]
      if (told === undefined) throw new Error(`the crowd broke up early: ${child.errors()}`)
      return JSON.parse(told) as { messages: number; ages: Spread }
    },
  }
}
