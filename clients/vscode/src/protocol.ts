// Generated from gto_daemon/protocol/openrpc.json by `npm run protocol`: what gtod and its clients say to each other.

/** With `dry_run` the plan, else what was done. */
export interface ActResult {
  /** Which one: the worktree that was asked, as `gto/didChange` names it. */
  readonly repo: string;
  readonly plan?: Plan;
  /** What the created tags did, in their order. */
  readonly events?: readonly HistoryRow[];
  readonly created?: readonly CreatedTag[];
  readonly deleted?: readonly OldTag[];
  readonly replaces?: readonly Replacement[];
  readonly warnings?: readonly PlanWarning[];
  /** Where `push` sends the tags, or would. */
  readonly remote?: string | null;
  /** The pushes that send the tags, in their order. */
  readonly pushes?: readonly PlannedPush[];
  /** What became of the push. One that fails does not undo the act. */
  readonly push?: Push;
  /** The state that was asked. Opaque; equal clock, equal content. */
  readonly clock: string;
  /** What could not be read; the rest of the answer stands. */
  readonly problems: readonly Problem[];
}

/** One of the acts. */
export interface Action {
  /** `gto/register`, `assign`, `unassign`, `deregister`, `deprecate` or `rollback`. */
  readonly method: string;
  /** As of that method, without those about the repository, push, plan and clock. */
  readonly params?: Readonly<Record<string, unknown>>;
}

/** What to say of it. What is left out, or empty, stays as it is. */
export interface AnnotateParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** Such as `model`; the configuration may restrict it. */
  readonly type?: string | null;
  /** Where it is, relative to the file's folder, or a URL. */
  readonly path?: string | null;
  /** The path has to be in HEAD, and is marked so. */
  readonly must_exist?: boolean;
  /** Although the path is, holds or lies in another artifact's. */
  readonly allow_same_path?: boolean;
  /** Added to those that are there. */
  readonly labels?: readonly string[];
  readonly description?: string;
  /** Anything that JSON can say. */
  readonly custom?: unknown;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** For `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** The artifact. One of a folder, `some/dir:model` (DVC's `some/dir/dvc.yaml:model`), is in the dvc.yaml of that folder. */
  readonly name: string;
  /** For an artifact of the root: by default the file that has its entry, or artifacts.yaml. */
  readonly file?: 'artifacts.yaml' | 'dvc.yaml' | null;
  /** `write`: to disk. `edit`: answer an edit for the editor to apply, and write nothing. */
  readonly apply?: 'write' | 'edit';
  /** Answer what would change in the file, and write nothing. */
  readonly dry_run?: boolean;
  /** Commit the file, and nothing else. */
  readonly commit?: boolean;
  /** Commit it, then push the branch. */
  readonly push?: boolean;
  /** Where to, as for `gto/register`. */
  readonly remote?: string | null;
  /** GTO's, for repositories that are given by their URL. */
  readonly branch?: string | null;
}

/** What artifacts.yaml or a dvc.yaml says of an artifact. Members that the file leaves out may be absent. */
export interface Annotation {
  readonly type?: string | null;
  readonly path?: string | null;
  /** GTO's; an entry of a dvc.yaml has none. */
  readonly virtual?: boolean | null;
  readonly labels?: readonly string[] | null;
  readonly description?: string | null;
  /** Whatever the file has there. */
  readonly custom?: unknown;
}

/** What the file says now, or would. */
export interface AnnotationActResult {
  /** Which one: the worktree that was asked, as `gto/didChange` names it. */
  readonly repo: string;
  /** The file, relative to the root of the repository. */
  readonly path: string;
  /** Without what is the default; null when it was removed. */
  readonly annotation: Annotation | null;
  readonly written: boolean;
  readonly warnings: readonly PlanWarning[];
  /** With `dry_run`: what would change in the file, as a unified diff. */
  readonly diff?: string;
  /** With `apply: edit`: an LSP WorkspaceEdit, for the version of the document that it names. */
  readonly edit?: Readonly<Record<string, unknown>>;
  /** The commit that was made, hex digits. */
  readonly commit?: string;
  readonly push?: AnnotationPush;
  /** The state that was asked. Opaque; equal clock, equal content. */
  readonly clock: string;
  /** What could not be read; the rest of the answer stands. */
  readonly problems: readonly Problem[];
}

/** What became of pushing the commit. */
export interface AnnotationPush {
  readonly ok: boolean;
  /** What the server and its hooks said, line by line (git's `remote:`); absent if nothing. */
  readonly remote_messages?: readonly string[];
  /** Where it failed: the kind of the refusal. */
  readonly kind?: string;
  readonly message?: string;
  readonly hint?: string;
}

/** The acts. Later ones see what earlier ones do; a `ref` may name a tag that an earlier one creates. */
export interface ApplyParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  readonly actions: readonly Action[];
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** For `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** Push the tags of the act afterwards, all together. */
  readonly push?: boolean;
  /** Where to: a configured remote, or a URL. By default, as for git: `branch.NAME.pushRemote`, `remote.pushDefault`, the remote that the branch follows, the only one there is, `origin`. */
  readonly remote?: string | null;
  /** How many tags a push has at the most, 0 for any; by default `gtod.pushBatch` of Git's configuration, or 3: for more at once GitHub starts no workflow. */
  readonly batch?: number | null;
  /** Push all of them at once, or none. */
  readonly atomic?: boolean;
  /** Answer the plan, and write nothing at all. */
  readonly dry_run?: boolean;
  /** The `clock` of a plan or an answer: refuse (`RegistryChanged`) if the tags of the artifacts concerned, what the revision names or the configuration changed since. */
  readonly expect_clock?: string | null;
}

/** The artifact, and which of its versions. */
export interface ArtifactParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The artifact: `model` or `some/dir:model`. */
  readonly name: string;
  /** Deregistered versions too. */
  readonly deprecated?: boolean;
  /** Its annotation from the files on disk in place of HEAD's. */
  readonly worktree?: boolean;
  /** The remote that `unpushed` is about; by default the one that git pushes to. */
  readonly remote?: string | null;
  /** At most so many entries; `next_cursor` then leads to the rest. */
  readonly limit?: number | null;
  /** `next_cursor` of the page before; needs `limit`, and the other params as they were. */
  readonly cursor?: string | null;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** The artifact, and its versions, the greatest first. */
export interface ArtifactResult {
  readonly versions: readonly VersionRow[];
  /** How many versions there are, whatever the page. */
  readonly total: number;
  /** The state that was asked. Opaque; equal clock, equal content. */
  readonly clock: string;
  /** What could not be read; the rest of the answer stands. */
  readonly problems: readonly Problem[];
  /** `model`, or `some/dir:model`. */
  readonly name: string;
  /** The folder in the name; empty for one of the root. */
  readonly dir: string;
  /** The name without its folder. */
  readonly label: string;
  readonly type: string | null;
  readonly description: string;
  /** The greatest active registered version. */
  readonly latest: string | null;
  /** Stage to the versions in it, by the default rules of `gto/show`. */
  readonly stages: Readonly<Record<string, readonly string[]>>;
  /** Stage to when the version that holds it came there, RFC 3339. */
  readonly since: Readonly<Record<string, string>>;
  /** Whether any tag is about it. */
  readonly registered: boolean;
  readonly deprecated: boolean;
  /** The files that describe it; the first counts. */
  readonly annotated_in: readonly string[];
  /** Where that annotation stands; absent without one. */
  readonly location?: Entry | null;
  /** Newest first. */
  readonly deprecations: readonly HistoryRow[];
  /** What `gto/register` would choose; the first is its own choice. */
  readonly next: readonly NextVersion[];
  /** With `limit`: where the next page starts, null on the last. */
  readonly next_cursor?: string | null;
}

