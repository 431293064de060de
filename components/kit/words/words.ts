/** Sentences with ages in them. An age is given as of the observation; whoever shows it adds the observation's own. */
import { formatAge } from '../../../server/contract/words/durations.ts'

export type Word = string | { readonly ageMs: number }
export type Words = readonly Word[]

/** As plain text, as of an observation of the given age. */
export function spoken(words: Words, observationAgeMs: number): string {
  return words.map((word) => (typeof word === 'string' ? word : formatAge(word.ageMs + observationAgeMs))).join('')
}

/** Sentences after one another, with a space between. */
export function sentences(...parts: readonly (Words | null)[]): Words {
  const all: Word[] = []
  for (const part of parts) {
    if (part === null || part.length === 0) continue
    if (all.length > 0) all.push(' ')
    for (const word of part) all.push(word)
  }
  return all
}
