// Generated from gto_daemon/protocol/openrpc.json by `npm run protocol`: what gtod and its clients say to each other.

/** The plan with `dry_run`, otherwise what was done. */
export interface ActResult {
  /** The worktree that the request was about, as `gto/didChange` names it. */
  readonly repo: string;
  readonly plan?: Plan;
  /** The events of the created tags, in order. */
  readonly events?: readonly HistoryRow[];
  readonly created?: readonly CreatedTag[];
  readonly deleted?: readonly OldTag[];
  readonly replaces?: readonly Replacement[];
  readonly warnings?: readonly PlanWarning[];
  /** The versions that a metric chose, as in the plan. */
  readonly chosen?: readonly ChosenVersion[];
  /** The remote that `push` sends the tags to, or would send them to. */
  readonly remote?: string | null;
  /** With `dry_run` and `push`: where Git pushes for that remote, without credentials. */
  readonly push_urls?: readonly string[];
  /** The pushes that send the tags, in order. */
  readonly pushes?: readonly PlannedPush[];
  /** With `dry_run` and `push`: registrations that tags of the plan depend on. Those that the remote lacks are pushed too; the remote is not asked for a plan. Absent if there are none. */
  readonly may_go_along?: readonly string[];
  /** The outcome of the push. A failed push does not undo the act. */
  readonly push?: Push;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** An act. */
export interface Action {
  /** `gto/register`, `assign`, `unassign`, `deregister`, `deprecate` or `rollback`. */
  readonly method: string;
  /** The params of the method, except those about repository, push, plan and clock. */
  readonly params?: Readonly<Record<string, unknown>>;
}

/** The new annotation. Fields that are left out or empty stay unchanged. */
export interface AnnotateParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The type, such as `model`; the configuration may restrict the types. */
  readonly type?: string | null;
  /** The path of the artifact, relative to the folder of the annotation file, or a URL. */
  readonly path?: string | null;
  /** Require that the path exists in HEAD, and record that in the annotation. */
  readonly must_exist?: boolean;
  /** Allow a path that equals, contains or is inside the path of another artifact. */
  readonly allow_same_path?: boolean;
  /** Labels to add to the existing ones. */
  readonly labels?: readonly string[];
  readonly description?: string;
  /** Any JSON value. */
  readonly custom?: unknown;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The token for `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** The artifact. An artifact in a folder, `some/dir:model` (DVC's `some/dir/dvc.yaml:model`), is written to the dvc.yaml of that folder. */
  readonly name: string;
  /** For an artifact in the root: the file. By default the one that has its entry, or artifacts.yaml. */
  readonly file?: 'artifacts.yaml' | 'dvc.yaml' | null;
  /** `write`: write the file. `edit`: write nothing and return an edit for the editor to apply. */
  readonly apply?: 'write' | 'edit';
  /** Write nothing and return the change to the file. */
  readonly dry_run?: boolean;
  /** Commit this file only. */
  readonly commit?: boolean;
  /** Commit the file, then push the branch. */
  readonly push?: boolean;
  /** The remote to push to, as for `gto/register`. */
  readonly remote?: string | null;
  /** GTO's option for repositories given as a URL; refused here. */
  readonly branch?: string | null;
}

/** What artifacts.yaml or a dvc.yaml says of an artifact. Members that the file leaves out may be absent. */
export interface Annotation {
  readonly type?: string | null;
  readonly path?: string | null;
  /** Only in artifacts.yaml; an entry of a dvc.yaml has none. */
  readonly virtual?: boolean | null;
  readonly labels?: readonly string[] | null;
  readonly description?: string | null;
  /** Any value that the file has there. */
  readonly custom?: unknown;
}

/** What the file says now, or would say. */
export interface AnnotationActResult {
  /** The worktree that the request was about, as `gto/didChange` names it. */
  readonly repo: string;
  /** The file, relative to the root of the repository. */
  readonly path: string;
  /** The annotation without default values; null if it was removed. */
  readonly annotation: Annotation | null;
  readonly written: boolean;
  readonly warnings: readonly PlanWarning[];
  /** With `dry_run`: the change to the file as a unified diff. */
  readonly diff?: string;
  /** With `apply: edit`: an LSP WorkspaceEdit for the document version that it names. */
  readonly edit?: Readonly<Record<string, unknown>>;
  /** The id of the new commit, in hex digits; null if the file was as it should be. */
  readonly commit?: string | null;
  readonly push?: AnnotationPush;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** The outcome of pushing the commit. */
export interface AnnotationPush {
  readonly ok: boolean;
  /** The output of the server and its hooks, line by line (git's `remote:`); absent if there was none. */
  readonly remote_messages?: readonly string[];
  /** If it failed: the kind of the refusal. */
  readonly kind?: string;
  readonly message?: string;
  readonly hint?: string;
}

/** The acts, in order. Each sees the results of earlier ones; `ref` may name a tag that an earlier act creates. */
export interface ApplyParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  readonly actions: readonly Action[];
  /** The maximum number of tags per push, 0 for no limit; by default `gtod.pushBatch` in Git's configuration, or 3, because GitHub starts no workflow for a larger push. */
  readonly batch?: number | null;
  /** Push all tags at once, or none. */
  readonly atomic?: boolean;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The token for `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** Push the tags of the act afterwards. */
  readonly push?: boolean;
  /** The remote to push to: a configured remote, or a URL. By default, as for git: `branch.NAME.pushRemote`, `remote.pushDefault`, the branch's upstream remote, the only remote, or `origin`. */
  readonly remote?: string | null;
  /** Return the plan and write nothing. */
  readonly dry_run?: boolean;
  /** The `clock` of a plan or a result. Refuse (`RegistryChanged`) if the tags of the artifacts concerned, the target of the revision or the configuration have changed since. */
  readonly expect_clock?: string | null;
}

/** The artifact, and which of its versions to show. */
export interface ArtifactParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The artifact: `model` or `some/dir:model`. */
  readonly name: string;
  /** Include deregistered versions. */
  readonly deprecated?: boolean;
  /** Read the annotation from the files on disk instead of HEAD. */
  readonly worktree?: boolean;
  /** The remote that `unpushed` is about; by default the remote that git pushes to. */
  readonly remote?: string | null;
  /** The maximum number of entries; `next_cursor` leads to the next page. */
  readonly limit?: number | null;
  /** The `next_cursor` of the previous page; requires `limit` and otherwise the same params. */
  readonly cursor?: string | null;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** Include the signature of each event's tag. A signature that is not verified yet has the status `unverified` with the reason `pending`, and `gto/didVerifySignatures` follows. */
  readonly signatures?: boolean;
}

/** The artifact and its versions, greatest first. */
export interface ArtifactResult {
  readonly versions: readonly VersionRow[];
  /** The total number of versions, on all pages. */
  readonly total: number;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
  /** `model`, or `some/dir:model`. */
  readonly name: string;
  /** The folder in the name; empty for an artifact in the root. */
  readonly dir: string;
  /** The name without its folder. */
  readonly label: string;
  readonly type: string | null;
  /** The labels of its annotation, in the order of the file; absent if there are none. */
  readonly labels?: readonly string[];
  readonly description: string;
  /** The greatest active registered version. */
  readonly latest: string | null;
  /** Maps each stage to the versions in it, by the default rules of `gto/show`. */
  readonly stages: Readonly<Record<string, readonly string[]>>;
  /** Maps each stage to the time since which its version has held it, RFC 3339. */
  readonly since: Readonly<Record<string, string>>;
  /** The stages among them that another version was in before, one that is not deregistered: `gto/rollback` can bring it back. */
  readonly earlier: readonly string[];
  /** Whether the artifact has any tag. */
  readonly registered: boolean;
  readonly deprecated: boolean;
  /** The files that describe it; the first one takes effect. */
  readonly annotated_in: readonly string[];
  /** The place of that annotation; absent if there is none. */
  readonly location?: Entry | null;
  /** The path that it gives the artifact, relative to the root of the repository, or its URL; absent if it gives none. */
  readonly path?: string;
  /** The deprecations, newest first. */
  readonly deprecations: readonly HistoryRow[];
  /** The versions that `gto/register` can choose, its default first. */
  readonly next: readonly NextVersion[];
  /** With `limit`: the cursor of the next page; null on the last page. */
  readonly next_cursor?: string | null;
}

/** An artifact, as `gto show --json` prints it. */
export interface ArtifactRow {
  /** The greatest active registered version. */
  readonly version: string | null;
  /** Maps each stage to its versions, joined by commas; null if it has none. */
  readonly stage: Readonly<Record<string, string | null>>;
  readonly registered: boolean;
  readonly active: boolean;
}

/** The stage, and the version, or a commit, which is registered first if necessary. */
export interface AssignParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The artifact: `model` or `some/dir:model`. */
  readonly name: string;
  /** The message of the tag; by default GTO's own. */
  readonly message?: string | null;
  /** The name of the tagger; by default the name that Git knows. */
  readonly author?: string | null;
  /** The e-mail address of the tagger; by default the address that Git knows. */
  readonly author_email?: string | null;
  readonly stage: string;
  /** A registered version, or `max:KEY` or `min:KEY` for the one with the greatest or least value of a metric, as for `NAME@max:KEY`. Give either this or `ref`. */
  readonly version?: string | null;
  /** Any revision that Git resolves to a commit. */
  readonly ref?: string | null;
  /** With `ref`: the version to register the commit as. */
  readonly name_version?: string | null;
  /** Create a tag without a counter in its name. */
  readonly simple?: boolean;
  /** Assign the stage even if the version is already in it. */
  readonly force?: boolean;
  /** Do not register the commit. */
  readonly skip_registration?: boolean;
  /** Override the rules `from`, `soak` and `branches`, for this reason, which the message of the tag keeps. */
  readonly override?: string | null;
  /** The maximum number of tags per push, 0 for no limit; by default `gtod.pushBatch` in Git's configuration, or 3, because GitHub starts no workflow for a larger push. */
  readonly batch?: number | null;
  /** Push all tags at once, or none. */
  readonly atomic?: boolean;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The token for `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** Push the tags of the act afterwards. */
  readonly push?: boolean;
  /** The remote to push to: a configured remote, or a URL. By default, as for git: `branch.NAME.pushRemote`, `remote.pushDefault`, the branch's upstream remote, the only remote, or `origin`. */
  readonly remote?: string | null;
  /** Return the plan and write nothing. */
  readonly dry_run?: boolean;
  /** The `clock` of a plan or a result. Refuse (`RegistryChanged`) if the tags of the artifacts concerned, the target of the revision or the configuration have changed since. */
  readonly expect_clock?: string | null;
}

/** The commit. */
export interface AtParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** Any revision that Git resolves to a commit. */
  readonly rev?: string;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** The versions and stages on the commit, in GTO's order. */
export interface AtResult {
  /** The commit that `rev` resolved to, in hex digits. */
  readonly commit: string;
  readonly versions: readonly VersionAt[];
  readonly stages: readonly StageAt[];
  /** If there is nothing on the commit: the reason. */
  readonly reason?: string | null;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** How many events got each verdict, and how many signs of tampering there are. */
export interface AuditCounts {
  readonly allowed: number;
  readonly violating: number;
  readonly overridden: number;
  readonly unknown: number;
  readonly not_judged: number;
  readonly tampering: number;
}

/** What to judge, and by which rules. */
export interface AuditParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** Only the events of this artifact. */
  readonly name?: string | null;
  /** The revision whose rules judge every event. By default each is judged by the rules that the default branch had at its date. */
  readonly rules?: string | null;
  /** Refs whose signs of tampering are acknowledged: they are not reported again unless they change. */
  readonly accept?: readonly string[];
  /** Return the violations in SARIF 2.1.0 as well. */
  readonly sarif?: boolean;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The token for `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
}

