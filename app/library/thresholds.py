"""Every distance and size that the library trusts, one line each, and why."""

import json
import math

import numpy as np

from app.library.records import Strictness

# A strictness is a rate of false matches among pairs of strangers, so that it means the same for every embedder.
FALSE_MATCH_RATE = {Strictness.LOOSE: 1e-3, Strictness.NORMAL: 1e-4, Strictness.STRICT: 1e-5}
# The machine names a face by itself only where strangers would hardly ever come so close.
AUTOMATIC_FALSE_MATCH_RATE = 1e-5
# ... and where this many decided faces of the person agree (or all, if there are fewer).
AUTOMATIC_WITNESSES = 2
# ... and where nobody else comes within this much of the best similarity.
AUTOMATIC_MARGIN = 0.05
# Two boxes of one photo that share at least this much of their union are the same face.
SAME_FACE_OVERLAP = 0.5
# In a picture whose content was replaced, a face must also still look the same.
SAME_FACE_FALSE_MATCH_RATE = 1e-3
# Neighbours looked at for each face: more brings no better groups, fewer loses the links of large families.
NEIGHBOURS = 48
# Faces below this quality (`facenet_core.quality`) are in no group unless a person puts them there. Below it a face
# fits about one in five good pictures of its person. Of web portraits one in a hundred is below; of faces of 32 to 96
# pixels in crowds a quarter, of smaller ones most.
QUALITY_TO_GROUP = 0.5
# Fewer undecided faces than this are no group.
SMALLEST_GROUP = 2


def cosine(cosine_at: str, false_match_rate: float) -> float:
    """The cosine of a false match rate, from an engine's calibration (JSON list of [rate, cosine]).

    Linear in the logarithm of the rate, beyond the ends too: tails of impostor similarities fall off that way.
    """
    points = sorted((math.log10(rate), value) for rate, value in json.loads(cosine_at))
    rates = np.array([rate for rate, _ in points])
    values = np.array([value for _, value in points])
    wanted = math.log10(false_match_rate)
    if len(points) == 1:
        return float(values[0])
    place = int(np.clip(np.searchsorted(rates, wanted), 1, len(points) - 1))
    slope = (values[place] - values[place - 1]) / (rates[place] - rates[place - 1])
    return float(np.clip(values[place - 1] + slope * (wanted - rates[place - 1]), -1.0, 1.0))
