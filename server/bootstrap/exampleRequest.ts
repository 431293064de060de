/** For tests: a wish for three controllers and three brokers on six hosts. */
import type { BootstrapNode, BootstrapRequest } from '../contract/bootstrap.ts'

export function aController(nodeId: number, change: Partial<BootstrapNode> = {}): BootstrapNode {
  return {
    nodeId,
    roles: ['controller'],
    host: `c${nodeId}.example.com`,
    controllerPort: 9093,
    brokerPort: null,
    dataDir: '/var/lib/kafka',
    rack: '',
    ...change,
  }
}

export function aBroker(nodeId: number, change: Partial<BootstrapNode> = {}): BootstrapNode {
  return {
    ...aController(nodeId),
    roles: ['broker'],
    host: `b${nodeId}.example.com`,
    controllerPort: null,
    brokerPort: 9092,
    ...change,
  }
}

export function aRequest(change: Partial<BootstrapRequest> = {}): BootstrapRequest {
  return {
    name: 'payments',
    release: '4.3',
    metadataRelease: null,
    protocol: 'PLAINTEXT',
    mechanism: null,
    standalone: false,
    nodes: [aController(1), aController(2), aController(3), aBroker(11), aBroker(12), aBroker(13)],
    ...change,
  }
}

/** Ids that look alike at a glance: `id-00…1`, `id-00…2`. */
export function counting(): () => string {
  let n = 0
  return () => {
    n += 1
    return `id-${String(n).padStart(18, '0')}A`
  }
}
