/** What `--help` prints: of `disk`, and of each subcommand. */
const CODES = `
Exit codes
  0  done, or planned
  1  refused: every reason is listed with its code, and nothing was written
  2  the command line cannot be used`

const CHANGE = `
  --reports FILE...      disk inspect --json of every copy that can be had, of brokers too
  --backup DIRECTORY     what disk backup has made of DIR; the plan and the receipt go there
  --json                 the plan, the receipt or the refusals as JSON
Without the next two it only plans, and prints the command line that carries the plan out:
  --planned-at TIME      of the plan, as it was printed; a plan holds for 15 minutes
  --confirm HASH         SHA-256 of the plan, as it was printed`

export const DISK_HELP = `quorumdeck disk works on the metadata directory of one Kafka node, on its host. It needs no server and no network but to probe voters.

  disk inspect DIR                       reads one copy of the metadata log, batch by batch
  disk rank FILE...                      which copy of many reaches furthest
  disk backup DIR TO                     copies what the next ones change
  disk recover DIR --lost IDS ...        a majority of the voters is gone: this node alone votes
  disk recover DIR --undo --backup TO    takes it back, while the node has not been started
  disk set-endpoints DIR --voter ...     all voters have other addresses
  disk graft DIR --from DIR2 ...         every controller is gone: a broker's copy goes on

DIR is metadata.log.dir of the node, else the first of its log.dirs, or the __cluster_metadata-0 in it.
Each has --help and --json. docs/disk.md lists what each reads, writes and refuses.
${CODES}`

export const SUBCOMMAND_HELP: Readonly<Record<string, string>> = {
  inspect: `disk inspect DIR [--config server.properties] [--json]

Reads every batch of the metadata log and its snapshots in DIR, and checks it: checksums, offsets without a gap, rising epochs. Prints how
far the copy reaches, who votes, and what stands at its end. Reads only; a running node is not disturbed.

  --config FILE   properties of the node: DIR may be left out then, and its node id is compared
  --json          the report that disk rank and disk recover take
${CODES}`,
  rank: `disk rank FILE... [--json]

Ranks copies by their reports (disk inspect --json), as an election compares logs: the epoch of the last record first, then the end.
The first holds every committed record that any of them holds. Says which copies hold records that the first does not.

  --json          the ranking as JSON
${CODES}`,
  backup: `disk backup DIR TO [--json]

Copies __cluster_metadata-0, meta.properties and bootstrap.checkpoint of DIR into the new directory TO, and writes manifest.json with the
SHA-256 of each file last. The node must not run.

  --json          the manifest as JSON
${CODES}`,
  recover: `disk recover DIR --lost ID[,ID] --reports FILE... --backup TO [--planned-at TIME --confirm HASH] [--json]
disk recover DIR --undo --backup TO [--json]

For a dynamic quorum whose majority of disks is gone. Appends one voter set to the metadata log in DIR, in which this node alone votes. It
then elects itself, and others are added one at a time. Use the copy that disk rank puts first, stop every lost voter for good, and keep
them stopped.

  --lost ID[,ID]         voters of the newest set whose disks are gone
  --undo                 restores DIR from the backup, while the node has not been started since
${CHANGE}
${CODES}`,
  'set-endpoints': `disk set-endpoints DIR --voter ID=LISTENER://HOST:PORT[,LISTENER2://HOST:PORT] ... --reports FILE... --backup TO
                        [--planned-at TIME --confirm HASH] [--json]

For a quorum that elects nobody because all voters have moved. Appends one voter set with the same voters at their new addresses to the
metadata log in DIR: the copy of a voter that disk rank puts first, and no other. The other voters take it over.

  --voter ID=ADDRESSES   once for every voter
${CHANGE}
${CODES}`,
  graft: `disk graft DIR --from DIR2 --lost ID[,ID] --listener LISTENER://HOST:PORT --reports FILE...
                [--backup TO] [--planned-at TIME --confirm HASH] [--json]

For a quorum that has lost every controller. DIR is freshly formatted (kafka-storage format --no-initial-controllers, with the cluster id);
the metadata log of the broker in DIR2 is copied into it, with a voter set in which this node alone votes. The broker may run.

  --from DIR2            log directory of the broker whose copy disk rank puts first
  --listener ADDRESSES   of the controller in DIR, as its properties have it
  --lost ID[,ID]         every voter of the newest set: none of them votes any more, whatever is on its disk
${CHANGE}
${CODES}`,
}
