import { Link } from '../components/kit/address/Link.tsx'
import { AppHeader } from '../components/kit/header/AppHeader.tsx'
import { Notice } from '../components/kit/Notice.tsx'

export default function NotFound() {
  return (
    <>
      <AppHeader />
      <main id="main" className="qd-main">
        <Notice glyph="?" title="There is nothing at this address.">
          <p>The link is old, or the address has a typing error.</p>
          <p>
            <Link href="/?list">See the clusters of this server</Link>
          </p>
        </Notice>
      </main>
    </>
  )
}
