"""XMP packets with the regions of faces, as the programs write them."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping

import numpy as np
from PIL import ExifTags, Image, PngImagePlugin

from tests.formats import TURNS, heic
from tests.pictures import Pixels, encode, sideways

# x, y, width, height of the whole picture (0..1).
Box = tuple[float, float, float, float]

PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
 xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#" xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#"
 xmlns:MP="http://ns.microsoft.com/photo/1.2/" xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#"
 xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#" xmlns:acdsee-rs="http://ns.acdsee.com/regions/"
 xmlns:acdsee-stArea="http://ns.acdsee.com/sType/Area#" xmlns:acdsee-stDim="http://ns.acdsee.com/sType/Dimensions#"
 xmlns:dc="http://purl.org/dc/elements/1.1/">{}</rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def digikam(faces: Mapping[str, Box], size: tuple[int, int], kind: str = "Face") -> str:
    """Structures as parse types, what is in them as attributes."""
    items = "".join(
        f'<rdf:li rdf:parseType="Resource"><mwg-rs:Name>{name}</mwg-rs:Name><mwg-rs:Type>{kind}</mwg-rs:Type>'
        f'<mwg-rs:Area stArea:x="{x + w / 2}" stArea:y="{y + h / 2}" stArea:w="{w}" stArea:h="{h}" '
        'stArea:unit="normalized"/></rdf:li>'
        for name, (x, y, w, h) in faces.items()
    )
    return PACKET.format(
        f'<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:AppliedToDimensions stDim:w="{size[0]}" '
        f'stDim:h="{size[1]}" stDim:unit="pixel"/><mwg-rs:RegionList><rdf:Bag>{items}</rdf:Bag></mwg-rs:RegionList>'
        "</mwg-rs:Regions>"
    )


def lightroom(faces: Mapping[str, Box], size: tuple[int, int], kind: str = "Face") -> str:
    """A description in each item, and keywords in each region."""
    items = "".join(
        f'<rdf:li><rdf:Description mwg-rs:Rotation="0.00000" mwg-rs:Name="{name}" mwg-rs:Type="{kind}">'
        f'<mwg-rs:Area stArea:h="{h}" stArea:w="{w}" stArea:x="{x + w / 2}" stArea:y="{y + h / 2}"/>'
        "<mwg-rs:Extensions><rdf:Description><dc:subject><rdf:Bag><rdf:li>family</rdf:li></rdf:Bag></dc:subject>"
        "</rdf:Description></mwg-rs:Extensions></rdf:Description></rdf:li>"
        for name, (x, y, w, h) in faces.items()
    )
    return PACKET.format(
        f'<mwg-rs:Regions><rdf:Description><mwg-rs:AppliedToDimensions stDim:w="{size[0]}" stDim:h="{size[1]}" '
        f'stDim:unit="pixel"/><mwg-rs:RegionList><rdf:Bag>{items}</rdf:Bag></mwg-rs:RegionList></rdf:Description>'
        "</mwg-rs:Regions>"
    )


def exiftool(faces: Mapping[str, Box], size: tuple[int, int], kind: str = "Face") -> str:
    """Elements all the way, in pixels."""
    width, height = size
    items = "".join(
        "<rdf:li rdf:parseType='Resource'><mwg-rs:Area rdf:parseType='Resource'>"
        f"<stArea:h>{h * height}</stArea:h><stArea:unit>pixel</stArea:unit><stArea:w>{w * width}</stArea:w>"
        f"<stArea:x>{(x + w / 2) * width}</stArea:x><stArea:y>{(y + h / 2) * height}</stArea:y></mwg-rs:Area>"
        f"<mwg-rs:Name>{name}</mwg-rs:Name><mwg-rs:Type>{kind}</mwg-rs:Type></rdf:li>"
        for name, (x, y, w, h) in faces.items()
    )
    return PACKET.format(
        "<mwg-rs:Regions rdf:parseType='Resource'><mwg-rs:AppliedToDimensions rdf:parseType='Resource'>"
        f"<stDim:h>{height}</stDim:h><stDim:unit>pixel</stDim:unit><stDim:w>{width}</stDim:w>"
        f"</mwg-rs:AppliedToDimensions><mwg-rs:RegionList><rdf:Bag>{items}</rdf:Bag></mwg-rs:RegionList>"
        "</mwg-rs:Regions>"
    )


def acdsee(faces: Mapping[str, Box], size: tuple[int, int], kind: str = "Face") -> str:
    items = "".join(
        f'<rdf:li><rdf:Description acdsee-rs:Type="{kind}" acdsee-rs:Name="{name}" acdsee-rs:NameAssignType="manual">'
        f'<acdsee-rs:DLYArea acdsee-stArea:x="{x + w / 2}" acdsee-stArea:y="{y + h / 2}" acdsee-stArea:w="{w}" '
        f'acdsee-stArea:h="{h}"/></rdf:Description></rdf:li>'
        for name, (x, y, w, h) in faces.items()
    )
    return PACKET.format(
        '<acdsee-rs:Regions rdf:parseType="Resource"><acdsee-rs:AppliedToDimensions '
        f'acdsee-stDim:w="{size[0]}" acdsee-stDim:h="{size[1]}" acdsee-stDim:unit="pixel"/>'
        f"<acdsee-rs:RegionList><rdf:Bag>{items}</rdf:Bag></acdsee-rs:RegionList></acdsee-rs:Regions>"
    )


def microsoft(faces: Mapping[str, Box]) -> str:
    items = "".join(
        f'<rdf:li><rdf:Description MPReg:Rectangle="{x}, {y}, {w}, {h}" MPReg:PersonDisplayName="{name}"/></rdf:li>'
        for name, (x, y, w, h) in faces.items()
    )
    return PACKET.format(
        '<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>'
        f"{items}</rdf:Bag></MPRI:Regions></MP:RegionInfo>"
    )


def stored(box: Box, orientation: int, size: tuple[int, int] = (1000, 1000)) -> Box:
    """Where a box of the upright picture of this size lies in the one that a file with this orientation stores."""
    width, height = size
    x, y, w, h = box
    mask = np.zeros((height, width, 3), np.uint8)
    mask[round(y * height) : round((y + h) * height), round(x * width) : round((x + w) * width)] = 1
    turned = sideways(mask, orientation)[..., 0]
    rows, columns = np.flatnonzero(turned.any(1)), np.flatnonzero(turned.any(0))
    down, across = turned.shape
    left, top = columns[0] / across, rows[0] / down
    return left, top, (columns[-1] + 1) / across - left, (rows[-1] + 1) / down - top


def with_packet(pixels: Pixels, packet: str, kind: str = "JPEG", orientation: int = 1) -> bytes:
    """A file of JPEG, PNG, WEBP, TIFF, AVIF or HEIC that shows `pixels` upright and carries the packet."""
    if kind == "HEIC":
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = orientation
        turned = sideways(pixels, orientation)
        return heic(turned, exif=exif.tobytes(), xmp=packet.encode(), turned=TURNS[orientation])
    if kind == "PNG":
        chunk = PngImagePlugin.PngInfo()
        chunk.add_itxt("XML:com.adobe.xmp", packet)
        return encode(pixels, kind, orientation=orientation, pnginfo=chunk)
    if kind == "TIFF":
        tags = {int(ExifTags.Base.XMLPacket): packet.encode(), int(ExifTags.Base.Orientation): orientation}
        return encode(sideways(pixels, orientation), kind, tiffinfo=tags)
    return encode(pixels, kind, orientation=orientation, xmp=packet.encode())


def with_extension(
    pixels: Pixels, packet: str, *, beside: str | None = None, said: str | None = None, largest: int = 400
) -> bytes:
    """A JPEG whose usual packet, which is empty but for what is given `beside`, goes on with this one: in segments of
    up to so many bytes, the last one first. `said` is the name that the packet has for it, if it is not the true one.
    """
    whole = packet.encode()
    name = hashlib.md5(whole, usedforsecurity=False).hexdigest().upper()
    main = (beside or PACKET.format("")).replace(
        'rdf:about=""', f'rdf:about="" xmlns:n="http://ns.adobe.com/xmp/note/" n:HasExtendedXMP="{said or name}"'
    )
    segments = b""
    for begin in reversed(range(0, len(whole), largest)):
        header = b"http://ns.adobe.com/xmp/extension/\0" + struct.pack(">32sII", name.encode(), len(whole), begin)
        content = header + whole[begin : begin + largest]
        segments += b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content
    photo = with_packet(pixels, main)
    # Behind the start of the image.
    return photo[:2] + segments + photo[2:]
