'use client'
/** Situations to practise: what has happened, what to look at, and a fresh quorum in that situation by one click. */
import { Button, Flex, FlexItem, List } from '@patternfly/react-core'
import type { Lesson } from '../../../server/contract/sandbox.ts'
import { Subtitle } from '../../kit/Subtitle.tsx'
import type { Sandbox } from '../../live/queries/useSandbox.ts'

export function Lessons({ sandbox }: { sandbox: Sandbox }) {
  const { state } = sandbox
  if (state === null || state.lessons.length === 0) return null
  return (
    <section aria-label="Lessons" className="qd-flow">
      <Subtitle level="h3">Lessons</Subtitle>
      <p className="qd-small qd-dim">
        Each rebuilds this quorum in a given situation. Begin one as often as you like; “Reset…” makes it whole again.
      </p>
      <List isPlain isBordered>
        {state.lessons.map((lesson) => (
          <LessonItem key={lesson.key} lesson={lesson} sandbox={sandbox} isOn={state.lesson === lesson.key} />
        ))}
      </List>
    </section>
  )
}

function LessonItem({ lesson, sandbox, isOn }: { lesson: Lesson; sandbox: Sandbox; isOn: boolean }) {
  const { key, title, story } = lesson
  const { doing } = sandbox
  const begins = doing?.action === 'lesson' && doing.lesson === key
  return (
    <li data-lesson={key} aria-current={isOn ? 'true' : undefined}>
      <Flex flexWrap={{ md: 'nowrap' }}>
        <FlexItem flex={{ default: 'flex_1' }}>
          <b>{title}.</b> <span className="qd-dim">{story}</span>
        </FlexItem>
        <Button
          variant={isOn ? 'secondary' : 'tertiary'}
          size="sm"
          aria-label={`${isOn ? 'Begin again' : 'Begin'}: ${title}`}
          isDisabled={doing !== null}
          onClick={() => sandbox.act({ action: 'lesson', lesson: key })}
        >
          {begins ? 'Making it…' : isOn ? 'Begin again' : 'Begin'}
        </Button>
      </Flex>
      {isOn && <WhatToLookAt lesson={lesson} sandbox={sandbox} />}
    </li>
  )
}

function WhatToLookAt({ lesson, sandbox }: { lesson: Lesson; sandbox: Sandbox }) {
  const { doing, state } = sandbox
  return (
    <div className="qd-flow">
      <List component="ol">
        {lesson.lookAt.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </List>
      {lesson.tools.map(({ tool, command, shows }) => (
        <Flex key={tool}>
          <code className="qd-mono">{command}</code>
          <Button
            variant="tertiary"
            size="sm"
            aria-label={`Run it: ${command}`}
            isDisabled={doing !== null}
            onClick={() => sandbox.act({ action: 'tool', tool })}
          >
            Run it
          </Button>
          <span className="qd-small qd-dim">{shows}</span>
          {state?.toolAnswer?.tool === tool && <output className="qd-mono">{state.toolAnswer.text}</output>}
        </Flex>
      ))}
    </div>
  )
}
