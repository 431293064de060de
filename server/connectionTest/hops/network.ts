/** The first hops of an address: its name, and whether something listens there. */

import { lookup } from 'node:dns/promises'
import { connect, isIP } from 'node:net'
import { limitText } from '../../contract/words/durations.ts'
import type { Address } from '../../kafka/connection.ts'
import type { Verdict } from '../verdicts/certificateVerdict.ts'

/** The longest that one hop takes, in ms. */
export const HOP_TIMEOUT_MS = 5000

const failed = (found: string, remedy: string): Verdict => ({ state: 'failed', found: [found], remedy })

/** Rejects where `work` takes longer; what it does goes on, and is not listened to. */
export async function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('timed out')), timeoutMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

export async function resolveName(host: string): Promise<Verdict> {
  if (isIP(host) !== 0) return { state: 'ok', found: [`${host} is an address itself`], remedy: '' }
  try {
    const found = await within(lookup(host, { all: true }), HOP_TIMEOUT_MS)
    return {
      state: 'ok',
      found: [
        found
          .slice(0, 8)
          .map(({ address }) => address)
          .join(', '),
      ],
      remedy: '',
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const remedy = 'Check the host name and the DNS of the machine that runs Quorumdeck.'
    if (message === 'timed out') return failed(`The DNS did not answer in ${limitText(HOP_TIMEOUT_MS)}.`, remedy)
    return failed(
      code === 'ENOTFOUND' ? `${host} is not known.` : `${host} does not resolve (${code ?? 'no reason given'}).`,
      remedy,
    )
  }
}

export function openPort({ host, port }: Address): Promise<Verdict> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const done = (verdict: Verdict) => {
      socket.destroy()
      resolve(verdict)
    }
    socket.setTimeout(HOP_TIMEOUT_MS, () =>
      done(
        failed(
          `No answer in ${limitText(HOP_TIMEOUT_MS)}.`,
          'Check firewalls between Quorumdeck and the node: something drops what is sent.',
        ),
      ),
    )
    socket.once('connect', () => done({ state: 'ok', found: [`Port ${port} is open`], remedy: '' }))
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'ECONNREFUSED') {
        done(
          failed(
            `Nothing listens on port ${port}.`,
            'Check that the node runs, and that this is one of its listeners.',
          ),
        )
      } else {
        done(
          failed(
            `There is no way to it (${code ?? 'no reason given'}).`,
            'Check the network between Quorumdeck and the node.',
          ),
        )
      }
    })
  })
}
