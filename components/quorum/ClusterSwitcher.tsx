'use client'
/** From one cluster to another: a list of links with each cluster's verdict, searched when it is long. */
import { Button, TextInput } from '@patternfly/react-core'
import { useRef, useState } from 'react'
import type { ClusterSummary } from '../../server/contract/clusters.ts'
import { summaryVerdict } from '../verdict/summaryVerdict.ts'
import { toneGlyph } from '../verdict/toneGlyph.ts'
import { LinkMenu } from './LinkMenu.tsx'

const LONG = 8

export function ClusterSwitcher({
  current,
  name,
  clusters,
}: {
  current: string
  name: string
  clusters: readonly ClusterSummary[]
}) {
  const [button, setButton] = useState<HTMLElement | null>(null)
  const [text, setText] = useState('')
  // A press on the button closes the menu before it becomes a click: that click must not open it again.
  const wasOpen = useRef(false)
  if (clusters.length < 2) return <span>{name}</span>
  const shown = clusters.filter((one) => `${one.name} ${one.cluster}`.toLowerCase().includes(text.trim().toLowerCase()))
  return (
    <>
      <Button
        variant="secondary"
        size="sm"
        aria-label={`Cluster ${name}. Choose another.`}
        aria-expanded={button !== null}
        onPointerDown={() => {
          wasOpen.current = button !== null
        }}
        onClick={(event) => {
          setButton(wasOpen.current || button !== null ? null : event.currentTarget)
          wasOpen.current = false
        }}
      >
        {name} <span aria-hidden="true">▾</span>
      </Button>
      {button !== null && (
        <LinkMenu
          button={button}
          label="Clusters"
          onClose={() => {
            setButton(null)
            setText('')
          }}
          search={
            clusters.length > LONG ? (
              <TextInput
                type="search"
                placeholder="Find a cluster"
                aria-label="Find a cluster"
                value={text}
                onChange={(_event, typed) => setText(typed)}
              />
            ) : undefined
          }
          links={[
            ...shown.map((one) => {
              const found = summaryVerdict(one, 0)
              return {
                href: `/clusters/${encodeURIComponent(one.cluster)}`,
                text: (
                  <>
                    <span className="qd-glyph" data-tone={found.tone} aria-hidden="true">
                      {toneGlyph[found.tone]}
                    </span>{' '}
                    {one.name}
                  </>
                ),
                description: found.words,
                isCurrent: one.cluster === current,
              }
            }),
            { href: '/?list', text: 'All clusters' },
          ]}
          footer={shown.length === 0 ? 'No cluster has this name.' : undefined}
        />
      )}
    </>
  )
}
