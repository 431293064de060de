/** For tests of other things: a history that keeps nothing, and cannot be asked. */
import { type ClusterHistory, HistoryUnavailable } from '../../history/clusterHistory.ts'

const unavailable = () => Promise.reject(new HistoryUnavailable('nothing is kept in this test'))

export const noHistory: ClusterHistory = {
  add: () => {},
  link: () => {},
  event: () => {},
  run: () => {},
  clear: () => {},
  read: unavailable,
  moment: unavailable,
  events: unavailable,
  state: unavailable,
  rows: unavailable,
}
