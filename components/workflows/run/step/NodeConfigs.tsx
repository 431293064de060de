'use client'
/** What the properties file of a node must say before its restart, as a diff, and the check of the file itself. */
import type { NodeConfigNeed } from '../../../../server/contract/nodeConfig.ts'
import { Subtitle } from '../../../kit/Subtitle.tsx'
import { plural } from '../../../kit/words/format.ts'
import { ConfigDiff } from './ConfigDiff.tsx'
import { FileCheck } from './FileCheck.tsx'

const SOURCE: Readonly<Record<NodeConfigNeed['source'], string>> = {
  node: 'Compared with what the node reports now.',
  registration:
    'The node does not report its configuration (that needs DESCRIBE_CONFIGS): the left side comes from its registration.',
  unknown: 'Neither the node nor the metadata log shows how it is configured: give its file to have it checked.',
}

export function NodeConfigs({ run, needs }: { readonly run: string; readonly needs: readonly NodeConfigNeed[] }) {
  return (
    <section className="qd-flow" aria-label="Configuration">
      <Subtitle>{needs.length === 1 ? 'Its configuration' : 'Their configurations'}</Subtitle>
      {needs.map((need) => (
        <NodeConfig key={need.nodeId} run={run} need={need} open={needs.length === 1} />
      ))}
    </section>
  )
}

function NodeConfig({ run, need, open }: { run: string; need: NodeConfigNeed; open: boolean }) {
  const { nodeId, host, lines, source } = need
  const edited = lines.filter((line) => line.now !== line.needed).length
  return (
    <details open={open}>
      <summary>
        <b>Node {nodeId}</b> on {host}: {edited === 0 ? 'nothing to edit' : `${plural(edited, 'line')} to edit`}
      </summary>
      <p className="qd-small qd-dim">{SOURCE[source]}</p>
      <ConfigDiff lines={lines} label={`Properties of node ${nodeId}`} />
      <FileCheck run={run} nodeId={nodeId} />
    </details>
  )
}
