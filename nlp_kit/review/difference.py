"""What decisions change in the groups and in the draft."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from nlp_kit.drafting.checking import Evidence
from nlp_kit.records import Issue, Section


@dataclass(frozen=True, slots=True)
class Difference:
    """What is otherwise after decisions.

    Args:
        groups: One line for every group that is gone, new, or tells of other statements.
        sentences: Lines of the draft in order, marked ``- `` (before), ``+ `` (after).
    """

    groups: tuple[str, ...]
    sentences: tuple[str, ...]


def difference(before: Evidence, after: Evidence) -> Difference:
    """Return what is otherwise in ``after``."""
    old = {frozenset(group.spans): group.issue for group in before.groups}
    new = {frozenset(group.spans): group.issue for group in after.groups}
    lines = []
    for spans, issue in new.items():
        if spans in old:
            if old[spans].label != issue.label:
                lines.append(f"“{old[spans].label}”改名为“{issue.label}”")
            continue
        sources = [one for held, one in old.items() if held & spans]
        if [one.label for one in sources] == [issue.label]:
            lines.append(f"“{issue.label}”（{issue.members} 人、{len(spans)} 条）：{_recounted(sources[0], issue)}")
            continue
        names = "、".join(f"“{one.label}”" for one in sources) or "待判或未采用的语句"
        lines.append(f"“{issue.label}”（{issue.members} 人、{len(spans)} 条）：来自{names}")
    told = set().union(*new) if new else set()
    lines += [
        f"“{issue.label}”不再成组（{len(spans)} 条语句改判或不写）" for spans, issue in old.items() if not spans & told
    ]
    return Difference(tuple(lines), tuple(_changed_lines(before, after)))


def _recounted(before: Issue, after: Issue) -> str:
    """Return by how many statements a group has become another one."""
    old, new = set(before.statements), set(after.statements)
    told = [(f"增加 {len(new - old)} 条", new - old), (f"减少 {len(old - new)} 条", old - new)]
    changes = "，".join(words for words, statements in told if statements)
    return f"原来 {before.members} 人、{len(old)} 条，{changes}"


def _changed_lines(before: Evidence, after: Evidence) -> list[str]:
    lines = []
    for old, new in zip(before.draft.sections, after.draft.sections, strict=True):
        one, other = _sentences(old), _sentences(new)
        for what, i, j, k, m in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
            if what != "equal":
                lines += [f"- {text}" for text in one[i:j]] + [f"+ {text}" for text in other[k:m]]
    return lines


def _sentences(section: Section) -> list[str]:
    return [section.lead, *(sentence.text for sentence in section.sentences)]
