"""Files as people and attackers send them."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib

from PIL import Image


def photo(
    width: int = 160, height: int = 120, *, kind: str = "JPEG", exif: object = None, **given
) -> bytes:
    """A picture with a red left half, so that turning it can be seen."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, width // 2, height))
    out = io.BytesIO()
    if exif is not None:
        given["exif"] = exif
    image.save(out, kind, **given)
    return out.getvalue()


def exif_of(
    *, position: tuple[float, float] | None = None, taken: str = "", offset: str = "", turn: int = 1
) -> Image.Exif:
    """What a camera writes: a place (longitude, latitude), a time, and how it was held."""
    exif = Image.Exif()
    exif[0x0112] = turn
    if taken:
        exif.get_ifd(0x8769).update({0x9003: taken, **({0x9011: offset} if offset else {})})
    if position:
        east, north = position
        exif.get_ifd(0x8825).update(
            {1: "N" if north >= 0 else "S", 2: _degrees(abs(north)),
             3: "E" if east >= 0 else "W", 4: _degrees(abs(east))}
        )  # fmt: skip
    return exif


def _degrees(value: float) -> tuple[float, float, float]:
    whole = int(value)
    minutes = (value - whole) * 60
    return float(whole), float(int(minutes)), round((minutes - int(minutes)) * 60, 4)


def office_file(parts: dict[str, bytes] | None = None, main: str = "xl/workbook.xml") -> bytes:
    """The least that counts as a table, with other parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        held = {"[Content_Types].xml": b"<Types/>", main: b"<workbook/>", **(parts or {})}
        for name, data in held.items():
            file.writestr(name, data)
    return out.getvalue()


def pdf(*objects: bytes) -> bytes:
    """A PDF with a page, and other objects."""
    body = b"".join(
        b"%d 0 obj\n%s\nendobj\n" % (number, each) for number, each in enumerate(objects, 4)
    )
    return (
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n"
        + body
        + b"trailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
    )


def stream(dictionary: bytes, data: bytes) -> bytes:
    """An object of a PDF with a stream."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (dictionary, len(data), data)


_HEIC = (
    "eNpdUb9v01AQ/p7dpA4qbWmLVCpUAaIUyOIEVJVMFjRCDEWsDEgNjq08yY6fXAvSDv0xQBFTpq78+AOAuQOCAcHKXAZg"
    "RAzdyBAU7p5fK9STz3f33ffudHcAzobZmmoF0gdJLMMK+7FshIB4FQdZA7mcbzWj1PhQ0s9wTK7LKNFFljxYEOyJT7kl"
    "KRPGyMER8o10Ucp2qCPOnqYgyGlA65FfwX+gYEq9IzV9VMkshmHiu1SpIvtBKj8h26G3t4TNUFeTZg/Q/9vrAWP2Cr2Y"
    "9sSIGAyYYDPD5m92z/IalCzfFOJY5qW7Xdj9defKm7Y1M+Iw9IV/jveQ+MNL4mP67oJHbSb9JErbftQh+CSKWwRNyVUV"
    "mIFXSJk2rmRHMmA7DlVDSaZJRp0wLVV8uG4BUdi27KEn5M/INAgNPuo3V329X5pcjMXNBh9i/rJ4O7m1//TzYH8u+b3+"
    "4ke0W7q/Udr5+nhz4s/miQe9n+/79ee3eSPFfIfLy7hKkQNbTPCYVK4I7EgMmaVWn80d+VF+oq6tzzRFeq97SvvDpE1O"
    "Vt3qQq1SqVXdc+6N2jW35roou4tsQHX09WDdzU9dgF4tXiOvaNWhWYf4nhn2kum/YGyflDlrJr6Y20KZ7Jl/CKRwNQ=="
)
"""A photo as an iPhone writes it (HEVC in a HEIF box), 96 x 64, a red quarter on its left, turned
by its EXIF, with a position in Dalian and a time; made once with an encoder that we do not ship."""


def heic() -> bytes:
    """A HEIC photo."""
    return zlib.decompress(base64.b64decode(_HEIC))
