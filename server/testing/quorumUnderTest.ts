/**
 * For tests: a quorum to break and to change, simulated or of real Kafka processes, and what its metadata log holds. The
 * log is read past our own decoders: from the simulation's disks, or by Kafka's own DumpLogSegments.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SandboxPort } from '../contract/sandbox.ts'
import { type ApacheKafka, type ApacheKafkaOptions, startApacheKafka } from '../sandbox/apacheKafka/start.ts'
import { takeSnapshot } from '../sandbox/simulatedQuorum/core/raft/replica.ts'
import { liveNode } from '../sandbox/simulatedQuorum/core/state.ts'
import { type SimulatedQuorumOptions, startSimulatedQuorum } from '../sandbox/simulatedQuorum/start.ts'

/** A VotersRecord as it stands in a log. */
export interface LoggedVoters {
  offset: number
  /** `id/directory` of each voter, sorted, with spaces between. */
  voters: string
}

export interface QuorumUnderTest {
  release: string
  bootstrapControllers: string[]
  port: SandboxPort
  /** Every VotersRecord in the log of this node, oldest first. */
  loggedVoters(nodeId: number): Promise<LoggedVoters[]>
  /** Has every node write a snapshot now; real processes are configured to do it often. */
  takeSnapshots(): void
  close(): Promise<void>
}

function votersText(voters: readonly { id: number; directoryId: string | null }[]): string {
  return voters
    .map(({ id, directoryId }) => `${id}/${directoryId}`)
    .sort()
    .join(' ')
}

export async function simulatedUnderTest(options: SimulatedQuorumOptions): Promise<QuorumUnderTest> {
  const quorum = await startSimulatedQuorum(options)
  return {
    release: options.profile ?? '4.3.1',
    bootstrapControllers: quorum.bootstrapControllers,
    port: quorum.port,
    loggedVoters: async (nodeId) =>
      quorum.simulation.read((state) => {
        const batches = state.nodes.find((node) => node.id === nodeId)?.disk?.log.batches ?? []
        return batches.flatMap((batch) =>
          batch.records.flatMap((record) =>
            record.kind === 'kraftVoters'
              ? [{ offset: batch.baseOffset, voters: votersText(record.voters.map((v) => v.key)) }]
              : [],
          ),
        )
      }),
    takeSnapshots: () =>
      quorum.simulation.read((state) => {
        for (const node of state.nodes) {
          const live = liveNode(node)
          if (live !== null) takeSnapshot(live)
        }
      }),
    close: () => quorum.close(),
  }
}

async function dumpedVoters(kafka: ApacheKafka, version: string, nodeId: number): Promise<LoggedVoters[]> {
  const folder = join(kafka.node(nodeId).logDirectory, '__cluster_metadata-0')
  const segments = (await readdir(folder)).filter((name) => name.endsWith('.log')).sort()
  const tool = version.startsWith('3.') ? 'kafka.tools.DumpLogSegments' : 'org.apache.kafka.tools.DumpLogSegments'
  const files = segments.map((name) => join(folder, name)).join(',')
  const text = await kafka.tool(tool, ['--cluster-metadata-decoder', '--files', files])
  return text.split('\n').flatMap((line) => {
    const [, offset, json] = /^\| offset: (\d+) .*KRaftVoters (\{.*\})\s*$/.exec(line) ?? []
    if (offset === undefined || json === undefined) return []
    const { voters } = JSON.parse(json) as { voters: { voterId: number; voterDirectoryId: string }[] }
    const keys = voters.map(({ voterId, voterDirectoryId }) => ({ id: voterId, directoryId: voterDirectoryId }))
    return [{ offset: Number(offset), voters: votersText(keys) }]
  })
}

export async function kafkaUnderTest(options: ApacheKafkaOptions): Promise<QuorumUnderTest> {
  const kafka = await startApacheKafka(options)
  return {
    release: options.version,
    bootstrapControllers: kafka.bootstrapControllers,
    port: kafka.port,
    loggedVoters: (nodeId) => dumpedVoters(kafka, options.version, nodeId),
    takeSnapshots: () => {},
    close: () => kafka.close(),
  }
}
