'use client'
/** What a run is to be about: one replica, a number, a set of nodes, or nothing to choose. */
import { Checkbox, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core'
import type { QuorumView } from '../../server/contract/quorumView.ts'
import { MAX_CONTROLLERS, type WorkflowKind } from '../../server/contract/workflows.ts'
import { targetsOf } from './startTargets.ts'
import { TargetChoice } from './TargetChoice.tsx'
import type { Target } from './wizards.ts'

interface ChoiceProps {
  readonly kind: WorkflowKind
  readonly view: QuorumView | null
  readonly target: Target
  readonly onChoose: (target: Target) => void
}

export function StartChoice({ kind, view, target, onChoose }: ChoiceProps) {
  if (view === null) return <p className="qd-dim">Waiting for the rows of the quorum…</p>
  const successor = target.newNodeId === undefined ? {} : { newNodeId: target.newNodeId }
  switch (kind) {
    case 'replace-disk':
    case 'remove-controller':
    case 'add-controller':
      return <TargetChoice kind={kind} targets={targetsOf(kind, view)} chosen={target} onChoose={onChoose} />
    case 'replace-controller':
      return (
        <>
          <TargetChoice
            kind={kind}
            targets={targetsOf(kind, view)}
            chosen={target}
            onChoose={({ nodeId }) => onChoose({ ...(nodeId === undefined ? {} : { nodeId }), ...successor })}
          />
          <TargetChoice
            kind="add-controller"
            targets={targetsOf('add-controller', view)}
            chosen={target.newNodeId === undefined ? {} : { nodeId: target.newNodeId }}
            onChoose={({ nodeId }) =>
              onChoose({
                ...(target.nodeId === undefined ? {} : { nodeId: target.nodeId }),
                ...(nodeId === undefined ? {} : { newNodeId: nodeId }),
              })
            }
          />
        </>
      )
    case 'scale':
      return <HowMany view={view} target={target} onChoose={onChoose} />
    case 'rolling-restart':
      return <WhichNodes view={view} target={target} onChoose={onChoose} />
    case 'unregister-broker':
      return <WhichBroker view={view} target={target} onChoose={onChoose} />
    case 'static-to-dynamic':
      return null
    default:
      return kind satisfies never
  }
}

type Asked = { view: QuorumView } & Pick<ChoiceProps, 'target' | 'onChoose'>

function HowMany({ view, target, onChoose }: Asked) {
  return (
    <div className="qd-targets">
      <label htmlFor="controllers" className="qd-start__asked">
        How many voters are there to be? Now there are {view.quorum.voters}.
      </label>
      <FormSelect
        id="controllers"
        className="qd-start__number"
        value={target.controllers ?? ''}
        onChange={(_event, value) => onChoose({ controllers: Number(value) })}
      >
        {Array.from({ length: MAX_CONTROLLERS }, (_, i) => i + 1).map((count) => (
          <FormSelectOption
            key={count}
            value={count}
            label={`${count}: ${Math.ceil(count / 2) - 1} may fail${count % 2 === 0 ? ', as with one less' : ''}`}
          />
        ))}
      </FormSelect>
    </div>
  )
}

function WhichNodes({ view, target, onChoose }: Asked) {
  const rows = targetsOf('rolling-restart', view).toSorted((a, b) => a.nodeId - b.nodeId)
  const all = [...new Set(rows.map((r) => r.nodeId))]
  const chosen = new Set(target.nodeIds ?? all)
  const rolesOf = (nodeId: number) => [...new Set(rows.filter((r) => r.nodeId === nodeId).flatMap((r) => r.roles))]
  return (
    <fieldset className="qd-targets">
      <legend>Which nodes are to be restarted?</legend>
      {all.map((nodeId) => (
        <Checkbox
          key={nodeId}
          id={`restart-${nodeId}`}
          label={
            <>
              <b>{nodeId}</b>{' '}
              <span className="qd-small qd-dim">
                {rolesOf(nodeId).join(' and ')}
                {nodeId === view.quorum.leaderId && ', the active controller: last'}
              </span>
            </>
          }
          isChecked={chosen.has(nodeId)}
          onChange={(_event, checked) => {
            const nodeIds = all.filter((id) => (id === nodeId ? checked : chosen.has(id)))
            onChoose(nodeIds.length === all.length ? {} : { nodeIds })
          }}
        />
      ))}
    </fieldset>
  )
}

/** Typed, because a broker that is gone for good is in no row any more. */
function WhichBroker({ view, target, onChoose }: Asked) {
  const listed = targetsOf('unregister-broker', view).map((r) => r.nodeId)
  return (
    <div className="qd-targets">
      <label htmlFor="broker" className="qd-start__asked">
        Id of the broker that is to go{listed.length === 0 ? '' : `; listed now: ${listed.join(', ')}`}
      </label>
      <TextInput
        id="broker"
        className="qd-start__number"
        type="number"
        min={0}
        value={target.nodeId ?? ''}
        onChange={(_event, text) => onChoose(/^\d{1,10}$/.test(text) ? { nodeId: Number(text) } : {})}
      />
    </div>
  )
}
