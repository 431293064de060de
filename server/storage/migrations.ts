/**
 * The layout of the database, as a ladder: step n makes layout n of layout n - 1. SQLite keeps the number reached in
 * `user_version`, inside the transaction that climbs. A step that was released is never edited; a new one is appended.
 */
import type { DatabaseSync } from 'node:sqlite'
import { DatabaseTooNew } from './storageFailure.ts'

export const LADDER: readonly string[] = [
  `CREATE TABLE workflow_run (
     id TEXT NOT NULL PRIMARY KEY,
     kind TEXT NOT NULL,
     cluster TEXT NOT NULL,
     cluster_id TEXT NOT NULL,
     started_at_ms INTEGER NOT NULL,
     ended_at_ms INTEGER,
     last_seq INTEGER NOT NULL CHECK (last_seq >= 0)
   ) STRICT;
   CREATE INDEX workflow_run_recent ON workflow_run (cluster_id, started_at_ms);
   CREATE INDEX workflow_run_active ON workflow_run (started_at_ms) WHERE ended_at_ms IS NULL;

   CREATE TABLE workflow_entry (
     run_id TEXT NOT NULL REFERENCES workflow_run (id),
     seq INTEGER NOT NULL CHECK (seq >= 1),
     at_ms INTEGER NOT NULL,
     actor_id TEXT NOT NULL,
     actor_name TEXT NOT NULL,
     type TEXT NOT NULL,
     text TEXT NOT NULL,
     data TEXT NOT NULL,
     PRIMARY KEY (run_id, seq)
   ) STRICT;

   CREATE TABLE change_lock (
     cluster_id TEXT NOT NULL PRIMARY KEY,
     token INTEGER NOT NULL CHECK (token >= 1),
     holder TEXT UNIQUE REFERENCES workflow_run (id)
   ) STRICT;

   CREATE TABLE command_answer (
     scope TEXT NOT NULL,
     command_id TEXT NOT NULL,
     hash TEXT NOT NULL,
     status INTEGER NOT NULL,
     body TEXT NOT NULL,
     PRIMARY KEY (scope, command_id)
   ) STRICT;`,

  `CREATE TABLE added_cluster (
     cluster TEXT NOT NULL PRIMARY KEY,
     name TEXT NOT NULL,
     command_config TEXT,
     plan TEXT NOT NULL,
     added_at_ms INTEGER NOT NULL
   ) STRICT;`,

  // Lists and ended runs are read without their entries; whole answers are kept for the newest commands alone.
  `ALTER TABLE workflow_run ADD COLUMN summary TEXT;
   ALTER TABLE workflow_run ADD COLUMN folded TEXT;
   CREATE INDEX command_answer_whole ON command_answer (scope) WHERE status = 200;`,

  `CREATE TABLE quorum_memory (
     cluster_id TEXT NOT NULL PRIMARY KEY,
     memory TEXT NOT NULL
   ) STRICT;`,

  // Screens on walls. Of a secret the digest alone is kept.
  `CREATE TABLE wall_token (
     id TEXT NOT NULL PRIMARY KEY,
     label TEXT NOT NULL,
     digest TEXT NOT NULL UNIQUE,
     clusters TEXT,
     created_by TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL,
     expires_at_ms INTEGER,
     last_used_at_ms INTEGER,
     revoked_at_ms INTEGER
   ) STRICT;`,

  // What people write down. Ids grow with time, so the order of the ids is that of the notes.
  `CREATE TABLE note (
     id TEXT NOT NULL PRIMARY KEY,
     subject TEXT NOT NULL,
     cluster TEXT,
     at_ms INTEGER NOT NULL,
     actor_id TEXT NOT NULL,
     actor_name TEXT NOT NULL,
     text TEXT NOT NULL,
     acknowledged_at_ms INTEGER,
     acknowledged_by TEXT
   ) STRICT;
   CREATE INDEX note_of_subject ON note (subject, id);`,
  `CREATE TABLE alert_incident (
     id TEXT NOT NULL PRIMARY KEY,
     cluster TEXT NOT NULL,
     resolved_at_ms INTEGER,
     told INTEGER NOT NULL,
     incident TEXT NOT NULL
   ) STRICT;
   CREATE INDEX alert_incident_open ON alert_incident (id) WHERE resolved_at_ms IS NULL;
   CREATE INDEX alert_incident_ended ON alert_incident (resolved_at_ms, id);
   CREATE INDEX alert_incident_ended_cluster ON alert_incident (cluster, resolved_at_ms, id);

   CREATE TABLE alert_notification (
     incident_id TEXT NOT NULL,
     state TEXT NOT NULL,
     receiver TEXT NOT NULL,
     queued_at_ms INTEGER NOT NULL,
     ended_at_ms INTEGER,
     outcome TEXT,
     PRIMARY KEY (incident_id, state, receiver)
   ) STRICT;
   CREATE INDEX alert_notification_waiting ON alert_notification (incident_id, state, receiver) WHERE ended_at_ms IS NULL;

   CREATE TABLE alert_silence (
     id TEXT NOT NULL PRIMARY KEY,
     silence TEXT NOT NULL
   ) STRICT;`,

  // Clusters are added without a plan, too, and edited: how they are reached is theirs, not the plan's.
  `ALTER TABLE added_cluster RENAME TO planned_cluster;
   CREATE TABLE added_cluster (
     cluster TEXT NOT NULL PRIMARY KEY,
     name TEXT NOT NULL,
     command_config TEXT,
     plan TEXT,
     reach TEXT,
     added_at_ms INTEGER NOT NULL,
     CHECK (plan IS NOT NULL OR reach IS NOT NULL)
   ) STRICT;
   INSERT INTO added_cluster (cluster, name, command_config, plan, added_at_ms)
     SELECT cluster, name, command_config, plan, added_at_ms FROM planned_cluster;
   DROP TABLE planned_cluster;`,

  // People and what they may do, their sessions, tokens of scripts; of secrets the digests alone. The record of what was done.
  `CREATE TABLE access_person (
     id TEXT NOT NULL PRIMARY KEY,
     source TEXT NOT NULL,
     login TEXT NOT NULL,
     name TEXT NOT NULL,
     password_hash TEXT,
     grants TEXT NOT NULL,
     missed TEXT NOT NULL,
     addresses TEXT NOT NULL,
     disabled INTEGER NOT NULL,
     created_by TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL,
     password_at_ms INTEGER,
     last_sign_in_at_ms INTEGER,
     UNIQUE (source, login)
   ) STRICT;

   CREATE TABLE access_session (
     id TEXT NOT NULL PRIMARY KEY,
     digest TEXT NOT NULL UNIQUE,
     via TEXT NOT NULL,
     person_id TEXT,
     token_role TEXT,
     bound TEXT,
     address TEXT NOT NULL,
     agent TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL,
     last_used_at_ms INTEGER NOT NULL,
     expires_at_ms INTEGER NOT NULL,
     ended_at_ms INTEGER
   ) STRICT;
   CREATE INDEX access_session_live ON access_session (expires_at_ms) WHERE ended_at_ms IS NULL;

   CREATE TABLE api_token (
     id TEXT NOT NULL PRIMARY KEY,
     digest TEXT NOT NULL UNIQUE,
     name TEXT NOT NULL,
     grants TEXT NOT NULL,
     maker_id TEXT NOT NULL,
     maker_name TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL,
     expires_at_ms INTEGER NOT NULL,
     last_used_at_ms INTEGER,
     revoked_at_ms INTEGER
   ) STRICT;

   CREATE TABLE audit_entry (
     seq INTEGER NOT NULL PRIMARY KEY,
     at_ms INTEGER NOT NULL,
     kind TEXT NOT NULL,
     actor_id TEXT,
     actor_name TEXT,
     cluster TEXT,
     body TEXT NOT NULL,
     hash TEXT NOT NULL
   ) STRICT;
   CREATE INDEX audit_entry_kind ON audit_entry (kind, seq);
   CREATE INDEX audit_entry_actor ON audit_entry (actor_id, seq);
   CREATE INDEX audit_entry_cluster ON audit_entry (cluster, seq);
   CREATE INDEX audit_entry_time ON audit_entry (at_ms);

   CREATE TABLE audit_mark (
     name TEXT NOT NULL PRIMARY KEY,
     seq INTEGER NOT NULL,
     hash TEXT NOT NULL,
     at_ms INTEGER NOT NULL
   ) STRICT;`,

  // Which answers to commands are the newest of their scope: PostgreSQL has no numbers of rows.
  `ALTER TABLE command_answer ADD COLUMN nth INTEGER NOT NULL DEFAULT 0;`,

  // Of servers that share a database: who watches a cluster, who is there, and what one asks of another.
  `CREATE TABLE cluster_lease (
     cluster TEXT NOT NULL PRIMARY KEY,
     token INTEGER NOT NULL CHECK (token >= 1),
     holder TEXT NOT NULL,
     expires_at_ms INTEGER NOT NULL
   ) STRICT;

   CREATE TABLE replica (
     id TEXT NOT NULL PRIMARY KEY,
     name TEXT NOT NULL,
     seen_at_ms INTEGER NOT NULL
   ) STRICT;

   CREATE TABLE forwarded_request (
     id TEXT NOT NULL PRIMARY KEY,
     holder TEXT NOT NULL,
     asked_at_ms INTEGER NOT NULL,
     taken INTEGER NOT NULL,
     request TEXT NOT NULL,
     answer TEXT
   ) STRICT;

   CREATE TABLE shared_secret (
     name TEXT NOT NULL PRIMARY KEY,
     value TEXT NOT NULL
   ) STRICT;`,
]

function layoutOf(sqlite: DatabaseSync): number {
  return Number(sqlite.prepare('PRAGMA user_version').get()?.user_version)
}

/**
 * Climbs to the newest layout, all steps or none.
 * @throws DatabaseTooNew where the database is ahead of this program; nothing in it is touched
 */
export function migrate(sqlite: DatabaseSync, ladder: readonly string[] = LADDER): void {
  const layout = layoutOf(sqlite)
  if (layout > ladder.length) throw new DatabaseTooNew(layout, ladder.length)
  if (layout === ladder.length) return
  sqlite.exec('BEGIN IMMEDIATE')
  try {
    for (const step of ladder.slice(layout)) sqlite.exec(step)
    // A pragma takes no parameters; this is a number of ours.
    sqlite.exec(`PRAGMA user_version = ${ladder.length}`)
    sqlite.exec('COMMIT')
  } catch (error) {
    // SQLite has rolled back by itself where the disk is full.
    if (sqlite.isTransaction) sqlite.exec('ROLLBACK')
    throw error
  }
}
