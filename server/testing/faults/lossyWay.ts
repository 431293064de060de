/** For tests: a way to every node on which answers to voter changes get lost; requests always arrive. */

import { hostPort } from '../../contract/hostPort.ts'
import { KafkaConnection } from '../../kafka/connection.ts'
import { type LossyProxy, lossyProxy } from './answerLoss.ts'

/** AddRaftVoter and RemoveRaftVoter. */
const VOTER_CHANGES = [80, 81]

export class LossyWay {
  readonly #proxies = new Map<string, Promise<LossyProxy>>()
  readonly #how: 'silence' | 'cut'
  /** Answers that are still to be lost; then all arrive. */
  #losses: number

  constructor(how: 'silence' | 'cut', losses: number) {
    this.#how = how
    this.#losses = losses
  }

  readonly open: typeof KafkaConnection.open = async (address, security, options) => {
    // Who does not listen is told so here: the proxy itself always takes a connection.
    const direct = await KafkaConnection.open(address, security, options)
    direct.close()
    const key = hostPort(address)
    const opening = this.#proxies.get(key) ?? lossyProxy({ host: address.host, port: address.port })
    this.#proxies.set(key, opening)
    const proxy = await opening
    const lose = (await this.lost()) < this.#losses ? VOTER_CHANGES : []
    if (this.#how === 'silence') proxy.dropAnswersTo(lose)
    else proxy.cutAfterRequest(lose)
    return await KafkaConnection.open({ ...address, host: proxy.host, port: proxy.port }, security, options)
  }

  /** Answers that a node gave and nobody got. */
  async lost(): Promise<number> {
    const proxies = await Promise.all(this.#proxies.values())
    return proxies.reduce((sum, proxy) => sum + proxy.dropped(), 0)
  }

  async close(): Promise<void> {
    for (const proxy of this.#proxies.values()) await (await proxy).close()
  }
}
