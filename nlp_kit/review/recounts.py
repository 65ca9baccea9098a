"""Which sentences of persons speak, after a reviewed spreadsheet, of another number of members than before."""

from collections.abc import Iterable, Mapping

from nlp_kit.records import Decision
from nlp_kit.review.table import ReviewTable


def recounted(table: ReviewTable, own: Mapping[str, str], decisions: Iterable[Decision]) -> list[str]:
    """Return a sentence for every group whose worded sentence now stands for more or fewer members.

    Args:
        table: What stood before.
        own: Title of a group → its number among the committee's own.
        decisions: What the spreadsheet changes in groups, in order.
    """
    groups = {group.title: group for group in table.groups}
    members = {row.id: row.item.member for row in table.statements}
    held = {number: set(groups[title].statements) for title, number in own.items()}
    anew = set()
    for one in decisions:
        if one.kind == "move":
            for statements in held.values():
                statements.discard(one.statement)
            held.setdefault(one.group, set()).add(one.statement)
        elif one.kind == "merge":
            held[one.value["into"]] |= held.pop(one.group)
        elif one.kind == "word":
            anew.add(one.group)
    notes = []
    for title, number in own.items():
        group = groups[title]
        if not group.worded or number in anew or number not in held:
            continue
        count = len({members[id_] for id_ in held[number] if id_ in members})
        if count not in (0, group.members):
            notes.append(
                f"组“{title}”的句子是人定的，原来 {group.members} 名成员，现在 {count} 名，请核对句子里的人数说法。"
            )
    return notes
