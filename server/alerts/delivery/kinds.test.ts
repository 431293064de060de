/** What each kind of receiver gets, byte by byte where somebody else reads it. */
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { AlertIncident } from '../../contract/alerts/incidents.ts'
import { alertOf } from './alertmanager.ts'
import { emailSender } from './email.ts'
import type { Message } from './message.ts'
import type { EmailOptions } from './receiverOptions.ts'
import { shownTarget } from './senders.ts'
import { slackBody } from './slack.ts'
import { signature, webhookBody } from './webhook.ts'

const AT_MS = 1_700_000_000_000
const incident: AlertIncident = {
  id: 'i1',
  cluster: 'payments',
  rule: 'voter-silent',
  key: '2/-',
  severity: 'warning',
  state: 'open',
  title: 'Controller 2 <is> silent & down',
  detail: 'It has not fetched.',
  remedy: 'Look at its host.',
  replicas: [{ nodeId: 2, directoryId: null }],
  startedAtMs: AT_MS,
  firedAtMs: AT_MS + 60_000,
  resolvedAtMs: null,
  acknowledged: null,
  silencedBy: null,
}
const open: Message = { incident, state: 'open', link: 'https://deck/clusters/payments' }
const over: Message = {
  incident: { ...incident, state: 'resolved', resolvedAtMs: AT_MS + 90_000 },
  state: 'resolved',
  link: null,
}

describe('a webhook', () => {
  test('holds the incident whole, and is signed over time and body', () => {
    const body = webhookBody(open)
    expect(JSON.parse(body)).toEqual({ version: 1, state: 'open', alert: incident, link: open.link })
    const [, seconds, hex] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature('secret', body, AT_MS + 999)) ?? []
    expect(seconds).toBe('1700000000')
    expect(hex).toBe(createHmac('sha256', 'secret').update(`1700000000.${body}`).digest('hex'))
  })
  test('another time, body or secret has another signature', () => {
    const own = signature('secret', 'body', AT_MS)
    for (const other of [
      signature('secret', 'body', AT_MS + 1000),
      signature('secret', 'bodY', AT_MS),
      signature('Secret', 'body', AT_MS),
    ]) {
      expect(other).not.toBe(own)
    }
  })
  test('a beginning that comes late is a beginning, with its end', () => {
    expect(JSON.parse(webhookBody({ ...over, state: 'open' }))).toMatchObject({
      state: 'open',
      alert: { state: 'open', resolvedAtMs: AT_MS + 90_000 },
    })
  })
})

test('Slack gets text and blocks, without markup of ours', () => {
  const { text, blocks } = JSON.parse(slackBody(open))
  expect(text).toBe('[FIRING: warning] payments: Controller 2 &lt;is&gt; silent &amp; down')
  expect(blocks.map(({ type }: { type: string }) => type)).toEqual(['header', 'section'])
  expect(blocks[0].text.text).toBe('[FIRING: warning] payments: Controller 2 <is> silent & down')
  expect(blocks[1].text.text).toContain('Look at its host.')
  const long = { ...open, incident: { ...incident, title: 'x'.repeat(400), detail: 'y'.repeat(5000) } }
  const cut = JSON.parse(slackBody(long)).blocks
  expect([cut[0].text.text.length <= 150, cut[1].text.text.length <= 3000]).toEqual([true, true])
})

test('Alertmanager gets labels by which both states are one alert, and an end only where it is over', () => {
  const [first, last] = [alertOf(open), alertOf(over)]
  expect(first).toEqual({
    labels: {
      alertname: 'voter-silent',
      cluster: 'payments',
      severity: 'warning',
      source: 'quorumdeck',
      key: '2/-',
      node: '2',
    },
    annotations: { summary: incident.title, description: 'It has not fetched.', remedy: 'Look at its host.' },
    startsAt: '2023-11-14T22:13:20.000Z',
    generatorURL: 'https://deck/clusters/payments',
  })
  expect(last.labels).toEqual(first.labels)
  expect(last.endsAt).toBe('2023-11-14T22:14:50.000Z')
})

