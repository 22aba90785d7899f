"""Pictures, made again from their pixels: nothing that was hidden in the file survives.

Where and when a photo was taken is read first. Then it is turned upright and written anew, without
position, time, comments, profiles, or anything before, between or behind the pixels.
"""

from __future__ import annotations

import io
import math
import re
import threading
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final, NamedTuple

from django.utils import timezone
from PIL import Image, UnidentifiedImageError
from simplejpeg import (  # type: ignore[import-untyped]
    decode_jpeg,
    decode_jpeg_header,
    encode_jpeg,
)

from urbanwork.office.evidence.kinds import HEIC, JPEG, PNG, Kind, RefusedFileError
from urbanwork.quantities.bilingual import Bilingual

LONGEST: Final = 4_096
"""Pixels of the longer side of what is kept."""
THUMBNAIL: Final = 480
QUALITY: Final = 85
MOST_PIXELS: Final = 64_000_000
"""What a phone can take; more would be a bomb, at four bytes each."""
MOST_SCANS: Final = 100
"""Passes over a progressive JPEG: some files have thousands, and take minutes."""

AT_ONCE: Final = threading.BoundedSemaphore(1)
"""Pictures that one process makes again at a time. There is a process a processor: more would bound
no wait, but take memory, and time from those who hold the lock of the database."""

_SCAN: Final = re.compile(b"\xff\xda")
_ORIENTATION, _EXIF, _GPS = 0x0112, 0x8769, 0x8825
_TAKEN, _OFFSET = 0x9003, 0x9011
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip
_COLOURS: Final = {"RGB": ("RGB", "420"), "L": ("GRAY", "Gray")}
_MODES: Final = {"image/jpeg": ("L", "RGB"), "image/heic": ("L", "RGB")}
_FAULTS: Final = (
    OSError, ValueError, TypeError, SyntaxError, EOFError, IndexError, KeyError, OverflowError,
    ZeroDivisionError, ArithmeticError, AttributeError, UnidentifiedImageError,
    Image.DecompressionBombError,
)  # fmt: skip
"""What the library raises on broken or hostile files."""


class Position(NamedTuple):
    """Degrees of WGS 84."""

    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture made again, and what its file said about where and when it was taken."""

    data: bytes
    width: int
    height: int
    taken: datetime | None
    position: Position | None


def remade(data: bytes, kind: Kind) -> Picture:
    """The picture of a file, made again; HEIC becomes JPEG.

    Raises:
        RefusedFileError: it is broken, moves, or is too large to be opened.
    """
    if kind is JPEG and any(True for _ in islice(_SCAN.finditer(data), MOST_SCANS, None)):
        raise _too_large()
    if kind is HEIC:
        _read_heic()
    with AT_ONCE:
        try:
            return _remade(data, kind)
        except _FAULTS as error:
            raise _broken() from error


def _read_heic() -> None:
    """Let Pillow open HEIC: the library decodes only, and has nothing of x265 (GPL) in it.

    Raises:
        RefusedFileError: it is not installed.
    """
    try:
        from pi_heif import (  # type: ignore[import-not-found,import-untyped,unused-ignore]
            register_heif_opener,
        )
    except ModuleNotFoundError as error:
        raise RefusedFileError(
            Bilingual(
                "This office cannot read HEIC photos (the package pi-heif is not installed); set "
                "the camera to 'most compatible', or send the photo as JPEG.",
                "本系统无法读取HEIC格式的照片（未安装pi-heif），请将相机格式设为“兼容性最佳”，"
                "或以JPEG格式发送。",
            )
        ) from error
    register_heif_opener()


def _remade(data: bytes, kind: Kind) -> Picture:
    with _opened(data, kind) as image:
        taken, position, turn = _said(image)
        if kind is JPEG and turn not in _TURNS and (again := _again(data, image)) is not None:
            return Picture(again, image.width, image.height, taken, position)
        image.draft("RGB", _kept_size(image.size))
        image.load()
        upright = _turned(_plain(image, kind), turn)
    out = io.BytesIO()
    _write(upright, kind, out)
    return Picture(out.getvalue(), upright.width, upright.height, taken, position)


def _again(data: bytes, image: Image.Image) -> bytes | None:
    """A JPEG of the size that is kept, from its pixels anew; None where Pillow has to look at it.

    Most photos come so from the page, and this is a seventh quicker than Pillow. Colours that the
    file holds for four pixels together are taken so and written so, and lose less on the way.
    """
    colours = _COLOURS.get(image.mode)
    if colours is None or max(image.size) > LONGEST:
        return None
    try:
        if decode_jpeg_header(data)[:2] != (image.height, image.width):
            return None
        pixels = decode_jpeg(data, colours[0], fastupsample=True)
        made: bytes = encode_jpeg(pixels, QUALITY, *colours)
    except ValueError:
        return None
    return made


def _opened(data: bytes, kind: Kind) -> Image.Image:
    """Open without reading the pixels, in the one format that the content shows."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        name = "HEIF" if kind is HEIC else kind.mime.split("/")[1]
        image = Image.open(io.BytesIO(data), formats=[name])
    if image.width * image.height > MOST_PIXELS:
        raise _too_large()
    if kind not in (JPEG, HEIC) and getattr(image, "n_frames", 1) > 1:
        raise RefusedFileError(
            Bilingual("A moving picture; send a still one.", "动态图片不予接收，请发送静态图片。")
        )
    return image


