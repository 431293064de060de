/** Memory of a product process after a full collection, asked through Node's inspector on loopback. */
import { once } from 'node:events'
import { WebSocket } from 'ws'

export interface MemoryFigures {
  /** Resident set, in bytes. */
  rss: number
  /** JavaScript heap in use, in bytes. */
  heapUsed: number
  /** Buffers outside of the heap, in bytes. */
  arrayBuffers: number
}

/** Given to node, so that `memoryAfterCollection` can ask. */
export const INSPECTABLE = '--inspect=127.0.0.1:0'

/** @param errors what the process wrote to standard error: the inspector's address is in it */
export async function memoryAfterCollection(errors: string): Promise<MemoryFigures> {
  const address = /ws:\/\/127\.0\.0\.1:\d+\/[\w-]+/.exec(errors)?.[0]
  if (address === undefined) throw new Error('the process named no inspector address')
  const socket = new WebSocket(address)
  let id = 0
  const ask = async (method: string, params: object = {}): Promise<{ result?: { value?: string } }> => {
    id += 1
    const wanted = id
    socket.send(JSON.stringify({ id, method, params }))
    for (;;) {
      const [data] = (await once(socket, 'message')) as [Buffer]
      const message = JSON.parse(data.toString()) as { id?: number; result?: { result?: { value?: string } } }
      if (message.id === wanted) return message.result ?? {}
    }
  }
  await once(socket, 'open')
  try {
    await ask('HeapProfiler.collectGarbage')
    await ask('HeapProfiler.collectGarbage')
    const { result } = await ask('Runtime.evaluate', { expression: 'JSON.stringify(process.memoryUsage())' })
    return JSON.parse(result?.value ?? '{}') as MemoryFigures
  } finally {
    socket.close()
  }
}