/** An artifact, as `gto show --json`. */
export interface ArtifactRow {
  /** The greatest active registered version. */
  readonly version: string | null;
  /** Stage to its versions, joined by a comma; null where none is. */
  readonly stage: Readonly<Record<string, string | null>>;
  readonly registered: boolean;
  readonly active: boolean;
}

/** The stage, and the version to assign: by its name, or by a commit, which is registered first if necessary. */
export interface AssignParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The artifact: `model` or `some/dir:model`. */
  readonly name: string;
  /** Of the tag; GTO's own words by default. */
  readonly message?: string | null;
  /** Name of the tagger, in place of the one that Git knows. */
  readonly author?: string | null;
  /** E-mail of the tagger, likewise. */
  readonly author_email?: string | null;
  readonly stage: string;
  /** A registered version. Either this or `ref`. */
  readonly version?: string | null;
  /** Anything that Git resolves to a commit. */
  readonly ref?: string | null;
  /** With `ref`: as which version to register it. */
  readonly name_version?: string | null;
  /** Without a counter in the tag's name. */
  readonly simple?: boolean;
  /** Assign it although the version is in the stage already. */
  readonly force?: boolean;
  /** Do not register the commit. */
  readonly skip_registration?: boolean;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** For `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** Push the tags of the act afterwards, all together. */
  readonly push?: boolean;
  /** Where to: a configured remote, or a URL. By default, as for git: `branch.NAME.pushRemote`, `remote.pushDefault`, the remote that the branch follows, the only one there is, `origin`. */
  readonly remote?: string | null;
  /** How many tags a push has at the most, 0 for any; by default `gtod.pushBatch` of Git's configuration, or 3: for more at once GitHub starts no workflow. */
  readonly batch?: number | null;
  /** Push all of them at once, or none. */
  readonly atomic?: boolean;
  /** Answer the plan, and write nothing at all. */
  readonly dry_run?: boolean;
  /** The `clock` of a plan or an answer: refuse (`RegistryChanged`) if the tags of the artifacts concerned, what the revision names or the configuration changed since. */
  readonly expect_clock?: string | null;
}

/** The commit. */
export interface AtParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** Anything that Git resolves to a commit. */
  readonly rev?: string;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** What is on the commit, in GTO's order. */
export interface AtResult {
  /** What `rev` resolved to, hex digits. */
  readonly commit: string;
  readonly versions: readonly VersionAt[];
  readonly stages: readonly StageAt[];
  /** Where there is nothing on the commit: why. */
  readonly reason?: string | null;
  /** The state that was asked. Opaque; equal clock, equal content. */
  readonly clock: string;
  /** What could not be read; the rest of the answer stands. */
  readonly problems: readonly Problem[];
}

/** The request. */
export interface CancelParams {
  /** The id of a request that is not answered yet. */
  readonly id: number | string;
}

/** An event, and what it did to the stage. */
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
  /** The version that held the stage before it. */
  readonly before: string | null;
  /** The version that held it then. */
  readonly after: string | null;
  /** In words. */
  readonly effect: string;
}

/** Since when. */
export interface ChangesParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The `clock` of an earlier answer or notification. */
  readonly since: string;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** What changed, squashed: what came and went again is in neither list. */
export interface ChangesResult {
  /** The state that was asked. Opaque; equal clock, equal content. */
  readonly clock: string;
  /** What could not be read; the rest of the answer stands. */
  readonly problems: readonly Problem[];
  /** The clock is unknown or too old; everything there is comes as added. */
  readonly fresh: boolean;
  /** Whose content changed, for whatever reason. */
  readonly artifacts: readonly string[];
  readonly events: Events;
}

/** The tag. */
export interface CheckRefParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** A tag's name, short or with `refs/tags/`. */
  readonly ref: string;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** Exactly what `gto check-ref --json` prints, or why there is nothing to print. */
export interface CheckRefResult {
  readonly event: TagEvent | null;
  /** Where `event` is null: why the ref is no event. */
  readonly reason?: string | null;
  /** The state that was asked. Opaque; equal clock, equal content. */
  readonly clock: string;
  /** What could not be read; the rest of the answer stands. */
  readonly problems: readonly Problem[];
}

/** One name, two tags. Null where the object cannot be read. */
export interface Clash {
  readonly local: MadeTag | null;
  readonly remote: MadeTag | null;
}

/** The repository. */
export interface CloneParams {
  /** `https://`, `http://`, `ssh://`, `git://`, `file://`, or ssh's `user@host:path`. */
  readonly url: string;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** For `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
}

/** A bare clone that is as the remote is now. */
export interface CloneResult {
  /** Its path, to ask about. An act there is not done before it is pushed (`push: true`): the next `gto/clone` of the URL takes away what the remote does not have. */
  readonly repo: string;
  /** Without name and password. */
  readonly url: string;
  /** Whether it was not there before. */
  readonly cloned: boolean;
  /** Whether the remote has moved since the last time. */
  readonly changed: boolean;
}

/** The commit of a version, with the annotation there. */
export interface CommitEvent {
  readonly artifact: string;
  /** RFC 3339, with the writer's own offset. */
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
  /** Hex digits. */
  readonly commit: string;
  readonly subject: string;
  readonly author: string;
  readonly author_email: string;
  /** The committer's time, RFC 3339. */
  readonly created_at: string;
}

/** What to compare: a version, `latest`, `#stage`, or anything that Git resolves to a commit. */
export interface CompareParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The artifact: `model` or `some/dir:model`. */
  readonly name: string;
  /** The older side, usually. */
  readonly left: string;
  /** The newer one. */
  readonly right: string;
  /** At most so many commits in either list. */
  readonly limit?: number;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** Both sides, and what lies between them. */
export interface CompareResult {
  readonly name: string;
  readonly left: ComparedSide;
  readonly right: ComparedSide;
  /** The fields of the annotation that differ. */
  readonly changed: readonly string[];
  /** Whether the artifact's file or folder is the same; null when Git does not have both. */
  readonly same_content: boolean | null;
  /** What `right` has and `left` has not, newest first. */
  readonly commits: readonly CommitRow[];
  /** What `left` has and `right` has not, newest first. */
  readonly dropped: readonly CommitRow[];
  /** Whether both lists are whole: neither cut at `limit` nor by a shallow clone. */
  readonly complete: boolean;
  /** The state that was asked. Opaque; equal clock, equal content. */
  readonly clock: string;
  /** What could not be read; the rest of the answer stands. */
  readonly problems: readonly Problem[];
}

/** One side. */
export interface ComparedSide {
  readonly asked: string;
  /** The version there; null for a commit that is none. */
  readonly version: string | null;
  /** The tag that registers it. */
  readonly ref: string | null;
  /** Hex digits. */
  readonly commit: string;
  readonly created_at: string | null;
  readonly author: string | null;
  /** Those that it holds. */
  readonly stages: readonly string[];
  /** Null when neither artifacts.yaml nor a dvc.yaml has one. */
  readonly annotation: Annotation | null;
  /** Where that is written. */
  readonly location: Location | null;
  /** Where the artifact itself lies. */
  readonly content: Content | null;
}

/** The configuration in effect: `.gto`, with `GTO_*` of the client on top. */
export interface Configuration {
  /** Name of the annotation file. */
  readonly index: string;
  /** The allowed stages; null when all are. */
  readonly stages: readonly string[] | null;
  /** The allowed types; null when all are. */
  readonly types: readonly string[] | null;
  readonly emojis: boolean;
  readonly log_level: string;
  readonly debug: boolean;
  readonly enrichments: readonly unknown[];
  readonly autoload_enrichments: boolean;
}

