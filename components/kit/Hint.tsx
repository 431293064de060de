'use client'
/** Said below a field: what to put in, or what is wrong with it. */
import { FormHelperText, HelperText, HelperTextItem } from '@patternfly/react-core'
import type { ReactNode } from 'react'

interface HintProps {
  readonly id?: string
  readonly isProblem?: boolean
  readonly children: ReactNode
}

export function Hint({ id, isProblem = false, children }: HintProps) {
  return (
    <FormHelperText>
      <HelperText {...(id !== undefined && { id })}>
        <HelperTextItem variant={isProblem ? 'error' : 'default'}>{children}</HelperTextItem>
      </HelperText>
    </FormHelperText>
  )
}
