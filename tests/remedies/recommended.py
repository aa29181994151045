"""The commands that messages recommend, found in the sources: what is in backticks and starts with a program."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "gto_daemon"

PROGRAMS = "git|gtod|dvc|rm|mv|cp|mkdir|chmod|sysctl"
#: In backticks, perhaps after a variable; `commands.NAME` is what a function of `registry/commands.py` writes.
_COMMAND = re.compile(rf"`((?:[A-Z_]+=\S+ )?(?:{PROGRAMS}) [^`]+)`|(commands\.\w+)")
#: The same without backticks would be found by nobody, and run by no test.
_BARE = re.compile(
    r"(?<![`\w./-])(?:gtod (?:register|assign|unassign|deregister|deprecate|rollback|annotate|remove|push|fetch|show|"
    r"get|metrics|params|compare|plot|history|describe|doctor|sync-status|start|stop|restart|logs|status|watch|why|at|stages|check-ref)"
    r"|gto (?:register|assign|show|annotate|deprecate|history)"
    r"|dvc (?:get|pull|add)"
    r"|git (?:tag|fetch|push|fsck|status|clone|init|config|checkout|cat-file|update-ref|repack|index-pack|refs|remote|"
    r"ls-remote|lfs|rebase|reset|add|rm|log|commit|gc|prune|pull|merge|stash))\b(?! (?:failed|cannot))"
)
#: Modules whose texts are pages: their examples are run where the pages are tested.
_PAGES = {
    "docgen/protocol_page.py",
    "docgen/documents.py",
    "docgen/openrpc.py",
    "docgen/notifications.py",
    "cli/commands/completion.py",
}


def texts(path: Path) -> Iterator[str]:
    """Every string literal that is no docstring; `{}` in place of a value, but for calls of `commands`."""
    tree = ast.parse(path.read_text("utf-8"))
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            skipped.update(id(part) for part in node.values)
            yield "".join(map(_text, node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.value


def _text(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    value = part.value if isinstance(part, ast.FormattedValue) else part
    called = value.func if isinstance(value, ast.Call) else None
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "commands":
        return f"commands.{called.attr}"
    return "{}"


def messages() -> Iterator[tuple[str, str]]:
    """(module, text) of every message that recommends a command."""
    for path in sorted(PACKAGE.rglob("*.py")):
        module = path.relative_to(PACKAGE).as_posix()
        if module not in _PAGES and module != "registry/commands.py":
            for text in texts(path):
                # GTO's words of what it ran are no advice; its advice stands on a line of its own.
                ran = text.startswith(("The command `", "Running `"))
                if not ran and (_COMMAND.search(text) or text.startswith("    git push")):
                    yield module, text


def page_commands(page: Path) -> Iterator[str]:
    """The commands in the code spans and blocks of a page."""
    text = page.read_text("utf-8")
    blocks = re.findall(r"^\s*```\w*\n(.*?)^\s*```", text, re.DOTALL | re.MULTILINE)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^\s*```.*?^\s*```", "", text, flags=re.DOTALL | re.MULTILINE))
    for command in (*spans, *(line.strip() for block in blocks for line in block.splitlines())):
        plain = re.sub(r"^(?:[A-Z_]+=\S+ )+", "", command)
        if re.match(rf"(?:{PROGRAMS}) ", plain):
            yield plain


def typescript_commands() -> Iterator[str]:
    """The commands in the texts of the extension for VS Code."""
    client = ROOT / "clients/vscode"
    for path in (*(client / "src").rglob("*.ts"), client / "package.nls.json"):
        if path.name != "protocol.ts":
            found = re.findall(r"`\s*((?:git|gtod|dvc) [^`\n]+)`", path.read_text("utf-8"))
            yield from (command for command in found if re.match(r"\w+ [a-z]", command) and "began" not in command)


def bare() -> Iterator[tuple[str, str]]:
    """(module, text) of commands that stand in a message without backticks."""
    for path in sorted(PACKAGE.rglob("*.py")):
        module = path.relative_to(PACKAGE).as_posix()
        if module in _PAGES:
            continue
        for text in texts(path):
            outside = re.sub(r"`[^`]*`", "", text)
            if _BARE.search(outside):
                yield module, text