/** Where the artifact itself lies. */
export interface Content {
  /** Hex digits. */
  readonly commit: string;
  /** From the root of the repository, or the URL. */
  readonly path: string | null;
  /** `dvc`: Git has only DVC's pointer to it. */
  readonly kind: 'git' | 'dvc' | 'url' | 'missing';
  /** Of the file or folder in Git, hex digits. */
  readonly oid?: string | null;
  readonly is_directory?: boolean | null;
  /** Where it is missing: why. */
  readonly reason?: string | null;
}

/** A tag that was created. */
export interface CreatedTag {
  readonly tag: string;
  /** The commit, hex digits. */
  readonly target: string;
  readonly message: string;
  readonly tagger: PersonShape;
  /** Of the tag object, hex digits. */
  readonly oid: string;
}

/** A ref that has to be as it was when the plan was made. */
export interface Dependency {
  readonly ref: string;
  /** Null: it must not exist. */
  readonly oid: string | null;
}

/** The artifact. */
export interface DeprecateParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The artifact: `model` or `some/dir:model`. */
  readonly name: string;
  /** Of the tag; GTO's own words by default. */
  readonly message?: string | null;
  /** Name of the tagger, in place of the one that Git knows. */
  readonly author?: string | null;
  /** E-mail of the tagger, likewise. */
  readonly author_email?: string | null;
  /** The commit that the tag goes on; by default that of the newest event. */
  readonly ref?: string | null;
  /** Without a counter in the tag's name; the default unless `force`. */
  readonly simple?: boolean | null;
  /** Make a counted tag although it is deprecated, or unknown. */
  readonly force?: boolean;
  /** Delete every tag of the artifact in place of making one. */
  readonly delete?: boolean;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** For `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** Push the tags of the act afterwards, all together. */
  readonly push?: boolean;
  /** Where to: a configured remote, or a URL. By default, as for git: `branch.NAME.pushRemote`, `remote.pushDefault`, the remote that the branch follows, the only one there is, `origin`. */
  readonly remote?: string | null;
  /** How many tags a push has at the most, 0 for any; by default `gtod.pushBatch` of Git's configuration, or 3: for more at once GitHub starts no workflow. */
  readonly batch?: number | null;
  /** Push all of them at once, or none. */
  readonly atomic?: boolean;
  /** Answer the plan, and write nothing at all. */
  readonly dry_run?: boolean;
  /** The `clock` of a plan or an answer: refuse (`RegistryChanged`) if the tags of the artifacts concerned, what the revision names or the configuration changed since. */
  readonly expect_clock?: string | null;
}

/** The version. */
export interface DeregisterParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The artifact: `model` or `some/dir:model`. */
  readonly name: string;
  /** Of the tag; GTO's own words by default. */
  readonly message?: string | null;
  /** Name of the tagger, in place of the one that Git knows. */
  readonly author?: string | null;
  /** E-mail of the tagger, likewise. */
  readonly author_email?: string | null;
  /** Either this or `ref`. */
  readonly version?: string | null;
  /** The version on this commit. */
  readonly ref?: string | null;
  /** Without a counter in the tag's name. */
  readonly simple?: boolean;
  /** Make the tag although the version is not registered. */
  readonly force?: boolean;
  /** Delete every tag of the version in place of making one. */
  readonly delete?: boolean;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** For `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** Push the tags of the act afterwards, all together. */
  readonly push?: boolean;
  /** Where to: a configured remote, or a URL. By default, as for git: `branch.NAME.pushRemote`, `remote.pushDefault`, the remote that the branch follows, the only one there is, `origin`. */
  readonly remote?: string | null;
  /** How many tags a push has at the most, 0 for any; by default `gtod.pushBatch` of Git's configuration, or 3: for more at once GitHub starts no workflow. */
  readonly batch?: number | null;
  /** Push all of them at once, or none. */
  readonly atomic?: boolean;
  /** Answer the plan, and write nothing at all. */
  readonly dry_run?: boolean;
  /** The `clock` of a plan or an answer: refuse (`RegistryChanged`) if the tags of the artifacts concerned, what the revision names or the configuration changed since. */
  readonly expect_clock?: string | null;
}

/** The artifact, and when. */
export interface DescribeParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** An artifact, or `a@latest`, `a@v1.2.3`, `a#stage`: as of that version's commit. */
  readonly name: string;
  /** As of this commit; HEAD by default. Not together with a shortcut. */
  readonly rev?: string | null;
  /** The files on disk in place of a commit's. */
  readonly worktree?: boolean;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** The annotation, without what is left at its default. */
export interface DescribeResult {
  /** Null when neither artifacts.yaml nor a dvc.yaml has one. */
  readonly annotation: Annotation | null;
  /** Where that is written. */
  readonly location: Location | null;
  /** Its `path` from the root of the repository, which that of a dvc.yaml is not. A URL as it is. */
  readonly root_path: string | null;
  /** Where the artifact itself lies; null for the files on disk. */
  readonly content: Content | null;
  /** Where `annotation` is null: why. */
  readonly reason?: string | null;
  /** Likewise: what may be meant, or what to do. May be empty. */
  readonly hint?: string | null;
  /** The state that was asked. Opaque; equal clock, equal content. */
  readonly clock: string;
  /** What could not be read; the rest of the answer stands. */
  readonly problems: readonly Problem[];
}

/** What changed since the last notification, or since `gto/subscribe`. Ask `gto/changes` for the events. */
export interface DidChangeParams {
  /** The worktree; the git directory of a bare repository. */
  readonly repo: string;
  /** Which subscription of this connection hears it. */
  readonly subscription: number;
  /** The clock after the change. */
  readonly clock: string;
  /** The artifacts whose content changed; none where only HEAD moved. */
  readonly artifacts: readonly string[];
  /** `self` where acts of this connection created or deleted all the tags that changed, and nothing else did; `other` for everything else: other clients, git itself, what `gto/fetch` brought, files and HEAD. */
  readonly origin: 'self' | 'other';
}

/** Who takes over. */
export interface DidRetireParams {
  /** Version of the gtod that asked for the place; null where none did, because the installation of this daemon is gone or was replaced. */
  readonly version: string | null;
}

/** None. */
export interface DiscoverParams {}

/** An OpenRPC document; its own specification says what is in it. */
export interface DiscoverResult {
  readonly openrpc: string;
  readonly info: Readonly<Record<string, unknown>>;
  readonly methods: readonly Readonly<Record<string, unknown>>[];
}

/** The repository. */
export interface DoctorParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** What was found. `problems` is the part of it that could not be read. */
export interface DoctorResult {
  /** Of this server. */
  readonly version: string;
  /** Version of the git that it runs; null where there is none. */
  readonly git: string | null;
  /** Version of the library that it reads repositories with. */
  readonly libgit2: string;
  /** Whether a part of the history is missing from this clone. */
  readonly is_shallow: boolean;
  readonly remotes: readonly Remote[];
  readonly configuration: Configuration;
  /** All there is to say, the problems included. */
  readonly findings: readonly Problem[];
  /** The state that was asked. Opaque; equal clock, equal content. */
  readonly clock: string;
  /** What could not be read; the rest of the answer stands. */
  readonly problems: readonly Problem[];
}

/** An annotation, as GTO nests it in a commit event. */
export interface Enrichment {
  /** `gto`: artifacts.yaml; `dvc`: a dvc.yaml. */
  readonly source: 'gto' | 'dvc';
  readonly artifact: Annotation;
}

/** Where the annotation that counts stands. */
export interface Entry {
  /** Relative to the root of the repository. */
  readonly path: string;
  /** The entry's key. */
  readonly range: Range;
}

/** Rows of history that came and went. A tag that was moved is in both. */
export interface Events {
  readonly added: readonly HistoryRow[];
  readonly removed: readonly HistoryRow[];
}

