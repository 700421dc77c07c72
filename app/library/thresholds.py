"""Every distance and size that the library trusts, one line each, and why."""

from app.library.records import Strictness

# A strictness is a rate of false matches among pairs of strangers, so that it means the same for every embedder.
FALSE_MATCH_RATE = {Strictness.LOOSE: 1e-3, Strictness.NORMAL: 1e-4, Strictness.STRICT: 1e-5}
