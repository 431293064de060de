/** What was tried to reach the cluster, address by address. What it means is in the verdict above. */
import type { ClusterLink } from '../../server/contract/clusters.ts'
import './linkProblem.css'

export function LinkProblem({ attempts }: { attempts: ClusterLink['attempts'] }) {
  return (
    <section className="qd-card" aria-label="Last attempts">
      <h2 className="qd-h2">Last attempts</h2>
      <dl className="qd-attempts">
        {attempts.map(({ address, outcome }) => (
          <div key={`${address} ${outcome}`}>
            <dt className="qd-mono">{address}</dt>
            <dd>{outcome}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
