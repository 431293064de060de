'use client'
/** What an operator does on which host, with every id filled in. */
import { List } from '@patternfly/react-core'
import type { HostCommand } from '../../../../server/contract/workflows.ts'
import { CommandText } from '../../../kit/gates/CommandText.tsx'
import { Prints } from '../../../kit/gates/Prints.tsx'
import { Subtitle } from '../../../kit/Subtitle.tsx'

export function HostCommands({ commands }: { commands: readonly HostCommand[] }) {
  return (
    <section aria-label="On the hosts" className="qd-flow">
      <Subtitle>On the hosts</Subtitle>
      <List component="ol" isPlain>
        {commands.map(({ host, text, prints, note }) => (
          <li key={`${host} ${text}`}>
            <span>
              on <b>{host}</b>
            </span>
            <CommandText text={text} what={`the command for ${host}`} />
            <Prints prints={prints} />
            {note !== '' && <p className="qd-small qd-dim">{note}</p>}
          </li>
        ))}
      </List>
    </section>
  )
}
