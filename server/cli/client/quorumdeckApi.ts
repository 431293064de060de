// @ts-nocheck
/** Generated from /api/openapi.json: do not edit. `npm run client` makes it anew. */
export interface AcknowledgeAlert {
  as: {
    /** @pattern ^[\w.-]{1,64}$ */
    id: string;
    /**
     * @minLength 1
     * @maxLength 64
     */
    name: string;
  };
  /** @maxLength 500 */
  note?: string;
}

export interface AcknowledgeNote {
  as: {
    /** @pattern ^[\w.-]{1,64}$ */
    id: string;
    /**
     * @minLength 1
     * @maxLength 64
     */
    name: string;
  };
}

export interface AddCluster {
  /** @maxItems 20 */
  bootstrapControllers?: string[];
  /** @maxItems 20 */
  bootstrapServers?: string[];
  clusterId?: string | null;
  commandConfig?: string | null;
  group?: string | null;
  /**
   * @min 100
   * @max 60000
   */
  intervalMs?: number;
  /** @maxLength 64 */
  name: string;
  racks?: Partial<Record<string, string>>;
}

export interface AddNote {
  as: {
    /** @pattern ^[\w.-]{1,64}$ */
    id: string;
    /**
     * @minLength 1
     * @maxLength 64
     */
    name: string;
  };
  /** @maxLength 200 */
  subject: string;
  /**
   * @minLength 1
   * @maxLength 4000
   */
  text: string;
}

export interface AddRunNote {
  as: {
    /** @pattern ^[\w.-]{1,64}$ */
    id: string;
    /**
     * @minLength 1
     * @maxLength 64
     */
    name: string;
  };
  /**
   * @minLength 1
   * @maxLength 4000
   */
  text: string;
}

export interface AddUser {
  /** @maxItems 50 */
  grants: {
    /** @maxLength 500 */
    because?: string;
    right: "watch" | "operate" | "approve" | "administer" | "audit";
    scope: {
      /** @maxItems 500 */
      clusters: string[];
      /** @maxItems 100 */
      groups: string[];
    } | null;
  }[];
  /** @pattern ^[a-z0-9][a-z0-9._@-]{0,63}$ */
  login: string;
  /**
   * @minLength 1
   * @maxLength 64
   */
  name: string;
  /**
   * @minLength 12
   * @maxLength 256
   */
  password: string;
}

export interface AlertIncident {
  acknowledged: {
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    atMs: number;
    by: string;
    note: string;
  } | null;
  cluster: string;
  detail: string;
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  firedAtMs: number;
  id: string;
  key: string;
  remedy: string;
  replicas: {
    directoryId: string | null;
    /**
     * @min 0
     * @max 9007199254740991
     */
    nodeId: number;
  }[];
  resolvedAtMs: number | null;
  rule:
    | "no-leader"
    | "margin-low"
    | "voter-silent"
    | "voter-lagging"
    | "elections"
    | "change-stuck"
    | "second-quorum"
    | "ghost-observer"
    | "leftovers"
    | "even-voters"
    | "fewer-voters"
    | "rack-without-voter"
    | "watermark-fell"
    | "observation-lost"
    | "run-waits"
    | "glass-broken"
    | "certificate-expires";
  severity: "critical" | "warning" | "info";
  silencedBy: string | null;
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  startedAtMs: number;
  state: "open" | "resolved";
  title: string;
}

export interface AlertList {
  alerts: {
    acknowledged: {
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      atMs: number;
      by: string;
      note: string;
    } | null;
    cluster: string;
    detail: string;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    firedAtMs: number;
    id: string;
    key: string;
    remedy: string;
    replicas: {
      directoryId: string | null;
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
    }[];
    resolvedAtMs: number | null;
    rule:
      | "no-leader"
      | "margin-low"
      | "voter-silent"
      | "voter-lagging"
      | "elections"
      | "change-stuck"
      | "second-quorum"
      | "ghost-observer"
      | "leftovers"
      | "even-voters"
      | "fewer-voters"
      | "rack-without-voter"
      | "watermark-fell"
      | "observation-lost"
      | "run-waits"
      | "glass-broken"
      | "certificate-expires";
    severity: "critical" | "warning" | "info";
    silencedBy: string | null;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    startedAtMs: number;
    state: "open" | "resolved";
    title: string;
  }[];
  before: string | null;
  storage: {
    ok: boolean;
    problem: string;
  };
}

export interface ApiTokenList {
  tokens: {
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    createdAtMs: number;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    expiresAtMs: number;
    /** @maxItems 50 */
    grants: {
      /** @maxLength 500 */
      because?: string;
      right: "watch" | "operate" | "approve" | "administer" | "audit";
      scope: {
        /** @maxItems 500 */
        clusters: string[];
        /** @maxItems 100 */
        groups: string[];
      } | null;
    }[];
    id: string;
    lastUsedAtMs: number | null;
    makerId: string;
    makerName: string;
    name: string;
    revokedAtMs: number | null;
  }[];
}

export interface AuditPage {
  entries: {
    actor: {
      id: string;
      name: string;
      source: string;
    } | null;
    address: string | null;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    atMs: number;
    cluster: string | null;
    detail: Partial<Record<string, string | number | boolean | null>>;
    hash: string;
    kind:
      | "sign-in"
      | "sign-in-failed"
      | "sign-in-limited"
      | "sign-out"
      | "session"
      | "api-token"
      | "wall-token"
      | "user"
      | "configuration"
      | "alerts"
      | "note"
      | "run-started"
      | "command"
      | "seat"
      | "approval"
      | "override"
      | "sandbox"
      | "refused"
      | "audit"
      | "server";
    outcome: "done" | "refused" | "failed";
    run: string | null;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    seq: number;
    text: string;
  }[];
  next: number | null;
}

export interface AuditState {
  chain: {
    broken: {
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      seq: number;
      what: string;
    } | null;
    checkedAtMs: number | null;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    entries: number;
    state: "not-checked" | "checking" | "whole" | "broken";
  };
  cut: {
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    atMs: number;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    seq: number;
  } | null;
  first: number | null;
  forwarding: {
    problem: string;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    seq: number;
    to: string;
  }[];
  keepDays: number | null;
  last: number | null;
  problem: string;
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  waiting: number;
}

export interface BootstrapPlan {
  brokers: {
    host: string;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    nodeId: number;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    port: number;
  }[];
  /** @pattern ^[A-Za-z0-9_-]{22}$ */
  clusterId: string;
  controllers: {
    directoryId: string | null;
    host: string;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    nodeId: number;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    port: number;
  }[];
  files: {
    host: string | null;
    nodeId: number | null;
    path: string;
    text: string;
  }[];
  initialControllers: string | null;
  metadataVersion: string;
  request: {
    /** @pattern ^[A-Za-z0-9_-]{22}$ */
    clusterId?: string;
    mechanism: "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512" | null;
    metadataRelease: "3.9" | "4.0" | "4.1" | "4.2" | "4.3" | null;
    /** @maxLength 200 */
    name: string;
    /** @maxItems 100 */
    nodes: {
      brokerPort: number | null;
      controllerPort: number | null;
      /** @maxLength 500 */
      dataDir: string;
      /** @pattern ^[A-Za-z0-9_-]{22}$ */
      directoryId?: string;
      /** @maxLength 255 */
      host: string;
      nodeId: number | null;
      /** @maxLength 100 */
      rack: string;
      /**
       * @maxItems 2
       * @minItems 1
       */
      roles: ("controller" | "broker")[];
    }[];
    protocol: "PLAINTEXT" | "SSL" | "SASL_PLAINTEXT" | "SASL_SSL";
    release: "3.9" | "4.0" | "4.1" | "4.2" | "4.3";
    standalone: boolean;
  };
  steps: {
    commands: {
      host: string;
      note: string;
      /** @default null */
      prints?: string | null;
      text: string;
    }[];
    key: string;
    lookingFor: string[];
    title: string;
    why: string;
  }[];
  warnings: {
    code: string;
    detail: string;
    severity: "critical" | "warning" | "info";
    title: string;
  }[];
}

export interface BootstrapRequest {
  /** @pattern ^[A-Za-z0-9_-]{22}$ */
  clusterId?: string;
  mechanism: "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512" | null;
  metadataRelease: "3.9" | "4.0" | "4.1" | "4.2" | "4.3" | null;
  /** @maxLength 200 */
  name: string;
  /** @maxItems 100 */
  nodes: {
    brokerPort: number | null;
    controllerPort: number | null;
    /** @maxLength 500 */
    dataDir: string;
    /** @pattern ^[A-Za-z0-9_-]{22}$ */
    directoryId?: string;
    /** @maxLength 255 */
    host: string;
    nodeId: number | null;
    /** @maxLength 100 */
    rack: string;
    /**
     * @maxItems 2
     * @minItems 1
     */
    roles: ("controller" | "broker")[];
  }[];
  protocol: "PLAINTEXT" | "SSL" | "SASL_PLAINTEXT" | "SASL_SSL";
  release: "3.9" | "4.0" | "4.1" | "4.2" | "4.3";
  standalone: boolean;
}

export interface ChainState {
  broken: {
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    seq: number;
    what: string;
  } | null;
  checkedAtMs: number | null;
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  entries: number;
  state: "not-checked" | "checking" | "whole" | "broken";
}

export interface ChangePassword {
  /**
   * @minLength 1
   * @maxLength 256
   */
  current: string;
  /**
   * @minLength 12
   * @maxLength 256
   */
  next: string;
}

export interface CheckProperties {
  /**
   * @min 0
   * @max 9007199254740991
   */
  nodeId: number;
  /** @maxLength 40000 */
  text: string;
}

export type ClientMessage =
  | {
      /**
       * @minLength 1
       * @maxLength 64
       */
      cluster: string;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      seq?: number;
      /** @maxLength 64 */
      serverRunId?: string;
      type: "subscribe";
    }
  | {
      /**
       * @minLength 1
       * @maxLength 64
       */
      cluster: string;
      type: "unsubscribe";
    }
  | {
      /**
       * @minLength 1
       * @maxLength 64
       */
      cluster: string;
      type: "resync";
    }
  | {
      as: {
        /** @pattern ^[\w.-]{1,64}$ */
        id: string;
        /**
         * @minLength 1
         * @maxLength 64
         */
        name: string;
      };
      /**
       * @minLength 1
       * @maxLength 64
       */
      cluster: string;
      page: "cluster" | "wizards" | "run";
      run: string | null;
      type: "here";
    }
  | {
      /**
       * @minLength 1
       * @maxLength 64
       */
      cluster: string;
      type: "follow";
      workflow: string | null;
    };

export interface CloseIncident {
  as: {
    /** @pattern ^[\w.-]{1,64}$ */
    id: string;
    /**
     * @minLength 1
     * @maxLength 64
     */
    name: string;
  };
  /**
   * @minLength 1
   * @maxLength 2000
   */
  reason: string;
}

export interface ClusterList {
  clusters: {
    addresses?: string[];
    ageMs: number | null;
    cluster: string;
    clusterId: string | null;
    group?: string;
    healthyVoters: number | null;
    kafkaRelease: string | null;
    kind: "kafka" | "practice" | "sandbox";
    leaderId: number | null;
    link: {
      attempts: {
        address: string;
        outcome: string;
      }[];
      problem: {
        code: string;
        detail: string;
        remedy: string;
        title: string;
      } | null;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      sinceMs: number;
      state:
        | "connecting"
        | "live"
        | "no-leader"
        | "unreachable"
        | "refused"
        | "unsupported";
    };
    margin: number | null;
    name: string;
    observedBy?: string | null;
    observers: number | null;
    origin?: "added" | "file" | "flags" | "built-in";
    planned?: boolean;
    sameKafkaCluster?: string[];
    voters: number | null;
    worst: {
      severity: "critical" | "warning" | "info";
      title: string;
    } | null;
  }[];
  serverRunId: string;
}

export interface ClusterRights {
  address: string | null;
  endpoint: "controller" | "broker" | null;
  principal: string | null;
  problem: {
    code: string;
    detail: string;
    remedy: string;
    title: string;
  } | null;
  rights: {
    command: string | null;
    gives: string[];
    held: boolean | null;
    requests: string[];
    right: "DESCRIBE" | "CLUSTER_ACTION" | "ALTER" | "DESCRIBE_CONFIGS";
    without: string;
  }[];
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  triedAtMs: number;
}

export interface ClusterSettings {
  bootstrapControllers: string[];
  bootstrapServers: string[];
  cluster: string;
  clusterId: string | null;
  commandConfig: {
    mechanism: string | null;
    name: string;
    protocol: "PLAINTEXT" | "SSL" | "SASL_PLAINTEXT" | "SASL_SSL" | null;
  } | null;
  group: string | null;
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  intervalMs: number;
  name: string;
  observedClusterId: string | null;
  origin: "added" | "file" | "flags" | "built-in";
  racks: Partial<Record<string, string>>;
}

export interface CommandRequest {
  as?: {
    /** @pattern ^[\w.-]{1,64}$ */
    id: string;
    /**
     * @minLength 1
     * @maxLength 64
     */
    name: string;
  };
  command: {
    /** @maxLength 200 */
    confirmation?: string;
    /** @pattern ^[A-Za-z0-9_-]{22}$ */
    directoryId?: string;
    /** @maxLength 64 */
    key?: string;
    /**
     * @min 0
     * @max 2147483647
     */
    nodeId?: number;
    /** @maxLength 500 */
    reason?: string;
    /** @maxLength 64 */
    step?: string;
    type:
      | "execute"
      | "state"
      | "choose"
      | "do-it-for-me"
      | "abort"
      | "undo"
      | "leave"
      | "park"
      | "resume"
      | "take-over"
      | "replan"
      | "cancel"
      | "clean-up"
      | "approve"
      | "withdraw-approval"
      | "break-glass";
  };
  /** @pattern ^[\w.:-]{1,64}$ */
  commandId: string;
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  expectedRevision: number;
}

export interface Configuration {
  changedButNotApplied: {
    what: string;
    why: string;
  }[];
  file: string | null;
  problem: {
    code: string;
    detail: string;
    remedy: string;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    seenAtMs: number;
    title: string;
  } | null;
  readAtMs: number | null;
}

export interface ConnectionTest {
  addresses: {
    address: string;
    clusterId: string | null;
    endpoint: "controller" | "broker";
    hops: {
      found: string[];
      hop:
        | "name"
        | "tcp"
        | "tls"
        | "sasl"
        | "api-versions"
        | "rights"
        | "identity";
      remedy: string;
      state: "ok" | "warning" | "failed" | "skipped";
      tookMs: number | null;
    }[];
    nodeId: number | null;
    state: "ok" | "warning" | "failed" | "skipped";
  }[];
  clusterId: string | null;
  state: "ok" | "warning" | "failed" | "skipped";
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  testedAtMs: number;
  watchedAs: string[];
  words: string;
}

export interface ControllerReadiness {
  ageMs: number | null;
  attached: boolean | null;
  cluster: string;
  lag: number | null;
  leaderEpoch: number | null;
  leaderId: number | null;
  /**
   * @min 0
   * @max 9007199254740991
   */
  nodeId: number;
  ownWord: {
    leaderEpoch: number | null;
    leaderId: number | null;
    reach: "answers" | "refused" | "silent" | "unverifiable";
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    sinceMs: number;
  } | null;
  role: "leader" | "follower" | "observer" | null;
  sinceMs: number | null;
  why: string;
}

export interface CreateApiToken {
  /**
   * @min 1
   * @max 366
   */
  days: number;
  /**
   * @maxItems 50
   * @minItems 1
   */
  grants: {
    /** @maxLength 500 */
    because?: string;
    right: "watch" | "operate" | "approve" | "administer" | "audit";
    scope: {
      /** @maxItems 500 */
      clusters: string[];
      /** @maxItems 100 */
      groups: string[];
    } | null;
  }[];
  /**
   * @minLength 1
   * @maxLength 64
   */
  name: string;
}

export interface CreateWallToken {
  as: {
    /** @pattern ^[\w.-]{1,64}$ */
    id: string;
    /**
     * @minLength 1
     * @maxLength 64
     */
    name: string;
  };
  clusters: string[] | null;
  days: number | null;
  /**
   * @minLength 1
   * @maxLength 64
   */
  label: string;
}

export interface CreatedApiToken {
  secret: string;
  token: {
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    createdAtMs: number;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    expiresAtMs: number;
    /** @maxItems 50 */
    grants: {
      /** @maxLength 500 */
      because?: string;
      right: "watch" | "operate" | "approve" | "administer" | "audit";
      scope: {
        /** @maxItems 500 */
        clusters: string[];
        /** @maxItems 100 */
        groups: string[];
      } | null;
    }[];
    id: string;
    lastUsedAtMs: number | null;
    makerId: string;
    makerName: string;
    name: string;
    revokedAtMs: number | null;
  };
}

export interface CreatedWallToken {
  link: string;
  secret: string;
  token: {
    clusters: string[] | null;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    createdAtMs: number;
    createdBy: string;
    expiresAtMs: number | null;
    id: string;
    label: string;
    lastUsedAtMs: number | null;
    revokedAtMs: number | null;
  };
}

export interface DeliveryAttempt {
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  atMs: number;
  detail: string;
  ok: boolean;
}

export interface Diagnostics {
  clusters: {
    findings: {
      code: string;
      severity: string;
      title: string;
    }[];
    quorum: {
      autoJoin: boolean | null;
      committedVoters:
        | {
            directoryId: string | null;
            /**
             * @min 0
             * @max 9007199254740991
             */
            nodeId: number;
          }[]
        | null;
      /**
       * @min 0
       * @max 9007199254740991
       */
      fetchTimeoutMs: number;
      fetchTimeoutSource: "cluster" | "assumed";
      /**
       * @min 0
       * @max 9007199254740991
       */
      healthyVoters: number;
      highWatermark: number | null;
      kafkaRelease: string | null;
      kraftVersion: number | null;
      leaderClockMs: number | null;
      leaderEpoch: number | null;
      leaderId: number | null;
      leaderSinceMs: number | null;
      leaderless: {
        code:
          | "electing"
          | "majority-down"
          | "voters-line-missing"
          | "scram-only"
          | "wrong-places"
          | "voters-unknown"
          | "no-election";
        detail: string;
        lastLed: {
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          atMs: number;
          highWatermark: number | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          leaderEndOffset: number;
          /**
           * @min 0
           * @max 9007199254740991
           */
          leaderEpoch: number;
          /**
           * @min 0
           * @max 9007199254740991
           */
          leaderId: number;
          replicas: {
            directoryId: string | null;
            logEndOffset: number | null;
            /**
             * @min 0
             * @max 9007199254740991
             */
            nodeId: number;
            silent: boolean;
          }[];
        } | null;
        remedy: string;
        sets: {
          down: number[];
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          majority: number;
          /**
           * @min 0
           * @max 9007199254740991
           */
          missing: number;
          nodeIds: number[];
          which: "only" | "committed" | "appended";
        }[];
        title: string;
        voters: {
          address: string | null;
          leaderEpoch: number | null;
          leaderId: number | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
          problem: string;
          state: "answers" | "unverifiable" | "down";
        }[];
      } | null;
      /**
       * @min 0
       * @max 9007199254740991
       */
      majority: number;
      margin: number | null;
      maxFollowerLag: number | null;
      maxFollowerLagTimeMs: number | null;
      metadataVersion: string | null;
      mode: "dynamic" | "static" | null;
      pendingVoterChange: {
        added: {
          directoryId: string | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
        }[];
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        appendedAtMs: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        epoch: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        offset: number;
        removed: {
          directoryId: string | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
        }[];
        voters: {
          directoryId: string | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
        }[];
      } | null;
      /**
       * @min 0
       * @max 9007199254740991
       */
      requestTimeoutMs: number;
      rivals: {
        address: string;
        followers: number[];
        highWatermark: number | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        leaderEpoch: number;
        logEndOffset: number | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
        proven: boolean;
        voters: {
          directoryId: string | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
        }[];
      }[];
      settingsDiffer: {
        name: string;
        nodeIds: number[];
      }[];
      settling: boolean;
      /**
       * @min 0
       * @max 9007199254740991
       */
      voters: number;
      worstRack: {
        margin: number | null;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        marginAtBest: number;
        rack: string;
        unplaced: number[];
        voters: number[];
      } | null;
    } | null;
    runs: {
      id: string;
      kind: string;
      now: string;
      state: string;
    }[];
    summary: {
      addresses?: string[];
      ageMs: number | null;
      cluster: string;
      clusterId: string | null;
      group?: string;
      healthyVoters: number | null;
      kafkaRelease: string | null;
      kind: "kafka" | "practice" | "sandbox";
      leaderId: number | null;
      link: {
        attempts: {
          address: string;
          outcome: string;
        }[];
        problem: {
          code: string;
          detail: string;
          remedy: string;
          title: string;
        } | null;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        sinceMs: number;
        state:
          | "connecting"
          | "live"
          | "no-leader"
          | "unreachable"
          | "refused"
          | "unsupported";
      };
      margin: number | null;
      name: string;
      observedBy?: string | null;
      observers: number | null;
      origin?: "added" | "file" | "flags" | "built-in";
      planned?: boolean;
      sameKafkaCluster?: string[];
      voters: number | null;
      worst: {
        severity: "critical" | "warning" | "info";
        title: string;
      } | null;
    };
  }[];
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  generatedAtMs: number;
  log: string[];
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  memoryBytes: number;
  metrics: string;
  node: string;
  platform: string;
  readOnly: boolean;
  serverRunId: string;
  signIn: string[];
  storage: "sqlite" | "postgresql";
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  uptimeSeconds: number;
  version: string;
}

export interface EditCluster {
  /** @maxItems 20 */
  bootstrapControllers?: string[];
  /** @maxItems 20 */
  bootstrapServers?: string[];
  clusterId?: string | null;
  commandConfig?: string | null;
  group?: string | null;
  /**
   * @min 100
   * @max 60000
   */
  intervalMs?: number;
  /** @maxLength 64 */
  name?: string;
  racks?: Partial<Record<string, string>>;
}

