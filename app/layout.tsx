import '@patternfly/react-core/dist/styles/base.css'
import type { Metadata, Viewport } from 'next'
import { cookies, headers } from 'next/headers'
import type { ReactNode } from 'react'
import { LiveProvider } from '../components/live/LiveProvider.tsx'
import './app.css'
import './print.css'
import { atBase, BASE_PATH } from '../components/live/address/basePath.ts'

export const metadata: Metadata = {
  title: 'Quorumdeck',
  description: 'Live view of Apache Kafka controller quorums',
  icons: atBase('/icon.svg'),
}

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' }

/** For whoever has the theme follow the system: decided before the first paint, which only a script can. */
const FOLLOW_SYSTEM = `if(matchMedia('(prefers-color-scheme: dark)').matches)document.documentElement.classList.add('pf-v6-theme-dark')`

/** Rendered for every request: the policy for scripts carries a fresh nonce each time. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined
  const theme = (await cookies()).get('quorumdeck-theme')?.value
  const follows = theme !== 'light' && theme !== 'dark'
  return (
    <html
      lang="en"
      className={theme === 'dark' ? 'pf-v6-theme-dark' : undefined}
      data-base-path={BASE_PATH || undefined}
      suppressHydrationWarning
    >
      <head>
        {follows && (
          // biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of this file
          <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: FOLLOW_SYSTEM }} />
        )}
      </head>
      <body>
        <LiveProvider>{children}</LiveProvider>
        <noscript>Quorumdeck shows live data and needs JavaScript for it. Without it, nothing above is alive.</noscript>
      </body>
    </html>
  )
}
