/** An address as Kafka's files and tools write it. Pure. */

/** `localhost:9092`, IPv6 hosts in brackets. */
export function hostPort({ host, port }: { host: string; port: number | string | null }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
