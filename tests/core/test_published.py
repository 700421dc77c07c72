"""Weights that others published are recognised, loaded whole or refused, and give what their own graphs give."""

from __future__ import annotations

import os
import shutil
import warnings
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from facenet_core import bench, networks, presets, published, tensors, weights
from facenet_core.cli import main
from facenet_core.preprocess import PREPROCESSING
from facenet_core.types import FacenetError
from facenet_core.weights import WeightsError
from tests.core import slim_graphs
from tests.core.processes import output_of
from tests.core.slim_graphs import Written

Values = dict[str, NDArray[np.generic]]

# The outside check asks for this much of an endpoint's mean size.
AGREEMENT = 1e-4
SIZE = 32


@pytest.fixture(scope="module")
def thin(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A small network, for all that does not depend on which one it is."""
    return slim_graphs.write(slim_graphs.mobilenet_v1(), SIZE, tmp_path_factory.mktemp("thin") / "model.ckpt-7")


@pytest.fixture(scope="module")
def facenet(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("facenet")
    return slim_graphs.write(
        slim_graphs.inception_resnet_v1(), 160, folder / "model-20170512.ckpt-250000", facenet_extras
    )


def facenet_extras() -> None:
    """What FaceNet's train_softmax keeps beside the network: a counter without a name, a classifier, its centres."""
    import tensorflow.compat.v1 as tf

    tf.Variable(0, trainable=False)
    with tf.variable_scope("Logits"):
        tf.get_variable("weights", (128, 10))
        tf.get_variable("biases", (10,))
    tf.get_variable("centers", (10, 128), trainable=False)


def training_extras() -> None:
    """A real training's counter, slots of optimizers, and moving averages of variables and of a loss."""
    import tensorflow.compat.v1 as tf

    variables = tf.trainable_variables()
    loss = tf.add_n([tf.reduce_sum(variable) for variable in variables], name="total_loss")
    step = tf.train.get_or_create_global_step()
    average = tf.train.ExponentialMovingAverage(0.999, step, zero_debias=True)
    average.apply([loss])
    tf.train.ExponentialMovingAverage(0.9999, step).apply(variables)
    for optimizer in (
        tf.train.AdamOptimizer(0.1),
        tf.train.MomentumOptimizer(0.1, 0.9),
        tf.train.RMSPropOptimizer(0.1),
    ):
        optimizer.minimize(loss, step)


def save(path: Path, values: Values, version: int = 2) -> Path:
    """A checkpoint with any variables at all."""
    import tensorflow as tf

    names, arrays = list(values), [tf.constant(value) for value in values.values()]
    if version == 1:
        tf.raw_ops.Save(filename=os.fsencode(path), tensor_names=names, data=arrays)
    else:
        places = [""] * len(names)
        tf.raw_ops.SaveV2(prefix=os.fsencode(path), tensor_names=names, shape_and_slices=places, tensors=arrays)
    return path


def outputs(path: Path, written: Written, folder: Path, *more: str) -> dict[str, NDArray[np.float32]]:
    """What the command `endpoints` writes for the input of a graph."""
    np.savez(folder / "in.npz", input=written.input)
    command = ("endpoints", "--weights", str(path), "--input", str(folder / "in.npz"), "--out", str(folder / "out.npz"))
    assert main((*command, *more)) == 0
    with np.load(folder / "out.npz") as arrays:
        return dict(arrays)


def check(found: dict[str, NDArray[np.float32]], written: Written) -> None:
    expected = {"output": written.output} | {f"ep/{name}": end for name, end in written.endpoints.items()}
    assert expected.keys() <= found.keys()
    for name, end in expected.items():
        assert found[name].shape == end.shape, name
        assert np.abs(found[name] - end).max() <= AGREEMENT * np.abs(end).mean(), name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("build", "size", "kind", "width"),
    [
        pytest.param(slim_graphs.inception_resnet_v1(128), 160, "embedder", 128, id="facenet-128"),
        pytest.param(slim_graphs.inception_resnet_v1(512), 160, "embedder", 512, id="facenet-512"),
        pytest.param(slim_graphs.alexnet_v2(), 224, "classifier", 37, id="alexnet"),
        pytest.param(slim_graphs.inception_v3(), 299, "classifier", 37, id="inception-v3"),
        pytest.param(slim_graphs.inception_v3(5, auxiliary=False), 139, "classifier", 5, id="inception-v3-small"),
        pytest.param(slim_graphs.inception_v3(5, True, 0.35), (139, 160), "classifier", 5, id="inception-v3-thin"),
    ],
)
def test_a_checkpoint_gives_what_its_own_graph_gives_at_every_endpoint(
    build: slim_graphs.Build,
    size: int | tuple[int, int],
    kind: str,
    width: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    written = slim_graphs.write(build, size, tmp_path / "model")
    check(outputs(written.prefix, written, tmp_path), written)
    assert f"{kind}, {width} " in capsys.readouterr().out


def test_a_small_network_agrees_too(thin: Written, tmp_path: Path) -> None:
    check(outputs(thin.prefix, thin, tmp_path), thin)


def test_pictures_need_be_no_squares_and_may_have_logits_at_several_places(tmp_path: Path) -> None:
    written = slim_graphs.write(slim_graphs.mobilenet_v1(squeeze=False), (288, 32), tmp_path / "model", pictures=1)
    found = outputs(written.prefix, written, tmp_path, "--no-squeeze")
    assert found["output"].shape == (1, 2, 1, 5)
    check(found, written)


@given(share=st.floats(0.02, 4), floor=st.integers(1, 40), wide=st.booleans())
def test_the_layers_of_a_file_tell_how_thin_a_network_is(share: float, floor: int, wide: bool) -> None:
    usual = (32, 48, 64, 80, 96, 128, 160, 192, 320, 384, 448, *([768] if wide else []))
    widths = {filters: max(int(filters * share), floor) for filters in usual}
    found = published.thinned_by(widths, floor)
    assert found is not None
    assert {filters: max(int(filters * found), floor) for filters in usual} == widths


@pytest.mark.parametrize("share", [0.05, 0.1, 0.25, 0.29, 0.35, 0.5, 0.57, 0.75, 1.0, 1.3, 2.0])
def test_a_network_is_as_thin_as_somebody_chose_and_not_as_its_layers_came_out(share: float) -> None:
    # 0.35 * 80 = 28, but what 0.35 * 192 = 67.2 is cut off to is 0.349 of it, and 0.349 * 80 is under 28.
    assert published.thinned_by({filters: int(filters * share) for filters in (32, 80, 192, 448)}, 0) == share
    assert published.thinned_by({32: 11, 64: 50}, 0) is None


@pytest.mark.slow
def test_what_a_training_leaves_in_a_checkpoint_is_left_aside(tmp_path: Path) -> None:
    written = slim_graphs.write(slim_graphs.mobilenet_v1(), SIZE, tmp_path / "model", training_extras)
    left = {name.rpartition("/")[2] for name in written.variables}
    assert {"global_step", "Adam_1", "beta1_power", "Momentum", "RMSProp", "ExponentialMovingAverage"} <= left
    assert len(written.variables) > 4 * 137
    # The variables were used and not their averages, which have other values: as FaceNet's own freeze_graph does it.
    check(outputs(written.prefix, written, tmp_path), written)


def test_any_file_of_a_checkpoint_names_it(thin: Written) -> None:
    for ending in (".index", ".meta", ".data-00000-of-00001"):
        path = thin.prefix.with_name(thin.prefix.name + ending)
        assert published.load(path, size=SIZE).outputs == 5


def test_of_several_checkpoints_beside_a_graph_the_furthest_trained_is_meant(thin: Written, tmp_path: Path) -> None:
    (tmp_path / "model-1.meta").write_bytes(b"never read")
    for step, value in (("9", 1.0), ("10", 2.0)):
        values = {name: np.full_like(array, value) for name, array in thin.variables.items()}
        save(tmp_path / f"model-1.ckpt-{step}", values)
    network = published.load(tmp_path / "model-1.meta", size=SIZE).network
    assert float(network.get_layer("conv1").kernel[0, 0, 0, 0]) == 2.0


@pytest.mark.parametrize("version", [1, 2])
def test_both_formats_and_any_folder_name_are_read(version: int, thin: Written, tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode("权重 1 ".encode() + b"\xff")
    folder.mkdir()
    path = save(folder / "模型.ckpt", thin.variables, version)
    found = published.load(path, size=SIZE)
    assert (found.backbone, found.kind, found.outputs, found.options) == (
        "mobilenet_v1",
        "classifier",
        5,
        {"alpha": 0.25},
    )
    kernel = np.asarray(found.network.get_layer("conv_dw_3").kernel)
    np.testing.assert_array_equal(kernel, thin.variables["MobilenetV1/Conv2d_3_depthwise/depthwise_weights"])


def test_a_path_that_tensorflow_takes_for_a_pattern_is_told(thin: Written, tmp_path: Path) -> None:
    (tmp_path / "model [1]").mkdir()
    for file in thin.prefix.parent.glob(f"{thin.prefix.name}.*"):
        shutil.copy(file, tmp_path / "model [1]")
    with pytest.raises(WeightsError, match="rename or move"):
        published.load(tmp_path / "model [1]" / thin.prefix.name)


def test_what_is_missing_left_over_or_of_another_shape_is_listed(thin: Written, tmp_path: Path) -> None:
    values = dict(thin.variables)
    values["MobilenetV1/Conv2d_5_pointwise/extra"] = values.pop("MobilenetV1/Conv2d_5_pointwise/weights")
    values["MobilenetV1/Logits/Conv2d_1c_1x1/biases"] = np.zeros(6, np.float32)
    values["MobilenetV1/Conv2d_0/weights"] = values["MobilenetV1/Conv2d_0/weights"].astype(np.int32)
    with pytest.raises(WeightsError) as raised:
        published.load(save(tmp_path / "model", values), size=SIZE)
    message = str(raised.value)
    assert "missing: MobilenetV1/Conv2d_5_pointwise/weights;" in message
    assert "left over: MobilenetV1/Conv2d_5_pointwise/extra;" in message
    assert "of another shape: MobilenetV1/Logits/Conv2d_1c_1x1/biases (6,) instead of (5,);" in message
    assert message.endswith("no floats: MobilenetV1/Conv2d_0/weights")


def test_weights_that_are_not_finite_are_refused(thin: Written, tmp_path: Path) -> None:
    name = "MobilenetV1/Conv2d_0/BatchNorm/moving_variance"
    values = thin.variables | {name: np.full_like(thin.variables[name], np.nan)}
    with pytest.raises(WeightsError, match=f"not finite: {name}$"):
        published.load(save(tmp_path / "model", values), size=SIZE)


def test_half_precision_is_read(thin: Written, tmp_path: Path) -> None:
    import tensorflow as tf

    for dtype in (np.float16, tf.bfloat16.as_numpy_dtype):
        path = save(tmp_path / dtype.__name__, {name: array.astype(dtype) for name, array in thin.variables.items()})
        kernel = np.asarray(published.load(path, size=SIZE).network.get_layer("conv1").kernel)
        np.testing.assert_allclose(kernel, thin.variables["MobilenetV1/Conv2d_0/weights"], rtol=1e-2)


def test_another_network_is_told_by_its_variables(tmp_path: Path) -> None:
    path = save(tmp_path / "model", {"resnet_v1_50/conv1/weights": np.zeros((7, 7, 3, 64), np.float32)})
    with pytest.raises(WeightsError, match=r"no network known here .*begin with: resnet_v1_50/conv1/weights"):
        published.load(path)


@pytest.mark.parametrize("width", [0, 1 << 40])
def test_a_file_that_claims_absurd_sizes_is_refused_before_anything_is_built(width: int, tmp_path: Path) -> None:
    import tensorflow as tf

    graph = tf.compat.v1.GraphDef()
    node = graph.node.add(op="Const", name="InceptionResnetV1/Bottleneck/weights")
    node.attr["value"].tensor.dtype = tf.float32.as_datatype_enum
    for side in (1792, width):
        node.attr["value"].tensor.tensor_shape.dim.add(size=side)
    node.attr["value"].tensor.float_val.append(1.0)
    (tmp_path / "graph.pb").write_bytes(graph.SerializeToString())
    with pytest.raises(WeightsError, match=f"has {width} outputs: it is damaged"):
        published.load(tmp_path / "graph.pb")


def test_damaged_files_are_told_in_a_sentence(thin: Written, tmp_path: Path) -> None:
    import tensorflow as tf

    save(tmp_path / "v1", thin.variables, version=1)
    (tmp_path / "graph.pb").write_bytes(thin.graph.SerializeToString())
    for file in (thin.prefix.with_name(thin.prefix.name + ".index"), tmp_path / "v1", tmp_path / "graph.pb"):
        content = file.read_bytes()
        for name, damaged in (
            ("cut", content[: len(content) // 2]),
            ("flipped", content[:99] + b"\xff" * 9 + content[99:]),
        ):
            copy = tmp_path / f"{name}-{file.name}"
            copy.write_bytes(damaged)
            with pytest.raises(WeightsError, match=r"cannot be read|no network known here"):
                published.load(copy)
    half = save(tmp_path / "half", thin.variables)
    data = half.with_name("half.data-00000-of-00001")
    data.write_bytes(data.read_bytes()[:1000])
    with pytest.raises(WeightsError, match="half cannot be read"):
        published.load(half, size=SIZE)
    data.unlink()
    with pytest.raises(WeightsError, match="half cannot be read"):
        published.load(half)
    assert tf.io.gfile.exists(str(half) + ".index")


@pytest.mark.parametrize("name", ["absent", "absent.meta", "absent.pb", "folder", "letter.txt", "empty.h5"])
def test_what_is_no_weights_file_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "letter.txt").write_text("Dear Anna,")
    (tmp_path / "empty.h5").write_bytes(b"")
    with pytest.raises(WeightsError, match=f"{name} cannot be read"):
        published.load(tmp_path / name)


def test_a_preprocessing_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FacenetError, match="no preprocessing 'whiten'; there are: fixed_128, per_image"):
        published.load(tmp_path, preprocessing="whiten")


def test_pictures_are_standardised_one_by_one_as_tensorflow_does() -> None:
    import tensorflow as tf

    rng = np.random.default_rng(1)
    crops = rng.integers(0, 256, (3, 20, 20, 3), np.uint8)
    crops[1] //= 16
    crops[2] = 255
    expected = tf.image.per_image_standardization(crops).numpy()
    found = PREPROCESSING["per_image"](crops)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert not found[2].any()
    np.testing.assert_array_equal(PREPROCESSING["per_image"](crops[1:2])[0], found[1])
    assert PREPROCESSING["per_image"](crops[:0]).shape == (0, 20, 20, 3)


def test_our_own_weights_are_loaded_from_any_part_of_their_preset() -> None:
    folder = presets.get().folder
    for path in (folder, folder / "preset.json", folder / "weights.npz"):
        found = weights.load_published(path)
        assert (found.backbone, found.kind, found.outputs) == ("mobilefacenet", "embedder", 128)
        assert (found.size, found.preprocessing) == (112, "fixed_128")
    kernel = weights.read(folder / "weights.npz")["Conv2d_0/kernel"]
    np.testing.assert_array_equal(np.asarray(found.network.get_layer("Conv2d_0").kernel), kernel)


def test_our_own_weights_are_loaded_for_pictures_of_another_size(tmp_path: Path) -> None:
    with bench.random_preset("mobilenet_v1", 64) as preset:
        presets.write(preset)
        found, usual = published.load(preset.folder, size=(96, 80)), published.load(preset.folder)
        assert found.network.input_shape == (None, 96, 80, 3)
        assert (found.size, found.calibration) == ((96, 80), None)
        for ours, theirs in zip(found.network.get_weights(), usual.network.get_weights(), strict=True):
            np.testing.assert_array_equal(ours, theirs)
        with pytest.raises(FacenetError, match="squares, not 96 x 80"):
            published.write_preset(found, tmp_path)
        for changed in ({"preprocessing": "per_image"}, {"options": {"alpha": 1.0}}):
            with pytest.raises(FacenetError, match="of its own"):
                weights.load_published(preset.folder, **changed)


def republished(values: Values) -> Values:
    """FaceNet's variables under the names that its Keras re-publication gave them."""
    renamed: Values = {}
    for name, value in values.items():
        scope, _, kind = name.removeprefix("InceptionResnetV1/").rpartition("/")
        if not name.startswith("InceptionResnetV1/"):
            continue
        layer = scope.replace("Block8/", "Block8_6/")
        for repeat, block in (
            ("Repeat/block35", "Block35"),
            ("Repeat_1/block17", "Block17"),
            ("Repeat_2/block8", "Block8"),
        ):
            layer = layer.replace(repeat, block)
        layer = layer.replace("/", "_")
        renamed[f"{layer}/{ {'weights': 'kernel', 'biases': 'bias'}.get(kind, kind) }:0"] = value
    return renamed


def write_hdf5(path: Path, values: Values, whole_model: bool) -> None:
    """As Keras 2 writes it: GROUP/LAYER/LAYER/VARIABLE:0, names as attributes; a whole model has more beside it."""
    import h5py

    with h5py.File(path, "w") as file:
        group = file.create_group("model_weights") if whole_model else file
        for name, value in values.items():
            layer = name.partition("/")[0]
            group.create_dataset(f"{layer}/{name}", data=value)
            group[layer].attrs["weight_names"] = [key.encode() for key in values if key.partition("/")[0] == layer]
        group.create_group("AvgPool").attrs["weight_names"] = []
        group.attrs["layer_names"] = [name.encode() for name in group]
        if whole_model:
            file.attrs["model_config"] = (
                '{"class_name": "Lambda", "config": {"function": ["4wEAAAAAAAAA", null, null]}}'
            )
            file.create_dataset("optimizer_weights/Adam/iterations:0", data=1)


@pytest.mark.slow
def test_every_form_of_facenet_gives_the_same_vectors(facenet: Written, tmp_path: Path) -> None:
    (tmp_path / "frozen.pb").write_bytes(slim_graphs.frozen(facenet))
    write_hdf5(tmp_path / "weights.h5", republished(facenet.variables), whole_model=False)
    write_hdf5(tmp_path / "model.h5", republished(facenet.variables), whole_model=True)
    for path in (facenet.prefix, tmp_path / "frozen.pb", tmp_path / "weights.h5", tmp_path / "model.h5"):
        check(outputs(path, facenet, tmp_path), facenet)


@pytest.mark.slow
def test_keras_itself_writes_files_that_are_read(tmp_path: Path) -> None:
    import keras

    model = networks.embedder("inception_resnet_v1", 80, 512)
    renamed = keras.models.clone_model(
        model,
        clone_function=lambda layer: layer.__class__.from_config(
            layer.get_config() | {"name": layer.name.replace("BatchNorm_Bottleneck", "Bottleneck_BatchNorm")}
        ),
    )
    renamed.set_weights([variable + 0.01 for variable in model.get_weights()])
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*HDF5 file.* is considered legacy|__array__ implementation")
        renamed.save(tmp_path / "model.h5")
    found = published.load(tmp_path / "model.h5", size=80)
    assert (found.outputs, found.preprocessing) == (512, "fixed_128")
    for ours, theirs in zip(found.network.get_weights(), renamed.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.slow
def test_a_checkpoint_is_loaded_on_another_backend_too(thin: Written) -> None:
    code = (
        "from pathlib import Path; import keras, numpy as np; from facenet_core import weights\n"
        f"found = weights.load_published(Path({str(thin.prefix)!r}), size={SIZE})\n"
        f"images = np.random.default_rng(0).uniform(-1, 1, (2, {SIZE}, {SIZE}, 3)).astype(np.float32)\n"
        "print(keras.backend.backend(), *np.asarray(found.network(images)['Logits']).ravel())"
    )
    backend, *logits = output_of(code, KERAS_BACKEND="jax").split()
    assert backend == "jax"
    np.testing.assert_allclose(np.array(logits, float), thin.output.ravel(), rtol=1e-4, atol=1e-4)


def test_facenet_of_512_numbers_was_trained_with_fixed_standardisation_and_that_of_128_was_not() -> None:
    assert published.FACENET_PREPROCESSING == {128: "per_image", 512: "fixed_128"}
    assert set(published.FACENET_PREPROCESSING.values()) <= set(PREPROCESSING)


def trap(path: Path, how: str, secret: Path) -> None:
    """An HDF5 file that would have HDF5 open another file, load a filter's code, or unpickle."""
    import h5py

    name, value = "Conv2d_1a_3x3/Conv2d_1a_3x3/kernel:0", np.zeros((3, 3, 3, 32), np.float32)
    with h5py.File(path, "w") as file:
        file["Bottleneck/kernel:0"] = np.zeros((1792, 128), np.float32)
        if how == "external link":
            file[name] = h5py.ExternalLink(str(secret), "/secret")
        elif how == "soft link":
            file[name] = h5py.SoftLink("/Bottleneck/kernel:0")
        elif how == "external storage":
            file.create_dataset(name, value.shape, value.dtype, external=[(str(secret), 0, value.nbytes)])
        elif how == "virtual":
            layout = h5py.VirtualLayout(value.shape, value.dtype)
            layout[:] = h5py.VirtualSource(str(secret), "secret", value.shape, value.dtype)
            file.create_virtual_dataset(name, layout)
        elif how == "compressed":
            file.create_dataset(name, data=value, compression="gzip")
        elif how == "nested":
            file["/".join(["a"] * 20)] = value
        else:
            file[name] = np.full(value.shape, b"text", h5py.string_dtype())


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("external link", "is a link"),
        ("soft link", "is a link"),
        ("external storage", "stored in another file or compressed"),
        ("virtual", "stored in another file or compressed"),
        ("compressed", "stored in another file or compressed"),
        ("nested", "nested too deep"),
        pytest.param("strings", "no floats: Conv2d_1a_3x3/kernel", marks=pytest.mark.slow),
    ],
)
def test_an_hdf5_file_reaches_nothing_beside_itself(how: str, message: str, tmp_path: Path) -> None:
    import h5py

    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["secret"] = np.zeros((3, 3, 3, 32), np.float32)
    trap(tmp_path / "weights.h5", how, secret)
    with pytest.raises(WeightsError, match=message):
        published.load(tmp_path / "weights.h5", size=80)


def test_the_command_says_what_is_wrong_with_its_input(
    thin: Written, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.npz"

    def run(**arrays: Any) -> str:
        np.savez(tmp_path / "in.npz", **arrays)
        command = ("endpoints", "--weights", str(thin.prefix), "--input", str(tmp_path / "in.npz"), "--out", str(out))
        assert main(command) == 1
        return capsys.readouterr().err

    assert "has no array 'input'; it has: x" in run(x=np.zeros(3))
    assert "is no [n, h, w, 3]" in run(input=np.zeros((2, 32, 32)))
    assert "Logits at 2 x 1 places" in run(input=np.zeros((1, 288, 32, 3)))
    assert "from 32 x 32 pixels up" in run(input=np.zeros((1, 16, 16, 3)))
    assert not out.exists()
    for name, content, message in (("no.npz", None, "There is no input file"), ("text.npz", "words", "The input")):
        if content:
            (tmp_path / name).write_text(content)
        command = ("endpoints", "--weights", str(thin.prefix), "--input", str(tmp_path / name), "--out", str(out))
        assert main(command) == 1
        assert f"{message} {tmp_path / name}" in capsys.readouterr().err


def test_endpoints_are_those_of_a_preset_by_its_name(tmp_path: Path) -> None:
    np.savez(tmp_path / "in.npz", input=np.zeros((1, 112, 112, 3), np.float32))
    files = ("--input", str(tmp_path / "in.npz"), "--out", str(tmp_path / "out.npz"))
    assert main(("endpoints", "--weights", presets.DEFAULT, *files)) == 0
    with np.load(tmp_path / "out.npz") as arrays:
        assert arrays["output"].shape == (1, 128)


def test_a_network_for_one_size_says_which() -> None:
    with bench.random_preset("mobilefacenet", 48) as preset:
        presets.write(preset)
        assert published.load(preset.folder, size=48).size == 48
        with pytest.raises(FacenetError, match="takes pictures of 48 x 48 pixels alone"):
            published.load(preset.folder, size=64)
        (preset.folder / preset.weights_file).write_bytes(b"damaged")
        with pytest.raises(WeightsError, match="is damaged"):
            published.load(preset.folder, size=64)


@pytest.fixture(scope="module")
def small_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same few arrays in every format."""
    import h5py
    import tensorflow as tf

    folder = tmp_path_factory.mktemp("small")
    values: Values = {"a/weights": np.arange(300, dtype=np.float32), "a/biases": np.zeros((2, 3), np.float32)}
    save(folder / "v1.ckpt", values, version=1)
    save(folder / "v2", values)
    np.savez(folder / "a.npz", **values)  # type: ignore[arg-type]
    with h5py.File(folder / "a.h5", "w") as file:
        for name, value in values.items():
            file[name] = value
    with tf.Graph().as_default() as graph:
        for name, value in values.items():
            tf.constant(value, name=name)
    (folder / "a.pb").write_bytes(graph.as_graph_def().SerializeToString())
    return folder


@pytest.mark.parametrize("name", ["v1.ckpt", "v2.index", "v2.data-00000-of-00001", "a.npz", "a.h5", "a.pb"])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_file_damaged_anywhere_is_read_or_refused_and_nothing_else(name: str, small_files: Path, data: Any) -> None:
    with TemporaryDirectory() as folder:
        copies = shutil.copytree(small_files, Path(folder) / "copies")
        content = bytearray((copies / name).read_bytes())
        place = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            del content[place:]
        else:
            content[place] = data.draw(st.integers(0, 255))
        (copies / name).write_bytes(content)
        with suppress(WeightsError), tensors.opened(copies / name) as found:
            for tensor in found.values():
                if np.prod(tensor.shape, dtype=np.float64) < 1e6:
                    tensor.read()
