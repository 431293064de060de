'use client'
/** A word with its definition, on hover and on focus. */
import { Tooltip } from '@patternfly/react-core'
import type { ReactNode } from 'react'
import { definitions, type Term as TermName } from './definitions.ts'
import './term.css'

export function Term({ of, children }: { of: TermName; children: ReactNode }) {
  return (
    <Tooltip content={definitions[of]} maxWidth="22rem" position="top-start" isContentLeftAligned>
      <button type="button" className="qd-term">
        {children}
      </button>
    </Tooltip>
  )
}
