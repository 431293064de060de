import { createServer } from 'node:net'

function isFree(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(null))
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address()
      const taken = typeof address === 'object' && address !== null ? address.port : null
      probe.close(() => resolve(taken))
    })
  })
}

/** `count` free TCP ports on loopback: the wished ones where they are all free, else any. */
export async function freePorts(count: number, wished?: number[]): Promise<number[]> {
  if (wished !== undefined && wished.length === count) {
    const free = await Promise.all(wished.map(isFree))
    if (free.every((port) => port !== null)) return wished
  }
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = await isFree(0)
    if (port !== null) ports.add(port)
  }
  return [...ports]
}
