import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ClientFile } from './clientFile.ts'

const saslOf = (password: string, more = '') =>
  `security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="watch" password="${password}";\n${more}`

let folder = ''
let file = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'client-file-'))
  file = join(folder, 'client.properties')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

let tick = 0
async function write(text: string): Promise<void> {
  await writeFile(file, text)
  tick += 1
  await utimes(file, 1000 + tick, 1000 + tick)
}

test('a mended password is taken, in the object that every connection has', async () => {
  await write(saslOf('wrong'))
  const client = await ClientFile.open(file, new Set(['localhost']))
  const { security } = client
  expect(security).toMatchObject({ sasl: { password: 'wrong' }, allowedHosts: new Set(['localhost']) })
  await write(saslOf('right', 'quorumdeck.hosts=kafka-1'))
  await client.renew()
  expect(client.security).toBe(security)
  // The hosts that the file names count, as at the first reading.
  expect(security).toMatchObject({ sasl: { password: 'right' }, allowedHosts: new Set(['kafka-1']) })
  await write('security.protocol=PLAINTEXT')
  await client.renew()
  // Nothing is left that must not go to a strange host.
  expect(security).toEqual({})
})

test('what cannot be read is told once, and what was read before stays', async () => {
  await write(saslOf('right'))
  const client = await ClientFile.open(file, undefined)
  await write('security.protocol=CARRIER_PIGEON')
  await expect(client.renew()).rejects.toThrow(/security.protocol must be one of/)
  await client.renew()
  expect(client.security).toMatchObject({ sasl: { password: 'right' } })
  await rm(file)
  await expect(client.renew()).rejects.toThrow(/there is no such file/)
  expect(client.security).toMatchObject({ sasl: { password: 'right' } })
})

test('a store that was exchanged is read anew, though the file that names it is the same', async () => {
  const store = join(folder, 'trust.pem')
  await writeFile(store, 'no certificate')
  await write(`security.protocol=SSL\nssl.truststore.type=PEM\nssl.truststore.location=${store}`)
  const opening = ClientFile.open(file, undefined)
  await expect(opening).rejects.toThrow(/holds no certificate/)
  await write(`security.protocol=PLAINTEXT\nssl.truststore.location=${store}`)
  const client = await ClientFile.open(file, undefined)
  client.security.tlsServerName = true
  await client.renew()
  expect(client.security.tlsServerName).toBe(true)
  await utimes(store, 5000, 5000)
  await client.renew()
  expect(client.security).toEqual({})
})
