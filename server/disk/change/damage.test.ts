import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DIRECTORY_DAMAGES, IDENTITY_DAMAGES, LOG_DAMAGES, SNAPSHOT_DAMAGES } from '../../testing/disks/damages.ts'
import { LOG, TestDisk } from '../../testing/disks/testDisk.ts'

let disk: TestDisk
beforeEach(() => {
  disk = new TestDisk()
})
afterEach(() => disk.remove())

describe.each([
  ['the directory', DIRECTORY_DAMAGES],
  ['whose disk it is', IDENTITY_DAMAGES],
  ['the log', LOG_DAMAGES],
  ['snapshots', SNAPSHOT_DAMAGES],
])('%s', (_part, damages) => {
  test.each(damages)('$what: refused as $codes, and nothing is written', async ({ codes, make }) => {
    const whole = await disk.reportFile('whole.json')
    make(disk)
    const backup = await disk.backup()
    // What cannot be inspected has the report of the time when it could be.
    const own = await disk.reportFile().catch(() => whole)
    const before = disk.held()
    const args = ['recover', disk.path, '--lost', '1,2', '--reports', own, '--backup', backup]
    expect(await disk.codes(...args)).toEqual(codes.toSorted())
    // Nor by the confirmation of a plan that was made elsewhere.
    const confirmed = ['--planned-at', '2026-11-30T06:00:00.000Z', '--confirm', 'a'.repeat(64)]
    expect(await disk.codes(...args, ...confirmed)).toEqual(codes.toSorted())
    expect(disk.held()).toEqual(before)
  })
})

test('the same disk without damage is planned for, and nothing is written by that', async () => {
  const args = await disk.recovery()
  const before = disk.held()
  expect(await disk.codes(...args)).toEqual([])
  expect(disk.held()).toEqual(before)
  expect(disk.has(LOG)).toBe(true)
})
