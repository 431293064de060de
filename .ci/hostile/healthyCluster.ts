/**
 * The cluster beside the hostile ones: whatever those do, it stays live and its margin stays what it is. Watched by a
 * websocket and by HTTP; the longest silence and the slowest answer are noted.
 */
import { LiveClient } from '../../bench/liveClient.ts'
import type { Product } from '../../bench/product.ts'
import type { ClusterList } from '../../server/contract/clusters.ts'

const LOOK_EVERY_MS = 500

export interface HealthyReport {
  views: number
  /** Views that were not live with leader and full margin; the first few in words. */
  troubles: string[]
  longestSilenceMs: number
  slowestAnswerMs: number
}

export class HealthyCluster {
  readonly #client: LiveClient
  readonly #product: Product
  readonly #margin: number
  readonly #timer: NodeJS.Timeout
  readonly report: HealthyReport = { views: 0, troubles: [], longestSilenceMs: 0, slowestAnswerMs: 0 }
  #lastMs = performance.now()

  private constructor(product: Product, client: LiveClient, margin: number) {
    this.#product = product
    this.#client = client
    this.#margin = margin
    client.listen(({ message }) => {
      this.#silence()
      this.#lastMs = performance.now()
      if (message.type === 'link' && message.link.state !== 'live') this.#trouble(`link ${message.link.state}`)
      if (message.type !== 'delta' && message.type !== 'snapshot') return
      this.report.views += 1
      const quorum = client.view?.quorum
      if (quorum?.margin !== this.#margin || quorum.leaderId === null)
        this.#trouble(`margin ${quorum?.margin}, leader ${quorum?.leaderId}`)
    })
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS)
  }

  static async watch(product: Product, cluster: string): Promise<HealthyCluster> {
    const client = new LiveClient(product.host, cluster)
    const view = await client.seeing('the healthy cluster whole', (v) => v.quorum.margin === 1 && v.source.tailing)
    return new HealthyCluster(product, client, view.quorum.margin ?? 0)
  }

  #silence(): void {
    this.report.longestSilenceMs = Math.max(this.report.longestSilenceMs, performance.now() - this.#lastMs)
  }

  #trouble(what: string): void {
    if (this.report.troubles.length < 20) this.report.troubles.push(what)
  }

  async #look(): Promise<void> {
    const startedMs = performance.now()
    try {
      const { clusters } = await this.#product.read<ClusterList>('/api/clusters')
      const own = clusters.find((c) => c.cluster === this.#client.cluster)
      if (own?.link.state !== 'live' || own.margin !== this.#margin)
        this.#trouble(`/api/clusters: ${own?.link.state}, margin ${own?.margin}`)
    } catch (error) {
      this.#trouble(String(error))
    }
    this.report.slowestAnswerMs = Math.max(this.report.slowestAnswerMs, performance.now() - startedMs)
    this.#silence()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    if (!this.#client.isOpen) this.#trouble('the websocket was closed')
    await this.#client.close()
  }
}
