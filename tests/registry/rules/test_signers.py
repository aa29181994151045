"""The signers file: what ssh-keygen would pass over is an error, and so is a key for everybody."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gto_daemon.registry.rules.signers import read_signers
from gto_daemon.registry.rules.values import MAX_RULES_FILE

KEY: Final = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
#: Lines that ssh-keygen reads.
READ: Final = (
    "",
    "   ",
    "# comment",
    "  # comment",
    f"a@b {KEY}",
    f"a@b {KEY} a comment, of any kind *",
    f"a@b,c@d {KEY}",
    f"  a@b\t{KEY}",
    f'"a@b" {KEY}',
    f"a@b {KEY}\r",
    f'a@b namespaces="git" {KEY}',
    f'a@b NAMESPACES="git,file",valid-after="20200101" {KEY}',
    f'a@b valid-after="20200101Z",valid-before="203001011200" {KEY}',
    f'a@b valid-before="20200101120030Z" {KEY}',
)
#: Lines that it does not.
PASSED_OVER: Final = (
    "a@b",
    KEY,
    f'"a@b {KEY}',
    "a@b ssh-ed25519",
    "a@b ssh-ed25519 AAAA",
    f"a@b ssh-rsa {KEY.split()[1]}",
    f"a@b foo {KEY.split()[1]}",
    f"a@b {KEY[:-4]}",
    f"a@b {KEY}AAAA",
    f"a@b {KEY}*",
    f"a@b foo {KEY}",
    f'a@b foo="x" {KEY}',
    f"a@b cert-authority, {KEY}",
    f"a@b namespaces=git {KEY}",
    f'a@b namespaces="git",namespaces="git" {KEY}',
    f'a@b valid-after="2020010" {KEY}',
    f'a@b valid-after="19690101Z" {KEY}',
    f'a@b valid-after="202001011260" {KEY}',
    f'a@b valid-after="20200101",valid-before="20190101" {KEY}',
)


@pytest.mark.parametrize("line", READ)
def test_a_line_that_ssh_keygen_reads_is_right(line: str) -> None:
    assert read_signers(line.encode()) == ()


@pytest.mark.parametrize("line", PASSED_OVER)
def test_a_line_that_ssh_keygen_passes_over_is_an_error(line: str) -> None:
    (problem,) = read_signers(f"a@b {KEY}\r\n# c\n{line}\n".encode(), "x/signers")
    assert problem.range is not None
    assert (problem.code, problem.severity, problem.located()[:16]) == ("wrong-signers", "error", "x/signers:3:1: L")
    assert problem.hint
    assert problem.range.end == (2, len(line))


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen to compare with")
def test_ssh_keygen_says_the_same(tmp_path: Path) -> None:
    def keygen(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["ssh-keygen", *words], cwd=tmp_path, capture_output=True, text=True, check=False)

    keygen("-q", "-t", "ed25519", "-N", "", "-f", "key")
    (tmp_path / "text").write_text("x")
    assert keygen("-q", "-Y", "sign", "-f", "key", "-n", "git", "text").returncode == 0
    # About an empty line some releases complain, though their manual says that it is ignored.
    for line in filter(str.strip, READ + PASSED_OVER):
        (tmp_path / "signers").write_text(f"{line}\n", newline="\n")
        complaint = keygen("-Y", "find-principals", "-f", "signers", "-s", "text.sig").stderr
        assert ("signers:1:" in complaint) == (line in PASSED_OVER), f"{line!r}: {complaint}"


@pytest.mark.parametrize("principals", ["*", "*@example.com", "a@b,?@c", "!a@b,c@d", "a@b,!c", '"*@b"'])
def test_a_key_for_anybody_is_an_error(principals: str) -> None:
    (problem,) = read_signers(f"{principals} {KEY}".encode())
    assert (problem.code, problem.severity) == ("wildcard-signer", "error")


def test_an_authority_is_a_warning() -> None:
    (problem,) = read_signers(f"a@b cert-authority {KEY}".encode())
    assert (problem.code, problem.severity) == ("signing-authority", "warning")


def test_a_file_that_is_too_large_is_an_error() -> None:
    (problem,) = read_signers(b"#" * (MAX_RULES_FILE + 1))
    assert (problem.code, problem.severity) == ("too-large", "error")


_PARTS = st.sampled_from([*READ, *PASSED_OVER, "a@b", " ", ",", '"', "=", '="', "valid-after", "\n", "\0", "\xff"])


@given(st.binary() | st.lists(_PARTS, max_size=12).map(lambda parts: "".join(parts).encode("latin-1")))
def test_whatever_the_bytes_each_problem_has_its_line(data: bytes) -> None:
    count = data.count(b"\n") + 1
    assert all(problem.range and problem.range.start.line < count for problem in read_signers(data))


def test_warnings_leave_no_error_out_and_neither_is_told_without_end() -> None:
    authority, broken = f"a@b cert-authority {KEY}\n", "a@b x y\n"
    found = read_signers((authority * 300 + broken).encode())
    assert [problem.severity for problem in found] == ["warning"] * 100 + ["error"]
    assert len(read_signers((broken * 300).encode())) == 100


@pytest.mark.parametrize(
    "line", ['a@b "' + '\\"' * 200_000, "a@b " + "a" * 200_000 + " " * 200_000, "a@b x," * 100_000]
)
def test_no_line_takes_long(line: str) -> None:
    # A regular expression that tries every way to read it would not end.
    assert [problem.severity for problem in read_signers(line.encode())] == ["error"]
