/**
 * Connections that keep to the address policy (addressPolicy.ts). The name is resolved, every address judged, and one that may be is
 * connected to, without asking the name again; what is connected in the end is looked at once more before a byte leaves.
 */
import { lookup } from 'node:dns/promises'
import { isIP, connect as open, type Socket } from 'node:net'
import { refusedAddress } from './addressPolicy.ts'
import { DeliveryFailure } from './message.ts'

export type Resolve = (host: string) => Promise<readonly { address: string; family: number }[]>

const systemResolve: Resolve = (host) => lookup(host, { all: true })

export interface Destination {
  host: string
  port: number
  allowPrivate: boolean
}

/** Addresses of this name that may be connected to, at least one. @throws DeliveryFailure */
export async function allowedAddresses(
  { host, allowPrivate }: Destination,
  resolve: Resolve = systemResolve,
): Promise<string[]> {
  const bare = host.replace(/^\[|\]$/g, '')
  const found =
    isIP(bare) === 0
      ? await resolve(bare).catch((error: NodeJS.ErrnoException) => {
          throw new DeliveryFailure('receiver', `The name ${bare} is not resolved (${error.code ?? error.message}).`)
        })
      : [{ address: bare }]
  const refusals = found.map(({ address }) => refusedAddress(address, allowPrivate))
  const allowed = found.flatMap(({ address }, at) => (refusals[at] === null ? [address] : []))
  if (allowed.length === 0) {
    throw new DeliveryFailure('receiver', refusals.find((why) => why !== null) ?? `The name ${bare} has no address.`)
  }
  return allowed
}

/** Connected and looked at; an error on it after that is the business of who asked for it. @throws DeliveryFailure */
export async function connectGuarded(
  destination: Destination,
  signal: AbortSignal,
  resolve: Resolve = systemResolve,
): Promise<Socket> {
  const { port, allowPrivate } = destination
  let last = 'nothing was tried'
  for (const address of await aborting(allowedAddresses(destination, resolve), signal)) {
    try {
      const socket = await connected(address, port, signal)
      const refused = refusedAddress(socket.remoteAddress ?? '', allowPrivate)
      if (refused === null) return socket
      socket.destroy()
      throw new DeliveryFailure('receiver', refused)
    } catch (error) {
      if (error instanceof DeliveryFailure) throw error
      last = signal.aborted ? 'no answer in time' : ((error as NodeJS.ErrnoException).code ?? String(error))
    }
  }
  throw new DeliveryFailure('receiver', `${destination.host}:${port} cannot be connected to (${last}).`)
}

/** A resolver cannot be stopped: it is not waited for. */
async function aborting<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = () => reject(new DeliveryFailure('receiver', 'The name was not resolved in time.'))
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', stop)
    promise.catch(() => {})
    work.catch(() => {})
  }
}

function connected(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const socket = open({ host, port })
  const stop = () => socket.destroy(new Error('no answer in time'))
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  socket.once('error', reject)
  socket.once('close', () => signal.removeEventListener('abort', stop))
  socket.once('connect', () => {
    socket.off('error', reject)
    // Whoever takes it listens for itself; between the two an error must not end the process.
    socket.on('error', () => {})
    resolve(socket)
  })
  return promise
}
