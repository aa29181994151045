"""Check the signers file, in the form of ALLOWED SIGNERS in ssh-keygen(1).

ssh-keygen passes over a line that it cannot read, and its key does not count; here that is an error, as nobody would
see it. So is a principal with a wildcard, which would let one key sign for everybody. A `cert-authority` line is a
warning: the authority's owner decides who may sign, and not the file, which may be what is wanted.
"""

import base64
import binascii
import re
from datetime import datetime
from types import MappingProxyType
from typing import Final

from gto_daemon.protocol import Severity
from gto_daemon.registry.problems import Position, Problem, Range
from gto_daemon.registry.rules.reading import signed_rules
from gto_daemon.registry.rules.values import MAX_RULES_FILE, RULES_FILE, Rules

_HINT: Final = "A line is 'address key-type base64-key', such as the one of a .pub file after the address."
_PRINCIPALS: Final = re.compile(r'[ \t]*(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))[ \t]+')
_KEY: Final = re.compile(r"(?P<type>[^ \t]+)[ \t]+(?P<blob>[^ \t]+)")
_OPTIONS: Final = re.compile(r'(?P<options>(?:"(?:\\"|[^"])*+"|[^" \t])++)[ \t]+')
_OPTION: Final = re.compile(r'(?P<name>[a-zA-Z-]+)(?:="(?P<value>(?:\\"|[^"])*+)")?(?:,+(?=.)|\Z)')
_TIME: Final = re.compile(r"([0-9]{8})([0-9]{4})?([0-9]{2})?Z?")
_VALUED: Final = ("namespaces", "valid-after", "valid-before")
#: Types of keys to the number of fields in their blob, the type included.
_FIELDS: Final = MappingProxyType(
    {
        "ssh-ed25519": 2,
        "ssh-rsa": 3,
        "ssh-dss": 5,
        "ecdsa-sha2-nistp256": 3,
        "ecdsa-sha2-nistp384": 3,
        "ecdsa-sha2-nistp521": 3,
        "sk-ssh-ed25519@openssh.com": 3,
        "sk-ecdsa-sha2-nistp256@openssh.com": 4,
    }
)


_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_EPOCH: Final = 1970
#: Errors that are told, and warnings.
_MAX_PROBLEMS: Final = 100
#: Bytes of a length in a key's blob.
_LENGTH: Final = 4


class _LineError(Exception):
    """A line that does not do; the message ends a sentence that begins with the line's number."""

    def __init__(self, reason: str, hint: str, code: str = "wrong-signers", severity: Severity = "error") -> None:
        super().__init__(reason)
        self.hint = hint
        self.code = code
        self.severity: Severity = severity


def read_signers(data: bytes, path: str = ".gtod/allowed_signers") -> tuple[Problem, ...]:
    """Return what is wrong with a signers file, in its order. Never raises."""
    if len(data) > MAX_RULES_FILE:
        start = Position(0, 0)
        reason = f"The file has {len(data)} bytes, and at most {MAX_RULES_FILE} are read."
        hint = "Make it shorter."
        place = Range(start, start)
        return (Problem(code="too-large", severity="error", message=reason, hint=hint, path=path, range=place),)
    problems: list[Problem] = []
    warnings = 0
    for number, text in enumerate(data.decode("utf-8", "replace").split("\n")):
        line = text.rstrip("\r")
        try:
            _check(line)
        except _LineError as error:
            # No error is left out for warnings before it.
            warnings += error.severity == "warning"
            if error.severity == "warning" and warnings > _MAX_PROBLEMS:
                continue
            problems.append(
                Problem(
                    code=error.code,
                    severity=error.severity,
                    message=f"Line {number + 1} {error}.",
                    hint=error.hint,
                    path=path,
                    range=Range(Position(number, 0), Position(number, len(line))),
                )
            )
            if len(problems) - min(warnings, _MAX_PROBLEMS) >= _MAX_PROBLEMS:
                break
    return tuple(problems)


