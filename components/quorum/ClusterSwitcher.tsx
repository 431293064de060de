'use client'
/** From one cluster to another: a list of links with each cluster's verdict, searched when it is long. */
import Link from 'next/link'
import { useRef, useState } from 'react'
import type { ClusterSummary } from '../../server/contract/clusters.ts'
import { summaryVerdict } from '../verdict/summaryVerdict.ts'
import { toneGlyph } from '../verdict/toneGlyph.ts'
import './clusterSwitcher.css'

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
  const menu = useRef<HTMLDivElement>(null)
  const [text, setText] = useState('')
  const close = () => menu.current?.hidePopover()
  if (clusters.length < 2) return <span className="qd-switcher__name">{name}</span>
  const shown = clusters.filter((one) => `${one.name} ${one.cluster}`.toLowerCase().includes(text.trim().toLowerCase()))
  return (
    <>
      <button
        type="button"
        className="qd-header__button qd-switcher"
        popoverTarget="clusters"
        aria-label={`Cluster ${name}. Choose another.`}
      >
        {name} <span aria-hidden="true">▾</span>
      </button>
      <div
        ref={menu}
        id="clusters"
        popover="auto"
        className="qd-menu"
        onToggle={(event) => event.newState === 'closed' && setText('')}
      >
        {clusters.length > LONG && (
          <input
            type="search"
            className="qd-menu__search"
            placeholder="Find a cluster"
            aria-label="Find a cluster"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
        <ul>
          {shown.map((one) => {
            const found = summaryVerdict(one, 0)
            return (
              <li key={one.cluster}>
                <Link
                  href={`/clusters/${encodeURIComponent(one.cluster)}`}
                  prefetch={false}
                  aria-current={one.cluster === current ? 'page' : undefined}
                  onClick={close}
                >
                  <span className="qd-glyph" data-tone={found.tone} aria-hidden="true">
                    {toneGlyph[found.tone]}
                  </span>
                  <span>
                    <b>{one.name}</b>
                    <span className="qd-menu__words">{found.words}</span>
                  </span>
                </Link>
              </li>
            )
          })}
          {shown.length === 0 && <li className="qd-menu__none">No cluster has this name.</li>}
        </ul>
        <Link className="qd-menu__all" href="/?list" prefetch={false} onClick={close}>
          All clusters
        </Link>
      </div>
    </>
  )
}
