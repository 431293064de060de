/**
 * A run, or the rest of it, as a document in Markdown that serves when the dashboard is down: exact commands, what to look
 * for, and the rules that Quorumdeck would have checked. Pure.
 */
import type { MoveFigures, Workflow } from '../contract/workflows.ts'
import { moveText } from './drain/moveFigures.ts'
import type { Facts } from './facts.ts'
import { handCheck } from './handChecks.ts'
import { describeCommand } from './hostCommands.ts'
import type { Thresholds } from './thresholds.ts'

export function thresholdRows(thresholds: Thresholds): { name: string; value: string; source: string }[] {
  const source = 'Quorumdeck default, or safety in quorumdeck.yaml'
  return [
    { name: 'lag near zero', value: `${thresholds.lagRecords} records`, source },
    { name: 'window', value: `${thresholds.windowMs} ms, ${thresholds.windowSamples} samples`, source },
    {
      name: 'age of a candidate’s fetch',
      value: `${thresholds.candidateAgeMs} ms or the fetch timeout`,
      source: 'DESIGN: gates',
    },
    { name: 'gap in the observation', value: `${thresholds.windowGapMs} ms`, source: 'DESIGN: gates' },
    { name: 'steady after the change', value: `${thresholds.soakMs} ms`, source },
  ]
}

/** What is left to move, topic by topic; `kafka-reassign-partitions.sh --list` tells what is going on by then. */
function movesText(moves: Workflow['moves'], time: (ms: number) => string): string[] {
  if (moves === null) return []
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

export function runbookText(workflow: Workflow, facts: Facts): string {
  const time = (ms: number) => new Date(ms).toISOString()
  const lines = [
    `# ${workflow.title}`,
    '',
    `Cluster ${workflow.cluster}, cluster id \`${workflow.clusterId}\`. Written ${time(facts.nowMs)}.`,
    ...(workflow.reason === '' ? [] : ['', `Reason: ${workflow.reason}`]),
    '',
    `State: ${workflow.state}. ${workflow.now}`,
    '',
    'If Quorumdeck is down, go on by hand, in this order. Kafka checks none of the rules below: check each of them',
    'yourself before every command that changes the voters. Look at the quorum before and after each step:',
    '',
    '```',
    describeCommand(facts),
    '```',
    '',
    'Never send a change a second time before the quorum shows that the first one did not happen: an answer that does not come, or',
    '`REQUEST_TIMED_OUT`, proves nothing.',
  ]
  workflow.steps.forEach((step, i) => {
    const isNewPart = step.group !== '' && step.group !== workflow.steps[i - 1]?.group
    if (isNewPart) lines.push('', `## Part: ${step.group}`)
    lines.push('', `${step.group === '' ? '##' : '###'} ${i + 1}. ${step.title}`, '')
    lines.push(
      step.state === 'done'
        ? `Done: ${step.detail}`
        : step.detail === ''
          ? step.state
          : `${step.state}: ${step.detail}`,
    )
    for (const command of step.commands) {
      lines.push('', `On ${command.host}:`, '', '```', command.text, '```')
      if (command.note !== '') lines.push('', command.note)
    }
    if (step.lookingFor.length > 0) lines.push('', 'Look for:', '', ...step.lookingFor.map((text) => `- ${text}`))
    if (step.gates.length > 0) {
      lines.push('', 'Must hold before:', '')
      for (const { code, title, required, observed, ok } of step.gates) {
        const check = handCheck(code)
        lines.push(`- ${title}: ${required} (when written: ${observed}${ok ? '' : ', does not hold'})`)
        if (check !== null) lines.push(`  - By hand: ${check}.`)
      }
    }
  })
  lines.push(...movesText(workflow.moves, time))
  lines.push('', '## What can be lost', '')
  for (const { label, voters, majority, margin, worst, worstRack } of workflow.margins) {
    const who = voters.map((v) => `${v.nodeId < 0 ? 'new' : v.nodeId}${voterNote(v)}`).join(', ')
    lines.push(
      `- ${label}: voters ${who}; majority ${majority}; margin ${margin ?? 'unknown'}${worst === null ? '' : `; ${worst.label}: ${worst.margin}`}${worstRack === null ? '' : `; ${worstRack.label}: ${worstRack.margin}`}`,
    )
  }
  return `${lines.join('\n')}\n`
}
