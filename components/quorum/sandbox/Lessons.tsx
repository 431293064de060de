'use client'
/** Situations to practise: what has happened, what to look at, and a fresh quorum in that situation by one click. */
import { Button } from '@patternfly/react-core'
import type { Lesson } from '../../../server/contract/sandbox.ts'
import type { Sandbox } from '../../live/queries/useSandbox.ts'
import './lessons.css'

export function Lessons({ sandbox }: { sandbox: Sandbox }) {
  const { state } = sandbox
  if (state === null || state.lessons.length === 0) return null
  return (
    <section className="qd-lessons" aria-label="Lessons">
      <h3 className="qd-h3">Lessons</h3>
      <p className="qd-small qd-dim">
        Each makes this quorum anew, in a situation. Begin one as often as you like; “Reset…” makes it whole again.
      </p>
      <ul className="qd-lessons__list">
        {state.lessons.map((lesson) => (
          <LessonItem key={lesson.key} lesson={lesson} sandbox={sandbox} isOn={state.lesson === lesson.key} />
        ))}
      </ul>
    </section>
  )
}

function LessonItem({ lesson, sandbox, isOn }: { lesson: Lesson; sandbox: Sandbox; isOn: boolean }) {
  const { key, title, story } = lesson
  const { doing } = sandbox
  const begins = doing?.action === 'lesson' && doing.lesson === key
  return (
    <li className="qd-lesson" data-lesson={key} aria-current={isOn ? 'true' : undefined}>
      <div className="qd-lesson__head">
        <span>
          <b>{title}.</b> <span className="qd-dim">{story}</span>
        </span>
        <Button
          variant={isOn ? 'secondary' : 'tertiary'}
          size="sm"
          aria-label={`${isOn ? 'Begin again' : 'Begin'}: ${title}`}
          isDisabled={doing !== null}
          onClick={() => sandbox.act({ action: 'lesson', lesson: key })}
        >
          {begins ? 'Making it…' : isOn ? 'Begin again' : 'Begin'}
        </Button>
      </div>
      {isOn && <WhatToLookAt lesson={lesson} sandbox={sandbox} />}
    </li>
  )
}

function WhatToLookAt({ lesson, sandbox }: { lesson: Lesson; sandbox: Sandbox }) {
  const { doing, state } = sandbox
  return (
    <>
      <ol className="qd-lesson__look">
        {lesson.lookAt.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
      {lesson.tools.map(({ tool, command, shows }) => (
        <div key={tool} className="qd-lesson__tool">
          <code>{command}</code>
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
          {state?.toolAnswer?.tool === tool && <output className="qd-lesson__answer">{state.toolAnswer.text}</output>}
        </div>
      ))}
    </>
  )
}
