"""Embedded colour profiles become sRGB, and cost nothing where they are sRGB already."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageCms

from app.decode import decode
from app.decode.colour import to_srgb
from tests.pictures import Pixels, draw_people
from tests.profiles import (
    ADOBE_RGB,
    DISPLAY_P3,
    SRGB,
    SRGB_CURVE,
    gamma,
    grey_profile,
    profile,
    sampled,
    swapped_inks,
    swapped_lights,
)

PEOPLE = draw_people(3, 40, size=(320, 200)).pixels
EVERY_COLOUR = np.random.default_rng(0).integers(0, 256, (200, 300, 3), dtype=np.uint8)

P3 = profile(DISPLAY_P3, SRGB_CURVE)
ADOBE = profile(ADOBE_RGB, gamma(2.2))


def by_little_cms(pixels: Pixels, icc: bytes) -> Pixels:
    source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    converted = ImageCms.profileToProfile(Image.fromarray(pixels), source, ImageCms.createProfile("sRGB"))
    assert converted is not None
    return np.asarray(converted)


def from_srgb(pixels: Pixels, icc: bytes) -> Pixels:
    """What a camera of that profile stores of these colours."""
    target = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    converted = ImageCms.profileToProfile(Image.fromarray(pixels), ImageCms.createProfile("sRGB"), target)
    assert converted is not None
    return np.asarray(converted)


def furthest(one: Pixels, other: Pixels) -> int:
    return int(np.abs(one.astype(int) - other).max())


@pytest.mark.parametrize(
    "icc",
    [P3, ADOBE, profile(DISPLAY_P3, gamma(1.8)), profile(ADOBE_RGB, sampled(2.2)), profile(SRGB, gamma(1.0))],
    ids=["Display P3", "Adobe RGB", "gamma 1.8", "a table", "linear"],
)
def test_colours_are_those_of_little_cms(icc: bytes) -> None:
    assert furthest(to_srgb(EVERY_COLOUR, icc), by_little_cms(EVERY_COLOUR, icc)) <= 2


@pytest.mark.parametrize(
    ("kind", "options"),
    [("JPEG", {"quality": 95, "subsampling": 0}), ("PNG", {}), ("WEBP", {"lossless": True}), ("TIFF", {})],
)
@pytest.mark.parametrize("icc", [P3, ADOBE], ids=["Display P3", "Adobe RGB"])
def test_a_photo_shows_the_colours_that_were_there(kind: str, options: dict[str, object], icc: bytes) -> None:
    stored = from_srgb(PEOPLE, icc)
    assert furthest(stored, PEOPLE) > 20
    file = io.BytesIO()
    Image.fromarray(stored).save(file, kind, icc_profile=icc, **options)
    difference = np.abs(decode(file.getvalue()).pixels.astype(int) - PEOPLE)
    assert difference.mean() < (4 if kind == "JPEG" else 1)


def test_a_profile_of_tables_is_heeded() -> None:
    icc = swapped_lights()
    assert furthest(to_srgb(EVERY_COLOUR, icc), by_little_cms(EVERY_COLOUR, icc)) == 0
    red = to_srgb(np.full((4, 4, 3), (255, 0, 0), np.uint8), icc)[0, 0].astype(int)
    assert red[1] > red[0] + 60


def test_a_photo_in_srgb_is_left_alone() -> None:
    own = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for icc in (profile(SRGB, SRGB_CURVE), own, None, b""):
        assert to_srgb(EVERY_COLOUR, icc) is EVERY_COLOUR


def test_a_grey_photo_has_the_brightness_of_its_profile() -> None:
    ramp = np.arange(256, dtype=np.uint8)[None].repeat(8, axis=0)
    file = io.BytesIO()
    Image.fromarray(ramp).save(file, "PNG", icc_profile=grey_profile(gamma(1.0)))
    pixels = decode(file.getvalue()).pixels
    light = np.arange(256) / 255
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055) * 255
    assert np.abs(pixels[0, :, 0] - encoded).max() <= 2
    assert (pixels[..., 0] == pixels[..., 2]).all()


@pytest.mark.parametrize(
    "harm",
    [
        lambda icc: icc[:100],
        lambda icc: icc[:140],
        lambda icc: icc[: len(icc) // 2],
        lambda icc: icc.replace(b"acsp", b"what"),
        lambda icc: icc.replace(b"para", b"nara"),
        lambda icc: icc.replace(b"RGB ", b"CMYK"),
        lambda icc: icc[:128] + b"\xff" * (len(icc) - 128),
        lambda icc: b"no profile at all",
    ],
)
def test_a_broken_profile_never_makes_a_photo_unreadable(harm: Callable[[bytes], bytes]) -> None:
    file = io.BytesIO()
    Image.fromarray(PEOPLE).save(file, "PNG", icc_profile=harm(P3))
    assert decode(file.getvalue()).pixels.shape == PEOPLE.shape


def test_a_cmyk_photo_has_the_colours_of_its_inks() -> None:
    inks = np.zeros((16, 48, 4), np.uint8)
    inks[:, :16, 0], inks[:, 16:32, 1] = 255, 255
    file = io.BytesIO()
    Image.fromarray(inks, "CMYK").save(file, "JPEG", quality=95, icc_profile=swapped_inks())
    for at_most in (10**6, 200):
        pixels = decode(file.getvalue(), at_most=at_most).pixels
        middle, width = pixels.shape[0] // 2, pixels.shape[1]
        first, second, none = (pixels[middle, width * part // 6].astype(int) for part in (1, 3, 5))
        assert first[1] > first[0] + 40
        assert first[1] > first[2] + 40
        assert second[2] > second[0] + 40
        assert none.min() > 245


def test_a_profile_of_ink_that_is_none_leaves_the_colours_of_a_cmyk_photo() -> None:
    file, plain = io.BytesIO(), io.BytesIO()
    Image.fromarray(PEOPLE).convert("CMYK").save(file, "JPEG", quality=95, icc_profile=P3)
    Image.fromarray(PEOPLE).convert("CMYK").save(plain, "JPEG", quality=95)
    assert (decode(file.getvalue()).pixels == decode(plain.getvalue()).pixels).all()
