/** Shares orders out among worker threads: each takes the next one as soon as it is done with the last. */
import { parentPort, Worker } from 'node:worker_threads'

/** The answers in the order of the orders. `file` calls `answerOrders`. */
export async function inWorkers<Order, Answer>(
  file: string,
  orders: readonly Order[],
  width: number,
  onAnswer: (answer: Answer) => void = () => {},
): Promise<Answer[]> {
  const answers: Answer[] = []
  let next = 0
  const work = async () => {
    const worker = new Worker(file, { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 1500 } })
    try {
      while (next < orders.length) {
        const index = next
        next += 1
        const answer = await new Promise<Answer>((resolve, reject) => {
          const failed = (error: unknown) => reject(error)
          worker.once('error', failed)
          worker.once('message', (told: Answer) => {
            worker.off('error', failed)
            resolve(told)
          })
          worker.postMessage(orders[index])
        })
        answers[index] = answer
        onAnswer(answer)
      }
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, orders.length) }, work))
  return answers
}

/** In the worker: one answer for each order. */
export function answerOrders<Order, Answer>(handle: (order: Order) => Answer): void {
  parentPort?.on('message', (order: Order) => parentPort?.postMessage(handle(order)))
}
