/**
 * The tables as the queries see them. Ids and times come from whoever writes; the database makes up neither, so the same
 * queries mean the same on another engine. The layout itself is in migrations.ts.
 */
import type { Generated } from 'kysely'
import type { WorkflowKind } from '../contract/workflows.ts'

export interface Tables {
  workflow_run: RunTable
  workflow_entry: EntryTable
  change_lock: ChangeLockTable
  command_answer: CommandAnswerTable
  added_cluster: AddedClusterTable
  quorum_memory: QuorumMemoryTable
  wall_token: WallTokenTable
  note: NoteTable
  alert_incident: AlertIncidentTable
  alert_notification: AlertNotificationTable
  alert_silence: AlertSilenceTable
  access_person: PersonTable
  access_session: SessionTable
  api_token: ApiTokenTable
  audit_entry: AuditEntryTable
  audit_mark: AuditMarkTable
  cluster_lease: ClusterLeaseTable
  replica: ReplicaTable
  forwarded_request: ForwardedRequestTable
  shared_secret: SharedSecretTable
}

/** Who watches a cluster, of servers that share a database. Times are those of the database's own clock. */
export interface ClusterLeaseTable {
  cluster: string
  /** Rises with every holder. */
  token: number
  /** Id of a replica; empty: given back. */
  holder: string
  expires_at_ms: number
}

/** A server that shares this database; by the database's own clock. */
export interface ReplicaTable {
  id: string
  /** Its host and process, for people. */
  name: string
  seen_at_ms: number
}

/** A request that one replica asks another to answer. */
export interface ForwardedRequestTable {
  id: string
  /** Id of the replica that is to answer it. */
  holder: string
  /** By the database's own clock. */
  asked_at_ms: number
  /** 1: it is being answered, and by nobody else. */
  taken: number
  /** JSON, sealed. */
  request: string
  /** JSON, sealed; `null`: not yet. */
  answer: string | null
}

/** What all replicas must have alike. */
export interface SharedSecretTable {
  name: string
  /** JSON, or a key in base64. */
  value: string
}

export interface RunTable {
  id: string
  kind: WorkflowKind
  /** Name of the cluster in the configuration. */
  cluster: string
  /** Kafka's cluster id. */
  cluster_id: string
  started_at_ms: number
  /** `null`: it goes on. */
  ended_at_ms: number | null
  /** Sequence number of the newest entry, 0 before the first. */
  last_seq: number
  /** JSON: its line in a list, once it has ended; `null` where nobody has made it yet. */
  summary: string | null
  /** JSON: what its entries make of it, once it has ended; `null` where nobody has folded them yet. */
  folded: string | null
}

/** Written once, never changed. */
export interface EntryTable {
  run_id: string
  /** 1-based, without gaps in a run. */
  seq: number
  at_ms: number
  actor_id: string
  actor_name: string
  type: string
  text: string
  /** JSON. */
  data: string
}

/** One row for each Kafka cluster that ever had a run; it stays when the lock is free. */
export interface ChangeLockTable {
  cluster_id: string
  /** Highest fencing token ever given for this cluster. */
  token: number
  /** Id of the run; `null`: free. */
  holder: string | null
}

export interface CommandAnswerTable {
  scope: string
  command_id: string
  /** Of the command, so that another one under the same id is noticed. */
  hash: string
  /** HTTP status; 0 while the command is marked and has no answer yet. */
  status: number
  body: string
  /** Rises with every command of a scope. */
  nth: Generated<number>
}

/** A cluster that a person added while the program ran; those of the configuration are in no table. */
export interface AddedClusterTable {
  /** As in URLs. */
  cluster: string
  name: string
  /** Name of a file in `client-properties` of the data directory; `null`: plain listeners. */
  command_config: string | null
  /** JSON: the plan that it was made from; `null`: from none. */
  plan: string | null
  /** JSON: how it is reached; `null`: as its plan says. */
  reach: string | null
  added_at_ms: number
}

/** What was seen committed in a quorum, and its incidents. One row for each Kafka cluster ever watched. */
export interface QuorumMemoryTable {
  cluster_id: string
  /** JSON: `QuorumMemory` of the contract. */
  memory: string
}

