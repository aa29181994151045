"""Signatures of tags: what Git's own programs say about one, as a value."""

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from gto_daemon.protocol.registry import Signature as SignatureShape

SignatureStatus = Literal["none", "good", "bad", "unknown-key", "expired", "revoked", "unverified"]
SignatureFormat = Literal["ssh", "openpgp", "x509"]


class Signature(NamedTuple):
    """The verdict on the signature of one tag.

    `good` says that the signature belongs to the tag object, that the object's own name is the ref's name, and that
    the key is known; it does not say that its holder may do what the tag does.

    Attributes:
        status: the verdict.
        format: of the signature; None if there is none.
        principals: who the signers file says holds the key (ssh), or the key's user id (openpgp).
        key: the key's fingerprint: `SHA256:…` for ssh, 40 hex digits in upper case, of the primary key, for openpgp.
        reason: why the status is not `good`: a code in kebab-case such as `name-mismatch` or `pending`, or the
            words of the program.

    """

    status: SignatureStatus
    format: SignatureFormat | None = None
    principals: tuple[str, ...] = ()
    key: str | None = None
    reason: str | None = None

    def as_json(self) -> "SignatureShape":
        """Return it in the protocol's form."""
        return {
            "status": self.status,
            "format": self.format,
            "principal": self.principals[0] if self.principals else None,
            "key": self.key,
            "reason": self.reason,
        }


#: The value for a tag without a signature.
UNSIGNED = Signature("none")
#: The value for a tag whose signature is still being verified.
PENDING = Signature("unverified", reason="pending")
