/** Where Cruise Control of a cluster is: `--cruise-control URL`, or `cruiseControl` of a cluster in quorumdeck.yaml. */
import { readFile } from 'node:fs/promises'
import * as z from 'zod/mini'
import type { CruiseControlOptions } from '../../cruiseControl/client.ts'

/** webserver.api.urlprefix of Cruise Control, where nothing else is set there. */
const DEFAULT_PATH = '/kafkacruisecontrol'

export const CruiseControlInFile = z.strictObject({
  url: z.string(),
  /** `user:password` in one line. */
  credentialsFile: z.optional(z.string()),
})

/**
 * The address with the path of the API, without a slash at the end.
 * @throws Error with one sentence on what is wrong
 */
export function cruiseControlAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new Error(`${JSON.stringify(text)} is no address. Give a URL, for example http://localhost:9090.`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new Error('user and password do not belong into the address: give them in a file, as user:password.')
  }
  if (url.search !== '' || url.hash !== '') throw new Error('the address must end with a path, without ? and #.')
  const path = url.pathname.replace(/\/+$/, '')
  return `${url.origin}${path === '' ? DEFAULT_PATH : path}`
}

/** @throws Error with one sentence on what is wrong; it never holds what is in the file */
export async function cruiseControlOf(url: string, credentialsFile: string | undefined): Promise<CruiseControlOptions> {
  const address = cruiseControlAddress(url)
  if (credentialsFile === undefined) return { address, credentials: null }
  const text = await readFile(credentialsFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${credentialsFile} cannot be read (${error.code}).`)
  })
  const [, user, password] = /^([^:\s]+):(\S.*)$/.exec(text.trim()) ?? []
  if (user === undefined || password === undefined) {
    throw new Error(`${credentialsFile} holds no credentials. Write one line, user:password.`)
  }
  return { address, credentials: { user, password } }
}
