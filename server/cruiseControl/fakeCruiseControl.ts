/**
 * For tests: a web server on loopback that answers as the published description of Cruise Control's REST API says. It moves
 * nothing by itself; a test says what its executor does.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Task {
  UserTaskId: string
  RequestURL: string
  ClientIdentity: string
  StartMs: string
  Status: string
}

export interface FakeAnswer {
  status: number
  body: unknown
}

export class FakeCruiseControl {
  readonly tasks: Task[] = []
  /** Everything that it was asked for, as `METHOD /path?query`. */
  readonly asked: string[] = []
  /** Headers of the last request. */
  headers: IncomingMessage['headers'] = {}
  executor: Record<string, unknown> = { state: 'NO_TASK_IN_PROGRESS' }
  replicas: Record<string, number> = {}
  summary: Record<string, unknown> = {
    numReplicaMovements: 12,
    dataToMoveMB: 345,
    numLeaderMovements: 4,
    monitoredPartitionsPercentage: 98.5,
    excludedTopics: [],
  }
  /** How often a removal is answered with "in progress" before its result. */
  takes = 0
  /** Answers a request in place of everything else; `null` leaves it to the rest, `hang` never answers. */
  intercept: (endpoint: string, query: URLSearchParams) => FakeAnswer | 'hang' | null = () => null
  /** Called when a removal begins that is no dry run. */
  onRemove: (brokers: number[], task: Task, reason: string) => void = () => undefined
  onStop: () => void = () => undefined
  readonly #server: Server
  readonly #pending = new Map<string, number>()

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(): Promise<FakeCruiseControl> {
    let fake: FakeCruiseControl | null = null
    const server = createServer((request, response) => {
      const answer = fake?.answer(request)
      if (answer === undefined || answer === 'hang') return
      const { status, body, taskId } = answer
      response.writeHead(status, {
        'content-type': 'application/json',
        ...(taskId === undefined ? {} : { 'User-Task-ID': taskId }),
      })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
    fake = new FakeCruiseControl(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return fake
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/kafkacruisecontrol`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  answer(request: IncomingMessage): (FakeAnswer & { taskId?: string }) | 'hang' {
    const url = new URL(request.url ?? '', 'http://fake')
    const endpoint = url.pathname.replace('/kafkacruisecontrol/', '')
    this.asked.push(`${request.method} ${request.url}`)
    this.headers = request.headers
    const instead = this.intercept(endpoint, url.searchParams)
    if (instead !== null) return instead
    switch (`${request.method} ${endpoint}`) {
      case 'GET state':
        return { status: 200, body: { version: 1, ExecutorState: this.executor } }
      case 'GET user_tasks':
        return { status: 200, body: { version: 1, userTasks: this.tasks } }
      case 'GET kafka_cluster_state':
        return { status: 200, body: { version: 1, KafkaBrokerState: { ReplicaCountByBrokerId: this.replicas } } }
      case 'POST remove_broker':
        return this.#remove(request, url)
      case 'POST stop_proposal_execution':
        this.onStop()
        return { status: 200, body: { version: 1, message: 'Proposal execution stopped.' } }
      default:
        return { status: 404, body: { version: 1, errorMessage: `Unrecognized endpoint ${endpoint}`, stackTrace: '' } }
    }
  }

  #remove(request: IncomingMessage, url: URL): FakeAnswer & { taskId: string } {
    const known = request.headers['user-task-id']
    const taskId = typeof known === 'string' ? known : randomUUID()
    const left = this.#pending.get(taskId) ?? this.takes
    this.#pending.set(taskId, left - 1)
    if (typeof known !== 'string') {
      const task = {
        UserTaskId: taskId,
        RequestURL: `POST ${request.url}`,
        ClientIdentity: '127.0.0.1',
        StartMs: '0',
        Status: url.searchParams.get('dryrun') === 'false' ? 'InExecution' : 'Completed',
      }
      this.tasks.unshift(task)
      if (task.Status === 'InExecution') {
        const brokers = (url.searchParams.get('brokerid') ?? '').split(',').map(Number)
        this.onRemove(brokers, task, url.searchParams.get('reason') ?? '')
      }
    }
    if (left > 0) {
      return {
        status: 202,
        taskId,
        body: { version: 1, progress: [{ operation: 'RemoveBroker', operationProgress: [] }] },
      }
    }
    return {
      status: 200,
      taskId,
      body: { version: 1, summary: this.summary, goalSummary: [], loadAfterOptimization: { brokers: [], hosts: [] } },
    }
  }
}
