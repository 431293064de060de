/** What can be read from across a room: measured in the page, on the pixels that it has. */
import type { Page } from '@playwright/test'

export interface Legible {
  readonly glyphs: number
  /** Of the smallest glyph, as a part of the height of the screen. */
  readonly smallestPart: number
  /** The lowest contrast of a glyph with what is behind it. */
  readonly lowestContrast: number
}

/** The size of a glyph is that of its type; its contrast that of its colour on the tile or the seat that it stands on. */
export async function legible(page: Page, glyphs: string): Promise<Legible> {
  return await page.evaluate((selector) => {
    const paint = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    if (paint === null) throw new Error('no canvas')
    // The browser itself says which colour a mix is.
    const channels = (colours: readonly string[]): readonly number[] => {
      paint.clearRect(0, 0, 1, 1)
      for (const colour of colours) {
        paint.fillStyle = colour
        paint.fillRect(0, 0, 1, 1)
      }
      return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3)
    }
    const luminance = (rgb: readonly number[]) =>
      rgb
        .map((value) => value / 255)
        .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
        .reduce((sum, value, at) => sum + value * ([0.2126, 0.7152, 0.0722][at] ?? 0), 0)
    const behind = (element: Element): string[] => {
      const colours: string[] = []
      for (let at: Element | null = element; at !== null; at = at.parentElement)
        colours.unshift(getComputedStyle(at).backgroundColor)
      return colours
    }
    const all = [...document.querySelectorAll<HTMLElement>(selector)]
    const measured = all.map((element) => {
      const style = getComputedStyle(element)
      const ground = behind(element)
      const [a, b] = [luminance(channels(ground)), luminance(channels([...ground, style.color]))]
      return {
        part: Number.parseFloat(style.fontSize) / window.innerHeight,
        contrast: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05),
      }
    })
    return {
      glyphs: all.length,
      smallestPart: Math.min(...measured.map(({ part }) => part)),
      lowestContrast: Math.min(...measured.map(({ contrast }) => contrast)),
    }
  }, glyphs)
}
