/** What Kafka's own tools would do now, and what would come of it. */
import type { Workflow } from '../../../server/contract/workflows.ts'
import { Tag } from '../../kit/Tag.tsx'

export function Counterfactual({ of }: { of: NonNullable<Workflow['counterfactual']> }) {
  return (
    <section className="qd-card" aria-label="Without Quorumdeck">
      <h2 className="qd-h2">
        {of.title}{' '}
        <Tag tone={of.harmful ? 'danger' : 'plain'} glyph={of.harmful ? '✕' : 'i'}>
          {of.harmful ? 'harmful' : 'harmless'}
        </Tag>
      </h2>
      <p className="qd-counterfactual">{of.text}</p>
    </section>
  )
}
