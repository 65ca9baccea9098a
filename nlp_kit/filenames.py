"""What file names as received tell: whose text it is, and which of several versions is the newest (DOMAIN.md 1.1)."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import PurePosixPath

from nlp_kit.names import HAN, load_surnames, name_score
from nlp_kit.resources import load_lexicon

_DOTTED = re.compile(rf"[{HAN}]{{2,6}}(?:[·•・‧∙][{HAN}]{{2,6}})+")
# "沈  伟", "侯 双 喜": the characters of a short name set apart.
_SPACED = re.compile(rf"(?<![{HAN}])[{HAN}](?:[ \u3000]+[{HAN}]){{1,2}}(?![{HAN}])")
_PIECE = re.compile(rf"[{HAN}]+")
_ENDING = re.compile(r"\.[A-Za-z0-9]{2,5}$")
_SETTLEMENTS = "村镇乡县市"
_JOINTS = re.compile("[和与及跟]")

# A piece that is nothing but a name may be an unusual one; inside a longer piece it has to look like one.
_WHOLE_PIECE, _IN_PIECE, _LIKE_A_PLACE = -6.0, 0.0, 4.0


def names_in_path(path: str) -> tuple[str, ...]:
    """Return the names in a file name, in order; the folder's name counts where the file's own holds none.

    Args:
        path: Relative path with forward slashes.
    """
    pure = PurePosixPath(path)
    found = names_in_title(_ENDING.sub("", pure.name))
    return found or (names_in_title(pure.parent.name) if pure.parent.name else ())


def names_in_title(text: str) -> tuple[str, ...]:
    """Return the names in a file name without its ending, or in a line such as a title or a signature."""
    plain = unicodedata.normalize("NFKC", text)
    dotted = _DOTTED.findall(plain)
    if dotted:
        return tuple(dotted)
    for apart in (_SPACED, _two_parts()):
        plain = apart.sub(lambda match: re.sub(r"\s", "", match.group()), plain)
    found: list[tuple[float, bool, str]] = []
    for match in _PIECE.finditer(_words().sub("|", plain)):
        piece = match.group()
        halves = _JOINTS.split(piece)
        if len(halves) > 1 and piece not in _plain_lists()[2] and all(_best(half) for half in halves):
            found += [best for half in halves if (best := _best(half))]
        elif best := _best(piece):
            found.append(best)
    if not found:
        # A title that is nothing but two or three characters may be a name that looks like a place (段小楼).
        alone = plain.strip()
        return (alone,) if _is_bare_name(alone) else ()
    whole = [name for score, is_whole, name in found if is_whole and score > 0]
    if len(whole) > 1:
        return tuple(dict.fromkeys(whole))
    return (max(found)[2],)


def _best(piece: str) -> tuple[float, bool, str] | None:
    """Return (score, whether it is the whole piece, name) of the likeliest name in a piece, None for none."""
    candidates = list(_candidates(piece))
    return max(candidates) if candidates else None


def _candidates(piece: str) -> Iterator[tuple[float, bool, str]]:
    places, posts, no_name, others = _plain_lists()
    if any(part in piece for part in others) and 3 <= len(piece) <= 8 and not piece.endswith(places):
        yield 8.0, True, piece
    for start in range(len(piece)):
        before = piece[:start]
        if before and not before.endswith(places + posts):
            continue
        for end in range(start + 2, min(start + 4, len(piece)) + 1):
            name, after = piece[start:end], piece[end:].removesuffix("的")
            if (after and not after.startswith(posts)) or name in no_name or name.endswith(posts) or _is_address(name):
                continue
            score = name_score(name)
            whole = not before and not after
            least = _WHOLE_PIECE if whole else _IN_PIECE
            if score > (_LIKE_A_PLACE if name.endswith(places) else least) and name[-1] not in _SETTLEMENTS:
                yield score, whole, name


def _is_bare_name(text: str) -> bool:
    named = 2 <= len(text) <= 3 and name_score(text) > _IN_PIECE and text[-1] not in _SETTLEMENTS
    return named and text not in _plain_lists()[2] and not _words().search(text)


def _is_address(name: str) -> bool:
    """Whether it is a family name with a form of address ("宫老", "沈工"), which tells too little."""
    return len(name) == 2 and name[1] in "老工总哥姐叔婶嫂爷"


@cache
def _two_parts() -> re.Pattern[str]:
    """Return a pattern for a family name of two characters and a given name set apart (欧阳 青)."""
    names = "|".join(sorted(load_surnames()[1]))
    return re.compile(rf"(?<![{HAN}])(?:{names})[ \u3000]+[{HAN}]{{1,2}}(?![{HAN}])")


@cache
def _words() -> re.Pattern[str]:
    lexicon = load_lexicon("files")
    words = sorted({*lexicon["words"], *chain.from_iterable(lexicon["genres"].values())}, key=len, reverse=True)
    return re.compile("|".join(re.escape(word) for word in words if len(word) > 1), re.IGNORECASE)


@cache
def _plain_lists() -> tuple[tuple[str, ...], tuple[str, ...], frozenset[str], tuple[str, ...]]:
    lexicon = load_lexicon("files")
    return (
        tuple(lexicon["places"]),
        tuple(lexicon["posts"]),
        frozenset(lexicon["no_name"]),
        tuple(lexicon["other_names"]),
    )
