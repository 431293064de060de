/**
 * What a receiver may be at. The address of a receiver is written by whoever writes the configuration, its name is resolved by
 * whoever runs the DNS: neither must make Quorumdeck speak to the metadata service of a cloud, or to what listens inside a
 * network where the configuration does not say so.
 */
import { BlockList, isIP } from 'node:net'

/** `never`: whatever the configuration says. `private`: loopback and private networks, where the configuration allows them. */
export type Reachability = 'public' | 'private' | 'never'

function ranges(...list: readonly string[]): BlockList {
  const block = new BlockList()
  for (const range of list) {
    const [network = '', prefix = ''] = range.split('/')
    block.addSubnet(network, Number(prefix), network.includes(':') ? 'ipv6' : 'ipv4')
  }
  return block
}

/**
 * This network, link-local (with 169.254.169.254 of AWS, Azure, Google and others), multicast and reserved; the metadata services of AWS by
 * IPv6, of Alibaba, and Azure's wire server.
 */
const NEVER = ranges(
  '0.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '::/128',
  'fe80::/10',
  'ff00::/8',
  'fd00:ec2::254/128',
)
/** RFC 1918, RFC 6598, loopback, benchmarks (RFC 2544), unique local IPv6, site-local. */
const PRIVATE = ranges(
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '198.18.0.0/15',
  '192.0.0.0/24',
  '::1/128',
  'fc00::/7',
  'fec0::/10',
)
/** An IPv4 address in another coat: mapped, compatible, NAT64, 6to4, Teredo. They lead where it leads, or nobody can say where. */
const COATS = ranges('::/96', '::ffff:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '2001::/32')

const within = (block: BlockList, address: string): boolean =>
  block.check(address, address.includes(':') ? 'ipv6' : 'ipv4')

/** The IPv4 address of `::ffff:a.b.c.d`, in either notation; `null` where it is none. */
function mappedIpv4(address: string): string | null {
  const dotted = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (dotted !== undefined) return dotted
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address) ?? []
  if (high === undefined || low === undefined) return null
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
  return [a >> 8, a & 255, b >> 8, b & 255].join('.')
}

/** What is no address can be reached never. */
export function reachabilityOf(text: string): Reachability {
  const address = text.replace(/%.*$/, '')
  if (isIP(address) === 0) return 'never'
  const mapped = mappedIpv4(address)
  if (mapped !== null) return reachabilityOf(mapped)
  if (within(NEVER, address)) return 'never'
  if (within(PRIVATE, address)) return 'private'
  return address.includes(':') && within(COATS, address) ? 'never' : 'public'
}

/** Why this address is not connected to, in words; `null`: it may be. */
export function refusedAddress(address: string, allowPrivate: boolean): string | null {
  const reachability = reachabilityOf(address)
  switch (reachability) {
    case 'public':
      return null
    case 'private':
      return allowPrivate
        ? null
        : `${address} is an address of this machine or of a private network. If the receiver is meant to be there, set allowPrivate: true.`
    case 'never':
      return `${address} is link-local, a metadata service or reserved: nothing is ever sent there.`
    default:
      return reachability satisfies never
  }
}
