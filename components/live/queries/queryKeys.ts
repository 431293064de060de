/** Names in the query cache, which holds answers over HTTP. */
export const eventsKey = (cluster: string) => ['events', cluster] as const
export const sandboxKey = (cluster: string) => ['sandbox', cluster] as const
export const runKey = (id: string) => ['run', id] as const
export const runsKey = (cluster: string) => ['runs', cluster] as const
export const evidenceKey = (id: string) => ['evidence', id] as const
export const runbookKey = (of: unknown) => ['runbook', of] as const
export const clustersKey = ['clusters'] as const
export const notesKey = (subject: string) => ['notes', subject] as const
export const wallTokensKey = ['wall-tokens'] as const
export const sessionKey = ['session'] as const
export const pastKey = (cluster: string, ...of: readonly (string | number)[]) => ['past', cluster, ...of] as const
export const formationKey = (cluster: string) => ['formation', cluster] as const
export const configurationKey = ['configuration'] as const
export const settingsKey = (cluster: string) => ['settings', cluster] as const

export const rightsKey = (cluster: string) => ['rights', cluster] as const