test('what is shown of a receiver holds no path and no query', () => {
  const any = { name: 'a', severities: null, clusters: null, sendResolved: true, allowPrivate: false }
  expect(shownTarget({ ...any, kind: 'slack', url: 'https://hooks.example:8443/T0/secret?token=x' })).toBe(
    'https://hooks.example:8443',
  )
})

describe('e-mail', () => {
  const servers: { close(): unknown }[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })

  /** Speaks as much of SMTP as a mail needs. `answers` in place of what it would say to a command. */
  async function mailServer(
    answers: Record<string, string> = {},
  ): Promise<{ port: number; mails: string[]; said: string[] }> {
    const [mails, said]: [string[], string[]] = [[], []]
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      let isData = false
      let rest = ''
      socket.on('error', () => {})
      if (answers.greeting !== 'none') socket.write('220 test ESMTP\r\n')
      socket.on('data', (chunk) => {
        rest += chunk.toString()
        for (
          let end = rest.indexOf(isData ? '\r\n.\r\n' : '\r\n');
          end >= 0;
          end = rest.indexOf(isData ? '\r\n.\r\n' : '\r\n')
        ) {
          const line = rest.slice(0, end)
          rest = rest.slice(end + (isData ? 5 : 2))
          if (isData) {
            mails.push(line)
            isData = false
            socket.write('250 taken\r\n')
            continue
          }
          said.push(line)
          const command = line.split(' ')[0]?.toUpperCase() ?? ''
          isData = command === 'DATA'
          socket.write(`${answers[command] ?? (isData ? '354 go on' : '250 ok')}\r\n`)
        }
      })
    })
    servers.push({
      close: () => {
        for (const socket of sockets) socket.destroy()
        server.close()
      },
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return { port: (server.address() as AddressInfo).port, mails, said }
  }
  const options = (port: number, change: Partial<EmailOptions> = {}): EmailOptions => ({
    kind: 'email',
    name: 'mail',
    severities: null,
    clusters: null,
    sendResolved: true,
    allowPrivate: true,
    from: 'deck@example.com',
    to: ['ann@example.com', 'bob@example.com'],
    smtp: { host: 'mail.example', port, secure: false, plain: true, credentials: null },
    ...change,
  })
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }]

  test('arrives with subject, words, and an id that every try has', async () => {
    const { port, mails, said } = await mailServer()
    const sender = emailSender(options(port), resolve)
    await sender.send(open)
    await sender.send(open)
    expect(mails).toHaveLength(2)
    for (const mail of mails) {
      expect(mail).toContain('Subject: [FIRING: warning] payments: Controller 2 <is> silent & down')
      expect(mail).toContain('Message-ID: <i1-open@quorumdeck>')
      expect(mail).toContain('Look at its host.')
      expect(mail).toContain('https://deck/clusters/payments')
    }
    expect(said.filter((line) => line.startsWith('RCPT'))).toHaveLength(4)
  })

  test('words of a cluster cannot add a header', async () => {
    const { port, mails } = await mailServer()
    const title = 'x\r\nBcc: everybody@example.com'
    await emailSender(options(port), resolve).send({ ...open, incident: { ...incident, title } })
    expect(mails[0]?.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/m)
  })

  test('without encryption nothing is sent, unless the configuration says plain', async () => {
    const { port, mails } = await mailServer({ STARTTLS: '502 not here' })
    const strict = options(port, { smtp: { ...options(port).smtp, plain: false } })
    await expect(emailSender(strict, resolve).send(open)).rejects.toMatchObject({ kind: 'receiver' })
    expect(mails).toEqual([])
  })

  test('a mail that is refused for good is about the mail, everything else about the server', async () => {
    const refusing = await mailServer({ RCPT: '550 nobody here' })
    await expect(emailSender(options(refusing.port), resolve).send(open)).rejects.toMatchObject({ kind: 'message' })
    const busy = await mailServer({ MAIL: '451 later' })
    await expect(emailSender(options(busy.port), resolve).send(open)).rejects.toMatchObject({ kind: 'receiver' })
  })

  test('a mail server on a private address is not spoken to where that is not allowed', async () => {
    const { port, said } = await mailServer()
    const sender = emailSender(options(port, { allowPrivate: false }), resolve)
    await expect(sender.send(open)).rejects.toThrow('allowPrivate: true')
    expect(said).toEqual([])
  })
})
