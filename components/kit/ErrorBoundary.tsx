'use client'
/** A part of the page that may fail alone: the verdict above it stays. */
import { Button } from '@patternfly/react-core'
import { Component, type ReactNode, Suspense } from 'react'
import { Section } from './Section.tsx'

interface ErrorBoundaryProps {
  readonly name: string
  readonly children: ReactNode
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    if (!this.state.failed)
      return (
        <Suspense fallback={<Section className="qd-dim">{this.props.name}…</Section>}>{this.props.children}</Suspense>
      )
    return (
      <Section label={this.props.name}>
        <p>
          {this.props.name} could not be drawn. The rest of the page is not affected.{' '}
          <Button variant="link" isInline onClick={() => this.setState({ failed: false })}>
            Try again
          </Button>
        </p>
      </Section>
    )
  }
}