export interface EditUser {
  disabled?: boolean;
  /** @maxItems 50 */
  grants?: {
    /** @maxLength 500 */
    because?: string;
    right: "watch" | "operate" | "approve" | "administer" | "audit";
    scope: {
      /** @maxItems 500 */
      clusters: string[];
      /** @maxItems 100 */
      groups: string[];
    } | null;
  }[];
  /**
   * @minLength 1
   * @maxLength 64
   */
  name?: string;
  /**
   * @minLength 12
   * @maxLength 256
   */
  password?: string;
}

export interface ErrorBody {
  error: {
    code: string;
    fields?: {
      message: string;
      path: string;
    }[];
    message: string;
    refusals?: {
      code: string;
      observed: string;
      ok: boolean;
      remedy: string;
      required: string;
      source: string;
      title: string;
      waiting: boolean;
      why: string;
    }[];
    remedy: string;
  };
  workflow?: {
    allowedCommands: {
      danger: boolean;
      /** @pattern ^[A-Za-z0-9_-]{22}$ */
      directoryId?: string;
      does: string;
      equivalent: string | null;
      key?: string;
      label: string;
      needsConfirmation: {
        statement: string;
        typed: boolean;
        why: string;
      } | null;
      needsReason: boolean;
      /**
       * @min 0
       * @max 2147483647
       */
      nodeId?: number;
      recommended?: boolean;
      step?: string;
      type:
        | "execute"
        | "state"
        | "choose"
        | "do-it-for-me"
        | "abort"
        | "undo"
        | "leave"
        | "park"
        | "resume"
        | "take-over"
        | "replan"
        | "cancel"
        | "clean-up"
        | "approve"
        | "withdraw-approval"
        | "break-glass";
    }[];
    candidates: {
      directoryId: string | null;
      health: "ok" | "lagging" | "silent" | "unknown";
      lag: number | null;
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
      problem: string;
    }[];
    catchUp: {
      directoryId: string | null;
      etaMs: number | null;
      gainPerSecond: number | null;
      lag: number | null;
      lastFetchAgeMs: number | null;
      lastReset: {
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        atMs: number;
        text: string;
      } | null;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      nearZeroMs: number;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      neededMs: number;
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      samples: number;
      trail: [number, number][];
    } | null;
    cluster: string;
    clusterId: string;
    counterfactual: {
      harmful: boolean;
      text: string;
      title: string;
    } | null;
    currentStep: string | null;
    driver: {
      /** @pattern ^[\w.-]{1,64}$ */
      id: string;
      /**
       * @minLength 1
       * @maxLength 64
       */
      name: string;
    };
    endedAtMs: number | null;
    handOver: {
      address: string | null;
      dryRun: {
        excludedTopics: string[];
        /**
         * @min 0
         * @max 9007199254740991
         */
        leaders: number;
        megabytes: number | null;
        monitoredPercent: number | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        replicas: number;
      } | null;
      executor: {
        megabytesDone: number | null;
        megabytesTotal: number | null;
        movesDone: number | null;
        movesTotal: number | null;
        reason: string | null;
        state: string;
        taskId: string | null;
      } | null;
      problem: string | null;
      says: string;
      state:
        | "not-configured"
        | "own-plan"
        | "chosen"
        | "asked"
        | "unknown"
        | "working"
        | "stopping"
        | "ended";
      taskId: string | null;
    } | null;
    id: string;
    kind:
      | "add-controller"
      | "remove-controller"
      | "replace-disk"
      | "replace-controller"
      | "scale"
      | "rolling-restart"
      | "unregister-broker"
      | "static-to-dynamic"
      | "migrate-combined"
      | "migrate-dedicated"
      | "recover-quorum"
      | "move-voters";
    log: {
      actor: string;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      atMs: number;
      text: string;
    }[];
    margins: {
      label: string;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      majority: number;
      margin: number | null;
      step: string | null;
      voters: {
        directoryId: string | null;
        health: "ok" | "lagging" | "silent" | "unknown";
        leads: boolean;
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
        rack: string | null;
      }[];
      worst: {
        label: string;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        margin: number;
      } | null;
      worstRack: {
        label: string;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        margin: number;
      } | null;
    }[];
    moves: {
      lookedAtMs: number | null;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      moreTopics: number;
      sinceMs: number | null;
      stillMs: number | null;
      topics: {
        bytesLeft: number | null;
        bytesMoved: number | null;
        bytesPerSecond: number | null;
        etaMs: number | null;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        partitionsLeft: number;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        partitionsMoving: number;
        topic: string;
      }[];
      total: {
        bytesLeft: number | null;
        bytesMoved: number | null;
        bytesPerSecond: number | null;
        etaMs: number | null;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        partitionsLeft: number;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        partitionsMoving: number;
      };
    } | null;
    next: {
      blockedBy: string[];
      does: string;
      equivalent: string | null;
      label: string;
      possibleInMs: number | null;
    } | null;
    notices: {
      severity: "critical" | "warning" | "info";
      text: string;
      title: string;
    }[];
    now: string;
    params: {
      /**
       * @maxItems 100
       * @minItems 1
       */
      addresses?: {
        /**
         * @maxItems 10
         * @minItems 1
         */
        endpoints: {
          host: string;
          listener: string;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          port: number;
        }[];
        /**
         * @min 0
         * @max 2147483647
         */
        nodeId: number;
      }[];
      /**
       * @min 1
       * @max 9
       */
      controllers?: number;
      /** @pattern ^[A-Za-z0-9_-]{22}$ */
      directoryId?: string;
      /** @maxItems 100 */
      lost?: number[];
      /**
       * @min 0
       * @max 2147483647
       */
      newNodeId?: number;
      /**
       * @min 0
       * @max 2147483647
       */
      nodeId?: number;
      /**
       * @maxItems 100
       * @minItems 1
       */
      nodeIds?: number[];
      /**
       * @min 0
       * @max 2147483647
       */
      oldNodeId?: number;
      retireBrokerIds?: number[];
      /**
       * @min 0
       * @max 2147483647
       */
      seedNodeId?: number;
      /**
       * @min 1
       * @max 9007199254740991
       */
      throttleBytesPerSecond?: number;
    };
    parked: {
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      atMs: number;
      by: string;
      reason: string;
    } | null;
    /** @default null */
    permission?: {
      approval: {
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        atMs: number;
        by: string;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        untilMs: number;
        void: string | null;
      } | null;
      brokenGlass: {
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        atMs: number;
        by: string;
        reason: string;
      } | null;
      digest: string;
      missing: string[];
      needsApproval: boolean;
      requestedBy: {
        id: string;
        name: string;
      }[];
    } | null;
    reason: string;
    recovery: {
      after: {
        directoryId: string | null;
        /** @maxItems 20 */
        endpoints: {
          host: string;
          listener: string;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          port: number;
        }[];
        kraftVersions: {
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          max: number;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          min: number;
        };
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
      }[];
      before: {
        directoryId: string | null;
        /** @maxItems 20 */
        endpoints: {
          host: string;
          listener: string;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          port: number;
        }[];
        kraftVersions: {
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          max: number;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          min: number;
        };
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
      }[];
      brokers: number[];
      copies: {
        directoryId: string | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        endOffset: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        epoch: number;
        files: {
          sha256: string;
          name: string;
        }[];
        goesItsOwnWay: boolean;
        host: string;
        nodeId: number | null;
        path: string;
        votes: boolean;
      }[];
      counts: {
        /**
         * @min 0
         * @max 9007199254740991
         */
        brokers: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        partitions: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        topics: number;
      };
      /**
       * @min 0
       * @max 9007199254740991
       */
      epoch: number;
      loss: {
        /**
         * @min 0
         * @max 9007199254740991
         */
        atLeast: number;
        atMost: number | null;
        comesAlive: {
          /**
           * @min 0
           * @max 9007199254740991
           */
          from: number;
          /**
           * @min 0
           * @max 9007199254740991
           */
          to: number;
        };
        ifDownSince: number[];
        why: string[];
      };
      lost: {
        directoryId: string | null;
        /** @maxItems 20 */
        endpoints: {
          host: string;
          listener: string;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          port: number;
        }[];
        kraftVersions: {
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          max: number;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          min: number;
        };
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
      }[];
      /**
       * @min 0
       * @max 9007199254740991
       */
      moreTail: number;
      others: {
        directoryId: string | null;
        /** @maxItems 20 */
        endpoints: {
          host: string;
          listener: string;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          port: number;
        }[];
        kraftVersions: {
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          max: number;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          min: number;
        };
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
      }[];
      seed: {
        directoryId: string | null;
        host: string;
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
        path: string;
      };
      source: {
        host: string;
        nodeId: number | null;
        path: string;
      } | null;
      tail: {
        /**
         * @min 0
         * @max 9007199254740991
         */
        epoch: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        offset: number;
        /** @maxLength 200 */
        text: string;
        topic: string | null;
      }[];
      unranked: number[] | null;
      way: "record" | "graft" | "addresses" | "static";
    } | null;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    revision: number;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    startedAtMs: number;
    state:
      | "planned"
      | "running"
      | "waiting"
      | "blocked"
      | "outcomeUnknown"
      | "pausedDrift"
      | "done"
      | "aborted";
    steps: {
      actor: "server" | "operator";
      commands: {
        host: string;
        note: string;
        /** @default null */
        prints?: string | null;
        text: string;
      }[];
      configs: {
        host: string;
        lines: {
          key: string;
          needed: string | null;
          now: string | null;
          why: string;
        }[];
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
        roles: ("controller" | "broker")[];
        source: "node" | "registration" | "unknown";
        staticQuorum: boolean;
        taken: {
          listener: string;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          port: number;
        }[];
      }[];
      detail: string;
      doneWhen: string[];
      endedAtMs: number | null;
      evidence: {
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        atMs: number;
        text: string;
      }[];
      gates: {
        code: string;
        observed: string;
        ok: boolean;
        remedy: string;
        required: string;
        source: string;
        title: string;
        waiting: boolean;
        why: string;
      }[];
      group: string;
      key: string;
      lookingFor: string[];
      startedAtMs: number | null;
      state:
        | "pending"
        | "checking"
        | "ready"
        | "executing"
        | "awaiting-operator"
        | "verifying"
        | "done"
        | "skipped";
      title: string;
    }[];
    title: string;
  };
}

export interface EventList {
  events: {
    actor: string | null;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    atMs: number;
    cluster: string;
    committed: boolean | null;
    epoch: number | null;
    id: string;
    kind:
      | "leader-elected"
      | "leader-lost"
      | "voters-changed"
      | "kraft-version"
      | "feature"
      | "health"
      | "incarnation-seen"
      | "incarnation-gone"
      | "registration"
      | "observation-lost"
      | "observation-regained"
      | "incident"
      | "finding"
      | "run";
    offset: number | null;
    replicas: {
      directoryId: string | null;
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
    }[];
    retracted: boolean;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    revision: number;
    severity: "critical" | "warning" | "info";
    title: string;
    why?: string;
  }[];
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  older?: number;
}

export interface Evidence {
  entries: {
    actor: string;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    atMs: number;
    data: any;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    seq: number;
    text: string;
    type: string;
  }[];
  /** @default [] */
  notes?: {
    acknowledged: {
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      atMs: number;
      by: string;
    } | null;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    atMs: number;
    by: {
      id: string;
      name: string;
    };
    cluster: string | null;
    id: string;
    subject: string;
    text: string;
  }[];
  thresholds: {
    name: string;
    source: string;
    value: string;
  }[];
  timings: {
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    ms: number;
    step: string;
    title: string;
  }[];
  workflow: {
    allowedCommands: {
      danger: boolean;
      /** @pattern ^[A-Za-z0-9_-]{22}$ */
      directoryId?: string;
      does: string;
      equivalent: string | null;
      key?: string;
      label: string;
      needsConfirmation: {
        statement: string;
        typed: boolean;
        why: string;
      } | null;
      needsReason: boolean;
      /**
       * @min 0
       * @max 2147483647
       */
      nodeId?: number;
      recommended?: boolean;
      step?: string;
      type:
        | "execute"
        | "state"
        | "choose"
        | "do-it-for-me"
        | "abort"
        | "undo"
        | "leave"
        | "park"
        | "resume"
        | "take-over"
        | "replan"
        | "cancel"
        | "clean-up"
        | "approve"
        | "withdraw-approval"
        | "break-glass";
    }[];
    candidates: {
      directoryId: string | null;
      health: "ok" | "lagging" | "silent" | "unknown";
      lag: number | null;
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
      problem: string;
    }[];
    catchUp: {
      directoryId: string | null;
      etaMs: number | null;
      gainPerSecond: number | null;
      lag: number | null;
      lastFetchAgeMs: number | null;
      lastReset: {
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        atMs: number;
        text: string;
      } | null;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      nearZeroMs: number;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      neededMs: number;
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      samples: number;
      trail: [number, number][];
    } | null;
    cluster: string;
    clusterId: string;
    counterfactual: {
      harmful: boolean;
      text: string;
      title: string;
    } | null;
    currentStep: string | null;
    driver: {
      /** @pattern ^[\w.-]{1,64}$ */
      id: string;
      /**
       * @minLength 1
       * @maxLength 64
       */
      name: string;
    };
    endedAtMs: number | null;
    handOver: {
      address: string | null;
      dryRun: {
        excludedTopics: string[];
        /**
         * @min 0
         * @max 9007199254740991
         */
        leaders: number;
        megabytes: number | null;
        monitoredPercent: number | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        replicas: number;
      } | null;
      executor: {
        megabytesDone: number | null;
        megabytesTotal: number | null;
        movesDone: number | null;
        movesTotal: number | null;
        reason: string | null;
        state: string;
        taskId: string | null;
      } | null;
      problem: string | null;
      says: string;
      state:
        | "not-configured"
        | "own-plan"
        | "chosen"
        | "asked"
        | "unknown"
        | "working"
        | "stopping"
        | "ended";
      taskId: string | null;
    } | null;
    id: string;
    kind:
      | "add-controller"
      | "remove-controller"
      | "replace-disk"
      | "replace-controller"
      | "scale"
      | "rolling-restart"
      | "unregister-broker"
      | "static-to-dynamic"
      | "migrate-combined"
      | "migrate-dedicated"
      | "recover-quorum"
      | "move-voters";
    log: {
      actor: string;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      atMs: number;
      text: string;
    }[];
    margins: {
      label: string;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      majority: number;
      margin: number | null;
      step: string | null;
      voters: {
        directoryId: string | null;
        health: "ok" | "lagging" | "silent" | "unknown";
        leads: boolean;
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
        rack: string | null;
      }[];
      worst: {
        label: string;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        margin: number;
      } | null;
      worstRack: {
        label: string;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        margin: number;
      } | null;
    }[];
    moves: {
      lookedAtMs: number | null;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      moreTopics: number;
      sinceMs: number | null;
      stillMs: number | null;
      topics: {
        bytesLeft: number | null;
        bytesMoved: number | null;
        bytesPerSecond: number | null;
        etaMs: number | null;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        partitionsLeft: number;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        partitionsMoving: number;
        topic: string;
      }[];
      total: {
        bytesLeft: number | null;
        bytesMoved: number | null;
        bytesPerSecond: number | null;
        etaMs: number | null;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        partitionsLeft: number;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        partitionsMoving: number;
      };
    } | null;
    next: {
      blockedBy: string[];
      does: string;
      equivalent: string | null;
      label: string;
      possibleInMs: number | null;
    } | null;
    notices: {
      severity: "critical" | "warning" | "info";
      text: string;
      title: string;
    }[];
    now: string;
    params: {
      /**
       * @maxItems 100
       * @minItems 1
       */
      addresses?: {
        /**
         * @maxItems 10
         * @minItems 1
         */
        endpoints: {
          host: string;
          listener: string;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          port: number;
        }[];
        /**
         * @min 0
         * @max 2147483647
         */
        nodeId: number;
      }[];
      /**
       * @min 1
       * @max 9
       */
      controllers?: number;
      /** @pattern ^[A-Za-z0-9_-]{22}$ */
      directoryId?: string;
      /** @maxItems 100 */
      lost?: number[];
      /**
       * @min 0
       * @max 2147483647
       */
      newNodeId?: number;
      /**
       * @min 0
       * @max 2147483647
       */
      nodeId?: number;
      /**
       * @maxItems 100
       * @minItems 1
       */
      nodeIds?: number[];
      /**
       * @min 0
       * @max 2147483647
       */
      oldNodeId?: number;
      retireBrokerIds?: number[];
      /**
       * @min 0
       * @max 2147483647
       */
      seedNodeId?: number;
      /**
       * @min 1
       * @max 9007199254740991
       */
      throttleBytesPerSecond?: number;
    };
    parked: {
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      atMs: number;
      by: string;
      reason: string;
    } | null;
    /** @default null */
    permission?: {
      approval: {
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        atMs: number;
        by: string;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        untilMs: number;
        void: string | null;
      } | null;
      brokenGlass: {
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        atMs: number;
        by: string;
        reason: string;
      } | null;
      digest: string;
      missing: string[];
      needsApproval: boolean;
      requestedBy: {
        id: string;
        name: string;
      }[];
    } | null;
    reason: string;
    recovery: {
      after: {
        directoryId: string | null;
        /** @maxItems 20 */
        endpoints: {
          host: string;
          listener: string;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          port: number;
        }[];
        kraftVersions: {
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          max: number;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          min: number;
        };
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
      }[];
      before: {
        directoryId: string | null;
        /** @maxItems 20 */
        endpoints: {
          host: string;
          listener: string;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          port: number;
        }[];
        kraftVersions: {
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          max: number;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          min: number;
        };
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
      }[];
      brokers: number[];
      copies: {
        directoryId: string | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        endOffset: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        epoch: number;
        files: {
          sha256: string;
          name: string;
        }[];
        goesItsOwnWay: boolean;
        host: string;
        nodeId: number | null;
        path: string;
        votes: boolean;
      }[];
      counts: {
        /**
         * @min 0
         * @max 9007199254740991
         */
        brokers: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        partitions: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        topics: number;
      };
      /**
       * @min 0
       * @max 9007199254740991
       */
      epoch: number;
      loss: {
        /**
         * @min 0
         * @max 9007199254740991
         */
        atLeast: number;
        atMost: number | null;
        comesAlive: {
          /**
           * @min 0
           * @max 9007199254740991
           */
          from: number;
          /**
           * @min 0
           * @max 9007199254740991
           */
          to: number;
        };
        ifDownSince: number[];
        why: string[];
      };
      lost: {
        directoryId: string | null;
        /** @maxItems 20 */
        endpoints: {
          host: string;
          listener: string;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          port: number;
        }[];
        kraftVersions: {
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          max: number;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          min: number;
        };
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
      }[];
      /**
       * @min 0
       * @max 9007199254740991
       */
      moreTail: number;
      others: {
        directoryId: string | null;
        /** @maxItems 20 */
        endpoints: {
          host: string;
          listener: string;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          port: number;
        }[];
        kraftVersions: {
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          max: number;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          min: number;
        };
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
      }[];
      seed: {
        directoryId: string | null;
        host: string;
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
        path: string;
      };
      source: {
        host: string;
        nodeId: number | null;
        path: string;
      } | null;
      tail: {
        /**
         * @min 0
         * @max 9007199254740991
         */
        epoch: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        offset: number;
        /** @maxLength 200 */
        text: string;
        topic: string | null;
      }[];
      unranked: number[] | null;
      way: "record" | "graft" | "addresses" | "static";
    } | null;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    revision: number;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    startedAtMs: number;
    state:
      | "planned"
      | "running"
      | "waiting"
      | "blocked"
      | "outcomeUnknown"
      | "pausedDrift"
      | "done"
      | "aborted";
    steps: {
      actor: "server" | "operator";
      commands: {
        host: string;
        note: string;
        /** @default null */
        prints?: string | null;
        text: string;
      }[];
      configs: {
        host: string;
        lines: {
          key: string;
          needed: string | null;
          now: string | null;
          why: string;
        }[];
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
        roles: ("controller" | "broker")[];
        source: "node" | "registration" | "unknown";
        staticQuorum: boolean;
        taken: {
          listener: string;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          port: number;
        }[];
      }[];
      detail: string;
      doneWhen: string[];
      endedAtMs: number | null;
      evidence: {
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        atMs: number;
        text: string;
      }[];
      gates: {
        code: string;
        observed: string;
        ok: boolean;
        remedy: string;
        required: string;
        source: string;
        title: string;
        waiting: boolean;
        why: string;
      }[];
      group: string;
      key: string;
      lookingFor: string[];
      startedAtMs: number | null;
      state:
        | "pending"
        | "checking"
        | "ready"
        | "executing"
        | "awaiting-operator"
        | "verifying"
        | "done"
        | "skipped";
      title: string;
    }[];
    title: string;
  };
}

export interface Formation {
  cluster: string;
  formed: boolean;
  gates: {
    code: string;
    observed: string;
    ok: boolean;
    remedy: string;
    required: string;
    source: string;
    title: string;
    waiting: boolean;
    why: string;
  }[];
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  lookedAtMs: number;
  plan: {
    brokers: {
      host: string;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      nodeId: number;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      port: number;
    }[];
    /** @pattern ^[A-Za-z0-9_-]{22}$ */
    clusterId: string;
    controllers: {
      directoryId: string | null;
      host: string;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      nodeId: number;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      port: number;
    }[];
    files: {
      host: string | null;
      nodeId: number | null;
      path: string;
      text: string;
    }[];
    initialControllers: string | null;
    metadataVersion: string;
    request: {
      /** @pattern ^[A-Za-z0-9_-]{22}$ */
      clusterId?: string;
      mechanism: "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512" | null;
      metadataRelease: "3.9" | "4.0" | "4.1" | "4.2" | "4.3" | null;
      /** @maxLength 200 */
      name: string;
      /** @maxItems 100 */
      nodes: {
        brokerPort: number | null;
        controllerPort: number | null;
        /** @maxLength 500 */
        dataDir: string;
        /** @pattern ^[A-Za-z0-9_-]{22}$ */
        directoryId?: string;
        /** @maxLength 255 */
        host: string;
        nodeId: number | null;
        /** @maxLength 100 */
        rack: string;
        /**
         * @maxItems 2
         * @minItems 1
         */
        roles: ("controller" | "broker")[];
      }[];
      protocol: "PLAINTEXT" | "SSL" | "SASL_PLAINTEXT" | "SASL_SSL";
      release: "3.9" | "4.0" | "4.1" | "4.2" | "4.3";
      standalone: boolean;
    };
    steps: {
      commands: {
        host: string;
        note: string;
        /** @default null */
        prints?: string | null;
        text: string;
      }[];
      key: string;
      lookingFor: string[];
      title: string;
      why: string;
    }[];
    warnings: {
      code: string;
      detail: string;
      severity: "critical" | "warning" | "info";
      title: string;
    }[];
  };
}

