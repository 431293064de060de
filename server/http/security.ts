/** What every request must be, and what every answer carries. Pure. */
import type { IncomingHttpHeaders } from 'node:http'

const ALWAYS_ALLOWED = ['localhost', '127.0.0.1', '[::1]']

/** The name in a Host header, without the port, in lower case. */
function hostName(header: string): string {
  return (/^(\[[0-9a-fA-F:.]+\]|[^:]+)(?::\d{1,5})?$/.exec(header)?.[1] ?? '').toLowerCase()
}

export class HostAllowlist {
  readonly #names: Set<string>

  constructor(names: readonly string[]) {
    this.#names = new Set([...ALWAYS_ALLOWED, ...names.map((n) => n.toLowerCase())])
  }

  /** Against DNS rebinding: a page of another name that resolves to us must not be served. */
  allows(host: string | undefined): boolean {
    return host !== undefined && this.#names.has(hostName(host))
  }
}

/** Encoded slashes and backslashes, once or more often; and Next's image optimizer, which fetches what it is given. */
const CONFUSING = /\\|%(?:25)*(?:2f|5c)|^\/_next\/image(?:\/|$)/i

/**
 * Whether every reader of this path reads the same: rules on paths are worthless where another reader resolves dots or
 * slashes that they did not see. @param path as it stands in the request, without the query
 */
export function isPlainPath(path: string): boolean {
  if (!path.startsWith('/') || path.startsWith('//') || CONFUSING.test(path)) return false
  return path.split('/').every((segment) => {
    let text = segment
    // Whoever decodes twice finds what was encoded twice.
    for (let round = 0; round < 3; round += 1) {
      if (text === '.' || text === '..') return false
      try {
        text = decodeURIComponent(text)
      } catch {
        return round > 0
      }
    }
    return text !== '.' && text !== '..'
  })
}

/**
 * Whether a request that changes something, or opens a websocket, comes from a page of ours. Browsers always send Origin
 * (or Sec-Fetch-Site) with such requests; scripts send neither and carry no cookie of a browser.
 */
export function sameOrigin(headers: IncomingHttpHeaders): boolean {
  const { origin, host } = headers
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  if (origin === undefined) return true
  try {
    return new URL(origin).host === host
  } catch {
    return false
  }
}

/** `style-src-attr`: PatternFly renders style attributes on the server. In development Next needs eval. */
export function contentSecurityPolicy(nonce: string, dev: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
    `style-src-elem 'self'${dev ? " 'unsafe-inline'" : ''}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

export function securityHeaders(tls: boolean): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    ...(tls ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
}