/** The push. */
export interface AuditPushParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The refs that are to change, as the hook gets them. */
  readonly updates: readonly Update[];
  /** `GIT_OBJECT_DIRECTORY` of the hook. */
  readonly object_directory?: string | null;
  /** `GIT_ALTERNATE_OBJECT_DIRECTORIES` of the hook. */
  readonly alternates?: string | null;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The token for `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
}

/** The verdicts on the events of a registry. */
export interface AuditResult {
  /** Oldest first. */
  readonly events: readonly AuditedEvent[];
  readonly tampering: readonly Tampering[];
  readonly counts: AuditCounts;
  /** Null if the repository has no rules. */
  readonly rules: RulesSource | null;
  /** Why events are missing, or may be: there are none, or the clone is shallow. */
  readonly reason?: string;
  /** If `sarif` was asked for: the violations in SARIF 2.1.0. */
  readonly sarif?: Readonly<Record<string, unknown>>;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** The verdict on one tag. */
export interface AuditedEvent {
  readonly ref: string;
  readonly verdict: 'allowed' | 'violating' | 'overridden' | 'unknown' | 'not-judged';
  /** In the order `delete`, `signed`, `who`, `from`, `soak`, `branches`. */
  readonly rules: readonly Violation[];
  /** The reason in the tag's `Override` trailer. */
  readonly override: string | null;
}

/** The request to cancel. */
export interface CancelParams {
  /** The id of a request that has no response yet. */
  readonly id: number | string;
}

/** An event, and its effect on the stage. */
export interface ChainLink {
  readonly timestamp: string;
  readonly artifact: string;
  readonly event:
    'commit' | 'registration' | 'deregistration' | 'assignment' | 'unassignment' | 'deprecation';
  readonly priority: number;
  readonly version: string | null;
  readonly stage: string | null;
  readonly commit: string;
  readonly author: string;
  readonly author_email: string;
  readonly message: string;
  readonly ref: string;
  /** Only if `signatures` was asked for; a commit's row has none. */
  readonly signature?: Signature;
  /** The version that held the stage before the event. */
  readonly before: string | null;
  /** The version that held the stage after the event. */
  readonly after: string | null;
  /** The effect, in words. */
  readonly effect: string;
}

/** How a value differs from that of another version. */
export interface Change {
  readonly from: unknown;
  readonly to: unknown;
  /** `to` minus `from`, if both are numbers. */
  readonly difference: number | number | null;
  /** The sides that are numbers that JSON does not have. */
  readonly special?: SpecialEnds;
  /** The other version. */
  readonly against: string;
}

/** The clock to start from. */
export interface ChangesParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The `clock` of an earlier result or notification. */
  readonly since: string;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** The net change: an event that was added and then removed is in neither list. */
export interface ChangesResult {
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
  /** Whether the clock is unknown or too old; then every event is listed as added. */
  readonly fresh: boolean;
  /** The artifacts that changed for any reason. */
  readonly artifacts: readonly string[];
  readonly events: Events;
}

/** The tag. */
export interface CheckRefParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The name of a tag, with or without `refs/tags/`. */
  readonly ref: string;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** Include the signature of each event's tag. A signature that is not verified yet has the status `unverified` with the reason `pending`, and `gto/didVerifySignatures` follows. */
  readonly signatures?: boolean;
}

/** Exactly what `gto check-ref --json` prints, or the reason why there is nothing to print. */
export interface CheckRefResult {
  readonly event: TagEvent | null;
  /** If `event` is null: why the ref is not an event. */
  readonly reason?: string | null;
  /** The same as a code: not the name of a GTO tag, or one that was probably meant to be; no such tag, a lightweight tag, or a tag that cannot be read. */
  readonly cause?: 'other-name' | 'misspelt' | 'absent' | 'lightweight' | 'unreadable' | null;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** A version that was chosen by a metric, of an artifact. */
export interface ChosenVersion {
  /** As it was asked for: `max:auc`. */
  readonly asked: string;
  /** The whole key of the metric. */
  readonly key: string;
  readonly version: string;
  readonly value: number | number;
  /** The version that would be next; null if no other has the metric. */
  readonly runner_up: string | null;
  readonly runner_up_value: number | number | null;
  readonly artifact: string;
}

/** Two different tags with the same name. Null if the object cannot be read. */
export interface Clash {
  readonly local: MadeTag | null;
  readonly remote: MadeTag | null;
}

/** The repository. */
export interface CloneParams {
  /** A URL with `https://`, `http://`, `ssh://`, `git://` or `file://`, or ssh's `user@host:path`. */
  readonly url: string;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The token for `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
}

/** A bare clone that mirrors the remote. */
export interface CloneResult {
  /** The path of the clone, for later requests. Push every act in it (`push: true`): the next `gto/clone` of the URL removes everything that the remote does not have. */
  readonly repo: string;
  /** The URL without user and password. */
  readonly url: string;
  /** Whether the clone is new. */
  readonly cloned: boolean;
  /** Whether the remote has changed since the last time. */
  readonly changed: boolean;
}

/** The commit of a version, with the annotation there. */
export interface CommitEvent {
  readonly artifact: string;
  /** The time in RFC 3339, with the writer's UTC offset. */
  readonly created_at: string;
  readonly author: string;
  readonly author_email: string;
  readonly message: string;
  readonly priority: number;
  readonly addition: boolean;
  readonly commit_hexsha: string;
  readonly version: string;
  readonly enrichments: readonly Enrichment[];
  readonly committer: string;
  readonly committer_email: string;
}

/** A commit. */
export interface CommitRow {
  /** The commit id, in hex digits. */
  readonly commit: string;
  readonly subject: string;
  readonly author: string;
  readonly author_email: string;
  /** The time of the commit (the committer's), RFC 3339. */
  readonly created_at: string;
}

/** The sides to compare: each a version, `latest`, `#stage`, `max:KEY`, `min:KEY`, or any revision of a commit. */
export interface CompareParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The artifact: `model` or `some/dir:model`. */
  readonly name: string;
  /** The left side, usually the older one. */
  readonly left: string;
  /** The right side, usually the newer one. */
  readonly right: string;
  /** The maximum number of commits in each list, and of files. */
  readonly limit?: number;
  /** Compare the metrics too. */
  readonly metrics?: boolean;
  /** Compare the params too. */
  readonly params?: boolean;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** Both sides, and the commits between them. */
export interface CompareResult {
  readonly name: string;
  readonly left: ComparedSide;
  readonly right: ComparedSide;
  /** The fields of the annotation that differ. */
  readonly changed: readonly string[];
  /** Whether the artifact's file or folder is the same; null if Git does not have both. */
  readonly same_content: boolean | null;
  /** The commits that `right` has and `left` lacks, newest first. */
  readonly commits: readonly CommitRow[];
  /** The commits that `left` has and `right` lacks, newest first. */
  readonly dropped: readonly CommitRow[];
  /** Whether the two have a commit in common; null if this clone lacks what would tell, or `complete` is false. */
  readonly related: boolean | null;
  /** The files that differ, sorted. */
  readonly files: readonly FileChange[];
  /** Whether that list is complete: it was neither cut at `limit` nor by a partial clone. */
  readonly files_complete: boolean;
  /** Whether both lists of commits are complete: neither was cut at `limit` or by a shallow clone. */
  readonly complete: boolean;
  /** The metrics of both sides by key, unchanged ones too; only if they were asked for. */
  readonly metrics?: Readonly<Record<string, Difference>>;
  /** The params of both sides by key, unchanged ones too; only if they were asked for. */
  readonly params?: Readonly<Record<string, Difference>>;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** One side of a comparison. */
export interface ComparedSide {
  readonly asked: string;
  /** The version there; null if the commit has none. */
  readonly version: string | null;
  /** The tag that registers it. */
  readonly ref: string | null;
  /** The commit id, in hex digits. */
  readonly commit: string;
  readonly created_at: string | null;
  readonly author: string | null;
  /** The stages that it holds. */
  readonly stages: readonly string[];
  /** The annotation; null if neither artifacts.yaml nor a dvc.yaml has one. */
  readonly annotation: Annotation | null;
  /** The place where the annotation is written. */
  readonly location: Location | null;
  /** The place of the artifact itself. */
  readonly content: Content | null;
}

/** The configuration in effect: `.gto`, with `GTO_*` of the client on top. */
export interface Configuration {
  /** The name of the annotation file. */
  readonly index: string;
  /** The allowed stages; null if all are allowed. */
  readonly stages: readonly string[] | null;
  /** The allowed types; null if all are allowed. */
  readonly types: readonly string[] | null;
  readonly emojis: boolean;
  readonly log_level: string;
  readonly debug: boolean;
  readonly enrichments: readonly unknown[];
  readonly autoload_enrichments: boolean;
}

/** The place of the artifact itself. */
export interface Content {
  /** The commit id, in hex digits. */
  readonly commit: string;
  /** The path relative to the root of the repository, or the URL. */
  readonly path: string | null;
  /** `dvc` means that Git has only DVC's pointer to it. */
  readonly kind: 'git' | 'dvc' | 'url' | 'missing';
  /** The id of the file or folder in Git, in hex digits. */
  readonly oid?: string | null;
  readonly is_directory?: boolean | null;
  /** If it is missing: the reason. */
  readonly reason?: string | null;
}

/** A tag that was created. */
export interface CreatedTag {
  readonly tag: string;
  /** The commit id, in hex digits. */
  readonly target: string;
  readonly message: string;
  readonly tagger: PersonShape;
  /** The id of the tag object, in hex digits. */
  readonly oid: string;
}

/** Deliveries, the newest first. */
export interface DeliveriesResult {
  readonly deliveries: readonly DeliveryRow[];
}

/** An event on its way to a sink. */
export interface DeliveryRow {
  readonly sink: string;
  readonly id: string;
  readonly event: string;
  readonly repository: string;
  readonly artifact: string;
  readonly ref: string;
  readonly state: 'pending' | 'delivered' | 'dead';
  readonly attempts: number;
  readonly at: string;
  readonly message: string;
}

/** A ref that must not have changed since the plan was made. */
export interface Dependency {
  readonly ref: string;
  /** The object id that the ref must have; null if the ref must not exist. */
  readonly oid: string | null;
}

/** The artifact. */
export interface DeprecateParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The artifact: `model` or `some/dir:model`. */
  readonly name: string;
  /** The message of the tag; by default GTO's own. */
  readonly message?: string | null;
  /** The name of the tagger; by default the name that Git knows. */
  readonly author?: string | null;
  /** The e-mail address of the tagger; by default the address that Git knows. */
  readonly author_email?: string | null;
  /** The commit to tag; by default the commit of the newest event. */
  readonly ref?: string | null;
  /** Create a tag without a counter in its name; the default unless `force` is set. */
  readonly simple?: boolean | null;
  /** Create a tag with a counter even if the artifact is already deprecated or unknown. */
  readonly force?: boolean;
  /** Delete all tags of the artifact instead of creating a tag. */
  readonly delete?: boolean;
  /** The maximum number of tags per push, 0 for no limit; by default `gtod.pushBatch` in Git's configuration, or 3, because GitHub starts no workflow for a larger push. */
  readonly batch?: number | null;
  /** Push all tags at once, or none. */
  readonly atomic?: boolean;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The token for `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** Push the tags of the act afterwards. */
  readonly push?: boolean;
  /** The remote to push to: a configured remote, or a URL. By default, as for git: `branch.NAME.pushRemote`, `remote.pushDefault`, the branch's upstream remote, the only remote, or `origin`. */
  readonly remote?: string | null;
  /** Return the plan and write nothing. */
  readonly dry_run?: boolean;
  /** The `clock` of a plan or a result. Refuse (`RegistryChanged`) if the tags of the artifacts concerned, the target of the revision or the configuration have changed since. */
  readonly expect_clock?: string | null;
}

/** The version. */
export interface DeregisterParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The artifact: `model` or `some/dir:model`. */
  readonly name: string;
  /** The message of the tag; by default GTO's own. */
  readonly message?: string | null;
  /** The name of the tagger; by default the name that Git knows. */
  readonly author?: string | null;
  /** The e-mail address of the tagger; by default the address that Git knows. */
  readonly author_email?: string | null;
  /** The version. Give either this or `ref`. */
  readonly version?: string | null;
  /** The commit of the version. */
  readonly ref?: string | null;
  /** Create a tag without a counter in its name. */
  readonly simple?: boolean;
  /** Create the tag even if the version is not registered. */
  readonly force?: boolean;
  /** Delete all tags of the version instead of creating a tag. */
  readonly delete?: boolean;
  /** The maximum number of tags per push, 0 for no limit; by default `gtod.pushBatch` in Git's configuration, or 3, because GitHub starts no workflow for a larger push. */
  readonly batch?: number | null;
  /** Push all tags at once, or none. */
  readonly atomic?: boolean;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The token for `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** Push the tags of the act afterwards. */
  readonly push?: boolean;
  /** The remote to push to: a configured remote, or a URL. By default, as for git: `branch.NAME.pushRemote`, `remote.pushDefault`, the branch's upstream remote, the only remote, or `origin`. */
  readonly remote?: string | null;
  /** Return the plan and write nothing. */
  readonly dry_run?: boolean;
  /** The `clock` of a plan or a result. Refuse (`RegistryChanged`) if the tags of the artifacts concerned, the target of the revision or the configuration have changed since. */
  readonly expect_clock?: string | null;
}