export interface History {
  cluster: string;
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  fromMs: number;
  leaderEndOffset: (number | null)[];
  leaderId: (number | null)[];
  margin: (number | null)[];
  series: {
    health?: ("ok" | "lagging" | "silent" | "unknown" | null)[];
    lag: (number | null)[];
    lastFetchAgeMs?: (number | null)[];
    logEndOffset?: (number | null)[];
    replica: {
      directoryId: string | null;
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
    };
    status: "leader" | "follower" | "observer";
    timeLagMs: (number | null)[];
  }[];
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  stepMs: number;
  timesMs: number[];
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  toMs: number;
}

export interface HistoryState {
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  bytes: number;
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  maxBytes: number;
  oldestMs: number | null;
  problem: {
    detail: string;
    remedy: string;
    title: string;
  } | null;
  state: "kept" | "memory" | "off";
  tiers: {
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    keptMs: number;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    stepMs: number;
  }[];
}

export interface IncidentList {
  incidents: {
    detail: string;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    firstSeenAtMs: number;
    id: string;
    kind: "metadata-missing" | "two-leaders";
    title: string;
  }[];
}

export interface InspectRequest {
  /**
   * @maxItems 60
   * @minItems 1
   */
  files: {
    /** @pattern ^[A-Za-z0-9+/]*={0,2}$ */
    base64: string;
    /** @maxLength 200 */
    name: string;
  }[];
}

export interface Inspection {
  comparedWith: string | null;
  files: {
    facts: {
      label: string;
      value: string;
    }[];
    kind:
      | "meta.properties"
      | "quorum-state"
      | "checkpoint"
      | "bootstrap.checkpoint"
      | "log"
      | "partition.metadata"
      | "disk-report"
      | "unknown";
    name: string;
    problem: string;
  }[];
  findings: {
    code: string;
    detail: string;
    remedy: string;
    severity: "critical" | "warning" | "info" | "good";
    title: string;
  }[];
  ranking: {
    directoryId: string | null;
    disk: string;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    epoch: number;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    logEndOffset: number;
    nodeId: number | null;
  }[];
}

export interface Moment {
  afterMs: number | null;
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  askedMs: number;
  beforeMs: number | null;
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  stepMs: number;
  view: {
    cluster: string;
    clusterId: string | null;
    controllers:
      | {
          address: string;
          certificate: {
            names: string[];
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            validToMs: number;
          } | null;
          configured: boolean;
          leaderEpoch: number | null;
          leaderId: number | null;
          nodeId: number | null;
          problem: string;
          reach: "answers" | "refused" | "silent" | "unverifiable";
          recordedId: number | null;
          registeredId: number | null;
          roles: ("controller" | "broker")[] | null;
          sameCluster: boolean | null;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          sinceMs: number;
        }[]
      | null;
    findings: {
      code:
        | "no-leader"
        | "majority-lost"
        | "margin-zero"
        | "voter-silent"
        | "voter-lagging"
        | "single-voter"
        | "even-voters"
        | "ghost-observer"
        | "two-incarnations"
        | "pending-voter-change"
        | "static-voters-left"
        | "kraft-version-0"
        | "kafka-too-old"
        | "auto-join-on"
        | "acl-missing"
        | "controllers-unreachable"
        | "tail-unavailable"
        | "unregistered"
        | "fenced"
        | "endpoint-unresolved"
        | "leader-clock-stepped"
        | "settling"
        | "rack-loses-quorum"
        | "rack-holds-commits"
        | "rival-quorum"
        | "second-leader"
        | "metadata-missing"
        | "memory-unread"
        | "two-leaders"
        | "settings-differ"
        | "rights-differ"
        | "static-voters-differ"
        | "scram-only-controllers"
        | "wrong-node-answers"
        | "foreign-cluster"
        | "identity-twice"
        | "endpoint-moved"
        | "broker-with-controller-id"
        | "not-verifiable"
        | "certificate-expires"
        | "election-storm"
        | "observers-stuck"
        | "broker-too-old"
        | "moves-under-way"
        | "move-waits"
        | "throttle-stands"
        | "broker-cordoned";
      detail: string;
      replicas: {
        directoryId: string | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
      }[];
      severity: "critical" | "warning" | "info";
      title: string;
    }[];
    incidentMemory: "pending" | "failed" | "read";
    incidents: {
      detail: string;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      firstSeenAtMs: number;
      id: string;
      kind: "metadata-missing" | "two-leaders";
      title: string;
    }[];
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    observedAtMs: number;
    quorum: {
      autoJoin: boolean | null;
      committedVoters:
        | {
            directoryId: string | null;
            /**
             * @min 0
             * @max 9007199254740991
             */
            nodeId: number;
          }[]
        | null;
      /**
       * @min 0
       * @max 9007199254740991
       */
      fetchTimeoutMs: number;
      fetchTimeoutSource: "cluster" | "assumed";
      /**
       * @min 0
       * @max 9007199254740991
       */
      healthyVoters: number;
      highWatermark: number | null;
      kafkaRelease: string | null;
      kraftVersion: number | null;
      leaderClockMs: number | null;
      leaderEpoch: number | null;
      leaderId: number | null;
      leaderSinceMs: number | null;
      leaderless: {
        code:
          | "electing"
          | "majority-down"
          | "voters-line-missing"
          | "scram-only"
          | "wrong-places"
          | "voters-unknown"
          | "no-election";
        detail: string;
        lastLed: {
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          atMs: number;
          highWatermark: number | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          leaderEndOffset: number;
          /**
           * @min 0
           * @max 9007199254740991
           */
          leaderEpoch: number;
          /**
           * @min 0
           * @max 9007199254740991
           */
          leaderId: number;
          replicas: {
            directoryId: string | null;
            logEndOffset: number | null;
            /**
             * @min 0
             * @max 9007199254740991
             */
            nodeId: number;
            silent: boolean;
          }[];
        } | null;
        remedy: string;
        sets: {
          down: number[];
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          majority: number;
          /**
           * @min 0
           * @max 9007199254740991
           */
          missing: number;
          nodeIds: number[];
          which: "only" | "committed" | "appended";
        }[];
        title: string;
        voters: {
          address: string | null;
          leaderEpoch: number | null;
          leaderId: number | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
          problem: string;
          state: "answers" | "unverifiable" | "down";
        }[];
      } | null;
      /**
       * @min 0
       * @max 9007199254740991
       */
      majority: number;
      margin: number | null;
      maxFollowerLag: number | null;
      maxFollowerLagTimeMs: number | null;
      metadataVersion: string | null;
      mode: "dynamic" | "static" | null;
      pendingVoterChange: {
        added: {
          directoryId: string | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
        }[];
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        appendedAtMs: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        epoch: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        offset: number;
        removed: {
          directoryId: string | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
        }[];
        voters: {
          directoryId: string | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
        }[];
      } | null;
      /**
       * @min 0
       * @max 9007199254740991
       */
      requestTimeoutMs: number;
      rivals: {
        address: string;
        followers: number[];
        highWatermark: number | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        leaderEpoch: number;
        logEndOffset: number | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
        proven: boolean;
        voters: {
          directoryId: string | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
        }[];
      }[];
      settingsDiffer: {
        name: string;
        nodeIds: number[];
      }[];
      settling: boolean;
      /**
       * @min 0
       * @max 9007199254740991
       */
      voters: number;
      worstRack: {
        margin: number | null;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        marginAtBest: number;
        rack: string;
        unplaced: number[];
        voters: number[];
      } | null;
    };
    replicas: {
      directoryId: string | null;
      endpoints: {
        host: string;
        listener: string;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        port: number;
      }[];
      fenced: boolean | null;
      health: "ok" | "lagging" | "silent" | "unknown";
      lag: number | null;
      lastCaughtUpAgeMs: number | null;
      lastFetchAgeMs: number | null;
      logEndOffset: number | null;
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
      rack: string | null;
      registered: boolean | null;
      roles: ("controller" | "broker")[];
      status: "leader" | "follower" | "observer";
      timeLagMs: number | null;
    }[];
    /**
     * @min 0
     * @max 9007199254740991
     */
    seq: number;
    serverRunId: string;
    source: {
      address: string;
      nodeId: number | null;
      tailing: boolean;
      via: "controller" | "broker";
    };
  } | null;
}

export interface NewSilence {
  as: {
    /** @pattern ^[\w.-]{1,64}$ */
    id: string;
    /**
     * @minLength 1
     * @maxLength 64
     */
    name: string;
  };
  /**
   * @min 0
   * @max 9007199254740991
   */
  fromMs?: number;
  matchers: {
    /**
     * @minLength 1
     * @maxLength 64
     */
    cluster?: string;
    /**
     * @min 0
     * @max 9007199254740991
     */
    nodeId?: number;
    rule?:
      | "no-leader"
      | "margin-low"
      | "voter-silent"
      | "voter-lagging"
      | "elections"
      | "change-stuck"
      | "second-quorum"
      | "ghost-observer"
      | "leftovers"
      | "even-voters"
      | "fewer-voters"
      | "rack-without-voter"
      | "watermark-fell"
      | "observation-lost"
      | "run-waits"
      | "glass-broken"
      | "certificate-expires";
    severity?: "critical" | "warning" | "info";
  };
  /**
   * @minLength 1
   * @maxLength 500
   */
  reason: string;
  /**
   * @min 0
   * @max 9007199254740991
   */
  untilMs: number;
}

export interface NoteList {
  next: string | null;
  notes: {
    acknowledged: {
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      atMs: number;
      by: string;
    } | null;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    atMs: number;
    by: {
      id: string;
      name: string;
    };
    cluster: string | null;
    id: string;
    subject: string;
    text: string;
  }[];
}

export interface PasswordSignIn {
  /** @pattern ^[a-z0-9][a-z0-9._@-]{0,63}$ */
  login: string;
  /**
   * @minLength 1
   * @maxLength 256
   */
  password: string;
}

export interface PersonList {
  people: {
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    createdAtMs: number;
    createdBy: string;
    disabled: boolean;
    /** @maxItems 50 */
    grants: {
      /** @maxLength 500 */
      because?: string;
      right: "watch" | "operate" | "approve" | "administer" | "audit";
      scope: {
        /** @maxItems 500 */
        clusters: string[];
        /** @maxItems 100 */
        groups: string[];
      } | null;
    }[];
    id: string;
    lastSignInAtMs: number | null;
    login: string | null;
    missed: string[];
    name: string;
    source: "user" | "oidc" | "proxy";
  }[];
}

export interface PersonView {
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  createdAtMs: number;
  createdBy: string;
  disabled: boolean;
  /** @maxItems 50 */
  grants: {
    /** @maxLength 500 */
    because?: string;
    right: "watch" | "operate" | "approve" | "administer" | "audit";
    scope: {
      /** @maxItems 500 */
      clusters: string[];
      /** @maxItems 100 */
      groups: string[];
    } | null;
  }[];
  id: string;
  lastSignInAtMs: number | null;
  login: string | null;
  missed: string[];
  name: string;
  source: "user" | "oidc" | "proxy";
}

export interface PropertiesCheck {
  changes: {
    key: string;
    needed: string | null;
    now: string | null;
    why: string;
  }[];
  comparedWith: string;
  findings: {
    code: string;
    detail: string;
    remedy: string;
    severity: "critical" | "warning" | "info" | "good";
    title: string;
  }[];
  /**
   * @min 0
   * @max 9007199254740991
   */
  nodeId: number;
}

export interface QuorumView {
  cluster: string;
  clusterId: string | null;
  controllers:
    | {
        address: string;
        certificate: {
          names: string[];
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          validToMs: number;
        } | null;
        configured: boolean;
        leaderEpoch: number | null;
        leaderId: number | null;
        nodeId: number | null;
        problem: string;
        reach: "answers" | "refused" | "silent" | "unverifiable";
        recordedId: number | null;
        registeredId: number | null;
        roles: ("controller" | "broker")[] | null;
        sameCluster: boolean | null;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        sinceMs: number;
      }[]
    | null;
  findings: {
    code:
      | "no-leader"
      | "majority-lost"
      | "margin-zero"
      | "voter-silent"
      | "voter-lagging"
      | "single-voter"
      | "even-voters"
      | "ghost-observer"
      | "two-incarnations"
      | "pending-voter-change"
      | "static-voters-left"
      | "kraft-version-0"
      | "kafka-too-old"
      | "auto-join-on"
      | "acl-missing"
      | "controllers-unreachable"
      | "tail-unavailable"
      | "unregistered"
      | "fenced"
      | "endpoint-unresolved"
      | "leader-clock-stepped"
      | "settling"
      | "rack-loses-quorum"
      | "rack-holds-commits"
      | "rival-quorum"
      | "second-leader"
      | "metadata-missing"
      | "memory-unread"
      | "two-leaders"
      | "settings-differ"
      | "rights-differ"
      | "static-voters-differ"
      | "scram-only-controllers"
      | "wrong-node-answers"
      | "foreign-cluster"
      | "identity-twice"
      | "endpoint-moved"
      | "broker-with-controller-id"
      | "not-verifiable"
      | "certificate-expires"
      | "election-storm"
      | "observers-stuck"
      | "broker-too-old"
      | "moves-under-way"
      | "move-waits"
      | "throttle-stands"
      | "broker-cordoned";
    detail: string;
    replicas: {
      directoryId: string | null;
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
    }[];
    severity: "critical" | "warning" | "info";
    title: string;
  }[];
  incidentMemory: "pending" | "failed" | "read";
  incidents: {
    detail: string;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    firstSeenAtMs: number;
    id: string;
    kind: "metadata-missing" | "two-leaders";
    title: string;
  }[];
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  observedAtMs: number;
  quorum: {
    autoJoin: boolean | null;
    committedVoters:
      | {
          directoryId: string | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
        }[]
      | null;
    /**
     * @min 0
     * @max 9007199254740991
     */
    fetchTimeoutMs: number;
    fetchTimeoutSource: "cluster" | "assumed";
    /**
     * @min 0
     * @max 9007199254740991
     */
    healthyVoters: number;
    highWatermark: number | null;
    kafkaRelease: string | null;
    kraftVersion: number | null;
    leaderClockMs: number | null;
    leaderEpoch: number | null;
    leaderId: number | null;
    leaderSinceMs: number | null;
    leaderless: {
      code:
        | "electing"
        | "majority-down"
        | "voters-line-missing"
        | "scram-only"
        | "wrong-places"
        | "voters-unknown"
        | "no-election";
      detail: string;
      lastLed: {
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        atMs: number;
        highWatermark: number | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        leaderEndOffset: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        leaderEpoch: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        leaderId: number;
        replicas: {
          directoryId: string | null;
          logEndOffset: number | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
          silent: boolean;
        }[];
      } | null;
      remedy: string;
      sets: {
        down: number[];
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        majority: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        missing: number;
        nodeIds: number[];
        which: "only" | "committed" | "appended";
      }[];
      title: string;
      voters: {
        address: string | null;
        leaderEpoch: number | null;
        leaderId: number | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
        problem: string;
        state: "answers" | "unverifiable" | "down";
      }[];
    } | null;
    /**
     * @min 0
     * @max 9007199254740991
     */
    majority: number;
    margin: number | null;
    maxFollowerLag: number | null;
    maxFollowerLagTimeMs: number | null;
    metadataVersion: string | null;
    mode: "dynamic" | "static" | null;
    pendingVoterChange: {
      added: {
        directoryId: string | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
      }[];
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      appendedAtMs: number;
      /**
       * @min 0
       * @max 9007199254740991
       */
      epoch: number;
      /**
       * @min 0
       * @max 9007199254740991
       */
      offset: number;
      removed: {
        directoryId: string | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
      }[];
      voters: {
        directoryId: string | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
      }[];
    } | null;
    /**
     * @min 0
     * @max 9007199254740991
     */
    requestTimeoutMs: number;
    rivals: {
      address: string;
      followers: number[];
      highWatermark: number | null;
      /**
       * @min 0
       * @max 9007199254740991
       */
      leaderEpoch: number;
      logEndOffset: number | null;
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
      proven: boolean;
      voters: {
        directoryId: string | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
      }[];
    }[];
    settingsDiffer: {
      name: string;
      nodeIds: number[];
    }[];
    settling: boolean;
    /**
     * @min 0
     * @max 9007199254740991
     */
    voters: number;
    worstRack: {
      margin: number | null;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      marginAtBest: number;
      rack: string;
      unplaced: number[];
      voters: number[];
    } | null;
  };
  replicas: {
    directoryId: string | null;
    endpoints: {
      host: string;
      listener: string;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      port: number;
    }[];
    fenced: boolean | null;
    health: "ok" | "lagging" | "silent" | "unknown";
    lag: number | null;
    lastCaughtUpAgeMs: number | null;
    lastFetchAgeMs: number | null;
    logEndOffset: number | null;
    /**
     * @min 0
     * @max 9007199254740991
     */
    nodeId: number;
    rack: string | null;
    registered: boolean | null;
    roles: ("controller" | "broker")[];
    status: "leader" | "follower" | "observer";
    timeLagMs: number | null;
  }[];
  /**
   * @min 0
   * @max 9007199254740991
   */
  seq: number;
  serverRunId: string;
  source: {
    address: string;
    nodeId: number | null;
    tailing: boolean;
    via: "controller" | "broker";
  };
}

export interface ReceiverList {
  receivers: {
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    givenUp: number;
    kind: "webhook" | "slack" | "alertmanager" | "email";
    last: {
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      atMs: number;
      detail: string;
      ok: boolean;
    } | null;
    name: string;
    target: string;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    waiting: number;
  }[];
}

export interface RehearsalReport {
  assumed: string[];
  broken: string[];
  cases: {
    fault: string;
    gates: {
      code: string;
      title: string;
    }[];
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    lowestMargin: number;
    majority: "lives" | "returns" | "lost";
    moment: string;
    now: string;
    offline: number | null;
    outcome: "done" | "waits" | "refuses";
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    tookMs: number;
  }[];
  cut: boolean;
  title: string;
}

export interface RoomNote {
  acknowledged: {
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    atMs: number;
    by: string;
  } | null;
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  atMs: number;
  by: {
    id: string;
    name: string;
  };
  cluster: string | null;
  id: string;
  subject: string;
  text: string;
}

export type SandboxAction =
  | {
      action:
        | "start"
        | "stop"
        | "kill"
        | "restart"
        | "freeze"
        | "resume"
        | "slow"
        | "unslow"
        | "wipe"
        | "format";
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
    }
  | {
      action: "add-node";
      /** @minItems 1 */
      roles: ("controller" | "broker")[];
    }
  | {
      action: "reset";
    }
  | {
      action: "configure";
      /** @minItems 1 */
      bootstrapControllers?: number[];
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
      /** @minItems 1 */
      roles?: ("controller" | "broker")[];
    }
  | {
      action: "append-voters";
      /**
       * @min 0
       * @max 9007199254740991
       */
      epoch: number;
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
      /** @minItems 1 */
      voters: {
        directoryId: string | null;
        /** @maxItems 20 */
        endpoints: {
          host: string;
          listener: string;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          port: number;
        }[];
        kraftVersions: {
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          max: number;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          min: number;
        };
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
      }[];
    }
  | {
      action: "graft";
      /**
       * @min 0
       * @max 9007199254740991
       */
      fromNodeId: number;
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
    }
  | {
      action: "purge-log";
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
    }
  | {
      action: "lesson";
      lesson:
        | "disk-fails"
        | "two-things-fail"
        | "wrong-order"
        | "wizard-interrupted"
        | "static-to-dynamic"
        | "two-disks-are-gone";
    }
  | {
      action: "tool";
      tool:
        | "remove-healthy-voter"
        | "add-before-remove"
        | "upgrade-kraft-version";
    };

export interface SandboxDisks {
  reports: {
    /**
     * @min 0
     * @max 9007199254740991
     */
    committedAtLeast: number;
    counts: {
      /**
       * @min 0
       * @max 9007199254740991
       */
      brokers: number;
      /**
       * @min 0
       * @max 9007199254740991
       */
      partitions: number;
      /**
       * @min 0
       * @max 9007199254740991
       */
      topics: number;
    };
    format: "quorumdeck-disk-report";
    /** @maxLength 255 */
    host: string;
    kraftVersion: number | null;
    lock: "free" | "held" | "unknown";
    log: {
      /**
       * @min 0
       * @max 9007199254740991
       */
      batches: number;
      /**
       * @min 0
       * @max 9007199254740991
       */
      bytes: number;
      damage: {
        /**
         * @min 0
         * @max 9007199254740991
         */
        byte: number;
        /** @maxLength 400 */
        file: string;
        kind: "torn" | "damaged";
        /** @maxLength 400 */
        problem: string;
      } | null;
      /**
       * @min 0
       * @max 9007199254740991
       */
      endOffset: number;
      /** @maxItems 200 */
      epochs: {
        /**
         * @min 0
         * @max 9007199254740991
         */
        epoch: number;
        leaderId: number | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        startOffset: number;
      }[];
      /**
       * @min 0
       * @max 9007199254740991
       */
      lastEpoch: number;
      /** @maxItems 200 */
      segments: {
        /** @pattern ^[0-9a-f]{64}$ */
        sha256: string;
        /**
         * @min 0
         * @max 9007199254740991
         */
        baseOffset: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        bytes: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        endOffset: number;
        /** @maxLength 400 */
        name: string;
      }[];
      /**
       * @min 0
       * @max 9007199254740991
       */
      startOffset: number;
    } | null;
    meta: {
      clusterId: string | null;
      directoryId: string | null;
      nodeId: number | null;
    } | null;
    /**
     * @min 0
     * @max 9007199254740991
     */
    moreTail: number;
    /** @maxLength 4096 */
    path: string;
    /** @maxItems 50 */
    problems: string[];
    quorumState: {
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      dataVersion: number;
      leaderEpoch: number | null;
      leaderId: number | null;
      staticVoters: number[] | null;
      voted: {
        directoryId: string | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
      } | null;
    } | null;
    /** @maxItems 200 */
    snapshots: {
      /** @pattern ^[0-9a-f]{64}$ */
      sha256: string;
      /**
       * @min 0
       * @max 9007199254740991
       */
      bytes: number;
      complete: boolean;
      /**
       * @min 0
       * @max 9007199254740991
       */
      endOffset: number;
      /**
       * @min 0
       * @max 9007199254740991
       */
      epoch: number;
      /** @maxLength 400 */
      name: string;
      /** @maxLength 400 */
      problem: string;
    }[];
    /** @maxItems 400 */
    tail: {
      /**
       * @min 0
       * @max 9007199254740991
       */
      epoch: number;
      /**
       * @min 0
       * @max 9007199254740991
       */
      offset: number;
      /** @maxLength 200 */
      text: string;
      topic: string | null;
    }[];
    /**
     * @min 0
     * @max 9007199254740991
     */
    takenAtMs: number;
    version: 1;
    /** @maxItems 40 */
    voterSets: {
      /**
       * @min 0
       * @max 9007199254740991
       */
      epoch: number;
      from: "log" | "snapshot";
      /**
       * @min 0
       * @max 9007199254740991
       */
      offset: number;
      /** @maxItems 100 */
      voters: {
        directoryId: string | null;
        /** @maxItems 20 */
        endpoints: {
          host: string;
          listener: string;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          port: number;
        }[];
        kraftVersions: {
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          max: number;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          min: number;
        };
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
      }[];
    }[];
  }[];
}

