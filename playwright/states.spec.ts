/** Every state a quorum or the way to it can be in: what is said first, and what the page looks like then. */
import { aView } from '../components/testing/exampleView.ts'
import type { QuorumEvent } from '../server/contract/past/events.ts'
import { expect, test } from './product.ts'
import {
  CLUSTER,
  changePending,
  failedDisk,
  linkOf,
  majorityLost,
  missingRight,
  nobodyLeads,
  type Scene,
  silentVoter,
  stage,
  summaryOf,
} from './routed.ts'

const problem = (title: string, detail: string, remedy: string) => ({ code: 'x', title, detail, remedy })

const STATES: readonly { name: string; scene: Scene; tone: string; headline: string; also: string }[] = [
  {
    name: 'healthy',
    scene: { view: aView() },
    tone: 'ok',
    headline: 'Healthy: you can lose 1 more controller.',
    also: 'All 3 voters follow leader 0.',
  },
  {
    name: 'margin 0',
    scene: { view: failedDisk() },
    tone: 'caution',
    headline: 'Controller 2 is silent. The quorum works, but cannot lose another controller.',
    also: 'A new disk of controller 2 is here and has caught up: lag 0.',
  },
  {
    name: 'majority lost',
    scene: { view: majorityLost() },
    tone: 'danger',
    headline: 'The majority is lost: 1 of 3 voters healthy, 2 needed.',
    also: 'No metadata changes until 1 or 2 is back.',
  },
  {
    name: 'no leader',
    scene: { view: nobodyLeads(), link: { state: 'no-leader' } },
    tone: 'danger',
    headline: 'No leader: the quorum does not work.',
    also: 'Brokers keep serving the partitions they lead.',
  },
  {
    name: 'an election',
    scene: { view: nobodyLeads(), link: { state: 'no-leader', sinceMs: nobodyLeads().observedAtMs } },
    tone: 'caution',
    headline: 'No leader at this moment.',
    also: 'The controllers are electing one',
  },
  {
    name: 'unreachable',
    scene: {
      view: null,
      link: {
        state: 'unreachable',
        problem: problem(
          'Nobody answers',
          'None of 2 addresses accepts a connection.',
          'Check that the controllers run.',
        ),
        attempts: [
          { address: '10.0.0.1:9093', outcome: 'connection refused' },
          { address: 'kafka-2.internal:9093', outcome: 'the name does not resolve' },
        ],
      },
    },
    tone: 'danger',
    headline: 'Nobody answers: the cluster cannot be reached.',
    also: 'the name does not resolve',
  },
  {
    name: 'refused',
    scene: {
      view: null,
      link: {
        state: 'refused',
        problem: problem('Kafka refuses the password', 'SCRAM failed.', 'Check sasl.jaas.config.'),
      },
    },
    tone: 'danger',
    headline: 'Kafka refuses the password.',
    also: 'Check sasl.jaas.config.',
  },
  {
    name: 'unsupported',
    scene: {
      view: null,
      link: {
        state: 'unsupported',
        problem: problem('This cluster runs on ZooKeeper', 'It has no quorum.', 'Migrate it.'),
      },
    },
    tone: 'caution',
    headline: 'This cluster runs on ZooKeeper.',
    also: 'Migrate it.',
  },
  {
    name: 'connecting',
    scene: { view: null, link: { state: 'connecting' } },
    tone: 'neutral',
    headline: 'Connecting to the cluster.',
    also: 'The addresses are being tried',
  },
  {
    name: 'missing rights',
    scene: { view: missingRight() },
    tone: 'caution',
    headline: 'Healthy, as far as the granted rights show: you can lose 1 more controller.',
    also: 'Missing right: CLUSTER_ACTION on the cluster',
  },
  {
    name: 'a voter change that is not committed',
    scene: { view: changePending() },
    tone: 'ok',
    headline: 'Healthy: you can lose 1 more controller.',
    also: 'Voter change in progress: adding 3.',
  },
  {
    name: 'a cluster of which nothing is heard',
    scene: { view: aView(), ageMs: 30_000 },
    tone: 'stale',
    headline: 'Quorumdeck gets no answers from the cluster.',
    also: 'What you see was true',
  },
]

