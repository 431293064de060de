'use client'
/** The wizards for one row, in one list for the whole table that opens beside the row's button. */
import Link from 'next/link'
import { useEffect, useRef } from 'react'
import type { ReplicaView } from '../../../server/contract/quorumView.ts'
import { incarnation } from '../../live/lagTrail.ts'
import { twinIds } from '../../verdict/incarnations.ts'
import { linksFromReplica } from '../../workflows/links/wizardLinks.ts'

export interface OpenMenu {
  readonly rowKey: string
  readonly button: HTMLElement
}

export function RowMenu({
  cluster,
  menu,
  replicas,
  onClose,
}: {
  cluster: string
  menu: OpenMenu
  replicas: readonly ReplicaView[]
  onClose: () => void
}) {
  const list = useRef<HTMLDivElement>(null)
  const { rowKey, button } = menu
  const replica = replicas.find((one) => incarnation(one) === rowKey)
  useEffect(() => {
    const box = button.getBoundingClientRect()
    const { current } = list
    if (current === null) return
    current.style.insetBlockStart = `${box.bottom + 4}px`
    current.style.insetInlineEnd = `${document.documentElement.clientWidth - box.right}px`
    current.showPopover()
    current.querySelector('a')?.focus()
    const away = () => current.hidePopover()
    document.addEventListener('scroll', away, { capture: true, passive: true })
    return () => document.removeEventListener('scroll', away, { capture: true })
  }, [button])
  return (
    <div
      ref={list}
      popover="auto"
      className="qd-menu qd-rowmenu"
      onToggle={(event) => {
        if (event.newState === 'closed') onClose()
      }}
    >
      <ul aria-label={`Wizards for node ${replica?.nodeId ?? ''}`}>
        {replica !== undefined &&
          linksFromReplica(cluster, replica, twinIds(replicas).has(replica.nodeId)).map(({ label, href }) => (
            <li key={href}>
              <Link href={href} prefetch={false}>
                {label}
              </Link>
            </li>
          ))}
      </ul>
    </div>
  )
}
