/**
 * Which rows are one person, where a proxy names them now in one spelling and now in another. Rows that were made while each
 * spelling was somebody of their own are kept: one of them goes on, and what holds for any of them holds for all.
 */
import { createHash } from 'node:crypto'
import type { KeptPerson } from '../storage/access/people.ts'

/** By which a proxy's user is found again, however it is spelled. */
export function proxyKey(user: string): string {
  return `proxy ${user.normalize('NFKC').toLowerCase()}`
}

/** The key while each spelling was somebody of their own. */
export function formerProxyKey(user: string): string {
  return `proxy ${user}`
}

/** The same wherever it is computed, so that two servers give the same person the same id. */
export function personId(source: KeptPerson['source'], key: string): string {
  return `${source}.${loginOf(key).slice(0, 24)}`
}

/** What is kept of a key. */
export function loginOf(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

export class Spellings {
  /** By the id that the person would be given now: ids of rows that were made under another one. */
  readonly #former = new Map<string, string[]>()
  /** The id of now, by a former one. */
  readonly #now = new Map<string, string>()

  constructor(people: Iterable<KeptPerson>) {
    for (const { id, source, login, name } of people) {
      const now = personId('proxy', proxyKey(name))
      // A name that was cut short is not what the proxy said: then the row is found by the spelling that it was made with.
      if (source !== 'proxy' || id === now || login !== loginOf(formerProxyKey(name))) continue
      this.#former.set(now, [...(this.#former.get(now) ?? []), id])
      this.#now.set(id, now)
    }
  }

  /** Ids of the rows that may be of this person, the one that goes on first. */
  of(id: string): string[] {
    const now = this.#now.get(id) ?? id
    return [now, ...(this.#former.get(now) ?? [])]
  }
}
