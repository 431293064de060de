/** Situations to practise: how each begins on a fresh quorum, and what to look at. */
import type { Lesson, LessonKey, LessonTool, SandboxNodeAction } from '../../contract/sandbox.ts'

/** A host by the part it plays when the lesson begins. */
export type Part = 'leader' | 'first follower' | 'second follower'

interface Begin {
  isStatic: boolean
  /** In order, once the fresh quorum has a leader. */
  acts: readonly { readonly part: Part; readonly action: SandboxNodeAction }[]
}

const TOOLS: Record<LessonTool, Lesson['tools'][number]> = {
  'remove-healthy-voter': {
    tool: 'remove-healthy-voter',
    command: 'kafka-metadata-quorum.sh remove-controller (a healthy follower)',
    shows: 'Kafka does not ask who is alive. Look at the leader and the margin afterwards, then reset.',
  },
  'add-before-remove': {
    tool: 'add-before-remove',
    command: 'kafka-metadata-quorum.sh add-controller (the new disk, before the old one is removed)',
    shows: 'Kafka refuses the id, and does not say what to do instead.',
  },
  'upgrade-kraft-version': {
    tool: 'upgrade-kraft-version',
    command: 'kafka-features.sh upgrade --feature kraft.version=1',
    shows: 'It cannot be taken back. Directory ids appear, the finding goes away, the wizards open.',
  },
}

const LESSONS: Record<LessonKey, Omit<Lesson, 'key'> & { begin: Begin }> = {
  'disk-fails': {
    title: 'A disk fails',
    story: 'The disk of a follower is gone, and its process with it.',
    lookAt: [
      'Read the verdict: what still works, and what one more failure would cost.',
      'Follow “Replace its disk…” from the finding, start, and let the sandbox act on the host.',
      'Watch the new incarnation beside the old one: the same id, another directory.',
      'See what is removed before what is added, and how long one voter is missing.',
    ],
    tools: [],
    begin: { isStatic: false, acts: [{ part: 'first follower', action: 'wipe' }] },
  },
  'two-things-fail': {
    title: 'Two things fail',
    story: 'The disk of one follower is gone, and the other follower hangs. One of three controllers is left.',
    lookAt: [
      'Nobody can lead: no change of the voters can commit, and every wizard says so instead of trying.',
      'Bring back what can come back: resume the frozen controller under “Break things”.',
      'Now replace the lost disk. Before that, look at what Kafka would have accepted.',
    ],
    tools: [TOOLS['remove-healthy-voter']],
    begin: {
      isStatic: false,
      acts: [
        { part: 'first follower', action: 'wipe' },
        { part: 'second follower', action: 'freeze' },
      ],
    },
  },
  'two-disks-are-gone': {
    title: 'Two disks are gone',
    story:
      'The disks of both followers are lost for good. The active controller runs on, and one of three is no majority.',
    lookAt: [
      'Read the verdict: nobody leads any more, brokers serve what they know, and no change of the metadata is possible.',
      'Read “Why nobody leads” on the page of the cluster. The disks do not come back, so no request to the quorum helps: follow “Bring back a lost quorum…”.',
      'Choose “Inspect the disks of this practice quorum”, name the two that are gone, and start.',
      'In each step read the statement before you make it; “Do it for me” does what a person does on a host.',
      'Look at the copies that are left, those of the brokers too: which reaches furthest, and what may be lost with the others.',
      'See what is fenced before the new voter set is written: an old disk that starts first takes the quorum back.',
      'Afterwards one controller leads alone. Format the two empty disks and add them, one at a time.',
      'Once more, and wipe the third controller as well: the copy of a broker then serves as the log of a new one.',
    ],
    tools: [],
    begin: {
      isStatic: false,
      acts: [
        { part: 'first follower', action: 'wipe' },
        { part: 'second follower', action: 'wipe' },
      ],
    },
  },
  'wrong-order': {
    title: 'The wrong order',
    story: 'A disk failed. Somebody has formatted the new one and started it; the old incarnation is still a voter.',
    lookAt: [
      'Try to add the new incarnation as a controller: it is refused, with the reason and the way.',
      'Try it as Kafka’s own tool would: DUPLICATE_VOTER.',
      'Now take the right order: “Replace its disk…”. The new incarnation is found by itself.',
    ],
    tools: [TOOLS['add-before-remove'], TOOLS['remove-healthy-voter']],
    begin: {
      isStatic: false,
      acts: [
        { part: 'first follower', action: 'wipe' },
        { part: 'first follower', action: 'format' },
        { part: 'first follower', action: 'start' },
      ],
    },
  },
  'wizard-interrupted': {
    title: 'A wizard is interrupted',
    story: 'The disk of a follower is gone. This time, disturb the wizard while it works.',
    lookAt: [
      'Start the replacement. While the window fills, restart the leader: a new epoch begins the window anew.',
      'Close the tab and open the run again, or open it in a second browser and take over: it is the same run.',
      'Freeze the new incarnation before the removal: the button goes away, and says what it waits for.',
      'Stop Quorumdeck with a real cluster in this moment, and it would go on from its journal after the start.',
    ],
    tools: [],
    begin: { isStatic: false, acts: [{ part: 'first follower', action: 'wipe' }] },
  },
  'static-to-dynamic': {
    title: 'Static to dynamic',
    story: 'This quorum is static: kraft.version 0, and the voters stand in controller.quorum.voters of every node.',
    lookAt: [
      'Look at the finding and at the missing directory ids. The wizards refuse: Kafka cannot change these voters.',
      'Run the upgrade. It needs every controller alive; freeze one first to see it refused.',
      'Afterwards restart every controller, the leader last: that is when its configuration is converted.',
    ],
    tools: [TOOLS['upgrade-kraft-version']],
    begin: { isStatic: true, acts: [] },
  },
}

export const ALL_LESSONS: Lesson[] = Object.entries(LESSONS).map(([key, { begin: _, ...lesson }]) => ({
  key: key as LessonKey,
  ...lesson,
}))

export function beginOf(key: LessonKey): Begin {
  return LESSONS[key].begin
}

export function hasTool(key: LessonKey, tool: LessonTool): boolean {
  return LESSONS[key].tools.some((one) => one.tool === tool)
}
