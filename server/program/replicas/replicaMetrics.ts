/** Figures of one of several servers, for Prometheus. */
import { Gauge, type Registry } from 'prom-client'
import type { ReplicaFigures } from './replicas.ts'

export function addReplicaMetrics(registry: Registry, figures: () => ReplicaFigures): void {
  const registers = [registry]
  for (const [name, help, value] of [
    ['leases_held', 'Clusters that this server observes and acts for', (now) => now.held],
    [
      'takeovers_total',
      'Clusters that this server has taken over from another since its start',
      (now) => now.takeovers,
    ],
    [
      'fan_out_lag_seconds',
      'Time that the newest message of another server was on its way, by the clock of the database',
      (now) => now.lagMs / 1000,
    ],
    ['replicas', 'Servers that share this database and were seen in the last seconds', (now) => now.replicas],
  ] as [string, string, (now: ReplicaFigures) => number][]) {
    const gauge: Gauge = new Gauge({
      name: `quorumdeck_${name}`,
      help,
      registers,
      collect: () => gauge.set(value(figures())),
    })
  }
}
