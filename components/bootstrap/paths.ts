/** Where the pages about new quorums are. */
export const BOOTSTRAP_PATH = '/bootstrap'
export const formationPath = (cluster: string) => `/clusters/${encodeURIComponent(cluster)}/formation`
