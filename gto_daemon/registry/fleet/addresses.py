"""The public addresses of the network: a sink reaches no other, unless `allow_private` lets it."""

import ipaddress
from typing import Final

#: Addresses of IPv6 that stand for one of IPv4, in their last 32 bits.
_EMBEDDING: Final = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "::ffff:0:0:0/96", "::/96")))


def is_public(address: str) -> bool:
    """Return whether an address, as `socket.getaddrinfo` gives it, is one of the public network.

    An address of IPv6 that leads to one of IPv4 is as public as that.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo is not None else None)
        if inner is None and any(found in network for network in _EMBEDDING):
            inner = ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return found.is_global and not found.is_multicast
