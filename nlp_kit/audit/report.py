"""What the audit says: a verdict for every member, the findings, passages side by side, and the branch as a whole."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from nlp_kit.audit.rules import SEVERITIES, Finding, Place, Rules
from nlp_kit.audit.texts import MemberText
from nlp_kit.export.workbook import AUDIT_CAPTION, GREEN, RED, YELLOW, Column, Sheet, workbook

RETURN, LOOK, GOOD = "退回修改", "请本人再看", "可以上会"
_COLOURS = {RETURN: RED, LOOK: YELLOW, GOOD: GREEN}

Hide = Callable[[str], str]

_PSEUDONYM = re.compile(r"成员\d+")
# What a text that is no member's is known by: the name of its file.
_FILE = re.compile("(?<=《).*(?=》)")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a member's text.

    Args:
        member: Pseudonym.
        document: The file, as it may be shown.
        size: Characters without white space.
        share: Share of problems and causes, 0 to 1.
        verdict: ``RETURN``, ``LOOK`` or ``GOOD``.
        missing: Names of missing aspects.
        copied: Whom passages are shared with.
        findings: What the rules say.
    """

    member: str
    document: str
    size: int
    share: float
    verdict: str
    missing: tuple[str, ...]
    copied: tuple[str, ...]
    findings: tuple[Finding, ...]


def verdicts(
    texts: Sequence[MemberText], findings: Iterable[Finding], rules: Rules, mask: Hide, hide: Hide
) -> list[Verdict]:
    """Return a verdict for every text, in their order, findings masked.

    Args:
        texts: The members' texts.
        findings: What the rules say.
        rules: The rules.
        mask: Masks personal data in texts.
        hide: Masks names in paths.
    """
    of_member: dict[str, list[Finding]] = {}
    for one in findings:
        of_member.setdefault(one.place.member, []).append(_masked(one, mask, hide))
    return [_verdict(text, of_member.get(text.member, []), rules, hide) for text in texts]


def _verdict(text: MemberText, own: Sequence[Finding], rules: Rules, hide: Hide) -> Verdict:
    severe = any(rules[one.rule].severe for one in own)
    return Verdict(
        text.member,
        hide(text.submission.document.path),
        text.size,
        text.share("problem", "cause"),
        RETURN if severe else LOOK if own else GOOD,
        tuple(one.message.split("“")[1].split("”")[0] for one in own if one.rule == "missing_aspect"),
        tuple(dict.fromkeys(one.other.member for one in own if one.rule.startswith("copied") and one.other)),
        tuple(own),
    )


def _masked(one: Finding, mask: Hide, hide: Hide) -> Finding:
    """Return a finding in which what comes from texts and file names is masked, and nothing of the program's own."""
    other = _masked_place(one.other, mask, hide) if one.other else None
    message = one.message
    if one.other and other:
        message = message.replace(one.other.member, other.member)
    if one.quoted:
        message = message.replace(one.quoted, mask(one.quoted))
    return Finding(one.rule, _masked_place(one.place, mask, hide), message, other)


def _masked_place(place: Place, mask: Hide, hide: Hide) -> Place:
    member = _FILE.sub(lambda found: hide(found[0]), place.member)
    return Place(member, hide(place.document), place.start, place.end, mask(place.text))


def branch_rows(found: Sequence[Verdict], rules: Rules) -> list[tuple[str, int, tuple[str, ...]]]:
    """Return (rule's name, number of members, the members) of every rule that found something, the commonest first."""
    members: dict[str, dict[str, None]] = {}
    for one in found:
        for finding in one.findings:
            members.setdefault(finding.rule, {})[one.member] = None
    rows = [(rules[key].name, len(members[key]), tuple(members[key])) for key in rules if key in members]
    return sorted(rows, key=lambda row: -row[1])


