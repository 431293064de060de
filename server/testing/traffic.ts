/** For tests: a producer that runs all along and a reader that tells what is there, on real Apache Kafka. */
import { setTimeout as delay } from 'node:timers/promises'
import { Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'

export const TOPIC = 'orders'

/** Numbers its records, so that what is missing at the end has a name. */
export class Traffic {
  readonly #producer: Producer<string, string, string, string>
  #stopped = false
  #running: Promise<void> | null = null
  sent: number
  failures: string[] = []

  /**
   * @param bootstrapBrokers some must live to the end: it looks for leaders at these addresses alone
   * @param sent records that are there already
   */
  constructor(bootstrapBrokers: string[], sent = 0) {
    this.sent = sent
    this.#producer = new Producer({
      clientId: 'traffic',
      bootstrapBrokers,
      serializers: stringSerializers,
      retries: 50,
      retryDelay: 200,
    })
  }

  start(): void {
    this.#running = this.#run()
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const value = String(this.sent)
      try {
        await this.#producer.send({ messages: [{ topic: TOPIC, key: value, value }], acks: -1 })
        this.sent += 1
      } catch (error) {
        this.failures.push(error instanceof Error ? error.message : String(error))
        await delay(200)
      }
      await delay(50)
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
    await this.#producer.close()
  }
}

/** Reads the topic from its beginning, as it grows. */
export class Reading {
  readonly values = new Set<string>()
  readonly #consumer: Consumer<string, string, string, string>
  #running: Promise<void> | null = null
  failures: string[] = []

  constructor(bootstrapBrokers: string[]) {
    this.#consumer = new Consumer({
      clientId: 'all along',
      groupId: `all-along-${process.pid}`,
      bootstrapBrokers,
      deserializers: stringDeserializers,
      retries: 50,
      retryDelay: 200,
    })
  }

  async start(): Promise<void> {
    const stream = await this.#consumer.consume({ topics: [TOPIC], mode: 'earliest', autocommit: false })
    const read = async () => {
      for await (const { value } of stream) this.values.add(value)
    }
    this.#running = read().catch((error: unknown) => {
      this.failures.push(String(error))
    })
  }

  async stop(): Promise<void> {
    await this.#consumer.close(true)
    await this.#running
  }
}

/** All values of the topic, from its beginning. */
export async function readAll(bootstrapBrokers: string[], count: number): Promise<Set<string>> {
  const consumer = new Consumer({
    clientId: 'reader',
    groupId: `reader-${process.pid}-${count}`,
    bootstrapBrokers,
    deserializers: stringDeserializers,
    // The topic of the groups is made by the first of them.
    retries: 50,
    retryDelay: 200,
  })
  const values = new Set<string>()
  const stream = await consumer.consume({ topics: [TOPIC], mode: 'earliest', autocommit: false })
  const deadline = setTimeout(() => void stream.close(), 60_000)
  for await (const { value } of stream) {
    values.add(value)
    if (values.size >= count) break
  }
  clearTimeout(deadline)
  await consumer.close(true)
  return values
}
