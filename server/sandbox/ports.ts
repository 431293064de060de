/**
 * Ports for nodes and servers that are stopped and started. They lie below the range from which systems take ports for
 * outgoing connections (32768 on Linux, 49152 elsewhere), so that a stopped one finds its own port again.
 */
import { createServer } from 'node:net'
import { threadId } from 'node:worker_threads'

const FIRST_PORT = 20_000
const LAST_PORT = 31_999

async function isFree(host: string, port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ host, port }, () => probe.close(() => resolve(true)))
  })
}

/** Handed out by this program already, free or not at the moment. */
const reserved = new Set<number>()

/** Free ports of this machine; programs started at the same time begin to look at different places. */
export async function takePorts(host: string, count: number): Promise<number[]> {
  const span = LAST_PORT - FIRST_PORT + 1
  const start = (process.pid * 97 + threadId * 1_009) % span
  const ports: number[] = []
  for (let step = 0; step < span && ports.length < count; step += 1) {
    const port = FIRST_PORT + ((start + step) % span)
    if (reserved.has(port)) continue
    reserved.add(port)
    if (await isFree(host, port)) ports.push(port)
    else reserved.delete(port)
  }
  if (ports.length < count) throw new Error(`No ${count} free ports between ${FIRST_PORT} and ${LAST_PORT} on ${host}`)
  return ports
}

/** These where all of them are free, else any. */
export async function portsAsWished(host: string, wished: readonly number[]): Promise<number[]> {
  const free = await Promise.all(wished.map((port) => isFree(host, port)))
  return free.every(Boolean) ? [...wished] : await takePorts(host, wished.length)
}

export function releasePorts(ports: readonly number[]): void {
  for (const port of ports) reserved.delete(port)
}