/** A token of a screen on a wall; revoked and expired ones stay for a while, for whoever looks what there was. */
export interface WallTokenTable {
  id: string
  label: string
  /** SHA-256 of the secret, hexadecimal. */
  digest: string
  /** JSON: names of clusters; `null`: all. */
  clusters: string | null
  created_by: string
  created_at_ms: number
  /** `null`: until it is revoked. */
  expires_at_ms: number | null
  last_used_at_ms: number | null
  revoked_at_ms: number | null
}

/** What a person wrote about something; only its acknowledgement is added later. */
export interface NoteTable {
  /** Grows with time. */
  id: string
  /** `run:ID`, `alert:ID`, `cluster:NAME`, `shift` or `shift:NAME`. */
  subject: string
  /** The cluster that it is about, in the configuration; `null`: none alone. */
  cluster: string | null
  at_ms: number
  actor_id: string
  actor_name: string
  text: string
  acknowledged_at_ms: number | null
  acknowledged_by: string | null
}

export interface AlertIncidentTable {
  id: string
  cluster: string
  /** `null`: it is open. */
  resolved_at_ms: number | null
  /** 1 once receivers were told that it is open. */
  told: number
  /** JSON: `AlertIncident` of the contract. */
  incident: string
}

/** One for each incident, state and receiver: nothing is told twice. */
export interface AlertNotificationTable {
  incident_id: string
  state: 'open' | 'resolved'
  receiver: string
  queued_at_ms: number
  /** `null`: it waits. */
  ended_at_ms: number | null
  outcome: 'delivered' | 'given-up' | 'replaced' | null
}

export interface AlertSilenceTable {
  id: string
  /** JSON: `Silence` of the contract. */
  silence: string
}

/** Somebody who signs in: with a password of ours, by the company's provider, or through a proxy. */
export interface PersonTable {
  /** `user.…`, `oidc.…`, `proxy.…`. */
  id: string
  source: string
  /** By which they are found when they come: of a user the name in lower case, of the others their key there. */
  login: string
  name: string
  /** Argon2id, with its salt and costs; `null`: no password. */
  password_hash: string | null
  /** JSON: `Grant[]`; of others than users those of the last sign-in. */
  grants: string
  /** JSON: `string[]`, why they were not given more. */
  missed: string
  /** JSON: `string[]`, where they signed in from, the newest first. */
  addresses: string
  /** 1: they are nobody here. */
  disabled: number
  created_by: string
  created_at_ms: number
  password_at_ms: number | null
  last_sign_in_at_ms: number | null
}

/** What a browser holds a cookie of. */
export interface SessionTable {
  id: string
  /** SHA-256 of the secret in the cookie, hexadecimal. */
  digest: string
  via: string
  /** `null`: of a shared token. */
  person_id: string | null
  /** Of a shared token its role. */
  token_role: string | null
  /** Of a shared token: its HMAC under the secret in the cookie, so that another token ends it. */
  bound: string | null
  address: string
  agent: string
  created_at_ms: number
  last_used_at_ms: number
  expires_at_ms: number
  ended_at_ms: number | null
}

/** A token of a script. */
export interface ApiTokenTable {
  id: string
  /** SHA-256 of the secret, hexadecimal. */
  digest: string
  name: string
  /** JSON: `Grant[]`. */
  grants: string
  /** Of a shared token also what it is bound to, behind a blank. */
  maker_id: string
  maker_name: string
  created_at_ms: number
  expires_at_ms: number
  last_used_at_ms: number | null
  revoked_at_ms: number | null
}

/** Written once, never changed; cut off from the oldest when its time is over. */
export interface AuditEntryTable {
  /** 1-based, without gaps. */
  seq: number
  at_ms: number
  kind: string
  actor_id: string | null
  actor_name: string | null
  cluster: string | null
  /** Canonical JSON of all of it but the hash. */
  body: string
  hash: string
}

/** `head`: the newest entry. `cut`: the last one that was cut off. `to:…`: the last one that was forwarded there. */
export interface AuditMarkTable {
  name: string
  seq: number
  hash: string
  at_ms: number
}
