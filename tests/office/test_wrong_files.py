"""What is taken as evidence, and what is refused with a sentence."""

from __future__ import annotations

import io
import struct
import sys
import zipfile
import zlib

import numpy as np
import openpyxl
import pytest
from docx import Document
from PIL import Image

from sent_files import exif_of, heic, office_file, pdf, photo, stream
from urbanwork.office.evidence import office_files, pictures
from urbanwork.office.evidence.kinds import JPEG, RefusedFileError, clean_name
from urbanwork.office.evidence.preparing import MOST_BYTES, prepared

SCRIPT = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def taken(data: bytes, name: str = "x.jpg"):
    return prepared(io.BytesIO(data), name)


def refused(data: bytes, name: str = "x.jpg") -> str:
    with pytest.raises(RefusedFileError) as caught:
        taken(data, name)
    sentence = caught.value.sentence
    assert sentence.zh.endswith("。")
    return sentence.en


def pixels(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (SCRIPT, "photo.jpg"), (SCRIPT, "picture.svg"), (SCRIPT, "note.txt"),
        (b"<!doctype html><script>1</script>", "a.txt"), (b"#!/bin/sh\nrm -rf /", "a.csv"),
        (b"#!/bin/sh\nrm -rf /", "a.jpg"), (b"MZ\x90\x00" + b"\0" * 80, "a.pdf"),
        (b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + b"\x80\0\0" * 9, "a.jpg"),
        (photo(kind="GIF"), "a.png"), (photo(kind="BMP"), "a.jpg"), (photo(kind="TIFF"), "a.jpg"),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 40, "a.mp4"), (b"", "a.jpg"), (b"\0" * 40, "a.txt"),
        (b"PK\x03\x04" + b"\0" * 40, "a.zip"), (b"\x7fELF" + b"\0" * 60, "a.docx"),
    ],
)  # fmt: skip
def test_what_is_no_evidence_by_its_content_is_refused_whatever_its_name(data, name):
    assert refused(data, name)


def test_a_photo_of_an_iphone_becomes_a_jpeg_and_its_position_is_read_and_gone():
    pytest.importorskip("pi_heif", reason="HEIC is read with the package pi-heif")
    made = taken(heic(), "IMG_0001.HEIC")
    assert (made.kind, made.name) == (JPEG, "IMG_0001.jpg")
    assert (made.width, made.height) == (64, 96)
    assert Image.open(io.BytesIO(made.data)).format == "JPEG"
    assert pixels(made.data).getpixel((32, 8))[1] < 60  # its left third, turned upright
    assert made.position == pytest.approx((121.6147, 38.914), abs=1e-4)
    assert made.taken.isoformat() == "2026-11-20T09:30:00+08:00"
    assert not Image.open(io.BytesIO(made.data)).getexif()


@pytest.mark.parametrize("length", [40, 200, 500, 700])
def test_heic_that_is_cut_off_is_refused_in_one_sentence(length):
    pytest.importorskip("pi_heif", reason="HEIC is read with the package pi-heif")
    assert "damaged" in refused(heic()[:length])


def test_without_the_package_a_phone_that_sends_heic_is_told_what_to_set(monkeypatch):
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    assert "most compatible" in refused(heic())


@pytest.mark.parametrize(
    "begin",
    [b"\0\0\0\x18ftypmp42", b"\0\0\0\x14ftypqt  ", b"\0\0\0\x18ftyp3gp5", b"\x1aE\xdf\xa3\x9fB",
     b"RIFF\0\0\0\0AVI LIST", b"\0\0\0\x08wide", b"FLV\x01", b"\0\0\x01\xba"],
)  # fmt: skip
def test_who_sends_a_video_is_told_what_is_taken_instead(begin):
    sentence = refused(begin + b"\0" * 60, "a.mp4")
    assert sentence.startswith("Videos are not taken")
    assert "photos" in sentence


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_made_again_with_the_same_pixels_and_an_ending_that_is_true(kind):
    made = taken(photo(kind=kind), "实拍.gif")
    assert made.name == f"实拍{ {'JPEG': '.jpg', 'PNG': '.png', 'WEBP': '.webp'}[kind] }"
    assert (made.width, made.height) == (160, 120)
    assert pixels(made.data).getpixel((10, 10))[1] < 60
    assert made.data != photo(kind=kind) or kind == "PNG"


@pytest.mark.parametrize("colours", ["RGB", "L", "CMYK"])
def test_a_photo_is_the_same_by_the_short_way_and_by_the_long_one(monkeypatch, colours):
    """Within what the quality of a JPEG loses; the short way has not more to lose."""
    data = detailed(colours)
    short = taken(data).data
    monkeypatch.setattr(pictures, "_COLOURS", {})
    long = taken(data).data
    assert pixels(short).size == pixels(long).size == (320, 240)
    assert Image.open(io.BytesIO(short)).mode == Image.open(io.BytesIO(long)).mode
    assert loss(data, short) < loss(data, long) + 0.1 < 3


