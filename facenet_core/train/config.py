"""What a training run is told: every setting, its default and what it means, in one record."""

# ruff: noqa: RUF009 (`option` makes fields, which the rule cannot see)

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from facenet_core import losses, networks
from facenet_core.backbones import BACKBONES
from facenet_core.data.augment import Augmentation
from facenet_core.data.pairs import parse_folds
from facenet_core.preprocess import PREPROCESSING
from facenet_core.types import FacenetError

# What each loss is made of, in the order in which the parts are logged.
LOSSES: dict[str, tuple[str, ...]] = {
    "softmax": ("softmax",),
    "triplet": ("triplet",),
    "softmax+triplet": ("softmax", "triplet"),
    "margin": ("margin",),
    "distill": ("cosine", "relational"),
}
OPTIMIZERS = ("sgd", "adam", "adamw", "rmsprop", "adagrad")
SCHEDULES = ("constant", "cosine")
PRECISIONS = ("float32", "mixed_float16", "mixed_bfloat16")
SAMPLINGS = ("natural", "balanced", "people")
HINT_INPUTS = ("own", "teacher")
FILE = "config.json"
BATCH, PEOPLE, PICTURES = 64, 16, 4
# What a power cut may cost, whatever the number of steps between checkpoints.
CHECKPOINT_MINUTES = 5
STANDARD = " ".join(f"{name}={value:g}" for name, value in asdict(Augmentation.standard()).items())


def option(default: Any, meaning: str, choices: tuple[str, ...] | None = None, of: tuple[str, ...] = ()) -> Any:
    """A setting; with `of`, one of these losses, parts of losses or optimizers alone."""
    made = {"default_factory": default} if callable(default) else {"default": default}
    told = f"{', '.join(of)}: {meaning}" if of else meaning
    return field(**made, metadata={"help": told, "choices": choices, "of": of})


