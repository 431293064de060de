/** What does not fit into a row: whole ids, addresses, registration. */

import type { ReplicaView } from '../../../server/contract/quorumView.ts'
import { formatAge } from '../../../server/contract/words/durations.ts'
import { endpointText } from '../../../server/contract/words/kafkaTool.ts'
import { CopyButton } from '../../kit/CopyButton.tsx'
import { Facts } from '../../kit/Facts.tsx'

function registration({ registered, roles }: ReplicaView): string {
  if (registered === null) return 'not known: the metadata log cannot be read'
  const as = roles.length > 0 ? ` as ${roles.join(' and ')}` : ''
  return registered ? `yes${as}` : 'no registration in the metadata log'
}

function fencing(fenced: boolean | null, roles: ReplicaView['roles']): string {
  if (fenced === null) return roles.includes('broker') ? 'not known' : 'no broker'
  return fenced ? 'yes: it may not lead partitions' : 'no'
}

export function RowDetails({ replica }: { replica: ReplicaView }) {
  const { directoryId, endpoints, rack, roles, fenced, timeLagMs } = replica
  return (
    <Facts
      isAutoFit
      className="qd-details"
      facts={[
        [
          'Directory id',
          directoryId === null ? (
            'not known (static quorum)'
          ) : (
            <>
              <span className="qd-mono">{directoryId}</span> <CopyButton text={directoryId} what="directory id" />
            </>
          ),
        ],
        [
          'Endpoints',
          endpoints.length === 0
            ? 'not known'
            : endpoints.map((endpoint) => (
                <div key={endpointText(endpoint)} className="qd-mono">
                  {endpointText(endpoint)}
                </div>
              )),
        ],
        ['Rack', rack ?? 'not known: name it with --rack'],
        ['Roles', roles.length === 0 ? 'not known' : roles.join(', ')],
        ['Registered', registration(replica)],
        ['Fenced', fencing(fenced, roles)],
        [
          'Time lag',
          <span key="time-lag" className="qd-num">
            {timeLagMs === null ? 'not known' : `${formatAge(timeLagMs)} behind the leader`}
          </span>,
        ],
      ]}
    />
  )
}
