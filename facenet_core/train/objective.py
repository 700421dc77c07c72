"""What is trained: an embedder, what its loss needs beside it, and the optimizer. TensorFlow and JAX alike."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from facenet_core import losses, networks
from facenet_core.devices import backend, tensorflow
from facenet_core.train.checkpoint import value
from facenet_core.train.config import Config
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    import keras
    from keras import KerasTensor

# As FaceNet implementations set RMSprop: so large an epsilon makes it nearly plain momentum where gradients are small.
RMSPROP_DECAY, RMSPROP_EPSILON = 0.9, 1.0


def learner(config: Config, classes: int, maps: Sequence[tuple[int, ...]] = ()) -> keras.Model:
    """The compiled model that a run of this settled config trains, with weights drawn from its seed.

    `train_on_batch(images, targets, return_dict=True)` takes float32 [n, size, size, 3] and the labels [n], or the
    teacher's vectors [n, dimension] for distillation, or with hints a list of these vectors and the teacher's maps,
    whose shapes [h, w, c] are `maps`. Trained in stretches, it takes a list of the images and these maps for them. It
    returns "loss", each part of it before its weight, "regularization" where the network has any, and "similarity",
    the mean cosine of two different people of the batch. The `embedder` attribute is the network itself. Raises
    FacenetError for hints that cannot be matched.
    """
    with _prepared(config.precision, config.seed):
        embedder = networks.embedder(config.backbone, size(config), config.dimension, config.dropout, config.options)
        if backend() == "tensorflow":
            fuse_batch_norms(embedder)
        model = _model(config, embedder, classes, _hints(config, embedder, maps))
        model.compile(optimizer=_optimizer(config), jit_compile=compiled_by_xla())
        model.optimizer.build(model.trainable_variables)
    return model


def fuse_batch_norms(model: keras.Model) -> None:
    """Let the batch norms of `model` train by the one kernel that TensorFlow has for them.

    Keras makes a dozen operations of each, and to read and write the features for every one of them is a third of a
    step on a CPU.
    """
    import keras

    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization) and len(layer.input.shape) == 4:
            layer.call = partial(_fused_batch_norm, layer, layer.call)


def _fused_batch_norm(
    layer: Any, call: Callable[..., Any], inputs: Any, training: bool | None = None, mask: Any = None
) -> Any:
    if not (training and layer.trainable and layer.compute_dtype == "float32"):
        return call(inputs, training=training, mask=mask)
    tf = tensorflow()
    gamma = tf.convert_to_tensor(layer.gamma) if layer.scale else tf.ones_like(layer.moving_mean)
    outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
        inputs, gamma, tf.convert_to_tensor(layer.beta), epsilon=layer.epsilon, is_training=True
    )
    # The kernel tells the variance of what the batch was drawn from, Keras that of the batch.
    count = tf.cast(tf.size(inputs) / tf.size(mean), tf.float32)
    for moving, measured in ((layer.moving_mean, mean), (layer.moving_variance, variance * (count - 1) / count)):
        moving.assign(layer.momentum * moving + (1 - layer.momentum) * measured)
    return outputs


def served(config: Config) -> keras.Model:
    """The embedder of a run's config as it will be used: in float32, and without dropout also while training."""
    import keras

    with _prepared("float32", config.seed):
        model = networks.embedder(config.backbone, size(config), config.dimension, 0.0, config.options)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dropout):  # within some backbones, too
            layer.rate = 0.0
    model.compile(jit_compile=compiled_by_xla())
    return model


def size(config: Config) -> int:
    assert config.size is not None, "settled() has not been called"
    return config.size


def compiled_by_xla() -> bool:
    """JAX runs nothing well without XLA; on TensorFlow it makes depthwise convolutions ten times slower on the CPU."""
    return backend() == "jax"


@contextmanager
def _prepared(precision: str, seed: int) -> Iterator[None]:
    """Layers made inside take this precision and seed. Python's own generator is where Keras draws seeds from."""
    import keras

    policy, state = keras.config.dtype_policy(), random.getstate()
    keras.config.set_dtype_policy(precision)
    random.seed(seed)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)
        random.setstate(state)


def _hints(config: Config, embedder: keras.Model, maps: Sequence[tuple[int, ...]]) -> list[KerasTensor]:
    """What the network shows of its hints, brought to the teacher's width by a 1 x 1 convolution where that differs."""
    import keras

    endpoints, shown = networks.endpoints(embedder), []
    for (name, tensor), shape in zip(config.hints.items(), maps, strict=True):
        if name not in endpoints:
            raise FacenetError(f"{config.backbone} has no endpoint {name!r}; it has: {', '.join(endpoints)}.")
        output = endpoints[name]
        if output.shape[1:3] != shape[:2]:
            (height, width), (wanted, wide) = output.shape[1:3], shape[:2]
            raise FacenetError(f"{name} is {height} x {width} where the teacher's {tensor} is {wanted} x {wide}.")
        if output.shape[-1] != shape[-1]:
            if config.stretches:
                raise FacenetError(
                    f"{name} has {output.shape[-1]} channels where the teacher's {tensor} has {shape[-1]}: no stretch "
                    "can go on from there. Leave this hint out, or let the network read its own maps."
                )
            output = keras.layers.Conv2D(shape[-1], 1, name=f"Adapter_{name}")(output)
        shown.append(output)
    return shown


