"""The losses of face recognition, as pure functions on tensors of any Keras backend.

Each returns a float32 scalar, a mean over the batch, and computes in float32 whatever the precision of the network.
`embeddings` are unit vectors [n, d], `labels` integers [n] that name the people. The worked numbers are run as tests.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from keras import KerasTensor

Mining = Literal["semi-hard", "batch-hard", "batch-all"]
MININGS: tuple[Mining, ...] = ("semi-hard", "batch-hard", "batch-all")
# Larger than any squared distance of two unit vectors, which is at most 4.
FAR_AWAY = 1e9


def softmax_cross_entropy(logits: KerasTensor, labels: KerasTensor, smoothing: float = 0.0) -> KerasTensor:
    """Cross-entropy of the softmax of `logits` [n, classes] with the classes `labels` [n].

    `smoothing` in 0..1 is the share of the target that is spread evenly over all classes (Szegedy et al. 2015,
    arXiv 1512.00567, section 7).

    -log(e^2 / (e^2 + e^0)) = 0.1269:

    >>> round(float(softmax_cross_entropy([[2.0, 0.0]], [0])), 4)
    0.1269
    """
    from keras import ops

    logits = _float32(logits)
    classes = logits.shape[-1]
    targets = ops.one_hot(ops.convert_to_tensor(labels), classes) * (1 - smoothing) + smoothing / classes
    return -ops.mean(ops.sum(targets * ops.log_softmax(logits), axis=-1))


def center_loss(embeddings: KerasTensor, labels: KerasTensor, centers: KerasTensor) -> KerasTensor:
    """Half the squared distance of each embedding [n, d] to the center of its class (`centers` [classes, d]).

    These embeddings may have any length.

    Wen et al. 2016, "A discriminative feature learning approach for deep face recognition", equation 2, as a mean. No
    gradient reaches the centers; they follow by `updated_centers`.

    Half of 1^2 + 1^2:

    >>> round(float(center_loss([[1.0, 0.0]], [1], [[1.0, 0.0], [0.0, 1.0]])), 4)
    1.0
    """
    from keras import ops

    nearest = ops.take(ops.stop_gradient(_float32(centers)), ops.convert_to_tensor(labels), axis=0)
    return ops.mean(ops.sum(ops.square(_float32(embeddings) - nearest), axis=-1)) / 2


def updated_centers(centers: KerasTensor, embeddings: KerasTensor, labels: KerasTensor, rate: float) -> KerasTensor:
    """The centers [classes, d] after a batch: each moves towards its embeddings (Wen et al. 2016, equation 4).

    `rate` is in 0..1. A class with m embeddings in the batch moves by `rate` times the sum of its differences over
    1 + m; a class with none stays. Returns float32 without a gradient.

    One embedding at 1, its center at 0: 0 + 0.5 (1 - 0) / (1 + 1):

    >>> [round(float(value), 4) for value in updated_centers([[0.0], [3.0]], [[1.0]], [0], rate=0.5)[:, 0]]
    [0.25, 3.0]
    """
    from keras import ops

    centers, embeddings = _float32(centers), ops.stop_gradient(_float32(embeddings))
    labels = ops.convert_to_tensor(labels)
    classes = centers.shape[0]
    sums = ops.segment_sum(embeddings - ops.take(centers, labels, axis=0), labels, num_segments=classes)
    counts = ops.segment_sum(ops.ones_like(embeddings[:, :1]), labels, num_segments=classes)
    return ops.stop_gradient(centers + rate * sums / (1 + counts))


def triplet(
    embeddings: KerasTensor, labels: KerasTensor, margin: float = 0.2, mining: Mining = "semi-hard"
) -> KerasTensor:
    """The triplet loss: max(0, d(anchor, positive) - d(anchor, negative) + margin) with squared Euclidean distances d.

    Schroff et al. 2015, "FaceNet", arXiv 1503.03832, equation 3, on the triplets that `mining` finds in the batch:

    - "semi-hard" (section 3.2): for every anchor and positive the nearest negative that is farther than the positive,
      or the farthest negative where none is. A mean over all pairs of anchor and positive.
    - "batch-hard" (Hermans et al. 2017, arXiv 1703.07737, equation 5): for every anchor the farthest positive and the
      nearest negative. A mean over the anchors that have both.
    - "batch-all" (there, equation 6): every triplet. A mean over those with a loss above 0, since the many that are
      already apart would drown them.

    A batch without any triplet has a loss of 0. Memory: 4 n^3 bytes for semi-hard and batch-all, 4 n^2 for batch-hard.
    Raises ValueError for another `mining`.

    Two people at 0 and 90 degrees, the second picture of the first at 60: its squared distances are 2 - 2 cos 60 = 1
    to the positive and 2 - 2 cos 30 = 0.2679 to the negative, so the two anchors lose 0 (1 - 2 + 0.2 < 0) and 0.9321:

    >>> half = math.sqrt(3) / 2
    >>> pictures, people = [[1.0, 0.0], [0.5, half], [0.0, 1.0]], [0, 0, 1]
    >>> [round(float(triplet(pictures, people, 0.2, mining)), 4) for mining in MININGS]
    [0.466, 0.466, 0.9321]
    """
    from keras import ops

    embeddings, labels = _float32(embeddings), ops.convert_to_tensor(labels)
    distances = ops.maximum(2 - 2 * ops.matmul(embeddings, ops.transpose(embeddings)), 0)
    same = ops.equal(labels[:, None], labels[None, :])
    positive = ops.logical_and(same, _others(labels))
    negative = ops.logical_not(same)
    if mining == "batch-hard":
        return _batch_hard(distances, positive, negative, margin)
    if mining == "batch-all":
        return _batch_all(distances, positive, negative, margin)
    if mining == "semi-hard":
        return _semi_hard(distances, positive, negative, margin)
    raise ValueError(f"there is no mining {mining!r}; there are: {', '.join(MININGS)}")


def margin_logits(cosines: KerasTensor, labels: KerasTensor, margin: float = 0.5, scale: float = 64.0) -> KerasTensor:
    """Logits [n, classes] of the additive angular margin, for `softmax_cross_entropy`.

    Deng et al. 2019, "ArcFace", arXiv 1801.07698, equation 3: `cosines` [n, classes] are those of unit embeddings to
    unit class weights; the angle to the own class grows by `margin` radians, and all are multiplied by `scale`. Where
    angle + margin would pass pi, the cosine less margin * sin(margin) takes its place, as in the authors' own code
    (InsightFace), so that a worse angle always costs more.

    An angle of 60 degrees to the own class becomes 60 + 30: cos 90 = 0; the other class keeps its cosine:

    >>> [round(float(value), 4) + 0.0 for value in margin_logits([[0.5, 0.25]], [0], math.pi / 6, 4.0)[0]]
    [0.0, 1.0]
    """
    from keras import ops

    cosines = ops.clip(_float32(cosines), -1.0, 1.0)
    # The square root has no gradient at 0, which a perfect match would reach.
    sines = ops.sqrt(ops.maximum(1 - ops.square(cosines), 1e-12))
    turned = cosines * math.cos(margin) - sines * math.sin(margin)
    beyond = cosines <= math.cos(math.pi - margin)
    turned = ops.where(beyond, cosines - margin * math.sin(margin), turned)
    own = ops.one_hot(ops.convert_to_tensor(labels), cosines.shape[-1], dtype="bool")
    return scale * ops.where(own, turned, cosines)


def distill_cosine(student: KerasTensor, teacher: KerasTensor) -> KerasTensor:
    """1 - cosine of the student's and the teacher's unit vectors [n, d] of the same crops; 0 is perfect, 2 opposite.

    One of two crops is hit, the other misses by 90 degrees:

    >>> round(float(distill_cosine([[1.0, 0.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]])), 4)
    0.5
    """
    from keras import ops

    return 1 - ops.mean(ops.sum(_float32(student) * _float32(teacher), axis=-1))


def distill_relational(student: KerasTensor, teacher: KerasTensor) -> KerasTensor:
    """Mean squared difference of the two matrices of cosines within a batch, over its n (n - 1) ordered pairs.

    What matters for telling people apart is how crops lie to each other (Tung and Mori 2019, "Similarity-preserving
    knowledge distillation", arXiv 1907.09682; Park et al. 2019, arXiv 1904.05068). `student` [n, d] and `teacher`
    [n, e] are unit vectors and may differ in length; n is at least 2.

    The teacher sees two crops at a cosine of 0, the student at 1:

    >>> round(float(distill_relational([[1.0, 0.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]])), 4)
    1.0
    """
    from keras import ops

    student, teacher = _float32(student), _float32(teacher)
    difference = ops.matmul(student, ops.transpose(student)) - ops.matmul(teacher, ops.transpose(teacher))
    return _mean(ops.square(difference), _others(student[:, 0]))


def hint(student: KerasTensor, teacher: KerasTensor) -> KerasTensor:
    """The mean squared difference of two maps [n, h, w, c], relative to the mean square of the teacher's.

    Romero et al. 2015, "FitNets: hints for thin deep nets", arXiv 1412.6550, equation 3, without the scale of the maps,
    which differs from layer to layer: a student that gives zeros is at 1.

    One of two numbers is missed, by half of what the other is:

    >>> round(float(hint([[[[2.0, 1.0]]]], [[[[2.0, 0.0]]]])), 4)
    0.25
    """
    from keras import ops

    student, teacher = _float32(student), _float32(teacher)
    return ops.mean(ops.square(student - teacher)) / ops.mean(ops.square(teacher))


def _semi_hard(distances: Any, positive: Any, negative: Any, margin: float) -> Any:
    from keras import ops

    # [anchor, positive, negative]: the distances of the negatives that lie beyond the positive.
    beyond = ops.logical_and(negative[:, None, :], distances[:, None, :] > distances[:, :, None])
    nearest_beyond = ops.min(ops.where(beyond, distances[:, None, :], FAR_AWAY), axis=2)
    farthest = ops.max(ops.where(negative, distances, 0.0), axis=1, keepdims=True)
    chosen = ops.where(nearest_beyond < FAR_AWAY, nearest_beyond, farthest)
    usable = ops.logical_and(positive, ops.any(negative, axis=1, keepdims=True))
    return _mean(ops.maximum(distances - chosen + margin, 0), usable)


def _batch_hard(distances: Any, positive: Any, negative: Any, margin: float) -> Any:
    from keras import ops

    farthest = ops.max(ops.where(positive, distances, 0.0), axis=1)
    nearest = ops.min(ops.where(negative, distances, FAR_AWAY), axis=1)
    usable = ops.logical_and(ops.any(positive, axis=1), ops.any(negative, axis=1))
    return _mean(ops.maximum(farthest - nearest + margin, 0), usable)


def _batch_all(distances: Any, positive: Any, negative: Any, margin: float) -> Any:
    from keras import ops

    loss = ops.maximum(distances[:, :, None] - distances[:, None, :] + margin, 0)
    triplets = ops.logical_and(positive[:, :, None], negative[:, None, :])
    return _mean(loss, ops.logical_and(triplets, loss > 0))


def _others(rows: Any) -> Any:
    """Whether two of the `rows` [n] are two, not one and the same: bool [n, n]. TensorFlow may know n only later."""
    from keras import ops

    place = ops.cumsum(ops.ones_like(rows, dtype="int32"))
    return ops.not_equal(place[:, None], place[None, :])


def _mean(values: Any, mask: Any) -> Any:
    """The mean of `values` where `mask`; 0 where nothing is."""
    from keras import ops

    chosen = ops.cast(mask, "float32")
    return ops.sum(ops.where(mask, values, 0.0)) / ops.maximum(ops.sum(chosen), 1)


def _float32(values: Any) -> Any:
    from keras import ops

    return ops.cast(ops.convert_to_tensor(values), "float32")