def check_signing_people(rules: Rules, data: bytes) -> tuple[Problem, ...]:
    """Return warnings about rules that want a signature of people who have no key in the signers file.

    Args:
        rules: the rules.
        data: their signers file, without errors.

    """
    lines = [line.decode("utf-8", "replace") for line in data.splitlines()]
    written = [_principals(found) for line in lines if (found := _PRINCIPALS.match(line)) and line.lstrip()[:1] != "#"]
    known = {principal.lower() for principals in written for principal in principals}
    problems = []
    for rule in signed_rules(rules):
        # Whose an openpgp key is, the rules do not say.
        missing = sorted(rule.who.emails - known) if rule.who and not rule.who.keys & rules.keys else []
        if rule.who and missing:
            whose = ", ".join(missing)
            nobody = ", so nobody could do this" if len(missing) == len(rule.who.emails) else ""
            problems.append(
                Problem(
                    code="no-key",
                    severity="warning",
                    message=f"A signature is required, and '{rules.signers}' has no key of {whose}{nobody}.",
                    hint=f"Add their keys to '{rules.signers}'.",
                    path=RULES_FILE,
                    range=rule.places["who"],
                )
            )
    return tuple(problems)


def _principals(found: re.Match[str]) -> list[str]:
    return (found["bare"] if found["quoted"] is None else found["quoted"]).split(",")


def _check(line: str) -> None:
    """Check a line.

    Raises:
        _LineError: there is something wrong with it.

    """
    if line.lstrip(" \t\r").startswith("#") or not line.strip(" \t\r"):
        return
    if _CONTROL.search(line):
        raise _LineError("has a control character", "Delete it.")
    found = _PRINCIPALS.match(line)
    if found is None:
        raise _LineError("has no principals, or nothing after them", _HINT)
    key = line[found.end() :]
    options: dict[str, str] = {}
    if not _is_key(key):
        match = _OPTIONS.match(key)
        if match is None or not _is_key(key[match.end() :]):
            raise _LineError("has no key that ssh-keygen could read", _HINT)
        options = _options(match["options"])
    _check_principals(_principals(found))
    if "cert-authority" in options:
        reason = "lets a certificate authority say who signs"
        hint = "Its owner can make keys for these people; name their own keys if that is not meant."
        raise _LineError(reason, hint, "signing-authority", "warning")


def _check_principals(principals: list[str]) -> None:
    for principal in principals:
        if not principal:
            raise _LineError("has an empty principal", "Write an address, and no comma before or after the last one.")
        if principal.startswith("!") or "*" in principal or "?" in principal:
            reason = f"has the pattern '{principal[:60]}' for a principal, by which one key could sign for many people"
            raise _LineError(reason, "Write each person's address.", "wildcard-signer")


def _options(text: str) -> dict[str, str]:
    options: dict[str, str] = {}
    end = 0
    while end < len(text):
        found = _OPTION.match(text, end)
        name = found["name"].lower() if found else ""
        value = found["value"] if found else None
        if found is None or (name not in _VALUED if value is not None else name != "cert-authority"):
            hint = 'Options are cert-authority, namespaces="...", valid-after="..." and valid-before="...".'
            raise _LineError("has an option that ssh-keygen does not know", hint)
        if name in options and name in _VALUED:
            raise _LineError(f"has the option '{name}' twice", "Delete one of them.")
        options[name] = value or ""
        end = found.end()
    after, before = (_time(options[name], name) if name in options else None for name in _VALUED[1:])
    if after is not None and before is not None and before <= after:
        raise _LineError("has a key that is valid at no time", "Write a later 'valid-before'.")
    return options


def _time(text: str, name: str) -> datetime:
    found = _TIME.fullmatch(text)
    try:
        if found is None or (found[3] and not found[2]):
            raise ValueError(text)
        digits = "".join(part or "00" * width for part, width in zip(found.groups(), (4, 2, 1), strict=True))
        moment = datetime.strptime(digits, "%Y%m%d%H%M%S")  # noqa: DTZ007  (local time, but for a Z)
    except ValueError as error:
        raise _LineError(f"has no time in '{name}'", "Write YYYYMMDD or YYYYMMDDHHMM, with a Z for UTC.") from error
    if moment.year < _EPOCH:
        raise _LineError(f"has a time before {_EPOCH} in '{name}'", "Write a later one.")
    return moment


def _is_key(text: str) -> bool:
    """Return whether a text begins with a public key, as far as that can be said without the curves' arithmetic."""
    found = _KEY.match(text)
    if found is None or found["type"] not in _FIELDS:
        return False
    try:
        blob = base64.b64decode(found["blob"], validate=True)
    except (binascii.Error, ValueError):
        return False
    fields, end = [], 0
    while end + _LENGTH <= len(blob):
        start = end + _LENGTH
        end = start + int.from_bytes(blob[end:start], "big")
        fields.append(blob[start:end])
    return end == len(blob) and len(fields) == _FIELDS[found["type"]] and fields[0] == found["type"].encode()
