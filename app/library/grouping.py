"""How faces become groups: those alike as strangers hardly ever are first, then what is clearly like one group only.

Pure functions over arrays; nothing here reads the library. Faces are numbered by the content of their photos, so that
the result does not depend on the order in which they were scanned. It has two steps.

1. Chinese whispers (Biemann 2006) on the pairs above a strict cosine: neighbours pass labels to each other until they
   agree, in rounds over fixed parts of the faces, so that it runs in NumPy and gives the same result every time.
2. What is left in ones and twos joins the larger group whose faces it is most like, at a far lower cosine, where every
   other group is less like it by a lead. How large that must be the library itself tells, since no threshold fits both
   an album, where nearly everybody belongs to somebody, and a crowd (tests/bench/README.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.library import likeness
from app.library.neighbours import Pairs

Ints = NDArray[np.int64]
Places = NDArray[np.int32]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

ROUNDS = 30
PARTS = 8
# A link weighs by how far its cosine is above the threshold, in whole numbers, whose sums do not depend on their order.
WEIGHTS_A_COSINE = 1 << 20
LEAST_WEIGHT = 0.05
# What a person said weighs more than any likeness.
SAID = 4.0
# The heaviest link fits; above it are a label and which of some faces hears it: 23 + 25 + 15 bits.
WEIGHT_BITS = 23
FACES_AT_A_TIME = 1 << 15
# Pairs looked at together.
AT_A_TIME = 1 << 22
# Two groups are one where at least so many of the links that could be between them are there.
DENSE = 0.5
# Larger groups take in smaller ones: from this many faces on a group is large.
LARGE = 3
JOINING_ROUNDS = 2


# A stranger's lead falls off to a third over this share of the way between the two cosines.
STRANGERS_LEAD = 0.25
# Of those who join, so many may be strangers by that reckoning, which is on the safe side.
WRONG_JOINS = 0.2
# Few faces tell little: the lead is never less than this share.
LEAST_LEAD = 0.5


@dataclass(frozen=True, slots=True)
class Levels:
    """The cosine from which on a pair counts, and the lower one for joining a large group."""

    pair: float
    joining: float

    @property
    def margin(self) -> float:
        return self.pair - self.joining


class Grouped(NamedTuple):
    """A label for each face: that of the standing group it belongs to, or one below 0; alone where nobody shares it.

    `lead` is how far ahead a group had to be for a small one to join it.
    """

    labels: Ints
    lead: float


@dataclass(frozen=True, slots=True)
class Faces:
    """What is known of n faces.

    `vectors` float32 [n, d]: unit vectors.
    `standing` int64 [n]: the label >= 0 of a group that stands, -1 for a free face; standing faces keep theirs.
    `sizes` int64 [n]: how many faces that group has in all, also some that are not among these; 0 for free ones.
    `asked`: whose neighbours are all known; who knows but some of them may have missed whom they are more like.
    `clear`: whether a face is good enough to vouch for others; the rest may join, but nobody joins because of them.
    `photos` int64 [n]: two faces of one photo are two people; a negative number stands for no photo.
    `together`: faces that a person said to be one; `apart`: two sides that are different people. Both hold numbers.
    """

    vectors: Floats
    standing: Ints
    sizes: Ints
    asked: Bools
    clear: Bools
    photos: Ints
    together: Sequence[Ints] = ()
    apart: Sequence[tuple[Ints, Ints]] = ()

    def __len__(self) -> int:
        return len(self.standing)


def group(
    pairs: Pairs,
    faces: Faces,
    levels: Levels,
    lead: float | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Grouped:
    """Groups the faces by their near pairs. Without a `lead` these faces are a library and tell it themselves."""
    return _Grouping(pairs, faces, levels, lead).run(cancelled)


def by_size(labels: Ints, smallest: int) -> list[Ints]:
    """The faces of each label below 0 that at least `smallest` share, largest group first."""
    new = np.flatnonzero(labels < 0)
    by = new[np.argsort(labels[new], kind="stable")]
    groups = np.split(by, np.flatnonzero(np.diff(labels[by])) + 1) if len(by) else []
    return sorted((group for group in groups if len(group) >= smallest), key=lambda group: (-len(group), int(group[0])))


class _Grouping:
    """One run. Labels inside are >= 0: standing groups first, by their number, then one for each face by its place."""

    def __init__(self, pairs: Pairs, faces: Faces, levels: Levels, lead: float | None) -> None:
        self._lead = lead
        self._faces = faces
        self._levels = levels
        self._free = faces.standing < 0
        self._stands = np.unique(faces.standing[~self._free])
        self._labels = len(self._stands) + np.arange(len(faces))
        self._labels[~self._free] = np.searchsorted(self._stands, faces.standing[~self._free])
        self._next = len(self._stands) + len(faces)
        # How many faces of a standing group are not among these.
        self._unseen = np.zeros(len(self._stands), np.int64)
        np.maximum.at(self._unseen, self._labels[~self._free], faces.sizes[~self._free])
        self._unseen -= np.bincount(self._labels[~self._free], minlength=len(self._stands))
        # Of a group that was named since its faces were read fewer are counted.
        self._unseen = np.maximum(self._unseen, 0)
        self._carries = faces.clear | ~self._free
        for said in faces.together:
            self._carries[said] = True
        self._tokens: dict[int, set[int]] = defaultdict(set)
        for number, sides in enumerate(faces.apart):
            for side, members in enumerate(sides):
                for face in members.tolist():
                    self._tokens[face].add(2 * number + side)
        self._pairs = self._allowed(pairs)

    def run(self, cancelled: Callable[[], bool]) -> Grouped:
        links = _Links(len(self._faces), self._strong)
        self._whisper(links, cancelled)
        self._heed_together()
        self._one_face_a_photo(links)
        self._heed_apart()
        self._join_halves(links)
        for _ in range(JOINING_ROUNDS):
            if cancelled() or not self._join_large():
                break
        labels = len(self._stands) - 1 - self._labels
        old = self._labels < len(self._stands)
        labels[old] = self._stands[self._labels[old]]
        return Grouped(labels, float("inf") if self._lead is None else self._lead)

    def _strong(self) -> Iterator[tuple[Places, Places, Places]]:
        """The pairs that link faces, some at a time, and what each link weighs."""
        for part in _parts(len(self._pairs.a), AT_A_TIME):
            a, b, cosine = self._pairs
            strong = Pairs(a[part], b[part], cosine[part])
            strong = strong.where(strong.cosine >= self._levels.pair)
            above = strong.cosine - np.float32(self._levels.pair - LEAST_WEIGHT)
            yield strong.a, strong.b, np.rint(above * WEIGHTS_A_COSINE).astype(np.int32)
        if self._faces.together:
            said = [np.stack([one[:-1], one[1:]]).astype(np.int32) for one in self._faces.together]
            a, b = np.concatenate(said, axis=1)
            yield a, b, np.full(len(a), round(SAID * WEIGHTS_A_COSINE), np.int32)

    def _allowed(self, pairs: Pairs) -> Pairs:
        """Without those of which photos or people say that they are two."""
        wrong = np.empty(len(pairs.a), bool)
        for part in _parts(len(wrong), AT_A_TIME):
            photo = self._faces.photos[pairs.a[part]]
            wrong[part] = (photo == self._faces.photos[pairs.b[part]]) & (photo >= 0)
        said = np.zeros(len(self._faces), bool)
        said[list(self._tokens)] = True
        for place in np.flatnonzero(said[pairs.a] & said[pairs.b]):
            one, other = self._tokens[int(pairs.a[place])], self._tokens[int(pairs.b[place])]
            wrong[place] |= not one.isdisjoint(_against(other))
        return pairs.where(~wrong)

    def _whisper(self, links: _Links, cancelled: Callable[[], bool]) -> None:
        # Parts of a fixed shuffle take turns: where all change at once, two halves of a group can swap labels forever.
        part = (np.arange(len(self._faces)) * 2654435761 % 4294967296 >> 16) % PARTS
        waiting = self._free & (links.degree > 0)
        for _ in range(ROUNDS):
            for turn in range(PARTS):
                if cancelled():
                    return
                who = np.flatnonzero(waiting & (part == turn))
                waiting[who] = False
                who, label = self._strongest(links, who)
                moved = self._labels[who] != label
                self._labels[who[moved]] = label[moved]
                for _, _, other, _ in links.of(who[moved]):
                    waiting[other] = True
                waiting &= self._free
            if not waiting.any():
                return

    def _strongest(self, links: _Links, who: Ints) -> tuple[Ints, Ints]:
        """For each of these faces that hears of any the label with the largest sum of weights; a tie goes to the
        standing one or the one that came first."""
        loudest = [(who[:0], who[:0])]
        for faces, row, other, weight in links.of(who):
            heard = self._carries[other]
            # One number for all three is sorted far faster than an order of them is found.
            key = (row[heard] * self._next + self._labels[other[heard]]) << WEIGHT_BITS | weight[heard]
            if not len(key):
                continue
            key.sort()
            weight, key = key & ((1 << WEIGHT_BITS) - 1), key >> WEIGHT_BITS
            start = likeness.first_of_runs(key)
            total = np.add.reduceat(weight, start)
            row, label = np.divmod(key[start], self._next)
            begins = likeness.first_of_runs(row)
            most = np.repeat(np.maximum.reduceat(total, begins), np.diff(np.append(begins, len(row))))
            best = np.flatnonzero(total == most)
            best = best[likeness.first_of_runs(row[best])]
            loudest.append((faces[row[best]], label[best]))
        found, labels = (np.concatenate(column) for column in zip(*loudest, strict=True))
        return found, labels

    def _heed_together(self) -> None:
        for said in self._faces.together:
            labels = self._labels[said]
            standing = labels[labels < len(self._stands)]
            names, counts = np.unique(standing if len(standing) else labels, return_counts=True)
            self._labels[said[self._free[said]]] = names[np.argmax(counts)]

    def _one_face_a_photo(self, links: _Links) -> None:
        """Of several faces of a photo with one label the best-linked stays, the others go alone."""
        photos = self._faces.photos
        support = np.zeros(len(self._faces))
        for faces, row, other, weight in links.of(np.arange(len(self._faces))):
            inside = self._labels[faces][row] == self._labels[other]
            support[faces] = np.bincount(row[inside], weight[inside], minlength=len(faces))
        firm = ~self._free
        for said in self._faces.together:
            firm[said] = True
        support[firm] = np.inf
        by = np.lexsort((-support, self._labels, photos))
        again = np.r_[False, (photos[by][1:] == photos[by][:-1]) & (self._labels[by][1:] == self._labels[by][:-1])]
        leave = by[again & (photos[by] >= 0) & self._free[by]]
        self._labels[leave] = self._next + np.arange(len(leave))
        self._next += len(leave)

    def _heed_apart(self) -> None:
        """Where both sides came together the smaller one leaves, as one group."""
        for sides in self._faces.apart:
            for label in np.intersect1d(self._labels[sides[0]], self._labels[sides[1]]):
                parts = [side[self._labels[side] == label] for side in sides]
                _, leaving = sorted(parts, key=lambda part: (bool(self._free[part].all()), -len(part)))
                self._labels[leaving[self._free[leaving]]] = self._next
                self._next += 1

    def _sizes(self) -> Ints:
        sizes = np.bincount(self._labels, minlength=self._next)
        sizes[: len(self._stands)] += self._unseen
        return sizes

    def _bans(self, labels: Ints) -> dict[int, set[int]]:
        """For each of these labels what its faces bring: their photos, as negative numbers, and sides of relations."""
        bans: dict[int, set[int]] = {int(label): set() for label in labels}
        for face in np.flatnonzero(np.isin(self._labels, labels)).tolist():
            kept = bans[int(self._labels[face])]
            kept |= self._tokens.get(face, set())
            if self._faces.photos[face] >= 0:
                kept.add(-1 - int(self._faces.photos[face]))
        return bans

    def _join_halves(self, links: _Links) -> None:
        """Whispers can end with one person in two halves, each content with itself: joined where dense between."""
        between = []
        for faces, row, other, _ in links.of(np.flatnonzero(self._carries)):
            a, b = self._labels[faces][row], self._labels[other]
            counted = (a < b) & self._carries[other]
            between.append(a[counted] * self._next + b[counted])
        pairs, count = np.unique(np.concatenate([self._labels[:0], *between]), return_counts=True)
        a, b = np.divmod(pairs, self._next)
        sizes = self._sizes()
        # Each face knows only so many neighbours.
        possible = np.minimum(sizes[a] * sizes[b], np.minimum(sizes[a], sizes[b]) * int(links.degree.max(initial=1)))
        density = count / possible
        dense = np.flatnonzero(density >= DENSE)
        dense = dense[np.lexsort((b[dense], a[dense], -density[dense]))]
        self._join(a[dense], b[dense])

    def _join_large(self) -> bool:
        """Small groups join the large one that they are most like, if it is far enough ahead of every other."""
        small, large = self._candidates()
        alike = self._likeness(small, large)
        by = np.lexsort((large, -alike, small))
        small, large = small[by], large[by]
        levels = self._levels
        best = likeness.best_of_each(small, alike[by], unknown=levels.joining - levels.margin)
        if self._lead is None:
            found = likeness.trusted_lead(best, levels.joining, STRANGERS_LEAD * levels.margin, WRONG_JOINS)
            self._lead = max(found, LEAST_LEAD * levels.margin)
        chosen = best.at_least(levels.joining, self._lead)
        return self._join(small[chosen], large[chosen])

    def _candidates(self) -> tuple[Ints, Ints]:
        """Small free groups, each with the large ones that it is linked to most."""
        sizes = self._sizes()
        large = sizes >= LARGE
        asked = np.zeros(self._next, bool)
        asked[self._labels[self._faces.asked]] = True
        joins = ~large[self._labels] & (self._labels >= len(self._stands)) & asked[self._labels]
        takes = large[self._labels] & self._carries
        parts = []
        for face, other in ((self._pairs.a, self._pairs.b), (self._pairs.b, self._pairs.a)):
            useful = np.flatnonzero(joins[face] & takes[other])
            parts.append((self._labels[face[useful]], self._labels[other[useful]], self._pairs.cosine[useful]))
        small, group, cosine = (np.concatenate(column) for column in zip(*parts, strict=True))
        return likeness.candidates(small, group, cosine, sizes)

    def _likeness(self, small: Ints, large: Ints) -> NDArray[np.float64]:
        """How much each of these small groups is like the large one beside it: the mean over its faces."""
        names, row = np.unique(large, return_inverse=True)
        members = np.flatnonzero(np.isin(self._labels, names) & self._carries)
        table = likeness.witnesses(names, members, self._labels[members])
        faces = np.flatnonzero(np.isin(self._labels, small))
        faces = faces[np.argsort(self._labels[faces], kind="stable")]
        start = np.searchsorted(self._labels[faces], small)
        count = np.searchsorted(self._labels[faces], small, side="right") - start
        pair = np.repeat(np.arange(len(small)), count)
        face = faces[np.repeat(start, count) + likeness.rank_in_run(pair)]
        alike = likeness.to_witnesses(self._faces.vectors, face, table, row[pair])
        return np.asarray(np.bincount(pair, alike, minlength=len(small)) / count, np.float64)

    def _join(self, a: Ints, b: Ints) -> bool:
        """Makes one of each two labels, in this order, unless both stand or something bans it."""
        bans = self._bans(np.unique(np.concatenate([a, b])))
        into: dict[int, int] = {}

        def end(label: int) -> int:
            while label in into:
                label = into[label]
            return label

        for one, other in zip(a.tolist(), b.tolist(), strict=True):
            # The lesser label is the one that stands, or the one that came first.
            kept, gone = sorted((end(one), end(other)))
            if kept == gone or gone < len(self._stands) or not bans[kept].isdisjoint(_against(bans[gone])):
                continue
            into[gone] = kept
            bans[kept] |= bans.pop(gone)
        final = np.arange(self._next)
        for gone in into:
            final[gone] = end(gone)
        self._labels = final[self._labels]
        return bool(into)


def _against(tokens: set[int]) -> set[int]:
    """What must not come together with these: the same photo, the other side of a relation."""
    return {token if token < 0 else token ^ 1 for token in tokens}


def _parts(count: int, size: int) -> Iterator[slice]:
    return (slice(start, min(start + size, count)) for start in range(0, count, size))


class _Links:
    """Undirected links by face. What is made of them is made of some at a time, or it would take gigabytes."""

    def __init__(self, n: int, links: Callable[[], Iterable[tuple[Places, Places, Places]]]) -> None:
        self.degree = np.zeros(n, np.int64)
        for a, b, _ in links():
            self.degree += np.bincount(a, minlength=n) + np.bincount(b, minlength=n)
        self._start = np.cumsum(self.degree) - self.degree
        self._other, self._weight = (np.empty(int(self.degree.sum()), np.int32) for _ in range(2))
        free = self._start.copy()
        for a, b, weight in links():
            for row, other in ((a, b), (b, a)):
                by = np.argsort(row, kind="stable")
                place = free[row[by]] + likeness.rank_in_run(row[by])
                self._other[place], self._weight[place] = other[by], weight[by]
                free += np.bincount(row, minlength=n)

    def of(self, who: Ints) -> Iterator[tuple[Ints, Ints, Places, Places]]:
        """Some of these faces at a time, and their links: place among them, rising; neighbour; weight."""
        for part in _parts(len(who), FACES_AT_A_TIME):
            faces = who[part]
            count = self.degree[faces]
            row = np.repeat(np.arange(len(faces)), count)
            place = np.arange(len(row)) + np.repeat(self._start[faces] - np.cumsum(count) + count, count)
            yield faces, row, self._other[place], self._weight[place]
