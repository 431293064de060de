'use client'
/** What the new quorum is to be. Whatever the server cannot use is said at its field; nothing typed is lost. */
import {
  Alert,
  Button,
  Checkbox,
  Flex,
  Form,
  FormFieldGroup,
  FormFieldGroupHeader,
  FormGroup,
  FormSelect,
  FormSelectOption,
  Gallery,
  List,
  TextInput,
  Title,
} from '@patternfly/react-core'
import type { ReactNode } from 'react'
import { KafkaLine, SaslMechanism, SecurityProtocol } from '../../server/contract/bootstrap.ts'
import type { FieldProblem } from '../../server/contract/errors.ts'
import { Refused } from '../kit/gates/Refused.tsx'
import { Hint } from '../kit/Hint.tsx'
import { Section } from '../kit/Section.tsx'
import { type Draft, type DraftRow, withRow } from './draft.ts'
import { NodeRow } from './NodeRow.tsx'

interface DraftFormProps {
  readonly draft: Draft
  readonly onChange: (draft: Draft) => void
  readonly onSubmit: () => void
  readonly onNewIds: () => void
  readonly ready: boolean
  readonly watchOnly: boolean
  readonly pending: boolean
  readonly refused: Error | null
  readonly fields: readonly FieldProblem[]
}

const PROTOCOL_WORDS: Readonly<Record<SecurityProtocol, string>> = {
  PLAINTEXT: 'PLAINTEXT: no encryption, no sign-in',
  SSL: 'SSL: TLS with certificates',
  SASL_PLAINTEXT: 'SASL_PLAINTEXT: unencrypted passwords',
  SASL_SSL: 'SASL_SSL: TLS with passwords',
}

function Choice<T extends string>({
  id,
  label,
  value,
  options,
  words,
  onChange,
  problem,
}: {
  id: string
  label: string
  value: T
  options: readonly T[]
  words?: (option: T) => string
  onChange: (value: T) => void
  problem: string | undefined
}) {
  return (
    <Labelled id={id} label={label} problem={problem}>
      <FormSelect
        id={id}
        value={value}
        validated={problem === undefined ? 'default' : 'error'}
        onChange={(_event, chosen) => onChange(chosen as T)}
      >
        {options.map((option) => (
          <FormSelectOption key={option} value={option} label={words?.(option) ?? option} />
        ))}
      </FormSelect>
    </Labelled>
  )
}

function Labelled({
  id,
  label,
  problem,
  children,
}: {
  id: string
  label: string
  problem: string | undefined
  children: ReactNode
}) {
  return (
    <FormGroup label={label} fieldId={id}>
      {children}
      {problem !== undefined && (
        <Hint id={`${id}-problem`} isProblem>
          {problem}
        </Hint>
      )}
    </FormGroup>
  )
}

