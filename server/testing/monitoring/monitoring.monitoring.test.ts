/** What is in monitoring/, with the programs that it is for: Prometheus scrapes and rings, Alertmanager receives. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { releasePorts, takePorts } from '../../sandbox/ports.ts'
import { quickPolicies } from '../alerts/quickPolicies.ts'
import { CLUSTER, type Serving, serve } from '../serving.ts'
import { commandOf, type RunningProgram, startProgram, until } from './program.ts'

const MONITORING = join(import.meta.dirname, '..', '..', '..', 'monitoring')
const RULES = join(MONITORING, 'prometheus', 'rules.yml')

const programs: RunningProgram[] = []
const servings: Serving[] = []
const folders: string[] = []
const ports: number[] = []
afterEach(async () => {
  for (const program of programs.splice(0)) await program.close()
  for (const serving of servings.splice(0)) await serving.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  releasePorts(ports.splice(0))
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quorumdeck-monitoring-'))
  folders.push(folder)
  return folder
}

async function freePort(): Promise<number> {
  const [port = 0] = await takePorts('127.0.0.1', 1)
  ports.push(port)
  return port
}

async function get<T>(url: string): Promise<T> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

async function serving(...args: Parameters<typeof serve>): Promise<Serving> {
  const one = await serve(...args)
  servings.push(one)
  await one.watching.view('a whole quorum', (v) => v.quorum.margin === 1 && !v.quorum.settling)
  return one
}

async function followerOf({ watching }: Serving): Promise<number> {
  const { quorum } = await watching.view('a leader', (v) => v.quorum.leaderId !== null)
  return [0, 1, 2].find((id) => id !== quorum.leaderId) ?? 0
}

test('promtool: the rules are rules, and ring when they should', () => {
  const promtool = (...args: string[]) => spawnSync(commandOf('promtool'), args, { encoding: 'utf8' })
  const checked = promtool('check', 'rules', RULES)
  expect([checked.status, checked.stdout + checked.stderr]).toEqual([0, expect.stringContaining('SUCCESS')])
  const tested = promtool('test', 'rules', join(MONITORING, 'prometheus', 'rules.test.yml'))
  expect([tested.status, tested.stdout + tested.stderr]).toEqual([0, expect.stringContaining('SUCCESS')])
})

test('every alert of the rules is in their test, and every figure that monitoring/ names is served', async () => {
  const rules = readFileSync(RULES, 'utf8')
  const tests = readFileSync(join(MONITORING, 'prometheus', 'rules.test.yml'), 'utf8')
  const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name)
  expect(alerts.length).toBeGreaterThan(10)
  expect(alerts.filter((name) => !tests.includes(`alertname: ${name}\n`))).toEqual([])

  const { url } = await serving()
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const served = new Set([...metrics.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name))
  const named = ['prometheus/rules.yml', 'grafana/dashboard.json', 'README.md'].flatMap((file) =>
    [...readFileSync(join(MONITORING, file), 'utf8').matchAll(/\bquorumdeck_[a-z0-9_]*[a-z0-9]\b(?!_?\*)/g)].map(
      ([name]) => name,
    ),
  )
  expect(named.length).toBeGreaterThan(30)
  expect([...new Set(named)].filter((name) => !served.has(name) && name !== 'quorumdeck_replica')).toEqual([])
})

test('the dashboard is one: every panel asks something of the chosen Prometheus', () => {
  const { panels, templating } = JSON.parse(readFileSync(join(MONITORING, 'grafana', 'dashboard.json'), 'utf8'))
  expect(templating.list.map(({ name }: { name: string }) => name)).toEqual(['datasource', 'cluster'])
  for (const panel of panels) {
    expect(panel.targets.length, panel.title).toBeGreaterThan(0)
    for (const { expr, datasource } of panel.targets) {
      expect(expr).toContain('quorumdeck_')
      expect(datasource.uid).toMatch(/^\$\{datasource\}$/)
    }
  }
})

interface PrometheusAlerts {
  data: { alerts: { state: string; labels: Record<string, string> }[] }
}
interface PrometheusResult {
  data: { result: { metric: Record<string, string>; value: [number, string] }[] }
}

test('a real Prometheus scrapes the product, and its rules see what happens to the quorum', async () => {
  const deck = await serving()
  const folder = newFolder()
  const port = await freePort()
  writeFileSync(
    join(folder, 'prometheus.yml'),
    [
      'global: {scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms}',
      `rule_files: [${JSON.stringify(RULES)}]`,
      'scrape_configs:',
      '  - job_name: quorumdeck',
      `    static_configs: [{targets: ['${new URL(deck.url).host}']}]`,
    ].join('\n'),
  )
  const url = `http://127.0.0.1:${port}`
  const args = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ]
  programs.push(await startProgram(commandOf('prometheus'), args, url, '/-/ready'))
  const value = async (query: string) => {
    const { data } = await get<PrometheusResult>(`${url}/api/v1/query?query=${encodeURIComponent(query)}`)
    return data.result[0]?.value[1]
  }
  await until('the margin', async () => (await value(`quorumdeck_margin{cluster="${CLUSTER}"}`)) === '1')
  expect(await value('up{job="quorumdeck"}')).toBe('1')

  const nodeId = await followerOf(deck)
  await deck.quorum.port.act({ action: 'freeze', nodeId })
  await until('no margin', async () => (await value(`quorumdeck_margin{cluster="${CLUSTER}"}`)) === '0')
  const ringing = await until('the rules', async () => {
    const { data } = await get<PrometheusAlerts>(`${url}/api/v1/alerts`)
    const names = new Set(data.alerts.map(({ labels }) => labels.alertname))
    return names.has('QuorumMarginLow') && names.has('QuorumVoterNotHealthy') && data.alerts
  })
  expect(ringing.find(({ labels }) => labels.alertname === 'QuorumVoterNotHealthy')?.labels).toMatchObject({
    cluster: CLUSTER,
    node_id: String(nodeId),
    severity: 'warning',
  })
  await deck.quorum.port.act({ action: 'resume', nodeId })
  await until('the end', async () => {
    const { data } = await get<PrometheusAlerts>(`${url}/api/v1/alerts`)
    return !data.alerts.some(({ labels }) => labels.alertname === 'QuorumMarginLow')
  })
})

interface AlertOfManager {
  labels: Record<string, string>
  annotations: Record<string, string>
  status: { state: string }
  startsAt: string
  endsAt: string
}

describe('a real Alertmanager', () => {
  async function startAlertmanager(): Promise<string> {
    const folder = newFolder()
    const port = await freePort()
    writeFileSync(join(folder, 'alertmanager.yml'), 'route: {receiver: nobody}\nreceivers: [{name: nobody}]\n')
    const url = `http://127.0.0.1:${port}`
    const args = [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ]
    programs.push(await startProgram(commandOf('prometheus-alertmanager', 'alertmanager'), args, url, '/-/ready'))
    return url
  }

  test('holds what rings, with its labels, and lets it go when it is over', async () => {
    const url = await startAlertmanager()
    const any = { severities: null, clusters: null, sendResolved: true, allowPrivate: true }
    const deck = await serving(null, 100, {
      alerts: {
        publicUrl: 'https://deck.example',
        policies: quickPolicies(['voter-silent', 'margin-low']),
        receivers: [{ ...any, kind: 'alertmanager', name: 'am', url, authorization: null }],
      },
    })
    const nodeId = await followerOf(deck)
    await deck.quorum.port.act({ action: 'freeze', nodeId })
    const held = () => get<AlertOfManager[]>(`${url}/api/v2/alerts?active=true`)
    const alerts = await until('both alerts', async () => {
      const all = await held()
      return all.length === 2 && all
    })
    const silent = alerts.find(({ labels }) => labels.alertname === 'voter-silent')
    expect(silent?.labels).toMatchObject({
      cluster: CLUSTER,
      severity: 'warning',
      node: String(nodeId),
      source: 'quorumdeck',
    })
    expect(silent?.annotations.summary).toBe(`Controller ${nodeId} is silent`)
    expect(silent?.status.state).toBe('active')
    // Without an end of ours it sets one by its own clock: resolve_timeout, 5 minutes by default.
    expect(Date.parse(silent?.endsAt ?? '')).toBeGreaterThan(Date.parse(silent?.startsAt ?? ''))
    await deck.quorum.port.act({ action: 'resume', nodeId })
    await until('none', async () => (await held()).length === 0)
    const { receivers } = await get<{ receivers: { waiting: number; last: { ok: boolean } }[] }>(
      `${deck.url}/api/receivers`,
    )
    expect(receivers[0]).toMatchObject({ waiting: 0, last: { ok: true } })
  })
})
