/** What Kafka's own tools would do now, and what would come of it. */
import type { Workflow } from '../../../server/contract/workflows.ts'
import { Section } from '../../kit/Section.tsx'
import { Tag } from '../../kit/Tag.tsx'

export function Counterfactual({ of }: { of: NonNullable<Workflow['counterfactual']> }) {
  return (
    <Section
      title={of.title}
      label="Without Quorumdeck"
      note={
        <Tag tone={of.harmful ? 'danger' : 'plain'} glyph={of.harmful ? '✕' : 'i'}>
          {of.harmful ? 'harmful' : 'harmless'}
        </Tag>
      }
    >
      <p>{of.text}</p>
    </Section>
  )
}
