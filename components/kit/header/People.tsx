'use client'
/** Who is here: initials in the header, names and places in the words behind them. */
import type { WorkflowSummary } from '../../../server/contract/workflows.ts'
import type { LiveCluster } from '../../live/liveClusters.ts'
import { useActor } from '../../live/queries/useActor.ts'
import { initials, othersWords, whereWords } from '../words/peopleWords.ts'
import './people.css'

/** More are counted: a header is no list. */
const MOST = 5

export function People({
  state: { people, morePeople, watching },
  runs,
}: {
  readonly state: Pick<LiveCluster, 'people' | 'morePeople' | 'watching'>
  readonly runs: readonly WorkflowSummary[]
}) {
  const me = useActor()
  if (watching === null) return null
  const shown = people.slice(0, MOST)
  const others = othersWords(Math.max(watching, people.length + morePeople), shown.length)
  return (
    <span className="qd-people qd-header__extra">
      {shown.length > 0 && (
        <ul className="qd-people__list" aria-label="Here now">
          {shown.map((person) => {
            const drives = runs.find(({ driver }) => driver.id === person.id)?.title ?? null
            const words = whereWords(person, person.id === me?.id, drives)
            return (
              <li key={person.id} className="qd-people__one" data-drives={drives !== null || undefined} title={words}>
                <span aria-hidden="true">{initials(person.name)}</span>
                <span className="pf-v6-screen-reader">{words}</span>
              </li>
            )
          })}
        </ul>
      )}
      {others !== '' && <span className="qd-dim">{others}</span>}
    </span>
  )
}
