'use client'
import '@patternfly/react-core/dist/styles/base.css'
import './app.css'
import PageError from './error.tsx'

/** The frame of every page broke: the same words, without the frame. */
export default function FrameError(props: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <PageError {...props} />
      </body>
    </html>
  )
}