export interface SandboxState {
  label: string;
  lesson:
    | "disk-fails"
    | "two-things-fail"
    | "wrong-order"
    | "wizard-interrupted"
    | "static-to-dynamic"
    | "two-disks-are-gone"
    | null;
  lessons: {
    key:
      | "disk-fails"
      | "two-things-fail"
      | "wrong-order"
      | "wizard-interrupted"
      | "static-to-dynamic"
      | "two-disks-are-gone";
    lookAt: string[];
    story: string;
    title: string;
    tools: {
      command: string;
      shows: string;
      tool:
        | "remove-healthy-voter"
        | "add-before-remove"
        | "upgrade-kraft-version";
    }[];
  }[];
  nodes: {
    actions: (
      | "start"
      | "stop"
      | "kill"
      | "restart"
      | "freeze"
      | "resume"
      | "slow"
      | "unslow"
      | "wipe"
      | "format"
    )[];
    address: string;
    bootstrapControllers?: number[];
    directoryId: string | null;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    nodeId: number;
    roles: ("controller" | "broker")[];
    state: "running" | "slow" | "frozen" | "stopped" | "wiped";
  }[];
  simulated: boolean;
  toolAnswer: {
    text: string;
    tool:
      | "remove-healthy-voter"
      | "add-before-remove"
      | "upgrade-kraft-version";
  } | null;
}

export interface Seat {
  driver: {
    /** @pattern ^[\w.-]{1,64}$ */
    id: string;
    /**
     * @minLength 1
     * @maxLength 64
     */
    name: string;
  };
  hands: {
    by: {
      /** @pattern ^[\w.-]{1,64}$ */
      id: string;
      /**
       * @minLength 1
       * @maxLength 64
       */
      name: string;
    };
    /**
     * @min 0
     * @max 9007199254740991
     */
    freeInMs: number;
    mayTakeOver: boolean;
    notNow: boolean;
    /**
     * @min 0
     * @max 9007199254740991
     */
    raisedMs: number;
  }[];
  /**
   * @min 0
   * @max 9007199254740991
   */
  patienceMs: number;
  present: boolean;
  run: string;
}

export type SeatRequest =
  | {
      action: "raise-hand";
      as: {
        /** @pattern ^[\w.-]{1,64}$ */
        id: string;
        /**
         * @minLength 1
         * @maxLength 64
         */
        name: string;
      };
    }
  | {
      action: "lower-hand";
      as: {
        /** @pattern ^[\w.-]{1,64}$ */
        id: string;
        /**
         * @minLength 1
         * @maxLength 64
         */
        name: string;
      };
    }
  | {
      action: "hand-over";
      as: {
        /** @pattern ^[\w.-]{1,64}$ */
        id: string;
        /**
         * @minLength 1
         * @maxLength 64
         */
        name: string;
      };
      /** @pattern ^[\w.-]{1,64}$ */
      to: string;
    }
  | {
      action: "not-now";
      as: {
        /** @pattern ^[\w.-]{1,64}$ */
        id: string;
        /**
         * @minLength 1
         * @maxLength 64
         */
        name: string;
      };
      /** @pattern ^[\w.-]{1,64}$ */
      to: string;
    };

export type ServerMessage =
  | {
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      heartbeatMs: number;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      protocol: number;
      role: "watch" | "operate" | "approve" | "administer" | "wall";
      serverRunId: string;
      type: "hello";
    }
  | {
      ageMs: number | null;
      alerts?: {
        acknowledged: {
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          atMs: number;
          by: string;
          note: string;
        } | null;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        firedAtMs: number;
        id: string;
        rule:
          | "no-leader"
          | "margin-low"
          | "voter-silent"
          | "voter-lagging"
          | "elections"
          | "change-stuck"
          | "second-quorum"
          | "ghost-observer"
          | "leftovers"
          | "even-voters"
          | "fewer-voters"
          | "rack-without-voter"
          | "watermark-fell"
          | "observation-lost"
          | "run-waits"
          | "glass-broken"
          | "certificate-expires";
        severity: "critical" | "warning" | "info";
        silencedBy: string | null;
        title: string;
      }[];
      /**
       * @minLength 1
       * @maxLength 64
       */
      cluster: string;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      intervalMs: number;
      link: {
        attempts: {
          address: string;
          outcome: string;
        }[];
        problem: {
          code: string;
          detail: string;
          remedy: string;
          title: string;
        } | null;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        sinceMs: number;
        state:
          | "connecting"
          | "live"
          | "no-leader"
          | "unreachable"
          | "refused"
          | "unsupported";
      };
      type: "snapshot";
      view: {
        cluster: string;
        clusterId: string | null;
        controllers:
          | {
              address: string;
              certificate: {
                names: string[];
                /**
                 * @min -9007199254740991
                 * @max 9007199254740991
                 */
                validToMs: number;
              } | null;
              configured: boolean;
              leaderEpoch: number | null;
              leaderId: number | null;
              nodeId: number | null;
              problem: string;
              reach: "answers" | "refused" | "silent" | "unverifiable";
              recordedId: number | null;
              registeredId: number | null;
              roles: ("controller" | "broker")[] | null;
              sameCluster: boolean | null;
              /**
               * @min -9007199254740991
               * @max 9007199254740991
               */
              sinceMs: number;
            }[]
          | null;
        findings: {
          code:
            | "no-leader"
            | "majority-lost"
            | "margin-zero"
            | "voter-silent"
            | "voter-lagging"
            | "single-voter"
            | "even-voters"
            | "ghost-observer"
            | "two-incarnations"
            | "pending-voter-change"
            | "static-voters-left"
            | "kraft-version-0"
            | "kafka-too-old"
            | "auto-join-on"
            | "acl-missing"
            | "controllers-unreachable"
            | "tail-unavailable"
            | "unregistered"
            | "fenced"
            | "endpoint-unresolved"
            | "leader-clock-stepped"
            | "settling"
            | "rack-loses-quorum"
            | "rack-holds-commits"
            | "rival-quorum"
            | "second-leader"
            | "metadata-missing"
            | "memory-unread"
            | "two-leaders"
            | "settings-differ"
            | "rights-differ"
            | "static-voters-differ"
            | "scram-only-controllers"
            | "wrong-node-answers"
            | "foreign-cluster"
            | "identity-twice"
            | "endpoint-moved"
            | "broker-with-controller-id"
            | "not-verifiable"
            | "certificate-expires"
            | "election-storm"
            | "observers-stuck"
            | "broker-too-old"
            | "moves-under-way"
            | "move-waits"
            | "throttle-stands"
            | "broker-cordoned";
          detail: string;
          replicas: {
            directoryId: string | null;
            /**
             * @min 0
             * @max 9007199254740991
             */
            nodeId: number;
          }[];
          severity: "critical" | "warning" | "info";
          title: string;
        }[];
        incidentMemory: "pending" | "failed" | "read";
        incidents: {
          detail: string;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          firstSeenAtMs: number;
          id: string;
          kind: "metadata-missing" | "two-leaders";
          title: string;
        }[];
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        observedAtMs: number;
        quorum: {
          autoJoin: boolean | null;
          committedVoters:
            | {
                directoryId: string | null;
                /**
                 * @min 0
                 * @max 9007199254740991
                 */
                nodeId: number;
              }[]
            | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          fetchTimeoutMs: number;
          fetchTimeoutSource: "cluster" | "assumed";
          /**
           * @min 0
           * @max 9007199254740991
           */
          healthyVoters: number;
          highWatermark: number | null;
          kafkaRelease: string | null;
          kraftVersion: number | null;
          leaderClockMs: number | null;
          leaderEpoch: number | null;
          leaderId: number | null;
          leaderSinceMs: number | null;
          leaderless: {
            code:
              | "electing"
              | "majority-down"
              | "voters-line-missing"
              | "scram-only"
              | "wrong-places"
              | "voters-unknown"
              | "no-election";
            detail: string;
            lastLed: {
              /**
               * @min -9007199254740991
               * @max 9007199254740991
               */
              atMs: number;
              highWatermark: number | null;
              /**
               * @min 0
               * @max 9007199254740991
               */
              leaderEndOffset: number;
              /**
               * @min 0
               * @max 9007199254740991
               */
              leaderEpoch: number;
              /**
               * @min 0
               * @max 9007199254740991
               */
              leaderId: number;
              replicas: {
                directoryId: string | null;
                logEndOffset: number | null;
                /**
                 * @min 0
                 * @max 9007199254740991
                 */
                nodeId: number;
                silent: boolean;
              }[];
            } | null;
            remedy: string;
            sets: {
              down: number[];
              /**
               * @min -9007199254740991
               * @max 9007199254740991
               */
              majority: number;
              /**
               * @min 0
               * @max 9007199254740991
               */
              missing: number;
              nodeIds: number[];
              which: "only" | "committed" | "appended";
            }[];
            title: string;
            voters: {
              address: string | null;
              leaderEpoch: number | null;
              leaderId: number | null;
              /**
               * @min 0
               * @max 9007199254740991
               */
              nodeId: number;
              problem: string;
              state: "answers" | "unverifiable" | "down";
            }[];
          } | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          majority: number;
          margin: number | null;
          maxFollowerLag: number | null;
          maxFollowerLagTimeMs: number | null;
          metadataVersion: string | null;
          mode: "dynamic" | "static" | null;
          pendingVoterChange: {
            added: {
              directoryId: string | null;
              /**
               * @min 0
               * @max 9007199254740991
               */
              nodeId: number;
            }[];
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            appendedAtMs: number;
            /**
             * @min 0
             * @max 9007199254740991
             */
            epoch: number;
            /**
             * @min 0
             * @max 9007199254740991
             */
            offset: number;
            removed: {
              directoryId: string | null;
              /**
               * @min 0
               * @max 9007199254740991
               */
              nodeId: number;
            }[];
            voters: {
              directoryId: string | null;
              /**
               * @min 0
               * @max 9007199254740991
               */
              nodeId: number;
            }[];
          } | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          requestTimeoutMs: number;
          rivals: {
            address: string;
            followers: number[];
            highWatermark: number | null;
            /**
             * @min 0
             * @max 9007199254740991
             */
            leaderEpoch: number;
            logEndOffset: number | null;
            /**
             * @min 0
             * @max 9007199254740991
             */
            nodeId: number;
            proven: boolean;
            voters: {
              directoryId: string | null;
              /**
               * @min 0
               * @max 9007199254740991
               */
              nodeId: number;
            }[];
          }[];
          settingsDiffer: {
            name: string;
            nodeIds: number[];
          }[];
          settling: boolean;
          /**
           * @min 0
           * @max 9007199254740991
           */
          voters: number;
          worstRack: {
            margin: number | null;
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            marginAtBest: number;
            rack: string;
            unplaced: number[];
            voters: number[];
          } | null;
        };
        replicas: {
          directoryId: string | null;
          endpoints: {
            host: string;
            listener: string;
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            port: number;
          }[];
          fenced: boolean | null;
          health: "ok" | "lagging" | "silent" | "unknown";
          lag: number | null;
          lastCaughtUpAgeMs: number | null;
          lastFetchAgeMs: number | null;
          logEndOffset: number | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
          rack: string | null;
          registered: boolean | null;
          roles: ("controller" | "broker")[];
          status: "leader" | "follower" | "observer";
          timeLagMs: number | null;
        }[];
        /**
         * @min 0
         * @max 9007199254740991
         */
        seq: number;
        serverRunId: string;
        source: {
          address: string;
          nodeId: number | null;
          tailing: boolean;
          via: "controller" | "broker";
        };
      } | null;
      workflows: {
        brokenGlass?: {
          by: string;
          reason: string;
        };
        cluster: string;
        disturbs?: number[];
        driver: {
          /** @pattern ^[\w.-]{1,64}$ */
          id: string;
          /**
           * @minLength 1
           * @maxLength 64
           */
          name: string;
        };
        endedAtMs: number | null;
        id: string;
        kind:
          | "add-controller"
          | "remove-controller"
          | "replace-disk"
          | "replace-controller"
          | "scale"
          | "rolling-restart"
          | "unregister-broker"
          | "static-to-dynamic"
          | "migrate-combined"
          | "migrate-dedicated"
          | "recover-quorum"
          | "move-voters";
        now: string;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        revision: number;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        startedAtMs: number;
        state:
          | "planned"
          | "running"
          | "waiting"
          | "blocked"
          | "outcomeUnknown"
          | "pausedDrift"
          | "done"
          | "aborted";
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        step: number;
        stepTitle: string;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        steps: number;
        title: string;
      }[];
    }
  | {
      ageMs: number | null;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      at: number;
      c?:
        | {
            address: string;
            certificate: {
              names: string[];
              /**
               * @min -9007199254740991
               * @max 9007199254740991
               */
              validToMs: number;
            } | null;
            configured: boolean;
            leaderEpoch: number | null;
            leaderId: number | null;
            nodeId: number | null;
            problem: string;
            reach: "answers" | "refused" | "silent" | "unverifiable";
            recordedId: number | null;
            registeredId: number | null;
            roles: ("controller" | "broker")[] | null;
            sameCluster: boolean | null;
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            sinceMs: number;
          }[]
        | null;
      /**
       * @minLength 1
       * @maxLength 64
       */
      cluster: string;
      f?: {
        code:
          | "no-leader"
          | "majority-lost"
          | "margin-zero"
          | "voter-silent"
          | "voter-lagging"
          | "single-voter"
          | "even-voters"
          | "ghost-observer"
          | "two-incarnations"
          | "pending-voter-change"
          | "static-voters-left"
          | "kraft-version-0"
          | "kafka-too-old"
          | "auto-join-on"
          | "acl-missing"
          | "controllers-unreachable"
          | "tail-unavailable"
          | "unregistered"
          | "fenced"
          | "endpoint-unresolved"
          | "leader-clock-stepped"
          | "settling"
          | "rack-loses-quorum"
          | "rack-holds-commits"
          | "rival-quorum"
          | "second-leader"
          | "metadata-missing"
          | "memory-unread"
          | "two-leaders"
          | "settings-differ"
          | "rights-differ"
          | "static-voters-differ"
          | "scram-only-controllers"
          | "wrong-node-answers"
          | "foreign-cluster"
          | "identity-twice"
          | "endpoint-moved"
          | "broker-with-controller-id"
          | "not-verifiable"
          | "certificate-expires"
          | "election-storm"
          | "observers-stuck"
          | "broker-too-old"
          | "moves-under-way"
          | "move-waits"
          | "throttle-stands"
          | "broker-cordoned";
        detail: string;
        replicas: {
          directoryId: string | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
        }[];
        severity: "critical" | "warning" | "info";
        title: string;
      }[];
      i?: {
        detail: string;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        firstSeenAtMs: number;
        id: string;
        kind: "metadata-missing" | "two-leaders";
        title: string;
      }[];
      q?: {
        autoJoin?: boolean | null;
        committedVoters?:
          | {
              directoryId: string | null;
              /**
               * @min 0
               * @max 9007199254740991
               */
              nodeId: number;
            }[]
          | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        fetchTimeoutMs?: number;
        fetchTimeoutSource?: "cluster" | "assumed";
        /**
         * @min 0
         * @max 9007199254740991
         */
        healthyVoters?: number;
        highWatermark?: number | null;
        kafkaRelease?: string | null;
        kraftVersion?: number | null;
        leaderClockMs?: number | null;
        leaderEpoch?: number | null;
        leaderId?: number | null;
        leaderSinceMs?: number | null;
        leaderless?: {
          code:
            | "electing"
            | "majority-down"
            | "voters-line-missing"
            | "scram-only"
            | "wrong-places"
            | "voters-unknown"
            | "no-election";
          detail: string;
          lastLed: {
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            atMs: number;
            highWatermark: number | null;
            /**
             * @min 0
             * @max 9007199254740991
             */
            leaderEndOffset: number;
            /**
             * @min 0
             * @max 9007199254740991
             */
            leaderEpoch: number;
            /**
             * @min 0
             * @max 9007199254740991
             */
            leaderId: number;
            replicas: {
              directoryId: string | null;
              logEndOffset: number | null;
              /**
               * @min 0
               * @max 9007199254740991
               */
              nodeId: number;
              silent: boolean;
            }[];
          } | null;
          remedy: string;
          sets: {
            down: number[];
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            majority: number;
            /**
             * @min 0
             * @max 9007199254740991
             */
            missing: number;
            nodeIds: number[];
            which: "only" | "committed" | "appended";
          }[];
          title: string;
          voters: {
            address: string | null;
            leaderEpoch: number | null;
            leaderId: number | null;
            /**
             * @min 0
             * @max 9007199254740991
             */
            nodeId: number;
            problem: string;
            state: "answers" | "unverifiable" | "down";
          }[];
        } | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        majority?: number;
        margin?: number | null;
        maxFollowerLag?: number | null;
        maxFollowerLagTimeMs?: number | null;
        metadataVersion?: string | null;
        mode?: "dynamic" | "static" | null;
        pendingVoterChange?: {
          added: {
            directoryId: string | null;
            /**
             * @min 0
             * @max 9007199254740991
             */
            nodeId: number;
          }[];
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          appendedAtMs: number;
          /**
           * @min 0
           * @max 9007199254740991
           */
          epoch: number;
          /**
           * @min 0
           * @max 9007199254740991
           */
          offset: number;
          removed: {
            directoryId: string | null;
            /**
             * @min 0
             * @max 9007199254740991
             */
            nodeId: number;
          }[];
          voters: {
            directoryId: string | null;
            /**
             * @min 0
             * @max 9007199254740991
             */
            nodeId: number;
          }[];
        } | null;
        /**
         * @min 0
         * @max 9007199254740991
         */
        requestTimeoutMs?: number;
        rivals?: {
          address: string;
          followers: number[];
          highWatermark: number | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          leaderEpoch: number;
          logEndOffset: number | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
          proven: boolean;
          voters: {
            directoryId: string | null;
            /**
             * @min 0
             * @max 9007199254740991
             */
            nodeId: number;
          }[];
        }[];
        settingsDiffer?: {
          name: string;
          nodeIds: number[];
        }[];
        settling?: boolean;
        /**
         * @min 0
         * @max 9007199254740991
         */
        voters?: number;
        worstRack?: {
          margin: number | null;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          marginAtBest: number;
          rack: string;
          unplaced: number[];
          voters: number[];
        } | null;
      };
      r?: [
        number,
        number | null,
        number | null,
        number | null,
        number | null,
        number | null,
      ][];
      s?: {
        address: string;
        nodeId: number | null;
        tailing: boolean;
        via: "controller" | "broker";
      };
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      seq: number;
      type: "delta";
      w?: [
        number,
        {
          endpoints?: {
            host: string;
            listener: string;
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            port: number;
          }[];
          fenced?: boolean | null;
          health?: "ok" | "lagging" | "silent" | "unknown";
          rack?: string | null;
          registered?: boolean | null;
          roles?: ("controller" | "broker")[];
          status?: "leader" | "follower" | "observer";
        },
      ][];
    }
  | {
      ageMs: number | null;
      /**
       * @minLength 1
       * @maxLength 64
       */
      cluster: string;
      link: {
        attempts: {
          address: string;
          outcome: string;
        }[];
        problem: {
          code: string;
          detail: string;
          remedy: string;
          title: string;
        } | null;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        sinceMs: number;
        state:
          | "connecting"
          | "live"
          | "no-leader"
          | "unreachable"
          | "refused"
          | "unsupported";
      };
      type: "link";
    }
  | {
      /**
       * @minLength 1
       * @maxLength 64
       */
      cluster: string;
      event: {
        actor: string | null;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        atMs: number;
        cluster: string;
        committed: boolean | null;
        epoch: number | null;
        id: string;
        kind:
          | "leader-elected"
          | "leader-lost"
          | "voters-changed"
          | "kraft-version"
          | "feature"
          | "health"
          | "incarnation-seen"
          | "incarnation-gone"
          | "registration"
          | "observation-lost"
          | "observation-regained"
          | "incident"
          | "finding"
          | "run";
        offset: number | null;
        replicas: {
          directoryId: string | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
        }[];
        retracted: boolean;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        revision: number;
        severity: "critical" | "warning" | "info";
        title: string;
        why?: string;
      };
      type: "event";
    }
  | {
      /**
       * @minLength 1
       * @maxLength 64
       */
      cluster: string;
      summary: {
        brokenGlass?: {
          by: string;
          reason: string;
        };
        cluster: string;
        disturbs?: number[];
        driver: {
          /** @pattern ^[\w.-]{1,64}$ */
          id: string;
          /**
           * @minLength 1
           * @maxLength 64
           */
          name: string;
        };
        endedAtMs: number | null;
        id: string;
        kind:
          | "add-controller"
          | "remove-controller"
          | "replace-disk"
          | "replace-controller"
          | "scale"
          | "rolling-restart"
          | "unregister-broker"
          | "static-to-dynamic"
          | "migrate-combined"
          | "migrate-dedicated"
          | "recover-quorum"
          | "move-voters";
        now: string;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        revision: number;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        startedAtMs: number;
        state:
          | "planned"
          | "running"
          | "waiting"
          | "blocked"
          | "outcomeUnknown"
          | "pausedDrift"
          | "done"
          | "aborted";
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        step: number;
        stepTitle: string;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        steps: number;
        title: string;
      };
      type: "workflow";
      workflow: {
        allowedCommands: {
          danger: boolean;
          /** @pattern ^[A-Za-z0-9_-]{22}$ */
          directoryId?: string;
          does: string;
          equivalent: string | null;
          key?: string;
          label: string;
          needsConfirmation: {
            statement: string;
            typed: boolean;
            why: string;
          } | null;
          needsReason: boolean;
          /**
           * @min 0
           * @max 2147483647
           */
          nodeId?: number;
          recommended?: boolean;
          step?: string;
          type:
            | "execute"
            | "state"
            | "choose"
            | "do-it-for-me"
            | "abort"
            | "undo"
            | "leave"
            | "park"
            | "resume"
            | "take-over"
            | "replan"
            | "cancel"
            | "clean-up"
            | "approve"
            | "withdraw-approval"
            | "break-glass";
        }[];
        candidates: {
          directoryId: string | null;
          health: "ok" | "lagging" | "silent" | "unknown";
          lag: number | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
          problem: string;
        }[];
        catchUp: {
          directoryId: string | null;
          etaMs: number | null;
          gainPerSecond: number | null;
          lag: number | null;
          lastFetchAgeMs: number | null;
          lastReset: {
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            atMs: number;
            text: string;
          } | null;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          nearZeroMs: number;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          neededMs: number;
          /**
           * @min 0
           * @max 9007199254740991
           */
          nodeId: number;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          samples: number;
          trail: [number, number][];
        } | null;
        cluster: string;
        clusterId: string;
        counterfactual: {
          harmful: boolean;
          text: string;
          title: string;
        } | null;
        currentStep: string | null;
        driver: {
          /** @pattern ^[\w.-]{1,64}$ */
          id: string;
          /**
           * @minLength 1
           * @maxLength 64
           */
          name: string;
        };
        endedAtMs: number | null;
        handOver: {
          address: string | null;
          dryRun: {
            excludedTopics: string[];
            /**
             * @min 0
             * @max 9007199254740991
             */
            leaders: number;
            megabytes: number | null;
            monitoredPercent: number | null;
            /**
             * @min 0
             * @max 9007199254740991
             */
            replicas: number;
          } | null;
          executor: {
            megabytesDone: number | null;
            megabytesTotal: number | null;
            movesDone: number | null;
            movesTotal: number | null;
            reason: string | null;
            state: string;
            taskId: string | null;
          } | null;
          problem: string | null;
          says: string;
          state:
            | "not-configured"
            | "own-plan"
            | "chosen"
            | "asked"
            | "unknown"
            | "working"
            | "stopping"
            | "ended";
          taskId: string | null;
        } | null;
        id: string;
        kind:
          | "add-controller"
          | "remove-controller"
          | "replace-disk"
          | "replace-controller"
          | "scale"
          | "rolling-restart"
          | "unregister-broker"
          | "static-to-dynamic"
          | "migrate-combined"
          | "migrate-dedicated"
          | "recover-quorum"
          | "move-voters";
        log: {
          actor: string;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          atMs: number;
          text: string;
        }[];
        margins: {
          label: string;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          majority: number;
          margin: number | null;
          step: string | null;
          voters: {
            directoryId: string | null;
            health: "ok" | "lagging" | "silent" | "unknown";
            leads: boolean;
            /**
             * @min 0
             * @max 9007199254740991
             */
            nodeId: number;
            rack: string | null;
          }[];
          worst: {
            label: string;
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            margin: number;
          } | null;
          worstRack: {
            label: string;
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            margin: number;
          } | null;
        }[];
        moves: {
          lookedAtMs: number | null;
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          moreTopics: number;
          sinceMs: number | null;
          stillMs: number | null;
          topics: {
            bytesLeft: number | null;
            bytesMoved: number | null;
            bytesPerSecond: number | null;
            etaMs: number | null;
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            partitionsLeft: number;
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            partitionsMoving: number;
            topic: string;
          }[];
          total: {
            bytesLeft: number | null;
            bytesMoved: number | null;
            bytesPerSecond: number | null;
            etaMs: number | null;
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            partitionsLeft: number;
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            partitionsMoving: number;
          };
        } | null;
        next: {
          blockedBy: string[];
          does: string;
          equivalent: string | null;
          label: string;
          possibleInMs: number | null;
        } | null;
        notices: {
          severity: "critical" | "warning" | "info";
          text: string;
          title: string;
        }[];
        now: string;
        params: {
          /**
           * @maxItems 100
           * @minItems 1
           */
          addresses?: {
            /**
             * @maxItems 10
             * @minItems 1
             */
            endpoints: {
              host: string;
              listener: string;
              /**
               * @min -9007199254740991
               * @max 9007199254740991
               */
              port: number;
            }[];
            /**
             * @min 0
             * @max 2147483647
             */
            nodeId: number;
          }[];
          /**
           * @min 1
           * @max 9
           */
          controllers?: number;
          /** @pattern ^[A-Za-z0-9_-]{22}$ */
          directoryId?: string;
          /** @maxItems 100 */
          lost?: number[];
          /**
           * @min 0
           * @max 2147483647
           */
          newNodeId?: number;
          /**
           * @min 0
           * @max 2147483647
           */
          nodeId?: number;
          /**
           * @maxItems 100
           * @minItems 1
           */
          nodeIds?: number[];
          /**
           * @min 0
           * @max 2147483647
           */
          oldNodeId?: number;
          retireBrokerIds?: number[];
          /**
           * @min 0
           * @max 2147483647
           */
          seedNodeId?: number;
          /**
           * @min 1
           * @max 9007199254740991
           */
          throttleBytesPerSecond?: number;
        };
        parked: {
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          atMs: number;
          by: string;
          reason: string;
        } | null;
        /** @default null */
        permission?: {
          approval: {
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            atMs: number;
            by: string;
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            untilMs: number;
            void: string | null;
          } | null;
          brokenGlass: {
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            atMs: number;
            by: string;
            reason: string;
          } | null;
          digest: string;
          missing: string[];
          needsApproval: boolean;
          requestedBy: {
            id: string;
            name: string;
          }[];
        } | null;
        reason: string;
        recovery: {
          after: {
            directoryId: string | null;
            /** @maxItems 20 */
            endpoints: {
              host: string;
              listener: string;
              /**
               * @min -9007199254740991
               * @max 9007199254740991
               */
              port: number;
            }[];
            kraftVersions: {
              /**
               * @min -9007199254740991
               * @max 9007199254740991
               */
              max: number;
              /**
               * @min -9007199254740991
               * @max 9007199254740991
               */
              min: number;
            };
            /**
             * @min 0
             * @max 9007199254740991
             */
            nodeId: number;
          }[];
          before: {
            directoryId: string | null;
            /** @maxItems 20 */
            endpoints: {
              host: string;
              listener: string;
              /**
               * @min -9007199254740991
               * @max 9007199254740991
               */
              port: number;
            }[];
            kraftVersions: {
              /**
               * @min -9007199254740991
               * @max 9007199254740991
               */
              max: number;
              /**
               * @min -9007199254740991
               * @max 9007199254740991
               */
              min: number;
            };
            /**
             * @min 0
             * @max 9007199254740991
             */
            nodeId: number;
          }[];
          brokers: number[];
          copies: {
            directoryId: string | null;
            /**
             * @min 0
             * @max 9007199254740991
             */
            endOffset: number;
            /**
             * @min 0
             * @max 9007199254740991
             */
            epoch: number;
            files: {
              sha256: string;
              name: string;
            }[];
            goesItsOwnWay: boolean;
            host: string;
            nodeId: number | null;
            path: string;
            votes: boolean;
          }[];
          counts: {
            /**
             * @min 0
             * @max 9007199254740991
             */
            brokers: number;
            /**
             * @min 0
             * @max 9007199254740991
             */
            partitions: number;
            /**
             * @min 0
             * @max 9007199254740991
             */
            topics: number;
          };
          /**
           * @min 0
           * @max 9007199254740991
           */
          epoch: number;
          loss: {
            /**
             * @min 0
             * @max 9007199254740991
             */
            atLeast: number;
            atMost: number | null;
            comesAlive: {
              /**
               * @min 0
               * @max 9007199254740991
               */
              from: number;
              /**
               * @min 0
               * @max 9007199254740991
               */
              to: number;
            };
            ifDownSince: number[];
            why: string[];
          };
          lost: {
            directoryId: string | null;
            /** @maxItems 20 */
            endpoints: {
              host: string;
              listener: string;
              /**
               * @min -9007199254740991
               * @max 9007199254740991
               */
              port: number;
            }[];
            kraftVersions: {
              /**
               * @min -9007199254740991
               * @max 9007199254740991
               */
              max: number;
              /**
               * @min -9007199254740991
               * @max 9007199254740991
               */
              min: number;
            };
            /**
             * @min 0
             * @max 9007199254740991
             */
            nodeId: number;
          }[];
          /**
           * @min 0
           * @max 9007199254740991
           */
          moreTail: number;
          others: {
            directoryId: string | null;
            /** @maxItems 20 */
            endpoints: {
              host: string;
              listener: string;
              /**
               * @min -9007199254740991
               * @max 9007199254740991
               */
              port: number;
            }[];
            kraftVersions: {
              /**
               * @min -9007199254740991
               * @max 9007199254740991
               */
              max: number;
              /**
               * @min -9007199254740991
               * @max 9007199254740991
               */
              min: number;
            };
            /**
             * @min 0
             * @max 9007199254740991
             */
            nodeId: number;
          }[];
          seed: {
            directoryId: string | null;
            host: string;
            /**
             * @min 0
             * @max 9007199254740991
             */
            nodeId: number;
            path: string;
          };
          source: {
            host: string;
            nodeId: number | null;
            path: string;
          } | null;
          tail: {
            /**
             * @min 0
             * @max 9007199254740991
             */
            epoch: number;
            /**
             * @min 0
             * @max 9007199254740991
             */
            offset: number;
            /** @maxLength 200 */
            text: string;
            topic: string | null;
          }[];
          unranked: number[] | null;
          way: "record" | "graft" | "addresses" | "static";
        } | null;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        revision: number;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        startedAtMs: number;
        state:
          | "planned"
          | "running"
          | "waiting"
          | "blocked"
          | "outcomeUnknown"
          | "pausedDrift"
          | "done"
          | "aborted";
        steps: {
          actor: "server" | "operator";
          commands: {
            host: string;
            note: string;
            /** @default null */
            prints?: string | null;
            text: string;
          }[];
          configs: {
            host: string;
            lines: {
              key: string;
              needed: string | null;
              now: string | null;
              why: string;
            }[];
            /**
             * @min 0
             * @max 9007199254740991
             */
            nodeId: number;
            roles: ("controller" | "broker")[];
            source: "node" | "registration" | "unknown";
            staticQuorum: boolean;
            taken: {
              listener: string;
              /**
               * @min 0
               * @max 9007199254740991
               */
              nodeId: number;
              /**
               * @min -9007199254740991
               * @max 9007199254740991
               */
              port: number;
            }[];
          }[];
          detail: string;
          doneWhen: string[];
          endedAtMs: number | null;
          evidence: {
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            atMs: number;
            text: string;
          }[];
          gates: {
            code: string;
            observed: string;
            ok: boolean;
            remedy: string;
            required: string;
            source: string;
            title: string;
            waiting: boolean;
            why: string;
          }[];
          group: string;
          key: string;
          lookingFor: string[];
          startedAtMs: number | null;
          state:
            | "pending"
            | "checking"
            | "ready"
            | "executing"
            | "awaiting-operator"
            | "verifying"
            | "done"
            | "skipped";
          title: string;
        }[];
        title: string;
      } | null;
    }
  | {
      alerts: {
        acknowledged: {
          /**
           * @min -9007199254740991
           * @max 9007199254740991
           */
          atMs: number;
          by: string;
          note: string;
        } | null;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        firedAtMs: number;
        id: string;
        rule:
          | "no-leader"
          | "margin-low"
          | "voter-silent"
          | "voter-lagging"
          | "elections"
          | "change-stuck"
          | "second-quorum"
          | "ghost-observer"
          | "leftovers"
          | "even-voters"
          | "fewer-voters"
          | "rack-without-voter"
          | "watermark-fell"
          | "observation-lost"
          | "run-waits"
          | "glass-broken"
          | "certificate-expires";
        severity: "critical" | "warning" | "info";
        silencedBy: string | null;
        title: string;
      }[];
      /**
       * @minLength 1
       * @maxLength 64
       */
      cluster: string;
      type: "alerts";
    }
  | {
      /**
       * @minLength 1
       * @maxLength 64
       */
      cluster: string;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      more: number;
      people: {
        /** @pattern ^[\w.-]{1,64}$ */
        id: string;
        /**
         * @minLength 1
         * @maxLength 64
         */
        name: string;
        page: "cluster" | "wizards" | "run";
        run: string | null;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        sinceMs: number;
      }[];
      type: "presence";
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      watching: number;
    }
  | {
      /**
       * @minLength 1
       * @maxLength 64
       */
      cluster: string;
      seats: {
        driver: {
          /** @pattern ^[\w.-]{1,64}$ */
          id: string;
          /**
           * @minLength 1
           * @maxLength 64
           */
          name: string;
        };
        hands: {
          by: {
            /** @pattern ^[\w.-]{1,64}$ */
            id: string;
            /**
             * @minLength 1
             * @maxLength 64
             */
            name: string;
          };
          /**
           * @min 0
           * @max 9007199254740991
           */
          freeInMs: number;
          mayTakeOver: boolean;
          notNow: boolean;
          /**
           * @min 0
           * @max 9007199254740991
           */
          raisedMs: number;
        }[];
        /**
         * @min 0
         * @max 9007199254740991
         */
        patienceMs: number;
        present: boolean;
        run: string;
      }[];
      type: "seats";
    }
  | {
      ageMs: number | null;
      /**
       * @minLength 1
       * @maxLength 64
       */
      cluster: string;
      type: "ping";
    }
  | {
      code: string;
      message: string;
      remedy: string;
      type: "error";
    };