def stretches(image: KerasTensor, hints: Sequence[KerasTensor], ends: Sequence[KerasTensor]) -> list[keras.Model]:
    """The network from `image` to `ends`, cut at its hints (Koratana et al. 2019, "LIT: learned intermediate
    representation training for model compression", section 3).

    Each model gives one hint, the last one the ends, from a list of the image and all hints before it. What a stretch
    learns from a teacher's own maps does not wait for those before it to learn theirs. Raises FacenetError for hints
    that are not named from the first to the last, of which some stretch would not begin at another.
    """
    import keras

    shown = [image, *hints]
    made = {
        id(operation.output): place for place, operation in enumerate(keras.Model(image, [*hints, *ends]).operations)
    }
    places = [made[id(hint)] for hint in hints]
    if places != sorted(places):
        raise FacenetError("Stretches need their hints named in the order of the network, from the first to the last.")
    return [keras.Model(shown[: number + 1], last) for number, last in enumerate([*hints, list(ends)])]


def _model(config: Config, embedder: keras.Model, classes: int, hints: list[KerasTensor]) -> keras.Model:
    import keras
    from keras import ops

    # Keras is loaded by functions only, so its subclasses are made in them.
    class Learner(keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(name="learner", dtype=config.precision)
            self.embedder = embedder
            ends = [embedder.get_layer("BatchNorm_Bottleneck").output, embedder.output]
            # One after the other they are the network; each but the last ends at a hint.
            if config.stretches:
                self.stretches = stretches(embedder.input, hints, ends)
            else:
                self.vectors = keras.Model(embedder.input, [*ends, *hints])
            if "softmax" in config.parts:
                self.logits = keras.layers.Dense(classes, name="Logits", dtype="float32")
                self.logits.build((None, config.dimension))
            if "margin" in config.parts:
                self.class_weights = self._float32("class_weights", classes, trainable=True)
            if "center" in config.parts:
                self.centers = self._float32("centers", classes, trainable=False)
            names = (*config.parts, *(("regularization",) if embedder.losses else ()), "similarity")
            self.trackers = {name: keras.metrics.Mean(name) for name in names}
            self.built = True

        def _float32(self, name: str, classes: int, trainable: bool) -> Any:
            initializer = "glorot_normal" if trainable else "zeros"
            return self.add_weight(
                (classes, config.dimension), initializer, dtype="float32", trainable=trainable, name=name
            )

        def call(self, images: Any, training: bool = False) -> dict[str, Any]:
            if config.stretches:
                *maps, (bottleneck, embedding) = [
                    stretch(images[: number + 1], training=training) for number, stretch in enumerate(self.stretches)
                ]
            else:
                bottleneck, embedding, *maps = self.vectors(images, training=training)
            outputs = {"bottleneck": bottleneck, "embedding": embedding, "hints": maps}
            if "softmax" in config.parts:
                outputs["logits"] = self.logits(bottleneck)
            if "margin" in config.parts:
                outputs["cosines"] = ops.matmul(embedding, ops.transpose(ops.normalize(self.class_weights, axis=1)))
            if "center" in config.parts:
                outputs["centers"] = ops.convert_to_tensor(self.centers)
            return outputs

        def compute_loss(
            self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
        ) -> Any:
            parts = _parts(config, y_pred, y)
            if "center" in config.parts:
                self.centers.assign(losses.updated_centers(self.centers, y_pred["bottleneck"], y, config.center_rate))
            total = sum(weight * loss for weight, loss in parts.values())
            for name, (_, loss) in parts.items():
                self.trackers[name].update_state(loss)
            if self.losses:
                regularization = sum(ops.cast(loss, "float32") for loss in self.losses)
                self.trackers["regularization"].update_state(regularization)
                total += regularization
            self.trackers["similarity"].update_state(_similarity(y_pred["embedding"], y if config.by_people else None))
            return total

    return Learner()


def _parts(config: Config, outputs: dict[str, Any], targets: Any) -> dict[str, tuple[float, Any]]:
    """Each part of the loss with its weight."""
    embedding = outputs["embedding"]
    combined = config.loss == "softmax+triplet"
    parts: dict[str, tuple[float, Any]] = {}
    if "softmax" in config.parts:
        loss = losses.softmax_cross_entropy(outputs["logits"], targets, config.smoothing)
        parts["softmax"] = (config.softmax_weight if combined else 1.0, loss)
    if "triplet" in config.parts:
        loss = losses.triplet(embedding, targets, config.triplet_margin, config.mining)
        parts["triplet"] = (config.triplet_weight if combined else 1.0, loss)
    if "margin" in config.parts:
        logits = losses.margin_logits(outputs["cosines"], targets, config.angular_margin, config.angular_scale)
        parts["margin"] = (1.0, losses.softmax_cross_entropy(logits, targets, config.smoothing))
    if "center" in config.parts:
        loss = losses.center_loss(outputs["bottleneck"], targets, outputs["centers"])
        parts["center"] = (config.center_weight, loss)
    if "cosine" in config.parts:
        vectors, *maps = targets if config.hints else (targets,)
        parts["cosine"] = (config.cosine_weight, losses.distill_cosine(embedding, vectors))
        parts["relational"] = (config.relational_weight, losses.distill_relational(embedding, vectors))
        if config.hints:
            hints = [losses.hint(own, wanted) for own, wanted in zip(outputs["hints"], maps, strict=True)]
            parts["hints"] = (config.hint_weight, sum(hints) / len(hints))
    return parts


def _similarity(embedding: Any, labels: Any) -> Any:
    """The mean cosine over the pairs of different people; without labels, of different crops."""
    from keras import ops

    cosines = ops.matmul(embedding, ops.transpose(embedding))
    people = ops.cumsum(ops.ones_like(embedding[:, 0])) if labels is None else ops.convert_to_tensor(labels)
    different = ops.cast(ops.not_equal(people[:, None], people[None, :]), "float32")
    return ops.sum(cosines * different) / ops.maximum(ops.sum(different), 1.0)


def _optimizer(config: Config) -> keras.Optimizer:
    """The optimizer, which also keeps the gradient's length in `gradient_norm` and the weights' average in `averages`.

    The average's momentum begins at 0 and rises as (n - 1) / (n + 8) to `config.ema`, so that it forgets the random
    weights of the start however short the run is.
    """
    import keras
    from keras import ops

    kinds: dict[str, tuple[Any, dict[str, float]]] = {
        "sgd": (keras.optimizers.SGD, {"momentum": config.momentum}),
        "adam": (keras.optimizers.Adam, {}),
        "adamw": (keras.optimizers.AdamW, {}),
        "rmsprop": (
            keras.optimizers.RMSprop,
            {"rho": RMSPROP_DECAY, "epsilon": RMSPROP_EPSILON, "momentum": config.momentum},
        ),
        "adagrad": (keras.optimizers.Adagrad, {}),
    }
    kind, settings = kinds[config.optimizer]

    class Watched(kind):  # type: ignore[misc,valid-type]
        def build(self, variables: list[Any]) -> None:
            super().build(variables)
            self.gradient_norm = self.add_variable((), name="gradient_norm")
            self.averages = self.add_optimizer_variables(variables, "average") if config.ema else []

        def apply(self, grads: list[Any], trainable_variables: Any = None) -> None:
            squares = [ops.sum(ops.square(ops.cast(grad, "float32"))) for grad in grads if grad is not None]
            self.gradient_norm.assign(ops.sqrt(sum(squares)))
            super().apply(grads, trainable_variables)
            done = ops.cast(self.iterations, "float32")
            momentum = ops.minimum(config.ema, (done - 1) / (done + 8))
            for variable, average in zip(self._trainable_variables, self.averages, strict=bool(self.averages)):
                average.assign(momentum * average + (1 - momentum) * variable)

    optimizer = Watched(
        learning_rate=config.learning_rate,
        weight_decay=config.weight_decay or (0.0 if config.optimizer == "adamw" else None),
        global_clipnorm=config.clip,
        name=config.optimizer,
        **settings,
    )
    # Norms and biases keep their size: decaying them only fights the batch norm.
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta", "alpha"])
    return optimizer


def inner(model: keras.Model) -> Any:
    """The run's own optimizer, which Keras wraps where float16 needs its loss scaled."""
    return getattr(model.optimizer, "inner_optimizer", model.optimizer)


def hand_over(model: keras.Model, embedder: keras.Model, averaged: bool) -> None:
    """Give `embedder`, from `served`, the weights of a learner's: their moving averages where `averaged`."""
    values = {variable.path: variable for variable in model.embedder.weights}
    if averaged:
        averages = zip(model.trainable_variables, inner(model).averages, strict=True)
        values |= {variable.path: average for variable, average in averages if variable.path in values}
    for variable in embedder.weights:
        # Through NumPy: JAX would share the array, and training frees it at its next step.
        variable.assign(value(values[variable.path]))
