"""Nothing outside `gto_daemon.platform` differs between systems: by what the code names, and by its signatures."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from gto_daemon import platform
from gto_daemon.platform import posix, windows

_PACKAGE = Path(platform.__file__).parents[1]
#: Modules of the standard library that one system lacks, or that mean something else on each.
ROUTES = {"fcntl", "select", "selectors", "signal", "termios", "tty", "pty", "pwd", "grp", "resource", "syslog",
           "posix", "ctypes", "msvcrt", "winreg", "_winapi", "nt", "mmap", "platform"}  # fmt: skip
#: Members of `os`, `socket` and `sys` of that kind.
MEMBERS = {
    "os": {"fork", "forkpty", "kill", "killpg", "setsid", "getsid", "getpgid", "setpgid", "setuid", "getuid", "geteuid",
           "getgid", "getegid", "getgroups", "getlogin", "chown", "fchown", "lchown", "fchmod", "lchmod", "mkfifo",
           "mknod", "pidfd_open", "wait", "waitpid", "WNOHANG", "nice", "uname", "sysconf", "statvfs", "fstatvfs",
           "sched_getaffinity", "O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_DIRECTORY", "O_TMPFILE",
           "O_BINARY", "O_NOINHERIT", "name", "register_at_fork", "ctermid", "openpty", "setxattr", "getxattr",
           "sendfile", "chroot", "startfile", "lockf"},
    "socket": {"AF_UNIX", "SO_PEERCRED", "SCM_RIGHTS", "send_fds", "recv_fds", "MSG_NOSIGNAL"},
    "sys": {"platform", "getwindowsversion"},
    "asyncio": {"open_unix_connection", "start_unix_server"},
}  # fmt: skip
#: Of any object: methods of event loops, arguments of Popen, fields of a stat result that one system leaves empty.
METHODS = {"add_signal_handler", "remove_signal_handler", "create_unix_server", "create_unix_connection", "add_reader",
           "st_uid", "st_gid"}  # fmt: skip
KEYWORDS = {"pass_fds", "preexec_fn", "start_new_session", "creationflags", "startupinfo", "process_group"}
#: Where the number of a file's owner goes into a message, after `platform.is_mine` said that it is somebody else's; and
#: where pipes are polled, after `platform.POLLS_PIPES` said that they can be.
ASKED_BEFORE = {
    ("client/address.py", "st_uid"),
    ("daemon/private_dirs.py", "st_uid"),
    ("git/program_output.py", "selectors"),
}


def differing(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.partition(".")[0] in ROUTES)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module.partition(".")[0] in ROUTES:
                yield node.module
            yield from (
                f"{node.module}.{name.name}" for name in node.names if name.name in MEMBERS.get(node.module, ())
            )
        elif isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if node.attr in MEMBERS.get(owner, ()):
                yield f"{owner}.{node.attr}"
            elif node.attr in METHODS:
                yield node.attr
        elif isinstance(node, ast.keyword) and node.arg in KEYWORDS:
            yield node.arg
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(("/proc", "/sys/"))
        ):
            yield node.value


def test_nothing_else_uses_what_one_system_lacks() -> None:
    found = {
        (path.relative_to(_PACKAGE).as_posix(), each)
        for path in _PACKAGE.rglob("*.py")
        if path.parent != Path(platform.__file__).parent
        for each in differing(path.read_text())
    }
    assert found == ASKED_BEFORE


@pytest.mark.parametrize(
    "source",
    [
        "import fcntl",
        "def f():\n    from signal import SIGTERM",
        "from os import fork",
        "os.getuid()",
        "socket.socket(socket.AF_UNIX)",
        "subprocess.Popen(x, start_new_session=True)",
        "loop.add_signal_handler(1, f)",
        "Path('/proc/self')",
        "if sys.platform == 'win32': pass",
    ],
)
def test_the_rule_sees_what_it_is_there_for(source: str) -> None:
    assert list(differing(source))


def test_the_module_itself_is_where_all_of_it_is() -> None:
    assert {"fcntl", "select", "os.fork", "os.getuid", "socket.AF_UNIX"} <= set(differing(inspect.getsource(posix)))
    assert {"msvcrt", "_winapi"} <= set(differing(inspect.getsource(windows)))


@pytest.mark.parametrize("name", platform.__all__)
def test_both_branches_have_the_same_names_and_parameters(name: str) -> None:
    one, other = getattr(posix, name), getattr(windows, name)
    assert getattr(platform, name) is one
    if callable(one):
        assert list(inspect.signature(one).parameters.items()) == list(inspect.signature(other).parameters.items())
        assert inspect.getdoc(other)
    else:
        assert type(one) is type(other)


def test_what_is_held_has_the_same_methods() -> None:
    kinds = (posix.HeldProcess, posix.NumberedProcess, windows.HeldProcess)
    for name in ("wait", "end", "close"):
        assert len({str(inspect.signature(getattr(kind, name))) for kind in kinds}) == 1
