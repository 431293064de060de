/** A sandbox whose quorum can be made anew: whoever remembers the old one is told to forget it. */
import type { SandboxPort } from '../contract/sandbox.ts'
import type { ClusterHistory } from '../history/clusterHistory.ts'
import type { ClusterObserver } from '../quorum/reading/observer.ts'

export interface Rememberers {
  observer: ClusterObserver
  history: ClusterHistory
  /** The quorum behind this name is another one now. */
  onRemade: (cluster: string) => Promise<void>
}

export function remakableSandbox(sandbox: SandboxPort, { observer, history, onRemade }: Rememberers): SandboxPort {
  return {
    describe: () => sandbox.describe(),
    reports: () => sandbox.reports(),
    act: async (action) => {
      if (action.action !== 'reset' && action.action !== 'lesson') return await sandbox.act(action)
      const state = await observer.remake(() => sandbox.act(action))
      history.clear()
      await onRemade(observer.cluster)
      return state
    },
  }
}