export function DraftForm(props: DraftFormProps) {
  const { draft, onChange, fields, refused, ready, watchOnly, pending } = props
  const problems = new Map(fields.map(({ path, message }) => [path, message]))
  const set = (change: Partial<Draft>) => onChange({ ...draft, ...change })
  const setRow = (changed: DraftRow) =>
    set({ rows: draft.rows.map((one) => (one.key === changed.key ? changed : one)) })
  const older = KafkaLine.options.slice(0, KafkaLine.options.indexOf(draft.release))
  const controllers = draft.rows.filter((one) => one.role !== 'broker').length
  return (
    <Section>
      <Form
        aria-label="The new quorum"
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) props.onSubmit()
        }}
      >
        <Title headingLevel="h1" size="xl">
          Bootstrap a new quorum
        </Title>
        <p className="qd-dim">
          From this, Quorumdeck makes the ids, a properties file for each node and the exact commands. Nothing is sent
          to Kafka, and no secret is asked for: the files say where each one goes.
        </p>
        <Gallery hasGutter>
          <Labelled id="boot-name" label="Name" problem={problems.get('name')}>
            <TextInput
              id="boot-name"
              value={draft.name}
              maxLength={200}
              placeholder="payments"
              validated={problems.has('name') ? 'error' : 'default'}
              aria-describedby={problems.has('name') ? 'boot-name-problem' : undefined}
              onChange={(_event, name) => set({ name })}
            />
          </Labelled>
          <Choice
            id="boot-release"
            label="Apache Kafka"
            value={draft.release}
            options={KafkaLine.options.toReversed()}
            onChange={(release) => set({ release, metadataRelease: '' })}
            problem={problems.get('release')}
          />
          <Choice
            id="boot-features"
            label="Features of"
            value={draft.metadataRelease}
            options={['', ...older.toReversed()]}
            words={(option) => (option === '' ? `the same release (${draft.release})` : option)}
            onChange={(metadataRelease) => set({ metadataRelease })}
            problem={problems.get('metadataRelease')}
          />
          <Choice
            id="boot-protocol"
            label="Listeners"
            value={draft.protocol}
            options={SecurityProtocol.options}
            words={(option) => PROTOCOL_WORDS[option]}
            onChange={(protocol) => set({ protocol })}
            problem={problems.get('protocol')}
          />
          {draft.protocol.startsWith('SASL') && (
            <Choice
              id="boot-mechanism"
              label="SASL of the brokers"
              value={draft.mechanism}
              options={SaslMechanism.options}
              onChange={(mechanism) => set({ mechanism })}
              problem={problems.get('mechanism')}
            />
          )}
        </Gallery>
        <FormFieldGroup header={<FormFieldGroupHeader titleText={{ text: 'Nodes', id: 'boot-nodes' }} />}>
          <List isPlain isBordered aria-labelledby="boot-nodes">
            {draft.rows.map((row, index) => (
              <NodeRow
                key={row.key}
                row={row}
                index={index}
                problems={problems}
                onChange={setRow}
                onRemove={
                  draft.rows.length > 1 ? () => set({ rows: draft.rows.filter((one) => one.key !== row.key) }) : null
                }
              />
            ))}
          </List>
          {problems.has('nodes') && <Hint isProblem>{problems.get('nodes')}</Hint>}
          <Flex>
            <Button variant="secondary" onClick={() => onChange(withRow(draft, 'controller'))}>
              Add a controller
            </Button>
            <Button variant="secondary" onClick={() => onChange(withRow(draft, 'broker'))}>
              Add a broker
            </Button>
          </Flex>
        </FormFieldGroup>
        {(controllers === 1 || draft.standalone) && (
          <div>
            <Checkbox
              id="boot-standalone"
              label="Format the one controller with --standalone"
              description="It then generates its own directory id. Otherwise the plan sets the id beforehand."
              isChecked={draft.standalone}
              onChange={(_event, standalone) => set({ standalone })}
            />
            {problems.has('standalone') && <Hint isProblem>{problems.get('standalone')}</Hint>}
          </div>
        )}
        {refused !== null &&
          (fields.length > 0 ? (
            <Alert
              component="h2"
              isInline
              isLiveRegion
              variant="warning"
              title={fields.length === 1 ? 'One field cannot be used.' : `${fields.length} fields cannot be used.`}
            >
              Each field shows what is wrong. Nothing was kept or changed.
            </Alert>
          ) : (
            <Refused error={refused} />
          ))}
        {watchOnly && (
          <Alert component="h2" isInline variant="info" title="This session may watch, not act.">
            Whoever has the right operate can plan a quorum.
          </Alert>
        )}
        <Flex>
          <Button type="submit" variant="primary" isDisabled={!ready || pending}>
            {pending ? 'Planning…' : draft.clusterId === null ? 'Make the plan' : 'Make the plan again'}
          </Button>
          {draft.clusterId !== null && (
            <span className="qd-small qd-dim">
              The ids stay the same.{' '}
              <Button variant="link" isInline onClick={props.onNewIds}>
                Generate new ids
              </Button>
            </span>
          )}
        </Flex>
      </Form>
    </Section>
  )
}
