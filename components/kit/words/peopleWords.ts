/** People in few letters, and where they are in words. Pure. */
import type { Page, Person } from '../../../server/contract/room/presence.ts'

const WHERE: Record<Page, string> = {
  cluster: 'on the cluster page',
  wizards: 'at the wizards',
  run: 'on a run',
}

/** "AB" of "Ann Beck"; the first two letters of a single name. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/).filter((word) => word !== '')
  const [first = '', last = ''] = [words[0], words.length > 1 ? words.at(-1) : '']
  const letters = last === '' ? [...first].slice(0, 2) : [[...first][0], [...last][0]]
  return letters.join('').toUpperCase()
}

export function whereWords({ name, page }: Person, isMe: boolean, drives: string | null): string {
  const who = isMe ? `${name} (you)` : name
  return drives === null ? `${who}, ${WHERE[page]}` : `${who}, ${WHERE[page]}, drives “${drives}”`
}

/** Those who watch without saying who they are, walls for example. */
export function othersWords(watching: number, shown: number): string {
  const others = watching - shown
  return others <= 0 ? '' : `${others} more watching`
}
