'use client'
/** An age that ticks: as of the observation, plus the observation's own age, plus the time since that was received. */
import { formatAge } from '../../server/contract/words/durations.ts'
import { useObservationAge } from '../live/useLiveCluster.ts'
import type { Words } from './words/words.ts'

export function Age({ cluster, ms }: { cluster: string; ms: number }) {
  return useObservationAge(cluster, (ageMs) => formatAge(ms + (ageMs ?? 0)))
}

export function Sentence({ cluster, words }: { cluster: string; words: Words }) {
  return words.map((word, index) =>
    typeof word === 'string' ? (
      word
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the words of a sentence have no other name than their place
      <span key={index} className="qd-num">
        <Age cluster={cluster} ms={word.ageMs} />
      </span>
    ),
  )
}
