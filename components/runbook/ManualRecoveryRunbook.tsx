'use client'
/** What to do where no wizard helps, to print. */
import { ManualRecoveryName } from '../../server/contract/workflows.ts'
import { manualRecoveryUrl } from '../live/queries/workflowApi.ts'
import { wizardsPath } from '../workflows/links/wizards.ts'
import { RunbookScreen } from './RunbookScreen.tsx'

export function ManualRecoveryRunbook({ cluster, name }: { readonly cluster: string; readonly name: string }) {
  const known = ManualRecoveryName.safeParse(name)
  return (
    <RunbookScreen
      of={known.success ? { kind: 'off-path', cluster, name: known.data } : null}
      back={{ href: wizardsPath(cluster), text: 'The wizards' }}
      download={
        known.success ? (
          <a href={manualRecoveryUrl(cluster, known.data)} download={`${known.data}.md`}>
            Markdown
          </a>
        ) : null
      }
    />
  )
}
