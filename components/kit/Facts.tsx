'use client'
/** Names and values: PatternFly's description list, one group for each. */
import {
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  type DescriptionListProps,
  DescriptionListTerm,
} from '@patternfly/react-core'
import type { ReactNode } from 'react'

/** The key names the fact where its name is no plain text. */
export type Fact = readonly [name: ReactNode, value: ReactNode, key?: string]

export function Facts({ facts, ...rest }: { facts: readonly Fact[] } & DescriptionListProps) {
  return (
    <DescriptionList isCompact {...rest}>
      {facts.map(([name, value, key]) => (
        <DescriptionListGroup key={key ?? String(name)}>
          <DescriptionListTerm>{name}</DescriptionListTerm>
          <DescriptionListDescription>{value}</DescriptionListDescription>
        </DescriptionListGroup>
      ))}
    </DescriptionList>
  )
}
