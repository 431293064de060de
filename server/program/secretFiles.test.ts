import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import forge from 'node-forge'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { applyCertificate, applyTokens, SecretFiles, tokenList } from './secretFiles.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorumdeck-secrets-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function certificate(name: string): { cert: string; key: string } {
  const keys = forge.pki.rsa.generateKeyPair(2048)
  const made = forge.pki.createCertificate()
  made.publicKey = keys.publicKey
  made.serialNumber = '01'
  made.validity.notAfter = new Date(Date.now() + 86_400_000)
  made.setSubject([{ name: 'commonName', value: name }])
  made.setIssuer([{ name: 'commonName', value: name }])
  made.sign(keys.privateKey, forge.md.sha256.create())
  return { cert: forge.pki.certificateToPem(made), key: forge.pki.privateKeyToPem(keys.privateKey) }
}

function shownBy(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN))
      socket.end()
    })
    socket.once('error', reject)
  })
}

test('whoever connects after a renewal is shown the new certificate; one without its key changes nothing', async () => {
  const [old, next] = [certificate('old'), certificate('next')]
  const server = createServer(old)
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  expect(await shownBy(port)).toBe('old')
  expect(() => applyCertificate(server as never, { cert: next.cert, key: old.key })).toThrow()
  expect(await shownBy(port)).toBe('old')
  applyCertificate(server as never, next)
  expect(await shownBy(port)).toBe('next')
  server.close()
})

test('a file that changes is read again; what cannot be used is told, and nothing is applied', async () => {
  const file = join(folder, 'token')
  writeFileSync(file, 'one')
  const applied: string[] = []
  const told: (string | null)[] = []
  let broken = false
  const files = new SecretFiles({
    files: [file],
    lookEveryMs: 20,
    read: async () => {
      if (broken) throw new Error('too short')
      return { tls: null, tokens: { operate: 'two', watch: null } }
    },
    apply: ({ tokens }) => void applied.push(tokens?.operate ?? ''),
    onRead: (error) => void told.push(error === null ? null : (error as Error).message),
  })
  expect(files.count).toBe(1)
  // Written until it is seen: what was there at the first look is no change.
  let written = 0
  const change = () => {
    written += 1
    writeFileSync(file, 'x'.repeat(written))
  }
  const patient = { timeout: 30_000, interval: 50 }
  await expect
    .poll(() => {
      change()
      return told.includes(null)
    }, patient)
    .toBe(true)
  expect(new Set(applied)).toEqual(new Set(['two']))
  broken = true
  await expect
    .poll(() => {
      change()
      return told.includes('too short')
    }, patient)
    .toBe(true)
  expect(new Set(applied)).toEqual(new Set(['two']))
  files.close()
})

test('tokens change in place, for whoever holds them', () => {
  const held = { operate: 'a', watch: 'b' }
  expect(applyTokens(held, { operate: 'a', watch: 'b' })).toBe(false)
  expect(applyTokens(held, { operate: 'c', watch: null })).toBe(true)
  expect(held).toEqual({ operate: 'c', watch: null })
  // Keys that were drawn before there was an administer token are still of the same tokens.
  expect([tokenList(held), tokenList({ ...held, administer: 'd' })]).toEqual([
    ['c', null],
    ['c', null, 'd'],
  ])
})
