'use client'
/** The own password: the old one, the new one. */
import { ActionGroup, Alert, Button, Form, FormGroup, TextInput } from '@patternfly/react-core'
import { MIN_PASSWORD } from '../../../server/contract/access/people.ts'
import { Refused } from '../../kit/gates/Refused.tsx'
import { Hint } from '../../kit/Hint.tsx'
import { Section } from '../../kit/Section.tsx'
import { useChangePassword } from '../../live/queries/access/useAccess.ts'

export function PasswordSection() {
  const { send, busy, done, refused } = useChangePassword()
  return (
    <Section title="Your password">
      <Form
        isWidthLimited
        noValidate={false}
        onSubmit={(event) => {
          event.preventDefault()
          const given = new FormData(event.currentTarget)
          send({ current: String(given.get('current') ?? ''), next: String(given.get('next') ?? '') })
          event.currentTarget.reset()
        }}
      >
        <FormGroup label="Password now" fieldId="current">
          <TextInput
            id="current"
            name="current"
            type="password"
            autoComplete="current-password"
            isRequired
            maxLength={256}
          />
        </FormGroup>
        <FormGroup label="New password" fieldId="next">
          <TextInput
            id="next"
            name="next"
            type="password"
            autoComplete="new-password"
            isRequired
            minLength={MIN_PASSWORD}
            maxLength={256}
          />
          <Hint>At least {MIN_PASSWORD} characters. Your other sessions and all tokens that you have made end.</Hint>
        </FormGroup>
        <ActionGroup>
          <Button type="submit" variant="secondary" isDisabled={busy}>
            Change it
          </Button>
        </ActionGroup>
      </Form>
      {done && (
        <Alert
          isInline
          isLiveRegion
          component="p"
          variant="success"
          title="Changed. Your other sessions and your tokens have ended."
        />
      )}
      {refused !== null && <Refused error={refused} />}
    </Section>
  )
}
