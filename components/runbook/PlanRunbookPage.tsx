'use client'
/** A change that has not begun, to print. Its address says which one, like that of the page where it is begun. */
import { useSearchParams } from 'next/navigation'
import { startPath, wizardsPath } from '../workflows/links/wizards.ts'
import { PlanRunbook } from '../workflows/start/PlanRunbook.tsx'
import { readStartLink, wantedOf } from '../workflows/start/startTargets.ts'
import { RunbookScreen } from './RunbookScreen.tsx'

export function PlanRunbookPage({ cluster }: { readonly cluster: string }) {
  const { kind, target } = readStartLink(new URLSearchParams(useSearchParams()))
  const wanted = kind === null ? null : wantedOf(kind, target)
  return (
    <RunbookScreen
      of={wanted === null ? null : { kind: 'plan', cluster, wanted }}
      back={
        kind === null
          ? { href: wizardsPath(cluster), text: 'The wizards' }
          : { href: startPath(cluster, kind, target), text: 'The plan' }
      }
      download={wanted === null ? null : <PlanRunbook cluster={cluster} wanted={wanted} />}
    />
  )
}
