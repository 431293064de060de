/**
 * Reads in a node's own log that its controller will never register: before KAFKA-20247 was mended, one whose request to
 * register timed out once waits for that request for ever. It happens where the first election takes longer than five seconds.
 */

const ASKED = 'sendControllerRegistration: attempting to send'
const TIMED_OUT = 'RegistrationResponseHandler: channel manager timed out before sending the request'
const WAITS = 'maybeSendControllerRegistration: waiting for the previous RPC to complete'
const TRANSITION = /Completed transition to (\w+)/

export class RegistrationLog {
  #timedOut = false
  #waitsForever = false
  #hasLeader = false

  /** Takes the next line of the log. */
  read(line: string): void {
    if (line.includes(ASKED)) [this.#timedOut, this.#waitsForever] = [false, false]
    else if (line.includes(TIMED_OUT)) this.#timedOut = true
    else if (line.includes(WAITS)) this.#waitsForever = this.#timedOut
    const state = TRANSITION.exec(line)?.[1]
    if (state !== undefined) this.#hasLeader = state.startsWith('Follower') || state.startsWith('Leader')
  }

  /** Only a restart helps, and it helps now: without a leader the next request would time out as well. */
  get needsRestart(): boolean {
    return this.#waitsForever && this.#hasLeader
  }
}
