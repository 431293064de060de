/** The thread of the history: takes what it is fed in order, answers, and writes about once a second. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../quorum/reading/clock.ts'
import { IN_MEMORY } from '../../storage/database.ts'
import { openHistoryDatabase } from '../../storage/history/historyDatabase.ts'
import { HistoryStore } from '../../storage/history/historyStore.ts'
import { historyFence, openPostgresHistory } from '../../storage/history/postgresHistory.ts'
import { StorageFailure } from '../../storage/storageFailure.ts'
import { readEvents } from '../asking/readEvents.ts'
import { readHistory } from '../asking/readHistory.ts'
import { readMoment } from '../asking/readMoment.ts'
import { readRows } from '../asking/readRows.ts'
import { Archive } from '../keeping/archive.ts'
import type { FeedItem } from '../keeping/feed.ts'
import type { FromThread, Question, ThreadData, ToThread } from './protocol.ts'

const TICK_MS = 1000

export async function answerTo(archive: Archive, question: Question, nowMs: number): Promise<unknown> {
  const { cluster } = question
  switch (question.kind) {
    case 'history':
      return await readHistory(archive, cluster, question, nowMs)
    case 'moment':
      return await readMoment(archive, cluster, question.atMs)
    case 'events':
      return await readEvents(archive, cluster, question)
    case 'rows':
      return await readRows(archive, cluster, question, nowMs)
    case 'state':
      return await archive.state(cluster)
    default:
      return question satisfies never
  }
}

/** In the database that several servers share: each writes what it holds. @throws StorageFailure: the thread ends, and is begun anew */
async function openShared({ url, self }: NonNullable<ThreadData['postgres']>, tokens: ReadonlyMap<string, number>) {
  const database = await openPostgresHistory(url)
  const fence = historyFence(self, (cluster) => tokens.get(cluster) ?? null)
  return { database, store: new HistoryStore(database, fence), setAside: null, unwritable: null }
}

function openOwn(dataDir: string) {
  const opened = openOrInMemory(dataDir)
  return { ...opened, store: new HistoryStore(opened.database) }
}

/** A directory that does not take it is no reason to keep nothing. */
function openOrInMemory(dataDir: string) {
  try {
    return { ...openHistoryDatabase(dataDir, systemClock.nowMs()), unwritable: null }
  } catch (error) {
    if (!(error instanceof StorageFailure)) throw error
    return { ...openHistoryDatabase(IN_MEMORY, systemClock.nowMs()), unwritable: error }
  }
}

async function serve(
  port: NonNullable<typeof parentPort>,
  { dataDir, retention, postgres }: ThreadData,
): Promise<void> {
  const tokens = new Map<string, number>()
  const opened = postgres === undefined ? openOwn(dataDir) : await openShared(postgres, tokens)
  const { database, store, setAside, unwritable } = opened
  const archive = new Archive({
    store,
    retention,
    clock: systemClock,
    setAside,
    unwritable,
  })
  const known = new Set<string>()
  const post = (message: FromThread, moved: ArrayBuffer[] = []) => port.postMessage(message, moved)
  let turn: Promise<unknown> = Promise.resolve()
  let problem: string | null = null

  const feed = async (items: FeedItem[]) => {
    const needed = new Set<string>()
    for (const item of items) {
      if (!known.has(item.cluster)) {
        known.add(item.cluster)
        // What stood when the server before this one ended must be known before the first view.
        if (item.kind !== 'anew') await archive.series(item.cluster)
      }
      if (!archive.take(item)) needed.add(item.cluster)
    }
    post({ kind: 'taken', count: items.length, needed: [...needed] })
  }
  const held = async (cluster: string, token: number | null) => {
    if (token === null) tokens.delete(cluster)
    else tokens.set(cluster, token)
    known.delete(cluster)
    await archive.forget(cluster)
  }
  const answer = async (id: number, question: Question) => {
    try {
      const json = new TextEncoder().encode(JSON.stringify(await answerTo(archive, question, systemClock.nowMs())))
      post({ kind: 'answer', id, json }, [json.buffer as ArrayBuffer])
    } catch (error) {
      post({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) })
    }
  }
  const tick = async () => {
    await archive.tick()
    const now = archive.problem
    if ((now?.title ?? null) === problem) return
    problem = now?.title ?? null
    post({ kind: 'problem', title: problem, detail: now?.detail ?? '' })
  }
  const failed = (error: unknown) => {
    // Not of the disk: the thread ends, and another one is begun.
    setImmediate(() => {
      throw error
    })
  }
  const timer = setInterval(() => void tick().catch(failed), TICK_MS)
  port.on('message', (message: ToThread) => {
    switch (message.kind) {
      case 'feed':
        turn = turn.then(() => feed(message.items)).catch(failed)
        return
      case 'held':
        turn = turn.then(() => held(message.cluster, message.token)).catch(failed)
        return
      case 'ask': {
        // After everything that was fed before; the next feed does not wait for it.
        void turn.then(() => answer(message.id, message.question))
        return
      }
      case 'close':
        clearInterval(timer)
        void turn
          .then(() => archive.tick(true))
          .then(() => database.close())
          .then(() => post({ kind: 'closed' }))
          .catch(failed)
        return
      default:
        message satisfies never
    }
  })
}

if (!isMainThread && parentPort !== null) await serve(parentPort, workerData as ThreadData)
