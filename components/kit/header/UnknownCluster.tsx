'use client'
import { Link } from '../address/Link.tsx'
/** The address names a cluster that this server does not watch. */
import { Notice } from '../Notice.tsx'
import { AppHeader } from './AppHeader.tsx'

export function UnknownCluster({ cluster }: { cluster: string }) {
  return (
    <>
      <AppHeader />
      <main id="main" className="qd-main">
        <Notice glyph="?" title={`No cluster is called “${cluster}” here.`}>
          <p>It may have been renamed or removed, or the address has a typing error.</p>
          <p>
            <Link href="/?list">See the clusters of this server</Link>
          </p>
        </Notice>
      </main>
    </>
  )
}
