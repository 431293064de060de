/** Every place where a log can be cut, every bit of a header that can flip, and how much memory a long log takes. */
import { execFile } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { logRefusals } from '../../recovery/seedRules.ts'
import { batchesOf, LOG, NEWEST_SNAPSHOT, TestDisk } from '../../testing/disks/testDisk.ts'
import { inspectDisk } from './inspectDisk.ts'

let disk: TestDisk
let log: Buffer
beforeEach(() => {
  disk = new TestDisk()
  log = disk.read(LOG)
  disk.delete(NEWEST_SNAPSHOT)
})
afterEach(() => disk.remove())

const facts = () => inspectDisk({ directory: disk.path, nowMs: 1, host: 'host-0', lock: 'free' })

test('what a crash leaves is told apart from damage: a cut at any byte of the last two batches, and zeros behind the end', () => {
  const placed = batchesOf(log)
  const [before] = placed.slice(-2)
  const from = before?.at ?? 0
  for (let length = from; length <= log.length; length += 1) {
    disk.write(LOG, log.subarray(0, length))
    const { report, last } = facts()
    const whole = placed.filter(({ at, bytes }) => at + bytes <= length)
    expect(report.log?.damage?.kind ?? null, `${length}`).toBe(
      placed.some(({ at }) => at === length) || length === log.length ? null : 'torn',
    )
    expect(last?.wholeBytes, `${length}`).toBe(whole.reduce((sum, { bytes }) => sum + bytes, 0))
    expect(logRefusals(facts())).toEqual([])
  }
  for (const zeros of [1, 61, 4096, 5_000_000]) {
    disk.write(LOG, Buffer.concat([log, Buffer.alloc(zeros)]))
    expect(facts().report.log?.damage).toMatchObject({ kind: 'torn', byte: log.length })
    expect(logRefusals(facts())).toEqual([])
  }
})

describe('every single bit', () => {
  test.each([
    ['of the header of the first batch', 0, 61],
    ['of a batch in the middle', 13, Number.POSITIVE_INFINITY],
    ['of the last batch', -1, Number.POSITIVE_INFINITY],
  ])('%s is refused when it is flipped', (_which, number, length) => {
    const placed = batchesOf(log)
    const { at = 0, bytes = 0 } = placed.at(number) ?? {}
    const accepted: string[] = []
    for (let byte = at; byte < at + Math.min(bytes, length); byte += 1)
      for (let bit = 0; bit < 8; bit += 1) {
        const flipped = Buffer.from(log)
        flipped.writeUInt8((flipped[byte] ?? 0) ^ (1 << bit), byte)
        disk.write(LOG, flipped)
        const codes = logRefusals(facts()).map(({ code }) => code)
        if (codes.length === 0) accepted.push(`byte ${byte - at}, bit ${bit}`)
      }
    expect(accepted).toEqual([])
  })
})

/** The same batches over and over, each with the offset that follows: the checksum does not cover the offset. */
function longLog(path: string, bytes: number): void {
  const { at = 0, bytes: length = 0 } = batchesOf(log).at(14) ?? {}
  const batch = Buffer.from(log.subarray(at, at + length))
  const records = batch.readInt32BE(57)
  const fd = openSync(path, 'a')
  let offset = 39
  for (let written = 0; written < bytes; ) {
    const parts: Buffer[] = []
    for (let size = 0; size < 4_000_000; size += length) {
      const one = Buffer.from(batch)
      one.writeBigInt64BE(BigInt(offset), 0)
      offset += records
      parts.push(one)
    }
    const chunk = Buffer.concat(parts)
    writeSync(fd, chunk)
    written += chunk.length
  }
  closeSync(fd)
}

const AT_EXIT = `data:text/javascript,process.on('exit',()=>process.stderr.write('rss '+process.resourceUsage().maxRSS))`

function inspectedRssKb(): Promise<number> {
  const main = join(import.meta.dirname, '..', '..', 'main.ts')
  const words = ['--max-old-space-size=48', '--import', AT_EXIT, main, 'disk', 'inspect', disk.path, '--json']
  return new Promise((resolve, reject) => {
    execFile(process.execPath, words, { maxBuffer: 8 * 1024 * 1024 }, (error, out, errors) => {
      if (error !== null || !out.includes('"damage": null')) reject(error ?? new Error(out.slice(0, 500)))
      else resolve(Number(/rss (\d+)/.exec(errors)?.[1]))
    })
  })
}

test('a long log takes no more memory than a short one', async () => {
  const short = await inspectedRssKb()
  longLog(join(disk.path, LOG), 24_000_000)
  const long = await inspectedRssKb()
  expect(long - short).toBeLessThan(60_000)
})