export interface SessionList {
  sessions: {
    address: string;
    agent: string;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    createdAtMs: number;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    expiresAtMs: number;
    id: string;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    lastUsedAtMs: number;
    own: boolean;
    personId: string | null;
    via: "token" | "password" | "oidc";
    who: string;
  }[];
}

export interface SetUp {
  /** @pattern ^[a-z0-9][a-z0-9._@-]{0,63}$ */
  login: string;
  /**
   * @minLength 1
   * @maxLength 64
   */
  name: string;
  /**
   * @minLength 12
   * @maxLength 256
   */
  password: string;
  /**
   * @minLength 1
   * @maxLength 200
   */
  secret: string;
}

export interface SignIn {
  /**
   * @minLength 1
   * @maxLength 512
   */
  token: string;
}

export interface SignInWays {
  oidc: {
    name: string;
    problem: string | null;
  } | null;
  open: boolean;
  password: boolean;
  problem: {
    code: string;
    lines: string[];
    message: string;
    remedy: string;
  } | null;
  readOnly: boolean;
  setUp: boolean;
  token: boolean;
}

export interface Silence {
  createdBy: string;
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  fromMs: number;
  id: string;
  matchers: {
    /**
     * @minLength 1
     * @maxLength 64
     */
    cluster?: string;
    /**
     * @min 0
     * @max 9007199254740991
     */
    nodeId?: number;
    rule?:
      | "no-leader"
      | "margin-low"
      | "voter-silent"
      | "voter-lagging"
      | "elections"
      | "change-stuck"
      | "second-quorum"
      | "ghost-observer"
      | "leftovers"
      | "even-voters"
      | "fewer-voters"
      | "rack-without-voter"
      | "watermark-fell"
      | "observation-lost"
      | "run-waits"
      | "glass-broken"
      | "certificate-expires";
    severity?: "critical" | "warning" | "info";
  };
  nodeIds: number[];
  reason: string;
  run: string | null;
  untilMs: number | null;
}

export interface SilenceList {
  silences: {
    createdBy: string;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    fromMs: number;
    id: string;
    matchers: {
      /**
       * @minLength 1
       * @maxLength 64
       */
      cluster?: string;
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId?: number;
      rule?:
        | "no-leader"
        | "margin-low"
        | "voter-silent"
        | "voter-lagging"
        | "elections"
        | "change-stuck"
        | "second-quorum"
        | "ghost-observer"
        | "leftovers"
        | "even-voters"
        | "fewer-voters"
        | "rack-without-voter"
        | "watermark-fell"
        | "observation-lost"
        | "run-waits"
        | "glass-broken"
        | "certificate-expires";
      severity?: "critical" | "warning" | "info";
    };
    nodeIds: number[];
    reason: string;
    run: string | null;
    untilMs: number | null;
  }[];
}

