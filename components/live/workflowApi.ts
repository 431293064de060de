/** The part of the HTTP API that is about guided changes. Only the pages of the wizards load it. */
import {
  type CommandRequest,
  Evidence,
  type StartWorkflow,
  Workflow,
  WorkflowList,
} from '../../server/contract/workflows.ts'
import { answered, routes } from './api.ts'

const ofCluster = routes.clusters[':cluster'].workflows
const ofRun = routes.workflows[':id']

export const evidenceUrl = (id: string) => ofRun.evidence.$path({ param: { id } })
export const runbookUrl = (id: string) => ofRun.runbook.$path({ param: { id } })

export const workflowApi = {
  list: (cluster: string) => answered(WorkflowList, ofCluster.$get({ param: { cluster } })),
  /** With `dryRun` only a plan: nothing is kept and nothing is done. */
  start: (cluster: string, request: StartWorkflow) =>
    answered(Workflow, ofCluster.$post({ param: { cluster }, json: request })),
  get: (id: string) => answered(Workflow, ofRun.$get({ param: { id } })),
  command: (id: string, request: CommandRequest) =>
    answered(Workflow, ofRun.commands.$post({ param: { id }, json: request })),
  evidence: (id: string) => answered(Evidence, ofRun.evidence.$get({ param: { id } })),
}
