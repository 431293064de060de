import { expect, test } from 'vitest'
import { PAGE_MS, pageAt, tileGrid, tilePages } from './tileGrid.ts'

const SCREENS = [
  [390, 844],
  [1440, 900],
  [3840, 2160],
] as const

test.each(SCREENS)('at %i x %i tiles fill the screen and stay large enough to be read', (width, height) => {
  for (const count of [1, 2, 3, 5, 8, 20, 60, 500]) {
    const { columns, rows, perPage, unitPx } = tileGrid(count, width * 0.95, height * 0.8, height)
    // The glyph has 3.4 units.
    expect(3.4 * unitPx).toBeGreaterThanOrEqual(height / 40)
    expect(columns * 30 * unitPx).toBeLessThanOrEqual(width)
    expect(rows * 11 * unitPx).toBeLessThanOrEqual(height)
    expect(perPage).toBe(columns * rows)
    if (count <= perPage) expect((rows - 1) * columns).toBeLessThan(count)
  }
})

test('one cluster has the whole screen, and more have smaller tiles', () => {
  const unit = (count: number) => tileGrid(count, 1400, 720, 900).unitPx
  expect(tileGrid(1, 1400, 720, 900)).toMatchObject({ columns: 1, rows: 1 })
  expect(unit(1)).toBeGreaterThan(unit(4))
  expect(unit(4)).toBeGreaterThan(unit(12))
})

test('every cluster is on a page, the sick ones on all, before the others', () => {
  const sick = ['s1', 's2', 's3']
  const well = Array.from({ length: 30 }, (_, at) => `w${at}`)
  const pages = tilePages(sick, well, 10)
  expect(pages.every((page) => page.length <= 10 && page.slice(0, 3).join() === 's1,s2,s3')).toBe(true)
  expect(new Set(pages.flat())).toEqual(new Set([...sick, ...well]))
  expect(
    Math.max(...pages.map((page) => page.length)) - Math.min(...pages.map((page) => page.length)),
  ).toBeLessThanOrEqual(4)
  expect(tilePages(sick, well.slice(0, 7), 10)).toEqual([[...sick, ...well.slice(0, 7)]])
})

test('so many sick ones that they do not fit: the gravest half stays, the others come by first', () => {
  const sick = Array.from({ length: 9 }, (_, at) => at)
  const pages = tilePages(sick, [100, 101], 4)
  expect(pages[0]).toEqual([0, 1, 2, 3])
  expect(pages.every((page) => page[0] === 0 && page[1] === 1)).toBe(true)
  expect(new Set(pages.flat())).toEqual(new Set([...sick, 100, 101]))
})

test('pages follow each other round', () => {
  expect([0, 1, 2, 3].map((at) => pageAt(3, at * PAGE_MS + 1))).toEqual([0, 1, 2, 0])
  expect(pageAt(1, 99 * PAGE_MS)).toBe(0)
})
