/** Racks that the operator names: `--rack 1=a,2=b`, `racks` of a cluster in quorumdeck.yaml, or those of a plan made here. */
import * as z from 'zod/mini'
import type { BootstrapPlan } from '../../contract/bootstrap.ts'
import type { Racks } from '../../quorum/assessment/findings/racks.ts'

/** As Kafka's broker.rack: any words in one line. */
const RACK = /^(?=.*\S)[^\p{Cc}=,]{1,100}$/u
const NODE_ID = /^\d{1,10}$/
const MAX_NODE_ID = 2_147_483_647

export const RacksInFile = z.record(z.string().check(z.regex(NODE_ID)), z.string().check(z.regex(RACK)))

export function racksOf(inFile: z.infer<typeof RacksInFile> | undefined): Racks {
  return new Map(Object.entries(inFile ?? {}).map(([id, rack]) => [Number(id), rack.trim()]))
}

/**
 * `1=a,2=b`.
 * @throws Error with one sentence on what is wrong
 */
export function parseRacks(text: string): Racks {
  const racks = new Map<number, string>()
  for (const part of text.split(',')) {
    const [id = '', rack = '', ...more] = part.trim().split('=')
    const nodeId = Number(id)
    if (!NODE_ID.test(id) || nodeId > MAX_NODE_ID || more.length > 0 || !RACK.test(rack)) {
      throw new Error(`${JSON.stringify(part.trim())} names no rack. Give node=rack, for example 1=a,2=b,3=c.`)
    }
    if (racks.has(nodeId)) throw new Error(`node ${nodeId} is named twice. Give each node one rack.`)
    racks.set(nodeId, rack.trim())
  }
  return racks
}

/** The racks that a planned cluster was made with, of controllers too. */
export function racksOfPlan({ request }: Pick<BootstrapPlan, 'request'>): Racks {
  return new Map(
    request.nodes.flatMap(({ nodeId, rack }) => (nodeId === null || rack.trim() === '' ? [] : [[nodeId, rack.trim()]])),
  )
}
