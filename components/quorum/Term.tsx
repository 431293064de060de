'use client'
/** A word with its definition, on hover and on focus. */
import { Tooltip } from '@patternfly/react-core'
import { memo } from 'react'
import { definitions, type Term as TermName } from './definitions.ts'
import './term.css'

// PatternFly's tooltip asks the browser for computed styles each time it renders: it had better render seldom.
export const Term = memo(function Term({ of, children }: { of: TermName; children: string }) {
  return (
    <Tooltip content={definitions[of]} maxWidth="22rem" position="top-start" isContentLeftAligned>
      <button type="button" className="qd-term">
        {children}
      </button>
    </Tooltip>
  )
})
