/** The TLS handshake with whoever listens: everything is looked at, also what would not be trusted. Nothing is sent after it. */

import { isIP } from 'node:net'
import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from 'node:tls'
import { limitText } from '../../contract/words/durations.ts'
import type { Address, Security } from '../../kafka/connection.ts'
import { certificateVerdict, type SeenCertificate, type Verdict } from '../verdicts/certificateVerdict.ts'
import { HOP_TIMEOUT_MS } from './network.ts'

export function shakeHands(address: Address, security: Security, nowMs: () => number): Promise<Verdict> {
  const { host, port } = address
  return new Promise((resolve) => {
    let socket: TLSSocket
    try {
      socket = connect({
        ...security.tls,
        host,
        port,
        ...(isIP(host) === 0 ? { servername: host } : {}),
        // Only here, where nothing is sent: what is not trusted is to be described.
        rejectUnauthorized: false,
      })
    } catch (error) {
      // A key that does not belong to its certificate, for example.
      resolve({
        state: 'failed',
        found: [`The key store cannot be used (${(error as NodeJS.ErrnoException).code ?? 'no reason given'}).`],
        remedy: 'Check ssl.keystore.* and ssl.key.password in the client properties file.',
      })
      return
    }
    const done = (verdict: Verdict) => {
      socket.destroy()
      resolve(verdict)
    }
    socket.setTimeout(HOP_TIMEOUT_MS, () =>
      done({
        state: 'failed',
        found: [`The handshake was not answered in ${limitText(HOP_TIMEOUT_MS)}.`],
        remedy: 'Check security.protocol: the listener may not speak TLS.',
      }),
    )
    socket.once('secureConnect', () => {
      const seen = seenCertificate(socket, host, security.tls?.checkServerIdentity === undefined)
      if (seen === null) {
        done({
          state: 'failed',
          found: ['The listener shows no certificate.'],
          remedy: 'Check ssl.keystore.* of the node.',
        })
      } else done(certificateVerdict(seen, host, nowMs()))
    })
    socket.once('error', ({ code = '' }: NodeJS.ErrnoException) => {
      const isOurs = /ALERT/.test(code)
      done({
        state: 'failed',
        found: [isOurs ? `The node ends the handshake (${code}).` : 'This listener does not speak TLS.'],
        remedy: isOurs
          ? 'Check ssl.keystore.* in the client properties file: the listener may ask for a client certificate, or for another TLS version.'
          : 'Set security.protocol=PLAINTEXT or SASL_PLAINTEXT in the client properties file, or name the listener with TLS.',
      })
    })
  })
}

/** Whether a listener that does not answer us in the clear speaks TLS. */
export function speaksTls({ host, port }: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), rejectUnauthorized: false })
    const done = (speaks: boolean) => {
      socket.destroy()
      resolve(speaks)
    }
    socket.setTimeout(HOP_TIMEOUT_MS, () => done(false))
    socket.once('secureConnect', () => done(true))
    socket.once('error', ({ code = '' }: NodeJS.ErrnoException) => done(code.includes('ALERT')))
  })
}

/** @param isNameChecked the file leaves the check of the name on */
function seenCertificate(socket: TLSSocket, host: string, isNameChecked: boolean): SeenCertificate | null {
  const certificate = socket.getPeerCertificate()
  if (Object.keys(certificate).length === 0) return null
  const time = (text: string | undefined) => {
    const ms = Date.parse(text ?? '')
    return Number.isNaN(ms) ? null : ms
  }
  // Node puts the check of the name into the same place; only where the chain is trusted.
  const distrust = socket.authorizationError as unknown as string | Error | null | undefined
  return {
    protocol: socket.getProtocol(),
    subject: nameOf(certificate.subject),
    names: (certificate.subjectaltname ?? '')
      .split(', ')
      .map((entry) => entry.replace(/^(DNS|IP Address):/, ''))
      .filter((name) => name !== ''),
    issuer: nameOf(certificate.issuer),
    validFromMs: time(certificate.valid_from),
    validToMs: time(certificate.valid_to),
    distrust: socket.authorized || distrust == null ? null : typeof distrust === 'string' ? distrust : distrust.message,
    namesFit: isNameChecked ? checkServerIdentity(host, certificate) === undefined : null,
  }
}

function nameOf(named: PeerCertificate['subject'] | undefined): string {
  const name = [named?.CN ?? named?.O ?? []].flat()[0] ?? 'somebody without a name'
  return name.slice(0, 200)
}