/** The tags. */
export interface FetchParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** By default all of GTO's that only the remote has. */
  readonly tags?: readonly string[] | null;
  /** Only tell what would be fetched. */
  readonly dry_run?: boolean;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** For `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** A configured remote, or a URL. By default, as for git: to push and to compare, `branch.NAME.pushRemote` or `remote.pushDefault`; else the remote that the branch follows, the only one there is, or `origin`. */
  readonly remote?: string | null;
}

/** What came. A tag that is here already, differently, is not touched: `different`. */
export interface FetchResult {
  /** Which one: the worktree that was asked, as `gto/didChange` names it. */
  readonly repo: string;
  readonly remote: string;
  readonly tags: readonly SentTag[];
  /** What to do about tags that were deleted at the remote. */
  readonly hint?: string | null;
  /** The state that was asked. Opaque; equal clock, equal content. */
  readonly clock: string;
  /** What could not be read; the rest of the answer stands. */
  readonly problems: readonly Problem[];
}

/** Optional on a unix socket; the first message on TCP. Where it is refused, so is all that follows. */
export interface HandshakeParams {
  /** Name of the client, for the log. */
  readonly client: string;
  /** Version of the client, for the log. */
  readonly version: string;
  /** Version of the protocol that the client speaks. */
  readonly protocol: number;
  /** Capabilities without which the client cannot work. */
  readonly require?: readonly string[];
  /** Capabilities that it would make use of. */
  readonly optional?: readonly string[];
  /** The client's environment. Programs that are run for the client (git, its hooks, credential helpers, ssh, gpg) have all of it but what names a repository (`git rev-parse --local-env-vars`), and `GTO_*` configure GTO. Without a `PATH` it is taken for a part of one, which rests on what is basic in the daemon's own: `HOME`, `PATH`, `USER`, `LOGNAME`, `SHELL`, `LANG`, `LC_*`, `TZ`, `LD_LIBRARY_PATH`, `XDG_CONFIG_HOME`, `XDG_CACHE_HOME`, `XDG_RUNTIME_DIR`, `GTOD_RUNTIME_DIR`. So does a client that sends none. A value that is not UTF-8 is sent as U+0000 and its bytes in base64. At most 4,096 variables of 524,288 characters are taken. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** False: this session only reads, runs no program, and its `env` is dropped. */
  readonly trusted?: boolean;
  /** On TCP: the token of gtod.json. */
  readonly token?: string | null;
}

/** Who the server is, and what it can. */
export interface HandshakeResult {
  readonly server: string;
  readonly version: string;
  readonly protocol: number;
  /** All of them, the methods by their names. */
  readonly capabilities: readonly string[];
  readonly pid: number;
}

/** The events. */
export interface HistoryParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** An artifact, or one's stage (`a#prod`) or version (`a@v1.2.3`, `a@latest`). */
  readonly name?: string | null;
  /** Oldest first. */
  readonly ascending?: boolean;
  /** Only events of this stage. */
  readonly stage?: string | null;
  /** Only events of this kind. */
  readonly event?:
    'registration' | 'deregistration' | 'assignment' | 'unassignment' | 'deprecation' | null;
  /** Only events whose author has this name or e-mail. */
  readonly author?: string | null;
  /** Not before. */
  readonly since?: number | string | null;
  /** Not after. */
  readonly until?: number | string | null;
  /** The commits of versions too, as GTO 0.2.8 listed them. */
  readonly commits?: boolean;
  /** At most so many entries; `next_cursor` then leads to the rest. */
  readonly limit?: number | null;
  /** `next_cursor` of the page before; needs `limit`, and the other params as they were. */
  readonly cursor?: string | null;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The registry as of then, from the tags that still exist. */
  readonly as_of?: number | string | null;
  /** Annotations from the files on disk in place of HEAD's. */
  readonly worktree?: boolean;
  /** Annotations at the heads of all local branches too. */
  readonly all_branches?: boolean;
  /** Annotations at all commits of the local branches too. */
  readonly all_commits?: boolean;
  /** `gto`: artifacts.yaml alone, as GTO reads it; `all`: the artifacts section of every dvc.yaml too. */
  readonly annotations?: 'gto' | 'all';
}

/** Exactly what `gto history --json` prints. */
export interface HistoryResult {
  /** With `as_of`: what the answer cannot know. */
  readonly note?: string | null;
  /** With `limit`: where the next page starts, null on the last. */
  readonly next_cursor?: string | null;
  /** Newest first, unless `ascending`. */
  readonly events: readonly HistoryRow[];
  /** Where there are no events: why, and what may be meant. */
  readonly reason?: string | null;
  /** The state that was asked. Opaque; equal clock, equal content. */
  readonly clock: string;
  /** What could not be read; the rest of the answer stands. */
  readonly problems: readonly Problem[];
}

/** An event, as `gto history --json`. */
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
}

/** Where the annotation is written. */
export interface Location {
  /** Relative to the root of the repository. */
  readonly path: string;
  /** The entry's key. */
  readonly range?: Range | null;
  /** The commit it was read from; null for the files on disk. */
  readonly commit: string | null;
}

/** A push that was made. The last may have failed; then those after it were not made. */
export interface MadePush {
  readonly create: readonly string[];
  readonly delete: readonly string[];
  readonly ok?: boolean;
  /** Whether the remote took all of its tags or none. */
  readonly atomic?: boolean;
}

/** A tag object: who made it, when, and on what. */
export interface MadeTag {
  readonly oid: string;
  readonly tagger: string;
  readonly email: string;
  readonly created_at: string;
  /** The commit, hex digits. */
  readonly target: string;
}

/** A tag to be created. */
export interface NewTag {
  readonly tag: string;
  /** The commit, hex digits. */
  readonly target: string;
  readonly message: string;
  readonly tagger: PersonShape;
}

/** A version that `gto/register` would choose. */
export interface NextVersion {
  readonly version: string;
  /** What to ask for; null for the first version. */
  readonly bump: 'major' | 'minor' | 'patch' | null;
}

/** A tag to be deleted, or that was. */
export interface OldTag {
  readonly tag: string;
  /** What it points at, hex digits. */
  readonly oid: string;
}

/** The name. */
export interface ParseTagParams {
  /** A tag's name, without `refs/tags/`. No such tag need be there. */
  readonly name: string;
}

/** What `gto parse-tag` prints. */
export interface ParseTagResult {
  readonly parts: TagParts;
}

/** Who makes a tag. */
export interface PersonShape {
  readonly name: string;
  readonly email: string;
}

/** What an act is going to do. */
export interface Plan {
  /** The method. */
  readonly act: string;
  readonly create: readonly NewTag[];
  readonly delete: readonly OldTag[];
  readonly replaces: readonly Replacement[];
  readonly warnings: readonly PlanWarning[];
  readonly depends: readonly Dependency[];
}

/** Something that the user may not have meant. */
export interface PlanWarning {
  /** Stable, kebab-case. */
  readonly code: string;
  readonly message: string;
}

/** One push: tags that it sends, versions before what rests on them, and tags that it deletes there. */
export interface PlannedPush {
  readonly create: readonly string[];
  readonly delete: readonly string[];
}

/** A place in a text, as in LSP. */
export interface Position {
  /** From 0. */
  readonly line: number;
  /** From 0, in Unicode code points. */
  readonly character: number;
}

/** The repository. */
export interface PrintStateParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** What `gto print-state` prints. */
export interface PrintStateResult {
  readonly artifacts: Readonly<Record<string, StateArtifact>>;
  /** The state that was asked. Opaque; equal clock, equal content. */
  readonly clock: string;
  /** What could not be read; the rest of the answer stands. */
  readonly problems: readonly Problem[];
}

