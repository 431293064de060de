/** What is refused because of who holds the lease of a cluster. */
import { Refusal } from '../../contract/errors.ts'

export function noHolder(cluster: string): Refusal {
  return new Refusal(
    503,
    'no-holder',
    `No Quorumdeck watches ${cluster} at this moment: the one that did has ended, and another takes over. Nothing was changed.`,
    'Try again in a few seconds. The quorum itself goes on without us.',
  )
}

export function outcomeUnknown(cluster: string): Refusal {
  return new Refusal(
    504,
    'outcome-unknown',
    `The Quorumdeck that watches ${cluster} took this request and ended before it answered: it may have been carried out, or not.`,
    'Look at the run: it shows what was done. Sending the same request with the same command id is safe, it is never carried out twice.',
  )
}
