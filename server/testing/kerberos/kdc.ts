/** For tests: the KDC of MIT Kerberos with a realm of its own, in a folder that is gone when it or this process has ended. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { releasePorts, takePorts } from '../../sandbox/ports.ts'
import { until } from '../until.ts'

/** Debian keeps them there, which is on the PATH of root alone. */
const PATH = `${process.env.PATH}:/usr/sbin`
const LOOPBACK = '127.0.0.1'
/** Ends the KDC when nobody holds its input any more: also where the test is killed. */
const GUARD = `krb5kdc -n >>"$1/kdc.log" 2>&1 & pid=$!; echo $pid; read word; kill -CONT $pid 2>/dev/null; kill -KILL $pid; wait $pid
[ "$word" = keep ] || rm -rf "$1"`

export interface Kdc {
  readonly realm: string
  /** For `KRB5_CONFIG`, and for `java.security.krb5.conf`. */
  readonly configuration: string
  /** Makes a principal with a random key. @returns the path of its keytab, with its newest key alone */
  keyTab(principal: string): string
  /** @returns a ticket cache, as kinit fills it */
  ticketCache(principal: string, keyTab: string): string
  remove(principal: string): void
  /** Nothing listens any more. */
  stop(): Promise<void>
  start(): Promise<void>
  /** It listens and does not answer, until it goes on. */
  freeze(): void
  thaw(): void
  close(): Promise<void>
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, LOOPBACK)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

export async function startKdc(realm: string): Promise<Kdc> {
  const folder = mkdtempSync(join(tmpdir(), 'quorumdeck-kdc-'))
  const ports = await takePorts(LOOPBACK, 1)
  const [port = 0] = ports
  const at = (name: string) => join(folder, name)
  writeFileSync(
    at('krb5.conf'),
    `[libdefaults]
 default_realm = ${realm}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
 udp_preference_limit = 1
[realms]
 ${realm} = {
  kdc = ${LOOPBACK}:${port}
 }
[domain_realm]
 localhost = ${realm}
`,
  )
  writeFileSync(
    at('kdc.conf'),
    `[realms]
 ${realm} = {
  database_name = ${at('principal')}
  key_stash_file = ${at('stash')}
  kdc_listen = ${LOOPBACK}:${port}
  kdc_tcp_listen = ${LOOPBACK}:${port}
 }
`,
  )
  const env = { ...process.env, PATH, KRB5_CONFIG: at('krb5.conf'), KRB5_KDC_PROFILE: at('kdc.conf') }
  const run = (command: string, args: string[]) => {
    const ran = spawnSync(command, args, { env, encoding: 'utf8' })
    if (ran.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${ran.error?.message ?? ran.stderr}`)
  }
  run('kdb5_util', ['create', '-s', '-r', realm, '-P', 'of-a-test'])

  let guard: ChildProcess | null = null
  let pid = 0
  const start = async () => {
    const child = spawn('sh', ['-c', GUARD, 'sh', folder], { env, stdio: ['pipe', 'pipe', 'ignore'] })
    guard = child
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
    pid = Number(chunk.toString())
    await until('the KDC answers', () => answers(port))
  }
  const stop = async (word: string) => {
    const child = guard
    guard = null
    if (child === null) return
    const ended = once(child, 'exit')
    child.stdin?.end(`${word}\n`)
    await ended
  }
  let made = 0
  const fileFor = (kind: string) => {
    made += 1
    return at(`${made}.${kind}`)
  }
  await start()
  return {
    realm,
    configuration: at('krb5.conf'),
    keyTab(principal) {
      const file = fileFor('keytab')
      // It may be there already, and then has a new key.
      spawnSync('kadmin.local', ['-q', `addprinc -randkey ${principal}`], { env })
      run('kadmin.local', ['-q', `ktadd -k ${file} ${principal}`])
      return file
    },
    ticketCache(principal, keyTab) {
      const file = fileFor('tickets')
      run('kinit', ['-c', file, '-k', '-t', keyTab, principal])
      return file
    },
    remove: (principal) => run('kadmin.local', ['-q', `delprinc -force ${principal}`]),
    start,
    stop: () => stop('keep'),
    freeze: () => process.kill(pid, 'SIGSTOP'),
    thaw: () => process.kill(pid, 'SIGCONT'),
    close: async () => {
      await stop('done')
      rmSync(folder, { recursive: true, force: true })
      releasePorts(ports)
    },
  }
}
