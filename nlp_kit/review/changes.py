"""What a reviewed spreadsheet changes: cells against what was exported and what now stands → decisions and conflicts.

A cell counts where a person has changed it. Where what it said at the export is no longer what stands, because a text
was handed in anew or somebody else has decided meanwhile, the change is named and not made.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from nlp_kit.drafting.checking import parse_draft
from nlp_kit.records import Decision
from nlp_kit.review.book import (
    CONFIRM,
    DROP,
    GROUPS,
    NO,
    SENTENCES,
    STATEMENTS,
    YES,
    group_cells,
    statement_cells,
)
from nlp_kit.review.cells import answer_of, clash_of, group_value, shown, with_stop
from nlp_kit.review.readback import EditedRow, ReviewedSheets
from nlp_kit.review.recounts import recounted
from nlp_kit.review.table import LEAD, GroupRow, ReviewTable, StatementRow, issue_name
from nlp_kit.taxonomy import ROLE_NAMES, Taxonomy

_EXCERPT = 24


@dataclass(frozen=True, slots=True)
class Changes:
    """What a reviewed spreadsheet changes.

    Args:
        decisions: What is to be written to the log.
        conflicts: What could not be used, one sentence each.
        notes: What a person should look at again after the changes, one sentence each.
    """

    decisions: list[Decision]
    conflicts: list[str]
    notes: list[str]


def find_changes(
    sheets: ReviewedSheets,
    table: ReviewTable,
    used: Iterable[str],
    taxonomy: Taxonomy,
    mask: Callable[[str], str],
    tells: Callable[[str], str] = lambda _: "",
) -> Changes:
    """Return what a reviewed spreadsheet changes.

    Args:
        sheets: What was read from it.
        table: What now stands.
        used: Numbers that the committee's own groups have or had.
        taxonomy: Names of categories and issues.
        mask: Masks personal data, for messages and the log.
        tells: Text → what personal data stands in it, in one word, "" for none.
    """
    finder = _Finder(sheets, table, used, taxonomy, mask, tells)
    finder.read_statements()
    finder.read_groups()
    finder.read_sentences()
    return Changes(finder.decisions(), [*sheets.faults, *finder.conflicts], finder.notes())


@dataclass
class _Finder:
    """Goes through the sheets and keeps what it found."""

    sheets: ReviewedSheets
    table: ReviewTable
    used: Iterable[str]
    taxonomy: Taxonomy
    mask: Callable[[str], str]
    tells: Callable[[str], str]
    conflicts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._now = {row.id: row for row in self.table.statements}
        self._groups = {group.title: group for group in self.table.groups}
        self._owner = {id_: group for group in self.table.groups for id_ in group.statements}
        self._last = max((int(own[1:]) for own in self.used), default=0)
        self._own: dict[str, str] = {group.title: group.own for group in self.table.groups if group.own}
        # (name, category) → number of the group that a person has opened by giving it a name.
        self._fresh: dict[tuple[str, str], str] = {}
        self._merged: dict[str, GroupRow] = {}
        self._categories = {one.name: one.key for one in self.taxonomy.categories}
        self._category_names = {one.key: one.name for one in self.taxonomy.categories}
        self._roles = {name: key for key, name in ROLE_NAMES.items()}
        self._answers: list[Decision] = []
        self._gathered: dict[str, Decision] = {}
        self._others: list[Decision] = []
        # Title at the export → the group that now holds most of its statements.
        held: dict[str, list[str]] = {}
        for row in self.sheets.rows[STATEMENTS]:
            held.setdefault(row.base["归入组"], []).append(row.id)
        held |= {row.more[0]: row.more[1] for row in self.sheets.rows[GROUPS]}
        self._became = {title: self._still(ids) for title, ids in held.items() if title}

    def decisions(self) -> list[Decision]:
        """Return what was found: groups as they stood, then answers, then what becomes of statements and groups."""
        found = [*self._gathered.values(), *self._answers, *self._others]
        return [replace(one, reason=self.mask(one.reason)) if one.reason else one for one in found]

    def notes(self) -> list[str]:
        """Return what a person should look at again after these changes."""
        return recounted(self.table, self._own, self._others)

    def _still(self, ids: Sequence[str]) -> GroupRow | None:
        """Return the group that holds more than half of what a group held, None where it has fallen apart."""
        held = Counter(self._owner[id_].title for id_ in ids if id_ in self._owner)
        title, count = held.most_common(1)[0] if held else ("", 0)
        return self._groups[title] if 2 * count > len(ids) else None

    # --- statements

    def read_statements(self) -> None:
        """Compare every row with what was exported and with what now stands."""
        for row in self.sheets.rows[STATEMENTS]:
            if row.cells == row.base:
                continue
            where = f"“{STATEMENTS}”表第 {row.place} 行"
            now = self._now.get(row.id)
            if now is None:
                self.conflicts.append(f"{where}的语句已不在材料里（材料改过或撤走了），改动没有采用。")
                continue
            about = f"{now.item.member}：{self.mask(now.item.statement.text.strip())[:_EXCERPT]}"
            target = self._find(row.cells["归入组"])
            if (clash := clash_of(row, self.taxonomy, target.category if target else None)) is not None:
                self.conflicts.append(f"{where}（{about}…）：{clash}，这一行没有采用。")
                continue
            if not self._read_use(row, now, about, where):
                continue
            if any(row.changed(column) for column in ("角色", "方面", "问题")) or row.cells["处理"] == CONFIRM:
                self._read_answer(row, now, about, where)
            if row.changed("归入组"):
                self._read_move(row, now, about, where)

    def _read_use(self, row: EditedRow, now: StatementRow, about: str, where: str) -> bool:
        """Take whether a statement is to count, and return whether the rest of its row is to be read."""
        wish, stands = row.cells["处理"], DROP if now.item.dropped else ""
        if wish not in ("", CONFIRM, DROP):
            self.conflicts.append(f"{where}的“处理”只能是“{CONFIRM}”或“{DROP}”，这一行没有采用。")
            return False
        if row.base["处理"] != stands and wish != stands:
            others = DROP if stands == DROP else "恢复"
            self.conflicts.append(f"{where}（{about}…）：导出以后，别人已改为“{others}”，这一行没有采用你的。")
            return False
        if row.changed("处理") and (wish == DROP) != (stands == DROP):
            kind = "drop" if wish == DROP else "use"
            self._answers.append(Decision(kind, {}, row.id, about=about, reason=row.reason))
        return True

    def _read_answer(self, row: EditedRow, now: StatementRow, about: str, where: str) -> None:
        found, fault = answer_of(row, self.taxonomy)
        if found is None:
            self.conflicts.append(f"{where}的{fault}。")
            return
        category = self._category_names.get(found["category"], "")
        asked = (ROLE_NAMES[found["role"]], category, issue_name(found["issue"], self.taxonomy))
        exported = (row.base["角色"], row.base["方面"], row.base["问题"])
        stands = statement_cells(now)[:3]
        if stands == asked and now.answered:
            return
        if stands not in (exported, asked):
            self.conflicts.append(
                f"{where}（{about}…）：导出以后，别人已改为“{shown(stands)}”，你改为“{shown(asked)}”，没有采用你的。"
            )
            return
        text = f"确认为{shown(asked)}" if stands == asked else f"{shown(stands)} → {shown(asked)}"
        self._answers.append(Decision("answer", found | {"text": text}, row.id, about=about, reason=row.reason))

    def _read_move(self, row: EditedRow, now: StatementRow, about: str, where: str) -> None:
        wish = row.cells["归入组"]
        before, stands = self._became.get(row.base["归入组"]), self._owner.get(row.id)
        if not wish:
            # What has got another role or aspect leaves its group anyway.
            if not (row.changed("角色") or row.changed("方面")):
                self.conflicts.append(f"{where}的“归入组”清空了；不想写这一条，请在“处理”里选“{DROP}”。")
            return
        if row.changed("角色") and self._roles.get(row.cells["角色"]) != "problem":
            self.conflicts.append(f"{where}：角色改成了“{row.cells['角色']}”，又改了“归入组”，没有移动。")
            return
        if wish in self._became and self._became[wish] is None:
            self.conflicts.append(f"{where}：组“{wish}”在导出以后已经变了，没有移动，请重新导出再改。")
            return
        target = self._find(wish, row.cells["方面"])
        if stands is not None and stands is not before and stands is not target:
            self.conflicts.append(
                f"{where}（{about}…）：导出以后已归入“{stands.title}”，你要移到“{wish}”，没有采用你的。"
            )
            return
        if target is stands and target is not None:
            return
        if target is None and self._names_somebody(wish, where):
            return
        if target is None:
            category = self._categories.get(row.cells["方面"]) or self._categories.get(now.category)
            if category is None:
                self.conflicts.append(f"{where}：要立新组“{wish}”，请先给这一条选“方面”。")
                return
            own = self._open(wish, category, row.reason)
        else:
            own = self._gather(target, row.reason)
        if stands is not None:
            self._gather(stands, "")
        value = {"text": f"{stands.title if stands else '未归组'} → {wish}"}
        self._others.append(Decision("move", value, row.id, own, about, row.reason))

    def _find(self, wish: str, category: str = "") -> GroupRow | None:
        """Return the group that a person means by its title, or by its name alone where one group has it."""
        if wish in self._became:
            return self._became[wish]
        named = [
            group
            for group in self.table.groups
            if group.name == wish and self._categories.get(category, group.category) == group.category
        ]
        return self._groups.get(wish) or (named[0] if len(named) == 1 else None)

    # --- groups

    def _next(self) -> str:
        self._last += 1
        return f"g{self._last}"

    def _open(self, name: str, category: str, reason: str) -> str:
        """Return the number of a new group of this name."""
        if (name, category) not in self._fresh:
            own = self._fresh[name, category] = self._next()
            value = {"category": category, "statements": []}
            self._gathered[own] = Decision("gather", value, "", own, f"新立“{name}”", reason)
            self._others.append(Decision("name", {"name": name}, "", own, f"新立“{name}”", reason))
        return self._fresh[name, category]

    def _gather(self, group: GroupRow, reason: str, whole: bool = False) -> str:
        """Make a group the committee's own with all that it now holds, and return its number.

        Args:
            group: The group.
            reason: The reviewer's remark.
            whole: Whether what has joined an own group by itself is to belong to it for good, too.
        """
        own = self._own.get(group.title)
        if own is None or (whole and own not in self._gathered):
            own = own or self._next()
            self._own[group.title] = own
            value = {"category": group.category, "statements": list(group.statements), "key": group.key}
            if not group.key:
                value["name"] = group.name
            self._gathered[own] = Decision("gather", value, "", own, group.title, reason)
        return own

    def read_groups(self) -> None:
        """Compare every group's row with what was exported and with what now stands: first what is merged."""
        rows = [row for row in self.sheets.rows[GROUPS] if row.cells != row.base]
        for merging in (True, False):
            for row in rows:
                self._read_group(row, merging=merging)

    def _read_group(self, row: EditedRow, *, merging: bool) -> None:
        where = f"“{GROUPS}”表第 {row.place} 行"
        title = row.more[0]
        group = self._became[title]
        columns = [one for one in row.cells if row.changed(one) and (one == "并入") == merging]
        if not columns:
            return
        if group is None:
            self.conflicts.append(f"{where}：组“{title}”在导出以后已经变了，改动没有采用，请重新导出再改。")
            return
        if self._has_joined(row, group) and not (merging and self._find(row.cells["并入"]) is group):
            self.conflicts.append(
                f"{where}：组“{title}”在导出以后已归到“{group.title}”，改动没有采用，请重新导出，改在那一组上。"
            )
            return
        if group.title in self._merged and not merging:
            into = self._merged[group.title].title
            self.conflicts.append(f"{where}：这一组已并入“{into}”，别的改动没有采用，请改在“{into}”上。")
            return
        now = dict(zip(row.cells, group_cells(group), strict=True))
        for column in columns:
            wish = row.cells[column]
            if (with_stop(wish) if column == "句子" else wish) == now[column]:
                continue
            if now[column] != row.base[column]:
                self.conflicts.append(
                    f"{where}的“{column}”：导出以后已改为“{now[column]}”，你改为“{row.cells[column]}”，没有采用你的。"
                )
                continue
            self._read_group_cell(row, column, group, where)

    def _has_joined(self, row: EditedRow, group: GroupRow) -> bool:
        """Tell whether a group of the export has since gone into another one, which keeps its own name."""
        others = (one for title, one in self._became.items() if title != row.more[0])
        return group.name != row.base["名称"] and any(one is group for one in others)

    def _read_group_cell(self, row: EditedRow, column: str, group: GroupRow, where: str) -> None:
        wish = row.cells[column]
        kind, value, fault = group_value(column, wish)
        if fault:
            self.conflicts.append(f"{where}的“{column}”{fault}，没有采用。")
            return
        if kind == "merge":
            target = self._find(wish)
            if target is group and wish != row.more[0]:
                return  # joined already
            while target is not None and target.title in self._merged:
                target = self._merged[target.title]
            if target is group:
                self.conflicts.append(f"{where}：一个组不能并入自己，没有采用。")
                return
            if target is None:
                self.conflicts.append(f"{where}：没有可以并入的组“{wish}”，没有采用。")
                return
            if target.category != group.category:
                self.conflicts.append(f"{where}：“{wish}”属于另一个方面，不能并入；要改方面，请在“语句”表里改。")
                return
            value = {"into": self._gather(target, row.reason), "text": f"并入“{target.title}”"}
            self._merged[group.title] = target
        if kind == "word" and any(
            one.changed("改为") and one.more[2] == row.more[0] for one in self.sheets.rows[SENTENCES]
        ):
            self.conflicts.append(f"{where}：这一组的句子在“{SENTENCES}”表里也改了，按“{SENTENCES}”表算。")
            return
        if kind == "name" and any(
            one.name == wish and one.category == group.category and one is not group for one in self.table.groups
        ):
            self.conflicts.append(f"{where}：已有叫“{wish}”的组，要合在一起请用“并入”，没有采用。")
            return
        if kind in ("word", "name") and self._names_somebody(wish, where):
            return
        if kind == "word":
            value |= {"members": group.members}
        own = self._gather(group, row.reason, whole=kind == "lock")
        self._others.append(Decision(kind, value, "", own, group.title, row.reason))

    # --- sentences

    def read_sentences(self) -> None:
        """Compare every sentence's row with what now stands in the draft."""
        now = {(row.category, row.number == LEAD, row.group): row for row in self.table.sentences}
        for row in self.sheets.rows[SENTENCES]:
            wish = row.cells["改为"]
            category, text, title = row.more
            held = row.changed("固定") and row.cells["固定"] == YES
            freed = row.changed("固定") and row.cells["固定"] != YES
            if not (wish or held or freed):
                continue
            where = f"“{SENTENCES}”表第 {row.place} 行"
            if row.cells["固定"] not in (YES, NO, ""):
                self.conflicts.append(f"{where}的“固定”只能是“{YES}”或“{NO}”，没有采用。")
                continue
            if self._names_somebody(wish, where):
                continue
            group = self._find(title) if title else None
            if group is not None and group.title in self._merged:
                into = self._merged[group.title].title
                self.conflicts.append(f"{where}：这句话说的组已并入“{into}”，没有采用，请改在“{into}”上。")
                continue
            if title and group is None:
                self.conflicts.append(f"{where}：这句话说的组“{title}”在导出以后已经变了，没有采用，请重新导出再改。")
                continue
            stands = now.get((category, not title, group.title if group else ""))
            if stands is not None and stands.text not in (text, with_stop(wish)):
                self.conflicts.append(f"{where}：这句话在导出以后已变成“{stands.text}”，没有采用你的，请重新导出再改。")
                continue
            chosen = with_stop(wish) or ("" if freed else text)
            if stands is not None and stands.text == chosen and stands.fixed:
                continue
            if group is None and wish and not parse_draft(chosen):
                self.conflicts.append(f"{where}：导语要像原来那样用“一是”“二是”开头，没有采用。")
                continue
            self._word(group, category, chosen, text, row.reason)

    def _names_somebody(self, text: str, where: str) -> bool:
        """Tell, and say, that a sentence or a group's name holds what points to somebody."""
        told = self.tells(text)
        if told:
            self.conflicts.append(f"{where}里写了{told}，稿子里不能出现，没有采用；如果不是{told}，请换个说法。")
        return told != ""

    def _word(self, group: GroupRow | None, category: str, chosen: str, before: str, reason: str) -> None:
        if group is None:
            value = {"category": category, "text": chosen}
            self._others.append(Decision("lead", value, "", "", self._category_names[category], reason))
            return
        own = self._gather(group, reason)
        worded = {"text": chosen, "before": before, "members": group.members}
        self._others.append(Decision("word", worded, "", own, group.title, reason))