/** What could not be read as meant, or reads as something its author hardly meant. */
export interface Problem {
  /** Stable, kebab-case. */
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** Names the thing and the reason. */
  readonly message: string;
  /** The remedy. */
  readonly hint: string;
  /** Name of the tag concerned. */
  readonly tag?: string | null;
  /** Object concerned, hex digits. */
  readonly oid?: string | null;
  /** Commit concerned, hex digits. */
  readonly commit?: string | null;
  /** File concerned, relative to the root of the repository. */
  readonly path?: string | null;
  /** Where in the file. */
  readonly range?: Range | null;
  /** Artifact concerned. */
  readonly artifact?: string | null;
}

/** The request, and how far it is. */
export interface ProgressParams {
  /** The `workDoneToken` of the request. */
  readonly token: number | string;
  readonly value: ProgressValue;
}

/** How far an act is. */
export interface ProgressValue {
  readonly kind: 'report';
  /** What is being done, in the words of Git where they are its. */
  readonly message: string;
  /** 0 to 100, where that is known. */
  readonly percentage?: number | null;
}

/** What became of a push. */
export interface Push {
  readonly ok: boolean;
  readonly remote: string;
  /** Whether the remote takes all tags or none. */
  readonly atomic?: boolean;
  readonly tags: readonly SentTag[];
  /** The pushes, in their order; with `dry_run` as planned. */
  readonly pushes?: readonly MadePush[];
  /** Absent if there are none. */
  readonly warnings?: readonly PlanWarning[];
  /** What the server and its hooks said, line by line (git's `remote:`); absent if nothing. */
  readonly remote_messages?: readonly string[];
  /** Where it failed: the kind of the refusal. */
  readonly kind?: string;
  readonly message?: string;
  /** The remedy; or what was left out, and how it is sent. */
  readonly hint?: string;
}

/** The tags. */
export interface PushParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** By default all of GTO's that the remote lacks, without those that were deleted there. */
  readonly tags?: readonly string[] | null;
  /** Those that were deleted at the remote too. */
  readonly all?: boolean;
  /** Tags to delete on the remote. */
  readonly delete?: readonly string[];
  /** How many tags a push has at the most, 0 for any; by default `gtod.pushBatch` of Git's configuration, or 3: for more at once GitHub starts no workflow. */
  readonly batch?: number | null;
  /** Push all of them at once, or none. */
  readonly atomic?: boolean;
  /** Only tell what would be sent. */
  readonly dry_run?: boolean;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** For `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** A configured remote, or a URL. By default, as for git: to push and to compare, `branch.NAME.pushRemote` or `remote.pushDefault`; else the remote that the branch follows, the only one there is, or `origin`. */
  readonly remote?: string | null;
}

/** What became of it. A refusal by the remote is `ok: false`, not an error. */
export interface PushResult {
  /** Which one: the worktree that was asked, as `gto/didChange` names it. */
  readonly repo: string;
  readonly push: Push;
  /** The state that was asked. Opaque; equal clock, equal content. */
  readonly clock: string;
  /** What could not be read; the rest of the answer stands. */
  readonly problems: readonly Problem[];
}

/** From `start` up to, not including, `end`, as in LSP. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** The commit, and the version to register it as. */
export interface RegisterParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The artifact: `model` or `some/dir:model`. */
  readonly name: string;
  /** Of the tag; GTO's own words by default. */
  readonly message?: string | null;
  /** Name of the tagger, in place of the one that Git knows. */
  readonly author?: string | null;
  /** E-mail of the tagger, likewise. */
  readonly author_email?: string | null;
  /** Anything that Git resolves to a commit. */
  readonly ref?: string;
  /** `v` and a semantic version; by default the next one. */
  readonly version?: string | null;
  /** Which part of the greatest version goes up; `patch` by default. */
  readonly bump?: 'major' | 'minor' | 'patch' | null;
  /** Without a counter in the tag's name. */
  readonly simple?: boolean;
  /** Register it although it is registered already. */
  readonly force?: boolean;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** For `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** Push the tags of the act afterwards, all together. */
  readonly push?: boolean;
  /** Where to: a configured remote, or a URL. By default, as for git: `branch.NAME.pushRemote`, `remote.pushDefault`, the remote that the branch follows, the only one there is, `origin`. */
  readonly remote?: string | null;
  /** How many tags a push has at the most, 0 for any; by default `gtod.pushBatch` of Git's configuration, or 3: for more at once GitHub starts no workflow. */
  readonly batch?: number | null;
  /** Push all of them at once, or none. */
  readonly atomic?: boolean;
  /** Answer the plan, and write nothing at all. */
  readonly dry_run?: boolean;
  /** The `clock` of a plan or an answer: refuse (`RegistryChanged`) if the tags of the artifacts concerned, what the revision names or the configuration changed since. */
  readonly expect_clock?: string | null;
}

/** A remote of the repository. */
export interface Remote {
  readonly name: string;
  /** Without user and password; null where none is configured. */
  readonly url: string | null;
  /** Whether it is pushed to where none is named. */
  readonly is_push_default: boolean;
}

/** Whose. */
export interface RemoveAnnotationParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** For `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** The artifact. One of a folder, `some/dir:model` (DVC's `some/dir/dvc.yaml:model`), is in the dvc.yaml of that folder. */
  readonly name: string;
  /** For an artifact of the root: by default the file that has its entry, or artifacts.yaml. */
  readonly file?: 'artifacts.yaml' | 'dvc.yaml' | null;
  /** `write`: to disk. `edit`: answer an edit for the editor to apply, and write nothing. */
  readonly apply?: 'write' | 'edit';
  /** Answer what would change in the file, and write nothing. */
  readonly dry_run?: boolean;
  /** Commit the file, and nothing else. */
  readonly commit?: boolean;
  /** Commit it, then push the branch. */
  readonly push?: boolean;
  /** Where to, as for `gto/register`. */
  readonly remote?: string | null;
  /** GTO's, for repositories that are given by their URL. */
  readonly branch?: string | null;
}

/** A stage that another version will hold. Null stands for none. */
export interface Replacement {
  readonly from: string | null;
  readonly artifact: string;
  readonly stage: string;
  readonly to: string | null;
}

/** None. */
export interface RepositoriesParams {}

/** The repositories. */
export interface RepositoriesResult {
  readonly repositories: readonly RepositoryRow[];
}

/** A repository that the daemon holds. */
export interface RepositoryRow {
  readonly repo: string;
  /** Null until it was read. */
  readonly clock: string | null;
  /** How many of its tags are GTO's. */
  readonly tags: number;
  readonly health: 'ok' | 'warning' | 'error';
}

/** The state of one repository. */
export interface RepositoryStatus {
  /** The worktree; the git directory of a bare repository. */
  readonly repo: string;
  /** The git directory with the tags. Worktrees of one repository share it. */
  readonly common: string;
  readonly clock: string;
  /** HEAD's commit, hex digits. */
  readonly head: string | null;
  readonly bare: boolean;
  readonly artifacts: number;
  /** How many of its tags are GTO's. */
  readonly tags: number;
  readonly problems_found: number;
  /** `ok`, or why acts are refused: it cannot be read. */
  readonly configuration: string;
  /** What was read since it was opened. */
  readonly counters: Readonly<Record<string, number>>;
  readonly watcher: WatcherStatus;
  readonly health: 'ok' | 'warning' | 'error';
}

/** For whom. */
export interface RetireParams {
  /** Version of the gtod that takes over, for the log. */
  readonly version: string;
}

/** Another daemon can serve from now on; this one goes on for the sessions that it has, and ends with the last. */
export interface RetireResult {
  /** The process that retires. */
  readonly pid: number;
}

/** The stage. */
export interface RollbackParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The artifact: `model` or `some/dir:model`. */
  readonly name: string;
  /** Of the tag; GTO's own words by default. */
  readonly message?: string | null;
  /** Name of the tagger, in place of the one that Git knows. */
  readonly author?: string | null;
  /** E-mail of the tagger, likewise. */
  readonly author_email?: string | null;
  readonly stage: string;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** For `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** Push the tags of the act afterwards, all together. */
  readonly push?: boolean;
  /** Where to: a configured remote, or a URL. By default, as for git: `branch.NAME.pushRemote`, `remote.pushDefault`, the remote that the branch follows, the only one there is, `origin`. */
  readonly remote?: string | null;
  /** How many tags a push has at the most, 0 for any; by default `gtod.pushBatch` of Git's configuration, or 3: for more at once GitHub starts no workflow. */
  readonly batch?: number | null;
  /** Push all of them at once, or none. */
  readonly atomic?: boolean;
  /** Answer the plan, and write nothing at all. */
  readonly dry_run?: boolean;
  /** The `clock` of a plan or an answer: refuse (`RegistryChanged`) if the tags of the artifacts concerned, what the revision names or the configuration changed since. */
  readonly expect_clock?: string | null;
}

