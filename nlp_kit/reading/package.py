"""Packages of parts in a zip container (.docx, .xlsx; ECMA-376 part 2): which part is the main one, which belong to it.

Only relationships say so; that Word calls its main part ``word/document.xml`` is a habit.
"""

import posixpath
import zipfile
import zlib

from lxml import etree

# What a damaged, encrypted or crafted container raises.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
    RuntimeError,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
)
# No real list of relationships is longer.
_MAX_RELATIONSHIPS = 4_000_000


def slashed(name: str) -> str:
    """Return the name of a part as the standard wants it; some programs write backslashes or a slash in front."""
    return name.replace("\\", "/").lstrip("/")


def parse_part(data: bytes) -> etree._Element:
    """Return the root of an XML part; nothing outside it is loaded.

    Raises:
        lxml.etree.XMLSyntaxError: It is no sound XML.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(data, parser)


class Package:
    """The parts of a container by their names, in small letters because capitals make no difference.

    Args:
        archive: The open container.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.parts = {slashed(info.filename).lower(): info for info in archive.infolist()}

    def start_of(self, name: str, size: int) -> bytes:
        """Return no more than ``size`` bytes of a part, b"" when there is none."""
        if name not in self.parts:
            return b""
        with self._archive.open(self.parts[name]) as part:
            return part.read(size)

    def main_part(self, *usual: str) -> str:
        """Return the name of the main part: by the relationships, else the first usual one, else ""."""
        return self.first(*self.related().get("officedocument", ()), *usual)

    def first(self, *names: str) -> str:
        """Return the first of these names that a part has, else ""."""
        return next((name for name in names if name in self.parts), "")

    def related(self, source: str = "") -> dict[str, list[str]]:
        """Return the kinds of relationships that a part (or the package) has, each with the names of the parts."""
        folder, name = posixpath.split(source)
        found: dict[str, list[str]] = {}
        try:
            root = parse_part(self.start_of(posixpath.join(folder, "_rels", f"{name}.rels"), _MAX_RELATIONSHIPS))
        except DAMAGE:
            return found
        for relationship in root.iter("{*}Relationship"):
            if relationship.get("TargetMode") != "External":
                kind = relationship.get("Type", "").rpartition("/")[2].lower()
                target = posixpath.join("/", folder, relationship.get("Target", "").replace("\\", "/"))
                found.setdefault(kind, []).append(posixpath.normpath(target).lstrip("/").lower())
        return found