export type StartWorkflow =
  | {
      as?: {
        /** @pattern ^[\w.-]{1,64}$ */
        id: string;
        /**
         * @minLength 1
         * @maxLength 64
         */
        name: string;
      };
      /** @pattern ^[\w.:-]{1,64}$ */
      commandId?: string;
      dryRun?: boolean;
      kind: "add-controller";
      params: {
        /** @pattern ^[A-Za-z0-9_-]{22}$ */
        directoryId?: string;
        /**
         * @min 0
         * @max 2147483647
         */
        nodeId?: number;
      };
      preempt?: boolean;
      /** @maxLength 500 */
      reason?: string;
    }
  | {
      as?: {
        /** @pattern ^[\w.-]{1,64}$ */
        id: string;
        /**
         * @minLength 1
         * @maxLength 64
         */
        name: string;
      };
      /** @pattern ^[\w.:-]{1,64}$ */
      commandId?: string;
      dryRun?: boolean;
      kind: "remove-controller";
      params: {
        /** @pattern ^[A-Za-z0-9_-]{22}$ */
        directoryId: string;
        /**
         * @min 0
         * @max 2147483647
         */
        nodeId: number;
      };
      preempt?: boolean;
      /** @maxLength 500 */
      reason?: string;
    }
  | {
      as?: {
        /** @pattern ^[\w.-]{1,64}$ */
        id: string;
        /**
         * @minLength 1
         * @maxLength 64
         */
        name: string;
      };
      /** @pattern ^[\w.:-]{1,64}$ */
      commandId?: string;
      dryRun?: boolean;
      kind: "replace-disk";
      params: {
        /**
         * @min 0
         * @max 2147483647
         */
        nodeId: number;
      };
      preempt?: boolean;
      /** @maxLength 500 */
      reason?: string;
    }
  | {
      as?: {
        /** @pattern ^[\w.-]{1,64}$ */
        id: string;
        /**
         * @minLength 1
         * @maxLength 64
         */
        name: string;
      };
      /** @pattern ^[\w.:-]{1,64}$ */
      commandId?: string;
      dryRun?: boolean;
      kind: "replace-controller";
      params: {
        /**
         * @min 0
         * @max 2147483647
         */
        newNodeId?: number;
        /**
         * @min 0
         * @max 2147483647
         */
        oldNodeId: number;
      };
      preempt?: boolean;
      /** @maxLength 500 */
      reason?: string;
    }
  | {
      as?: {
        /** @pattern ^[\w.-]{1,64}$ */
        id: string;
        /**
         * @minLength 1
         * @maxLength 64
         */
        name: string;
      };
      /** @pattern ^[\w.:-]{1,64}$ */
      commandId?: string;
      dryRun?: boolean;
      kind: "scale";
      params: {
        /**
         * @min 1
         * @max 9
         */
        controllers: number;
      };
      preempt?: boolean;
      /** @maxLength 500 */
      reason?: string;
    }
  | {
      as?: {
        /** @pattern ^[\w.-]{1,64}$ */
        id: string;
        /**
         * @minLength 1
         * @maxLength 64
         */
        name: string;
      };
      /** @pattern ^[\w.:-]{1,64}$ */
      commandId?: string;
      dryRun?: boolean;
      kind: "rolling-restart";
      params: {
        /**
         * @maxItems 100
         * @minItems 1
         */
        nodeIds?: number[];
      };
      preempt?: boolean;
      /** @maxLength 500 */
      reason?: string;
    }
  | {
      as?: {
        /** @pattern ^[\w.-]{1,64}$ */
        id: string;
        /**
         * @minLength 1
         * @maxLength 64
         */
        name: string;
      };
      /** @pattern ^[\w.:-]{1,64}$ */
      commandId?: string;
      dryRun?: boolean;
      kind: "unregister-broker";
      params: {
        /**
         * @min 0
         * @max 2147483647
         */
        nodeId: number;
      };
      preempt?: boolean;
      /** @maxLength 500 */
      reason?: string;
    }
  | {
      as?: {
        /** @pattern ^[\w.-]{1,64}$ */
        id: string;
        /**
         * @minLength 1
         * @maxLength 64
         */
        name: string;
      };
      /** @pattern ^[\w.:-]{1,64}$ */
      commandId?: string;
      dryRun?: boolean;
      kind: "static-to-dynamic";
      params: object;
      preempt?: boolean;
      /** @maxLength 500 */
      reason?: string;
    }
  | {
      as?: {
        /** @pattern ^[\w.-]{1,64}$ */
        id: string;
        /**
         * @minLength 1
         * @maxLength 64
         */
        name: string;
      };
      /** @pattern ^[\w.:-]{1,64}$ */
      commandId?: string;
      dryRun?: boolean;
      kind: "migrate-combined";
      params: {
        /**
         * @maxItems 100
         * @minItems 1
         */
        nodeIds: number[];
        /** @maxItems 100 */
        retireBrokerIds?: number[];
        /**
         * @min 1
         * @max 9007199254740991
         */
        throttleBytesPerSecond?: number;
      };
      preempt?: boolean;
      /** @maxLength 500 */
      reason?: string;
    }
  | {
      as?: {
        /** @pattern ^[\w.-]{1,64}$ */
        id: string;
        /**
         * @minLength 1
         * @maxLength 64
         */
        name: string;
      };
      /** @pattern ^[\w.:-]{1,64}$ */
      commandId?: string;
      dryRun?: boolean;
      kind: "migrate-dedicated";
      params: {
        /**
         * @maxItems 100
         * @minItems 1
         */
        nodeIds: number[];
        /**
         * @min 1
         * @max 9007199254740991
         */
        throttleBytesPerSecond?: number;
      };
      preempt?: boolean;
      /** @maxLength 500 */
      reason?: string;
    }
  | {
      as?: {
        /** @pattern ^[\w.-]{1,64}$ */
        id: string;
        /**
         * @minLength 1
         * @maxLength 64
         */
        name: string;
      };
      /** @pattern ^[\w.:-]{1,64}$ */
      commandId?: string;
      dryRun?: boolean;
      kind: "recover-quorum";
      params: {
        /** @maxItems 100 */
        lost: number[];
        /**
         * @maxItems 40
         * @minItems 1
         */
        reports: {
          /**
           * @min 0
           * @max 9007199254740991
           */
          committedAtLeast: number;
          counts: {
            /**
             * @min 0
             * @max 9007199254740991
             */
            brokers: number;
            /**
             * @min 0
             * @max 9007199254740991
             */
            partitions: number;
            /**
             * @min 0
             * @max 9007199254740991
             */
            topics: number;
          };
          format: "quorumdeck-disk-report";
          /** @maxLength 255 */
          host: string;
          kraftVersion: number | null;
          lock: "free" | "held" | "unknown";
          log: {
            /**
             * @min 0
             * @max 9007199254740991
             */
            batches: number;
            /**
             * @min 0
             * @max 9007199254740991
             */
            bytes: number;
            damage: {
              /**
               * @min 0
               * @max 9007199254740991
               */
              byte: number;
              /** @maxLength 400 */
              file: string;
              kind: "torn" | "damaged";
              /** @maxLength 400 */
              problem: string;
            } | null;
            /**
             * @min 0
             * @max 9007199254740991
             */
            endOffset: number;
            /** @maxItems 200 */
            epochs: {
              /**
               * @min 0
               * @max 9007199254740991
               */
              epoch: number;
              leaderId: number | null;
              /**
               * @min 0
               * @max 9007199254740991
               */
              startOffset: number;
            }[];
            /**
             * @min 0
             * @max 9007199254740991
             */
            lastEpoch: number;
            /** @maxItems 200 */
            segments: {
              /** @pattern ^[0-9a-f]{64}$ */
              sha256: string;
              /**
               * @min 0
               * @max 9007199254740991
               */
              baseOffset: number;
              /**
               * @min 0
               * @max 9007199254740991
               */
              bytes: number;
              /**
               * @min 0
               * @max 9007199254740991
               */
              endOffset: number;
              /** @maxLength 400 */
              name: string;
            }[];
            /**
             * @min 0
             * @max 9007199254740991
             */
            startOffset: number;
          } | null;
          meta: {
            clusterId: string | null;
            directoryId: string | null;
            nodeId: number | null;
          } | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          moreTail: number;
          /** @maxLength 4096 */
          path: string;
          /** @maxItems 50 */
          problems: string[];
          quorumState: {
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            dataVersion: number;
            leaderEpoch: number | null;
            leaderId: number | null;
            staticVoters: number[] | null;
            voted: {
              directoryId: string | null;
              /**
               * @min 0
               * @max 9007199254740991
               */
              nodeId: number;
            } | null;
          } | null;
          /** @maxItems 200 */
          snapshots: {
            /** @pattern ^[0-9a-f]{64}$ */
            sha256: string;
            /**
             * @min 0
             * @max 9007199254740991
             */
            bytes: number;
            complete: boolean;
            /**
             * @min 0
             * @max 9007199254740991
             */
            endOffset: number;
            /**
             * @min 0
             * @max 9007199254740991
             */
            epoch: number;
            /** @maxLength 400 */
            name: string;
            /** @maxLength 400 */
            problem: string;
          }[];
          /** @maxItems 400 */
          tail: {
            /**
             * @min 0
             * @max 9007199254740991
             */
            epoch: number;
            /**
             * @min 0
             * @max 9007199254740991
             */
            offset: number;
            /** @maxLength 200 */
            text: string;
            topic: string | null;
          }[];
          /**
           * @min 0
           * @max 9007199254740991
           */
          takenAtMs: number;
          version: 1;
          /** @maxItems 40 */
          voterSets: {
            /**
             * @min 0
             * @max 9007199254740991
             */
            epoch: number;
            from: "log" | "snapshot";
            /**
             * @min 0
             * @max 9007199254740991
             */
            offset: number;
            /** @maxItems 100 */
            voters: {
              directoryId: string | null;
              /** @maxItems 20 */
              endpoints: {
                host: string;
                listener: string;
                /**
                 * @min -9007199254740991
                 * @max 9007199254740991
                 */
                port: number;
              }[];
              kraftVersions: {
                /**
                 * @min -9007199254740991
                 * @max 9007199254740991
                 */
                max: number;
                /**
                 * @min -9007199254740991
                 * @max 9007199254740991
                 */
                min: number;
              };
              /**
               * @min 0
               * @max 9007199254740991
               */
              nodeId: number;
            }[];
          }[];
        }[];
        /**
         * @min 0
         * @max 2147483647
         */
        seedNodeId?: number;
      };
      preempt?: boolean;
      /** @maxLength 500 */
      reason?: string;
    }
  | {
      as?: {
        /** @pattern ^[\w.-]{1,64}$ */
        id: string;
        /**
         * @minLength 1
         * @maxLength 64
         */
        name: string;
      };
      /** @pattern ^[\w.:-]{1,64}$ */
      commandId?: string;
      dryRun?: boolean;
      kind: "move-voters";
      params: {
        /**
         * @maxItems 100
         * @minItems 1
         */
        addresses: {
          /**
           * @maxItems 10
           * @minItems 1
           */
          endpoints: {
            host: string;
            listener: string;
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            port: number;
          }[];
          /**
           * @min 0
           * @max 2147483647
           */
          nodeId: number;
        }[];
        /**
         * @maxItems 40
         * @minItems 1
         */
        reports: {
          /**
           * @min 0
           * @max 9007199254740991
           */
          committedAtLeast: number;
          counts: {
            /**
             * @min 0
             * @max 9007199254740991
             */
            brokers: number;
            /**
             * @min 0
             * @max 9007199254740991
             */
            partitions: number;
            /**
             * @min 0
             * @max 9007199254740991
             */
            topics: number;
          };
          format: "quorumdeck-disk-report";
          /** @maxLength 255 */
          host: string;
          kraftVersion: number | null;
          lock: "free" | "held" | "unknown";
          log: {
            /**
             * @min 0
             * @max 9007199254740991
             */
            batches: number;
            /**
             * @min 0
             * @max 9007199254740991
             */
            bytes: number;
            damage: {
              /**
               * @min 0
               * @max 9007199254740991
               */
              byte: number;
              /** @maxLength 400 */
              file: string;
              kind: "torn" | "damaged";
              /** @maxLength 400 */
              problem: string;
            } | null;
            /**
             * @min 0
             * @max 9007199254740991
             */
            endOffset: number;
            /** @maxItems 200 */
            epochs: {
              /**
               * @min 0
               * @max 9007199254740991
               */
              epoch: number;
              leaderId: number | null;
              /**
               * @min 0
               * @max 9007199254740991
               */
              startOffset: number;
            }[];
            /**
             * @min 0
             * @max 9007199254740991
             */
            lastEpoch: number;
            /** @maxItems 200 */
            segments: {
              /** @pattern ^[0-9a-f]{64}$ */
              sha256: string;
              /**
               * @min 0
               * @max 9007199254740991
               */
              baseOffset: number;
              /**
               * @min 0
               * @max 9007199254740991
               */
              bytes: number;
              /**
               * @min 0
               * @max 9007199254740991
               */
              endOffset: number;
              /** @maxLength 400 */
              name: string;
            }[];
            /**
             * @min 0
             * @max 9007199254740991
             */
            startOffset: number;
          } | null;
          meta: {
            clusterId: string | null;
            directoryId: string | null;
            nodeId: number | null;
          } | null;
          /**
           * @min 0
           * @max 9007199254740991
           */
          moreTail: number;
          /** @maxLength 4096 */
          path: string;
          /** @maxItems 50 */
          problems: string[];
          quorumState: {
            /**
             * @min -9007199254740991
             * @max 9007199254740991
             */
            dataVersion: number;
            leaderEpoch: number | null;
            leaderId: number | null;
            staticVoters: number[] | null;
            voted: {
              directoryId: string | null;
              /**
               * @min 0
               * @max 9007199254740991
               */
              nodeId: number;
            } | null;
          } | null;
          /** @maxItems 200 */
          snapshots: {
            /** @pattern ^[0-9a-f]{64}$ */
            sha256: string;
            /**
             * @min 0
             * @max 9007199254740991
             */
            bytes: number;
            complete: boolean;
            /**
             * @min 0
             * @max 9007199254740991
             */
            endOffset: number;
            /**
             * @min 0
             * @max 9007199254740991
             */
            epoch: number;
            /** @maxLength 400 */
            name: string;
            /** @maxLength 400 */
            problem: string;
          }[];
          /** @maxItems 400 */
          tail: {
            /**
             * @min 0
             * @max 9007199254740991
             */
            epoch: number;
            /**
             * @min 0
             * @max 9007199254740991
             */
            offset: number;
            /** @maxLength 200 */
            text: string;
            topic: string | null;
          }[];
          /**
           * @min 0
           * @max 9007199254740991
           */
          takenAtMs: number;
          version: 1;
          /** @maxItems 40 */
          voterSets: {
            /**
             * @min 0
             * @max 9007199254740991
             */
            epoch: number;
            from: "log" | "snapshot";
            /**
             * @min 0
             * @max 9007199254740991
             */
            offset: number;
            /** @maxItems 100 */
            voters: {
              directoryId: string | null;
              /** @maxItems 20 */
              endpoints: {
                host: string;
                listener: string;
                /**
                 * @min -9007199254740991
                 * @max 9007199254740991
                 */
                port: number;
              }[];
              kraftVersions: {
                /**
                 * @min -9007199254740991
                 * @max 9007199254740991
                 */
                max: number;
                /**
                 * @min -9007199254740991
                 * @max 9007199254740991
                 */
                min: number;
              };
              /**
               * @min 0
               * @max 9007199254740991
               */
              nodeId: number;
            }[];
          }[];
        }[];
      };
      preempt?: boolean;
      /** @maxLength 500 */
      reason?: string;
    };

export interface StopAnswer {
  action: "stop" | "restart";
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  atMs: number;
  cluster: string;
  gates: {
    code: string;
    observed: string;
    ok: boolean;
    remedy: string;
    required: string;
    source: string;
    title: string;
    waiting: boolean;
    why: string;
  }[];
  may: boolean;
  /**
   * @min 0
   * @max 9007199254740991
   */
  nodeId: number;
  why: string;
}

export interface WallTokenList {
  tokens: {
    clusters: string[] | null;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    createdAtMs: number;
    createdBy: string;
    expiresAtMs: number | null;
    id: string;
    label: string;
    lastUsedAtMs: number | null;
    revokedAtMs: number | null;
  }[];
}

export interface WatchPlan {
  /** @pattern ^[\w-][\w.-]{0,99}$ */
  commandConfig?: string;
  request: {
    /** @pattern ^[A-Za-z0-9_-]{22}$ */
    clusterId?: string;
    mechanism: "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512" | null;
    metadataRelease: "3.9" | "4.0" | "4.1" | "4.2" | "4.3" | null;
    /** @maxLength 200 */
    name: string;
    /** @maxItems 100 */
    nodes: {
      brokerPort: number | null;
      controllerPort: number | null;
      /** @maxLength 500 */
      dataDir: string;
      /** @pattern ^[A-Za-z0-9_-]{22}$ */
      directoryId?: string;
      /** @maxLength 255 */
      host: string;
      nodeId: number | null;
      /** @maxLength 100 */
      rack: string;
      /**
       * @maxItems 2
       * @minItems 1
       */
      roles: ("controller" | "broker")[];
    }[];
    protocol: "PLAINTEXT" | "SSL" | "SASL_PLAINTEXT" | "SASL_SSL";
    release: "3.9" | "4.0" | "4.1" | "4.2" | "4.3";
    standalone: boolean;
  };
}

export interface WatchedPlan {
  cluster: string;
  name: string;
}

export interface WhoAmI {
  clusters: Partial<
    Record<string, "watch" | "operate" | "approve" | "administer">
  >;
  everywhere: "watch" | "operate" | "approve" | "administer" | null;
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  expiresAtMs?: number;
  grants: {
    /** @maxLength 500 */
    because?: string;
    right: "watch" | "operate" | "approve" | "administer" | "audit";
    scope: {
      /** @maxItems 500 */
      clusters: string[];
      /** @maxItems 100 */
      groups: string[];
    } | null;
  }[];
  identity?: {
    actsFor?: string;
    id: string;
    name: string;
    source: "user" | "oidc" | "proxy" | "api-token";
  };
  mayAudit: boolean;
  missed: string[];
  readOnly: boolean;
  role: "watch" | "operate" | "approve" | "administer" | "wall";
  sessionId?: string;
  via: "local" | "token" | "password" | "oidc" | "proxy" | "api-token";
  wall?: {
    clusters: string[] | null;
    id: string;
    label: string;
  };
  within?: {
    /** @maxLength 500 */
    because?: string;
    right: "watch" | "operate" | "approve" | "administer" | "audit";
    scope: {
      /** @maxItems 500 */
      clusters: string[];
      /** @maxItems 100 */
      groups: string[];
    } | null;
  }[];
}

export interface Workflow {
  allowedCommands: {
    danger: boolean;
    /** @pattern ^[A-Za-z0-9_-]{22}$ */
    directoryId?: string;
    does: string;
    equivalent: string | null;
    key?: string;
    label: string;
    needsConfirmation: {
      statement: string;
      typed: boolean;
      why: string;
    } | null;
    needsReason: boolean;
    /**
     * @min 0
     * @max 2147483647
     */
    nodeId?: number;
    recommended?: boolean;
    step?: string;
    type:
      | "execute"
      | "state"
      | "choose"
      | "do-it-for-me"
      | "abort"
      | "undo"
      | "leave"
      | "park"
      | "resume"
      | "take-over"
      | "replan"
      | "cancel"
      | "clean-up"
      | "approve"
      | "withdraw-approval"
      | "break-glass";
  }[];
  candidates: {
    directoryId: string | null;
    health: "ok" | "lagging" | "silent" | "unknown";
    lag: number | null;
    /**
     * @min 0
     * @max 9007199254740991
     */
    nodeId: number;
    problem: string;
  }[];
  catchUp: {
    directoryId: string | null;
    etaMs: number | null;
    gainPerSecond: number | null;
    lag: number | null;
    lastFetchAgeMs: number | null;
    lastReset: {
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      atMs: number;
      text: string;
    } | null;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    nearZeroMs: number;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    neededMs: number;
    /**
     * @min 0
     * @max 9007199254740991
     */
    nodeId: number;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    samples: number;
    trail: [number, number][];
  } | null;
  cluster: string;
  clusterId: string;
  counterfactual: {
    harmful: boolean;
    text: string;
    title: string;
  } | null;
  currentStep: string | null;
  driver: {
    /** @pattern ^[\w.-]{1,64}$ */
    id: string;
    /**
     * @minLength 1
     * @maxLength 64
     */
    name: string;
  };
  endedAtMs: number | null;
  handOver: {
    address: string | null;
    dryRun: {
      excludedTopics: string[];
      /**
       * @min 0
       * @max 9007199254740991
       */
      leaders: number;
      megabytes: number | null;
      monitoredPercent: number | null;
      /**
       * @min 0
       * @max 9007199254740991
       */
      replicas: number;
    } | null;
    executor: {
      megabytesDone: number | null;
      megabytesTotal: number | null;
      movesDone: number | null;
      movesTotal: number | null;
      reason: string | null;
      state: string;
      taskId: string | null;
    } | null;
    problem: string | null;
    says: string;
    state:
      | "not-configured"
      | "own-plan"
      | "chosen"
      | "asked"
      | "unknown"
      | "working"
      | "stopping"
      | "ended";
    taskId: string | null;
  } | null;
  id: string;
  kind:
    | "add-controller"
    | "remove-controller"
    | "replace-disk"
    | "replace-controller"
    | "scale"
    | "rolling-restart"
    | "unregister-broker"
    | "static-to-dynamic"
    | "migrate-combined"
    | "migrate-dedicated"
    | "recover-quorum"
    | "move-voters";
  log: {
    actor: string;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    atMs: number;
    text: string;
  }[];
  margins: {
    label: string;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    majority: number;
    margin: number | null;
    step: string | null;
    voters: {
      directoryId: string | null;
      health: "ok" | "lagging" | "silent" | "unknown";
      leads: boolean;
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
      rack: string | null;
    }[];
    worst: {
      label: string;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      margin: number;
    } | null;
    worstRack: {
      label: string;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      margin: number;
    } | null;
  }[];
  moves: {
    lookedAtMs: number | null;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    moreTopics: number;
    sinceMs: number | null;
    stillMs: number | null;
    topics: {
      bytesLeft: number | null;
      bytesMoved: number | null;
      bytesPerSecond: number | null;
      etaMs: number | null;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      partitionsLeft: number;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      partitionsMoving: number;
      topic: string;
    }[];
    total: {
      bytesLeft: number | null;
      bytesMoved: number | null;
      bytesPerSecond: number | null;
      etaMs: number | null;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      partitionsLeft: number;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      partitionsMoving: number;
    };
  } | null;
  next: {
    blockedBy: string[];
    does: string;
    equivalent: string | null;
    label: string;
    possibleInMs: number | null;
  } | null;
  notices: {
    severity: "critical" | "warning" | "info";
    text: string;
    title: string;
  }[];
  now: string;
  params: {
    /**
     * @maxItems 100
     * @minItems 1
     */
    addresses?: {
      /**
       * @maxItems 10
       * @minItems 1
       */
      endpoints: {
        host: string;
        listener: string;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        port: number;
      }[];
      /**
       * @min 0
       * @max 2147483647
       */
      nodeId: number;
    }[];
    /**
     * @min 1
     * @max 9
     */
    controllers?: number;
    /** @pattern ^[A-Za-z0-9_-]{22}$ */
    directoryId?: string;
    /** @maxItems 100 */
    lost?: number[];
    /**
     * @min 0
     * @max 2147483647
     */
    newNodeId?: number;
    /**
     * @min 0
     * @max 2147483647
     */
    nodeId?: number;
    /**
     * @maxItems 100
     * @minItems 1
     */
    nodeIds?: number[];
    /**
     * @min 0
     * @max 2147483647
     */
    oldNodeId?: number;
    retireBrokerIds?: number[];
    /**
     * @min 0
     * @max 2147483647
     */
    seedNodeId?: number;
    /**
     * @min 1
     * @max 9007199254740991
     */
    throttleBytesPerSecond?: number;
  };
  parked: {
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    atMs: number;
    by: string;
    reason: string;
  } | null;
  /** @default null */
  permission?: {
    approval: {
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      atMs: number;
      by: string;
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      untilMs: number;
      void: string | null;
    } | null;
    brokenGlass: {
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      atMs: number;
      by: string;
      reason: string;
    } | null;
    digest: string;
    missing: string[];
    needsApproval: boolean;
    requestedBy: {
      id: string;
      name: string;
    }[];
  } | null;
  reason: string;
  recovery: {
    after: {
      directoryId: string | null;
      /** @maxItems 20 */
      endpoints: {
        host: string;
        listener: string;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        port: number;
      }[];
      kraftVersions: {
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        max: number;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        min: number;
      };
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
    }[];
    before: {
      directoryId: string | null;
      /** @maxItems 20 */
      endpoints: {
        host: string;
        listener: string;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        port: number;
      }[];
      kraftVersions: {
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        max: number;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        min: number;
      };
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
    }[];
    brokers: number[];
    copies: {
      directoryId: string | null;
      /**
       * @min 0
       * @max 9007199254740991
       */
      endOffset: number;
      /**
       * @min 0
       * @max 9007199254740991
       */
      epoch: number;
      files: {
        sha256: string;
        name: string;
      }[];
      goesItsOwnWay: boolean;
      host: string;
      nodeId: number | null;
      path: string;
      votes: boolean;
    }[];
    counts: {
      /**
       * @min 0
       * @max 9007199254740991
       */
      brokers: number;
      /**
       * @min 0
       * @max 9007199254740991
       */
      partitions: number;
      /**
       * @min 0
       * @max 9007199254740991
       */
      topics: number;
    };
    /**
     * @min 0
     * @max 9007199254740991
     */
    epoch: number;
    loss: {
      /**
       * @min 0
       * @max 9007199254740991
       */
      atLeast: number;
      atMost: number | null;
      comesAlive: {
        /**
         * @min 0
         * @max 9007199254740991
         */
        from: number;
        /**
         * @min 0
         * @max 9007199254740991
         */
        to: number;
      };
      ifDownSince: number[];
      why: string[];
    };
    lost: {
      directoryId: string | null;
      /** @maxItems 20 */
      endpoints: {
        host: string;
        listener: string;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        port: number;
      }[];
      kraftVersions: {
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        max: number;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        min: number;
      };
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
    }[];
    /**
     * @min 0
     * @max 9007199254740991
     */
    moreTail: number;
    others: {
      directoryId: string | null;
      /** @maxItems 20 */
      endpoints: {
        host: string;
        listener: string;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        port: number;
      }[];
      kraftVersions: {
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        max: number;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        min: number;
      };
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
    }[];
    seed: {
      directoryId: string | null;
      host: string;
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
      path: string;
    };
    source: {
      host: string;
      nodeId: number | null;
      path: string;
    } | null;
    tail: {
      /**
       * @min 0
       * @max 9007199254740991
       */
      epoch: number;
      /**
       * @min 0
       * @max 9007199254740991
       */
      offset: number;
      /** @maxLength 200 */
      text: string;
      topic: string | null;
    }[];
    unranked: number[] | null;
    way: "record" | "graft" | "addresses" | "static";
  } | null;
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  revision: number;
  /**
   * @min -9007199254740991
   * @max 9007199254740991
   */
  startedAtMs: number;
  state:
    | "planned"
    | "running"
    | "waiting"
    | "blocked"
    | "outcomeUnknown"
    | "pausedDrift"
    | "done"
    | "aborted";
  steps: {
    actor: "server" | "operator";
    commands: {
      host: string;
      note: string;
      /** @default null */
      prints?: string | null;
      text: string;
    }[];
    configs: {
      host: string;
      lines: {
        key: string;
        needed: string | null;
        now: string | null;
        why: string;
      }[];
      /**
       * @min 0
       * @max 9007199254740991
       */
      nodeId: number;
      roles: ("controller" | "broker")[];
      source: "node" | "registration" | "unknown";
      staticQuorum: boolean;
      taken: {
        listener: string;
        /**
         * @min 0
         * @max 9007199254740991
         */
        nodeId: number;
        /**
         * @min -9007199254740991
         * @max 9007199254740991
         */
        port: number;
      }[];
    }[];
    detail: string;
    doneWhen: string[];
    endedAtMs: number | null;
    evidence: {
      /**
       * @min -9007199254740991
       * @max 9007199254740991
       */
      atMs: number;
      text: string;
    }[];
    gates: {
      code: string;
      observed: string;
      ok: boolean;
      remedy: string;
      required: string;
      source: string;
      title: string;
      waiting: boolean;
      why: string;
    }[];
    group: string;
    key: string;
    lookingFor: string[];
    startedAtMs: number | null;
    state:
      | "pending"
      | "checking"
      | "ready"
      | "executing"
      | "awaiting-operator"
      | "verifying"
      | "done"
      | "skipped";
    title: string;
  }[];
  title: string;
}

