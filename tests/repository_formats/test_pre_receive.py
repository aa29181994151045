"""The hook `pre-receive`, with real pushes to bare repositories: objects in quarantine, all of a push or nothing."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import gto_daemon
from tests.remotes import PASSWORD, USER, hook, http_remote, needs_sshd, ssh_remote
from tests.repository_formats.conftest import INIT_OPTIONS, use_newest_git
from tests.signing import needs_ssh, public, ssh_key

ANN, BOB, EVE = "ann@example.com", "bob@example.com", "eve@example.com"
RULES = f"""
version: 1
rules:
  register: {{branches: [main]}}
  stages:
    staging: {{branches: [main, "release/*"]}}
    prod: {{from: [staging], who: [leads]}}
  delete: never
  overrides: {{who: [leads]}}
roles:
  leads: [{ANN}]
"""


@dataclass
class Server:
    """A bare repository with the hook, and a clone of it."""

    bare: Path
    clone: Path
    env: dict[str, str] = field(default_factory=dict)

    def git(self, *words: str, by: str = ANN, at: int | None = None, fails: bool = False) -> str:
        """What git in the clone says on both streams."""
        when = {} if at is None else {"GIT_COMMITTER_DATE": f"@{at} +0000"}
        person = {"GIT_COMMITTER_EMAIL": by, "GIT_COMMITTER_NAME": by, "GIT_AUTHOR_EMAIL": by, "GIT_AUTHOR_NAME": by}
        ran = subprocess.run(
            ["git", *words],
            cwd=self.clone,
            env={**os.environ, **person, **when, **self.env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert fails == (ran.returncode != 0), ran.stdout
        return ran.stdout

    def commit(self, **files: str) -> None:
        for name, text in files.items():
            place = self.clone / name.replace("__", "/")
            place.parent.mkdir(exist_ok=True)
            place.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", "Commit")

    def rule(self, rules: str, **files: str) -> None:
        """Have these rules on the server."""
        self.commit(**{".gtod.yaml": rules, **files})
        self.git("push", "--quiet", "origin", "HEAD:main")

    def tag(self, name: str, *options: str, by: str = ANN, at: int | None = None, message: str = "because") -> str:
        self.git("tag", "-a", "-m", message, *options, name, by=by, at=at)
        return name

    def push(self, *refs: str, fails: bool = False) -> str:
        return self.git("push", "origin", *refs, fails=fails)

    def tags(self) -> list[str]:
        return subprocess.run(
            ["git", "-C", str(self.bare), "tag"], capture_output=True, text=True, check=True
        ).stdout.splitlines()


def _served(tmp_path: Path, *options: str, rules: str | None = None, **files: str) -> Server:
    bare, clone = tmp_path / "srv.git", tmp_path / "clone"
    subprocess.run(["git", "init", "--quiet", "--bare", *options, str(bare)], check=True)
    subprocess.run(["git", "init", "--quiet", *options, str(clone)], check=True)
    server = Server(bare, clone)
    server.git("remote", "add", "origin", str(bare))
    if rules is not None:
        server.rule(rules, **files)
    # As little as a server may give: no home, nothing that can be written.
    passed = "GIT_DIR GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_QUARANTINE_PATH"
    variables = " ".join(f'{name}="${name}"' for name in passed.split())
    package = Path(gto_daemon.__file__).parents[1]
    program = f"{shlex.quote(sys.executable)} -m gto_daemon audit --pre-receive"
    hook(bare, "pre-receive", f'exec env -i PATH="$PATH" PYTHONPATH={shlex.quote(str(package))} {variables} {program}')
    return server


@pytest.fixture(params=INIT_OPTIONS, ids=str)
def server(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A server of each format, with rules."""
    if "--ref-format=reftable" in request.param:
        use_newest_git(monkeypatch)
    server = _served(tmp_path, *request.param, rules=RULES)
    server.tag("m@v1.0.0")
    server.tag("m#staging#1")
    server.push("m@v1.0.0", "m#staging#1")
    return server


@pytest.fixture
def plain(tmp_path: Path) -> Server:
    """A server in Git's usual format, with the same rules and no tags."""
    return _served(tmp_path, rules=RULES)


