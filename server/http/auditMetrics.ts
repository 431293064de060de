/** The record of who did what in `/metrics`: whether its chain is whole, and whether it is written down. */
import { Gauge, type Registry } from 'prom-client'
import type { Audit } from '../audit/audit.ts'

export function addAuditMetrics(registry: Registry, audit: Pick<Audit, 'chain' | 'waiting'>): void {
  const registers = [registry]
  const broken: Gauge = new Gauge({
    name: 'quorumdeck_audit_chain_broken',
    help: '1 where the record of who did what was changed by somebody, or damaged, when it was looked at last',
    registers,
    collect: () => broken.set(audit.chain.state === 'broken' ? 1 : 0),
  })
  const checked: Gauge = new Gauge({
    name: 'quorumdeck_audit_checked_entries',
    help: 'Entries of the record that were looked at last',
    registers,
    collect: () => checked.set(audit.chain.entries),
  })
  const waiting: Gauge = new Gauge({
    name: 'quorumdeck_audit_waiting',
    help: 'Entries that the disk has not taken yet',
    registers,
    collect: () => waiting.set(audit.waiting),
  })
}
