import { isIP } from 'node:net'

/**
 * The address in an entry of X-Forwarded-For, without the port that some gateways add, which is another one for each
 * connection; `null` where it is none. Pure.
 */
export function plainAddress(entry: string): string | null {
  const text = entry.trim()
  const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text)?.[1]
  const address = bracketed ?? (isIP(text) === 0 ? text.replace(/:\d{1,5}$/, '') : text)
  return isIP(address) === 0 ? null : address
}
