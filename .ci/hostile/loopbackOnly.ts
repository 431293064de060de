/**
 * Keeps a process on this machine. Hostile answers name hosts of their own invention, and the product asks whom it is
 * told of; here nothing but loopback is resolved or reached. Given to a child with `node --import`.
 */
import dns, { type LookupAddress, type LookupOptions, promises } from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'

export const LOOPBACK_ONLY_FILE = import.meta.filename

function isHere(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}

type Callback = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void

function unknown(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND', syscall: 'getaddrinfo' })
}

const here: LookupAddress = { address: '127.0.0.1', family: 4 }

// node:net resolves every name through dns.lookup, read from the module at each connection.
Object.assign(dns, {
  lookup(host: string, options: LookupOptions | Callback, callback?: Callback) {
    const done = typeof options === 'function' ? options : callback
    const all = typeof options === 'object' && options.all === true
    process.nextTick(() => {
      if (done === undefined) return
      if (!isHere(host)) done(unknown(host), '')
      else if (all) done(null, [here])
      else done(null, here.address, here.family)
    })
  },
})
Object.assign(promises, {
  lookup: (host: string) => (isHere(host) ? Promise.resolve(here) : Promise.reject(unknown(host))),
})
syncBuiltinESMExports()
