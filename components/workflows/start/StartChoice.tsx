'use client'
/** What a run is to be about: one replica, a number, a set of nodes, or nothing to choose. */
import { Checkbox, FormGroup, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core'
import type { QuorumView, ReplicaView } from '../../../server/contract/quorumView.ts'
import { majorityOf } from '../../../server/contract/voters.ts'
import { MAX_CONTROLLERS, type WorkflowKind } from '../../../server/contract/workflows.ts'
import type { Target } from '../links/wizards.ts'
import { targetsOf } from './startTargets.ts'
import { TargetChoice } from './TargetChoice.tsx'

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
    case 'migrate-combined':
    case 'migrate-dedicated':
      return <Migration kind={kind} view={view} target={target} onChoose={onChoose} />
    case 'unregister-broker':
      return <WhichBroker view={view} target={target} onChoose={onChoose} />
    case 'static-to-dynamic':
    case 'recover-quorum':
    case 'move-voters':
      return null
    default:
      return kind satisfies never
  }
}

type Asked = { view: QuorumView } & Pick<ChoiceProps, 'target' | 'onChoose'>

function HowMany({ view, target, onChoose }: Asked) {
  return (
    <FormGroup label={`How many voters should there be? There are ${view.quorum.voters} now.`} fieldId="controllers">
      <FormSelect
        id="controllers"
        value={target.controllers ?? ''}
        onChange={(_event, value) => onChoose({ controllers: Number(value) })}
      >
        {Array.from({ length: MAX_CONTROLLERS }, (_, i) => i + 1).map((count) => (
          <FormSelectOption
            key={count}
            value={count}
            label={`${count}: ${count - majorityOf(count)} may fail${count % 2 === 0 ? ', as with one fewer' : ''}`}
          />
        ))}
      </FormSelect>
    </FormGroup>
  )
}

function WhichNodes({ view, target, onChoose }: Asked) {
  const all = idsOf(targetsOf('rolling-restart', view))
  return (
    <NodeBoxes
      legend="Which nodes are to be restarted?"
      name="restart"
      view={view}
      all={all}
      chosen={target.nodeIds ?? all}
      onChoose={(nodeIds) => onChoose(nodeIds.length === all.length ? {} : { nodeIds })}
    />
  )
}

function idsOf(rows: readonly ReplicaView[]): number[] {
  return [...new Set(rows.map((r) => r.nodeId))].sort((a, b) => a - b)
}

interface NodeBoxesProps {
  readonly legend: string
  readonly name: string
  readonly view: QuorumView
  readonly all: readonly number[]
  readonly chosen: readonly number[]
  /** Said where there is nothing to choose from. */
  readonly none?: string
  readonly onChoose: (nodeIds: number[]) => void
}

function NodeBoxes({ legend, name, view, all, chosen, none = 'There is none.', onChoose }: NodeBoxesProps) {
  const rolesOf = (nodeId: number) => [
    ...new Set(view.replicas.filter((r) => r.nodeId === nodeId).flatMap((r) => r.roles)),
  ]
  return (
    <FormGroup role="group" isStack label={legend} fieldId={name}>
      {all.length === 0 && <p className="qd-dim">{none}</p>}
      {all.map((nodeId) => (
        <Checkbox
          key={nodeId}
          id={`${name}-${nodeId}`}
          label={
            <>
              <b>{nodeId}</b>{' '}
              <span className="qd-small qd-dim">
                {rolesOf(nodeId).join(' and ')}
                {nodeId === view.quorum.leaderId && ', the active controller'}
              </span>
            </>
          }
          isChecked={chosen.includes(nodeId)}
          onChange={(_event, checked) => onChoose(all.filter((id) => (id === nodeId ? checked : chosen.includes(id))))}
        />
      ))}
    </FormGroup>
  )
}

const MB = 1_000_000

function Migration({ kind, view, target, onChoose }: Asked & { kind: 'migrate-combined' | 'migrate-dedicated' }) {
  const all = idsOf(targetsOf(kind, view))
  const chosen = target.nodeIds ?? []
  const brokers = idsOf(view.replicas.filter((r) => r.roles.includes('broker'))).filter((id) => !chosen.includes(id))
  return (
    <>
      <NodeBoxes
        legend={
          kind === 'migrate-combined'
            ? 'Which nodes should become controller and broker in one?'
            : 'Which combined nodes are to be controllers alone?'
        }
        name="combined"
        view={view}
        all={all}
        chosen={chosen}
        none="No node of this cluster is controller and broker in one: there is nothing to take apart."
        onChoose={(nodeIds) => {
          const { retireBrokerIds, ...rest } = target
          // Whoever becomes combined no longer stands among those that may retire.
          const retiring = retireBrokerIds?.filter((id) => !nodeIds.includes(id))
          onChoose({ ...rest, nodeIds, ...(retiring === undefined ? {} : { retireBrokerIds: retiring }) })
        }}
      />
      {kind === 'migrate-combined' && (
        <NodeBoxes
          legend="Which brokers are to retire?"
          name="retire"
          view={view}
          all={brokers}
          chosen={target.retireBrokerIds ?? []}
          onChoose={(retireBrokerIds) => onChoose({ ...target, retireBrokerIds })}
        />
      )}
      <FormGroup label="Megabytes per second that each broker may copy; leave empty for no limit" fieldId="throttle">
        <TextInput
          id="throttle"
          type="number"
          min={1}
          value={target.throttleBytesPerSecond === undefined ? '' : target.throttleBytesPerSecond / MB}
          onChange={(_event, text) => {
            const { throttleBytesPerSecond: _before, ...rest } = target
            const rate = Math.round(Number(text) * MB)
            onChoose(text === '' || !(rate >= 0) ? rest : { ...rest, throttleBytesPerSecond: rate })
          }}
        />
      </FormGroup>
    </>
  )
}

/** Typed, because a broker that is gone for good is in no row any more. */
function WhichBroker({ view, target, onChoose }: Asked) {
  const listed = targetsOf('unregister-broker', view).map((r) => r.nodeId)
  return (
    <FormGroup
      label={`Id of the broker to unregister${listed.length === 0 ? '' : `; listed now: ${listed.join(', ')}`}`}
      fieldId="broker"
    >
      <TextInput
        id="broker"
        type="number"
        min={0}
        value={target.nodeId ?? ''}
        onChange={(_event, text) => onChoose(/^\d{1,10}$/.test(text) ? { nodeId: Number(text) } : {})}
      />
    </FormGroup>
  )
}
