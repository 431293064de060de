/**
 * A real Keycloak, in production mode on a port of loopback: its distribution comes from Maven's repository. It outlives neither
 * `end()` nor this process.
 */
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type GuardedProcess, startGuarded } from '../../bench/guardedProcess.ts'

/** Runs on Java 17. */
export const KEYCLOAK = '26.5.6'
const START_LIMIT_MS = 180_000
const ADMINISTRATOR = { name: 'root-of-keycloak', password: 'a password of this run alone' }

const run = promisify(execFile)

export class Keycloak {
  readonly #port: number
  readonly #folder: string
  #process: GuardedProcess | null = null

  /** @param folder where it is unpacked and keeps its data */
  constructor(port: number, folder: string) {
    this.#port = port
    this.#folder = folder
  }

  /** Fetched, built and started, with this realm. */
  async start(realm: { realm: string }): Promise<void> {
    await this.#unpack()
    await mkdir(join(this.#home, 'data', 'import'), { recursive: true })
    await writeFile(join(this.#home, 'data', 'import', `${realm.realm}-realm.json`), JSON.stringify(realm))
    await run(join(this.#home, 'bin', 'kc.sh'), ['build', '--db=dev-file', '--cache=local'])
    await this.resume()
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get #home(): string {
    return join(this.#folder, `keycloak-${KEYCLOAK}`)
  }

  /** The same server again: same port, keys, people and sessions that it keeps on disk. */
  async resume(): Promise<void> {
    if (this.#process !== null) return
    const options = [
      '--optimized',
      '--import-realm',
      '--http-enabled=true',
      '--http-host=127.0.0.1',
      `--http-port=${this.#port}`,
      `--hostname=${this.url}`,
    ]
    // What bin/kc.sh comes to. The shell itself would stand between us and the process that must not outlive us.
    this.#process = await startGuarded(
      'env',
      [
        `KC_BOOTSTRAP_ADMIN_USERNAME=${ADMINISTRATOR.name}`,
        `KC_BOOTSTRAP_ADMIN_PASSWORD=${ADMINISTRATOR.password}`,
        'java',
        '-Xms64m',
        '-Xmx512m',
        '-Djava.util.concurrent.ForkJoinPool.common.threadFactory=io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory',
        '--add-opens=java.base/java.util=ALL-UNNAMED',
        '--add-opens=java.base/java.util.concurrent=ALL-UNNAMED',
        '--add-opens=java.base/java.security=ALL-UNNAMED',
        `-Dkc.home.dir=${this.#home}`,
        `-Djboss.server.config.dir=${join(this.#home, 'conf')}`,
        '-Djava.util.logging.manager=org.jboss.logmanager.LogManager',
        '-cp',
        join(this.#home, 'lib', 'quarkus-run.jar'),
        'io.quarkus.bootstrap.runner.QuarkusEntryPoint',
        'start',
        ...options,
      ],
      this.#home,
    )
    const { printed, output } = this.#process
    await printed(/Listening on: /, START_LIMIT_MS).catch((error: Error) => {
      throw new Error(`${error.message} ${output().slice(-2000)}`)
    })
  }

  /** As a machine that loses its power: SIGKILL. */
  async kill(): Promise<void> {
    const child = this.#process
    if (child === null) return
    process.kill(child.pid, 'SIGKILL')
    await child.ended
    this.#process = null
  }

  /** Of the REST API for administrators, under `/admin/realms/`. @throws Error for any status but 2xx */
  async administer(method: string, path: string, body?: unknown): Promise<unknown> {
    const granted = await fetch(`${this.url}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'password',
        client_id: 'admin-cli',
        username: ADMINISTRATOR.name,
        password: ADMINISTRATOR.password,
      }),
    })
    const { access_token } = (await granted.json()) as { access_token?: string }
    const answer = await fetch(`${this.url}/admin/realms/${path}`, {
      method,
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`Keycloak, ${method} ${path}: ${answer.status} ${text.slice(0, 300)}`)
    return text === '' ? null : JSON.parse(text)
  }

  async end(): Promise<void> {
    await this.#process?.end()
    this.#process = null
  }

  /** Maven keeps what it has fetched once; that it has unpacked it, it writes down beside. */
  async #unpack(): Promise<void> {
    const artifact = `-Dartifact=org.keycloak:keycloak-quarkus-dist:${KEYCLOAK}:zip`
    const goal = ['dependency:unpack', artifact, `-DoutputDirectory=${this.#folder}`]
    await run('mvn', ['-q', '-B', ...goal], { cwd: this.#folder }).catch((error: Error & { stdout?: string }) => {
      const why = (error.stdout || error.message).slice(-600)
      throw new Error(`Keycloak ${KEYCLOAK} could not be fetched with Maven: ${why}`)
    })
  }
}
