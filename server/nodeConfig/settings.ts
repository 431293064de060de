/** What a node says under a key. Pure. */

/** As a file or DescribeConfigs has them. */
export interface Settings {
  get(key: string): string | undefined
}

/** An empty value is that of a property which the file does not have. */
export function saidOf(settings: Settings | null | undefined, key: string): string | null {
  const value = settings?.get(key) ?? ''
  return value === '' ? null : value
}

/** Whether the file lists the voters: of a static quorum it must, of a dynamic one the list is of another time. */
export function listsVoters(settings: Settings | null | undefined): boolean {
  return saidOf(settings, 'controller.quorum.voters') !== null
}