/** The artifact, and the commit. */
export interface DescribeParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** An artifact, or `a@latest`, `a@v1.2.3`, `a#stage`, `a@max:KEY` or `a@min:KEY` to read the commit of that version. */
  readonly name: string;
  /** The commit, HEAD by default. It cannot be combined with `a@…` or `a#…`. */
  readonly rev?: string | null;
  /** Read the files on disk instead of a commit. */
  readonly worktree?: boolean;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** The annotation, without default values. */
export interface DescribeResult {
  /** The annotation; null if neither artifacts.yaml nor a dvc.yaml has one. */
  readonly annotation: Annotation | null;
  /** The place where the annotation is written. */
  readonly location: Location | null;
  /** The annotation's `path`, made relative to the root of the repository (in a dvc.yaml it is relative to the file). A URL is unchanged. */
  readonly root_path: string | null;
  /** The place of the artifact itself; null for the files on disk. */
  readonly content: Content | null;
  /** The version that a metric chose, for `a@max:KEY`. */
  readonly chosen?: ChosenVersion;
  /** If `annotation` is null: the reason. */
  readonly reason?: string | null;
  /** If `annotation` is null: what you may have meant, or what to do. May be empty. */
  readonly hint?: string | null;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** What changed since the last notification, or since `gto/subscribe`. Call `gto/changes` for the events. */
export interface DidChangeParams {
  /** The worktree; for a bare repository, its git directory. */
  readonly repo: string;
  /** The subscription of this connection that the notification belongs to. */
  readonly subscription: number;
  /** The clock after the change. */
  readonly clock: string;
  /** The artifacts that changed; empty if only HEAD moved. */
  readonly artifacts: readonly string[];
  /** `self` if acts of this connection created or deleted all the changed tags and nothing else changed; `other` for everything else: other clients, git itself, tags from `gto/fetch`, files and HEAD. */
  readonly origin: 'self' | 'other';
}

/** The daemon that takes over. */
export interface DidRetireParams {
  /** The version of the gtod that takes over; null if this daemon retires because its installation was removed or replaced. */
  readonly version: string | null;
}

/** Verdicts that an answer lacked. */
export interface DidVerifySignaturesParams {
  /** The repository, as the request named it. */
  readonly repo: string;
  /** How many verdicts are new. */
  readonly verified: number;
}

/** A value on two sides. `from` and `to` are null where there is none, or none that JSON has: see `special`. */
export interface Difference {
  readonly from: unknown;
  readonly to: unknown;
  /** `to` minus `from`, if both are numbers. */
  readonly difference: number | number | null;
  /** The sides that are numbers that JSON does not have. */
  readonly special?: SpecialEnds;
}

/** No params. */
export interface DiscoverParams {}

/** An OpenRPC document; the OpenRPC specification describes its content. */
export interface DiscoverResult {
  readonly openrpc: string;
  readonly info: Readonly<Record<string, unknown>>;
  readonly methods: readonly Readonly<Record<string, unknown>>[];
}

/** The repository. */
export interface DoctorParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** All findings. `problems` holds only those about things that could not be read. */
export interface DoctorResult {
  /** The version of this server. */
  readonly version: string;
  /** The version of the git that the server runs; null if there is none. */
  readonly git: string | null;
  /** The version of the library that reads repositories. */
  readonly libgit2: string;
  /** Whether part of the history is missing from this clone. */
  readonly is_shallow: boolean;
  readonly remotes: readonly Remote[];
  readonly configuration: Configuration;
  readonly ledger: LedgerFacts;
  /** All findings, including the problems. */
  readonly findings: readonly Problem[];
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** An annotation, nested in a commit event as GTO does it. */
export interface Enrichment {
  /** `gto`: artifacts.yaml; `dvc`: a dvc.yaml. */
  readonly source: 'gto' | 'dvc';
  readonly artifact: Annotation;
}

/** The place of the annotation that takes effect. */
export interface Entry {
  /** The path, relative to the root of the repository. */
  readonly path: string;
  /** The range of the entry's key. */
  readonly range: Range;
}

/** History rows that were added and removed. A moved tag appears in both. */
export interface Events {
  readonly added: readonly HistoryRow[];
  readonly removed: readonly HistoryRow[];
}

/** Nothing: `params` may be absent. */
export interface ExitParams {}

/** What for, and who the people are there. */
export interface ExportRulesParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The forge. */
  readonly forge: 'github' | 'gitlab' | 'gitea';
  /** Who a role or a person of the rules is there, each `ROLE=KIND:ID`; kinds are `team`, `user`, `app` and `role`, as far as the forge has them. Gitea takes names for ids, the others numbers. */
  readonly actors?: readonly string[];
  /** The revision to read the rules from; by default the default branch. */
  readonly rules?: string | null;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** The tags to fetch. */
export interface FetchParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The tags to fetch. By default GTO's tags that only the remote has. */
  readonly tags?: readonly string[] | null;
  /** Only show what would be fetched. */
  readonly dry_run?: boolean;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The token for `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** A configured remote, or a URL. By default, as for git: to push and to compare, `branch.NAME.pushRemote` or `remote.pushDefault`; otherwise the branch's upstream remote, the only remote, or `origin`. */
  readonly remote?: string | null;
}

/** The fetched tags. A tag that already exists here with different content is left alone (`different`). */
export interface FetchResult {
  /** The worktree that the request was about, as `gto/didChange` names it. */
  readonly repo: string;
  readonly remote: string;
  readonly tags: readonly SentTag[];
  /** What to do about tags that were deleted at the remote. */
  readonly hint?: string | null;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** A file that differs between two commits. */
export interface FileChange {
  readonly path: string;
  readonly status: 'added' | 'deleted' | 'modified';
}

/** An artifact, as `gto show --json` prints it, and where it is. */
export interface FleetArtifact {
  /** The greatest active registered version. */
  readonly version: string | null;
  /** Maps each stage to its versions, joined by commas; null if it has none. */
  readonly stage: Readonly<Record<string, string | null>>;
  readonly registered: boolean;
  readonly active: boolean;
  /** The name of its repository in the fleet. */
  readonly repository: string;
  readonly artifact: string;
}

/** What `gto/audit` returns of a repository, and which one that is. */
export interface FleetAudit {
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
  /** Oldest first. */
  readonly events: readonly AuditedEvent[];
  readonly tampering: readonly Tampering[];
  readonly counts: AuditCounts;
  /** Null if the repository has no rules. */
  readonly rules: RulesSource | null;
  /** Why events are missing, or may be: there are none, or the clone is shallow. */
  readonly reason?: string;
  /** If `sarif` was asked for: the violations in SARIF 2.1.0. */
  readonly sarif?: Readonly<Record<string, unknown>>;
  /** Its name in the fleet. */
  readonly repository: string;
}

/** The fleet. */
export interface FleetAuditParams {
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The absolute path of a file with the repositories, in place of the user's own fleet.yaml. It may have neither URLs nor sinks. */
  readonly fleet?: string | null;
}

/** The audits of all repositories that can be read. */
export interface FleetAuditResult {
  readonly audits: readonly FleetAudit[];
  /** The clock of the fleet, one over all repositories. */
  readonly clock: string;
  /** What is wrong with the fleet's file, and which repositories cannot be read. */
  readonly problems: readonly Problem[];
}

/** The clock to start from. */
export interface FleetChangesParams {
  /** The `clock` of an earlier result or notification. */
  readonly since: string;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The absolute path of a file with the repositories, in place of the user's own fleet.yaml. It may have neither URLs nor sinks. */
  readonly fleet?: string | null;
}

/** The net change: an event that was added and then removed is in neither list. */
export interface FleetChangesResult {
  /** Whether the clock is unknown or too old; then everything is listed as added. */
  readonly fresh: boolean;
  /** The repositories that changed for any reason, came, went, or can no longer be read. */
  readonly repositories: readonly string[];
  /** The artifacts that changed for any reason, as `repository/artifact`. */
  readonly artifacts: readonly string[];
  /** The events of a repository that was seen for the first time are not listed, unless `fresh` is true. */
  readonly events: FleetEvents;
  /** The clock of the fleet, one over all repositories. */
  readonly clock: string;
  /** What is wrong with the fleet's file, and which repositories cannot be read. */
  readonly problems: readonly Problem[];
}

/** What changed since the last notification, or since `gto/fleet/subscribe`. */
export interface FleetDidChangeParams {
  /** The subscription of this connection that the notification belongs to. */
  readonly subscription: number;
  readonly clock: string;
  /** The repositories that changed for any reason, came, went, or can no longer be read. */
  readonly repositories: readonly string[];
  /** The artifacts that changed for any reason, as `repository/artifact`. */
  readonly artifacts: readonly string[];
  /** `self` if an act of this connection made the whole change. */
  readonly origin: 'self' | 'other';
}

/** The fleet. */
export interface FleetDoctorParams {
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The absolute path of a file with the repositories, in place of the user's own fleet.yaml. It may have neither URLs nor sinks. */
  readonly fleet?: string | null;
}

/** The findings in all repositories that can be read. */
export interface FleetDoctorResult {
  readonly findings: readonly FleetFinding[];
  readonly repositories: readonly FleetRepository[];
  /** The clock of the fleet, one over all repositories. */
  readonly clock: string;
  /** What is wrong with the fleet's file, and which repositories cannot be read. */
  readonly problems: readonly Problem[];
}

/** An event, as `gto history --json` prints it, and where it is. */
export interface FleetEvent {
  readonly timestamp: string;
  readonly artifact: string;
  readonly event:
    'commit' | 'registration' | 'deregistration' | 'assignment' | 'unassignment' | 'deprecation';
  readonly priority: number;
  readonly version: string | null;
  readonly stage: string | null;
  readonly commit: string;
  readonly author: string;
  readonly author_email: string;
  readonly message: string;
  readonly ref: string;
  /** Only if `signatures` was asked for; a commit's row has none. */
  readonly signature?: Signature;
  /** The name of its repository in the fleet. */
  readonly repository: string;
}

/** Events that were added and removed. A moved tag appears in both. */
export interface FleetEvents {
  readonly added: readonly FleetEvent[];
  readonly removed: readonly FleetEvent[];
}

/** The remotes to look at. */
export interface FleetFetchParams {
  /** Look only at the repository of this name in the fleet; all by default. */
  readonly name?: string | null;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The absolute path of a file with the repositories, in place of the user's own fleet.yaml. It may have neither URLs nor sinks. */
  readonly fleet?: string | null;
}

/** What the looks came to. */
export interface FleetFetchResult {
  /** The remotes that were looked at, in the order of the file. */
  readonly repositories: readonly FleetLook[];
  /** The clock of the fleet, one over all repositories. */
  readonly clock: string;
  /** What is wrong with the fleet's file, and which repositories cannot be read. */
  readonly problems: readonly Problem[];
}

/** A finding, and where it is. */
export interface FleetFinding {
  /** A stable identifier in kebab-case. */
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** What is wrong, and why. */
  readonly message: string;
  /** The remedy. */
  readonly hint: string;
  /** The name of the tag concerned. */
  readonly tag?: string | null;
  /** The id of the object concerned, in hex digits. */
  readonly oid?: string | null;
  /** The id of the commit concerned, in hex digits. */
  readonly commit?: string | null;
  /** The file concerned, relative to the root of the repository. */
  readonly path?: string | null;
  /** The range in the file. */
  readonly range?: Range | null;
  /** The artifact concerned. */
  readonly artifact?: string | null;
  /** The name of its repository in the fleet. */
  readonly repository: string;
}

/** The events to list. */
export interface FleetHistoryParams {
  /** List only events of artifacts whose name, or `repository/artifact`, matches this glob. */
  readonly artifact?: string | null;
  /** List the oldest event first. */
  readonly ascending?: boolean;
  /** List only events of this stage. */
  readonly stage?: string | null;
  /** List only events of this kind. */
  readonly event?:
    'registration' | 'deregistration' | 'assignment' | 'unassignment' | 'deprecation' | null;
  /** List only events whose author has this name or e-mail address. */
  readonly author?: string | null;
  /** List only events at or after this time. */
  readonly since?: number | string | null;
  /** List only events at or before this time. */
  readonly until?: number | string | null;
  /** The maximum number of entries; `next_cursor` leads to the next page. */
  readonly limit?: number | null;
  /** The `next_cursor` of the previous page; requires `limit` and otherwise the same params. */
  readonly cursor?: string | null;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The absolute path of a file with the repositories, in place of the user's own fleet.yaml. It may have neither URLs nor sinks. */
  readonly fleet?: string | null;
}

/** The events of all repositories that can be read. */
export interface FleetHistoryResult {
  /** The events, newest first unless `ascending` is set. */
  readonly events: readonly FleetEvent[];
  /** The clock of the fleet, one over all repositories. */
  readonly clock: string;
  /** What is wrong with the fleet's file, and which repositories cannot be read. */
  readonly problems: readonly Problem[];
  /** With `limit`: the cursor of the next page; null on the last page. */
  readonly next_cursor?: string | null;
}

/** What a look at a remote came to. `seen`, `health` and `message` are those after it. */
export interface FleetLook {
  readonly name: string;
  /** Where it is on this machine. */
  readonly path?: string;
  /** The remote that it is, without user and password. */
  readonly url?: string;
  /** How many seconds old this answer may be: 0 if it was compared for this answer, null if it cannot be read. */
  readonly seen: number | null;
  readonly health: 'ok' | 'warning' | 'error';
  /** If something is wrong: what, and the remedy. */
  readonly message: string;
  /** Whether the remote was seen for the first time, so that nothing is known to have changed. */
  readonly first: boolean;
  /** Whether anything was fetched or taken away. */
  readonly fetched: boolean;
  /** The tags that came, of GTO's and others. */
  readonly new: readonly string[];
  /** The tags that point at another object than before. */
  readonly moved: readonly string[];
  /** The tags that are gone. */
  readonly deleted: readonly string[];
}

/** A repository of the fleet. */
export interface FleetRepository {
  readonly name: string;
  /** Where it is on this machine. */
  readonly path?: string;
  /** The remote that it is, without user and password. */
  readonly url?: string;
  /** How many seconds old this answer may be: 0 if it was compared for this answer, null if it cannot be read. */
  readonly seen: number | null;
  readonly health: 'ok' | 'warning' | 'error';
  /** If something is wrong: what, and the remedy. */
  readonly message: string;
}

/** What to show. */
export interface FleetShowParams {
  /** Show only artifacts with a version in this stage. */
  readonly stage?: string | null;
  /** Show only artifacts whose name, or `repository/artifact`, matches this glob. `*` stops at `/` and `:`, and `**` crosses them. */
  readonly artifact?: string | null;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The absolute path of a file with the repositories, in place of the user's own fleet.yaml. It may have neither URLs nor sinks. */
  readonly fleet?: string | null;
}

/** The artifacts of all repositories that can be read. */
export interface FleetShowResult {
  /** Maps `repository/artifact` to its row, in the order of the file, then in GTO's. */
  readonly artifacts: Readonly<Record<string, FleetArtifact>>;
  readonly repositories: readonly FleetRepository[];
  /** The clock of the fleet, one over all repositories. */
  readonly clock: string;
  /** What is wrong with the fleet's file, and which repositories cannot be read. */
  readonly problems: readonly Problem[];
}

/** The changes to be notified of. A member that is left out restricts nothing. */
export interface FleetSubscribeParams {
  /** Notify only of changes of artifacts whose name, or `repository/artifact`, matches one of these globs. */
  readonly artifacts?: readonly string[] | null;
  /** Notify only of events of these stages. */
  readonly stages?: readonly string[] | null;
  /** Notify only of events of these kinds. */
  readonly events?:
    | readonly ('registration' | 'deregistration' | 'assignment' | 'unassignment' | 'deprecation')[]
    | null;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The absolute path of a file with the repositories, in place of the user's own fleet.yaml. It may have neither URLs nor sinks. */
  readonly fleet?: string | null;
}

/** The subscription. */
export interface FleetSubscribeResult {
  /** The id, used in `gto/unsubscribe` and in each notification. */
  readonly subscription: number;
  /** The clock of the fleet, one over all repositories. */
  readonly clock: string;
  /** What is wrong with the fleet's file, and which repositories cannot be read. */
  readonly problems: readonly Problem[];
}

/** A request to the API of a forge. */
export interface ForgeRequest {
  readonly method: string;
  /** With the forge's own placeholders, such as `{owner}`. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Optional on a unix socket; the first message on TCP. If it is refused, so are all later requests. */
export interface HandshakeParams {
  /** The name of the client, for the log. */
  readonly client: string;
  /** The version of the client, for the log. */
  readonly version: string;
  /** The version of the protocol that the client speaks. */
  readonly protocol: number;
  /** Capabilities that the client cannot work without. */
  readonly require?: readonly string[];
  /** Capabilities that the client uses if they are available. */
  readonly optional?: readonly string[];
  /** The environment of the client. Programs that gtod runs for the client (git, its hooks, credential helpers, ssh, gpg) get all of it except the variables that name a repository (`git rev-parse --local-env-vars`), and `GTO_*` configure GTO. If it has no `PATH`, or if the client sends no environment, gtod adds the basic variables of its own: `HOME`, `PATH`, `USER`, `LOGNAME`, `SHELL`, `LANG`, `LC_*`, `TZ`, `LD_LIBRARY_PATH`, `XDG_CONFIG_HOME`, `XDG_CACHE_HOME`, `XDG_STATE_HOME`, `XDG_RUNTIME_DIR`, `GTOD_RUNTIME_DIR`. Send a value that is not UTF-8 as U+0000 and its bytes in base64. The limits are 4,096 variables and 524,288 characters. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** If false, this session may only read, runs no program, and its `env` is ignored. */
  readonly trusted?: boolean;
  /** On TCP: the token in gtod.json. */
  readonly token?: string | null;
}

/** The server and its capabilities. */
export interface HandshakeResult {
  readonly server: string;
  readonly version: string;
  readonly protocol: number;
  /** All capabilities, including the names of all methods. */
  readonly capabilities: readonly string[];
  readonly pid: number;
}

/** The events to list. */
export interface HistoryParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** An artifact, or its stage (`a#prod`) or version (`a@v1.2.3`, `a@latest`). */
  readonly name?: string | null;
  /** List the oldest event first. */
  readonly ascending?: boolean;
  /** List only events of this stage. */
  readonly stage?: string | null;
  /** List only events of this kind. */
  readonly event?:
    'registration' | 'deregistration' | 'assignment' | 'unassignment' | 'deprecation' | null;
  /** List only events whose author has this name or e-mail address. */
  readonly author?: string | null;
  /** List only events at or after this time. */
  readonly since?: number | string | null;
  /** List only events at or before this time. */
  readonly until?: number | string | null;
  /** Include the commits of versions, as GTO 0.2.8 did. */
  readonly commits?: boolean;
  /** The maximum number of entries; `next_cursor` leads to the next page. */
  readonly limit?: number | null;
  /** The `next_cursor` of the previous page; requires `limit` and otherwise the same params. */
  readonly cursor?: string | null;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** Include the signature of each event's tag. A signature that is not verified yet has the status `unverified` with the reason `pending`, and `gto/didVerifySignatures` follows. */
  readonly signatures?: boolean;
  /** Show the registry as of this time, from the tags that still exist. */
  readonly as_of?: number | string | null;
  /** Read annotations from the files on disk instead of HEAD. */
  readonly worktree?: boolean;
  /** Include annotations at the heads of all local branches. */
  readonly all_branches?: boolean;
  /** Include annotations at all commits of the local branches. */
  readonly all_commits?: boolean;
  /** `gto`: only artifacts.yaml, as GTO reads it; `all`: also the artifacts section of every dvc.yaml. */
  readonly annotations?: 'gto' | 'all';
}

/** Exactly what `gto history --json` prints. */
export interface HistoryResult {
  /** With `as_of`: what the result cannot include. */
  readonly note?: string | null;
  /** With `limit`: the cursor of the next page; null on the last page. */
  readonly next_cursor?: string | null;
  /** The events, newest first unless `ascending` is set. */
  readonly events: readonly HistoryRow[];
  /** If there are no events: the reason, and names that you may have meant. */
  readonly reason?: string | null;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** An event, as `gto history --json` prints it. */
export interface HistoryRow {
  readonly timestamp: string;
  readonly artifact: string;
  readonly event:
    'commit' | 'registration' | 'deregistration' | 'assignment' | 'unassignment' | 'deprecation';
  readonly priority: number;
  readonly version: string | null;
  readonly stage: string | null;
  readonly commit: string;
  readonly author: string;
  readonly author_email: string;
  readonly message: string;
  readonly ref: string;
  /** Only if `signatures` was asked for; a commit's row has none. */
  readonly signature?: Signature;
}

/** The record of the tags that this user's gtod saw, which evidence of tampering is found with. */
export interface LedgerFacts {
  /** When it was begun; null if nothing was written yet. */
  readonly since: string | null;
  /** When it was last compared with the tags. */
  readonly looked_at: string | null;
  /** Why there is none, or what of it cannot be read. */
  readonly trouble: string | null;
}

/** The place where the annotation is written. */
export interface Location {
  /** The path, relative to the root of the repository. */
  readonly path: string;
  /** The range of the entry's key. */
  readonly range?: Range | null;
  /** The commit that it was read from; null for the files on disk. */
  readonly commit: string | null;
}

/** A push that was made. If one fails, the pushes after it are not made. */
export interface MadePush {
  readonly create: readonly string[];
  readonly delete: readonly string[];
  readonly ok?: boolean;
  /** Whether the remote accepted either all of its tags or none. */
  readonly atomic?: boolean;
}

/** A tag object: who created it, when, and on which commit. */
export interface MadeTag {
  readonly oid: string;
  readonly tagger: string;
  readonly email: string;
  readonly created_at: string;
  /** The commit id, in hex digits. */
  readonly target: string;
}

/** The versions and the metrics to show, and what to compare with. */
export interface MetricsParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The maximum number of entries; `next_cursor` leads to the next page. */
  readonly limit?: number | null;
  /** The `next_cursor` of the previous page; requires `limit` and otherwise the same params. */
  readonly cursor?: string | null;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** Show the registry as of this time, from the tags that still exist. */
  readonly as_of?: number | string | null;
  /** The artifact: `model` or `some/dir:model`. By default all of them. */
  readonly name?: string | null;
  /** The versions: `v1.2.3`, `latest`, `#stage`, `max:KEY` or `min:KEY`. By default all active ones. */
  readonly versions?: readonly string[] | null;
  /** Include deregistered versions. */
  readonly deprecated?: boolean;
  /** The keys, such as `metrics.json:auc`, or `auc` for short; `*` and `?` are wildcards. By default all. */
  readonly keys?: readonly string[] | null;
  /** The stage or version to compare with. By default the version before each. */
  readonly against?: string | null;
}

/** The metrics of versions, greatest first. */
export interface MetricsResult {
  /** With `as_of`: what the result cannot include. */
  readonly note?: string | null;
  /** With `limit`: the cursor of the next page; null on the last page. */
  readonly next_cursor?: string | null;
  /** Every key of any of the versions on this page, in the order of the files; or those that were asked for. */
  readonly keys: readonly string[];
  /** Maps each key of `keys` and `changes` to the shortest name that means no other: `auc` for `metrics.json:auc`. */
  readonly short: Readonly<Record<string, string>>;
  /** The keys to show where there is little room: as `.gtod.yaml` says, or the first one that has a number. */
  readonly headline: readonly string[];
  readonly versions: readonly VersionValues[];
  /** The total number of versions, on all pages. */
  readonly total: number;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** A tag to create. */
export interface NewTag {
  readonly tag: string;
  /** The commit id, in hex digits. */
  readonly target: string;
  readonly message: string;
  readonly tagger: PersonShape;
}

/** A version that `gto/register` would choose. */
export interface NextVersion {
  readonly version: string;
  /** The `bump` to request; null for the first version. */
  readonly bump: 'major' | 'minor' | 'patch' | null;
}

/** A tag to delete, or a deleted tag. */
export interface OldTag {
  readonly tag: string;
  /** The id of the object that it points at, in hex digits. */
  readonly oid: string;
}

/** The versions and the params to show, and what to compare with. */
export interface ParamsParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The maximum number of entries; `next_cursor` leads to the next page. */
  readonly limit?: number | null;
  /** The `next_cursor` of the previous page; requires `limit` and otherwise the same params. */
  readonly cursor?: string | null;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** Show the registry as of this time, from the tags that still exist. */
  readonly as_of?: number | string | null;
  /** The artifact: `model` or `some/dir:model`. By default all of them. */
  readonly name?: string | null;
  /** The versions: `v1.2.3`, `latest`, `#stage`, `max:KEY` or `min:KEY`. By default all active ones. */
  readonly versions?: readonly string[] | null;
  /** Include deregistered versions. */
  readonly deprecated?: boolean;
  /** The keys, such as `metrics.json:auc`, or `auc` for short; `*` and `?` are wildcards. By default all. */
  readonly keys?: readonly string[] | null;
  /** The stage or version to compare with. By default the version before each. */
  readonly against?: string | null;
}

/** The name. */
export interface ParseTagParams {
  /** The name of a tag, without `refs/tags/`. The tag need not exist. */
  readonly name: string;
}

/** What `gto parse-tag` prints. */
export interface ParseTagResult {
  readonly parts: TagParts;
}

/** The person who creates a tag. */
export interface PersonShape {
  readonly name: string;
  readonly email: string;
}

/** What an act will do. */
export interface Plan {
  /** The name of the method. */
  readonly act: string;
  readonly create: readonly NewTag[];
  readonly delete: readonly OldTag[];
  readonly replaces: readonly Replacement[];
  readonly warnings: readonly PlanWarning[];
  readonly depends: readonly Dependency[];
  /** Whether the rules of promotion want the tags signed. Tags are signed under `tag.gpgSign` too. */
  readonly signed: boolean;
  /** The versions that a metric chose (`max:KEY`), in the order of the acts; absent if none was. */
  readonly chosen?: readonly ChosenVersion[];
}

/** Something that the user may not have intended. */
export interface PlanWarning {
  /** A stable identifier in kebab-case. */
  readonly code: string;
  readonly message: string;
}

/** One push: the tags that it sends (versions before tags that depend on them) and the tags that it deletes. */
export interface PlannedPush {
  readonly create: readonly string[];
  readonly delete: readonly string[];
}

/** A plot, with the points of each version that has some. */
export interface Plot {
  /** As DVC names it: a title, or the path of a file. */
  readonly id: string;
  readonly title: string;
  /** As in DVC: `linear`, `simple`, `scatter`, `smooth`, `confusion`, `bar_horizontal`, …, or `image`. */
  readonly template: string;
  /** The field along. */
  readonly x: string;
  /** The field that is drawn. */
  readonly y: string;
  readonly x_label: string;
  readonly y_label: string;
  readonly data: readonly PlotData[];
}

/** What a version has for a plot. */
export interface PlotData {
  readonly artifact: string;
  /** `v` and a semantic version, or the commit that was assigned without one. */
  readonly version: string;
  /** The version as shown to users: a commit id is abbreviated. */
  readonly label: string;
  /** The tag that registers it; otherwise the tag or commit that it is known from. */
  readonly ref: string;
  /** The commit that the values were read from, in hex digits. */
  readonly commit: string;
  readonly created_at: string | null;
  /** Whether the version is not deregistered. */
  readonly active: boolean;
  /** The stages that it holds, by the default rules of `gto/show`. */
  readonly stages: readonly string[];
  /** The points: the fields of each row, with DVC's `filename` and `field` added, as `dvc plots show --json` has them, but for `rev`. Numbers that JSON does not have are null. */
  readonly points: readonly Readonly<Record<string, unknown>>[];
  /** The picture, if the plot is one. */
  readonly image?: PlotImage;
}

/** A picture that a version has for a plot. */
export interface PlotImage {
  /** The path of the file, relative to the root of the repository. */
  readonly path: string;
  /** The id of the file in Git, in hex digits. */
  readonly oid: string;
  readonly media_type: string;
  /** The file in base64; only if `images` was asked for, and it is not too large. */
  readonly data?: string;
}

/** The versions, and which of their plots to show. */
export interface PlotsParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The artifact: `model` or `some/dir:model`. */
  readonly name: string;
  /** The versions: `v1.2.3`, `latest` or `#stage`. */
  readonly versions?: readonly string[];
  /** The ids of the plots. By default all. */
  readonly plots?: readonly string[] | null;
  /** Include the pictures themselves, up to 1 MiB each and 8 MiB together. */
  readonly images?: boolean;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** Show the registry as of this time, from the tags that still exist. */
  readonly as_of?: number | string | null;
}

