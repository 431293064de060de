/**
 * Expected texts: in braces stands what differs from cluster to cluster. `{key spare}` is ReplicaKey as the release prints
 * it, `{keys leader, follower1}` a list of them in any order (Kafka's is that of a hash set), `{id …}`, `{directory …}` and `{port …}` one part,
 * `{cluster}` the cluster id, `{n}` any number.
 */

import { parseReplica } from './parseScript.ts'
import type { Participants, ReplicaKey } from './participants.ts'
import { isFor } from './script.ts'

export interface Words {
  readonly participants: Participants
  readonly release: string
  readonly clusterId: string
}

/** Kafka 3.9 prints the Optional that holds a directory id. */
function printed({ id, directoryId }: ReplicaKey, release: string): string {
  const bare = isFor({ from: '4.0', to: null }, release)
  const directory = bare
    ? (directoryId ?? '<undefined>')
    : directoryId === null
      ? 'Optional.empty'
      : `Optional[${directoryId}]`
  return `ReplicaKey(id=${id}, directoryId=${directory})`
}

function filled(what: string, { participants, release, clusterId }: Words): string {
  const [kind = '', ...rest] = what.split(' ')
  const who = rest.join(' ')
  switch (kind) {
    case 'cluster':
      return clusterId
    case 'key':
      return printed(participants.key(parseReplica(who)), release)
    case 'keys': {
      const keys = who.split(',').map((name) => participants.key(parseReplica(name.trim())))
      return `[${keys
        .map((key) => printed(key, release))
        .sort()
        .join(', ')}]`
    }
    case 'id':
      return String(participants.id(parseReplica(who).name))
    case 'directory':
      return participants.key(parseReplica(who)).directoryId ?? ''
    case 'port':
      return String(participants.address(parseReplica(who).name).port)
    default:
      throw new Error(`{${what}} stands for nothing`)
  }
}

/** With everything filled in but `{n}`. */
export function expectedText(template: string, words: Words): string {
  return template.replaceAll(/\{([^{}]+)\}/g, (whole, what: string) => (what === 'n' ? whole : filled(what, words)))
}

export function fitsText(template: string | null, actual: string | null, words: Words): boolean {
  if (template === null || actual === null) return template === actual
  const pattern = expectedText(template, words)
    .split('{n}')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('-?\\d+')
  return new RegExp(`^${pattern}$`).test(withSortedKeys(actual))
}

/** Lists of voters in an answer, in the order of their texts. */
function withSortedKeys(text: string): string {
  return text.replaceAll(/\[(ReplicaKey\([^)]*\)(?:, ReplicaKey\([^)]*\))*)\]/g, (_whole, list: string) => {
    const keys = list.match(/ReplicaKey\([^)]*\)/g) ?? []
    return `[${keys.sort().join(', ')}]`
  })
}