/** What became of one tag. */
export interface SentTag {
  readonly tag: string;
  /** `pushed`, `deleted`, `up to date`, `rejected`, `not sent`, `unknown` (the push was given up); `fetched`, `different`, `not there`, `not fetched`; `deleted at remote`: the remote had it and has it no more, so it is sent only if it is named; with `dry_run` `would be pushed`, `would be deleted` and `would be fetched`. */
  readonly status: string;
  /** In the words of the remote, or of Git. */
  readonly reason?: string;
  /** The tag that rests on this registration, which was not asked for and which the remote lacked. */
  readonly along_with?: string;
  /** Where the remote has another tag of that name. */
  readonly clash?: Clash | null;
}

/** What to show, and how. */
export interface ShowParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** An artifact, or `a@latest`, `a@greatest`, `a@v1.2.3`, `a#stage`. Without it: the registry. */
  readonly name?: string | null;
  /** Stages of registered versions only. */
  readonly registered_only?: boolean;
  /** Deprecated artifacts and deregistered versions too. */
  readonly deprecated?: boolean;
  /** So many stages of each version; -1 for all. */
  readonly assignments_per_version?: number;
  /** So many versions of each stage; -1 for all. */
  readonly versions_per_stage?: number;
  /** Whether the newest assignment or the greatest version holds a stage. */
  readonly sort?: 'timestamp' | 'semver';
  /** At most so many entries; `next_cursor` then leads to the rest. */
  readonly limit?: number | null;
  /** `next_cursor` of the page before; needs `limit`, and the other params as they were. */
  readonly cursor?: string | null;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** The registry as of then, from the tags that still exist. */
  readonly as_of?: number | string | null;
  /** Annotations from the files on disk in place of HEAD's. */
  readonly worktree?: boolean;
  /** Annotations at the heads of all local branches too. */
  readonly all_branches?: boolean;
  /** Annotations at all commits of the local branches too. */
  readonly all_commits?: boolean;
  /** `gto`: artifacts.yaml alone, as GTO reads it; `all`: the artifacts section of every dvc.yaml too. */
  readonly annotations?: 'gto' | 'all';
}

/** `artifacts` without a name, `versions` with one; either is exactly what `gto show --json` prints. */
export interface ShowResult {
  /** With `as_of`: what the answer cannot know. */
  readonly note?: string | null;
  /** With `limit`: where the next page starts, null on the last. */
  readonly next_cursor?: string | null;
  /** Name to its row, in GTO's order. */
  readonly artifacts?: Readonly<Record<string, ArtifactRow>> | null;
  /** Greatest first. */
  readonly versions?: readonly Version[] | null;
  /** Where there is nothing to show: why, and what may be meant. */
  readonly reason?: string | null;
  /** The state that was asked. Opaque; equal clock, equal content. */
  readonly clock: string;
  /** What could not be read; the rest of the answer stands. */
  readonly problems: readonly Problem[];
}

/** Why. */
export interface ShutdownParams {
  /** For the log. */
  readonly reason?: string | null;
}

/** The daemon ends once this is answered. What was sent before is answered too, or given up after 5 s. */
export interface ShutdownResult {
  /** The process that ends. */
  readonly pid: number;
}

/** A stage tag on the commit. */
export interface StageAt {
  readonly artifact: string;
  readonly version: string;
  readonly stage: string;
  /** The version is in the stage now, by the rules of `gto/show`. */
  readonly active: boolean;
  readonly ref: string;
}

/** A stage that a version is in. */
export interface StageHeld {
  readonly stage: string;
  /** The tag that put it there. */
  readonly ref: string;
  readonly since: string;
  readonly author: string;
  readonly author_email: string;
  readonly message: string;
  /** Whether `gto/show` shows it there; else a newer version took its place. */
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
  /** The tag it derives from, or the commit where there is none. */
  readonly ref: string;
  readonly artifact: string;
  readonly commit_hexsha: string;
  readonly version: string;
  readonly stage: string;
  readonly assignments: readonly TagEvent[];
  readonly unassignments: readonly TagEvent[];
}

/** The stages. Without either member: the columns of `gto/show`. */
export interface StagesParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** Those that the configuration allows. */
  readonly allowed?: boolean;
  /** Those that some version is in. */
  readonly used?: boolean;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** Exactly what `gto stages --json` prints. */
