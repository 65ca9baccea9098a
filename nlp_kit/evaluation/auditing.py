"""How well the audit's rules find what is wrong with texts of unseen hands (``corpora/audit``)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp_kit.audit.form import fitting_theme
from nlp_kit.audit.rules import load_rules
from nlp_kit.audit.run import audit_texts
from nlp_kit.audit.texts import MemberText
from nlp_kit.engine import Engine
from nlp_kit.errors import DataError
from nlp_kit.pipeline import as_audited, audit_judges
from nlp_kit.records import Document, Submission
from nlp_kit.resources import data_path
from nlp_kit.splitting import split
from nlp_kit.themes import load_theme, shipped_themes


@dataclass(frozen=True)
class AuditedBranch:
    """A branch whose texts are labelled.

    Args:
        name: Of the hand that wrote it, ``dev-…`` or ``test-…``.
        texts: The members' texts; a file's name stands for its member.
        findings: Member → rules that the text breaks.
        last_year: Member → last year's text.
        others: Last year's texts and templates.
        labels: Member → (rule, excerpt) pairs.
    """

    name: str
    texts: Sequence[MemberText]
    findings: dict[str, set[str]]
    last_year: dict[str, MemberText]
    others: Sequence[MemberText]
    labels: dict[str, list[tuple[str, str]]]

    def excerpts(self, member: str, rule: str) -> list[str]:
        """Return the labelled excerpts of a rule in a member's text, without white space."""
        return ["".join(text.split()) for key, text in self.labels[member] if key == rule and text]


def read_audited(folder: Path, engine: Engine) -> list[AuditedBranch]:
    """Return the labelled branches in the order of their names.

    Raises:
        DataError: A file is missing or not of the form.
    """
    try:
        return [_read(path, engine) for path in sorted(folder.glob("*.json"))]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"标注“{folder}”读不出来，请检查文件是否完整。") from error


def _read(path: Path, engine: Engine) -> AuditedBranch:
    data = json.loads(path.read_text(encoding="utf-8"))
    last_year = {one["file"]: _text(one, engine) for one in data["last_year"]}
    return AuditedBranch(
        path.stem,
        [_text(one, engine) for one in data["members"]],
        {one["file"]: {found["rule"] for found in one["findings"]} for one in data["members"]},
        last_year,
        [*last_year.values(), *(_text(one, engine) for one in data["templates"])],
        {one["file"]: [(found["rule"], found["excerpt"]) for found in one["findings"]] for one in data["members"]},
    )


def _text(entry: dict[str, str], engine: Engine) -> MemberText:
    document = Document(entry["file"], entry["text"], wrapped=True)
    items = engine.classify(split(document), entry["file"])
    return as_audited(Submission(document, entry["file"], tuple(items)), engine)


def score_audit(engine: Engine) -> dict[str, Any]:
    """Return precision and recall of every rule, over the hands that nothing was chosen on and over the others."""
    branches = read_audited(data_path("corpora", "audit", "branches"), engine)
    return {
        part: _score([one for one in branches if one.name.startswith(part)], engine)
        for part in ("final", "test", "dev")
    }


def _score(branches: Sequence[AuditedBranch], engine: Engine) -> dict[str, Any]:
    rules = load_rules()
    themes = [load_theme(name) for name in reversed(shipped_themes())]
    right, found, wanted = dict.fromkeys(rules, 0), dict.fromkeys(rules, 0), dict.fromkeys(rules, 0)
    clean, quiet = 0, 0
    for branch in branches:
        theme = fitting_theme(branch.texts, themes)
        findings = audit_texts(branch.texts, rules, audit_judges(engine, theme), theme, branch.others, branch.last_year)
        for text in branch.texts:
            told = {one.rule for one in findings if one.place.member == text.member}
            labels = branch.findings[text.member]
            clean, quiet = clean + (not labels), quiet + (not labels and not told)
            for rule in rules:
                found[rule] += rule in told
                wanted[rule] += rule in labels
                right[rule] += rule in told & labels
    rows = {
        rules[key].name: {
            "precision": right[key] / max(found[key], 1),
            "recall": right[key] / max(wanted[key], 1),
            "texts": wanted[key],
        }
        for key in rules
    }
    return {"texts": sum(len(one.texts) for one in branches), "clean": clean, "clean_without_findings": quiet, **rows}
