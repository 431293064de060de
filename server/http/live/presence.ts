/** Who is here, of all who watch a cluster: one line a person, bounded, whoever drives first. Pure. */
import { MAX_PEOPLE, type Person } from '../../contract/room/presence.ts'
import type { Client } from './client.ts'

export function* hereOf(clients: Iterable<Client>, cluster: string): Iterable<Person> {
  for (const { here } of clients) {
    const person = here.get(cluster)
    if (person !== undefined) yield person
  }
}

/** A person with several pages open is where they went last. */
export function presenceOf(all: Iterable<Person>, drivers: ReadonlySet<string>): { people: Person[]; more: number } {
  const byId = new Map<string, Person>()
  for (const person of all) {
    const known = byId.get(person.id)
    if (known === undefined || known.sinceMs <= person.sinceMs) byId.set(person.id, person)
  }
  const people: Person[] = []
  for (const person of byId.values()) if (drivers.has(person.id) && people.length < MAX_PEOPLE) people.push(person)
  // In the order in which they came: whoever was shown stays shown.
  for (const person of byId.values()) {
    if (people.length >= MAX_PEOPLE) break
    if (!drivers.has(person.id)) people.push(person)
  }
  return { people, more: byId.size - people.length }
}