for (const { name, scene, tone, headline, also } of STATES) {
  test(`${name}: the verdict comes first, on the page and on the wall`, async ({ page }) => {
    await stage(page, scene)
    await page.goto(`/clusters/${CLUSTER}`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(headline)
    await expect(page.locator('.qd-verdict')).toHaveAttribute('data-tone', tone)
    await expect(page.getByRole('main')).toContainText(also)
    await page.goto(`/wall/${CLUSTER}`)
    await expect(page.locator('.qd-wall')).toHaveAttribute('data-tone', tone)
  })
}

test('an old picture is grey as a whole, and every age on it runs on', async ({ page }) => {
  const set = await stage(page, { view: aView() })
  await page.goto(`/clusters/${CLUSTER}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Healthy')
  set.fallSilent()
  await expect(page.getByRole('main')).toHaveAttribute('data-stale', 'true')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This page has lost the Quorumdeck server.')
  const age = page.locator('tr.qd-row[data-node="1"] td.qd-cell-fetch')
  const before = await age.textContent()
  await expect(age).not.toHaveText(before ?? '')
})

test('the wall names every seat and the voter change', async ({ page }) => {
  await stage(page, {
    view: failedDisk(),
    summaries: [summaryOf({ view: failedDisk() }), other('a', 1), other('b', 0)],
  })
  await page.goto(`/wall/${CLUSTER}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Cannot lose another controller')
  await expect(page.locator('.qd-wall__seat')).toHaveText([
    /0.*leader/,
    /1.*follows · lag 0/,
    /2.*silent \d+ s · lag 128/,
  ])
  await expect(page.locator('.qd-wall')).toContainText('No voter change in progress')
  await expect(page.locator('.qd-wall')).toContainText('1 of 2 other clusters needs a person')
})

function other(cluster: string, margin: number) {
  return summaryOf({ view: aView({}, { margin, healthyVoters: margin + 2 }) }, { cluster, name: cluster })
}

test('a voter that recovers changes the verdict without a reload', async ({ page }) => {
  const set = await stage(page, { view: failedDisk() })
  await page.goto(`/clusters/${CLUSTER}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Controller 2 is silent')
  set.say({
    type: 'snapshot',
    cluster: CLUSTER,
    ageMs: 0,
    intervalMs: 1_000,
    link: linkOf(),
    view: { ...aView({ seq: 1 }), cluster: CLUSTER },
    workflows: [],
  })
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Healthy')
})

test('events: what is not committed and what was undone is shown as such', async ({ page }) => {
  const event = {
    cluster: CLUSTER,
    kind: 'voters-changed',
    severity: 'info',
    offset: 1,
    epoch: 9,
    replicas: [],
    actor: null,
  } satisfies Partial<QuorumEvent>
  const set = await stage(page, {
    view: aView(),
    events: [
      {
        ...event,
        id: 'a',
        revision: 1,
        atMs: aView().observedAtMs - 9_000,
        title: 'Voter 3 added',
        committed: false,
        retracted: false,
      },
      {
        ...event,
        id: 'b',
        revision: 2,
        atMs: aView().observedAtMs - 5_000,
        title: 'Voter 4 added',
        committed: false,
        retracted: true,
      },
    ],
  })
  await page.goto(`/clusters/${CLUSTER}`)
  const events = page.getByRole('region', { name: 'Events' }).getByRole('listitem')
  await expect(events).toHaveText([/Voter 4 added never took effect/, /Voter 3 added appended, not committed yet/])
  set.say({
    type: 'event',
    cluster: CLUSTER,
    event: {
      ...event,
      id: 'a',
      revision: 2,
      atMs: aView().observedAtMs - 9_000,
      title: 'Voter 3 added',
      committed: true,
      retracted: false,
    },
  })
  await expect(events.nth(1)).toHaveText(/Voter 3 added$/)
})

test('several clusters: the list puts first what needs a person', async ({ page }) => {
  const healthy = summaryOf({ view: aView() })
  const many = Array.from({ length: 9 }, (_, i) => ({
    ...healthy,
    cluster: `c${i}`,
    name: `cluster ${i}`,
    clusterId: `id-of-${i}`,
  }))
  const lost = { ...healthy, cluster: 'lost', name: 'zeta', clusterId: null, link: linkOf({ state: 'unreachable' }) }
  await stage(page, { view: aView(), summaries: [...many, lost] })
  await page.goto('/')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 of 10 clusters needs a person')
  await expect(page.locator('[data-fleet-row]').first()).toHaveText('zeta')
  await page.getByRole('searchbox').fill('cluster 7')
  await expect(page.locator('[data-fleet-row]')).toHaveText(['cluster 7'])
})

test('a server that asks for a token sends to the sign-in page and back', async ({ page }) => {
  await page.route('**/api/session', (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({
          status: 401,
          json: { error: { code: 'wrong-token', message: 'This token is not known here.', remedy: 'Check it.' } },
        })
      : route.fulfill({
          status: 401,
          json: { error: { code: 'sign-in', message: 'Sign in.', remedy: 'Use a token.' } },
        }),
  )
  await page.goto(`/clusters/${CLUSTER}`)
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fclusters%2Fpayments/)
  await page.getByLabel('Access token').fill('wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('This token is not known here.')).toBeVisible()
  await page.unroute('**/api/session')
  await stage(page, { view: aView({ replicas: [silentVoter] }) })
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/\/clusters\/payments$/)
})

test('an unknown cluster leads to the list, and from there to one that exists', async ({ page }) => {
  const healthy = summaryOf({ view: aView() })
  await stage(page, {
    view: aView(),
    summaries: [healthy, { ...healthy, cluster: 'b', name: 'orders-prod', clusterId: 'another' }],
  })
  await page.goto('/clusters/nobody')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No cluster is called “nobody” here.')
  await page.getByRole('link', { name: 'See the clusters of this server' }).click()
  await page.getByRole('link', { name: 'payments-prod', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Healthy: you can lose 1 more controller.')
  await page.getByRole('button', { name: 'Cluster payments-prod. Choose another.' }).click()
  await page.getByRole('link', { name: /^orders-prod/ }).click()
  await expect(page).toHaveURL(/\/clusters\/b$/)
})
