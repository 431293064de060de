'use client'
/** The wizards for one row, in one list for the whole table that opens beside the row's button. */
import { useEffect } from 'react'
import type { ReplicaView } from '../../../server/contract/quorumView.ts'
import { incarnation } from '../../live/lagTrail.ts'
import { twinIds } from '../../verdict/incarnations.ts'
import { linksFromReplica } from '../../workflows/links/wizardLinks.ts'
import { LinkMenu } from '../LinkMenu.tsx'

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
  const replica = replicas.find((one) => incarnation(one) === menu.rowKey)
  // A row that comes back must not find the menu open.
  const isGone = replica === undefined
  useEffect(() => {
    if (isGone) onClose()
  }, [isGone, onClose])
  if (replica === undefined) return null
  const links = linksFromReplica(cluster, replica, twinIds(replicas).has(replica.nodeId))
  return (
    <LinkMenu
      button={menu.button}
      label={`Wizards for node ${replica.nodeId}`}
      links={links.map(({ label, href }) => ({ href, text: label }))}
      onClose={onClose}
    />
  )
}
