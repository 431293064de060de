/** Why `quorumdeck disk` does not write. Each is shown with what was observed and what to do next; docs/disk.md lists them. Pure. */
export const DISK_REFUSALS = {
  // The directory
  'not-a-directory': 'there is no such directory',
  'symbolic-link': 'a part of it is a symbolic link: what is checked might not be what is written',
  'hard-linked': 'the segment has a second name, as a copy by hard links leaves it: that copy would be changed as well',
  'not-writable': 'this user may not write there',
  'no-space': 'the file system has too little space left',
  'lock-held': 'a process holds the lock of the directory: Kafka runs on it',
  'lock-unavailable': 'nothing on this host can take the lock: no python3, perl or java',
  // Whose disk it is
  'meta-unreadable': 'meta.properties is missing or cannot be read',
  'meta-incomplete': 'meta.properties lacks the cluster id, the node id or the directory id, or is of ZooKeeper mode',
  'directory-id-reserved': 'the directory id is one that Kafka keeps for itself',
  'other-node': 'the properties file is of another node or another directory',
  // Its log
  'no-metadata-log': 'no record of a metadata log is in it',
  'log-damaged': 'the log is damaged before its end; this is more than a torn last batch',
  'epoch-unexplained': 'the log ends in a later epoch than quorum-state knows',
  'quorum-state-unreadable': 'quorum-state is there and cannot be read',
  'snapshot-missing': 'the log does not begin at 0, and no complete snapshot reaches its beginning',
  'snapshot-contradicts-log': 'the newest snapshot and the log are not of one history',
  'static-quorum': 'the quorum is static (kraft.version 0): its voters are in the properties files, not in the log',
  'not-a-voter': 'this disk is no voter of the newest voter set',
  'epoch-exhausted': 'no epoch is left above the ones that were seen',
  // Other copies
  'report-unreadable': 'a report is no output of disk inspect --json',
  'report-twice': 'two reports are of one disk',
  'report-stale': 'the report of this disk is not what is on it now',
  'other-cluster': 'a report is of another cluster',
  'copy-damaged': 'the copy of a report is damaged: how far it reached is not known',
  'copy-ahead': 'another copy reaches further than this one',
  'voter-without-report': 'a voter is neither declared lost nor reported',
  'too-few-reports': 'fewer than a majority of the voters are reported',
  // What is declared
  'lost-unknown': 'a lost id is not in the newest voter set',
  'lost-is-seed': 'this very node is declared lost',
  'lost-not-a-majority': 'the voters that are left can still elect: the quorum does not need this',
  'voter-reachable': 'something answers at the address of a voter that must not run',
  'voters-not-all-named': 'set-endpoints needs the addresses of every voter, and of nobody else',
  'listeners-differ': 'the listeners are not those that the voter set names',
  'endpoints-unchanged': 'the addresses are those of the voter set already',
  // Graft
  'not-freshly-formatted': 'the directory has records of a metadata log already',
  'source-unreadable': 'there is no copy of the metadata log at --from',
  'source-damaged': 'the copy at --from is damaged',
  // Backup and plan
  'backup-missing': 'no finished backup is there',
  'backup-differs': 'the backup is not what is on the disk',
  'target-not-empty': 'the backup needs a new or an empty directory outside of the one that it copies',
  'plan-differs': 'what would be done is not what was confirmed',
  'plan-too-old': 'the plan is older than 15 minutes',
  'plan-in-future': 'the plan is of a time that is still to come',
  'nothing-to-undo': 'no receipt of something that is on this disk is in the backup',
  'started-since': 'the node has been started since',
  'access-failed': 'the host refused to read or to write a file before anything was changed',
  'write-failed': 'the host refused to write, or what was read again is not what was planned',
} as const
export type DiskRefusalCode = keyof typeof DISK_REFUSALS

export interface DiskRefusal {
  code: DiskRefusalCode
  observed: string
  remedy: string
}

export function refusal(code: DiskRefusalCode, observed: string, remedy: string): DiskRefusal {
  return { code, observed, remedy }
}
