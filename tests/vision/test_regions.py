"""The named faces that other programs left in XMP."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import pytest

from app.decode import read, read_metadata
from app.decode.regions import LARGEST_PACKET, MOST_FACES, Region, may_hold, of_xmp
from tests.pictures import draw_people
from tests.xmp import PACKET, Box, acdsee, digikam, exiftool, lightroom, microsoft, stored, with_extension, with_packet

FACES: dict[str, Box] = {"Anna Müller": (0.1, 0.2, 0.2, 0.3), "小明": (0.55, 0.4, 0.25, 0.35)}
SIZE = (120, 80)
PEOPLE = draw_people(1, size=SIZE).pixels
KINDS = ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIC"]


def found(packet: str, size: tuple[int, int] = SIZE, orientation: int = 1) -> list[Region]:
    return of_xmp(packet.encode(), *size, orientation)


def are(regions: list[Region], faces: dict[str, Box]) -> bool:
    assert [region.name for region in regions] == list(faces)
    for region in regions:
        assert region.box == pytest.approx(faces[region.name], abs=0.02)
    return True


@pytest.mark.parametrize("write", [digikam, lightroom, exiftool, acdsee])
def test_the_names_and_boxes_of_every_program_are_read(write: Callable[..., str]) -> None:
    assert are(found(write(FACES, SIZE)), FACES)


def test_the_names_and_boxes_of_microsoft_are_read() -> None:
    assert are(found(microsoft(FACES)), FACES)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_regions_of_the_stored_picture_are_turned_like_it(kind: str, orientation: int) -> None:
    faces = {name: stored(box, orientation, SIZE) for name, box in FACES.items()}
    size = SIZE[::-1] if orientation > 4 else SIZE
    picture, told = read(with_packet(PEOPLE, digikam(faces, size), kind, orientation))
    assert (picture.width, picture.height) == SIZE
    assert told.orientation == orientation
    assert told == read_metadata(with_packet(PEOPLE, digikam(faces, size), kind, orientation))
    assert told.regions is not None
    assert are(of_xmp(told.regions, *SIZE, told.orientation), FACES)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_regions_of_microsoft_are_of_the_stored_picture(orientation: int) -> None:
    faces = {name: stored(box, orientation) for name, box in FACES.items()}
    assert are(found(microsoft(faces), SIZE, orientation), FACES)


@pytest.mark.parametrize("orientation", [1, 5, 6, 7, 8])
def test_regions_that_were_drawn_on_the_upright_picture_stay_where_they_are(orientation: int) -> None:
    assert are(found(digikam(FACES, SIZE), SIZE, orientation), FACES)


def test_a_picture_that_was_made_smaller_keeps_its_regions_and_a_cropped_one_does_not() -> None:
    assert are(found(digikam(FACES, (6000, 4004)), SIZE), FACES)
    assert found(digikam(FACES, (6000, 4500)), SIZE) == []


@pytest.mark.parametrize("kind", ["Pet", "Focus", "BarCode"])
@pytest.mark.parametrize("write", [digikam, lightroom, exiftool, acdsee])
def test_only_faces_are_read(write: Callable[..., str], kind: str) -> None:
    assert found(write(FACES, SIZE, kind)) == []


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "x" * 300])
def test_who_has_no_name_is_left_out(name: str) -> None:
    assert found(digikam({name: FACES["小明"]}, SIZE)) == []
    assert found(microsoft({name: FACES["小明"]})) == []


@pytest.mark.parametrize("name", ["علی\u200cرضا", "ශ්\u200dරී", "Anna\u00adlena"])
def test_a_name_keeps_the_characters_that_join_and_part_its_letters(name: str) -> None:
    assert [region.name for region in found(microsoft({name: FACES["小明"]}))] == [name]


def test_a_name_is_one_line_without_control_characters() -> None:
    assert [region.name for region in found(microsoft({"Anna&#10;\t\u0085Lena\u2028 Smith": FACES["小明"]}))] == [
        "Anna Lena Smith"
    ]


@pytest.mark.parametrize(
    "box",
    [
        (0.1, 0.1, 0.0, 0.2),
        (0.1, 0.1, -0.2, 0.2),
        (0.1, 0.1, 1e-9, 1e-9),
        (0.1, 0.1, 0.2, 1e-5),
        (float("nan"), 0.1, 0.2, 0.2),
        (2.0, 0.1, 0.2, 0.2),
    ],
)
def test_a_box_that_is_none_is_left_out(box: Box) -> None:
    assert found(digikam({"Anna": box}, SIZE)) == []
    assert found(microsoft({"Anna": box})) == []


@pytest.mark.parametrize("write", [digikam, acdsee])
def test_a_packet_with_more_faces_than_anybody_names_tells_of_nobody(write: Callable[..., str]) -> None:
    crowd = {f"Person {number}": (number / 1000, 0.5, 0.1, 0.1) for number in range(MOST_FACES + 1)}
    assert found(write(crowd, SIZE)) == []
    del crowd["Person 0"]
    assert len(found(write(crowd, SIZE))) == MOST_FACES


def test_a_box_that_reaches_out_of_the_picture_ends_at_its_edge() -> None:
    assert are(found(microsoft({"Anna": (-0.1, 0.9, 0.3, 0.3)})), {"Anna": (0.0, 0.9, 0.2, 0.1)})


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "{0}">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 20}">' for old, new in zip("abcdefg", "bcdefgh", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    "packet",
    [
        "",
        "what is this?",
        digikam(FACES, SIZE)[:-200],
        digikam(FACES, SIZE).replace("mwg-rs:Name>Anna", "mwg-rs:Name>&who;"),
        digikam(FACES, SIZE).replace('xmlns:stArea="', 'xmlns:other="'),
        BOMB.format("ha" * 100) + digikam(FACES, SIZE).replace("Anna", "&h;"),
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + digikam(FACES, SIZE),
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + digikam(FACES, SIZE).replace("Anna", "&a;"),
        PACKET.format("<mwg-rs:Regions>" * 100 + "</mwg-rs:Regions>" * 100),
        '<?xml version="1.0" encoding="klingon"?>' + digikam(FACES, SIZE),
    ],
)
def test_what_is_no_sound_packet_tells_of_nobody(packet: str) -> None:
    assert found(packet) == []


@pytest.mark.parametrize("part", ["<a>", "<mwg-rs:Regions/>", "&lt;", '<rdf:li x="1"/>', "<!-- -->", "\u200b"])
def test_a_megabyte_of_anything_takes_little_memory(part: str) -> None:
    packet = PACKET.format(part * ((LARGEST_PACKET - 2000) // len(part.encode()))).encode()
    assert may_hold(packet)
    assert peak_memory(packet) < 50_000_000
    assert may_hold(packet + b" " * 3000) is None


LONG = "http://" + "x" * 20_000


def numbered(part: str, times: int = 10_000) -> str:
    return " ".join(part.format(number) for number in range(times))


ATTRIBUTES = numbered('p:b{}=""')


@pytest.mark.parametrize(
    "inside",
    [
        f'<a xmlns:p="{LONG}">{numbered("<p:b{}/>")}</a>',
        f'<a xmlns:p="{LONG}" {ATTRIBUTES}/>',
        f'<mwg-rs:Regions xmlns:p="{LONG}">{numbered("<p:b{}/>")}</mwg-rs:Regions>',
        f'<mwg-rs:Regions xmlns:p="{LONG}" {ATTRIBUTES}/>',
    ],
)
def test_a_namespace_of_any_length_takes_little_memory(inside: str) -> None:
    packet = PACKET.format(inside).encode()
    assert may_hold(packet)
    assert peak_memory(packet) < 50_000_000


def test_ten_megabytes_of_attributes_take_little_memory() -> None:
    attributes = numbered('b{}=""', 800_000)
    packet = PACKET.format(f"<a {attributes}/>").encode()
    assert len(packet) > 8_000_000
    assert peak_memory(packet) < 50_000_000


@pytest.mark.parametrize("much", ["<dc:title>{}</dc:title>", "<!--{}-->"])
@pytest.mark.parametrize("size", [1 << 14, 1 << 16, (1 << 16) + 1, 700_000])
def test_regions_are_read_beside_much_else(much: str, size: int) -> None:
    inside = digikam(FACES, SIZE).replace("<mwg-rs:Regions", much.format("x" * size) + "<mwg-rs:Regions")
    assert [region.name for region in found(inside)] == list(FACES)


def test_what_is_too_long_for_one_segment_of_a_jpeg_is_read() -> None:
    packet = digikam(FACES, SIZE)
    assert read_metadata(with_extension(PEOPLE, packet)).regions == packet.encode()
    assert read_metadata(with_extension(PEOPLE, packet, largest=60_000)).regions == packet.encode()


@pytest.mark.parametrize("cut", [b"mwg-rs:Name>", b"http://ns.adobe.com/xmp/extension/"])
def test_an_extension_that_is_not_the_one_meant_is_left_alone(cut: bytes) -> None:
    packet = digikam(FACES, SIZE)
    other = with_extension(PEOPLE, packet, said="A" * 32)
    broken = with_extension(PEOPLE, packet, largest=60_000).replace(cut, bytes(reversed(cut)))
    for file in (other, broken):
        assert of_xmp(read_metadata(file).regions or b"", *SIZE, 1) == []


def test_what_the_usual_packet_says_comes_first() -> None:
    both = with_extension(PEOPLE, digikam(FACES, SIZE), beside=microsoft({"Carla": FACES["小明"]}))
    assert [region.name for region in of_xmp(read_metadata(both).regions or b"", *SIZE, 1)] == ["Carla"]


def peak_memory(packet: bytes) -> int:
    tracemalloc.start()
    try:
        assert of_xmp(packet, *SIZE, 1) == []
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("old", "new", "read"),
    [
        ("mwg-rs:", "anything:", True),
        ("xmlns:mwg-rs=", "xmlns:other=", False),
        # Declared where it is used, or meant otherwise there.
        ("<mwg-rs:Regions ", '<mwg-rs:Regions xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#" ', True),
        ("<mwg-rs:Regions ", '<mwg-rs:Regions xmlns:mwg-rs="http://example.com/" ', False),
    ],
)
def test_a_list_is_known_by_its_namespace_whatever_the_prefix(old: str, new: str, read: bool) -> None:
    packet = digikam(FACES, SIZE)
    packet = packet.replace("xmlns:" + old[:-1], "xmlns:" + new[:-1]).replace(old, new)
    assert [region.name for region in found(packet)] == (list(FACES) if read else [])


def test_a_prefix_counts_up_to_the_end_of_its_element() -> None:
    inner = '<a xmlns:mwg-rs="http://example.com/"/>'
    packet = digikam(FACES, SIZE)
    assert are(found(packet.replace("<mwg-rs:Regions ", inner + "<mwg-rs:Regions ")), FACES)
    assert found(packet.replace("<mwg-rs:Regions ", '<a xmlns:q="x"/><q:b/><mwg-rs:Regions ')) == []
    assert are(found(packet.replace("<mwg-rs:Regions ", '<a xmlns="x"/><Regions/><mwg-rs:Regions ')), FACES)


def test_a_list_in_the_default_namespace_is_read() -> None:
    inside = '<Regions xmlns="http://www.metadataworkinggroup.com/schemas/regions/">'
    packet = digikam(FACES, SIZE).replace('<mwg-rs:Regions rdf:parseType="Resource">', inside)
    assert are(found(packet.replace("</mwg-rs:Regions>", "</Regions>")), FACES)


def test_a_photo_without_regions_carries_no_packet() -> None:
    told = read_metadata(with_packet(PEOPLE, '<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'))
    assert told.regions is None
