"""The log: a file next to the socket, rotated, so that a long-running daemon does not fill the disk."""

import faulthandler
import json
import logging
import os
import stat
import sys
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path

from gto_daemon import platform
from gto_daemon.daemon.lifecycle.refusal import CannotServe

#: Maximum bytes of a file; there are two files, `gtod.log` and `gtod.log.1`.
SIZE = 2 * 1024 * 1024
_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


class _JsonFormatter(logging.Formatter):
    """Makes one JSON text of a record: its time in UTC, level, logger, message and, of a failure, its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        entry = {
            "time": f"{moment}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry)


def open_log(path: Path, *, level: str, to_stderr: bool, as_json: bool = False) -> None:
    """Send every log record to `path`, and with `to_stderr` there as well.

    Args:
        path: the file.
        level: a name that `logging` knows.
        to_stderr: whether stderr gets them too.
        as_json: write JSON texts, one a line.

    Raises:
        CannotServe: the file cannot be opened.

    """
    _refuse_foreign(path)
    try:
        handler = RotatingFileHandler(path, maxBytes=SIZE, backupCount=1, encoding="utf-8", errors="backslashreplace")
        path.chmod(0o600)
    except OSError as error:
        raise CannotServe(f"cannot write the log {path}: {error.strerror}") from error
    handlers: list[logging.Handler] = [handler]
    if to_stderr:
        handlers.append(logging.StreamHandler(sys.stderr))
    formatter = _JsonFormatter() if as_json else logging.Formatter(_FORMAT)
    for each in handlers:
        each.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=handlers, force=True)
    logging.captureWarnings(capture=True)
    if logging.getLogger().level > logging.DEBUG:
        # It says of every request that it was called, and of every answer that it came.
        logging.getLogger("pygls").setLevel(logging.WARNING)


def _refuse_foreign(path: Path) -> None:
    # Another user who could write to the directory before it was private may have left a link to a file of ours.
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if stat.S_ISLNK(found.st_mode) or not platform.is_mine(found):
        raise CannotServe(f"cannot write the log {path}: it is a link or somebody else's; remove it")


def redirect_stderr(path: Path) -> None:
    """Redirect stderr to the log, so that the log has crashes of the interpreter or of a C library too."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    faulthandler.enable()
