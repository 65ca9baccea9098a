"""A folder of files built to harm: each is named with a reason, the member's text is read, nothing else is touched."""

import io
import json
import os
import struct
import time
import zipfile
import zlib
from itertools import pairwise
from pathlib import Path

import pytest

SPEECH = "个人对照检查材料\n沈长林\n一、存在的问题\n学习抓得不紧，书领回来就没翻过。\n"
SECRET = "这是文件夹外面的一句话"

ENTITIES = '<!DOCTYPE x [<!ENTITY a "学习学习学习学习">%s]>'
BODY = (
    '<?xml version="1.0" encoding="UTF-8"?>%s<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml'
    '/2006/main"><w:body><w:p><w:r><w:t>开头%s</w:t></w:r></w:p></w:body></w:document>'
)


def archive(*files: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files:
            made.writestr(name, data)
    return buffer.getvalue()


def word(doctype: str = "", text: str = "") -> bytes:
    return archive(("word/document.xml", (BODY % (doctype, text)).encode()))


def entity_bomb() -> bytes:
    """Entities that unfold to gigabytes ("billion laughs")."""
    names = "abcdefghijk"
    levels = "".join(f'<!ENTITY {new} "{f"&{old};" * 30}">' for old, new in pairwise(names))
    return word(ENTITIES % levels, "&k;")


def foreign_entity(secret: Path) -> bytes:
    return word(f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">]>', "&a;")


def zip_bomb() -> bytes:
    return archive(*((f"{number}.txt", b" " * 30_000_000) for number in range(20)))


def nested(levels: int) -> bytes:
    data = SPEECH.encode()
    for _ in range(levels):
        data = archive(("内.zip", data))
    return data


def long_pdf(pages: int) -> bytes:
    kids = " ".join("3 0 R" for _ in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>".encode(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"xref\n0 4\n0000000000 65535 f \n{table}trailer << /Size 4 /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF"
    return data + trailer.encode()


def huge_picture() -> bytes:
    """A PNG of a few bytes that says it is 60,000 pixels wide and high."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"0")) + chunk(b"IEND", b"")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "材料"
    made.mkdir()
    secret = tmp_path / "外面.txt"
    secret.write_text(SECRET, encoding="utf-8")
    (made / "沈长林.txt").write_text(SPEECH, encoding="utf-8")
    files = {
        "实体.docx": entity_bomb(),
        "炸弹.zip": zip_bomb(),
        "套娃.zip": nested(100),
        "出去.zip": archive(("../../逃.txt", b"x"), ("/tmp/逃.txt", b"x")),
        "一万页.pdf": long_pdf(10_000),
        "大图.png": huge_picture(),
        "半截.docx": word(text="学得浅。")[:200],
        "深.docx": word(text="<w:b>" * 5000),
        "加密.xlsx": (Path(__file__).parent / "files" / "locked.pdf").read_bytes(),
        "乱.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + os.urandom(3000),
        "空.docx": b"",
    }
    for name, data in files.items():
        (made / name).write_bytes(data)
    (made / "借来.docx").write_bytes(foreign_entity(secret))
    (made / "链接.txt").symlink_to(secret)
    return made


def tree(folder: Path) -> set[str]:
    return {place.relative_to(folder).as_posix() for place in folder.rglob("*") if ".nlpkit" not in place.parts}


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_hostile_folder_costs_one_sentence_a_file(cli, folder, tmp_path):
    before = tree(tmp_path)
    start = time.monotonic()
    run = cli("classify", folder, "-o", "语句.jsonl")
    said = run.stderr.decode("utf-8")

    assert 3 == run.returncode
    assert time.monotonic() - start < 90
    assert before | {"语句.jsonl"} == tree(tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "语句.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {"沈长林.txt"} <= {row["document"] for row in rows}
    assert SECRET not in said + "".join(row["text"] for row in rows)
    refused = {
        *("炸弹.zip/0.txt", "一万页.pdf", "大图.png", "半截.docx", "深.docx", "加密.xlsx", "乱.doc", "空.docx"),
        *("链接.txt", "出去.zip/逃.txt"),
    }
    assert [] == sorted(name for name in refused if f"没有读取“{name}”：" not in said)
    assert "套了 3 层" in said
    assert "没有读取“大图.png”：图片超过 60 百万像素的上限" in said
    assert "Traceback" not in said
    assert "意料之外" not in said
