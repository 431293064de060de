/** How many tiles stand on a screen, how large, and which of them: the sick ones first, on every page. Pure. */

export interface TileGrid {
  readonly columns: number
  readonly rows: number
  /** Tiles that one page holds. */
  readonly perPage: number
  /** A twelfth of the height of a tile or less, in px: what its words and its glyph are sized by. */
  readonly unitPx: number
}

/** A tile in its own units: so wide and so high that a line of the verdict can be read in it. */
const TILE_WIDE = 30
const TILE_HIGH = 11
/** Of the height of the screen: the smallest unit that keeps a glyph of 3.4 units above a fortieth. */
const SMALLEST_UNIT = 1 / 110
const GAP_UNITS = 1

function unitOf(width: number, height: number, columns: number, rows: number): number {
  return Math.min(width / (columns * (TILE_WIDE + GAP_UNITS)), height / (rows * (TILE_HIGH + GAP_UNITS)))
}

/**
 * The grid with the largest tiles that holds them all, or, where they would be too small to be read, one of several pages.
 * @param width of the place for tiles, px; `screenHeight` of the whole screen
 */
export function tileGrid(count: number, width: number, height: number, screenHeight: number): TileGrid {
  const smallest = screenHeight * SMALLEST_UNIT
  const maxColumns = Math.max(1, Math.floor(width / (smallest * (TILE_WIDE + GAP_UNITS))))
  const maxRows = Math.max(1, Math.floor(height / (smallest * (TILE_HIGH + GAP_UNITS))))
  let best: TileGrid | null = null
  for (let columns = 1; columns <= Math.min(maxColumns, Math.max(1, count)); columns += 1) {
    const rows = Math.min(maxRows, Math.max(1, Math.ceil(count / columns)))
    const grid = { columns, rows, perPage: columns * rows, unitPx: unitOf(width, height, columns, rows) }
    const holdsMore = best === null || Math.min(grid.perPage, count) > Math.min(best.perPage, count)
    const holdsAsMany = best !== null && Math.min(grid.perPage, count) === Math.min(best.perPage, count)
    if (holdsMore || (holdsAsMany && best !== null && grid.unitPx > best.unitPx)) best = grid
  }
  return best ?? { columns: 1, rows: 1, perPage: 1, unitPx: unitOf(width, height, 1, 1) }
}

/** Tiles of a page that sick clusters may keep. */
export function pinnedOf(perPage: number): number {
  return Math.floor(perPage / 2)
}

/** On every page the sick ones come first, as long as half a page is left for the others; more of them rotate like all. */
export function tilePages<T>(sick: readonly T[], well: readonly T[], perPage: number): readonly (readonly T[])[] {
  if (sick.length + well.length <= perPage) return [[...sick, ...well]]
  const pinned = sick.slice(0, pinnedOf(perPage))
  const rotating = [...sick.slice(pinned.length), ...well]
  const most = Math.max(1, perPage - pinned.length)
  // As many on each page: no page stands half empty.
  const each = Math.ceil(rotating.length / Math.ceil(rotating.length / most))
  const pages: T[][] = []
  for (let from = 0; from < rotating.length; from += each) pages.push([...pinned, ...rotating.slice(from, from + each)])
  return pages
}

/** Each page for so long. */
export const PAGE_MS = 12_000

export function pageAt(pages: number, atMs: number): number {
  return pages <= 1 ? 0 : Math.floor(atMs / PAGE_MS) % pages
}
