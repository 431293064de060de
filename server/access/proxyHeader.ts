/** Whom a reverse proxy has named: only where the connection itself comes from an address that is trusted, and only where it is said once. */
import { BlockList, isIP } from 'node:net'
import { type ClaimRule, mapClaims } from './claims.ts'
import type { Named } from './people.ts'
import { formerProxyKey, proxyKey } from './spellings.ts'

export interface ProxyOptions {
  /** In lower case. */
  userHeader: string
  groupsHeader: string | null
  /** Addresses and networks, `10.0.0.5` or `10.1.0.0/16`. */
  addresses: string[]
  rules: ClaimRule[]
}

const LONGEST_USER = 256
const LONGEST_GROUPS = 8192

/** What of a request this looks at. */
export interface Asking {
  /** As they came: name, value, name, value. */
  rawHeaders: readonly string[]
  /** The far end of the connection, whatever a header says. */
  peer: string | undefined
}

export function trustedPeers(addresses: readonly string[]): (peer: string | undefined) => boolean {
  const list = new BlockList()
  for (const one of addresses) {
    const [network = '', prefix] = one.split('/')
    const family = network.includes(':') ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(network, family)
    else list.addSubnet(network, Number(prefix), family)
  }
  return (peer) => {
    const address = peer?.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '') ?? ''
    return isIP(address) !== 0 && list.check(address, address.includes(':') ? 'ipv6' : 'ipv4')
  }
}

/** The one value of a header; `null` where it is not there. `undefined`: it is there more than once, or is no plain text. */
function onlyValue(rawHeaders: readonly string[], name: string, longest: number): string | null | undefined {
  const values = rawHeaders.filter((_text, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name)
  if (values.length === 0) return null
  const [value = ''] = values
  return values.length > 1 || value.trim() === '' || value.length > longest || /\p{Cc}/u.test(value)
    ? undefined
    : value.trim()
}

export class ProxyHeader {
  readonly #options: ProxyOptions
  readonly #trusts: (peer: string | undefined) => boolean

  constructor(options: ProxyOptions) {
    this.#options = options
    this.#trusts = trustedPeers(options.addresses)
  }

  /** `null`: nobody is named, or not by whom we trust. */
  named({ rawHeaders, peer }: Asking): Named | null {
    const { userHeader, groupsHeader, rules } = this.#options
    if (!this.#trusts(peer)) return null
    const user = onlyValue(rawHeaders, userHeader, LONGEST_USER)
    const groups = groupsHeader === null ? null : onlyValue(rawHeaders, groupsHeader, LONGEST_GROUPS)
    if (user == null || groups === undefined) return null
    const claims = {
      user,
      groups: (groups ?? '')
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== ''),
    }
    const keys = { key: proxyKey(user), formerKey: formerProxyKey(user) }
    return { source: 'proxy', ...keys, name: user, ...mapClaims(claims, rules) }
  }
}
