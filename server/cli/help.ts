/** What the command line can do, in words. */

export const CLI_HELP = `quorumdeck COMMAND: what the browser shows and does, for scripts. The same gates hold.

  status                       every cluster in a line; with --cluster its replicas
  check                        for monitoring: exit code 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN
      --margin-warning N       at or below this margin a warning (0)
      --max-age SECONDS        an older observation is UNKNOWN (15)
  may-stop NODE                whether this node may be stopped now
  may-restart NODE             whether it may be restarted now: every gate of a rolling restart
      --wait SECONDS           ask again while only time is missing
  plan KIND ...                what a change would do; nothing is done
  plan --voters 1,2,3          the changes that make these the voters; nothing is done
  run KIND ... [--wait]        begins a guided change, and follows it with --wait
      --resume ID              follows one that has begun
      --confirm STATEMENT      states what a person must state, word for word; may be repeated
      --sandbox                host actions of a practice quorum are done, too
      --timeout SECONDS        for so long (900)
  evidence RUN                 all that was kept of a run, as JSON
  diagnostics                  one file for whoever helps from afar, without secrets
  client-file FILE             which lines of a client properties file count, and which are needed
  disk ...                     disks of a quorum that lost its majority: quorumdeck disk --help

KIND and its parameters
  add-controller [--node N] [--directory D]      remove-controller --node N --directory D
  replace-disk --node N                          replace-controller --old N [--new N]
  scale --controllers N                          rolling-restart [--nodes 1,2]
  unregister-broker --node N                     static-to-dynamic
  migrate-combined --nodes 1,2 [--retire 7,8] [--throttle BYTES]
  migrate-dedicated --nodes 1,2 [--throttle BYTES]          all: [--reason TEXT]

Where
  --server URL                 a running server; QUORUMDECK_SERVER, or http://localhost:8480
  --token-file FILE            its token; QUORUMDECK_TOKEN_FILE, QUORUMDECK_TOKEN
  --cluster NAME               as in its addresses; needed where it watches several
  --bootstrap-controller LIST --bootstrap-server LIST --command-config FILE --config FILE
                               without a server: the cluster itself. A run needs --data-dir DIR too
  --json                       one JSON document on standard output

Exit codes of all but check: 0 done or yes, 1 no or refused, 2 the command line cannot be used,
3 nobody can say (no answer, no right), 4 a person has to do something.

Without a command, or with flags alone, it is the server: quorumdeck --help.
`
