/**
 * Ports for nodes and servers that are stopped and started. They lie below the range from which systems take ports for
 * outgoing connections (32768 on Linux, 49152 elsewhere), and in blocks that one program owns at a time, so that a stopped
 * one finds its own port again.
 */
import { createServer, type Server } from 'node:net'
import { threadId } from 'node:worker_threads'

const FIRST_PORT = 20_000
const BLOCK = 32
const BLOCKS = 375
const LOOPBACK = '127.0.0.1'

/** @returns `null` where somebody else has the port; an address that this machine does not have is an error */
async function listen(host: string, port: number): Promise<Server | null> {
  return await new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(null) : reject(error),
    )
    server.listen({ host, port, exclusive: true }, () => resolve(server))
  })
}

async function isFree(host: string, port: number): Promise<boolean> {
  const probe = await listen(host, port)
  if (probe === null) return false
  await new Promise((resolve) => probe.close(resolve))
  return true
}

/** Of our blocks, and handed out to nobody at the moment. */
const idle = new Set<number>()
const ours = new Set<number>()
/** Programs that are started at the same time begin to look at different places. */
let next = (process.pid * 7 + threadId * 31) % BLOCKS

/** Whoever listens on the first port of a block owns the others, used or not, for as long as the program lives. */
async function ownAnotherBlock(): Promise<void> {
  for (let looked = 0; looked < BLOCKS; looked += 1) {
    const first = FIRST_PORT + next * BLOCK
    next = (next + 1) % BLOCKS
    const guard = await listen(LOOPBACK, first)
    if (guard === null) continue
    guard.unref()
    for (let port = first + 1; port < first + BLOCK; port += 1) {
      ours.add(port)
      idle.add(port)
    }
    return
  }
  throw new Error(`No block of ports is free between ${FIRST_PORT} and ${FIRST_PORT + BLOCKS * BLOCK} on ${LOOPBACK}`)
}

/** More of our own ports than this that somebody else uses: it is the address that is wrong. */
const MOST_BUSY = 4 * BLOCK

/** Free ports of this machine, kept for this program until they are released or it ends. */
export async function takePorts(host: string, count: number): Promise<number[]> {
  const taken: number[] = []
  const busy: number[] = []
  try {
    while (taken.length < count) {
      const [port] = idle
      if (port === undefined) {
        await ownAnotherBlock()
        continue
      }
      idle.delete(port)
      busy.push(port)
      if (await isFree(host, port)) taken.push(...busy.splice(-1))
      else if (busy.length > MOST_BUSY) throw new Error(`Of ${busy.length} ports on ${host} none is free`)
    }
    return taken
  } catch (error) {
    releasePorts(taken)
    throw error
  } finally {
    releasePorts(busy)
  }
}

/** These where all of them are free, else any. */
export async function portsAsWished(host: string, wished: readonly number[]): Promise<number[]> {
  const free = await Promise.all(wished.map((port) => isFree(host, port)))
  return free.every(Boolean) ? [...wished] : await takePorts(host, wished.length)
}

export function releasePorts(ports: readonly number[]): void {
  for (const port of ports) if (ours.has(port)) idle.add(port)
}