export interface WorkflowList {
  unavailable: string | null;
  /** @default [] */
  unwatched?: {
    brokenGlass?: {
      by: string;
      reason: string;
    };
    cluster: string;
    disturbs?: number[];
    driver: {
      /** @pattern ^[\w.-]{1,64}$ */
      id: string;
      /**
       * @minLength 1
       * @maxLength 64
       */
      name: string;
    };
    endedAtMs: number | null;
    id: string;
    kind:
      | "add-controller"
      | "remove-controller"
      | "replace-disk"
      | "replace-controller"
      | "scale"
      | "rolling-restart"
      | "unregister-broker"
      | "static-to-dynamic"
      | "migrate-combined"
      | "migrate-dedicated"
      | "recover-quorum"
      | "move-voters";
    now: string;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    revision: number;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    startedAtMs: number;
    state:
      | "planned"
      | "running"
      | "waiting"
      | "blocked"
      | "outcomeUnknown"
      | "pausedDrift"
      | "done"
      | "aborted";
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    step: number;
    stepTitle: string;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    steps: number;
    title: string;
  }[];
  workflows: {
    brokenGlass?: {
      by: string;
      reason: string;
    };
    cluster: string;
    disturbs?: number[];
    driver: {
      /** @pattern ^[\w.-]{1,64}$ */
      id: string;
      /**
       * @minLength 1
       * @maxLength 64
       */
      name: string;
    };
    endedAtMs: number | null;
    id: string;
    kind:
      | "add-controller"
      | "remove-controller"
      | "replace-disk"
      | "replace-controller"
      | "scale"
      | "rolling-restart"
      | "unregister-broker"
      | "static-to-dynamic"
      | "migrate-combined"
      | "migrate-dedicated"
      | "recover-quorum"
      | "move-voters";
    now: string;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    revision: number;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    startedAtMs: number;
    state:
      | "planned"
      | "running"
      | "waiting"
      | "blocked"
      | "outcomeUnknown"
      | "pausedDrift"
      | "done"
      | "aborted";
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    step: number;
    stepTitle: string;
    /**
     * @min -9007199254740991
     * @max 9007199254740991
     */
    steps: number;
    title: string;
  }[];
}

export type QueryParamsType = Record<string | number, any>;
export type ResponseFormat = keyof Omit<Body, "body" | "bodyUsed">;

export interface FullRequestParams extends Omit<RequestInit, "body"> {
  /** set parameter to `true` for call `securityWorker` for this request */
  secure?: boolean;
  /** request path */
  path: string;
  /** content type of request body */
  type?: ContentType;
  /** query params */
  query?: QueryParamsType;
  /** format of response (i.e. response.json() -> format: "json") */
  format?: ResponseFormat;
  /** request body */
  body?: unknown;
  /** base url */
  baseUrl?: string;
  /** request cancellation token */
  cancelToken?: CancelToken;
}

export type RequestParams = Omit<
  FullRequestParams,
  "body" | "method" | "query" | "path"
>;

export interface ApiConfig<SecurityDataType = unknown> {
  baseUrl?: string;
  baseApiParams?: Omit<RequestParams, "baseUrl" | "cancelToken" | "signal">;
  securityWorker?: (
    securityData: SecurityDataType | null,
  ) => Promise<RequestParams | void> | RequestParams | void;
  customFetch?: typeof fetch;
}

export interface HttpResponse<D extends unknown, E extends unknown = unknown>
  extends Response {
  data: D;
  error: E;
}

type CancelToken = Symbol | string | number;

export type ContentType =
  | "application/json"
  | "application/vnd.api+json"
  | "multipart/form-data"
  | "application/x-www-form-urlencoded"
  | "text/plain";

export class HttpClient<SecurityDataType = unknown> {
  public baseUrl: string = "";
  private securityData: SecurityDataType | null = null;
  private securityWorker?: ApiConfig<SecurityDataType>["securityWorker"];
  private abortControllers = new Map<CancelToken, AbortController>();
  private customFetch = (...fetchParams: Parameters<typeof fetch>) =>
    fetch(...fetchParams);

  private baseApiParams: RequestParams = {
    credentials: "same-origin",
    headers: {},
    redirect: "follow",
    referrerPolicy: "no-referrer",
  };

  constructor(apiConfig: ApiConfig<SecurityDataType> = {}) {
    Object.assign(this, apiConfig);
  }

  public setSecurityData = (data: SecurityDataType | null) => {
    this.securityData = data;
  };

  protected encodeQueryParam(key: string, value: any) {
    const encodedKey = encodeURIComponent(key);
    return `${encodedKey}=${encodeURIComponent(typeof value === "number" ? value : `${value}`)}`;
  }

  protected addQueryParam(query: QueryParamsType, key: string) {
    return this.encodeQueryParam(key, query[key]);
  }

  protected addArrayQueryParam(query: QueryParamsType, key: string) {
    const value = query[key];
    return value.map((v: any) => this.encodeQueryParam(key, v)).join("&");
  }

  protected toQueryString(rawQuery?: QueryParamsType): string {
    const query = rawQuery || {};
    const keys = Object.keys(query).filter(
      (key) => "undefined" !== typeof query[key],
    );
    return keys
      .map((key) =>
        Array.isArray(query[key])
          ? this.addArrayQueryParam(query, key)
          : this.addQueryParam(query, key),
      )
      .join("&");
  }

  protected addQueryParams(rawQuery?: QueryParamsType): string {
    const queryString = this.toQueryString(rawQuery);
    return queryString ? `?${queryString}` : "";
  }

  private contentFormatters: Record<ContentType, (input: any) => any> = {
    ["application/json"]: (input: any) =>
      input !== null && (typeof input === "object" || typeof input === "string")
        ? JSON.stringify(input)
        : input,
    ["application/vnd.api+json"]: (input: any) =>
      input !== null && (typeof input === "object" || typeof input === "string")
        ? JSON.stringify(input)
        : input,
    ["text/plain"]: (input: any) =>
      input !== null && typeof input !== "string"
        ? JSON.stringify(input)
        : input,
    ["multipart/form-data"]: (input: any) => {
      if (input instanceof FormData) {
        return input;
      }

      return Object.keys(input || {}).reduce((formData, key) => {
        const property = input[key];
        formData.append(
          key,
          property instanceof Blob
            ? property
            : typeof property === "object" && property !== null
              ? JSON.stringify(property)
              : `${property}`,
        );
        return formData;
      }, new FormData());
    },
    ["application/x-www-form-urlencoded"]: (input: any) =>
      this.toQueryString(input),
  };

  protected mergeRequestParams(
    params1: RequestParams,
    params2?: RequestParams,
  ): RequestParams {
    return {
      ...this.baseApiParams,
      ...params1,
      ...(params2 || {}),
      headers: {
        ...(this.baseApiParams.headers || {}),
        ...(params1.headers || {}),
        ...((params2 && params2.headers) || {}),
      },
    };
  }

  protected createAbortSignal = (
    cancelToken: CancelToken,
  ): AbortSignal | undefined => {
    if (this.abortControllers.has(cancelToken)) {
      const abortController = this.abortControllers.get(cancelToken);
      if (abortController) {
        return abortController.signal;
      }
      return void 0;
    }

    const abortController = new AbortController();
    this.abortControllers.set(cancelToken, abortController);
    return abortController.signal;
  };

  public abortRequest = (cancelToken: CancelToken) => {
    const abortController = this.abortControllers.get(cancelToken);

    if (abortController) {
      abortController.abort();
      this.abortControllers.delete(cancelToken);
    }
  };

  public request = async <T = any, E = any>({
    body,
    secure,
    path,
    type,
    query,
    format,
    baseUrl,
    cancelToken,
    ...params
  }: FullRequestParams): Promise<HttpResponse<T, E>> => {
    const secureParams =
      ((typeof secure === "boolean" ? secure : this.baseApiParams.secure) &&
        this.securityWorker &&
        (await this.securityWorker(this.securityData))) ||
      {};
    const requestParams = this.mergeRequestParams(params, secureParams);
    const queryString = query && this.toQueryString(query);
    const payloadFormatter = this.contentFormatters[type || "application/json"];
    const responseFormat = format || requestParams.format;

    return this.customFetch(
      `${baseUrl || this.baseUrl || ""}${path}${queryString ? `?${queryString}` : ""}`,
      {
        ...requestParams,
        headers: {
          ...(requestParams.headers || {}),
          ...(type && type !== "multipart/form-data"
            ? { "Content-Type": type }
            : {}),
        },
        signal:
          (cancelToken
            ? this.createAbortSignal(cancelToken)
            : requestParams.signal) || null,
        body:
          typeof body === "undefined" || body === null
            ? null
            : payloadFormatter(body),
      },
    ).then(async (response) => {
      const r = response as HttpResponse<T, E>;
      r.data = null as unknown as T;
      r.error = null as unknown as E;

      const responseToParse = responseFormat ? response.clone() : response;
      const data = !responseFormat
        ? r
        : await responseToParse[responseFormat]()
            .then((data) => {
              if (r.ok) {
                r.data = data;
              } else {
                r.error = data;
              }
              return r;
            })
            .catch((e) => {
              r.error = e;
              return r;
            });

      if (cancelToken) {
        this.abortControllers.delete(cancelToken);
      }

      if (!response.ok) throw data;
      return data;
    });
  };
}

/**
 * @title Quorumdeck
 * @version 0.1.0
 *
 * Watches the KRaft controller quorum of Apache Kafka clusters and guides changes of it. Live changes come over the websocket /ws.
 */
export class Api<SecurityDataType extends unknown> {
  http: HttpClient<SecurityDataType>;

  constructor(http: HttpClient<SecurityDataType>) {
    this.http = http;
  }

