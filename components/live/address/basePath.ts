/**
 * The path below which the product is served, as `/quorumdeck`; empty: below none. Next knows nothing of it. The server puts it into
 * its environment when it opens the pages, and the document has it for the browser.
 */
export const BASE_PATH =
  typeof document === 'undefined'
    ? (process.env.QUORUMDECK_BASE_PATH ?? '')
    : (document.documentElement.dataset.basePath ?? '')

/** A path of ours as a browser asks for it. */
export function atBase(path: string): string {
  return BASE_PATH + path
}

/** The path of the page that is open, as our own code names it. */
export function openPath(): string {
  return location.pathname.slice(BASE_PATH.length) || '/'
}

/** Of cookies: they are of this product alone, whatever else the host name serves. */
export const COOKIE_PATH = BASE_PATH || '/'