export interface StagesResult {
  /** Null for `allowed` where no configuration restricts them. */
  readonly stages: readonly string[] | null;
  /** Where there is none: why. */
  readonly reason?: string | null;
  /** The state that was asked. Opaque; equal clock, equal content. */
  readonly clock: string;
  /** What could not be read; the rest of the answer stands. */
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

/** With `repo`, that repository's state too. */
export interface StatusParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** The process, and the repository asked about. */
export interface StatusResult {
  readonly pid: number;
  readonly version: string;
  readonly protocol: number;
  /** Seconds since it started. */
  readonly uptime_s: number;
  /** Path of the unix socket, or `127.0.0.1:PORT`; null for a server on stdio. */
  readonly socket: string | null;
  /** Path of the log. */
  readonly log: string | null;
  /** Open connections, this one included. */
  readonly sessions: number;
  /** Repositories held; `gto/repositories` lists them. */
  readonly repositories: number;
  /** With `repo`. */
  readonly repository?: RepositoryStatus | null;
}

/** What to be notified of. A member that is left out restricts nothing. */
export interface SubscribeParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** Only changes of these artifacts. */
  readonly artifacts?: readonly string[] | null;
  /** Only events of these stages. */
  readonly stages?: readonly string[] | null;
  /** Only events of these kinds. */
  readonly events?:
    | readonly ('registration' | 'deregistration' | 'assignment' | 'unassignment' | 'deprecation')[]
    | null;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** Every change after `clock` is notified, until `gto/unsubscribe` or the end of the connection. */
export interface SubscribeResult {
  /** For `gto/unsubscribe`, and in each notification. */
  readonly subscription: number;
  /** The state that was asked. Opaque; equal clock, equal content. */
  readonly clock: string;
  /** What could not be read; the rest of the answer stands. */
  readonly problems: readonly Problem[];
}

/** How to find out. */
export interface SyncStatusParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** Ask the remote now, in place of what it said when it was last asked. */
  readonly refresh?: boolean;
  /** Tags that are the same too. */
  readonly all?: boolean;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** For `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** A configured remote, or a URL. By default, as for git: to push and to compare, `branch.NAME.pushRemote` or `remote.pushDefault`; else the remote that the branch follows, the only one there is, or `origin`. */
  readonly remote?: string | null;
}

/** How the tags compare. `deleted at remote`: it had that very tag. `unknown`: it was never asked. */
export interface SyncStatusResult {
  readonly remote: string;
  /** RFC 3339; null if the remote was never asked. */
  readonly asked_at: string | null;
  /** How many tags of each status there are. */
  readonly counts: Readonly<Record<string, number>>;
  readonly tags: readonly SyncedTag[];
  /** What to do about tags that were deleted at the remote. */
  readonly hint?: string | null;
  /** The state that was asked. Opaque; equal clock, equal content. */
  readonly clock: string;
  /** What could not be read; the rest of the answer stands. */
  readonly problems: readonly Problem[];
}

/** How one tag compares. */
export interface SyncedTag {
  readonly tag: string;
  readonly artifact: string;
  readonly status:
    'local only' | 'remote only' | 'same' | 'different' | 'deleted at remote' | 'unknown';
  /** What it points at here; null where it is not. */
  readonly local_oid: string | null;
  /** What it points at there. */
  readonly remote_oid: string | null;
}

/** What one tag did. */
export interface TagEvent {
  readonly artifact: string;
  /** RFC 3339, with the writer's own offset. */
  readonly created_at: string;
  readonly author: string;
  readonly author_email: string;
  readonly message: string;
  /** GTO's order of events of one second. */
  readonly priority?: number | null;
  /** Whether it adds rather than takes away. */
  readonly addition?: boolean | null;
  /** The commit that the tag is on, hex digits. */
  readonly commit_hexsha: string;
  readonly tag: string;
  readonly version?: string | null;
  readonly stage?: string | null;
  readonly event?:
    'registration' | 'deregistration' | 'assignment' | 'unassignment' | 'deprecation' | null;
}

/** What the name says; a part that it does not have is absent. */
export interface TagParts {
  readonly name: string;
  readonly version?: string | null;
  readonly stage?: string | null;
  readonly action?: 'register' | 'deregister' | 'assign' | 'unassign' | 'deprecate' | null;
  readonly counter?: number | null;
}

/** What to show. */
export interface TreeParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** Annotations from the files on disk in place of HEAD's. */
  readonly worktree?: boolean;
  /** Deprecated artifacts too. */
  readonly deprecated?: boolean;
  /** The remote that `unpushed` is about; by default the one that git pushes to. */
  readonly remote?: string | null;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** Every artifact that has a tag or an entry in an annotation file, by folder and name. */
export interface TreeResult {
  readonly artifacts: readonly TreeRow[];
  /** How many deprecated artifacts were left out. */
  readonly hidden: number;
  /** The remote that `unpushed` is about. */
  readonly remote: string;
  /** The configured remotes. */
  readonly remotes: readonly string[];
  /** The state that was asked. Opaque; equal clock, equal content. */
  readonly clock: string;
  /** What could not be read; the rest of the answer stands. */
  readonly problems: readonly Problem[];
}

/** An artifact of the tree. */
export interface TreeRow {
  /** `model`, or `some/dir:model`. */
  readonly name: string;
  /** The folder in the name; empty for one of the root. */
  readonly dir: string;
  /** The name without its folder. */
  readonly label: string;
  readonly type: string | null;
  readonly description: string;
  /** The greatest active registered version. */
  readonly latest: string | null;
  /** Stage to the versions in it, by the default rules of `gto/show`. */
  readonly stages: Readonly<Record<string, readonly string[]>>;
  /** Stage to when the version that holds it came there, RFC 3339. */
  readonly since: Readonly<Record<string, string>>;
  /** Whether any tag is about it. */
  readonly registered: boolean;
  readonly deprecated: boolean;
  /** The files that describe it; the first counts. */
  readonly annotated_in: readonly string[];
  /** Where that annotation stands; absent without one. */
  readonly location?: Entry | null;
  /** How many tags are about it. */
  readonly tags: number;
  /** How many of them the remote is known to lack; absent where nothing is known. */
  readonly unpushed?: number | null;
  /** Those that concern this artifact. */
  readonly problems: readonly Problem[];
}

/** The version, and the stage to take it out of. */
export interface UnassignParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The artifact: `model` or `some/dir:model`. */
  readonly name: string;
  /** Of the tag; GTO's own words by default. */
  readonly message?: string | null;
  /** Name of the tagger, in place of the one that Git knows. */
  readonly author?: string | null;
  /** E-mail of the tagger, likewise. */
  readonly author_email?: string | null;
  readonly stage: string;
  /** Either this or `ref`. */
  readonly version?: string | null;
  /** The version on this commit. */
  readonly ref?: string | null;
  /** Without a counter in the tag's name. */
  readonly simple?: boolean;
  /** Make the tag although the stage was never assigned. */
  readonly force?: boolean;
  /** Delete the tags of this stage of this version in place of making one. */
  readonly delete?: boolean;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
  /** For `$/progress` notifications about this request (LSP 3.17). */
  readonly workDoneToken?: number | string | null;
  /** Push the tags of the act afterwards, all together. */
  readonly push?: boolean;
  /** Where to: a configured remote, or a URL. By default, as for git: `branch.NAME.pushRemote`, `remote.pushDefault`, the remote that the branch follows, the only one there is, `origin`. */
  readonly remote?: string | null;
  /** How many tags a push has at the most, 0 for any; by default `gtod.pushBatch` of Git's configuration, or 3: for more at once GitHub starts no workflow. */
  readonly batch?: number | null;
  /** Push all of them at once, or none. */
  readonly atomic?: boolean;
  /** Answer the plan, and write nothing at all. */
  readonly dry_run?: boolean;
  /** The `clock` of a plan or an answer: refuse (`RegistryChanged`) if the tags of the artifacts concerned, what the revision names or the configuration changed since. */
  readonly expect_clock?: string | null;
}

/** The subscription. */
export interface UnsubscribeParams {
  /** As `gto/subscribe` answered it, on this connection. */
  readonly subscription: number;
}

/** No notification of it comes after this answer. */
export interface UnsubscribeResult {
  readonly subscription: number;
}

/** A version of an artifact, as `gto show NAME --json`. */
export interface Version {
  readonly is_active: boolean;
  readonly activated_at: string | null;
  readonly created_at: string | null;
  readonly author: string | null;
  readonly author_email: string | null;
  readonly message: string | null;
  /** The tag it derives from, or the commit where there is none. */
  readonly ref: string;
  readonly artifact: string;
  readonly commit_hexsha: string;
  /** `v` and a semantic version, or the id of a commit that was not registered. */
  readonly version: string;
  readonly enrichments: readonly CommitEvent[];
  readonly registrations: readonly TagEvent[];
  readonly deregistrations: readonly TagEvent[];
  readonly stages: readonly StageOfVersion[];
  /** No tag registers it: only a stage or an annotation names it. */
  readonly discovered: boolean;
}

/** A version on the commit. */
export interface VersionAt {
  readonly artifact: string;
  readonly version: string;
  /** Not deregistered. */
  readonly active: boolean;
  readonly ref: string;
}

/** A version. */
export interface VersionRow {
  /** `v` and a semantic version, or the commit that was assigned without one. */
  readonly version: string;
  /** The same, a commit abbreviated. */
  readonly label: string;
  /** The tag that registers it, or what else there is of it. */
  readonly ref: string;
  /** Hex digits. */
  readonly commit: string;
  /** Of the commit; null where that is missing from this clone. */
  readonly subject: string | null;
  readonly created_at: string | null;
  readonly author: string | null;
  readonly author_email: string | null;
  readonly message: string | null;
  readonly registered: boolean;
  /** Not deregistered. */
  readonly active: boolean;
  readonly latest: boolean;
  /** Where the artifact lies at that commit, from the root, or its URL. */
  readonly path: string | null;
  /** The longest held first. */
  readonly stages: readonly StageHeld[];
  /** Newest first. */
  readonly events: readonly HistoryRow[];
  /** Those of its tags that the remote is known to lack; absent where nothing is known. */
  readonly unpushed?: readonly string[] | null;
}

/** How changes of a repository are noticed. */
export interface WatcherStatus {
  readonly mode: 'events' | 'polling' | 'on demand';
  readonly health: 'ok' | 'warning' | 'error';
  readonly message: string;
}

/** The stage. */
export interface WhyParams {
  /** Absolute path of anything inside the repository. An LSP session with exactly one workspace folder may leave it out. */
  readonly repo?: string | null;
  /** The artifact. */
  readonly name: string;
  readonly stage: string;
  /** For this request, in place of the environment sent with `gto/handshake`. */
  readonly env?: Readonly<Record<string, string>> | null;
}

/** The events that decided on the stage, oldest first. */
export interface WhyResult {
  readonly name: string;
  readonly stage: string;
  /** The versions in it now, by the default rules of `gto/show`. */
  readonly holds: readonly string[];
  /** Since when; null while it is empty. */
  readonly since: string | null;
  readonly chain: readonly ChainLink[];
  /** The whole of it in a sentence. */
  readonly reason: string;
  /** The state that was asked. Opaque; equal clock, equal content. */
  readonly clock: string;
  /** What could not be read; the rest of the answer stands. */
  readonly problems: readonly Problem[];
}

/** Name to params and result of every method. */

export interface Methods {
  /** Show the registry, or the versions of one artifact, as `gto show --json`. */
  'gto/show': { readonly params: ShowParams; readonly result: ShowResult };
  /** Show the journal of registrations, assignments and deprecations, as `gto history --json`. */
  'gto/history': { readonly params: HistoryParams; readonly result: HistoryResult };
  /** Tell what a tag did, as `gto check-ref --json`. */
  'gto/checkRef': { readonly params: CheckRefParams; readonly result: CheckRefResult };
  /** Describe an artifact by its annotation in artifacts.yaml or a dvc.yaml. */
  'gto/describe': { readonly params: DescribeParams; readonly result: DescribeResult };
  /** List the stages that are allowed or in use, as `gto stages --json`. */
  'gto/stages': { readonly params: StagesParams; readonly result: StagesResult };
  /** Tell what is registered and assigned at a commit. */
  'gto/at': { readonly params: AtParams; readonly result: AtResult };
  /** Check the registry: every finding with its place and remedy. */
  'gto/doctor': { readonly params: DoctorParams; readonly result: DoctorResult };
  /** Register a version of an artifact. */
  'gto/register': { readonly params: RegisterParams; readonly result: ActResult };
  /** Assign a stage to a version of an artifact. */
  'gto/assign': { readonly params: AssignParams; readonly result: ActResult };
  /** Take a version of an artifact out of a stage. */
  'gto/unassign': { readonly params: UnassignParams; readonly result: ActResult };
  /** Take back the registration of a version of an artifact. */
  'gto/deregister': { readonly params: DeregisterParams; readonly result: ActResult };
  /** Deprecate an artifact. */
  'gto/deprecate': { readonly params: DeprecateParams; readonly result: ActResult };
  /** Assign a stage to the version that it held before the present one. */
  'gto/rollback': { readonly params: RollbackParams; readonly result: ActResult };
  /** Carry out several acts on tags as one: all of them, or none. */
  'gto/apply': { readonly params: ApplyParams; readonly result: ActResult };
  /** Describe an artifact in artifacts.yaml or a dvc.yaml; nothing else in the file changes. */
  'gto/annotate': { readonly params: AnnotateParams; readonly result: AnnotationActResult };
  /** Take an artifact out of its annotation file; nothing else in it changes. */
  'gto/removeAnnotation': {
    readonly params: RemoveAnnotationParams;
    readonly result: AnnotationActResult;
  };
  /** Tell how a stage came to hold what it holds. */
  'gto/why': { readonly params: WhyParams; readonly result: WhyResult };
  /** Show every artifact with its state, as a sidebar does. */
  'gto/tree': { readonly params: TreeParams; readonly result: TreeResult };
  /** Show one artifact and its versions, as a sidebar does. */
  'gto/artifact': { readonly params: ArtifactParams; readonly result: ArtifactResult };
  /** Compare two versions of an artifact. */
  'gto/compare': { readonly params: CompareParams; readonly result: CompareResult };
  /** Send tags to a remote, all together, never by force. */
  'gto/push': { readonly params: PushParams; readonly result: PushResult };
  /** Bring tags from a remote; none that is here is overwritten. */
  'gto/fetch': { readonly params: FetchParams; readonly result: FetchResult };
  /** Compare the tags here with those of a remote. */
  'gto/syncStatus': { readonly params: SyncStatusParams; readonly result: SyncStatusResult };
  /** Have a clone of a remote repository, in the user's cache; one that is there is updated. */
  'gto/clone': { readonly params: CloneParams; readonly result: CloneResult };
  /** Tell how the daemon is, and with `repo` what it knows of that repository. */
  'gto/status': { readonly params: StatusParams; readonly result: StatusResult };
  /** List the repositories that the daemon holds. */
  'gto/repositories': { readonly params: RepositoriesParams; readonly result: RepositoriesResult };
  /** Tell what came and went since a clock. */
  'gto/changes': { readonly params: ChangesParams; readonly result: ChangesResult };
  /** Hear of the changes of a repository, by `gto/didChange`. */
  'gto/subscribe': { readonly params: SubscribeParams; readonly result: SubscribeResult };
  /** End a subscription. */
  'gto/unsubscribe': { readonly params: UnsubscribeParams; readonly result: UnsubscribeResult };
  /** Introduce the client: what it requires, and the environment that its requests are answered in. */
  'gto/handshake': { readonly params: HandshakeParams; readonly result: HandshakeResult };
  /** Leave the place to another daemon: what a newer one asks of an older one. */
  'gto/retire': { readonly params: RetireParams; readonly result: RetireResult };
  /** End the daemon, gracefully. */
  'gto/shutdown': { readonly params: ShutdownParams; readonly result: ShutdownResult };
  /** Parse the name of a tag, as `gto parse-tag`. */
  'gto/parseTag': { readonly params: ParseTagParams; readonly result: ParseTagResult };
  /** Print the whole state, as `gto print-state`. */
  'gto/printState': { readonly params: PrintStateParams; readonly result: PrintStateResult };
  /** Answer the OpenRPC document that describes every method. */
  'rpc.discover': { readonly params: DiscoverParams; readonly result: DiscoverResult };
}

/** Name to params of every notification. */

export interface Notifications {
  /** The registry changed: told once, after the index holds it. A slow reader gets several changes of the same origin as one. */
  'gto/didChange': DidChangeParams;
  /** This daemon has left its place to another, and goes on for the sessions that it has, until they leave. Said to clients whose `gto/handshake` lists `didRetire` in `optional`: connect again when it suits you. */
  'gto/didRetire': DidRetireParams;
  /** How far a request with a `workDoneToken` is (LSP 3.17). */
  '$/progress': ProgressParams;
  /** The answer is not wanted any more: it is -32800 at once. An act is ended first, and if it was too late for that, answered with its result. In both framings. */
  '$/cancelRequest': CancelParams;
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
  | 'DaemonRequired';

/** What a client may require of the server. */

export type Capability =
  keyof Methods | 'as_of' | 'batch' | 'cancel' | 'didChange' | 'didRetire' | 'lsp' | 'paging';

/** The version of the protocol. */

export const PROTOCOL = 2;
