'use client'
/** Whether the rules of the cluster let this run act: who must approve it, who has, and what is missing. */
import { Alert, Flex } from '@patternfly/react-core'
import type { Permission } from '../../../server/contract/runs/permission.ts'
import type { Workflow } from '../../../server/contract/workflows.ts'
import { formatMoment } from '../../kit/words/format.ts'
import { CommandLink } from './CommandLink.tsx'
import { places } from './runCommands.ts'
import type { Controls } from './useRunControls.ts'

function headline({ brokenGlass, missing, approval }: Permission): string {
  if (brokenGlass !== null) return `${brokenGlass.by} broke the glass: “${brokenGlass.reason}”`
  if (missing.length > 0) return missing.join(' ')
  return approval === null ? 'Changes may begin now.' : `Approved by ${approval.by}`
}

export function PermissionPanel({ run, controls }: { run: Workflow; controls: Controls }) {
  const { permission } = run
  if (permission === null) return null
  const { approval, brokenGlass, digest, missing, needsApproval, requestedBy } = permission
  const commands = places(run).permission
  const tone = brokenGlass !== null ? 'danger' : missing.length > 0 ? 'warning' : 'success'
  return (
    <Alert isInline variant={tone} title={headline(permission)} component="h2">
      {needsApproval && (
        <p>
          Asked for by {requestedBy.map(({ name }) => name).join(', ')}: anybody else with the right to approve can
          approve it. Plan <code>{digest.slice(0, 12)}</code>
          {approval !== null && approval.void === null && `, until ${formatMoment(approval.untilMs, approval.atMs)}`}.
        </p>
      )}
      {!controls.watchOnly && commands.length > 0 && (
        <Flex>
          {commands.map((command) => (
            <CommandLink
              key={command.type}
              command={command}
              controls={controls}
              look={command.type === 'approve' ? 'secondary' : 'link'}
            />
          ))}
        </Flex>
      )}
    </Alert>
  )
}
