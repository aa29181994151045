"""The signature of a tag object, split from what it signs as Git does it (tag.c, gpg-interface.c, commit.c)."""

import base64
import binascii
import re
from typing import NamedTuple

from gto_daemon.registry.signatures import SignatureFormat

_BEGIN: tuple[tuple[bytes, SignatureFormat], ...] = (
    (b"-----BEGIN SSH SIGNATURE-----", "ssh"),
    (b"-----BEGIN PGP SIGNATURE-----", "openpgp"),
    (b"-----BEGIN PGP MESSAGE-----", "openpgp"),
    (b"-----BEGIN SIGNED MESSAGE-----", "x509"),
)
#: The last of them begins the signature.
_BLOCK = re.compile(b"^(?:" + b"|".join(begin for begin, _ in _BEGIN) + b")", re.MULTILINE)
#: A signature for the other of Git's hash algorithms: it is in the headers, and signs the tag without itself.
_HEADER = re.compile(rb"^gpgsig(?:-sha256)? [^\n]*\n(?: [^\n]*\n)*", re.MULTILINE)
#: Git remembers two; what it makes of more is undefined.
_MAX_HEADERS = 2
_NAME = re.compile(rb"^tag ([^\n]*)$", re.MULTILINE)
_TAGGER = re.compile(rb"^tagger [^\n]*> (\d{1,18})(?: [^\n]*)?$", re.MULTILINE)

#: PROTOCOL.sshsig of OpenSSH.
_SSH_MAGIC = b"SSHSIG\x00\x00\x00\x01"
_SSH = re.compile(rb"-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n?")
#: RFC 4880 §6.2 as gpg writes it, without anything that readers of it might disagree about.
_OPENPGP = re.compile(
    rb"-----BEGIN PGP SIGNATURE-----\n(?:(?:Version|Comment): [^\n]*\n)*\n"
    rb"((?:[A-Za-z0-9+/]{1,76}={0,2}\n)+)(?:=[A-Za-z0-9+/]{4}\n)?-----END PGP SIGNATURE-----\n?"
)
_SIGNATURE_PACKET = 2


class SignedTag(NamedTuple):
    """A signed tag object.

    Attributes:
        name: of the tag, as the object says.
        seconds: when it was made, as the tagger says; None where no date can be read.
        payload: what is signed.
        block: the signature.
        format: of the signature.

    """

    name: bytes
    seconds: int | None
    payload: bytes
    block: bytes
    format: SignatureFormat


def split_signed_tag(data: bytes) -> SignedTag | None:
    """Return what is signed and the signature of a tag object; None for one that is not signed."""
    start = -1
    for found in _BLOCK.finditer(data):
        start = found.start()
    if start < 0:
        return None
    payload, block = data[:start], data[start:]
    head, blank, rest = payload.partition(b"\n\n")
    head += blank[:1]
    if b"\ngpgsig" in head and len(_HEADER.findall(head)) <= _MAX_HEADERS:
        head = _HEADER.sub(b"", head)
    payload = head + blank[1:] + rest
    name, tagger = _NAME.search(head), _TAGGER.search(head)
    return SignedTag(
        name[1] if name else b"",
        int(tagger[1]) if tagger else None,
        payload,
        block,
        next(each for begin, each in _BEGIN if block.startswith(begin)),
    )


def ssh_public_key(block: bytes) -> bytes | None:
    """Return the public key that an ssh signature names; None for a block that is not as ssh-keygen writes it."""
    found = _SSH.fullmatch(block)
    if found is None:
        return None
    try:
        blob = base64.b64decode(found[1].replace(b"\n", b""), validate=True)
    except binascii.Error:
        return None
    start = len(_SSH_MAGIC) + 4
    length = int.from_bytes(blob[start - 4 : start], "big")
    if not blob.startswith(_SSH_MAGIC) or not 0 < length <= len(blob) - start:
        return None
    return blob[start : start + length]


def ssh_claim(public_key: bytes) -> bytes:
    """Return a block that claims to be by a key and signs nothing, for asking ssh-keygen who holds the key."""
    kind = public_key[4 : 4 + int.from_bytes(public_key[:4], "big")]
    signature = _string(kind) + _string(bytes(64))
    parts = (public_key, b"git", b"", b"sha512", signature)
    encoded = base64.b64encode(_SSH_MAGIC + b"".join(map(_string, parts)))
    lines = [encoded[at : at + 70] for at in range(0, len(encoded), 70)]
    return b"\n".join((b"-----BEGIN SSH SIGNATURE-----", *lines, b"-----END SSH SIGNATURE-----", b""))


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def is_detached_openpgp(block: bytes) -> bool:
    """Return whether a block is an OpenPGP signature and nothing else, in the plainest form there is.

    gpg, given one file of another kind, such as a message that carries its own signature, verifies that and not the
    file beside it. It is given such a file only as Git does, with the name of what has to be signed.
    """
    found = _OPENPGP.fullmatch(block)
    if found is None:
        return False
    try:
        data = base64.b64decode(found[1].replace(b"\n", b""), validate=True)
    except binascii.Error:
        return False
    at = 0
    while at < len(data):
        packet = _packet(data, at)
        if packet is None or packet[0] != _SIGNATURE_PACKET:
            return False
        at = packet[1]
    return at == len(data) > 0


def _packet(data: bytes, at: int) -> tuple[int, int] | None:
    """Return the tag of the packet at `at`, and where it ends; None where it does not say (RFC 4880 §4.2)."""
    tag, rest = data[at], data[at + 1 :]
    if not tag & 0x80 or not rest:
        return None
    if not tag & 0x40:
        size = {0: 1, 1: 2, 2: 4}.get(tag & 3)
        return None if size is None else ((tag >> 2) & 15, at + 1 + size + int.from_bytes(rest[:size], "big"))
    if rest[0] < 192:
        return tag & 63, at + 2 + rest[0]
    if rest[0] < 224 and len(rest) > 1:
        return tag & 63, at + 3 + ((rest[0] - 192) << 8) + rest[1] + 192
    if rest[0] == 255:
        return tag & 63, at + 6 + int.from_bytes(rest[1:5], "big")
    return None
