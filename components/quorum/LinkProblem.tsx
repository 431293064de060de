/** What was tried to reach the cluster, address by address. What it means is in the verdict above. */
import type { ClusterLink } from '../../server/contract/clusters.ts'
import { Facts } from '../kit/Facts.tsx'
import { Section } from '../kit/Section.tsx'

export function LinkProblem({ attempts }: { attempts: ClusterLink['attempts'] }) {
  return (
    <Section title="Last attempts">
      <Facts
        isFluid
        facts={attempts.map(({ address, outcome }) => [
          <span key={address} className="qd-mono">
            {address}
          </span>,
          outcome,
          `${address} ${outcome}`,
        ])}
      />
    </Section>
  )
}
