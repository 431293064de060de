/** In which zone times of day are shown: that of this browser, or UTC, in which the logs of most servers are written. */
import { COOKIE_PATH } from '../../live/address/basePath.ts'

export type Zone = 'local' | 'UTC'

const COOKIE = 'quorumdeck-times'
const YEAR_S = 365 * 24 * 3600

function chosen(): Zone {
  return typeof document !== 'undefined' && /(?:^|; )quorumdeck-times=UTC/.test(document.cookie) ? 'UTC' : 'local'
}

let zone: Zone | null = null

export function shownZone(): Zone {
  zone ??= chosen()
  return zone
}

/** Kept by this browser. Everything that is shown already shows the old one until it is drawn again. */
export function chooseZone(next: Zone): void {
  zone = next
  if (typeof document === 'undefined') return
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
  document.cookie = `${COOKIE}=${next}; path=${COOKIE_PATH}; max-age=${YEAR_S}; samesite=lax`
}

/** A format of times that follows the zone that is shown. */
export function zoned(options: Intl.DateTimeFormatOptions): (at: Date) => string {
  const local = new Intl.DateTimeFormat('en-GB', options)
  const utc = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' })
  return (at) => (shownZone() === 'UTC' ? utc : local).format(at)
}