def detailed(mode: str) -> bytes:
    values = np.random.default_rng(7).integers(0, 255, (15, 20, 3), dtype=np.uint8)
    image = Image.fromarray(values).resize((320, 240), Image.Resampling.BICUBIC).convert(mode)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def loss(one: bytes, other: bytes) -> float:
    """The mean of what the pixels of two pictures differ by, of 255."""
    values = [np.asarray(pixels(each), dtype=float) for each in (one, other)]
    return float(np.abs(values[0] - values[1]).mean())


def test_a_photo_with_bytes_between_its_parts_is_taken_as_other_programs_take_it():
    data = photo()
    end = data.rindex(b"\xff\xd9")
    assert taken(data[:end] + b"\0\0\0" + data[end:]).kind is JPEG


def test_position_and_time_are_read_and_then_are_nowhere_in_the_file():
    exif = exif_of(position=(121.6147, -38.914), taken="2026:11:20 09:30:00", offset="+08:00")
    made = taken(photo(exif=exif, comment=b"secret words"))
    assert made.position == pytest.approx((121.6147, -38.914), abs=1e-5)
    assert made.taken.isoformat() == "2026-11-20T09:30:00+08:00"
    assert not Image.open(io.BytesIO(made.data)).getexif()
    for secret in (b"Exif", b"2026:11:20", b"secret words"):
        assert secret not in made.data


@pytest.mark.parametrize(("turn", "where"), [(3, (150, 60)), (6, (60, 10)), (8, (60, 150))])
def test_a_photo_is_turned_upright(turn, where):
    made = taken(photo(exif=exif_of(turn=turn)))
    assert pixels(made.data).getpixel(where)[1] < 60
    assert (made.width, made.height) == ((160, 120) if turn == 3 else (120, 160))


@pytest.mark.parametrize(
    "values",
    [
        {1: "N", 2: (9e30, 9e30, 9e30), 3: "E", 4: (1.0, 0.0, 0.0)},
        {1: "N", 2: (39.0, 0.0), 3: "E", 4: (121.0, 0.0, 0.0)},
        {1: "N", 2: (390.0, 0.0, 0.0), 3: "E", 4: (121.0, 0.0, 0.0)},
        {2: (39.0, 0.0, 0.0), 4: (121.0, 0.0, 0.0)},
        {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)},
    ],
)
def test_a_position_that_is_none_is_no_position_and_no_fault(values):
    exif = Image.Exif()
    exif.get_ifd(0x8825).update(values)
    exif.get_ifd(0x8769)[0x9003] = "9999:99:99 99:99:99"
    made = taken(photo(exif=exif))
    assert made.position is None
    assert made.taken is None


def test_exif_of_nonsense_costs_the_position_only():
    data = photo()
    nonsense = b"Exif\0\0II*\0" + struct.pack("<I", 8) + b"\xff" * 60_000
    segment = b"\xff\xe1" + struct.pack(">H", len(nonsense) + 2) + nonsense
    made = taken(data[:2] + segment + data[2:])
    assert made.position is None
    assert b"Exif" not in made.data


