/** What a part within a card is called. */
import { Title } from '@patternfly/react-core'
import type { ReactNode } from 'react'

export function Subtitle({ children, level = 'h2' }: { children: ReactNode; level?: 'h2' | 'h3' }) {
  return (
    <Title headingLevel={level} size="md">
      {children}
    </Title>
  )
}
