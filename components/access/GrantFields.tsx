'use client'
/** One right, and where it counts: everywhere, on clusters, on groups of clusters. */
import { Checkbox, FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core'
import { type Grant, Right } from '../../server/contract/access/grants.ts'
import { useClusters } from '../live/queries/useClusters.ts'
import { RIGHTS } from './rightsWords.ts'

const LIST_EVERY_MS = 30_000

interface Props {
  /** Keeps the fields of two forms apart. */
  readonly name: string
  readonly grant: Grant
  readonly onChange: (grant: Grant) => void
}

export function GrantFields({ name, grant, onChange }: Props) {
  const { list } = useClusters(LIST_EVERY_MS)
  const clusters = list?.clusters ?? []
  const groups = [...new Set(clusters.flatMap(({ group }) => group ?? []))]
  const { right, scope } = grant
  const toggle = (kind: 'clusters' | 'groups', one: string) => {
    const held = scope ?? { clusters: [], groups: [] }
    const next = held[kind].includes(one) ? held[kind].filter((other) => other !== one) : [...held[kind], one]
    onChange({ right, scope: { ...held, [kind]: next } })
  }
  return (
    <>
      <FormGroup label="Right" fieldId={`${name}-right`}>
        <FormSelect
          id={`${name}-right`}
          value={right}
          onChange={(_event, choice) =>
            onChange({ right: Right.parse(choice), scope: choice === 'audit' ? null : scope })
          }
        >
          {Right.options.map((one) => (
            <FormSelectOption key={one} value={one} label={RIGHTS[one]} />
          ))}
        </FormSelect>
      </FormGroup>
      <FormGroup role="group" label="Where" fieldId={`${name}-where`}>
        <Checkbox
          id={`${name}-everywhere`}
          label="Everywhere, also on clusters that are added later"
          isChecked={scope === null}
          onChange={(_event, ticked) => onChange({ right, scope: ticked ? null : { clusters: [], groups: [] } })}
        />
        {scope !== null &&
          groups.map((group) => (
            <Checkbox
              key={`group ${group}`}
              id={`${name}-group-${group}`}
              label={`All clusters of the group ${group}`}
              isChecked={scope.groups.includes(group)}
              onChange={() => toggle('groups', group)}
            />
          ))}
        {scope !== null &&
          clusters.map(({ cluster, name: called }) => (
            <Checkbox
              key={cluster}
              id={`${name}-on-${cluster}`}
              label={called}
              isChecked={scope.clusters.includes(cluster)}
              onChange={() => toggle('clusters', cluster)}
            />
          ))}
      </FormGroup>
    </>
  )
}

export const WATCH_EVERYWHERE: Grant = { right: 'watch', scope: null }

/** What is missing to give it; `null`: nothing. */
export function lackingOf({ scope }: Grant): string | null {
  return scope !== null && scope.clusters.length + scope.groups.length === 0 ? 'Choose a cluster.' : null
}
