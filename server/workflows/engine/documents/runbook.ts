/**
 * A run, or the rest of it, as a document in Markdown that serves when the dashboard is down: exact commands with what they
 * print, what to look for, and the rules that Quorumdeck would have checked, each with how to check it by hand. Pure.
 */

import type { NodeConfigNeed } from '../../../contract/nodeConfig.ts'
import { replicationText, statusText } from '../../../contract/words/kafkaTool.ts'
import type {
  Gate,
  HostCommand,
  MoveFigures,
  StepState,
  Workflow,
  WorkflowState,
  WorkflowStep,
} from '../../../contract/workflows.ts'
import { checkCommands, handCheck } from '../../commands/handChecks.ts'
import { moveText } from '../../moves/moveFigures.ts'
import type { Facts } from '../../run/facts.ts'
import type { Thresholds } from '../../run/thresholds.ts'

export function thresholdRows(thresholds: Thresholds): { name: string; value: string; source: string }[] {
  const source = 'Quorumdeck default, or safety in quorumdeck.yaml'
  return [
    { name: 'lag near zero', value: `${thresholds.lagRecords} records`, source },
    { name: 'window', value: `${thresholds.windowMs} ms, ${thresholds.windowSamples} samples`, source },
    {
      name: 'age of a candidate’s fetch',
      value: `${thresholds.candidateAgeMs} ms or the fetch timeout`,
      source: 'docs/wizards.md: gates',
    },
    { name: 'gap in the observation', value: `${thresholds.windowGapMs} ms`, source: 'docs/wizards.md: gates' },
    { name: 'healthy without a break', value: `${thresholds.healthyMs} ms`, source },
    { name: 'steady after the change', value: `${thresholds.soakMs} ms`, source },
  ]
}

const code = (text: string, language = '') => [`\`\`\`${language}`, text, '```']

/** What a command prints when it worked. A part in angle brackets is of the moment. */
export function printsLines(prints: string | null): string[] {
  if (prints === null) return []
  return prints === '' ? ['', 'It prints nothing.'] : ['', 'It prints:', '', ...code(prints)]
}

export function commandLines({ host, text, prints, note }: HostCommand): string[] {
  return [
    '',
    `On ${host}${prints === null ? ', in the file' : ''}:`,
    '',
    ...code(text),
    ...printsLines(prints),
    ...(note === '' ? [] : ['', note]),
  ]
}

function configLines({ nodeId, host, lines, source }: NodeConfigNeed): string[] {
  const changed = lines.some((l) => l.now !== l.needed)
  if (!changed) return []
  const diff = lines.flatMap(({ key, now, needed }) =>
    now === needed
      ? [`  ${key}=${now}`]
      : [...(now === null ? [] : [`- ${key}=${now}`]), ...(needed === null ? [] : [`+ ${key}=${needed}`])],
  )
  const from = source === 'node' ? 'what it says now' : 'its registration; look at its file for the rest'
  return ['', `Properties of node ${nodeId} on ${host}, beside ${from}:`, '', ...code(diff.join('\n'), 'diff')]
}

function gateLines({ gates, doneWhen }: WorkflowStep): string[] {
  return [
    ...checkLines(
      'Must hold before:',
      gates.filter((g) => !doneWhen.includes(g.code)),
    ),
    ...checkLines(
      'Done when:',
      gates.filter((g) => doneWhen.includes(g.code)),
    ),
  ]
}

function checkLines(heading: string, gates: readonly Gate[]): string[] {
  if (gates.length === 0) return []
  const lines = ['', heading, '']
  for (const { code: name, title, required, observed, ok } of gates) {
    lines.push(`- ${title}: ${required} (when written: ${observed}${ok ? '' : ', does not hold'})`)
    const check = handCheck(name)
    if (check !== null) lines.push(`  - By hand: ${check}.`)
  }
  return lines
}

/** How far a step is, for somebody who has the paper alone. */
const STANDS: Readonly<Record<StepState, string>> = {
  pending: 'Not begun',
  checking: 'Waits until what must hold does',
  ready: 'Waits for a word',
  executing: 'Sent, the answer is awaited',
  'awaiting-operator': 'To be done on the host',
  verifying: 'Its outcome is being proven',
  done: 'Done',
  skipped: 'Not done',
}

function stepLines(step: WorkflowStep): string[] {
  const { state, detail, commands, configs, lookingFor } = step
  return [
    `${STANDS[state]}${detail === '' ? '.' : `: ${detail}`}`,
    ...configs.flatMap(configLines),
    ...commands.flatMap(commandLines),
    ...(lookingFor.length === 0 ? [] : ['', 'Look for:', '', ...lookingFor.map((text) => `- ${text}`)]),
    ...gateLines(step),
  ]
}

