/** A recovery in words. Pure. */
import type { Recovery } from '../../../server/contract/disk/recovery.ts'
import { listed } from '../../../server/contract/words/lists.ts'
import type { TagTone } from '../../kit/Tag.tsx'
import { plural } from '../../kit/words/format.ts'

export function lossHeadline({ loss: { atMost, atLeast, ifDownSince } }: Recovery): {
  readonly tone: 'success' | 'warning' | 'danger'
  readonly text: string
} {
  if (atMost !== null && ifDownSince.length > 0) {
    const figure = atMost === 0 ? 'No committed record is' : `At most ${plural(atMost, 'committed record')} may be`
    return {
      tone: 'warning',
      text: `${figure} lost, if controller ${listed(ifDownSince)} has not run since it fell silent`,
    }
  }
  if (atMost === 0) return { tone: 'success', text: 'No committed record is lost' }
  if (atMost !== null) return { tone: 'warning', text: `At most ${plural(atMost, 'committed record')} may be lost` }
  return {
    tone: 'danger',
    text:
      atLeast === 0
        ? 'Nobody can know how many committed records are lost'
        : `At least ${plural(atLeast, 'committed record')} ${atLeast === 1 ? 'is' : 'are'} lost, and nobody knows how many more`,
  }
}

export function votersWords(voters: readonly { nodeId: number; directoryId: string | null }[]): string {
  return voters.length === 0
    ? 'none'
    : listed(
        voters.map(
          ({ nodeId, directoryId }) => `${nodeId}${directoryId === null ? '' : ` (${directoryId.slice(0, 8)}…)`}`,
        ),
      )
}

export function seedWords({ seed, source, way }: Recovery): string {
  const where = `controller ${seed.nodeId} on ${seed.host}`
  if (way === 'addresses') return `all of them; the record is written on the disk of ${where}`
  if (source === null) return `${where}, by its own copy`
  return `${where}, a new disk with the copy of ${source.nodeId === null ? source.host : `node ${source.nodeId}`}`
}

/** What becomes of a copy. */
export function copyWords(
  copy: Recovery['copies'][number],
  { seed, source, way }: Recovery,
): { readonly text: string; readonly tone: TagTone } {
  const isSource = source !== null && copy.nodeId === source.nodeId && copy.host === source.host
  if (isSource) return { text: 'copied: it reaches furthest', tone: 'ok' }
  if (source === null && copy.nodeId === seed.nodeId && copy.directoryId === seed.directoryId)
    return { text: way === 'addresses' ? 'written to: it reaches furthest' : 'chosen: it reaches furthest', tone: 'ok' }
  if (copy.goesItsOwnWay) return { text: 'holds other records: begins anew', tone: 'caution' }
  return { text: copy.votes ? 'follows, and is added again' : 'follows as it is', tone: 'plain' }
}
