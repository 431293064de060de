'use client'
/** What to do where no wizard helps, to print. */
import { OffPathName } from '../../server/contract/workflows.ts'
import { offPathUrl } from '../live/queries/workflowApi.ts'
import { wizardsPath } from '../workflows/links/wizards.ts'
import { RunbookScreen } from './RunbookScreen.tsx'

export function OffPathRunbook({ cluster, name }: { readonly cluster: string; readonly name: string }) {
  const known = OffPathName.safeParse(name)
  return (
    <RunbookScreen
      of={known.success ? { kind: 'off-path', cluster, name: known.data } : null}
      back={{ href: wizardsPath(cluster), text: 'The wizards' }}
      download={
        known.success ? (
          <a href={offPathUrl(cluster, known.data)} download={`${known.data}.md`}>
            Markdown
          </a>
        ) : null
      }
    />
  )
}
