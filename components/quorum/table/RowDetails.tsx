/** What does not fit into a row: whole ids, addresses, registration. */
import type { ReactNode } from 'react'
import { endpointText } from '../../../server/contract/kafkaTool.ts'
import type { ReplicaView } from '../../../server/contract/quorumView.ts'
import { formatAge } from '../../../server/contract/words/durations.ts'
import { CopyButton } from '../../kit/CopyButton.tsx'

function Detail({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function registration({ registered, roles }: ReplicaView): string {
  if (registered === null) return 'not known: the metadata log cannot be read'
  const as = roles.length > 0 ? ` as ${roles.join(' and ')}` : ''
  return registered ? `yes${as}` : 'no registration in the metadata log'
}

export function RowDetails({ replica }: { replica: ReplicaView }) {
  return (
    <dl className="qd-details">
      <Detail name="Directory id">
        {replica.directoryId === null ? (
          'the quorum does not tell (static quorum)'
        ) : (
          <>
            <span className="qd-mono">{replica.directoryId}</span>
            <CopyButton text={replica.directoryId} what="directory id" />
          </>
        )}
      </Detail>
      <Detail name="Endpoints">
        {replica.endpoints.length === 0
          ? 'not known'
          : replica.endpoints.map((endpoint) => (
              <span key={endpointText(endpoint)} className="qd-mono qd-details__line">
                {endpointText(endpoint)}
              </span>
            ))}
      </Detail>
      <Detail name="Rack">{replica.rack ?? 'not known: name it with --rack'}</Detail>
      <Detail name="Roles">{replica.roles.length === 0 ? 'not known' : replica.roles.join(', ')}</Detail>
      <Detail name="Registered">{registration(replica)}</Detail>
      <Detail name="Fenced">
        {replica.fenced === null
          ? replica.roles.includes('broker')
            ? 'not known'
            : 'no broker'
          : replica.fenced
            ? 'yes: it may not lead partitions'
            : 'no'}
      </Detail>
      <Detail name="Time lag">
        <span className="qd-num">
          {replica.timeLagMs === null ? 'not known' : `${formatAge(replica.timeLagMs)} behind the leader`}
        </span>
      </Detail>
    </dl>
  )
}
