/** The tables of the history, and their ladder. Their file is its own: what is lost of it is lost pictures, and it may be large. */

export interface HistoryTables {
  series: SeriesTable
  block: BlockTable
  words: WordsTable
  event: EventTable
}

/** One Kafka cluster under one name: behind a name that is given to another cluster, another series begins. */
export interface SeriesTable {
  id: number
  cluster: string
  /** Kafka's cluster id; empty while nobody has reported it. */
  cluster_id: string
  last_used_ms: number
}

/** Points in columns, packed. */
export interface BlockTable {
  series: number
  step_ms: number
  start_ms: number
  data: Uint8Array
}

/** JSON that stands from this moment on, until the next one under its key. */
export interface WordsTable {
  series: number
  key: string
  from_ms: number
  text: string
}

export interface EventTable {
  series: number
  id: string
  at_ms: number
  kind: string
  /** JSON: the event. */
  text: string
}

/** As in migrations.ts: a step that was released is never edited. */
export const HISTORY_LADDER: readonly string[] = [
  `CREATE TABLE series (
     id INTEGER NOT NULL PRIMARY KEY,
     cluster TEXT NOT NULL,
     cluster_id TEXT NOT NULL,
     last_used_ms INTEGER NOT NULL,
     UNIQUE (cluster, cluster_id)
   ) STRICT;

   CREATE TABLE block (
     series INTEGER NOT NULL,
     step_ms INTEGER NOT NULL,
     start_ms INTEGER NOT NULL,
     data BLOB NOT NULL,
     PRIMARY KEY (series, step_ms, start_ms)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX block_oldest ON block (step_ms, start_ms);

   CREATE TABLE words (
     series INTEGER NOT NULL,
     key TEXT NOT NULL,
     from_ms INTEGER NOT NULL,
     text TEXT NOT NULL,
     PRIMARY KEY (series, key, from_ms)
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE event (
     series INTEGER NOT NULL,
     id TEXT NOT NULL,
     at_ms INTEGER NOT NULL,
     kind TEXT NOT NULL,
     text TEXT NOT NULL,
     PRIMARY KEY (series, id)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX event_time ON event (series, at_ms, id);`,
]
