'use client'
/** "Break things": the hosts of a quorum that Quorumdeck started itself, and what can be done to each. */
import { Alert, Button, Flex, List } from '@patternfly/react-core'
import { useState } from 'react'
import type {
  SandboxAction,
  SandboxNode,
  SandboxNodeAction,
  SandboxNodeState,
} from '../../../server/contract/sandbox.ts'
import { Section } from '../../kit/Section.tsx'
import { Tag, type TagTone } from '../../kit/Tag.tsx'
import { shortId } from '../../kit/words/format.ts'
import { type Sandbox, useSandbox } from '../../live/queries/useSandbox.ts'
import { Lessons } from './Lessons.tsx'
import './sandboxPanel.css'

const STATE: Record<SandboxNodeState, { tone: TagTone; glyph: string; word: string }> = {
  running: { tone: 'ok', glyph: '✓', word: 'running' },
  slow: { tone: 'caution', glyph: '↓', word: 'slow' },
  frozen: { tone: 'caution', glyph: '‖', word: 'frozen' },
  stopped: { tone: 'plain', glyph: '■', word: 'stopped' },
  wiped: { tone: 'plain', glyph: '○', word: 'disk empty' },
}

const ACTION: Record<SandboxNodeAction, { word: string; title: string }> = {
  start: { word: 'Start', title: 'Start the process' },
  stop: { word: 'Stop', title: 'Shut it down cleanly' },
  kill: { word: 'Kill', title: 'End the process at once (SIGKILL)' },
  restart: { word: 'Restart', title: 'Stop and start again' },
  freeze: { word: 'Freeze', title: 'The process exists but does nothing (SIGSTOP)' },
  resume: { word: 'Resume', title: 'Resume the frozen process (SIGCONT)' },
  slow: { word: 'Slow down', title: 'It answers and fetches late' },
  unslow: { word: 'Speed up', title: 'No longer slow' },
  wipe: { word: 'Lose disk', title: 'The disk is lost, and the process with it' },
  format: { word: 'Format disk', title: 'kafka-storage format --no-initial-controllers: a new directory id' },
}

export default function SandboxPanel({ cluster }: { cluster: string }) {
  const sandbox = useSandbox(cluster)
  const { state, error, refused } = sandbox
  return (
    <Section title="Break things" note={state?.label}>
      <p className="qd-dim">
        These hosts exist to be broken. Kill the leader and watch the election; lose a disk, format a new one and start
        it, and both incarnations stand side by side.
      </p>
      {refused !== null && <Refused what="That could not be done" error={refused} />}
      {state === null ? (
        error === null ? (
          <p className="qd-dim">Reading the hosts…</p>
        ) : (
          <Refused what="The hosts cannot be read" error={error} />
        )
      ) : (
        <>
          <Lessons sandbox={sandbox} />
          <List isPlain isBordered>
            {state.nodes.map((node) => (
              <Host key={node.nodeId} node={node} sandbox={sandbox} />
            ))}
          </List>
          <Flex>
            <Button
              variant="tertiary"
              size="sm"
              onClick={() => sandbox.act({ action: 'add-node', roles: ['controller'] })}
              isDisabled={sandbox.doing !== null}
            >
              Add a controller host
            </Button>
            <Button
              variant="tertiary"
              size="sm"
              onClick={() => sandbox.act({ action: 'add-node', roles: ['broker'] })}
              isDisabled={sandbox.doing !== null}
            >
              Add a broker host
            </Button>
            <Reset onReset={() => sandbox.act({ action: 'reset' })} busy={sandbox.doing?.action === 'reset'} />
          </Flex>
        </>
      )}
    </Section>
  )
}

function Refused({ what, error }: { what: string; error: Error }) {
  const remedy = 'remedy' in error && typeof error.remedy === 'string' ? error.remedy : ''
  return (
    <Alert isInline isLiveRegion variant="danger" title={what}>
      {error.message} {remedy}
    </Alert>
  )
}

function isAt(doing: SandboxAction | null, node: SandboxNode): boolean {
  return doing !== null && 'nodeId' in doing && doing.nodeId === node.nodeId
}

function Host({ node, sandbox }: { node: SandboxNode; sandbox: Sandbox }) {
  const look = STATE[node.state]
  const busy = isAt(sandbox.doing, node)
  return (
    <li className="qd-host" data-node={node.nodeId}>
      <span>
        <b>{node.nodeId}</b> {node.roles.join(' + ')}
      </span>
      <span>
        <Tag tone={look.tone} glyph={look.glyph}>
          {look.word}
        </Tag>
      </span>
      <span className="qd-mono qd-dim">
        {node.address}
        {node.directoryId === null ? '' : ` · ${shortId(node.directoryId)}`}
      </span>
      <Flex>
        {node.actions.map((action) => (
          <Button
            key={action}
            variant="tertiary"
            size="sm"
            title={ACTION[action].title}
            aria-label={`${ACTION[action].word} node ${node.nodeId}`}
            isDisabled={busy}
            onClick={() => sandbox.act({ action, nodeId: node.nodeId })}
          >
            {ACTION[action].word}
          </Button>
        ))}
      </Flex>
    </li>
  )
}

function Reset({ onReset, busy }: { onReset: () => void; busy: boolean }) {
  const [asking, setAsking] = useState(false)
  if (busy) return <span className="qd-dim">Making a new quorum…</span>
  if (!asking) {
    return (
      <Button variant="tertiary" size="sm" onClick={() => setAsking(true)}>
        Reset…
      </Button>
    )
  }
  return (
    <Flex role="group" aria-label="Reset the quorum">
      <span>Throw this quorum away and make a new one?</span>
      <Button
        variant="danger"
        size="sm"
        onClick={() => {
          setAsking(false)
          onReset()
        }}
      >
        Reset
      </Button>
      <Button variant="tertiary" size="sm" onClick={() => setAsking(false)}>
        Keep it
      </Button>
    </Flex>
  )
}
