"""Run networks from weights files of others: endpoints."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from facenet_core import networks, presets, published, tensors, weights
from facenet_core.cli.options import Help, out_file
from facenet_core.types import FacenetError

if TYPE_CHECKING:
    from facenet_core.cli.options import Commands

INPUT = "input"
# Inception-v3 keeps 30 MB of endpoints for each picture.
BATCH = 8

EXAMPLES = """
examples:
  %(prog)s --weights model-20170512-110547.ckpt-250000 --input in.npz --out out.npz
  %(prog)s --weights mobilefacenet-112 --input in.npz --out out.npz
"""


def add(commands: Commands) -> None:
    endpoints = commands.add_parser(
        "endpoints",
        help="what a network makes of its input, layer by layer, to compare it with the original",
        epilog=EXAMPLES,
        formatter_class=Help,
    )
    endpoints.add_argument(
        "--weights",
        required=True,
        metavar="PREFIX|FILE|PRESET",
        help="a TF-Slim checkpoint, a frozen .pb graph, Keras weights in HDF5, or a preset: its name or folder",
    )
    endpoints.add_argument(
        "--input",
        required=True,
        type=Path,
        metavar="IN.npz",
        help=f"the array {INPUT!r} [n, h, w, 3], as the network receives it: nothing is preprocessed",
    )
    endpoints.add_argument(
        "--out",
        required=True,
        type=out_file(".npz"),
        metavar="OUT.npz",
        help="arrays: output (embeddings of unit length, or logits) and ep/NAME for each endpoint of the reference",
    )
    endpoints.add_argument(
        "--no-squeeze",
        action="store_true",
        help="give logits at every place, [n, h', w', classes]: TF-Slim without spatial_squeeze, for larger pictures",
    )
    endpoints.set_defaults(run=_endpoints)


def _endpoints(options: argparse.Namespace) -> int:
    images = _input(options.input)
    height, width = images.shape[1:3]
    size = height if height == width else (height, width)
    path = presets.get(options.weights).folder if options.weights in presets.names() else Path(options.weights)
    found = published.load(path, size=size, spatial_squeeze=not options.no_squeeze)
    arrays = _run(found, images)
    weights.write(options.out, arrays)
    what = f"{found.backbone}, {found.kind}, {found.outputs} {'numbers' if found.kind == 'embedder' else 'classes'}"
    print(f"{what}, {height} x {width}: {len(arrays) - 1} endpoints of {len(images)} inputs in {options.out}")
    return 0


def _input(path: Path) -> NDArray[np.float32]:
    if not path.is_file():
        raise FacenetError(f"There is no input file {path}.")
    try:
        with tensors.opened(path) as found:
            tensor = found.get(INPUT)
            if tensor is None:
                raise FacenetError(f"{path} has no array {INPUT!r}; it has: {', '.join(found) or 'none'}.")
            if len(tensor.shape) != 4 or tensor.shape[3] != 3 or tensor.dtype.kind not in "fiu" or 0 in tensor.shape:
                raise FacenetError(
                    f"{INPUT!r} in {path} is no [n, h, w, 3] of numbers but {list(tensor.shape)} {tensor.dtype}."
                )
            return tensor.read().astype(np.float32)
    except tensors.WeightsError as error:
        raise FacenetError(f"The input {path} is no .npz file that can be read.") from error


def _run(found: published.Published, images: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    import keras

    model = found.network
    output = model.output if found.kind == "embedder" else model.output["Logits"]
    outputs: dict[str, Any] = {f"ep/{name}": end for name, end in networks.endpoints(model).items()}
    watched = keras.Model(model.input, {"output": output, **outputs})
    arrays: dict[str, NDArray[np.float32]] = watched.predict(images, batch_size=BATCH, verbose=0)
    return arrays
