/** The form of a new quorum, as it is typed: numbers are text until they are sent, so that nothing typed is lost. Pure. */
import type {
  BootstrapPlan,
  BootstrapRequest,
  KafkaLine,
  SaslMechanism,
  SecurityProtocol,
} from '../../server/contract/bootstrap.ts'
import type { Role } from '../../server/contract/quorumView.ts'

export type RowRole = 'controller' | 'broker' | 'both'

export interface DraftRow {
  /** Of this form, never shown. */
  readonly key: number
  readonly nodeId: string
  readonly role: RowRole
  readonly host: string
  readonly controllerPort: string
  readonly brokerPort: string
  readonly dataDir: string
  readonly rack: string
  /** From the last plan: planned anew, the ids stay. */
  readonly directoryId: string | null
}

export interface Draft {
  readonly name: string
  readonly release: KafkaLine
  /** Empty: of the release itself. */
  readonly metadataRelease: KafkaLine | ''
  readonly protocol: SecurityProtocol
  readonly mechanism: SaslMechanism
  readonly standalone: boolean
  readonly rows: readonly DraftRow[]
  readonly clusterId: string | null
}

const ROLES: Readonly<Record<RowRole, Role[]>> = {
  controller: ['controller'],
  broker: ['broker'],
  both: ['controller', 'broker'],
}

function row(key: number, nodeId: number, role: RowRole): DraftRow {
  return {
    key,
    nodeId: String(nodeId),
    role,
    host: '',
    controllerPort: '9093',
    brokerPort: '9092',
    dataDir: '/var/lib/kafka/data',
    rack: '',
    directoryId: null,
  }
}

/** Three controllers and three brokers, each on a host of its own. */
export const FIRST_WISH: Draft = {
  name: '',
  release: '4.3',
  metadataRelease: '',
  protocol: 'PLAINTEXT',
  mechanism: 'PLAIN',
  standalone: false,
  rows: [1, 2, 3].map((id) => row(id, id, 'controller')).concat([11, 12, 13].map((id) => row(id, id, 'broker'))),
  clusterId: null,
}

/** As the last one of its role, with the next free id. */
export function withRow(draft: Draft, role: RowRole): Draft {
  const like = draft.rows.findLast((one) => one.role === role)
  const taken = new Set(draft.rows.map((one) => one.nodeId.trim()))
  let nodeId = like === undefined ? (role === 'broker' ? 11 : 1) : Number(like.nodeId) || 1
  while (taken.has(String(nodeId))) nodeId += 1
  const key = draft.rows.reduce((highest, one) => Math.max(highest, one.key), 0) + 1
  const fresh = row(key, nodeId, role)
  const { controllerPort, brokerPort, dataDir } = like ?? fresh
  return { ...draft, rows: [...draft.rows, { ...fresh, controllerPort, brokerPort, dataDir }] }
}

function numberOf(text: string): number | null {
  const value = Number(text)
  return text.trim() === '' || Number.isNaN(value) ? null : value
}

export function requestOf(draft: Draft): BootstrapRequest {
  return {
    name: draft.name,
    release: draft.release,
    metadataRelease: draft.metadataRelease === '' ? null : draft.metadataRelease,
    protocol: draft.protocol,
    mechanism: draft.protocol.startsWith('SASL') ? draft.mechanism : null,
    standalone: draft.standalone,
    ...(draft.clusterId === null ? {} : { clusterId: draft.clusterId }),
    nodes: draft.rows.map((one) => ({
      nodeId: numberOf(one.nodeId),
      roles: ROLES[one.role],
      host: one.host,
      controllerPort: one.role === 'broker' ? null : numberOf(one.controllerPort),
      brokerPort: one.role === 'controller' ? null : numberOf(one.brokerPort),
      dataDir: one.dataDir,
      rack: one.rack,
      ...(one.directoryId === null || one.role === 'broker' || draft.standalone
        ? {}
        : { directoryId: one.directoryId }),
    })),
  }
}

/** Keeps the ids that were drawn, so that the next plan of this form is of the same cluster. */
export function withIds(draft: Draft, { request }: BootstrapPlan): Draft {
  return {
    ...draft,
    clusterId: request.clusterId ?? null,
    rows: draft.rows.map((one, i) => ({ ...one, directoryId: request.nodes[i]?.directoryId ?? one.directoryId })),
  }
}

export function withoutIds(draft: Draft): Draft {
  return { ...draft, clusterId: null, rows: draft.rows.map((one) => ({ ...one, directoryId: null })) }
}

/** Whether the form still says what the plan was made of. */
export function isPlanOf(draft: Draft, { request }: BootstrapPlan): boolean {
  const tidy = ({ clusterId: _cluster, nodes, name, ...rest }: BootstrapRequest) =>
    JSON.stringify([
      name.trim(),
      Object.entries(rest).sort(),
      nodes.map(({ directoryId: _directory, ...node }) =>
        Object.entries(node)
          .map(([key, value]) => [key, typeof value === 'string' ? value.trim() : value])
          .sort(),
      ),
    ])
  return tidy(requestOf(draft)) === tidy(request)
}

/** What was kept in the browser; `null` where it is of another form. */
export function readWish(text: string | null): Draft | null {
  if (text === null) return null
  try {
    const kept = JSON.parse(text) as Draft
    const whole = Array.isArray(kept.rows) && Object.keys(FIRST_WISH).every((key) => key in kept)
    const [like] = FIRST_WISH.rows
    return whole && kept.rows.every((one) => Object.keys(like ?? {}).every((key) => key in one)) ? kept : null
  } catch {
    return null
  }
}
