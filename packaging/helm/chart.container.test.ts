/** The chart, rendered by Helm itself: what it lets run, what it keeps out of ConfigMaps, what it refuses. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'

const CHART = join(import.meta.dirname, 'quorumdeck')
/** Built from its sources Helm takes an old version for granted. */
const KUBE = ['--kube-version', '1.31.0']
const HELM = 'helm.sh/helm/v3/cmd/helm@v3.17.3'

let folder: string
let helm: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorumdeck-helm-'))
  const there = spawnSync('sh', ['-c', 'command -v helm'], { encoding: 'utf8' }).stdout.trim()
  helm = there === '' ? join(folder, 'bin', 'helm') : there
  if (there === '')
    execFileSync('go', ['install', HELM], { env: { ...process.env, GOBIN: join(folder, 'bin') }, stdio: 'ignore' })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Resource {
  kind: string
  metadata: { name: string }
  spec?: Record<string, never>
  data?: Record<string, string>
}

function values(given: object): string {
  const file = join(folder, 'values.json')
  writeFileSync(file, JSON.stringify(given))
  return file
}

function render(given: object = {}): Resource[] {
  const text = execFileSync(helm, ['template', 'deck', CHART, ...KUBE, '-f', values(given)], { encoding: 'utf8' })
  return parseAllDocuments(text).flatMap((document) =>
    document.contents === null ? [] : [document.toJS() as Resource],
  )
}

const refused = (given: object): string => {
  const { status, stderr } = spawnSync(helm, ['template', 'deck', CHART, ...KUBE, '-f', values(given)], {
    encoding: 'utf8',
  })
  expect(status).not.toBe(0)
  return stderr
}

const DATABASE = { secrets: { databaseUrlSecret: 'database' } }

test('lint finds nothing', () => {
  const { status, stdout } = spawnSync(helm, ['lint', '--strict', ...KUBE, CHART], { encoding: 'utf8' })
  expect(status, stdout).toBe(0)
})

test('Kerberos: its configuration is a file of the secret, and nothing without one', () => {
  const kerberos = { configuration: 'krb5.conf' }
  const text = JSON.stringify(render({ kerberos, secrets: { existing: 'deck', databaseUrlSecret: 'database' } }))
  expect(text).toContain('{"name":"KRB5_CONFIG","value":"/etc/quorumdeck/secrets/krb5.conf"}')
  expect(text).toContain('"DATABASE_URL"')
  expect(JSON.stringify(render())).not.toContain('KRB5_CONFIG')
  expect(refused({ kerberos })).toContain('secrets.existing')
})

describe.each([
  ['one, on its own disk', {}, 'StatefulSet'],
  [
    'three, on a database',
    {
      replicas: 3,
      ...DATABASE,
      ingress: { enabled: true, host: 'deck.example.com', tlsSecret: 'tls' },
      networkPolicy: { from: [{ namespaceSelector: { matchLabels: { name: 'ingress' } } }] },
    },
    'Deployment',
  ],
])('%s', (_what, given, kind) => {
  test('runs as nobody, on a root that is read-only, with all three probes', () => {
    const workload = render(given).find((one) => one.kind === kind) as unknown as {
      spec: {
        template: {
          spec: {
            securityContext: object
            automountServiceAccountToken: boolean
            containers: Record<string, unknown>[]
          }
        }
      }
    }
    const { securityContext, containers, automountServiceAccountToken } = workload.spec.template.spec
    expect(securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 10001,
      seccompProfile: { type: 'RuntimeDefault' },
    })
    expect(automountServiceAccountToken).toBe(false)
    const [container] = containers
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    for (const [probe, path] of [
      ['readinessProbe', '/readyz'],
      ['livenessProbe', '/healthz'],
      ['startupProbe', '/healthz'],
    ] as const)
      expect(container?.[probe]).toMatchObject({ httpGet: { path, port: 'http' } })
  })

  test('has a network policy that looks names up, and no secret in a ConfigMap', () => {
    const made = render(given)
    expect(made.find((one) => one.kind === 'NetworkPolicy')?.spec).toMatchObject({ policyTypes: ['Ingress', 'Egress'] })
    const maps = made.filter((one) => one.kind === 'ConfigMap').map((one) => JSON.stringify(one.data))
    expect(maps.join()).not.toMatch(/DATABASE_URL|password|token/i)
    expect(made.some((one) => one.kind === 'Secret')).toBe(false)
  })
})