@pytest.mark.parametrize("tail", [SCRIPT, office_file(), b"<?php system($_GET[0]); ?>"])
def test_what_is_hidden_behind_or_inside_a_photo_does_not_survive(tail):
    made = taken(photo(comment=tail[:200]) + tail)
    assert tail[:40] not in made.data
    assert b"PK\x03\x04" not in made.data


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_was_cut_off_is_refused(kind):
    whole = photo(600, 400, kind=kind)
    assert "damaged" in refused(whole[: len(whole) * 2 // 3])


def test_a_small_file_that_unfolds_to_a_huge_picture_is_refused_unopened():
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk
    bomb += struct.pack(">I", zlib.crc32(chunk)) + struct.pack(">I", 4) + b"IDAT" + b"\0" * 8
    assert refused(bomb)
    wide = photo(9_000, 8_000, kind="PNG")
    assert "too large" in refused(wide)


def test_a_photo_of_thousands_of_passes_is_refused():
    assert "too large" in refused(photo() + b"\xff\xda" * 200)


def test_a_moving_picture_is_refused():
    frames = [Image.new("RGB", (9, 9), each) for each in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    assert "moving" in refused(out.getvalue())


def test_a_larger_photo_is_kept_at_the_size_of_the_store(monkeypatch):
    monkeypatch.setattr(pictures, "LONGEST", 100)
    made = taken(photo(400, 300))
    assert (made.width, made.height) == (100, 75)


def test_a_file_above_the_limit_is_refused_without_being_read_whole():
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            assert size > 0
            self.given += size
            return b"\xff" * size

    endless = Endless()
    with pytest.raises(RefusedFileError):
        prepared(endless, "x.jpg")
    assert endless.given == MOST_BYTES + 1


def test_tables_and_texts_of_office_programs_are_taken():
    table, text = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(table)
    Document().save(text)
    assert taken(table.getvalue(), "台账.jpg").name == "台账.xlsx"
    assert taken(text.getvalue(), "纪要").name == "纪要.docx"


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        ({"xl/vbaProject.bin": b"x"}, "macros"),
        ({"xl/activeX/activeX1.xml": b"x"}, "macros"),
        ({"xl/embeddings/oleObject1.bin": b"x"}, "macros"),
        ({"[Content_Types].xml": b"sheet.macroEnabled.main+xml"}, "macros"),
        ({"xl/sharedStrings.xml": b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>"}, "damaged"),
        ({"../../etc/passwd": b"x"}, "damaged"),
        ({"/etc/passwd": b"x"}, "damaged"),
        ({"_rels/.rels": b"<Relationship Type='http://x/attachedTemplate' Target='http://evil/' "
          b"TargetMode='External'/>"}, "network"),
    ],
)  # fmt: skip
def test_an_office_file_that_can_do_something_is_refused(parts, word):
    assert word in refused(office_file(parts))


def test_a_link_in_an_office_file_is_no_fault():
    link = b"<Relationship Type='http://x/hyperlink' Target='http://a/' TargetMode='External'/>"
    assert taken(office_file({"xl/_rels/a.rels": link})).kind.endings == (".xlsx",)


def test_a_zip_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(office_files, "MOST_BYTES", 2**20)
    assert "unpacks" in refused(office_file({"xl/a.xml": b"\0" * (2**20 + 1)}))


def test_a_zip_that_lies_about_its_size_is_refused(monkeypatch):
    monkeypatch.setattr(office_files, "MOST_BYTES", 2**20)
    honest = office_file({"xl/a.xml": b"\0" * (2**20 + 1)})
    assert refused(honest.replace(struct.pack("<I", 2**20 + 1), struct.pack("<I", 10)))


def test_a_zip_of_thousands_of_parts_is_refused(monkeypatch):
    monkeypatch.setattr(office_files, "MOST_PARTS", 5)
    assert "unpacks" in refused(office_file({f"a{number}": b"" for number in range(6)}))


def test_other_zips_and_damaged_ones_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("xl/workbook.xml.exe", b"x")
    assert "damaged" in refused(out.getvalue())
    assert refused(office_file()[:-30])
    assert refused(office_file(main="ppt/presentation.xml"))


def test_a_plain_pdf_is_taken():
    assert taken(pdf(), "纪要.jpg").name == "纪要.pdf"


@pytest.mark.parametrize(
    "active",
    [
        b"<</S/JavaScript/JS(app.alert\\(1\\))>>",
        b"<</S/J#61vaScript/JS(1)>>",
        b"<</S/Launch/F(cmd.exe)>>",
        b"<</Type/EmbeddedFile>>",
        b"<</AcroForm<</XFA 9 0 R>>>>",
        b"% stream\n<</S/JavaScript/JS(1)>>\nendstream",
        stream(b"/Type/ObjStm/Filter/FlateDecode", zlib.compress(b"1 0 <</S/JavaScript/JS(1)>>")),
        stream(b"/Type/ObjStm" + b" " * 3_000, zlib.compress(b"1 0 <</S/Launch>>")),
        stream(b"/Type/ObjStm/Filter/ASCII85Decode", b"abc~>"),
        stream(b"/Type/ObjStm/Filter/FlateDecode", b"x not packed"),
        b"<</Encrypt 9 0 R>>",
    ],
)
def test_a_pdf_that_can_do_something_is_refused(active):
    assert "PDF" in refused(pdf(active))


def test_a_pdf_that_unpacks_to_too_much_is_refused(monkeypatch):
    from urbanwork.office.evidence import pdf_files

    monkeypatch.setattr(pdf_files, "MOST_BYTES", 1_000)
    packed = zlib.compress(b" " * 5_000)
    assert "too much" in refused(pdf(stream(b"/Type/ObjStm/Filter/FlateDecode", packed)))


def test_a_pdf_that_is_a_zip_too_or_has_no_end_is_refused():
    assert refused(pdf() + office_file())
    assert refused(pdf()[:-8])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_plain_text_is_taken_in_the_encodings_of_bureaus(encoding):
    assert taken("项目,进度\n幼儿园,40".encode(encoding), "进度.csv").name == "进度.csv"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../etc/passwd", "passwd.jpg"), ("C:\\x\\照片.JPG", "照片.jpg"),
        ("\u202egpj.exe", "gpj.jpg"), ("a\0b\r\nSet-Cookie: x.jpg", "abSet-Cookie x.jpg"),
        ("..", "evidence.jpg"), ("", "evidence.jpg"), (".htaccess", "htaccess.jpg"),
        ('"><script>.jpg', "script.jpg"), ("x" * 5_000 + ".jpg", "x" * 120 + ".jpg"),
        ("\u2066\u200b\ufeff.jpg", "jpg.jpg"), ("=cmd()|x.jpeg", "=cmd() x.jpeg"),
    ],
)  # fmt: skip
def test_a_name_keeps_no_folder_no_control_and_no_mark_of_direction(given, kept):
    assert clean_name(given, JPEG) == kept
