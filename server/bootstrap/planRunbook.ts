/** The plan as a document in Markdown, to go by when nothing but a terminal is at hand. Pure. */
import type { BootstrapPlan } from '../contract/bootstrap.ts'
import { commandLines } from '../workflows/engine/documents/runbook.ts'

export function planRunbook(plan: BootstrapPlan): string {
  const { request, clusterId, controllers, brokers, initialControllers, warnings, steps, files } = plan
  const lines = [
    `# A new Kafka cluster: ${request.name}`,
    '',
    `Apache Kafka ${request.release}, ${controllers.length} controller(s), ${brokers.length} broker(s), ${request.protocol}.`,
    '',
    `- Cluster id: \`${clusterId}\``,
    ...controllers.map(
      ({ nodeId, host, port, directoryId }) =>
        `- Controller ${nodeId} at ${host}:${port}, directory id ${directoryId === null ? 'generated when it is formatted' : `\`${directoryId}\``}`,
    ),
    ...(initialControllers === null ? [] : ['', 'Voters:', '', '```', initialControllers, '```']),
    '',
    'These ids are of this one cluster. Never use them for a second one.',
  ]
  if (warnings.length > 0) lines.push('', '## Before you begin', '')
  for (const { title, detail } of warnings) lines.push(`- **${title}.** ${detail}`)
  lines.push('', '## Files', '')
  for (const { path, host } of files) lines.push(`- \`${path}\`${host === null ? '' : `: for ${host}`}`)
  steps.forEach(({ title, why, commands, lookingFor }, i) => {
    lines.push('', `## ${i + 1}. ${title}`, '', why)
    for (const line of commands.flatMap(commandLines)) lines.push(line)
    lines.push('', 'Look for:', '')
    for (const text of lookingFor) lines.push(`- ${text}`)
  })
  return `${lines.join('\n')}\n`
}
