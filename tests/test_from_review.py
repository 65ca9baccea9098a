"""Learning from the committee's corrections."""

import json

import numpy as np
import pytest

from nlp_kit.adapt import Adapter
from nlp_kit.pipeline import classify_files
from nlp_kit.records import Decision
from nlp_kit.resources import data_path
from nlp_kit.workspace import Workspace

BRANCH = data_path("corpora", "samples", "branch")
# A wording that no corpus holds, and what a committee says of it.
JARGON = [
    f"{verb}锅底{rest}" for verb in ("蹭", "刮", "舔", "掏", "擦") for rest in ("过日子", "混一天算一天", "不肯上灶")
]


@pytest.fixture(scope="module")
def adapter(engine):
    return Adapter(engine.classifier, engine.encoder.encode, data_path("models", "classifier"))


@pytest.fixture
def workspace_with_answers(engine, tmp_path):
    """A workspace in which the first statements of the sample branch have a person's answer."""
    folder = tmp_path / ".nlpkit"
    with Workspace(folder) as opened:
        result = classify_files([BRANCH], opened, engine=engine)
        items = [item for one in result.submissions for item in one.statements if item.prediction.role == "problem"][
            :12
        ]
        opened.decide(
            [
                Decision("answer", {"role": "problem", "category": "style", "issue": "drive_faded"}, item.id)
                for item in items
            ],
            "张某",
            "2026-01-01 08:00:00",
        )
    return folder


def test_what_was_corrected_is_learnt_and_carries_over(adapter, engine):
    tuned = adapter.adapt(JARGON[:10], ["drive_faded"] * 10)
    before, after = (
        model.predict_proba(JARGON[10:])[:, engine.classifier.classes_.tolist().index("drive_faded")].mean()
        for model in (engine.classifier, tuned)
    )

    assert after > max(0.5, before)


def test_what_was_known_stays_known(adapter, engine):
    rows = [json.loads(line) for line in data_path("corpora", "border", "border.jsonl").read_text("utf-8").splitlines()]
    texts = [row["text"] for row in rows[:200]]
    tuned = adapter.adapt(JARGON, ["drive_faded"] * len(JARGON))

    assert np.mean(tuned.predict(texts) == engine.classifier.predict(texts)) > 0.97


def test_the_old_model_is_not_touched(adapter, engine):
    before = engine.classifier.predict_proba(JARGON)
    adapter.adapt(JARGON, ["drive_faded"] * len(JARGON))

    assert np.array_equal(before, engine.classifier.predict_proba(JARGON))


def test_the_same_corrections_give_the_same_model(adapter):
    one, other = (adapter.adapt(JARGON[:6], ["silo"] * 6).predict_proba(JARGON) for _ in range(2))

    assert np.array_equal(one, other)


def test_held_back_corrections_are_answered_by_models_that_have_not_seen_them(adapter, monkeypatch):
    taught, asked = [], []
    adapt = Adapter.adapt

    def spied(self, texts, labels):
        model = adapt(self, texts, labels)
        predict = model.predict
        taught.append(set(texts))
        model.predict = lambda held: (asked.append(set(held)), predict(held))[1]
        return model

    monkeypatch.setattr(Adapter, "adapt", spied)
    found = adapter.hold_back(JARGON, ["drive_faded"] * len(JARGON))

    assert set(JARGON) == set().union(*asked)
    assert all(not seen & held for seen, held in zip(taught, asked, strict=True))
    assert found.after > found.before


def test_a_tuned_model_is_used_until_one_goes_back(cli_here, workspace_with_answers):
    run = cli_here("train", "--from-review")
    models = sorted(path.name for path in (workspace_with_answers / "models").iterdir())
    with Workspace(workspace_with_answers) as opened:
        adopted = opened.adopted()
    shipped, made = data_path("models", "classifier"), workspace_with_answers / "models" / "review-1"
    back = cli_here("train", "--back")
    with Workspace(workspace_with_answers) as opened:
        after = opened.adopted()

    assert (0, 0) == (run.returncode, back.returncode)
    assert "学了 12 条人工改动" in run.stderr.decode()
    assert ["review-1"] == models and adopted == workspace_with_answers / "models" / "review-1"
    assert after is None
    # No text of a member goes into the model.
    assert all(
        (shipped / name).read_bytes() == (made / name).read_bytes() for name in ("vocabulary.json", "examples.json")
    )
    assert 1 == cli_here("train", "--back").returncode


def test_too_few_corrections_are_told(cli_here, engine, tmp_path):
    with Workspace(tmp_path / ".nlpkit") as opened:
        classify_files([BRANCH], opened, engine=engine)
    run = cli_here("train", "--from-review")

    assert 1 == run.returncode and "只有 0 条" in run.stderr.decode()
