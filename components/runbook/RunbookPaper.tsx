'use client'
/** A document as it is printed: black on white, steps that stay together, boxes to tick. */
import { Button } from '@patternfly/react-core'
import { Fragment, type ReactNode } from 'react'
import { type Block, blocksOf, type Item, type Span } from './markdown.ts'
import './runbook.css'

interface PaperProps {
  readonly text: string
  /** The same as a file. */
  readonly download: ReactNode
}

export function RunbookPaper({ text, download }: PaperProps) {
  return (
    <article className="qd-paper">
      <div className="qd-paper__tools">
        <Button variant="primary" onClick={() => window.print()}>
          Print
        </Button>
        {download}
      </div>
      {blocksOf(text).map((block, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a document is shown as it is and does not change
        <PaperBlock key={i} block={block} />
      ))}
    </article>
  )
}

function PaperBlock({ block }: { block: Block }) {
  switch (block.kind) {
    case 'heading': {
      const Heading = `h${block.level}` as const
      return (
        <Heading>
          <Spans spans={block.spans} />
        </Heading>
      )
    }
    case 'paragraph':
      return (
        <p>
          <Spans spans={block.spans} />
        </p>
      )
    case 'code':
      return <pre data-language={block.language || undefined}>{block.text}</pre>
    case 'list': {
      const items = block.items.map((item, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a document is shown as it is and does not change
        <PaperItem key={i} item={item} />
      ))
      return block.from === null ? <ul>{items}</ul> : <ol start={block.from}>{items}</ol>
    }
    case 'table':
      return <PaperTable head={block.head} rows={block.rows} />
    default:
      return block satisfies never
  }
}

function PaperItem({ item }: { item: Item }) {
  return (
    <li>
      <Spans spans={item.spans} />
      {item.under.map((spans, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a document is shown as it is and does not change
        <div key={i} className="qd-paper__under">
          <Spans spans={spans} />
        </div>
      ))}
    </li>
  )
}

function PaperTable({ head, rows }: { head: readonly string[]; rows: readonly (readonly string[])[] }) {
  return (
    <table>
      <thead>
        <tr>
          {head.map((cell) => (
            <th key={cell} scope="col">
              {cell}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.join('|')}>
            {row.map((cell, i) => (
              <td key={head[i] ?? cell}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Spans({ spans }: { spans: readonly Span[] }) {
  return spans.map(({ kind, text }, i) => {
    const key = `${i} ${text}`
    if (kind === 'code') return <code key={key}>{text}</code>
    if (kind === 'bold') return <b key={key}>{text}</b>
    if (kind === 'emphasis') return <em key={key}>{text}</em>
    return <Fragment key={key}>{text}</Fragment>
  })
}
