"""Every distance and size that the library trusts, one line each, and why."""

import json
import math

import numpy as np

from app.library.grouping import Levels
from app.library.records import Strictness

# A strictness is a rate of false matches among pairs of strangers, so that it means the same for every embedder.
FALSE_MATCH_RATE = {Strictness.LOOSE: 1e-3, Strictness.NORMAL: 1e-4, Strictness.STRICT: 1e-5}
# The steps of a search from strict to loose: of so many strangers' faces one is taken for the face looked for. All lie
# between the rates that every engine is calibrated at.
SEARCHED_ONE_IN = (100_000, 30_000, 10_000, 3_000, 1_000, 300, 100)
# So many faces of strangers are given to somebody by mistake, at most: the rate for one person is this, shared by all.
AUTOMATIC_ERROR_RATE = 1e-3
# Two boxes of one photo that share at least this much of their union are the same face.
SAME_FACE_OVERLAP = 0.5
# People draw boxes with the hair and the neck, or only from the eyes to the mouth.
DRAWN_FACE_OVERLAP = 0.3
# A region that a file names and the box of a face that are about each other share at least this much of their union: a
# face without its hair fills a quarter of what some programs draw.
REGION_OVERLAP = 0.15
# In a picture whose content was replaced, a face must also still look the same.
SAME_FACE_FALSE_MATCH_RATE = 1e-3
# Two faces are taken for one person from this false match rate on when groups are made. It is far below that of a
# search, since a group holds many pairs and a wrong one spreads.
GROUP_FALSE_MATCH_RATE = {Strictness.LOOSE: 1e-4, Strictness.NORMAL: 1e-5, Strictness.STRICT: 1e-6}
# A single face joins a large group at a rate so many times as high, if that group is far enough ahead of every other.
JOINING_TIMES = 100
# Neighbours looked at for each face, down to this false match rate: more brings no better groups, fewer loses the
# links of large families, and whom else a face is like.
NEIGHBOURS = 48
NEIGHBOUR_FALSE_MATCH_RATE = 1e-2
# Faces below this quality (`facenet_core.quality`) may join a group, but nobody joins because of them: blurred faces
# are like each other rather than like a person. Below it a face fits about one in five good pictures of its person. Of
# web portraits one in a hundred is below; of faces of 32 to 96 pixels in crowds a quarter, of smaller ones most.
QUALITY_TO_VOUCH = 0.5
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


def levels(cosine_at: str, strictness: Strictness) -> Levels:
    """What makes faces a group, by an engine's calibration."""
    rate = GROUP_FALSE_MATCH_RATE[strictness]
    return Levels(pair=cosine(cosine_at, rate), joining=cosine(cosine_at, rate * JOINING_TIMES))


# What the log-odds that two are one person gain for each margin that they are more alike than the joining cosine, for
# each that they are ahead of the next, and with the log of how many faces have company for one that has none: in an
# album a face left over is somebody's, in a crowd nobody's. Each of the `rivals` may be a stranger as much alike.
LOG_ODDS_OF_LIKENESS, LOG_ODDS_OF_MARGIN, LOG_ODDS_OF_COMPANY = 3.6, 1.6, 1.75


def probability(levels: Levels, likeness: float, margin: float, *, rivals: int, company: float) -> float:
    """That two that are this much alike are one person, 0..1, of so many `rivals`; `margin` is to the next one.

    `company` is how many faces share a group or person with others, or have a name, for each that is alone.
    Fitted to what was left of sets of 520 and 5,000 faces as more and more groups were named (tests/bench/README.md).
    """
    odds = LOG_ODDS_OF_COMPANY * math.log(max(company, 0.1)) - math.log(max(1, rivals))
    odds += LOG_ODDS_OF_LIKENESS * (likeness - levels.joining) / levels.margin
    odds += LOG_ODDS_OF_MARGIN * float(np.clip(margin / levels.margin, -1.0, 1.5))
    return 1 / (1 + math.exp(-odds))


def automatic_cosine(cosine_at: str, people: int) -> float:
    """How like one of so many people a face must be to be shown with them. Each more is one more to be mistaken for."""
    return cosine(cosine_at, AUTOMATIC_ERROR_RATE / max(1, people))
