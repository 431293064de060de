/** What to do where the metadata log is not followed: a right to grant only where it is the right that is missing. Pure. */
import type { Facts } from '../run/facts.ts'

export function logRemedy({ view, link }: Pick<Facts, 'view' | 'link'>): string {
  if (view === null || view.quorum.leaderId === null || link !== 'live') {
    return 'Wait until a leader answers; if none does, start the controllers that are down.'
  }
  if (view.source.via !== 'controller') {
    return 'Let Quorumdeck reach the controller listeners, or name them with --bootstrap-controller: brokers do not give the metadata log.'
  }
  if (view.findings.some((f) => f.code === 'acl-missing' && f.title.includes('CLUSTER_ACTION'))) {
    return 'Grant CLUSTER_ACTION on the cluster: kafka-acls --add --cluster --operation CLUSTER_ACTION --allow-principal User:…'
  }
  return 'Wait some seconds: the metadata log is read from its beginning. If it stays like this, the page of the cluster shows why.'
}
