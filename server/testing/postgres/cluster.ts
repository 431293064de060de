/** For tests: a PostgreSQL of its own, as Debian packages it, in a folder that is gone when it or this process has ended. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { releasePorts, takePorts } from '../../sandbox/ports.ts'
import { until } from '../until.ts'

const PACKAGES = '/usr/lib/postgresql'
/** Names of databases in one server. */
let made = 0

export interface PostgresCluster {
  readonly port: number
  /** A database of its own. @param tablespace where its tables are, the usual place by default */
  createDatabase(tablespace?: string): Promise<string>
  /** As its administrator. */
  query(database: string, sql: string): Promise<pg.QueryResult>
  urlOf(database: string): string
  /** Answers nothing and breaks nothing, until it goes on: the postmaster and all that it has started. */
  freeze(): void
  thaw(): void
  /** Ends it at once, as a power cut does, and starts it again on what is on its disk. */
  restart(): Promise<void>
  /** `null` where none was asked for, or nobody may mount one. */
  smallDisk: SmallDisk | null
  close(): Promise<void>
}

/** A tablespace on a file system of its own, which can be full while the write-ahead log has room. */
export interface SmallDisk {
  tablespace: string
  /** Takes all the room that is left. */
  fill(): void
  /** Gives it back. */
  clear(): void
}

const SMALL_DISK = '64m'
/** Seen by what is started below it alone, and gone with it. */
const MOUNT = `mount -t tmpfs -o size=${SMALL_DISK},uid=$(id -u postgres),mode=0700 tmpfs "$0" && exec "$@"`

/** `null` where there is none on this machine. */
function programs(): string | null {
  try {
    const newest = readdirSync(PACKAGES).toSorted((a, b) => Number(b) - Number(a))[0]
    return newest === undefined ? null : join(PACKAGES, newest, 'bin')
  } catch {
    return null
  }
}

/** @throws Error where there is none */
export function postgresPrograms(): string {
  const bin = programs()
  if (bin === null) throw new Error('PostgreSQL is missing: install the package postgresql')
  return bin
}

const isRoot = process.getuid?.() === 0
/** PostgreSQL does not run as root. */
const asPostgres = (command: string[]): string[] => (isRoot ? ['runuser', '-u', 'postgres', '--', ...command] : command)

function idOf(flag: '-u' | '-g'): number {
  return Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout.trim())
}

/** Ends PostgreSQL and takes its folder away when nobody holds its input any more: also where the test is killed. */
const GUARD = `"$1/postgres" -D "$2/data" -p "$3" -k "$2" -c listen_addresses=127.0.0.1 -c max_connections=200 -c fsync=off $4 >>"$2/log" 2>&1 &
pid=$!; echo $pid; word=; read word; kill -CONT $pid 2>/dev/null; kill -QUIT $pid 2>/dev/null; wait $pid
[ "$word" = keep ] || rm -rf "$2"`

/** A process and all that it has started. */
function family(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    const id = Number(entry)
    if (!Number.isInteger(id)) continue
    try {
      const stat = readFileSync(`/proc/${id}/stat`, 'utf8')
      parents.set(id, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // It has ended.
    }
  }
  return [pid, ...[...parents].filter(([, parent]) => parent === pid).map(([id]) => id)]
}

const FILLING = Buffer.alloc(1024 * 1024)

function mayMount(): boolean {
  return spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).status === 0
}

/** @param more further arguments of the server, such as `-c name=value` @param withSmallDisk which does not outlive a restart */
export async function startPostgres(more = '', withSmallDisk = false): Promise<PostgresCluster> {
  const bin = postgresPrograms()
  const folder = mkdtempSync(join(tmpdir(), 'quorumdeck-postgres-'))
  if (isRoot) chownSync(folder, idOf('-u'), idOf('-g'))
  chmodSync(folder, 0o700)
  const made_ = spawnSync(
    asPostgres([join(bin, 'initdb')])[0] ?? '',
    [
      ...asPostgres([join(bin, 'initdb')]).slice(1),
      ...['-D', join(folder, 'data'), '-U', 'postgres', '--auth=trust', '--no-sync', '--locale=C.UTF-8', '-E', 'UTF8'],
    ],
    { cwd: folder, encoding: 'utf8' },
  )
  if (made_.status !== 0) throw new Error(`initdb: ${made_.stderr}`)
  const [port = 0] = await takePorts('127.0.0.1', 1)
  const small = withSmallDisk && isRoot && mayMount() ? join(folder, 'small') : null
  if (small !== null) mkdirSync(small)
  let guard: ChildProcess | null = null
  let pid = 0

  const query = async (database: string, sql: string): Promise<pg.QueryResult> => {
    const client = new pg.Client({ connectionString: urlOf(database), connectionTimeoutMillis: 3000 })
    client.on('error', () => {})
    await client.connect()
    try {
      return await client.query(sql)
    } finally {
      await client.end()
    }
  }
  const urlOf = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`
  const start = async () => {
    const server = asPostgres(['sh', '-c', GUARD, 'sh', bin, folder, String(port), more])
    const [command = '', ...args] = small === null ? server : ['unshare', '-m', 'sh', '-c', MOUNT, small, ...server]
    const child = spawn(command, args, { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] })
    guard = child
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
    pid = Number(chunk.toString().trim())
    await until('PostgreSQL answers', async () => {
      const answer = await query('postgres', 'SELECT 1').catch(() => null)
      return answer === null ? null : true
    })
  }
  const stop = async (word = '') => {
    const child = guard
    guard = null
    if (child === null) return
    const ended = once(child, 'exit')
    child.stdin?.end(word)
    await ended
  }
  const signal = (name: NodeJS.Signals) => {
    for (const id of family(pid)) {
      try {
        process.kill(id, name)
      } catch {
        // It has ended.
      }
    }
  }
  await start()
  let smallDisk: SmallDisk | null = null
  if (small !== null) {
    // From outside of its name space.
    const filler = join(`/proc/${pid}/root`, small, 'filler')
    await query('postgres', `CREATE TABLESPACE small LOCATION '${small}'`)
    smallDisk = {
      tablespace: 'small',
      fill: () => {
        const file = openSync(filler, 'a')
        try {
          for (;;) writeSync(file, FILLING)
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
        } finally {
          closeSync(file)
        }
      },
      clear: () => rmSync(filler),
    }
  }
  return {
    port,
    urlOf,
    query,
    smallDisk,
    createDatabase: async (tablespace) => {
      made += 1
      const name = `test_${process.pid}_${made}_${Math.floor(performance.now())}`
      await query('postgres', `CREATE DATABASE ${name}${tablespace === undefined ? '' : ` TABLESPACE ${tablespace}`}`)
      return urlOf(name)
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    restart: async () => {
      await stop('keep\n')
      await start()
    },
    close: async () => {
      signal('SIGCONT')
      await stop()
      rmSync(folder, { recursive: true, force: true })
      releasePorts([port])
    },
  }
}