def audit_json(found: Sequence[Verdict], rules: Rules, theme: str | None) -> str:
    """Return the audit as one object: theme, members with their findings, and the rules over the branch."""
    data = {
        "theme": theme,
        "members": [
            {
                "member": one.member,
                "document": one.document,
                "characters": one.size,
                "problem_share": round(one.share, 4),
                "verdict": one.verdict,
                "findings": [
                    {
                        "rule": finding.rule,
                        "name": rules[finding.rule].name,
                        "severity": "serious" if rules[finding.rule].severe else "minor",
                        "message": finding.message,
                        "advice": rules[finding.rule].advice,
                        "place": _span(finding.place),
                        "other": _span(finding.other) if finding.other else None,
                    }
                    for finding in one.findings
                ],
            }
            for one in found
        ],
        "branch": [
            {"rule": name, "members": count, "who": list(members)} for name, count, members in branch_rows(found, rules)
        ],
        "verdicts": dict(Counter(one.verdict for one in found)),
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _span(place: Place) -> dict[str, Any]:
    return {
        "member": place.member,
        "document": place.document,
        "start": place.start,
        "end": place.end,
        "excerpt": place.text,
    }


_MEMBERS = (
    Column("成员", 10),
    Column("材料", 30),
    Column("结论", 12, (RETURN, LOOK, GOOD)),
    Column("字数", 8),
    Column("问题和原因占比", 12),
    Column("缺的方面", 20),
    Column("雷同对象", 16),
    Column("发现的问题", 60),
    Column("建议", 50),
)
_FINDINGS = (
    Column("成员", 10),
    Column("规则", 20),
    Column("轻重", 8),
    Column("说明", 40),
    Column("原文", 60),
    Column("对照的原文", 60),
    Column("建议", 36),
)
_SIDE_BY_SIDE = (
    Column("成员", 10),
    Column("原文", 100),
    Column("与谁相同", 16),
    Column("对方原文", 100),
    Column("说明", 30),
)
_BRANCH = (Column("规则", 24), Column("涉及人数", 10), Column("成员", 80), Column("建议", 50))


def audit_xlsx(found: Sequence[Verdict], rules: Rules, who: Hide) -> bytes:
    """Return the 个人材料审核表 with the findings, the copied passages side by side, and the branch.

    Args:
        found: The verdicts.
        rules: The rules.
        who: Pseudonym → what the member is called in the table.
    """
    members = [
        [
            who(one.member),
            one.document,
            one.verdict,
            one.size,
            f"{one.share:.0%}",
            "、".join(one.missing),
            _called("、".join(one.copied), who),
            "\n".join(_numbered(f"{rules[key].name}（{count} 处）" for key, count in _counts(one).items())),
            "\n".join(_numbered(rules[key].advice for key in _counts(one))),
        ]
        for one in found
    ]
    findings = [
        [
            who(one.member),
            rules[finding.rule].name,
            SEVERITIES["serious" if rules[finding.rule].severe else "minor"],
            _called(finding.message, who),
            finding.place.text,
            finding.other.text if finding.other else "",
            rules[finding.rule].advice,
        ]
        for one in found
        for finding in one.findings
    ]
    copies = [
        [
            *(who(one.member), finding.place.text, _called(finding.other.member, who), finding.other.text),
            _called(finding.message, who),
        ]
        for one in found
        for finding in one.findings
        if finding.rule.startswith("copied") and finding.other
    ]
    advice = {rule.name: rule.advice for rule in rules.values()}
    branch = [
        [name, count, "、".join(map(who, people)), advice[name]] for name, count, people in branch_rows(found, rules)
    ]
    severe = {number: RED for number, row in enumerate(findings) if row[2] == SEVERITIES["serious"]}
    return workbook(
        [
            Sheet(
                "审核表", AUDIT_CAPTION, _MEMBERS, members, {n: _COLOURS[one.verdict] for n, one in enumerate(found)}
            ),
            Sheet("逐条", "发现的问题（红色的要改）", _FINDINGS, findings, severe),
            Sheet("雷同对照", "雷同的段落对照", _SIDE_BY_SIDE, copies),
            Sheet("支部", "支部汇总：每条规则涉及的人数", _BRANCH, branch),
        ]
    )


def _counts(one: Verdict) -> dict[str, int]:
    return Counter(finding.rule for finding in one.findings)


def _numbered(lines: Iterable[str]) -> list[str]:
    return [f"{number}. {line}" for number, line in enumerate(lines, 1)]


def _called(message: str, who: Hide) -> str:
    """Return a message with the pseudonyms in it as the table calls members."""
    return _PSEUDONYM.sub(lambda found: who(found[0]), message)