def test_one_wrong_tag_of_five_refuses_the_push(server: Server) -> None:
    names = [server.tag(f"m#staging#{number}") for number in range(2, 6)]
    wrong = server.tag("m#prod#6", by=EVE)
    said = server.push(*names, wrong, fails=True)
    assert "refs/tags/m#prod#6: eve@example.com (claimed" in said
    assert "leads (ann@example.com) may." in said
    assert server.tags() == ["m#staging#1", "m@v1.0.0"]
    server.push(*names, server.tag("m#prod#7"))


def test_tags_of_one_push_are_judged_in_their_order(plain: Server) -> None:
    now = int(time.time())
    plain.tag("m@v1.0.0", at=now - 30)
    plain.tag("m#prod#2", at=now - 10)
    assert "not in 'staging'" in plain.push("m@v1.0.0", "m#prod#2", fails=True)
    plain.tag("m#staging#1", at=now - 20)
    plain.push("m@v1.0.0", "m#staging#1", "m#prod#2")


def test_nothing_is_deleted_or_moved(server: Server) -> None:
    assert "let nobody delete" in server.push(":refs/tags/m#staging#1", fails=True)
    server.tag("m#staging#1", "--force", message="another")
    assert "let nobody move" in server.push("--force", "m#staging#1", fails=True)
    # What is not GTO's is left alone.
    server.push(server.tag("v1.0.0"))
    server.push(":refs/tags/v1.0.0")


def test_rules_are_not_passed_over_where_head_names_no_branch(plain: Server) -> None:
    subprocess.run(["git", "-C", str(plain.bare), "symbolic-ref", "HEAD", "refs/heads/other"], check=True)
    plain.tag("m#prod#1", by=EVE)
    assert "HEAD names 'refs/heads/other', which is not there" in plain.push("m#prod#1", fails=True)
    # What has nothing to do with rules is left alone.
    plain.push("HEAD:refs/heads/draft", plain.tag("v1.0.0"))


def test_a_symbolic_ref_leads_to_what_is_changed(server: Server) -> None:
    for name, target in (("refs/heads/old-name", "refs/heads/main"), ("refs/tags/latest", "refs/tags/m#staging#1")):
        subprocess.run(["git", "-C", str(server.bare), "symbolic-ref", name, target], check=True)
    server.tag("latest")
    assert "let nobody move" in server.push("--force", "latest", fails=True)
    server.commit(**{".gtod.yaml": "version: 3\n"})
    assert "are wrong" in (said := server.push("HEAD:old-name", fails=True)) or "cannot be read" in said


def test_branches_count_as_the_push_leaves_them(plain: Server) -> None:
    server = plain
    server.git("switch", "--quiet", "-c", "dev")
    server.commit(a="1")
    server.tag("m@v2.0.0")
    assert "is not on 'main'" in server.push("dev", "m@v2.0.0", fails=True)
    server.push("dev", "dev:main", "m@v2.0.0")


@pytest.mark.parametrize("protected", ["hook update", "rewritten"])
def test_a_branch_that_may_yet_be_refused_counts_as_it_is(plain: Server, protected: str) -> None:
    if protected == "rewritten":
        subprocess.run(["git", "-C", str(plain.bare), "config", "receive.denyNonFastForwards", "true"], check=True)
        plain.git("commit", "--quiet", "--amend", "-m", "Another")
    else:
        hook(plain.bare, "update", '[ "$1" != refs/heads/main ]')
        plain.commit(a="1")
    plain.tag("m@v1.0.0")
    assert "is not on 'main'" in plain.push("--force", "HEAD:main", "m@v1.0.0", fails=True)
    assert plain.tags() == []


def test_the_rules_are_those_before_the_push(plain: Server) -> None:
    server = plain
    server.commit(**{".gtod.yaml": "version: 1\n"})
    server.tag("m#prod#2", by=EVE)
    assert "may not assign 'prod'" in server.push("HEAD:main", "m#prod#2", fails=True)
    server.push("HEAD:main")
    server.push("m#prod#2")


def test_no_tag_takes_the_place_of_the_branch_with_the_rules(server: Server) -> None:
    subprocess.run(["git", "-C", str(server.bare), "config", "gtod.rulesRef", "main"], check=True)
    server.commit(**{".gtod.yaml": "version: 1\n"})
    server.git("tag", "main")
    server.push("refs/tags/main")
    server.tag("m#prod#2", by=EVE)
    assert "may not assign 'prod'" in server.push("m#prod#2", fails=True)
    server.commit(**{".gtod.yaml": "version: 3\n"})
    assert "are wrong" in server.push("HEAD:refs/heads/main", fails=True)