/** The plots of versions. */
export interface PlotsResult {
  readonly plots: readonly Plot[];
  /** With `as_of`: what the result cannot include. */
  readonly note?: string | null;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** A position in a text, as in LSP. */
export interface Position {
  /** The line, counted from 0. */
  readonly line: number;
  /** The character in the line, counted from 0 in Unicode code points. */
  readonly character: number;
}

/** The repository. */
export interface PrintStateParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** What `gto print-state` prints. */
export interface PrintStateResult {
  readonly artifacts: Readonly<Record<string, StateArtifact>>;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** Something that could not be read, or that its author probably did not intend. */
export interface Problem {
  /** A stable identifier in kebab-case. */
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** What is wrong, and why. */
  readonly message: string;
  /** The remedy. */
  readonly hint: string;
  /** The name of the tag concerned. */
  readonly tag?: string | null;
  /** The id of the object concerned, in hex digits. */
  readonly oid?: string | null;
  /** The id of the commit concerned, in hex digits. */
  readonly commit?: string | null;
  /** The file concerned, relative to the root of the repository. */
  readonly path?: string | null;
  /** The range in the file. */
  readonly range?: Range | null;
  /** The artifact concerned. */
  readonly artifact?: string | null;
}

/** The progress of a request. */
export interface ProgressParams {
  /** The `workDoneToken` of the request. */
  readonly token: number | string;
  readonly value: ProgressValue;
}

/** The progress of an act. */
export interface ProgressValue {
  readonly kind: 'report';
  /** The current step; Git's own words if it is a step of Git. */
  readonly message: string;
  /** The progress from 0 to 100, if known. */
  readonly percentage?: number | null;
}

/** The outcome of a push. */
export interface Push {
  readonly ok: boolean;
  readonly remote: string;
  /** Whether the remote accepts either all tags or none. */
  readonly atomic?: boolean;
  readonly tags: readonly SentTag[];
  /** The pushes in order; with `dry_run`, the planned ones. */
  readonly pushes?: readonly MadePush[];
  /** Absent if there are none. */
  readonly warnings?: readonly PlanWarning[];
  /** The output of the server and its hooks, line by line (git's `remote:`); absent if there was none. */
  readonly remote_messages?: readonly string[];
  /** If it failed: the kind of the refusal. */
  readonly kind?: string;
  readonly message?: string;
  /** The remedy; or which tags were left out, and how to send them. */
  readonly hint?: string;
}

/** What the rules say of a push, before its refs exist. */
export interface PushAuditResult {
  /** Empty if the push may be taken. */
  readonly refused: readonly RefusedRef[];
  /** Null if the repository has no rules. */
  readonly rules: RulesSource | null;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** The tags to push. */
export interface PushParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The tags to push. By default GTO's tags that the remote lacks, except those deleted there. */
  readonly tags?: readonly string[] | null;
  /** Include tags that were deleted at the remote. */
  readonly all?: boolean;
  /** The tags to delete on the remote. */
  readonly delete?: readonly string[];
  /** Only show what would be sent. */
  readonly dry_run?: boolean;
  /** The maximum number of tags per push, 0 for no limit; by default `gtod.pushBatch` in Git's configuration, or 3, because GitHub starts no workflow for a larger push. */
  readonly batch?: number | null;
  /** Push all tags at once, or none. */
  readonly atomic?: boolean;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The token for `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** A configured remote, or a URL. By default, as for git: to push and to compare, `branch.NAME.pushRemote` or `remote.pushDefault`; otherwise the branch's upstream remote, the only remote, or `origin`. */
  readonly remote?: string | null;
}

/** The outcome. If the remote refuses the push, the result has `ok: false`; it is not an error. */
export interface PushResult {
  /** The worktree that the request was about, as `gto/didChange` names it. */
  readonly repo: string;
  readonly push: Push;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** The range from `start` up to, but not including, `end`, as in LSP. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A ref that must not be pushed as it is. */
export interface RefusedRef {
  readonly ref: string;
  readonly kind: string;
  readonly message: string;
  readonly remedy: string;
}

/** The commit, and the version to register on it. */
export interface RegisterParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The artifact: `model` or `some/dir:model`. */
  readonly name: string;
  /** The message of the tag; by default GTO's own. */
  readonly message?: string | null;
  /** The name of the tagger; by default the name that Git knows. */
  readonly author?: string | null;
  /** The e-mail address of the tagger; by default the address that Git knows. */
  readonly author_email?: string | null;
  /** Any revision that Git resolves to a commit. */
  readonly ref?: string;
  /** `v` and a semantic version; by default the next version. */
  readonly version?: string | null;
  /** The part of the greatest version to raise; `patch` by default. */
  readonly bump?: 'major' | 'minor' | 'patch' | null;
  /** Create a tag without a counter in its name. */
  readonly simple?: boolean;
  /** Register the version even if it is already registered. */
  readonly force?: boolean;
  /** Override the rules `from`, `soak` and `branches`, for this reason, which the message of the tag keeps. */
  readonly override?: string | null;
  /** The maximum number of tags per push, 0 for no limit; by default `gtod.pushBatch` in Git's configuration, or 3, because GitHub starts no workflow for a larger push. */
  readonly batch?: number | null;
  /** Push all tags at once, or none. */
  readonly atomic?: boolean;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The token for `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** Push the tags of the act afterwards. */
  readonly push?: boolean;
  /** The remote to push to: a configured remote, or a URL. By default, as for git: `branch.NAME.pushRemote`, `remote.pushDefault`, the branch's upstream remote, the only remote, or `origin`. */
  readonly remote?: string | null;
  /** Return the plan and write nothing. */
  readonly dry_run?: boolean;
  /** The `clock` of a plan or a result. Refuse (`RegistryChanged`) if the tags of the artifacts concerned, the target of the revision or the configuration have changed since. */
  readonly expect_clock?: string | null;
}

/** A remote of the repository. */
export interface Remote {
  readonly name: string;
  /** The URL without user and password; null if none is configured. */
  readonly url: string | null;
  /** Whether it is the default remote for pushes. */
  readonly is_push_default: boolean;
}

/** The artifact whose annotation to remove. */
export interface RemoveAnnotationParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The token for `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** The artifact. An artifact in a folder, `some/dir:model` (DVC's `some/dir/dvc.yaml:model`), is written to the dvc.yaml of that folder. */
  readonly name: string;
  /** For an artifact in the root: the file. By default the one that has its entry, or artifacts.yaml. */
  readonly file?: 'artifacts.yaml' | 'dvc.yaml' | null;
  /** `write`: write the file. `edit`: write nothing and return an edit for the editor to apply. */
  readonly apply?: 'write' | 'edit';
  /** Write nothing and return the change to the file. */
  readonly dry_run?: boolean;
  /** Commit this file only. */
  readonly commit?: boolean;
  /** Commit the file, then push the branch. */
  readonly push?: boolean;
  /** The remote to push to, as for `gto/register`. */
  readonly remote?: string | null;
  /** GTO's option for repositories given as a URL; refused here. */
  readonly branch?: string | null;
}

/** A stage that changes hands. Null means no version. */
export interface Replacement {
  readonly from: string | null;
  readonly artifact: string;
  readonly stage: string;
  readonly to: string | null;
}

/** How many events are on their way again. */
export interface ReplayResult {
  readonly events: number;
}

/** No params. */
export interface RepositoriesParams {}

/** The open repositories. */
export interface RepositoriesResult {
  readonly repositories: readonly RepositoryRow[];
}

/** A repository that the daemon has open. */
export interface RepositoryRow {
  readonly repo: string;
  /** The clock; null until the repository has been read. */
  readonly clock: string | null;
  /** The number of GTO's tags in it. */
  readonly tags: number;
  readonly health: 'ok' | 'warning' | 'error';
}

/** The state of one repository. */
export interface RepositoryStatus {
  /** The worktree; for a bare repository, its git directory. */
  readonly repo: string;
  /** The git directory with the tags, shared by all worktrees of the repository. */
  readonly common: string;
  readonly clock: string;
  /** The commit of HEAD, in hex digits. */
  readonly head: string | null;
  readonly bare: boolean;
  readonly artifacts: number;
  /** The number of GTO's tags in it. */
  readonly tags: number;
  readonly problems_found: number;
  /** `ok`, or why the configuration cannot be read; acts are then refused. */
  readonly configuration: string;
  /** What was read since the repository was opened. */
  readonly counters: Readonly<Record<string, number>>;
  readonly watcher: WatcherStatus;
  readonly health: 'ok' | 'warning' | 'error';
}

/** The daemon that takes over. */
export interface RetireParams {
  /** The version of the gtod that takes over, for the log. */
  readonly version: string;
}

/** The retiring daemon. Another one can take its place now; this one exits after its last open session. */
export interface RetireResult {
  /** The process id of the retiring daemon. */
  readonly pid: number;
}

/** The stage. */
export interface RollbackParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The artifact: `model` or `some/dir:model`. */
  readonly name: string;
  /** The message of the tag; by default GTO's own. */
  readonly message?: string | null;
  /** The name of the tagger; by default the name that Git knows. */
  readonly author?: string | null;
  /** The e-mail address of the tagger; by default the address that Git knows. */
  readonly author_email?: string | null;
  readonly stage: string;
  /** Override the rules `from`, `soak` and `branches`, for this reason, which the message of the tag keeps. */
  readonly override?: string | null;
  /** The maximum number of tags per push, 0 for no limit; by default `gtod.pushBatch` in Git's configuration, or 3, because GitHub starts no workflow for a larger push. */
  readonly batch?: number | null;
  /** Push all tags at once, or none. */
  readonly atomic?: boolean;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The token for `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** Push the tags of the act afterwards. */
  readonly push?: boolean;
  /** The remote to push to: a configured remote, or a URL. By default, as for git: `branch.NAME.pushRemote`, `remote.pushDefault`, the branch's upstream remote, the only remote, or `origin`. */
  readonly remote?: string | null;
  /** Return the plan and write nothing. */
  readonly dry_run?: boolean;
  /** The `clock` of a plan or a result. Refuse (`RegistryChanged`) if the tags of the artifacts concerned, the target of the revision or the configuration have changed since. */
  readonly expect_clock?: string | null;
}

/** What is asked of a registration, or of a stage. Members are absent where the rules say nothing. */
export interface RuleShape {
  readonly branches?: readonly string[];
  /** `from`: the stages that a version has to be assigned to first. */
  readonly from_stages?: readonly string[];
  /** `soak`, in seconds. */
  readonly soak_s?: number;
  readonly signed?: boolean;
  /** The people who may: e-mail addresses, principals of the signers file and `openpgp:` fingerprints. */
  readonly who?: readonly string[];
}

/** What of the rules a forge can enforce by itself. */
export interface RulesExport {
  /** Null if the repository has no rules. */
  readonly rules: RulesSource | null;
  readonly requests: readonly ForgeRequest[];
  /** What the requests do not say, in sentences: it needs the hook on the server, or an audit in CI. */
  readonly not_expressible: readonly string[];
  /** Roles and people of whom `actors` does not say who they are there, so that they are in no list. */
  readonly unnamed: readonly string[];
  /** Why there are no rules, if there are none. */
  readonly reason: string | null;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** Where to read the rules, and for what. */
export interface RulesParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** Show what applies to this artifact. */
  readonly name?: string | null;
  /** The revision to read the rules from; by default the default branch. */
  readonly rules?: string | null;
  /** Check the file on disk instead, which binds nobody yet. */
  readonly worktree?: boolean;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** The rules of promotion. */
export interface RulesResult {
  /** Where they are from. Null if the repository has no rules, and for a file on disk. */
  readonly rules: RulesSource | null;
  /** The file `.gtod.yaml` there. */
  readonly text: string | null;
  /** What is wrong with it and with the signers file. Rules in force have warnings at most. */
  readonly findings: readonly Problem[];
  /** What is asked of registrations: of all artifacts, or of the one that was named. */
  readonly register: RuleShape;
  /** What is asked for each stage that has rules: of all artifacts, or of the one that was named. */
  readonly stages: Readonly<Record<string, RuleShape>>;
  readonly deletion: 'allow' | 'never';
  /** Who may override; null if nobody may. */
  readonly overrides: readonly string[] | null;
  /** Why there are no rules, if a commit was looked at and has none. */
  readonly reason: string | null;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** Where the rules were read from. */
export interface RulesSource {
  readonly commit: string;
  /** The ref or revision that led to the commit. */
  readonly ref: string;
}

/** What happened to one tag. */
export interface SentTag {
  readonly tag: string;
  /** `pushed`, `deleted`, `up to date`, `rejected`, `not sent`, `unknown` (the push was aborted); `fetched`, `different`, `not there`, `not fetched`; `deleted at remote`: the remote had the tag and no longer has it, so it is sent only if you name it; with `dry_run` `would be pushed`, `would be deleted` and `would be fetched`. */
  readonly status: string;
  /** The reason, as the remote or Git words it. */
  readonly reason?: string;
  /** The tag that depends on this registration, which the request did not name and the remote lacked. */
  readonly along_with?: string;
  /** Present if the remote has a different tag with the same name. */
  readonly clash?: Clash | null;
}

/** What to show and how. */
export interface ShowParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** An artifact, or `a@latest`, `a@greatest`, `a@v1.2.3`, `a#stage`, or `a@max:KEY` or `a@min:KEY` for the version with the greatest or least value of a metric. By default the whole registry. */
  readonly name?: string | null;
  /** Show only the stages of registered versions. */
  readonly registered_only?: boolean;
  /** Include deprecated artifacts and deregistered versions. */
  readonly deprecated?: boolean;
  /** The maximum number of stages per version; -1 for all. */
  readonly assignments_per_version?: number;
  /** The maximum number of versions per stage; -1 for all. */
  readonly versions_per_stage?: number;
  /** What decides which version holds a stage: the newest assignment, or the greatest version. */
  readonly sort?: 'timestamp' | 'semver';
  /** Include these metrics of each version: keys such as `metrics.json:auc`, or `auc` for short; `*` and `?` are wildcards, and an empty list is all. */
  readonly metrics?: readonly string[] | null;
  /** The maximum number of entries; `next_cursor` leads to the next page. */
  readonly limit?: number | null;
  /** The `next_cursor` of the previous page; requires `limit` and otherwise the same params. */
  readonly cursor?: string | null;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** Include the signature of each event's tag. A signature that is not verified yet has the status `unverified` with the reason `pending`, and `gto/didVerifySignatures` follows. */
  readonly signatures?: boolean;
  /** Show the registry as of this time, from the tags that still exist. */
  readonly as_of?: number | string | null;
  /** Read annotations from the files on disk instead of HEAD. */
  readonly worktree?: boolean;
  /** Include annotations at the heads of all local branches. */
  readonly all_branches?: boolean;
  /** Include annotations at all commits of the local branches. */
  readonly all_commits?: boolean;
  /** `gto`: only artifacts.yaml, as GTO reads it; `all`: also the artifacts section of every dvc.yaml. */
  readonly annotations?: 'gto' | 'all';
}

/** `artifacts` if the request has no name, otherwise `versions`; both are exactly what `gto show --json` prints. */
export interface ShowResult {
  /** With `as_of`: what the result cannot include. */
  readonly note?: string | null;
  /** With `limit`: the cursor of the next page; null on the last page. */
  readonly next_cursor?: string | null;
  /** Maps each artifact's name to its row, in GTO's order. */
  readonly artifacts?: Readonly<Record<string, ArtifactRow>> | null;
  /** The versions, greatest first. */
  readonly versions?: readonly Version[] | null;
  /** If there is nothing to show: the reason, and names that you may have meant. */
  readonly reason?: string | null;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** The reason. */
export interface ShutdownParams {
  /** The reason, for the log. */
  readonly reason?: string | null;
}

/** The daemon, which exits after this response. It still answers earlier requests, or cancels them after 5 s. */
export interface ShutdownResult {
  /** The process id of the daemon that exits. */
  readonly pid: number;
}

/** What Git's own programs say about the signature of a tag. */
export interface Signature {
  readonly status: 'none' | 'good' | 'bad' | 'unknown-key' | 'expired' | 'revoked' | 'unverified';
  readonly format: 'ssh' | 'openpgp' | 'x509' | null;
  /** Who holds the key: as the signers file says (ssh), or the key's user id (openpgp). */
  readonly principal: string | null;
  /** The fingerprint of the key. */
  readonly key: string | null;
  /** Why the status is not `good`: a code such as `name-mismatch` or `pending`, or the words of the program. */
  readonly reason: string | null;
}

/** A sink, and how far it is. */
export interface SinkRow {
  readonly name: string;
  readonly type: string;
  readonly address: string;
  readonly health: 'ok' | 'failing' | 'waiting';
  readonly message: string;
  readonly pending: number;
  readonly delivered: number;
  readonly dead: number;
  readonly oldest_pending: string | null;
  readonly last_delivered: string | null;
}

/** The answer of a sink to an event of type `dev.gtod.test.v1`. */
export interface SinkTestResult {
  readonly accepted: boolean;
  readonly message: string;
  readonly id: string;
}

/** The deliveries to list. */
export interface SinksDeliveriesParams {
  /** List only deliveries to this sink. */
  readonly sink?: string | null;
  /** List only these: on their way, arrived, or given up. */
  readonly state?: 'pending' | 'delivered' | 'dead' | null;
  /** List at most so many. */
  readonly limit?: number;
}

/** Nothing. */
export interface SinksListParams {}

/** What to send again. */
export interface SinksReplayParams {
  /** Send what the tags say that were made at or after this time, whether it was sent before or not. By default, send what was given up. */
  readonly since?: number | string | null;
  /** The name of the sink in fleet.yaml. */
  readonly sink: string;
}

/** The sinks of the user's `fleet.yaml`. `delivering` is false where another process of the user delivers. */
export interface SinksResult {
  readonly fleet: string;
  readonly delivering: boolean;
  readonly message: string;
  readonly sinks: readonly SinkRow[];
}

/** The sink. */
export interface SinksTestParams {
  /** The name of the sink in fleet.yaml. */
  readonly sink: string;
}

/** The sides of a difference that are numbers that JSON does not have. */
export interface SpecialEnds {
  readonly from?: 'NaN' | 'Infinity' | '-Infinity';
  readonly to?: 'NaN' | 'Infinity' | '-Infinity';
}

/** A stage tag on the commit. */
export interface StageAt {
  readonly artifact: string;
  readonly version: string;
  readonly stage: string;
  /** Whether the version is in the stage now, by the rules of `gto/show`. */
  readonly active: boolean;
  readonly ref: string;
}

/** A stage that a version is in. */
export interface StageHeld {
  readonly stage: string;
  /** The tag that assigned the stage. */
  readonly ref: string;
  readonly since: string;
  readonly author: string;
  readonly author_email: string;
  readonly message: string;
  /** Whether `gto/show` shows the version in this stage; if not, a newer version has replaced it. */
  readonly holds: boolean;
}

/** A stage that a version is in. */
export interface StageOfVersion {
  readonly is_active: boolean;
  readonly activated_at: string | null;
  readonly created_at: string | null;
  readonly author: string | null;
  readonly author_email: string | null;
  readonly message: string | null;
  /** The tag that the state comes from, or the commit if there is no tag. */
  readonly ref: string;
  readonly artifact: string;
  readonly commit_hexsha: string;
  readonly version: string;
  readonly stage: string;
  readonly assignments: readonly TagEvent[];
  readonly unassignments: readonly TagEvent[];
}

/** The stages to list; by default the columns of `gto/show`. */
export interface StagesParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** List the stages that the configuration allows. */
  readonly allowed?: boolean;
  /** List the stages that have a version. */
  readonly used?: boolean;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** Exactly what `gto stages --json` prints. */
export interface StagesResult {
  /** The stages; null for `allowed` if the configuration does not restrict them. */
  readonly stages: readonly string[] | null;
  /** If there are no stages: the reason. */
  readonly reason?: string | null;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** An artifact, with all its versions. */
export interface StateArtifact {
  readonly artifact: string;
  readonly versions: readonly StateVersion[];
  /** Always empty: GTO reserves it. */
  readonly creations: readonly TagEvent[];
  readonly deprecations: readonly TagEvent[];
}

/** A stage of a version, with all its events. */
export interface StateStage {
  readonly artifact: string;
  readonly commit_hexsha: string;
  readonly version: string;
  readonly stage: string;
  readonly assignments: readonly TagEvent[];
  readonly unassignments: readonly TagEvent[];
}

/** A version, with all its events. */
export interface StateVersion {
  readonly artifact: string;
  readonly commit_hexsha: string;
  readonly version: string;
  readonly enrichments: readonly CommitEvent[];
  readonly registrations: readonly TagEvent[];
  readonly deregistrations: readonly TagEvent[];
  readonly stages: Readonly<Record<string, StateStage>>;
}

/** The repository whose state to include, if any. */
export interface StatusParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** The state of the daemon and, with `repo`, of that repository. */
export interface StatusResult {
  readonly pid: number;
  readonly version: string;
  readonly protocol: number;
  /** The time since the start, in seconds. */
  readonly uptime_s: number;
  /** The path of the unix socket, or `127.0.0.1:PORT`; null for a server on stdio. */
  readonly socket: string | null;
  /** The path of the log. */
  readonly log: string | null;
  /** The number of open connections, including this one. */
  readonly sessions: number;
  /** The number of open repositories; `gto/repositories` lists them. */
  readonly repositories: number;
  /** The repository; present if the request has `repo`. */
  readonly repository?: RepositoryStatus | null;
}

/** The changes to be notified of. A member that is left out restricts nothing. */
export interface SubscribeParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** Notify only of changes of these artifacts. */
  readonly artifacts?: readonly string[] | null;
  /** Notify only of events of these stages. */
  readonly stages?: readonly string[] | null;
  /** Notify only of events of these kinds. */
  readonly events?:
    | readonly ('registration' | 'deregistration' | 'assignment' | 'unassignment' | 'deprecation')[]
    | null;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** The subscription to all changes after `clock`, until `gto/unsubscribe` or the end of the connection. */
export interface SubscribeResult {
  /** The id, used in `gto/unsubscribe` and in each notification. */
  readonly subscription: number;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** What to compare. */
export interface SyncStatusParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** Ask the remote now, instead of using its last known state. */
  readonly refresh?: boolean;
  /** Include tags that are the same on both sides. */
  readonly all?: boolean;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The token for `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** A configured remote, or a URL. By default, as for git: to push and to compare, `branch.NAME.pushRemote` or `remote.pushDefault`; otherwise the branch's upstream remote, the only remote, or `origin`. */
  readonly remote?: string | null;
}

/** The tags here and on the remote. `deleted at remote`: it used to have the tag. `unknown`: it was never asked. */
export interface SyncStatusResult {
  readonly remote: string;
  /** The time when the remote was last asked, RFC 3339; null if it never was. */
  readonly asked_at: string | null;
  /** The number of tags of each status. */
  readonly counts: Readonly<Record<string, number>>;
  readonly tags: readonly SyncedTag[];
  /** What to do about tags that were deleted at the remote. */
  readonly hint?: string | null;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** The state of one tag here and on the remote. */
export interface SyncedTag {
  readonly tag: string;
  readonly artifact: string;
  readonly status:
    'local only' | 'remote only' | 'same' | 'different' | 'deleted at remote' | 'unknown';
  /** The object that the tag points at here; null if it does not exist here. */
  readonly local_oid: string | null;
  /** The object that the tag points at on the remote; null if it does not exist there. */
  readonly remote_oid: string | null;
}

/** What one tag did. */
export interface TagEvent {
  readonly artifact: string;
  /** The time in RFC 3339, with the writer's UTC offset. */
  readonly created_at: string;
  readonly author: string;
  readonly author_email: string;
  readonly message: string;
  /** GTO's rank of this event among events of the same second. */
  readonly priority?: number | null;
  /** Whether the event adds something rather than removes it. */
  readonly addition?: boolean | null;
  /** The commit that the tag is on, in hex digits. */
  readonly commit_hexsha: string;
  readonly tag: string;
  readonly version?: string | null;
  readonly stage?: string | null;
  readonly event?:
    'registration' | 'deregistration' | 'assignment' | 'unassignment' | 'deprecation' | null;
  /** Only if `signatures` was asked for. */
  readonly signature?: Signature;
}

/** The parts of the name; a part that the name lacks is absent. */
export interface TagParts {
  readonly name: string;
  readonly version?: string | null;
  readonly stage?: string | null;
  readonly action?: 'register' | 'deregister' | 'assign' | 'unassign' | 'deprecate' | null;
  readonly counter?: number | null;
}

/** Evidence that the history is not what it was. */
export interface Tampering {
  readonly kind:
    | 'counter-gap'
    | 'vanished-tag'
    | 'moved-tag'
    | 'backdated-tag'
    | 'future-tag'
    | 'ambiguous-order'
    | 'differs-from-remote'
    | 'rules-rewritten';
  readonly ref: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly remedy: string;
}

/** What to show. */
export interface TreeParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** Read annotations from the files on disk instead of HEAD. */
  readonly worktree?: boolean;
  /** Include deprecated artifacts. */
  readonly deprecated?: boolean;
  /** The remote that `unpushed` is about; by default the remote that git pushes to. */
  readonly remote?: string | null;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** Every artifact that has a tag or an entry in an annotation file, sorted by folder and name. */
export interface TreeResult {
  readonly artifacts: readonly TreeRow[];
  /** The number of deprecated artifacts that were left out. */
  readonly hidden: number;
  /** The remote that `unpushed` is about. */
  readonly remote: string;
  /** The configured remotes. */
  readonly remotes: readonly string[];
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** An artifact of the tree. */
export interface TreeRow {
  /** `model`, or `some/dir:model`. */
  readonly name: string;
  /** The folder in the name; empty for an artifact in the root. */
  readonly dir: string;
  /** The name without its folder. */
  readonly label: string;
  readonly type: string | null;
  /** The labels of its annotation, in the order of the file; absent if there are none. */
  readonly labels?: readonly string[];
  readonly description: string;
  /** The greatest active registered version. */
  readonly latest: string | null;
  /** Maps each stage to the versions in it, by the default rules of `gto/show`. */
  readonly stages: Readonly<Record<string, readonly string[]>>;
  /** Maps each stage to the time since which its version has held it, RFC 3339. */
  readonly since: Readonly<Record<string, string>>;
  /** The stages among them that another version was in before, one that is not deregistered: `gto/rollback` can bring it back. */
  readonly earlier: readonly string[];
  /** Whether the artifact has any tag. */
  readonly registered: boolean;
  readonly deprecated: boolean;
  /** The files that describe it; the first one takes effect. */
  readonly annotated_in: readonly string[];
  /** The place of that annotation; absent if there is none. */
  readonly location?: Entry | null;
  /** The path that it gives the artifact, relative to the root of the repository, or its URL; absent if it gives none. */
  readonly path?: string;
  /** The number of the artifact's tags. */
  readonly tags: number;
  /** Whether it has two versions or more, which can be compared. */
  readonly comparable: boolean;
  /** The number of those tags that the remote is known to lack; absent if nothing is known. */
  readonly unpushed?: number | null;
  /** The problems that concern this artifact. */
  readonly problems: readonly Problem[];
}

/** The version, and the stage to take it out of. */
export interface UnassignParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The artifact: `model` or `some/dir:model`. */
  readonly name: string;
  /** The message of the tag; by default GTO's own. */
  readonly message?: string | null;
  /** The name of the tagger; by default the name that Git knows. */
  readonly author?: string | null;
  /** The e-mail address of the tagger; by default the address that Git knows. */
  readonly author_email?: string | null;
  readonly stage: string;
  /** The version. Give either this or `ref`. */
  readonly version?: string | null;
  /** The commit of the version. */
  readonly ref?: string | null;
  /** Create a tag without a counter in its name. */
  readonly simple?: boolean;
  /** Create the tag even if the stage was never assigned. */
  readonly force?: boolean;
  /** Delete the version's tags for this stage instead of creating a tag. */
  readonly delete?: boolean;
  /** The maximum number of tags per push, 0 for no limit; by default `gtod.pushBatch` in Git's configuration, or 3, because GitHub starts no workflow for a larger push. */
  readonly batch?: number | null;
  /** Push all tags at once, or none. */
  readonly atomic?: boolean;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The token for `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** Push the tags of the act afterwards. */
  readonly push?: boolean;
  /** The remote to push to: a configured remote, or a URL. By default, as for git: `branch.NAME.pushRemote`, `remote.pushDefault`, the branch's upstream remote, the only remote, or `origin`. */
  readonly remote?: string | null;
  /** Return the plan and write nothing. */
  readonly dry_run?: boolean;
  /** The `clock` of a plan or a result. Refuse (`RegistryChanged`) if the tags of the artifacts concerned, the target of the revision or the configuration have changed since. */
  readonly expect_clock?: string | null;
}

/** The subscription. */
export interface UnsubscribeParams {
  /** The subscription that `gto/subscribe` returned on this connection. */
  readonly subscription: number;
}

/** The ended subscription. It sends no notification after this result. */
export interface UnsubscribeResult {
  readonly subscription: number;
}

/** A ref that is to change. */
export interface Update {
  /** The id of the object before; null if the ref is new. */
  readonly old: string | null;
  /** The id of the object afterwards; null if the ref is deleted. */
  readonly new: string | null;
  /** The full name. */
  readonly ref: string;
}

/** The tags. */
export interface VerifySignaturesParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** Verify only the tags of this artifact. By default all. */
  readonly name?: string | null;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The token for `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
}

/** What was verified. */
export interface VerifySignaturesResult {
  /** How many verdicts are new; 0 if all were known. */
  readonly verified: number;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** A version of an artifact, as `gto show NAME --json` prints it. */
export interface Version {
  readonly is_active: boolean;
  readonly activated_at: string | null;
  readonly created_at: string | null;
  readonly author: string | null;
  readonly author_email: string | null;
  readonly message: string | null;
  /** The tag that the state comes from, or the commit if there is no tag. */
  readonly ref: string;
  readonly artifact: string;
  readonly commit_hexsha: string;
  /** `v` and a semantic version, or the id of a commit that was not registered. */
  readonly version: string;
  readonly enrichments: readonly CommitEvent[];
  readonly registrations: readonly TagEvent[];
  readonly deregistrations: readonly TagEvent[];
  readonly stages: readonly StageOfVersion[];
  /** Whether no tag registers it: only a stage or an annotation names it. */
  readonly discovered: boolean;
  /** The metrics by key, only if they were asked for. Null where JSON has no such value: see `special`. */
  readonly metrics?: Readonly<Record<string, unknown>>;
  /** The numbers among the metrics that JSON does not have, by key. */
  readonly special?: Readonly<Record<string, 'NaN' | 'Infinity' | '-Infinity'>>;
}

/** A version on the commit. */
export interface VersionAt {
  readonly artifact: string;
  readonly version: string;
  /** Whether the version is not deregistered. */
  readonly active: boolean;
  readonly ref: string;
}

/** A version. */
export interface VersionRow {
  /** `v` and a semantic version, or the commit that was assigned without one. */
  readonly version: string;
  /** The version as shown to users: a commit id is abbreviated. */
  readonly label: string;
  /** The tag that registers it; otherwise the tag or commit that it is known from. */
  readonly ref: string;
  /** The commit id, in hex digits. */
  readonly commit: string;
  /** The subject of the commit; null if this clone lacks the commit. */
  readonly subject: string | null;
  readonly created_at: string | null;
  readonly author: string | null;
  readonly author_email: string | null;
  readonly message: string | null;
  readonly registered: boolean;
  /** Whether the version is not deregistered. */
  readonly active: boolean;
  readonly latest: boolean;
  /** The path of the artifact at that commit, relative to the root, or its URL. */
  readonly path: string | null;
  /** The stages, longest held first. */
  readonly stages: readonly StageHeld[];
  /** The events, newest first. */
  readonly events: readonly HistoryRow[];
  /** The tags of this version that the remote is known to lack; absent if nothing is known. */
  readonly unpushed?: readonly string[] | null;
}

/** The metrics or params of a version. */
export interface VersionValues {
  readonly artifact: string;
  /** `v` and a semantic version, or the commit that was assigned without one. */
  readonly version: string;
  /** The version as shown to users: a commit id is abbreviated. */
  readonly label: string;
  /** The tag that registers it; otherwise the tag or commit that it is known from. */
  readonly ref: string;
  /** The commit that the values were read from, in hex digits. */
  readonly commit: string;
  readonly created_at: string | null;
  /** Whether the version is not deregistered. */
  readonly active: boolean;
  /** The stages that it holds, by the default rules of `gto/show`. */
  readonly stages: readonly string[];
  /** The values by key: `metrics.json:train.loss`. Null where JSON has no such value: see `special`. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The numbers that JSON does not have, by key. */
  readonly special?: Readonly<Record<string, 'NaN' | 'Infinity' | '-Infinity'>>;
  /** The values that differ from those of the version that it is compared with, by key. */
  readonly changes: Readonly<Record<string, Change>>;
}

/** One rule that an event breaks, or for which it is not known whether it does. */
export interface Violation {
  readonly rule: 'delete' | 'signed' | 'who' | 'from' | 'soak' | 'branches';
  /** The kind of the error that gtod refuses such an act with. */
  readonly kind: string;
  readonly message: string;
  readonly remedy: string;
  /** The place of the rule in `.gtod.yaml`. */
  readonly range?: Range;
}

/** How the daemon notices changes of a repository. */
export interface WatcherStatus {
  readonly mode: 'events' | 'polling' | 'on demand';
  /** What reports events; null where nothing does. */
  readonly source: 'inotify' | 'watchfiles' | null;
  readonly health: 'ok' | 'warning' | 'error';
  readonly message: string;
}

/** The stage. */
export interface WhyParams {
  /** The absolute path of the repository, or of anything inside it. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The artifact. */
  readonly name: string;
  readonly stage: string;
  /** The environment for this request, instead of the one sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** Include the signature of each event's tag. A signature that is not verified yet has the status `unverified` with the reason `pending`, and `gto/didVerifySignatures` follows. */
  readonly signatures?: boolean;
}

/** The events that led to the present state of the stage, oldest first. */
export interface WhyResult {
  readonly name: string;
  readonly stage: string;
  /** The versions in it now, by the default rules of `gto/show`. */
  readonly holds: readonly string[];
  /** The time since which they have been in it; null if the stage is empty. */
  readonly since: string | null;
  readonly chain: readonly ChainLink[];
  /** A one-sentence explanation. */
  readonly reason: string;
  /** An opaque id of the state that the result describes. Equal clocks mean equal content. */
  readonly clock: string;
  /** Everything that could not be read; the rest of the result is valid. */
  readonly problems: readonly Problem[];
}

/** Name to params and result of every method. */

export interface Methods {
  /** Show the registry, or the versions of one artifact, as `gto show --json`. */
  'gto/show': { readonly params: ShowParams; readonly result: ShowResult };
  /** List registrations, assignments and deprecations, as `gto history --json`. */
  'gto/history': { readonly params: HistoryParams; readonly result: HistoryResult };
  /** Show the event of a tag, as `gto check-ref --json`. */
  'gto/checkRef': { readonly params: CheckRefParams; readonly result: CheckRefResult };
  /** Show the annotation of an artifact in artifacts.yaml or a dvc.yaml. */
  'gto/describe': { readonly params: DescribeParams; readonly result: DescribeResult };
  /** List the stages that are allowed or in use, as `gto stages --json`. */
  'gto/stages': { readonly params: StagesParams; readonly result: StagesResult };
  /** Show what is registered and assigned at a commit. */
  'gto/at': { readonly params: AtParams; readonly result: AtResult };
  /** Check the registry, and list every finding with its place and remedy. */
  'gto/doctor': { readonly params: DoctorParams; readonly result: DoctorResult };
  /** Register a version of an artifact. */
  'gto/register': { readonly params: RegisterParams; readonly result: ActResult };
  /** Assign a stage to a version of an artifact. */
  'gto/assign': { readonly params: AssignParams; readonly result: ActResult };
  /** Unassign a stage from a version of an artifact. */
  'gto/unassign': { readonly params: UnassignParams; readonly result: ActResult };
  /** Deregister a version of an artifact. */
  'gto/deregister': { readonly params: DeregisterParams; readonly result: ActResult };
  /** Deprecate an artifact. */
  'gto/deprecate': { readonly params: DeprecateParams; readonly result: ActResult };
  /** Assign a stage to the version that held it before the present one. */
  'gto/rollback': { readonly params: RollbackParams; readonly result: ActResult };
  /** Carry out several acts on tags atomically: all of them, or none. */
  'gto/apply': { readonly params: ApplyParams; readonly result: ActResult };
  /** Annotate an artifact in artifacts.yaml or a dvc.yaml, and change nothing else in the file. */
  'gto/annotate': { readonly params: AnnotateParams; readonly result: AnnotationActResult };
  /** Remove the annotation of an artifact, and change nothing else in the file. */
  'gto/removeAnnotation': {
    readonly params: RemoveAnnotationParams;
    readonly result: AnnotationActResult;
  };
  /** Explain why a stage holds its versions. */
  'gto/why': { readonly params: WhyParams; readonly result: WhyResult };
  /** Verify the signatures of tags that are not verified yet; `signatures` of other methods shows them. */
  'gto/verifySignatures': {
    readonly params: VerifySignaturesParams;
    readonly result: VerifySignaturesResult;
  };
  /** Show every artifact with its state, as a sidebar needs it. */
  'gto/tree': { readonly params: TreeParams; readonly result: TreeResult };
  /** Show one artifact and its versions, as a sidebar needs them. */
  'gto/artifact': { readonly params: ArtifactParams; readonly result: ArtifactResult };
  /** Compare two versions of an artifact. */
  'gto/compare': { readonly params: CompareParams; readonly result: CompareResult };
  /** Show the metrics of versions, each compared with another version. */
  'gto/metrics': { readonly params: MetricsParams; readonly result: MetricsResult };
  /** Show the params of versions, each compared with another version. */
  'gto/params': { readonly params: ParamsParams; readonly result: MetricsResult };
  /** Show the plots of versions: the points, as DVC reads them, or the pictures. */
  'gto/plots': { readonly params: PlotsParams; readonly result: PlotsResult };
  /** Judge every event by the rules of promotion, and list the signs of tampering. */
  'gto/audit': { readonly params: AuditParams; readonly result: AuditResult };
  /** Judge a push by the rules of promotion, before its refs exist. */
  'gto/auditPush': { readonly params: AuditPushParams; readonly result: PushAuditResult };
  /** Show the rules of promotion, and where they are read from. */
  'gto/rules': { readonly params: RulesParams; readonly result: RulesResult };
  /** Say what of the rules GitHub, GitLab or Gitea can enforce, as requests to their APIs. */
  'gto/exportRules': { readonly params: ExportRulesParams; readonly result: RulesExport };
  /** Send tags to a remote, never by force. */
  'gto/push': { readonly params: PushParams; readonly result: PushResult };
  /** Fetch tags from a remote, without overwriting any local tag. */
  'gto/fetch': { readonly params: FetchParams; readonly result: FetchResult };
  /** Compare the local tags with the tags of a remote. */
  'gto/syncStatus': { readonly params: SyncStatusParams; readonly result: SyncStatusResult };
  /** Clone a remote repository into the user's cache, or update the existing clone. */
  'gto/clone': { readonly params: CloneParams; readonly result: CloneResult };
  /** Show the artifacts of all repositories of a fleet. */
  'gto/fleet/show': { readonly params: FleetShowParams; readonly result: FleetShowResult };
  /** List the events of all repositories of a fleet. */
  'gto/fleet/history': { readonly params: FleetHistoryParams; readonly result: FleetHistoryResult };
  /** Check all repositories of a fleet, and list every finding with its place and remedy. */
  'gto/fleet/doctor': { readonly params: FleetDoctorParams; readonly result: FleetDoctorResult };
  /** Judge every event in the repositories of a fleet by the rules of each, and list the signs of tampering. */
  'gto/fleet/audit': { readonly params: FleetAuditParams; readonly result: FleetAuditResult };
  /** Look at the remotes of a fleet now, fetch what is new, and return what was seen. */
  'gto/fleet/fetch': { readonly params: FleetFetchParams; readonly result: FleetFetchResult };
  /** List what changed in the repositories of a fleet since a clock. */
  'gto/fleet/changes': { readonly params: FleetChangesParams; readonly result: FleetChangesResult };
  /** Subscribe to the changes of a fleet; each is notified as `gto/fleet/didChange`. */
  'gto/fleet/subscribe': {
    readonly params: FleetSubscribeParams;
    readonly result: FleetSubscribeResult;
  };
  /** List the sinks of the user's fleet, and how far each is. */
  'gto/sinks/list': { readonly params: SinksListParams; readonly result: SinksResult };
  /** Send a sink an event of type `dev.gtod.test.v1`. */
  'gto/sinks/test': { readonly params: SinksTestParams; readonly result: SinkTestResult };
  /** List events that are on their way, arrived, or were given up. */
  'gto/sinks/deliveries': {
    readonly params: SinksDeliveriesParams;
    readonly result: DeliveriesResult;
  };
  /** Send events again: those given up, or all since a time. */
  'gto/sinks/replay': { readonly params: SinksReplayParams; readonly result: ReplayResult };
  /** Show the state of the daemon and, with `repo`, of that repository. */
  'gto/status': { readonly params: StatusParams; readonly result: StatusResult };
  /** List the repositories that the daemon has open. */
  'gto/repositories': { readonly params: RepositoriesParams; readonly result: RepositoriesResult };
  /** List the changes since a clock. */
  'gto/changes': { readonly params: ChangesParams; readonly result: ChangesResult };
  /** Subscribe to the changes of a repository; each is notified as `gto/didChange`. */
  'gto/subscribe': { readonly params: SubscribeParams; readonly result: SubscribeResult };
  /** End a subscription. */
  'gto/unsubscribe': { readonly params: UnsubscribeParams; readonly result: UnsubscribeResult };
  /** Introduce the client, its requirements and its environment. */
  'gto/handshake': { readonly params: HandshakeParams; readonly result: HandshakeResult };
  /** Let another daemon take over: a newer daemon asks this of an older one. */
  'gto/retire': { readonly params: RetireParams; readonly result: RetireResult };
  /** Stop the daemon gracefully. */
  'gto/shutdown': { readonly params: ShutdownParams; readonly result: ShutdownResult };
  /** Parse the name of a tag, as `gto parse-tag`. */
  'gto/parseTag': { readonly params: ParseTagParams; readonly result: ParseTagResult };
  /** Print the whole state, as `gto print-state`. */
  'gto/printState': { readonly params: PrintStateParams; readonly result: PrintStateResult };
  /** Return the OpenRPC document that describes every method. */
  'rpc.discover': { readonly params: DiscoverParams; readonly result: DiscoverResult };
}

/** Name to params of every notification. */

export interface Notifications {
  /** The registry changed. Sent once per change, after the daemon has read it. For a client that reads slowly, changes of the same origin are merged into one notification. */
  'gto/didChange': DidChangeParams;
  /** A repository of a fleet changed, came, went, or can no longer be read. Sent once per change; for a client that reads slowly, changes of the same origin are merged into one notification. */
  'gto/fleet/didChange': FleetDidChangeParams;
  /** Signatures are verified that were `pending`, or outdated, in an answer that this client asked for with `signatures`: ask again. Sent once all of that answer's are known. The clock stays. */
  'gto/didVerifySignatures': DidVerifySignaturesParams;
  /** Another daemon takes the place of this one, which keeps serving its open sessions until they end. Sent to clients whose `gto/handshake` lists `didRetire` in `optional`: reconnect at your convenience. */
  'gto/didRetire': DidRetireParams;
  /** The progress of a request with a `workDoneToken` (LSP 3.17). */
  '$/progress': ProgressParams;
  /** Cancel a request: the response is error -32800, immediately. An act is stopped first; if it is too late to stop it, the response is its result. Works with both framings. */
  '$/cancelRequest': CancelParams;
  /** End the session: all pending requests are answered, and then the server closes the connection. It has no params. */
  exit: ExitParams;
}

/** The kinds of refusals, `data.kind` of an error. */

export type Kind =
  | 'ArtifactNotFound'
  | 'RefNotFound'
  | 'InvalidTagName'
  | 'InvalidVersion'
  | 'ValidationError'
  | 'WrongArgs'
  | 'NotImplementedInGTO'
  | 'VersionRequired'
  | 'ManyVersions'
  | 'VersionAlreadyRegistered'
  | 'VersionExistsForCommit'
  | 'WrongConfig'
  | 'UnknownStage'
  | 'UnknownType'
  | 'TagExists'
  | 'TagNotFound'
  | 'TagConflict'
  | 'NoEarlierVersion'
  | 'NoFile'
  | 'ArtifactHasTags'
  | 'PathIsUsed'
  | 'WrongArtifactsYaml'
  | 'AnnotationNotEditable'
  | 'UnsavedChanges'
  | 'UncommittedChanges'
  | 'IdentityRequired'
  | 'SigningFailed'
  | 'HookRefused'
  | 'RefLocked'
  | 'ActInProgress'
  | 'GitNotFound'
  | 'GitFailed'
  | 'RemoteNotFound'
  | 'RemoteUnavailable'
  | 'AuthenticationFailed'
  | 'UnsupportedUrl'
  | 'CacheUnusable'
  | 'LedgerUnusable'
  | 'SecretUnusable'
  | 'SinkNotFound'
  | 'OutboxUnusable'
  | 'RuntimeDirectoryUnusable'
  | 'DeletedAtRemote'
  | 'PushRejected'
  | 'NotARepository'
  | 'UnsupportedRepository'
  | 'UnreadableRepository'
  | 'RefsMigrating'
  | 'RelativePath'
  | 'RepositoryRequired'
  | 'RegistryChanged'
  | 'Untrusted'
  | 'MissingCapability'
  | 'ProtocolMismatch'
  | 'Unauthorized'
  | 'SubscriptionNotFound'
  | 'AnswerTooLarge'
  | 'InstallationDamaged'
  | 'ResourcesExhausted'
  | 'RulesUnreadable'
  | 'TransitionNotAllowed'
  | 'TooEarly'
  | 'NotOnBranch'
  | 'SignatureRequired'
  | 'NotAllowed'
  | 'DeletionNotAllowed'
  | 'WrongDate'
  | 'AmbiguousKey'
  | 'NoSuchKey'
  | 'FleetUnreadable'
  | 'FleetNotEditable'
  | 'NotFollowed'
  | 'DaemonRequired';

/** What a client may require of the server. */

export type Capability =
  keyof Methods | 'as_of' | 'batch' | 'cancel' | 'didChange' | 'didRetire' | 'lsp' | 'paging';

/** The version of the protocol. */

export const PROTOCOL = 2;
