"""The runner of GitHub Actions, as far as a composite action can tell: steps, expressions, files, workflow commands.

After GitHub's documentation and the behaviour of actions/runner: an expression knows literals, contexts, `==`, `!=`,
`&&` and `||`; a line of either stream that begins with `::`, or has `##[` in it, is a command, unless it follows
`::stop-commands::` on its own stream. There is no order between streams, so the worse one is taken.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.docs.pages import ROOT

_COMMANDS = {
    "set-output", "save-state", "set-env", "add-path", "add-mask", "add-matcher", "remove-matcher", "debug", "notice",
    "warning", "error", "group", "endgroup", "echo", "stop-commands",
}  # fmt: skip
_COMMAND = re.compile(r"\s*::(?P<name>[\w-]+)(?: [^:]*)?::(?P<data>.*)")
_OLD_COMMAND = re.compile(r"##\[(?P<name>[\w-]+)[^\]]*\](?P<data>.*)")
_TOKEN = re.compile(r"\s*(?:(?P<operator>\|\||&&|==|!=)|'(?P<text>(?:[^']|'')*)'|(?P<name>[\w.-]+))")
_FILES = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE")


@dataclass
class Ran:
    """What became of the steps.

    Attributes:
        succeeded: whether all did.
        steps: the names of those that ran.
        outputs: the action's.
        summary: of the job.
        log: both streams of all steps.
        commands: those that the runner obeys: names and data.

    """

    succeeded: bool = True
    steps: list[str] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    log: str = ""
    commands: list[tuple[str, str]] = field(default_factory=list)


def run_action(
    ref: str, workspace: Path, temporary: Path, inputs: Mapping[str, str] | None = None, **environment: str
) -> Ran:
    """Run the steps of action.yml.

    Args:
        ref: what started the workflow.
        workspace: the checkout.
        temporary: a directory for the runner.
        inputs: what `with:` gives.
        environment: variables of the job.

    """
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    assert action["runs"]["using"] == "composite"
    given = dict(inputs or {})
    assert not given.keys() - action["inputs"].keys()
    context = {f"inputs.{name}": given.get(name, each.get("default", "")) for name, each in action["inputs"].items()}
    context |= {"github.action_path": str(ROOT), "github.ref": ref}
    ran = Ran()
    job = {**environment, "CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_REF": ref, "RUNNER_TEMP": str(temporary)}
    for step in action["runs"]["steps"]:
        if ran.succeeded and _evaluated(str(step.get("if", "'true'")), context) not in ("", "false"):
            _run_step(step, context, job, workspace, Path(tempfile.mkdtemp(dir=temporary)), ran)
    ran.outputs = {name: _substituted(each["value"], context) for name, each in action["outputs"].items()}
    return ran


def _run_step(
    step: Mapping[str, Any], context: dict[str, str], job: Mapping[str, str], workspace: Path, place: Path, ran: Ran
) -> None:
    assert step["shell"] == "bash", "a composite action has to say the shell"
    assert "${{" not in step["run"], "a value would become part of the script"
    files = {name: place / name for name in _FILES}
    for path in files.values():
        path.touch()
    script = place / "script.sh"
    script.write_text(step["run"], "utf-8")
    own = {name: _substituted(str(value), context) for name, value in step.get("env", {}).items()}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script],
        cwd=workspace / _substituted(step.get("working-directory", "."), context),
        env={**os.environ, **job, **{name: str(path) for name, path in files.items()}, **own},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    streams = [each.decode("utf-8", "replace") for each in (done.stdout, done.stderr)]
    ran.steps.append(step["name"])
    ran.log += "".join(streams)
    ran.commands += [command for stream in streams for command in _obeyed(stream)]
    ran.summary += files["GITHUB_STEP_SUMMARY"].read_text("utf-8")
    ran.succeeded = done.returncode == 0
    assert not any(files[name].read_text() for name in ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE"))
    for name, value in file_commands(files["GITHUB_OUTPUT"].read_bytes().decode("utf-8")):
        context[f"steps.{step['id']}.outputs.{name}"] = value


def file_commands(text: str) -> Iterator[tuple[str, str]]:
    """What a file such as GITHUB_OUTPUT sets, as the runner reads it."""
    lines = iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        name, separator, rest = re.fullmatch(r"(.*?)(=|<<)(.*)", line, re.S).groups()  # type: ignore[union-attr]
        if separator == "=":
            yield name, rest
            continue
        value: list[str] = []
        for each in lines:
            if each == rest:
                break
            value.append(each)
        else:
            raise ValueError(f"the delimiter of {name} is missing")
        yield name, "\n".join(value)


def _obeyed(stream: str) -> Iterator[tuple[str, str]]:
    token: str | None = None
    # .NET ends a line at each of these.
    for line in re.split(r"\r\n|\r|\n", stream):
        found = _COMMAND.match(line) or _OLD_COMMAND.search(line)
        if found is None:
            continue
        name, data = found["name"], found["data"]
        if token is not None:
            token = None if name == token else token
        elif name == "stop-commands":
            token = data
        elif name in _COMMANDS:
            yield name, data


def _substituted(text: str, context: Mapping[str, str]) -> str:
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: _evaluated(found[1], context), text)


def _evaluated(expression: str, context: Mapping[str, str]) -> str:
    """The value of an expression as text; false is `false`."""
    tokens = [found.groupdict() for found in _TOKEN.finditer(expression.strip())]

    def value() -> str:
        token = tokens.pop(0)
        if token["text"] is not None:
            return str(token["text"]).replace("''", "'")
        name = str(token["name"])
        assert name in context or name.startswith("steps."), f"no {name}"
        return context.get(name, "")

    def compared() -> str:
        left = value()
        if tokens and tokens[0]["operator"] in ("==", "!="):
            same = tokens.pop(0)["operator"] == "=="
            # GitHub compares text without regard to case.
            return "true" if (left.lower() == value().lower()) is same else "false"
        return left

    def chained(operator: str, part: Any) -> str:
        left = str(part())
        while tokens and tokens[0]["operator"] == operator:
            tokens.pop(0)
            right = str(part())
            is_left = left not in ("", "false")
            left = left if is_left is (operator == "||") else right
        return left

    result = chained("||", lambda: chained("&&", compared))
    assert not tokens, f"not understood: {expression}"
    return result