const policy = (given: object) => render(given).find((one) => one.kind === 'NetworkPolicy')?.spec

test('nobody in the cluster may ask it unless they are named, and then nobody else', () => {
  // With a rule that names no sources everybody would be one.
  expect(policy({})).toMatchObject({ policyTypes: ['Ingress', 'Egress'], ingress: [] })
  const from = [
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } },
    { podSelector: { matchLabels: { app: 'prometheus' } } },
  ]
  expect(policy({ networkPolicy: { from } })).toMatchObject({ ingress: [{ ports: [{ port: 'http' }], from }] })
  const to = [{ ipBlock: { cidr: '10.0.0.0/8' } }]
  expect(policy({ networkPolicy: { to } })).toMatchObject({ egress: [{}, { to }] })
  expect(policy({ networkPolicy: { enabled: false } })).toBeUndefined()
})

test('the database comes from a Secret, into the environment of the container alone', () => {
  const text = JSON.stringify(render({ replicas: 2, ...DATABASE }))
  expect(text).toContain('{"name":"DATABASE_URL","valueFrom":{"secretKeyRef":{"name":"database","key":"url"}}}')
  expect(render({ replicas: 2, ...DATABASE }).some(({ kind }) => kind === 'PodDisruptionBudget')).toBe(true)
})

test('below a path: the product, its probes and the ingress say the same', () => {
  const networkPolicy = { from: [{ namespaceSelector: {} }] }
  const ingress = { enabled: true, host: 'tools.example.com' }
  const made = render({ basePath: '/tools/quorumdeck', ingress, networkPolicy })
  const text = JSON.stringify(made)
  expect(text).toContain('"--base-path","/tools/quorumdeck"')
  for (const path of ['readyz', 'healthz']) {
    expect(text).toContain(`"path":"/tools/quorumdeck/${path}"`)
    expect(text).not.toContain(`"path":"/${path}"`)
  }
  expect(text).toContain('{"path":"/tools/quorumdeck","pathType":"Prefix"')
  const without = JSON.stringify(render({ ingress, networkPolicy }))
  expect(without).not.toContain('base-path')
  expect(without).toContain('{"path":"/","pathType":"Prefix"')
})

test.each<[string, object, RegExp]>([
  ['a base path without a slash before it', { basePath: 'quorumdeck' }, /basePath/],
  ['a base path with a slash after it', { basePath: '/quorumdeck/' }, /basePath/],
  ['a base path that leads elsewhere', { basePath: '/a/../b' }, /basePath/],
  ['a base path that probes do not know', { config: { basePath: '/quorumdeck' } }, /config/],
  ['two on one disk', { replicas: 2 }, /opens once/],
  ['a value that there is not', { replica: 3 }, /replica/],
  ['a password among the configuration', { config: { password: 'x' } }, /config/],
  ['an ingress without a host', { ingress: { enabled: true } }, /host/],
  ['an ingress that nobody gets through', { ingress: { enabled: true, host: 'deck.example' } }, /networkPolicy\.from/],
  ['a load balancer that nobody gets through', { service: { type: 'LoadBalancer' } }, /networkPolicy\.from/],
  ['a source that names nobody', { networkPolicy: { from: [{}] } }, /networkPolicy|from/],
  ['a source with a slip of the pen', { networkPolicy: { from: [{ namespaceselector: {} }] } }, /namespaceselector/],
])('%s is refused', (_what, given, words) => {
  expect(refused(given)).toMatch(words)
})
