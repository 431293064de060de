'use client'
/** Who one is here, and the pages about people for those who may see them. */
import { holds, type WhoAmI } from '../../../server/contract/session.ts'
import { Link } from '../address/Link.tsx'

export function PersonLinks({ session }: { readonly session: WhoAmI }) {
  return (
    <>
      {session.mayAudit && (
        <Link href="/audit" prefetch={false}>
          Record
        </Link>
      )}
      {holds(session, 'administer', null) && (
        <Link href="/administration" prefetch={false}>
          People
        </Link>
      )}
      <Link href="/account" prefetch={false}>
        {session.identity?.name ?? 'Who am I'}
      </Link>
    </>
  )
}