const STATE: Readonly<Record<WorkflowState, string>> = {
  planned: 'planned',
  running: 'running',
  waiting: 'waiting for a person',
  blocked: 'blocked',
  outcomeUnknown: 'outcome unknown',
  pausedDrift: 'paused, somebody else changed the voters',
  done: 'done',
  aborted: 'ended early',
}

function headLines(workflow: Workflow, facts: Facts): string[] {
  return [
    `# ${workflow.title}`,
    '',
    `Cluster ${workflow.cluster}, cluster id \`${workflow.clusterId}\`. Written ${new Date(facts.nowMs).toISOString()}.`,
    ...(workflow.reason === '' ? [] : ['', `Reason: ${workflow.reason}`]),
    '',
    workflow.state === 'planned'
      ? 'Planned; nothing of it is done yet.'
      : `State: ${STATE[workflow.state]}. ${workflow.now}`,
    '',
    'If Quorumdeck is down, go on by hand, in this order. Kafka checks none of the rules below: before a command that changes',
    'something, check by hand what must hold before it; go on when what the step is done by holds. Before a step',
    'that begins anew it may all be different: a part that comes later was planned on the quorum as it was when this was written.',
    '',
    'Never send a change a second time before the quorum shows that the first one did not happen: an answer that does not come, or',
    '`REQUEST_TIMED_OUT`, proves nothing.',
    '',
    'In commands and in what they print, a part in angle brackets is of the moment or for you to fill in.',
  ]
}

/** The commands that the checks name, and what the quorum looks like now. */
function lookLines(facts: Facts): string[] {
  const lines = [
    '',
    '## How to look',
    '',
    'Here and in the steps the addresses are those of when this was written. Where none of them answers any more, because their',
    'nodes have left, name one of those that have come: a broker by advertised.listeners, a controller by listeners of its file.',
    '',
  ]
  for (const { name, text } of checkCommands(facts)) {
    for (const line of [`**${name}**`, '', ...code(text), '']) lines.push(line)
  }
  if (facts.view === null) return lines
  return [
    ...lines,
    'When this was written, `status` would have printed:',
    '',
    ...code(statusText(facts.view)),
    '',
    'and `replication`:',
    '',
    ...code(
      replicationText(facts.view, true, facts.ageMs ?? 0)
        .replaceAll('\t', '  ')
        .replace(/ +$/gm, ''),
    ),
  ]
}

/** What is left to move, topic by topic; `kafka-reassign-partitions.sh --list` shows what is going on by then. */
function movesText({ moves }: Workflow): string[] {
  if (moves === null) return []
  const time = (ms: number) => new Date(ms).toISOString()
  const row = (name: string, of: MoveFigures) => `- ${name}: ${moveText(of)}`
  return [
    '',
    '## What is left to move',
    '',
    `When written; the brokers were asked ${moves.lookedAtMs === null ? 'not yet' : `at ${time(moves.lookedAtMs)}`}. What goes on by then: \`kafka-reassign-partitions.sh --list\`.`,
    '',
    row('In all', moves.total),
    ...moves.topics.map((topic) => row(topic.topic, topic)),
    ...(moves.moreTopics === 0 ? [] : [`- ${moves.moreTopics} topics more`]),
  ]
}

function voterNote({ health, rack }: Workflow['margins'][number]['voters'][number]): string {
  const notes = [...(rack === null ? [] : [`rack ${rack}`]), ...(health === 'ok' ? [] : [health])]
  return notes.length === 0 ? '' : ` (${notes.join(', ')})`
}

function marginLines({ margins }: Workflow): string[] {
  const lines = ['', '## What can be lost', '']
  for (const { label, voters, majority, margin, worst, worstRack } of margins) {
    const who = voters.map((v) => `${v.nodeId < 0 ? 'new' : v.nodeId}${voterNote(v)}`).join(', ')
    lines.push(
      `- ${label}: voters ${who}; majority ${majority}; margin ${margin ?? 'unknown'}${worst === null ? '' : `; ${worst.label}: ${worst.margin}`}${worstRack === null ? '' : `; ${worstRack.label}: ${worstRack.margin}`}`,
    )
  }
  return lines
}

/** @param workflow as `describeOnPaper` returns it */
export function runbookText(workflow: Workflow, facts: Facts): string {
  const lines = [...headLines(workflow, facts), ...lookLines(facts)]
  workflow.steps.forEach((step, i) => {
    const isNewPart = step.group !== '' && step.group !== workflow.steps[i - 1]?.group
    if (isNewPart) lines.push('', `## Part: ${step.group}`)
    lines.push('', `${step.group === '' ? '##' : '###'} ${i + 1}. ${step.title}`, '')
    for (const line of stepLines(step)) lines.push(line)
  })
  return `${[...lines, ...movesText(workflow), ...marginLines(workflow)].join('\n')}\n`
}
