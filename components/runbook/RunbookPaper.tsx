'use client'
/** A document as it is printed: black on white, steps that stay together, boxes to tick. */
import { Button, Card, CardBody, CodeBlock, CodeBlockCode, Content, Flex } from '@patternfly/react-core'
import { Table, Tbody, Thead, Tr } from '@patternfly/react-table'
import { Fragment, type ReactNode } from 'react'
import { Cell, HeadCell } from '../kit/Cell.tsx'
import { type Block, blocksOf, type Item, type Span } from './markdown.ts'
import './runbook.css'

interface PaperProps {
  readonly text: string
  /** The same as a file. */
  readonly download: ReactNode
}

export function RunbookPaper({ text, download }: PaperProps) {
  return (
    <Card component="article" className="qd-paper">
      <CardBody className="qd-flow">
        <Flex className="qd-screen-only">
          <Button variant="primary" onClick={() => window.print()}>
            Print
          </Button>
          {download}
        </Flex>
        <Content>
          {blocksOf(text).map((block, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a document is shown as it is and does not change
            <PaperBlock key={i} block={block} />
          ))}
        </Content>
      </CardBody>
    </Card>
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
      return (
        <CodeBlock>
          <CodeBlockCode data-language={block.language || undefined}>{block.text}</CodeBlockCode>
        </CodeBlock>
      )
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
    <Table role="table" variant="compact" gridBreakPoint="">
      <Thead>
        <Tr>
          {head.map((cell) => (
            <HeadCell key={cell} scope="col">
              {cell}
            </HeadCell>
          ))}
        </Tr>
      </Thead>
      <Tbody>
        {rows.map((row) => (
          <Tr key={row.join('|')}>
            {row.map((cell, i) => (
              <Cell key={head[i] ?? cell}>{cell}</Cell>
            ))}
          </Tr>
        ))}
      </Tbody>
    </Table>
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
