/** For tests: one host name with several tools on it. Paths of the product are passed on as they come; the rest is another tool's. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

export interface SharedHost {
  readonly url: string
  /** Ends the websockets that go through it, as a proxy does that is started anew. @returns how many there were */
  cut(): number
  close(): Promise<void>
}

const OTHER_TOOL = 'Another tool'

export async function shareHost(port: number, basePath: string): Promise<SharedHost> {
  const websockets = new Set<Duplex>()
  const isOurs = (url = '/') => url === basePath || url.startsWith(`${basePath}/`) || url.startsWith(`${basePath}?`)
  const onward = ({ method, url, headers }: IncomingMessage) =>
    request({ host: '127.0.0.1', port, method, path: url, headers, agent: false })
  const server = createServer((asked, answer) => {
    if (!isOurs(asked.url)) {
      answer.end(OTHER_TOOL)
      return
    }
    const upstream = onward(asked)
    upstream.on('error', () => answer.destroy())
    upstream.on('response', (got) => {
      answer.writeHead(got.statusCode ?? 502, got.rawHeaders)
      got.pipe(answer)
    })
    answer.on('close', () => upstream.destroy())
    asked.pipe(upstream)
  })
  server.on('upgrade', (asked, browser: Duplex, head) => {
    if (!isOurs(asked.url)) {
      browser.destroy()
      return
    }
    const upstream = onward(asked)
    browser.on('error', () => upstream.destroy())
    upstream.on('error', () => browser.destroy())
    upstream.on('response', () => browser.destroy())
    upstream.on('upgrade', (got, product, first) => {
      const lines = got.rawHeaders.flatMap((name, at, all) => (at % 2 === 0 ? [`${name}: ${all[at + 1]}`] : []))
      browser.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
      // What the product says at once may have come with its answer.
      browser.write(first)
      websockets.add(browser)
      browser.on('close', () => {
        websockets.delete(browser)
        product.destroy()
      })
      product.on('error', () => browser.destroy())
      product.on('close', () => browser.destroy())
      product.write(head)
      product.pipe(browser).pipe(product)
    })
    upstream.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    cut: () => {
      const { size } = websockets
      for (const one of websockets) one.destroy()
      return size
    },
    close: async () => {
      server.closeAllConnections()
      for (const one of websockets) one.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
