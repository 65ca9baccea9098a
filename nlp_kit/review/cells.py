"""What the cells of one edited row say by themselves, before they are compared with what now stands."""

from collections.abc import Sequence
from typing import Any

from nlp_kit.review.book import AUTOMATIC, CONFIRM, DROP, KEEP, LEAVE, NO, YES
from nlp_kit.review.readback import EditedRow
from nlp_kit.taxonomy import ROLE_NAMES, Taxonomy


def answer_of(row: EditedRow, taxonomy: Taxonomy) -> tuple[dict[str, Any] | None, str]:
    """Return role, category and issue of a statement's row, and what is wrong where there are none.

    The cell that was changed decides where the others do not fit it.
    """
    role, category, issue = (row.cells[name] for name in ("角色", "方面", "问题"))
    roles = {name: key for key, name in ROLE_NAMES.items()}
    categories = {one.name: one.key for one in taxonomy.categories}
    for name, value, known in (("角色", role, roles), ("方面", category, {"": "", **categories})):
        if value not in known:
            return None, f"{name}“{value}”不在下拉列表里，没有采用"
    outside = next((key for key, name in taxonomy.outside.items() if name == issue), None)
    if row.changed("角色") and roles[role] != "problem":
        return _answer(roles[role]), ""
    if outside is not None and (row.changed("问题") or not category):
        return _answer("problem", None, outside), ""
    kinds = [one for one in taxonomy.issues if one.label == issue]
    if issue and not kinds and outside is None:
        return None, f"问题“{issue}”不在下拉列表里，没有采用"
    if row.changed("问题") and kinds:
        if row.changed("方面") and categories.get(category) != kinds[0].category:
            return None, f"问题“{issue}”不属于“{category}”，请改成一致的，这一行没有采用"
        return _answer("problem", kinds[0].category, kinds[0].key), ""
    if roles[role] != "problem" and not row.changed("方面"):
        return _answer(roles[role]), ""
    if not category:
        return None, "角色是“问题”，还要选“方面”，没有采用"
    key = categories[category]
    return _answer("problem", key, next((one.key for one in kinds if one.category == key), None)), ""


def clash_of(row: EditedRow, taxonomy: Taxonomy, home: str | None) -> str | None:
    """Return which cells of a statement's row say different things, None where they agree.

    Args:
        row: The row.
        taxonomy: Names of categories and issues.
        home: Category of the group that the row names, None where there is no such group yet.
    """
    wish, role, category = row.cells["归入组"], row.cells["角色"], row.cells["方面"]
    roles = {name: key for key, name in ROLE_NAMES.items()}
    if not row.changed("归入组") or not wish:
        return None
    if row.cells["处理"] == DROP:
        return f"“处理”选了“{DROP}”，又改了“归入组”"
    if roles.get(role, "problem") != "problem" and (row.changed("角色") or row.cells["处理"] == CONFIRM):
        return f"角色是“{role}”，不是问题，又改了“归入组”"
    if home is None:
        return None
    name = next(one.name for one in taxonomy.categories if one.key == home)
    if row.changed("方面") and category != name:
        return f"方面改成了“{category}”，“{wish}”却属于“{name}”"
    kinds = [one for one in taxonomy.issues if one.label == row.cells["问题"]]
    if row.changed("问题") and kinds and kinds[0].category != home:
        return f"问题改成了“{kinds[0].label}”，“{wish}”却属于“{name}”"
    return None


def group_value(column: str, wish: str) -> tuple[str, dict[str, Any], str]:
    """Return kind and value of a group's cell, and what is wrong with it, "" for nothing."""
    if column == "名称":
        return "name", {"name": wish}, ""
    if column == "写不写":
        choices = {AUTOMATIC: None, "": None, KEEP: True, LEAVE: False}
        fault = "" if wish in choices else f"只能是“{AUTOMATIC}”“{KEEP}”或“{LEAVE}”"
        return "keep", {"keep": choices.get(wish)}, fault
    if column == "顺序":
        number = int(wish) if wish.isdecimal() else 0
        return "place", {"place": number or None}, "" if number or not wish else "要写 1、2、3 这样的数"
    if column == "锁定":
        return "lock", {"locked": wish == YES}, "" if wish in (YES, NO, "") else f"只能是“{YES}”或“{NO}”"
    if column == "并入":
        return "merge", {}, ""
    return "word", {"text": with_stop(wish)}, ""


def with_stop(text: str) -> str:
    """Return a sentence with its full stop."""
    text = text.strip()
    return text if not text or text[-1] in "。！？" else text.rstrip(".;；,，") + "。"


def shown(cells: Sequence[str]) -> str:
    """Return the cells of an answer as one reads them."""
    return "·".join(one for one in cells if one) or "空"


def _answer(role: str, category: str | None = None, issue: str | None = None) -> dict[str, Any]:
    return {"role": role, "category": category, "issue": issue}