@pytest.mark.parametrize("text", ["version: 3\n", "rules: [\n", "version: 1\nsigners: .gtod/none\n"])
def test_rules_that_nobody_could_read_are_not_let_in(plain: Server, text: str) -> None:
    plain.commit(**{".gtod.yaml": text})
    assert "are wrong" in (said := plain.push("HEAD:main", fails=True)) or "does not have" in said
    # On another branch they bind nobody.
    plain.push("HEAD:refs/heads/draft")


def test_where_the_rules_are_wrong_no_tag_is_let_in_and_a_repair_is(plain: Server) -> None:
    plain.commit(**{".gtod.yaml": "version: 3\n"})
    plain.push("HEAD:refs/heads/draft")
    subprocess.run(["git", "-C", str(plain.bare), "branch", "--force", "main", "draft"], check=True)
    plain.tag("m@v1.0.0")
    assert "cannot" in (said := plain.push("m@v1.0.0", fails=True)) or "are wrong" in said
    plain.push(plain.tag("not-gto"))
    plain.rule(RULES)
    plain.push("m@v1.0.0")


def test_the_branch_with_the_rules_is_not_deleted(plain: Server) -> None:
    subprocess.run(["git", "-C", str(plain.bare), "config", "receive.denyDeleteCurrent", "ignore"], check=True)
    assert "has the rules of promotion" in plain.push(":refs/heads/main", fails=True)
    plain.push("HEAD:refs/heads/other")
    plain.push(":refs/heads/other")


def test_other_input_than_the_hooks_is_refused(plain: Server) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "gto_daemon", "audit", "--pre-receive"],
        cwd=plain.bare,
        input="garbage\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, "Traceback" in said.stderr) == (1, False)
    assert "not what Git gives to the hook" in said.stderr


@pytest.mark.parametrize("ahead", [-7_200, 7_200])
def test_a_date_far_from_the_clock_of_the_server(plain: Server, ahead: int) -> None:
    plain.tag("m@v1.0.0", at=int(time.time()) + ahead)
    assert "from the clock of this server" in plain.push("m@v1.0.0", fails=True)


def test_an_override_is_let_in_from_those_who_may(plain: Server) -> None:
    plain.push(plain.tag("m@v1.0.0"))
    plain.tag("m#prod#1", message="Assign\n\nOverride: it burns")
    plain.push("m#prod#1")
    plain.tag("m#prod#2", by=EVE, message="Assign\n\nOverride: it burns")
    plain.push("m#prod#2", fails=True)


def test_since_does_not_count(plain: Server) -> None:
    plain.rule("version: 1\nrules: {since: 2100-01-01, stages: {prod: {who: []}}}\n")
    assert "nobody may" in plain.push(plain.tag("m#prod#1"), fails=True)


def test_a_server_without_rules_takes_everything(tmp_path: Path) -> None:
    server = _served(tmp_path)
    server.commit(a="1")
    server.push("HEAD:main", server.tag("m#prod#1"))


def test_a_tag_of_a_tag_is_judged_by_what_it_names(plain: Server) -> None:
    plain.push(plain.tag("m@v1.0.0"))
    plain.git("switch", "--quiet", "-c", "dev")
    plain.commit(a="2")
    plain.tag("inner")
    plain.git("-c", "advice.nestedTag=false", "tag", "-a", "-m", "x", "m@v2.0.0", "inner")
    assert "is not on 'main'" in plain.push("m@v2.0.0", fails=True)


def test_what_gto_may_read_otherwise_is_not_let_in(server: Server) -> None:
    commit, tree = server.git("rev-parse", "HEAD", "HEAD^{tree}").split()
    tagger = f"tagger {BOB} <{BOB}> {int(time.time())} +0000\n"

    def push(name: str, *headers: str) -> str:
        text = "".join(f"{each}\n" for each in (*headers, f"tag {name}")) + tagger
        (server.clone / "object").write_text(f"{text}\nbecause")
        oid = server.git("hash-object", "-t", "tag", "-w", "--literally", "object").strip()
        return server.push(f"{oid}:refs/tags/{name}", fails=True)

    on_commit = f"object {commit}", "type commit"
    assert "on a tree, not on a commit" in push("m#dev#2", f"object {tree}", "type tree")
    assert "on a tree, not on a commit" in push("m@deprecated", f"object {tree}", "type tree")
    assert "which GTO reserves" in push("m@created", *on_commit)
    inner = server.git("rev-parse", server.tag("inner")).strip()
    for depth in range(20):
        server.git("tag", "-a", "-m", "x", f"inner{depth}", inner)
        inner = server.git("rev-parse", f"inner{depth}").strip()
    assert "on a tag, not on a commit" in push("m#prod#3", f"object {inner}", "type tag")
    tagger = tagger.replace(BOB, ANN) + tagger
    assert "headers that Git does not write" in push("m#dev#2", *on_commit)
    tagger = ""
    assert "headers that Git does not write" in push("m#dev#2", *on_commit)
    server.git("tag", "m#dev#2")
    server.push("m#dev#2")


