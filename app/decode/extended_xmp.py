"""XMP of a JPEG that is too long for one segment: XMP Specification, part 3, section 1.1.3.1.

The packet in the usual segment names the rest by its MD5. Each segment of the rest has that name, the length of the
whole, and where in it this part begins.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable

from app.decode.regions import LARGEST_PACKET

_IDENTIFIER = b"http://ns.adobe.com/xmp/extension/\0"
_HEADER = struct.Struct(">32sII")


def of_segments(packet: bytes | str, segments: Iterable[tuple[str, bytes]]) -> bytes | None:
    """What goes on with a packet, from the application segments of its file; None where it is missing or broken."""
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    parts: dict[bytes, dict[int, bytes]] = {}
    lengths: dict[bytes, int] = {}
    for marker, segment in segments:
        if marker != "APP1" or not segment.startswith(_IDENTIFIER) or len(segment) < len(_IDENTIFIER) + _HEADER.size:
            continue
        name, length, begin = _HEADER.unpack_from(segment, len(_IDENTIFIER))
        lengths[name] = length
        parts.setdefault(name, {})[begin] = segment[len(_IDENTIFIER) + _HEADER.size :]
    for name, length in lengths.items():
        # Another program may have put another packet there and left the rest of the earlier one.
        if name not in packet or length > LARGEST_PACKET:
            continue
        whole = b"".join(parts[name][begin] for begin in sorted(parts[name]))
        if len(whole) == length and hashlib.md5(whole, usedforsecurity=False).hexdigest().encode() == name.lower():
            return whole
    return None
