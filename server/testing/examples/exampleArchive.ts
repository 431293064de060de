/** For tests: an archive on a database in memory or in a directory, with clocks that the test moves, and views to feed it with. */
import { type QuorumView, QuorumView as ViewSchema } from '../../contract/quorumView.ts'
import { Archive } from '../../history/keeping/archive.ts'
import { DEFAULT_RETENTION, type Retention } from '../../history/samples/tiers.ts'
import { assess, NOTHING_REMEMBERED } from '../../quorum/assessment/assess.ts'
import { IN_MEMORY } from '../../storage/database.ts'
import { type HistoryDatabase, openHistoryDatabase } from '../../storage/history/historyDatabase.ts'
import { HistoryStore } from '../../storage/history/historyStore.ts'
import { DIRECTORY, LEADER, observation, replica } from './exampleObservation.ts'

/** A whole hour, so that blocks begin with it. */
export const START = 1_700_006_400_000

export interface ExampleArchive {
  archive: Archive
  database: HistoryDatabase
  clock: { wallMs: number; monotonicMs: number }
  /** Both clocks go on, and the archive does what is due. */
  pass(ms: number): Promise<void>
  /** The archive takes this view, or what has changed since the one before. */
  show(view: QuorumView): void
  close(): Promise<void>
}

export function openArchive(
  dataDir: string = IN_MEMORY,
  retention: Partial<Retention> = {},
  startMs = START,
): ExampleArchive {
  const clock = { wallMs: startMs, monotonicMs: 0 }
  const { database, setAside } = openHistoryDatabase(dataDir, startMs)
  const archive = new Archive({
    store: new HistoryStore(database),
    retention: { ...DEFAULT_RETENTION, ...retention },
    clock: { nowMs: () => clock.wallMs, monotonicMs: () => clock.monotonicMs },
    setAside,
    unwritable: null,
  })
  return {
    archive,
    database,
    clock,
    pass: async (ms) => {
      clock.wallMs += ms
      clock.monotonicMs += ms
      await archive.tick()
    },
    show: (view) => {
      archive.take({ cluster: view.cluster, kind: 'view', view })
    },
    close: async () => {
      await archive.tick(true)
      await database.close()
    },
  }
}

export interface ViewOver {
  lag?: number
  directoryId?: string
  cluster?: string
  endOffset?: number
}

/** Leader 0, followers 1 and 2; 2 lags by so many records. */
export function viewAt(
  atMs: number,
  { lag = 0, directoryId = DIRECTORY[2], cluster = 'c', endOffset = 535 }: ViewOver = {},
) {
  const sample = {
    observedAtMs: atMs,
    voters: [
      { ...LEADER, logEndOffset: endOffset },
      replica(1, DIRECTORY[1], { logEndOffset: endOffset }),
      replica(2, directoryId, { logEndOffset: endOffset - lag }),
    ],
  }
  const { view } = assess(observation({ sample }), NOTHING_REMEMBERED)
  return ViewSchema.parse({ cluster, serverRunId: 'r', seq: 1, ...view })
}