def test_a_tag_that_counts_for_nothing_may_be_deleted(plain: Server) -> None:
    plain.git("tag", "m@v1.0.0")
    plain.push("m@v1.0.0")
    plain.tag("m@v1.0.0", "--force")
    plain.push("--force", "m@v1.0.0")
    assert "let nobody delete" in plain.push(":refs/tags/m@v1.0.0", fails=True)


def test_names_are_read_as_utf_8_whatever_the_locale(plain: Server) -> None:
    # A digit of another script is one in a version, for GTO too.
    name = plain.tag("m@v1.1\u0663.0", by=EVE)
    plain.rule(RULES.replace("register: {", "register: {who: [leads], "))
    script = plain.bare / "hooks/pre-receive"
    script.write_text(script.read_text().replace("env -i", "env -i PYTHONIOENCODING=latin-1"))
    assert "may not register" in plain.push(name, fails=True)
    plain.push("HEAD:refs/heads/\u0663")


def test_over_http(plain: Server) -> None:
    with http_remote(plain.bare) as url:
        plain.git("remote", "set-url", "origin", url.replace("http://", f"http://{USER}:{PASSWORD}@"))
        plain.push(plain.tag("m@v1.0.0"))
        assert "may not assign 'prod'" in plain.push(plain.tag("m#prod#1", by=EVE), fails=True)


@needs_sshd
def test_over_ssh(plain: Server, tmp_path: Path) -> None:
    with ssh_remote(plain.bare, tmp_path / "ssh") as (url, command):
        plain.git("remote", "set-url", "origin", url)
        plain.env = {"GIT_SSH_COMMAND": command}
        plain.push(plain.tag("m@v1.0.0"), plain.tag("m#staging#1"))
        assert "may not assign 'prod'" in plain.push(plain.tag("m#prod#2", by=EVE), fails=True)
        plain.push(plain.tag("m#prod#3"))
    assert plain.tags() == ["m#prod#3", "m#staging#1", "m@v1.0.0"]


@needs_ssh
class TestSigned:
    @pytest.fixture
    def signed(self, tmp_path: Path) -> Callable[[str, Path | None], str]:
        self.key, self.other = ssh_key(tmp_path / "ann"), ssh_key(tmp_path / "bob")
        rules = RULES.replace("prod: {from: [staging], who", "prod: {signed: required, who")
        rules = f"{rules}signers: .gtod/allowed_signers\n"
        signers = f"{ANN} {public(self.key)}\n{BOB} {public(self.other)}\n"
        self.server = _served(tmp_path, rules=rules, **{".gtod__allowed_signers": signers})

        def tag(name: str, key: Path | None) -> str:
            options = () if key is None else ("-s",)
            self.server.env = {} if key is None else _signing(key)
            return self.server.tag(name, *options)

        return tag

    def test_the_signature_decides_and_not_the_name(self, signed: Callable[[str, Path | None], str]) -> None:
        self.server.push(signed("m#prod#1", self.key))
        assert "is not signed" in self.server.push(signed("m#prod#2", None), fails=True)
        assert "bob@example.com may not assign" in self.server.push(signed("m#prod#3", self.other), fails=True)
        assert self.server.tags() == ["m#prod#1"]

    def test_a_signature_of_another_tag(self, signed: Callable[[str, Path | None], str]) -> None:
        signed("m#dev#1", self.key)
        assert "name-mismatch" in self.server.push("refs/tags/m#dev#1:refs/tags/m#prod#1", fails=True)


def _signing(key: Path) -> dict[str, str]:
    given = {"gpg.format": "ssh", "user.signingKey": str(key)}
    variables = {"GIT_CONFIG_COUNT": str(len(given))}
    for number, (name, value) in enumerate(given.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return variables