def _kept_size(size: tuple[int, int]) -> tuple[int, int]:
    share = min(1.0, LONGEST / max(size))
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def _plain(image: Image.Image, kind: Kind) -> Image.Image:
    """Pixels in a mode that the format has, no larger than what is kept, and nothing else."""
    if "transparency" in image.info and kind is not JPEG:
        image = image.convert("RGBA")
    elif image.mode not in _MODES.get(kind.mime, ("1", "L", "LA", "RGB", "RGBA", "I;16")):
        image = image.convert("RGB")
    if max(image.size) > LONGEST:
        image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS, reducing_gap=2.0)
    image.info = {}
    return image


def _turned(image: Image.Image, turn: int) -> Image.Image:
    return image.transpose(_TURNS[turn]) if turn in _TURNS else image


def _write(image: Image.Image, kind: Kind, out: io.BytesIO) -> None:
    image.info = {}
    if kind in (JPEG, HEIC):
        image.save(out, "JPEG", quality=QUALITY)
    elif kind is PNG:
        image.save(out, "PNG")
    else:
        image.save(out, "WEBP", quality=QUALITY, method=2)


def thumbnail(data: bytes) -> bytes:
    """A small JPEG of a picture that is in the store."""
    with AT_ONCE, Image.open(io.BytesIO(data)) as image:
        image.draft("RGB", (THUMBNAIL, THUMBNAIL))
        image.load()
        small = _on_white(image)
        small.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.BILINEAR)
        small.info = {}
        out = io.BytesIO()
        small.save(out, "JPEG", quality=78)
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if "A" not in image.mode:
        return image.convert("RGB")
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image.convert("RGB"), mask=image.getchannel("A"))
    return ground


def _said(image: Image.Image) -> tuple[datetime | None, Position | None, int]:
    """When, where and how turned, as far as the file says so in a way that can be read."""
    try:
        exif = image.getexif()
        turn = exif.get(_ORIENTATION, 1)
        inner, gps = exif.get_ifd(_EXIF), exif.get_ifd(_GPS)
    except _FAULTS:
        return None, None, 1
    return _taken(inner), _position(gps), turn if isinstance(turn, int) else 1


def _taken(exif: Mapping[int, Any]) -> datetime | None:
    """The time of a photo; without an offset it is taken as that of the office's zone."""
    text = str(exif.get(_TAKEN, ""))[:19]
    offset = str(exif.get(_OFFSET, ""))[:6]
    for written, form in ((text + offset, "%Y:%m:%d %H:%M:%S%z"), (text, "%Y:%m:%d %H:%M:%S")):
        try:
            at = datetime.strptime(written, form)
            at = at if at.tzinfo else timezone.make_aware(at)
        except (ValueError, OverflowError):
            continue
        return at if at.year >= 1990 and at < timezone.now() + timedelta(days=2) else None
    return None


def _position(gps: Mapping[int, Any]) -> Position | None:
    try:
        latitude = _degrees(gps[2]) * (-1 if str(gps[1]).upper().startswith("S") else 1)
        longitude = _degrees(gps[4]) * (-1 if str(gps[3]).upper().startswith("W") else 1)
    except _FAULTS:
        return None
    is_there = abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude, longitude) != (0, 0)
    return Position(longitude, latitude) if is_there else None


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(each) for each in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value) or min(degrees, minutes, seconds) < 0:
        raise ValueError(value)
    return round(value, 7)


def _broken() -> RefusedFileError:
    return RefusedFileError(
        Bilingual(
            "The picture is damaged or cut off; take it or send it again.",
            "图片已损坏或不完整，请重新拍摄或发送。",
        )
    )


def _too_large() -> RefusedFileError:
    return RefusedFileError(
        Bilingual(
            f"The picture is too large to be opened safely; send one of at most "
            f"{MOST_PIXELS // 1_000_000} million pixels.",
            f"图片尺寸过大，无法安全打开，请发送不超过{MOST_PIXELS // 10_000}万像素的图片。",
        )
    )
