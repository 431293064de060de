/** The part of the HTTP API that is about guided changes. Only the pages of the wizards load it. */
import * as z from 'zod/mini'
import { type CheckProperties, PropertiesCheck } from '../../../server/contract/nodeConfig.ts'
import { RehearsalReport } from '../../../server/contract/rehearsal.ts'
import { Seat, type SeatRequest } from '../../../server/contract/room/seat.ts'
import {
  type CommandRequest,
  Evidence,
  type ManualRecoveryName,
  type StartWorkflow,
  Workflow,
  WorkflowList,
} from '../../../server/contract/workflows.ts'
import { answered, routes } from './api.ts'

const ofAnyCluster = routes.clusters[':cluster']
const ofCluster = ofAnyCluster.workflows
const ofRun = routes.workflows[':id']

export const evidenceUrl = (id: string) => ofRun.evidence.$path({ param: { id } })
export const runbookUrl = (id: string) => ofRun.runbook.$path({ param: { id } })

export const manualRecoveryUrl = (cluster: string, name: ManualRecoveryName) =>
  ofAnyCluster.runbooks[':name'].$path({ param: { cluster: encodeURIComponent(cluster), name } })

/** Markdown; what is refused is JSON like every refusal. */
async function document(request: Promise<Response>): Promise<string> {
  const answer = await request
  if (answer.ok) return await answer.text()
  return await answered(z.never(), Promise.resolve(answer))
}

export const workflowApi = {
  list: (cluster: string) => answered(WorkflowList, ofCluster.$get({ param: { cluster } })),
  /** With `dryRun` only a plan: nothing is kept and nothing is done. */
  start: (cluster: string, request: StartWorkflow) =>
    answered(Workflow, ofCluster.$post({ param: { cluster }, json: request })),
  rehearse: (cluster: string, request: StartWorkflow) =>
    answered(RehearsalReport, ofAnyCluster.rehearsal.$post({ param: { cluster }, json: request })),
  planRunbook: (cluster: string, request: StartWorkflow) =>
    document(ofAnyCluster.runbook.$post({ param: { cluster }, json: request })),
  runbook: (id: string) => document(ofRun.runbook.$get({ param: { id } })),
  manualRecovery: (cluster: string, name: ManualRecoveryName) =>
    document(ofAnyCluster.runbooks[':name'].$get({ param: { cluster, name } })),
  get: (id: string) => answered(Workflow, ofRun.$get({ param: { id } })),
  command: (id: string, request: CommandRequest) =>
    answered(Workflow, ofRun.commands.$post({ param: { id }, json: request })),
  checkProperties: (id: string, given: CheckProperties) =>
    answered(PropertiesCheck, ofRun.properties.$post({ param: { id }, json: given })),
  seat: (id: string, json: SeatRequest) => answered(Seat, ofRun.seat.$post({ param: { id }, json })),
  evidence: (id: string) => answered(Evidence, ofRun.evidence.$get({ param: { id } })),
}