@dataclass(frozen=True, kw_only=True)
class Config:
    """The settings of a run; raises FacenetError for what does not fit together. Each field's meaning is its help."""

    data: tuple[str, ...] = option((), "packs, and folders of crops that `align` wrote")
    backbone: str = option("mobilenet_v1", "the network", tuple(BACKBONES))
    loss: str = option("softmax", "what is lowered", tuple(LOSSES))

    steps: int | None = option(None, "how many batches to train on")
    epochs: float | None = option(None, "or how many times to see every crop")
    minutes: float | None = option(None, "or how long: the schedule is fitted to the measured speed")

    size: int | None = option(None, "side of the network's input in pixels (default: the backbone's own)")
    crop_margin: float = option(0.0, "what a crop shows around ArcFace's template, in its pixels")
    dimension: int = option(128, "numbers of an embedding")
    dropout: float | None = option(None, "share of the features set to zero (default: the backbone's own)")
    options: Mapping[str, Any] = option(dict, "an option of the backbone, as alpha=0.5; may be repeated")
    preprocessing: str = option("fixed_128", "how pixels become input", tuple(PREPROCESSING))
    start: str | None = option(None, "initial weights: a weights file, a run's folder or a preset")

    batch: int | None = option(None, "crops in a batch (default: 64)")
    people: int | None = option(None, "people in a batch, for batches of people x pictures (default: 16)")
    pictures: int | None = option(None, "pictures of each of them (default: 4)")
    sampling: str | None = option(None, "how crops are drawn (default: people for triplets, else natural)", SAMPLINGS)
    augmentation: Augmentation = option(
        Augmentation.standard,
        "none, standard (the default), or a setting that differs from it, as flip=0; may be repeated. "
        f"standard is {STANDARD}",
    )
    in_memory: bool = option(False, "keep decoded crops in memory, 49 kB each")

    smoothing: float = option(0.0, "share of the target spread over all classes", of=("softmax", "margin"))
    softmax_weight: float = option(1.0, "weight of the softmax", of=("softmax+triplet",))
    triplet_weight: float = option(1.0, "weight of the triplets", of=("softmax+triplet",))
    triplet_margin: float = option(0.2, "margin between squared distances", of=("triplet",))
    mining: losses.Mining = option("semi-hard", "which ones of a batch", losses.MININGS, of=("triplet",))
    center_weight: float = option(0.0, "weight of the center loss beside it", of=("softmax",))
    center_rate: float = option(0.5, "how fast centers follow, 0 to 1", of=("center",))
    angular_margin: float = option(0.5, "radians added to the angle to the own class", of=("margin",))
    angular_scale: float = option(64.0, "what the cosines are multiplied by", of=("margin",))
    cosine_weight: float = option(1.0, "weight of the cosine to the teacher", of=("distill",))
    relational_weight: float = option(1.0, "weight of the batch's similarities", of=("distill",))
    teacher: str | None = option(None, "an ONNX network that describes each augmented crop", of=("distill",))
    hints: Mapping[str, str] = option(
        dict,
        "an endpoint of the network and the tensor of the teacher to match, as GDConv=/Conv_48_output_0",
        of=("distill",),
    )
    hint_weight: float = option(1.0, "weight of the hints, taken together", of=("distill",))
    hint_inputs: str = option(
        "own", "whose map the network reads at a hint, to go on from there", HINT_INPUTS, of=("distill",)
    )

    optimizer: str = option("adam", "how weights are changed", OPTIMIZERS)
    learning_rate: float = option(1e-3, "the highest one")
    momentum: float = option(0.9, "of the steps before", of=("sgd", "rmsprop"))
    weight_decay: float = option(0.0, "decoupled, on kernels only (L2 in the loss: --option weight_decay=...)")
    clip: float | None = option(None, "longest gradient, all variables together")
    schedule: str = option("cosine", "how the learning rate falls", SCHEDULES)
    warmup: int = option(0, "steps in which the learning rate rises to its height")
    rates: tuple[tuple[float, float | None], ...] = option(
        (), "a file of lines `epoch: rate` that is used instead of a schedule; the rate - ends the run"
    )
    ema: float = option(0.0, "momentum of a moving average of the weights, which is what is kept; 0 for none")
    precision: str = option("float32", "what layers compute in", PRECISIONS)

    pairs: str | None = option(None, "verify on these pairs, in the file format of LFW")
    pair_images: str | None = option(None, "the pictures of the pairs, as `align` wrote them")
    folds: str | None = option(None, "folds of the pairs, as 8-10; their people are never trained on (default: all)")
    validate_every: int = option(0, "steps between validations; 0 for one at either end")
    patience: int = option(0, "end after so many validations without a better one, and keep the best; 0 for never")
    statistics: int = option(32, "batches to measure batch norm on before validating; 0 for its moving averages")

    checkpoint_every: int = option(
        500, f"steps between checkpoints, of which there is one every {CHECKPOINT_MINUTES} minutes anyway"
    )
    float16: bool = option(False, "keep the final weights in half precision")
    tensorboard: bool = option(False, "write TensorBoard logs too, through TensorFlow")
    seed: int = option(0, "of weights, dropout, sampling and augmentation")
    device: str = option("auto", "auto, cpu, gpu or gpu:N")
    workers: int | None = option(None, "threads that prepare crops (default: the cores)")

    def __post_init__(self) -> None:
        for name, choices in _choices().items():
            value = getattr(self, name)
            if value is not None and value not in choices:
                raise FacenetError(f"There is no {name} {value!r}; there are: {', '.join(choices)}.")
        self._check_numbers()
        if not self.data:
            raise FacenetError("There is nothing to train on: name packs, or folders of aligned crops.")
        ends = [self.steps, self.epochs, self.minutes, self.rates[-1][0] if self.ends_by_its_rates else None]
        if sum(end is not None for end in ends) != 1:
            raise FacenetError("Say how long to train by one of: steps, epochs, minutes, rates that end with `-`.")
        if (self.pairs is None) != (self.pair_images is None):
            raise FacenetError("Verification needs both the file of the pairs and their aligned pictures.")
        if self.sampling == "people" and self.batch is not None:
            raise FacenetError("A batch of people x pictures has no other size: give people and pictures, not batch.")
        if (self.people or self.pictures) and self.sampling not in (None, "people"):
            raise FacenetError(f"People and pictures of a batch are not for {self.sampling} sampling.")
        for setting in fields(self):
            of, value = setting.metadata["of"], getattr(self, setting.name)
            if of and value not in (setting.default, {}) and not {self.loss, *self.parts, self.optimizer} & set(of):
                raise FacenetError(
                    f"{setting.name} is for {' or '.join(of)}, and would do nothing for the loss {self.loss} with "
                    f"{self.optimizer}: leave it out."
                )
        if self.hints and self.teacher is None:
            raise FacenetError("Hints are maps of a teacher: name its ONNX file.")
        if self.stretches and not self.hints:
            raise FacenetError("The network can read the teacher's maps at hints only: name some by --hint.")
        if self.patience and not self.validate_every:
            raise FacenetError("Patience counts validations: say by validate_every how often there is one.")
        self._check_network()
        if self.folds is not None and self.pairs is None:
            raise FacenetError("Folds are those of the pairs, and there are no pairs.")
        if self.folds is not None:
            parse_folds(self.folds)

    def _check_network(self) -> None:
        module = networks.backbone_module(self.backbone)
        known = list(inspect.signature(module.build).parameters)[1:]
        for name, value in self.options.items():
            if name not in known:
                raise FacenetError(f"{self.backbone} has no option {name!r}; it has: {', '.join(known)}.")
            if not isinstance(value, int | float):
                raise FacenetError(f"An option of a backbone is a number: {name} cannot be {value!r}.")
        if self.size is not None and self.size < module.SMALLEST:
            raise FacenetError(f"{self.backbone} needs pictures of at least {module.SMALLEST} pixels, not {self.size}.")

    def _check_numbers(self) -> None:
        positive = ("steps", "epochs", "minutes", "size", "dimension", "batch", "people", "pictures", "learning_rate")
        rising = ("clip", "workers", "angular_scale")
        for name in (*positive, *rising):
            value = getattr(self, name)
            if value is not None and not (0 < value < math.inf):
                raise FacenetError(f"{name} must be above 0, not {value}.")
        for name in ("dropout", "smoothing", "momentum", "ema"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < 1:
                raise FacenetError(f"{name} must be at least 0 and below 1, not {value}.")
        if not 0 <= self.center_rate <= 1:
            raise FacenetError(f"center_rate lies in 0..1, not at {self.center_rate}.")
        not_negative = ("warmup", "validate_every", "patience", "statistics", "checkpoint_every", "seed", "crop_margin")
        weights = (
            "softmax_weight",
            "triplet_weight",
            "center_weight",
            "cosine_weight",
            "relational_weight",
            "hint_weight",
        )
        for name in (*not_negative, *weights, "weight_decay", "triplet_margin", "angular_margin"):
            value = getattr(self, name)
            if not 0 <= value < math.inf:
                raise FacenetError(f"{name} must not be below 0, it is {value}.")

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the parts of the loss, as they are logged."""
        return (*LOSSES[self.loss], *(("center",) if self.center_weight else ()), *(("hints",) if self.hints else ()))

    @property
    def stretches(self) -> bool:
        """Whether the network is trained in stretches from hint to hint, each of which reads the teacher's map."""
        return self.hint_inputs == "teacher"

    @property
    def by_people(self) -> bool:
        """Whether the loss needs to know who is who."""
        return self.loss != "distill"

    @property
    def ends_by_its_rates(self) -> bool:
        return bool(self.rates) and self.rates[-1][1] is None

    @property
    def batch_size(self) -> int:
        """Crops in a batch, of a settled config."""
        if self.sampling == "people":
            return (self.people or PEOPLE) * (self.pictures or PICTURES)
        return self.batch or BATCH

    def settled(self) -> Config:
        """This config with what depends on backbone and loss filled in, and with paths that hold in any folder."""
        module = networks.backbone_module(self.backbone)
        sampling = self.sampling or self._usual_sampling()
        by_people = sampling == "people"
        return replace(
            self,
            data=tuple(_absolute(path) for path in self.data),
            pairs=self.pairs and _absolute(self.pairs),
            pair_images=self.pair_images and _absolute(self.pair_images),
            teacher=self.teacher and _absolute(self.teacher),
            start=_absolute(self.start) if self.start and Path(self.start).exists() else self.start,
            size=self.size or module.SIZE,
            dropout=module.DROPOUT if self.dropout is None else self.dropout,
            sampling=sampling,
            batch=None if by_people else self.batch_size,
            people=(self.people or PEOPLE) if by_people else None,
            pictures=(self.pictures or PICTURES) if by_people else None,
        )

    def _usual_sampling(self) -> str:
        if self.people or self.pictures:
            return "people"
        return "people" if "triplet" in self.parts and self.batch is None else "natural"

    def write(self, folder: Path) -> None:
        """Keep it as `config.json`. In ASCII, so that paths of any bytes survive."""
        (folder / FILE).write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="ascii")


def read(folder: Path) -> Config:
    """The config of a run. Raises FacenetError where there is none."""
    file = folder / FILE
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        record["augmentation"] = Augmentation.parse(record["augmentation"])
        record["data"] = tuple(record["data"])
        record["rates"] = tuple((epoch, rate) for epoch, rate in record["rates"])
        return Config(**record)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise FacenetError(f"{folder} is no training run: {error}") from error


def _absolute(path: str) -> str:
    return str(Path(path).absolute())


def _choices() -> dict[str, tuple[str, ...]]:
    return {field.name: field.metadata["choices"] for field in fields(Config) if field.metadata["choices"]}