  api = {
    /**
     * No description
     *
     * @name GetDiagnostics
     * @summary One file for whoever helps from afar: set-up, clusters, metrics, the newest lines of the log. No secret is in it.
     * @request GET:/api/diagnostics
     * @secure
     */
    getDiagnostics: (params: RequestParams = {}) =>
      this.http.request<Diagnostics, ErrorBody>({
        path: `/api/diagnostics`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetSession
     * @summary Who you are here, what you may do where, and why.
     * @request GET:/api/session
     * @secure
     */
    getSession: (params: RequestParams = {}) =>
      this.http.request<WhoAmI, ErrorBody>({
        path: `/api/session`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostSession
     * @summary Sign in with a shared token or the token of a wall; answers with a session cookie.
     * @request POST:/api/session
     * @secure
     */
    postSession: (data: SignIn, params: RequestParams = {}) =>
      this.http.request<WhoAmI, ErrorBody>({
        path: `/api/session`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name DeleteSession
     * @summary Sign out. Where it goes on at the provider, the answer is 200 and says where.
     * @request DELETE:/api/session
     * @secure
     */
    deleteSession: (params: RequestParams = {}) =>
      this.http.request<void, ErrorBody>({
        path: `/api/session`,
        method: "DELETE",
        secure: true,
        ...params,
      }),

    /**
     * No description
     *
     * @name GetSignIn
     * @summary In which ways one may sign in here. Open to all.
     * @request GET:/api/sign-in
     * @secure
     */
    getSignIn: (params: RequestParams = {}) =>
      this.http.request<SignInWays, ErrorBody>({
        path: `/api/sign-in`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostSignInPassword
     * @summary Sign in with a name and a password; answers with a session cookie. Open to all.
     * @request POST:/api/sign-in/password
     * @secure
     */
    postSignInPassword: (data: PasswordSignIn, params: RequestParams = {}) =>
      this.http.request<WhoAmI, ErrorBody>({
        path: `/api/sign-in/password`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetSignInOidc
     * @summary Leads a browser to the provider of the company. Open to all.
     * @request GET:/api/sign-in/oidc
     * @secure
     */
    getSignInOidc: (
      query?: {
        /** Path of this site to come back to. */
        next?: string;
      },
      params: RequestParams = {},
    ) =>
      this.http.request<any, void | ErrorBody>({
        path: `/api/sign-in/oidc`,
        method: "GET",
        query: query,
        secure: true,
        ...params,
      }),

    /**
     * No description
     *
     * @name GetSignInOidcCallback
     * @summary Where the provider leads a browser back to. Open to all.
     * @request GET:/api/sign-in/oidc/callback
     * @secure
     */
    getSignInOidcCallback: (params: RequestParams = {}) =>
      this.http.request<void, ErrorBody>({
        path: `/api/sign-in/oidc/callback`,
        method: "GET",
        secure: true,
        ...params,
      }),

    /**
     * No description
     *
     * @name PostSetup
     * @summary Makes the first user, who administers everything, with the secret in the data directory. Open to all.
     * @request POST:/api/setup
     * @secure
     */
    postSetup: (data: SetUp, params: RequestParams = {}) =>
      this.http.request<WhoAmI, ErrorBody>({
        path: `/api/setup`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostAccountPassword
     * @summary Changes the own password, and ends all other sessions of this user.
     * @request POST:/api/account/password
     * @secure
     */
    postAccountPassword: (data: ChangePassword, params: RequestParams = {}) =>
      this.http.request<void, ErrorBody>({
        path: `/api/account/password`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetSessions
     * @summary The own sessions; all of them for whoever administers.
     * @request GET:/api/sessions
     * @secure
     */
    getSessions: (params: RequestParams = {}) =>
      this.http.request<SessionList, ErrorBody>({
        path: `/api/sessions`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name DeleteSession2
     * @summary Ends a session at once, with the websockets that it holds open.
     * @request DELETE:/api/sessions/{id}
     * @originalName deleteSession
     * @duplicate
     * @secure
     */
    deleteSession2: (id: string, params: RequestParams = {}) =>
      this.http.request<void, ErrorBody>({
        path: `/api/sessions/${id}`,
        method: "DELETE",
        secure: true,
        ...params,
      }),

    /**
     * No description
     *
     * @name GetTokens
     * @summary The own tokens of scripts; all of them for whoever administers.
     * @request GET:/api/tokens
     * @secure
     */
    getTokens: (params: RequestParams = {}) =>
      this.http.request<ApiTokenList, ErrorBody>({
        path: `/api/tokens`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostTokens
     * @summary Makes a token for a script, with no more rights than one has. Its secret is told this once.
     * @request POST:/api/tokens
     * @secure
     */
    postTokens: (data: CreateApiToken, params: RequestParams = {}) =>
      this.http.request<CreatedApiToken, ErrorBody>({
        path: `/api/tokens`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name DeleteToken
     * @summary Revokes a token of a script at once.
     * @request DELETE:/api/tokens/{id}
     * @secure
     */
    deleteToken: (id: string, params: RequestParams = {}) =>
      this.http.request<void, ErrorBody>({
        path: `/api/tokens/${id}`,
        method: "DELETE",
        secure: true,
        ...params,
      }),

    /**
     * No description
     *
     * @name GetUsers
     * @summary Everybody who is known here.
     * @request GET:/api/users
     * @secure
     */
    getUsers: (params: RequestParams = {}) =>
      this.http.request<PersonList, ErrorBody>({
        path: `/api/users`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostUsers
     * @summary Makes a user with a password.
     * @request POST:/api/users
     * @secure
     */
    postUsers: (data: AddUser, params: RequestParams = {}) =>
      this.http.request<PersonView, ErrorBody>({
        path: `/api/users`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PatchUser
     * @summary Changes rights, name or password of a user, disables anybody. A new password or disabling ends their sessions at once.
     * @request PATCH:/api/users/{id}
     * @secure
     */
    patchUser: (id: string, data: EditUser, params: RequestParams = {}) =>
      this.http.request<PersonView, ErrorBody>({
        path: `/api/users/${id}`,
        method: "PATCH",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetAudit
     * @summary The record of who did what, newest first, in pages of 100.
     * @request GET:/api/audit
     * @secure
     */
    getAudit: (
      query?: {
        /** Id or name of who did it, whole. */
        actor?: string;
        /** As the page before gave it. */
        before?: number;
        /** Short name of a cluster. */
        cluster?: string;
        /** Milliseconds since 1970. */
        from?: number;
        /** Kinds of entries, with commas between. */
        kinds?: string;
        /** Milliseconds since 1970. */
        to?: number;
      },
      params: RequestParams = {},
    ) =>
      this.http.request<AuditPage, ErrorBody>({
        path: `/api/audit`,
        method: "GET",
        query: query,
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetAuditState
     * @summary Whether the chain of the record is whole, what is kept, and what is handed on.
     * @request GET:/api/audit/state
     * @secure
     */
    getAuditState: (params: RequestParams = {}) =>
      this.http.request<AuditState, ErrorBody>({
        path: `/api/audit/state`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetAuditExport
     * @summary The record as JSON lines, newest first.
     * @request GET:/api/audit/export
     * @secure
     */
    getAuditExport: (
      query?: {
        /** Id or name of who did it, whole. */
        actor?: string;
        /** Short name of a cluster. */
        cluster?: string;
        /** Milliseconds since 1970. */
        from?: number;
        /** Kinds of entries, with commas between. */
        kinds?: string;
        /** Milliseconds since 1970. */
        to?: number;
      },
      params: RequestParams = {},
    ) =>
      this.http.request<void, ErrorBody>({
        path: `/api/audit/export`,
        method: "GET",
        query: query,
        secure: true,
        ...params,
      }),

    /**
     * No description
     *
     * @name PostAuditVerify
     * @summary Looks at the whole chain, in slices, and answers with what it found. The body is {}.
     * @request POST:/api/audit/verify
     * @secure
     */
    postAuditVerify: (params: RequestParams = {}) =>
      this.http.request<ChainState, ErrorBody>({
        path: `/api/audit/verify`,
        method: "POST",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetClusters
     * @summary Every cluster, with its verdict in figures.
     * @request GET:/api/clusters
     * @secure
     */
    getClusters: (params: RequestParams = {}) =>
      this.http.request<ClusterList, ErrorBody>({
        path: `/api/clusters`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostClusters
     * @summary Watches a cluster from now on, by its addresses. Needs the role operate.
     * @request POST:/api/clusters
     * @secure
     */
    postClusters: (data: AddCluster, params: RequestParams = {}) =>
      this.http.request<ClusterSettings, ErrorBody>({
        path: `/api/clusters`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostClustersTest
     * @summary Goes the way to a cluster hop by hop, and tells what to do; nothing is kept. Needs the role operate.
     * @request POST:/api/clusters/test
     * @secure
     */
    postClustersTest: (data: AddCluster, params: RequestParams = {}) =>
      this.http.request<ConnectionTest, ErrorBody>({
        path: `/api/clusters/test`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetClusterRights
     * @summary What Quorumdeck may ask of this cluster, tried on it now: per right what works, and the ACL that is missing.
     * @request GET:/api/clusters/{cluster}/rights
     * @secure
     */
    getClusterRights: (cluster: string, params: RequestParams = {}) =>
      this.http.request<ClusterRights, ErrorBody>({
        path: `/api/clusters/${cluster}/rights`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetClusterSettings
     * @summary How a cluster is reached, as it is written down; without secrets.
     * @request GET:/api/clusters/{cluster}/settings
     * @secure
     */
    getClusterSettings: (cluster: string, params: RequestParams = {}) =>
      this.http.request<ClusterSettings, ErrorBody>({
        path: `/api/clusters/${cluster}/settings`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PatchCluster
     * @summary Edits a cluster that was added here; its short name and its history stay. Needs the role operate.
     * @request PATCH:/api/clusters/{cluster}
     * @secure
     */
    patchCluster: (
      cluster: string,
      data: EditCluster,
      params: RequestParams = {},
    ) =>
      this.http.request<ClusterSettings, ErrorBody>({
        path: `/api/clusters/${cluster}`,
        method: "PATCH",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name DeleteCluster
     * @summary Stops watching a cluster that was added here, and forgets its plan. Needs the role operate.
     * @request DELETE:/api/clusters/{cluster}
     * @secure
     */
    deleteCluster: (cluster: string, params: RequestParams = {}) =>
      this.http.request<void, ErrorBody>({
        path: `/api/clusters/${cluster}`,
        method: "DELETE",
        secure: true,
        ...params,
      }),

    /**
     * No description
     *
     * @name PostClusterTest
     * @summary The same test of a cluster that is watched. Needs the role operate.
     * @request POST:/api/clusters/{cluster}/test
     * @secure
     */
    postClusterTest: (cluster: string, params: RequestParams = {}) =>
      this.http.request<ConnectionTest, ErrorBody>({
        path: `/api/clusters/${cluster}/test`,
        method: "POST",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetConfiguration
     * @summary quorumdeck.yaml as it is in force: when it was read, what is wrong with it now, what of it waits.
     * @request GET:/api/configuration
     * @secure
     */
    getConfiguration: (params: RequestParams = {}) =>
      this.http.request<Configuration, ErrorBody>({
        path: `/api/configuration`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetClusterQuorum
     * @summary The newest view of the quorum. The header Age tells its age in seconds.
     * @request GET:/api/clusters/{cluster}/quorum
     * @secure
     */
    getClusterQuorum: (cluster: string, params: RequestParams = {}) =>
      this.http.request<QuorumView, ErrorBody>({
        path: `/api/clusters/${cluster}/quorum`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetClusterHistory
     * @summary Lag, time lag and more of every replica over any stretch, in columns: seconds for 6 hours, ten seconds for 7 days, minutes for 90 days, as far as the configuration says nothing else.
     * @request GET:/api/clusters/{cluster}/history
     * @secure
     */
    getClusterHistory: (
      cluster: string,
      query?: {
        /** What to add to lag and timeLagMs: lastFetchAgeMs, logEndOffset, health, with commas between. */
        columns?: string;
        /** Milliseconds since 1970; 15 minutes before `to` if left out. */
        from?: number;
        /** Milliseconds of one point, at least 1000; wider where finer points are not kept so far back, or would be too many. */
        step?: number;
        /** Milliseconds since 1970; now if left out. */
        to?: number;
      },
      params: RequestParams = {},
    ) =>
      this.http.request<History, ErrorBody>({
        path: `/api/clusters/${cluster}/history`,
        method: "GET",
        query: query,
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetClusterHistoryState
     * @summary What of the past is kept, since when, how much it takes, and why it is not, where it is not.
     * @request GET:/api/clusters/{cluster}/history/state
     * @secure
     */
    getClusterHistoryState: (cluster: string, params: RequestParams = {}) =>
      this.http.request<HistoryState, ErrorBody>({
        path: `/api/clusters/${cluster}/history/state`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetClusterHistoryExport
     * @summary The same stretch as rows for other programs, one for each replica and point, as a file.
     * @request GET:/api/clusters/{cluster}/history/export
     * @secure
     */
    getClusterHistoryExport: (
      cluster: string,
      query?: {
        /** csv or json; csv if left out. */
        format?: string;
        /** Milliseconds since 1970; 15 minutes before `to` if left out. */
        from?: number;
        /** Milliseconds of one point at most, at least 1000: the widest kept points that are no wider. */
        step?: number;
        /** Milliseconds since 1970; now if left out. */
        to?: number;
      },
      params: RequestParams = {},
    ) =>
      this.http.request<void, ErrorBody>({
        path: `/api/clusters/${cluster}/history/export`,
        method: "GET",
        query: query,
        secure: true,
        ...params,
      }),

    /**
     * No description
     *
     * @name GetClusterMoment
     * @summary The quorum as it was seen at a moment of the past, whole.
     * @request GET:/api/clusters/{cluster}/moment
     * @secure
     */
    getClusterMoment: (
      cluster: string,
      query?: {
        /** Milliseconds since 1970; now if left out. */
        at?: number;
      },
      params: RequestParams = {},
    ) =>
      this.http.request<Moment, ErrorBody>({
        path: `/api/clusters/${cluster}/moment`,
        method: "GET",
        query: query,
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetClusterEvents
     * @summary Elections, voter changes and what else happened, oldest first: the newest of a stretch. Those of before this server was started are there, too.
     * @request GET:/api/clusters/{cluster}/events
     * @secure
     */
    getClusterEvents: (
      cluster: string,
      query?: {
        /** Only older ones: `older` of the answer before. */
        before?: number;
        /** Milliseconds since 1970; the beginning if left out. */
        from?: number;
        /** Only these kinds, with commas between; all but finding and run if left out. */
        kinds?: string;
        /** At most so many; 500 if left out, 2000 at most. */
        limit?: number;
        /** Milliseconds since 1970; now if left out. */
        to?: number;
      },
      params: RequestParams = {},
    ) =>
      this.http.request<EventList, ErrorBody>({
        path: `/api/clusters/${cluster}/events`,
        method: "GET",
        query: query,
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetClusterController
     * @summary Whether one controller is attached to the quorum, for probes and scripts: 200 when it is, 503 when it is not or when that is not known. As a readiness probe only: a liveness probe on it restarts the whole quorum when nobody leads.
     * @request GET:/api/clusters/{cluster}/controllers/{id}
     * @secure
     */
    getClusterController: (
      cluster: string,
      id: string,
      params: RequestParams = {},
    ) =>
      this.http.request<ControllerReadiness, ErrorBody | ControllerReadiness>({
        path: `/api/clusters/${cluster}/controllers/${id}`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetClusterNodeMayStop
     * @summary Whether this node may be stopped now, and stay away: the gates of the wizards, on facts that are read for this question. Of this moment alone: ask before each node.
     * @request GET:/api/clusters/{cluster}/nodes/{id}/may-stop
     * @secure
     */
    getClusterNodeMayStop: (
      cluster: string,
      id: string,
      params: RequestParams = {},
    ) =>
      this.http.request<StopAnswer, ErrorBody>({
        path: `/api/clusters/${cluster}/nodes/${id}/may-stop`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetClusterNodeMayRestart
     * @summary Whether this node may be restarted now: the gates of a rolling restart, on facts that are read for this question.
     * @request GET:/api/clusters/{cluster}/nodes/{id}/may-restart
     * @secure
     */
    getClusterNodeMayRestart: (
      cluster: string,
      id: string,
      params: RequestParams = {},
    ) =>
      this.http.request<StopAnswer, ErrorBody>({
        path: `/api/clusters/${cluster}/nodes/${id}/may-restart`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetClusterSandbox
     * @summary The hosts of a sandbox cluster and what can be done to each.
     * @request GET:/api/clusters/{cluster}/sandbox
     * @secure
     */
    getClusterSandbox: (cluster: string, params: RequestParams = {}) =>
      this.http.request<SandboxState, ErrorBody>({
        path: `/api/clusters/${cluster}/sandbox`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostClusterSandbox
     * @summary Breaks or mends a host of a sandbox cluster. Needs the role operate.
     * @request POST:/api/clusters/{cluster}/sandbox
     * @secure
     */
    postClusterSandbox: (
      cluster: string,
      data: SandboxAction,
      params: RequestParams = {},
    ) =>
      this.http.request<SandboxState, ErrorBody>({
        path: `/api/clusters/${cluster}/sandbox`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetClusterSandboxDisks
     * @summary What `quorumdeck disk inspect` reports of every host of a sandbox cluster that has a disk, running or not.
     * @request GET:/api/clusters/{cluster}/sandbox/disks
     * @secure
     */
    getClusterSandboxDisks: (cluster: string, params: RequestParams = {}) =>
      this.http.request<SandboxDisks, ErrorBody>({
        path: `/api/clusters/${cluster}/sandbox/disks`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetClusterWorkflows
     * @summary Guided changes of a cluster, and whether one can be started here.
     * @request GET:/api/clusters/{cluster}/workflows
     * @secure
     */
    getClusterWorkflows: (cluster: string, params: RequestParams = {}) =>
      this.http.request<WorkflowList, ErrorBody>({
        path: `/api/clusters/${cluster}/workflows`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostClusterWorkflows
     * @summary Starts a guided change. With dryRun it is only planned, and answered with 200, or refused as the start would be. Needs the role operate.
     * @request POST:/api/clusters/{cluster}/workflows
     * @secure
     */
    postClusterWorkflows: (
      cluster: string,
      data: StartWorkflow,
      params: RequestParams = {},
    ) =>
      this.http.request<Workflow, ErrorBody>({
        path: `/api/clusters/${cluster}/workflows`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostClusterRehearsal
     * @summary Plays the plan of a guided change on a simulated copy of the quorum, and of brokers and partitions where they have a part in it, with a fault at each of its worst moments. Nothing is done to the cluster. Needs the role operate.
     * @request POST:/api/clusters/{cluster}/rehearsal
     * @secure
     */
    postClusterRehearsal: (
      cluster: string,
      data: StartWorkflow,
      params: RequestParams = {},
    ) =>
      this.http.request<RehearsalReport, ErrorBody>({
        path: `/api/clusters/${cluster}/rehearsal`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostClusterRunbook
     * @summary The plan of a guided change that has not begun, as a document in Markdown. Needs the role operate.
     * @request POST:/api/clusters/{cluster}/runbook
     * @secure
     */
    postClusterRunbook: (
      cluster: string,
      data: StartWorkflow,
      params: RequestParams = {},
    ) =>
      this.http.request<void, ErrorBody>({
        path: `/api/clusters/${cluster}/runbook`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetClusterRunbook
     * @summary What to do where no wizard can help, in Markdown, on the quorum as it was seen last: lost-majority, combined-disk or static-disk.
     * @request GET:/api/clusters/{cluster}/runbooks/{name}
     * @secure
     */
    getClusterRunbook: (
      cluster: string,
      name: string,
      params: RequestParams = {},
    ) =>
      this.http.request<void, ErrorBody>({
        path: `/api/clusters/${cluster}/runbooks/${name}`,
        method: "GET",
        secure: true,
        ...params,
      }),

    /**
     * No description
     *
     * @name GetWorkflow
     * @summary A guided change, with its gates as they stand and the commands that may be sent.
     * @request GET:/api/workflows/{id}
     * @secure
     */
    getWorkflow: (id: string, params: RequestParams = {}) =>
      this.http.request<Workflow, ErrorBody>({
        path: `/api/workflows/${id}`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostWorkflowCommands
     * @summary Sends one of its allowedCommands. Needs the role operate.
     * @request POST:/api/workflows/{id}/commands
     * @secure
     */
    postWorkflowCommands: (
      id: string,
      data: CommandRequest,
      params: RequestParams = {},
    ) =>
      this.http.request<Workflow, ErrorBody>({
        path: `/api/workflows/${id}/commands`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetWorkflowSeat
     * @summary Who drives a run that goes on, whether they are here, and who asks to drive.
     * @request GET:/api/workflows/{id}/seat
     * @secure
     */
    getWorkflowSeat: (id: string, params: RequestParams = {}) =>
      this.http.request<Seat, ErrorBody>({
        path: `/api/workflows/${id}/seat`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostWorkflowSeat
     * @summary Asks to drive, or answers who asks: raise-hand and lower-hand of anybody, hand-over and not-now of the driver. Needs the role operate.
     * @request POST:/api/workflows/{id}/seat
     * @secure
     */
    postWorkflowSeat: (
      id: string,
      data: SeatRequest,
      params: RequestParams = {},
    ) =>
      this.http.request<Seat, ErrorBody>({
        path: `/api/workflows/${id}/seat`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostWorkflowProperties
     * @summary Compares the properties file of a node with what it says now and with what the step that is going on needs: every problem, and what is still to change. Nothing of the file is kept, and no secret comes back. Needs the role operate.
     * @request POST:/api/workflows/{id}/properties
     * @secure
     */
    postWorkflowProperties: (
      id: string,
      data: CheckProperties,
      params: RequestParams = {},
    ) =>
      this.http.request<PropertiesCheck, ErrorBody>({
        path: `/api/workflows/${id}/properties`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetWorkflowEvidence
     * @summary Everything that was kept of a guided change.
     * @request GET:/api/workflows/{id}/evidence
     * @secure
     */
    getWorkflowEvidence: (id: string, params: RequestParams = {}) =>
      this.http.request<Evidence, ErrorBody>({
        path: `/api/workflows/${id}/evidence`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetWorkflowRunbook
     * @summary The rest of a guided change as a document in Markdown, to go on by hand.
     * @request GET:/api/workflows/{id}/runbook
     * @secure
     */
    getWorkflowRunbook: (id: string, params: RequestParams = {}) =>
      this.http.request<void, ErrorBody>({
        path: `/api/workflows/${id}/runbook`,
        method: "GET",
        secure: true,
        ...params,
      }),

    /**
     * No description
     *
     * @name PostClusterIncidentClose
     * @summary Closes an incident (committed metadata that is missing, two leaders) with the reason: what was found, and why changes are safe again. Until then Quorumdeck changes nothing. Needs the role operate.
     * @request POST:/api/clusters/{cluster}/incidents/{id}/close
     * @secure
     */
    postClusterIncidentClose: (
      cluster: string,
      id: string,
      data: CloseIncident,
      params: RequestParams = {},
    ) =>
      this.http.request<IncidentList, ErrorBody>({
        path: `/api/clusters/${cluster}/incidents/${id}/close`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostClusterInspect
     * @summary Decodes files of a node’s disk (meta.properties, quorum-state, checkpoints), at most 8 MiB in all, and says what they mean for this quorum. Nothing is kept. Needs the role operate.
     * @request POST:/api/clusters/{cluster}/inspect
     * @secure
     */
    postClusterInspect: (
      cluster: string,
      data: InspectRequest,
      params: RequestParams = {},
    ) =>
      this.http.request<Inspection, ErrorBody>({
        path: `/api/clusters/${cluster}/inspect`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostBootstrap
     * @summary Plans a new quorum: ids, a properties file for each node, the format commands, the order. Nothing is kept. Needs the role operate.
     * @request POST:/api/bootstrap
     * @secure
     */
    postBootstrap: (data: BootstrapRequest, params: RequestParams = {}) =>
      this.http.request<BootstrapPlan, ErrorBody>({
        path: `/api/bootstrap`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostBootstrapArchive
     * @summary The same plan as a .tar.gz, with a runbook in Markdown. Needs the role operate.
     * @request POST:/api/bootstrap/archive
     * @secure
     */
    postBootstrapArchive: (
      data: BootstrapRequest,
      params: RequestParams = {},
    ) =>
      this.http.request<void, ErrorBody>({
        path: `/api/bootstrap/archive`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostBootstrapWatch
     * @summary Watches the planned cluster from now on, and keeps the plan. Needs the role operate.
     * @request POST:/api/bootstrap/watch
     * @secure
     */
    postBootstrapWatch: (data: WatchPlan, params: RequestParams = {}) =>
      this.http.request<WatchedPlan, ErrorBody>({
        path: `/api/bootstrap/watch`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetClusterFormation
     * @summary How far a planned quorum has come: every controller is asked, and what it says is compared with the plan.
     * @request GET:/api/clusters/{cluster}/formation
     * @secure
     */
    getClusterFormation: (cluster: string, params: RequestParams = {}) =>
      this.http.request<Formation, ErrorBody>({
        path: `/api/clusters/${cluster}/formation`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetClusterFormationArchive
     * @summary The plan that is kept, as a .tar.gz.
     * @request GET:/api/clusters/{cluster}/formation/archive
     * @secure
     */
    getClusterFormationArchive: (cluster: string, params: RequestParams = {}) =>
      this.http.request<void, ErrorBody>({
        path: `/api/clusters/${cluster}/formation/archive`,
        method: "GET",
        secure: true,
        ...params,
      }),

    /**
     * No description
     *
     * @name GetNotes
     * @summary Notes about one subject, newest first, 50 a page.
     * @request GET:/api/notes
     * @secure
     */
    getNotes: (
      query?: {
        /** The `next` of the page before; the newest if left out. */
        before?: string;
        /** run:ID, alert:ID, cluster:NAME, shift, or shift:NAME. */
        subject?: string;
      },
      params: RequestParams = {},
    ) =>
      this.http.request<NoteList, ErrorBody>({
        path: `/api/notes`,
        method: "GET",
        query: query,
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostNotes
     * @summary Writes a note about a subject: plain text of at most 4,000 characters. Needs the role operate.
     * @request POST:/api/notes
     * @secure
     */
    postNotes: (data: AddNote, params: RequestParams = {}) =>
      this.http.request<RoomNote, ErrorBody>({
        path: `/api/notes`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostNoteAcknowledge
     * @summary Acknowledges a hand-over note of the shift, as somebody else than who wrote it. Needs the role operate.
     * @request POST:/api/notes/{id}/acknowledge
     * @secure
     */
    postNoteAcknowledge: (
      id: string,
      data: AcknowledgeNote,
      params: RequestParams = {},
    ) =>
      this.http.request<RoomNote, ErrorBody>({
        path: `/api/notes/${id}/acknowledge`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetWorkflowNotes
     * @summary Notes about a run, newest first, 50 a page; the same as /api/notes with its subject.
     * @request GET:/api/workflows/{id}/notes
     * @secure
     */
    getWorkflowNotes: (
      id: string,
      query?: {
        /** The `next` of the page before; the newest if left out. */
        before?: string;
      },
      params: RequestParams = {},
    ) =>
      this.http.request<NoteList, ErrorBody>({
        path: `/api/workflows/${id}/notes`,
        method: "GET",
        query: query,
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostWorkflowNotes
     * @summary Writes a note about a run, also one that has ended. Needs the role operate.
     * @request POST:/api/workflows/{id}/notes
     * @secure
     */
    postWorkflowNotes: (
      id: string,
      data: AddRunNote,
      params: RequestParams = {},
    ) =>
      this.http.request<RoomNote, ErrorBody>({
        path: `/api/workflows/${id}/notes`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetWallTokens
     * @summary Tokens of screens on walls, without their secrets. Needs the role operate.
     * @request GET:/api/wall-tokens
     * @secure
     */
    getWallTokens: (params: RequestParams = {}) =>
      this.http.request<WallTokenList, ErrorBody>({
        path: `/api/wall-tokens`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostWallTokens
     * @summary Makes a token for a screen on a wall. Its secret is told this once. Needs the role operate.
     * @request POST:/api/wall-tokens
     * @secure
     */
    postWallTokens: (data: CreateWallToken, params: RequestParams = {}) =>
      this.http.request<CreatedWallToken, ErrorBody>({
        path: `/api/wall-tokens`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name DeleteWallToken
     * @summary Revokes one; screens that show it are cut off at once. Needs the role operate.
     * @request DELETE:/api/wall-tokens/{id}
     * @secure
     */
    deleteWallToken: (id: string, params: RequestParams = {}) =>
      this.http.request<void, ErrorBody>({
        path: `/api/wall-tokens/${id}`,
        method: "DELETE",
        secure: true,
        ...params,
      }),

    /**
     * No description
     *
     * @name GetAlerts
     * @summary Alerts: the open ones, gravest first, or those that are over, newest first. At most 100 a page.
     * @request GET:/api/alerts
     * @secure
     */
    getAlerts: (
      query?: {
        /** What the page before gave as `before`. */
        before?: string;
        /** Of this cluster alone. */
        cluster?: string;
        /** open, or resolved; open if left out. */
        state?: string;
      },
      params: RequestParams = {},
    ) =>
      this.http.request<AlertList, ErrorBody>({
        path: `/api/alerts`,
        method: "GET",
        query: query,
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetAlert
     * @summary One alert, open or over.
     * @request GET:/api/alerts/{id}
     * @secure
     */
    getAlert: (id: string, params: RequestParams = {}) =>
      this.http.request<AlertIncident, ErrorBody>({
        path: `/api/alerts/${id}`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostAlertAcknowledge
     * @summary Says by name that somebody looks after an open alert. Needs the role operate.
     * @request POST:/api/alerts/{id}/acknowledge
     * @secure
     */
    postAlertAcknowledge: (
      id: string,
      data: AcknowledgeAlert,
      params: RequestParams = {},
    ) =>
      this.http.request<AlertIncident, ErrorBody>({
        path: `/api/alerts/${id}/acknowledge`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetSilences
     * @summary Silences that count now or later: of people, and of guided changes for what they cause themselves.
     * @request GET:/api/silences
     * @secure
     */
    getSilences: (params: RequestParams = {}) =>
      this.http.request<SilenceList, ErrorBody>({
        path: `/api/silences`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostSilences
     * @summary Silences alerts that match, for a time. They are shown all the same. Needs the role operate.
     * @request POST:/api/silences
     * @secure
     */
    postSilences: (data: NewSilence, params: RequestParams = {}) =>
      this.http.request<Silence, ErrorBody>({
        path: `/api/silences`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name DeleteSilence
     * @summary Ends a silence now. Needs the role operate.
     * @request DELETE:/api/silences/{id}
     * @secure
     */
    deleteSilence: (id: string, params: RequestParams = {}) =>
      this.http.request<void, ErrorBody>({
        path: `/api/silences/${id}`,
        method: "DELETE",
        secure: true,
        ...params,
      }),

    /**
     * No description
     *
     * @name GetReceivers
     * @summary Who is told of alerts, what waits for each, and how the last try came out. Without secrets.
     * @request GET:/api/receivers
     * @secure
     */
    getReceivers: (params: RequestParams = {}) =>
      this.http.request<ReceiverList, ErrorBody>({
        path: `/api/receivers`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name PostReceiverTest
     * @summary Sends a test message, once, and answers with how it came out. The body is {}. Needs the role operate.
     * @request POST:/api/receivers/{name}/test
     * @secure
     */
    postReceiverTest: (name: string, params: RequestParams = {}) =>
      this.http.request<DeliveryAttempt, ErrorBody>({
        path: `/api/receivers/${name}/test`,
        method: "POST",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * No description
     *
     * @name GetOpenapiJson
     * @summary This document.
     * @request GET:/api/openapi.json
     * @secure
     */
    getOpenapiJson: (params: RequestParams = {}) =>
      this.http.request<void, ErrorBody>({
        path: `/api/openapi.json`,
        method: "GET",
        secure: true,
        ...params,
      }),
  };
  metrics = {
    /**
     * No description
     *
     * @name GetMetrics
     * @summary Figures for Prometheus.
     * @request GET:/metrics
     * @secure
     */
    getMetrics: (params: RequestParams = {}) =>
      this.http.request<void, ErrorBody>({
        path: `/metrics`,
        method: "GET",
        secure: true,
        ...params,
      }),
  };
  healthz = {
    /**
     * No description
     *
     * @name GetHealthz
     * @summary Whether the process answers. Open to all.
     * @request GET:/healthz
     * @secure
     */
    getHealthz: (params: RequestParams = {}) =>
      this.http.request<void, ErrorBody>({
        path: `/healthz`,
        method: "GET",
        secure: true,
        ...params,
      }),
  };
  readyz = {
    /**
     * No description
     *
     * @name GetReadyz
     * @summary Whether something true can be said of every cluster. Open to all.
     * @request GET:/readyz
     * @secure
     */
    getReadyz: (params: RequestParams = {}) =>
      this.http.request<void, ErrorBody>({
        path: `/readyz`,
        method: "GET",
        secure: true,
        ...params,
      }),
  };
}
