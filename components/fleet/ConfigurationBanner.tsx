'use client'
/** quorumdeck.yaml where somebody has to know of it: it cannot be used as it is now, or something in it waits. */
import { Alert, List, ListItem } from '@patternfly/react-core'
import { formatMoment } from '../kit/words/format.ts'
import { useConfiguration } from '../live/queries/fleet/useConfiguration.ts'

export function ConfigurationBanner() {
  const configuration = useConfiguration()
  if (configuration === null) return null
  const { file, readAtMs, problem, changedButNotApplied } = configuration
  const nowMs = Date.now()
  const read = readAtMs === null ? '' : `In force is what was read ${formatMoment(readAtMs, nowMs)}.`
  return (
    <>
      {problem !== null && (
        <Alert isInline component="h2" variant="danger" title={problem.title}>
          <p className="qd-mono">{problem.detail}</p>
          <p>
            {problem.remedy} {read}
          </p>
        </Alert>
      )}
      {changedButNotApplied.length > 0 && (
        <Alert
          isInline
          component="h2"
          variant="warning"
          title={
            file === null ? 'Not all clusters are watched.' : 'Not everything in the configuration file is in force.'
          }
        >
          <List isPlain>
            {changedButNotApplied.map(({ what, why }) => (
              <ListItem key={what}>
                <b>{what}</b>: {why}
              </ListItem>
            ))}
          </List>
          <p>{read}</p>
        </Alert>
      )}
    </>
  )
}
