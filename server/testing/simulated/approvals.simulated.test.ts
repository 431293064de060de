/** A second person, on a quorum that answers: nothing is sent without one, and nothing of theirs outlives what they saw. */
import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import type { Actor, CommandType, StartWorkflow, Workflow } from '../../contract/workflows.ts'
import { LeaderWrites } from '../../quorum/reading/leaderWrites.ts'
import { type ChangeRules, NO_CHANGE_RULES } from '../../workflows/run/permission/changeRules.ts'
import { WorkflowRefusal } from '../../workflows/run/refusal.ts'
import { ANYHOW, QUICK, words } from '../driving.ts'
import { type Closers, closeAll, openSimulated, type SimulatedPlace, viewOf } from '../simulatedPlace.ts'

const closers: Closers = []
afterEach(() => closeAll(closers))

const ANN = { id: 'user.ann', name: 'Ann' }
const OPERATOR = { id: 'operator', name: 'operator' }
const BEN = { id: 'user.ben', name: 'Ben' }
const RULES: ChangeRules = { ...NO_CHANGE_RULES, approvedKinds: ['remove-controller'], approvalMs: 3_600_000 }

function open(changeRules: ChangeRules): Promise<SimulatedPlace> {
  const thresholds = { ...QUICK, windowMs: 800, soakMs: 800, changeRules }
  return openSimulated(closers, { brokers: 0, controllers: 3 }, { thresholds })
}

function removal({ driving }: SimulatedPlace): StartWorkflow {
  const row = driving.watching.observer.view?.replicas.find((r) => r.status === 'follower')
  if (row?.directoryId == null) throw new Error('no follower')
  return { kind: 'remove-controller', params: { nodeId: row.nodeId, directoryId: row.directoryId }, as: ANN }
}

async function say({ driving }: SimulatedPlace, id: string, as: Actor, type: CommandType) {
  const run = await driving.get(id)
  const offered = run.allowedCommands.find((command) => command.type === type)
  if (offered === undefined) throw new Error(`${type} is not offered: ${run.now}`)
  const { needsConfirmation, ...command } = offered
  const confirmation = needsConfirmation === null ? {} : { confirmation: needsConfirmation.statement }
  const given = { ...words(run, { ...command, ...confirmation, reason: 'for this test' }), as, commandId: randomUUID() }
  return await driving.workflows.command(id, given)
}

function refusedAlone(error: unknown): void {
  if (!(error instanceof WorkflowRefusal) && !/is not offered/.test(String(error))) throw error
}

const votersOf = ({ driving }: SimulatedPlace) => driving.watching.observer.view?.quorum.voters

describe('a removal that needs a second person', () => {
  test('waits, is approved by somebody else, and is done; the approval is in the evidence', async () => {
    const place = await open(RULES)
    const { driving } = place
    const { id } = await driving.start(removal(place))
    expect(await driving.get(id)).toMatchObject({
      state: 'waiting',
      now: 'Waiting for approval. Nobody has approved this plan.',
    })
    await expect(say(place, id, ANN, 'approve')).rejects.toThrow(WorkflowRefusal)
    expect(votersOf(place)).toBe(3)
    await say(place, id, BEN, 'approve')
    // Ann drives on: what Ben has said is his part alone.
    await driving.until(id, 'allowed', (run) => run.permission?.missing.length === 0)
    for (let run = await driving.get(id); run.endedAtMs === null; run = await driving.get(id)) {
      const { revision } = run
      const offers = ({ allowedCommands }: Workflow) => allowedCommands.find(({ recommended }) => recommended === true)
      const next = offers(run)
      // What does not hold any more, or was given for a run that has moved on, is looked at anew.
      if (next !== undefined) await say(place, id, ANN, next.type).catch(refusedAlone)
      else await driving.until(id, 'something to say', (now) => now.revision !== revision || offers(now) !== undefined)
    }
    expect((await driving.get(id)).state).toBe('done')
    const { entries } = await driving.workflows.evidence(id)
    expect(entries.find(({ type }) => type === 'approved')).toMatchObject({ actor: 'Ben' })
  })

  test('a voter that somebody else adds or removes meanwhile makes the approval void', async () => {
    const place = await open(RULES)
    const { driving } = place
    const { id } = await driving.start(removal(place))
    await say(place, id, BEN, 'approve')
    const { permission, params } = await driving.get(id)
    expect(permission?.missing).toEqual([])
    const view = viewOf(driving)
    const other = view.replicas.find((r) => r.status === 'follower' && r.nodeId !== params.nodeId)
    if (other?.directoryId == null) throw new Error('no other follower')
    // Not this program, and not by this run.
    const elsewhere = new LeaderWrites({ leader: driving.watching.observer, security: {} })
    const change = { kind: 'remove', nodeId: other.nodeId, directoryId: other.directoryId } as const
    const outcome = await elsewhere.changeVoters(view.clusterId ?? '', change, ANYHOW)
    expect(outcome).toMatchObject({ kind: 'answered', errorCode: 0 })
    const drifted = await driving.until(
      id,
      'drift',
      (run) => run.state === 'pausedDrift' || (run.permission?.approval?.void ?? null) !== null,
    )
    expect(drifted.permission?.approval?.void).toMatch(/Somebody else/)
  })
})

test('in a freeze nothing begins; whoever cannot wait breaks the glass, with a reason, and it shows', async () => {
  const nowMs = Date.now()
  const freezes = [{ fromMs: nowMs - 1000, toMs: nowMs + 3_600_000, reason: 'year end' }]
  const place = await open({ ...NO_CHANGE_RULES, freezes })
  const { driving } = place
  const { id } = await driving.start({ ...removal(place), as: OPERATOR })
  expect((await driving.get(id)).now).toMatch(/Frozen until .*: year end/)
  const broken = await say(place, id, OPERATOR, 'break-glass')
  expect(broken.permission).toMatchObject({ brokenGlass: { by: 'operator', reason: 'for this test' }, missing: [] })
  expect(driving.workflows.active(broken.cluster)[0]?.brokenGlass).toEqual({ by: 'operator', reason: 'for this test' })
  expect((await driving.drive(id)).state).toBe('done')
})
