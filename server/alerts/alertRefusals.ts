/** What the alerts refuse, in words. */

import { MAX_SILENCE_MS } from '../contract/alerts/silences.ts'
import { Refusal } from '../contract/errors.ts'

const shown = (text: string): string => JSON.stringify(text.slice(0, 64))

export const refuseAlert = {
  unknown: (id: string) =>
    new Refusal(404, 'unknown-alert', `No alert has the id ${shown(id)} here.`, 'GET /api/alerts lists the open ones.'),
  over: (title: string) =>
    new Refusal(409, 'alert-resolved', `This alert is over: ${title}.`, 'Nothing is to be acknowledged.'),
  badPage: () =>
    new Refusal(
      400,
      'bad-request',
      'before is not what an earlier page gave.',
      'Leave it out to begin with the newest.',
    ),
  unknownSilence: (id: string) =>
    new Refusal(
      404,
      'unknown-silence',
      `No silence has the id ${shown(id)} here.`,
      'GET /api/silences lists them; it may have ended.',
    ),
  silenceOfRun: () =>
    new Refusal(
      409,
      'silence-of-run',
      'A guided change sets this silence for what it causes itself.',
      'It ends when the change ends, rests or pauses; park or end the change to end it now.',
    ),
  silenceTimes: () =>
    new Refusal(
      400,
      'bad-request',
      `A silence must end after it begins and after now, and last at most ${MAX_SILENCE_MS / 86_400_000} days.`,
      'Correct untilMs. Nothing was changed.',
    ),
  tooManySilences: (most: number) =>
    new Refusal(409, 'too-many-silences', `There are ${most} silences already.`, 'End some that nobody needs.'),
  unknownReceiver: (name: string) =>
    new Refusal(
      404,
      'unknown-receiver',
      `No receiver is called ${shown(name)} here.`,
      'GET /api/receivers lists them.',
    ),
  testGoesOn: (name: string) =>
    new Refusal(409, 'test-goes-on', `A test message to ${name} is on its way.`, 'Wait for its answer, at most 20 s.'),
}
