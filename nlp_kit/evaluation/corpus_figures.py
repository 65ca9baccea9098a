"""Figures about the labelled statements themselves: balance, variety, label words, and how much text it takes."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from nlp_kit.classify import StatementClassifier
from nlp_kit.corpus import LabelledStatement
from nlp_kit.engine import Engine
from nlp_kit.evaluation.measures import score_answers

# Words that give a category away; the share of problems without any of their category's is reported.
TELLING = {
    "theory": "学习|理论|党课|思想|精神|党性|信念|党章|党规|党纪|政治|原著|笔记|心得|文件",
    "management": "党员|支部|组织|批评|谈心|监督|党建|支委|党费|纪律|管理|担当|同志",
    "masses": "群众|服务|职工|学生|家长|患者|病人|客户|用户|居民|村民|农户|百姓|走访|诉求",
    "style": "作风|落实|创新|形式|标准|拖|调研|业务|工作|部门|本领|效率|劲头",
}
SHARES = (0.0625, 0.125, 0.25, 0.5, 1.0)


def describe_corpus(statements: Sequence[LabelledStatement], engine: Engine) -> dict[str, Any]:
    """Return counts, lengths, type-token ratio and how many problems hold no telling word of their category.

    Args:
        statements: The whole corpus.
        engine: Gives the tokenizer and the taxonomy.
    """
    lengths = np.array([len(one.text) for one in statements])
    by_label = defaultdict(list)
    for one in statements:
        by_label[one.label].append(one.text)
    categories = [(one, engine.scheme.category_of(one.label)) for one in statements]
    problems = [(one, category) for one, category in categories if category]
    plain = [one for one, category in problems if not re.search(TELLING[category], one.text)]
    return {
        "statements": len(statements),
        "authors": len({one.author for one in statements}),
        "trades": len({one.trade for one in statements}),
        "least_of_an_issue": min(len(by_label.get(issue.key, ())) for issue in engine.taxonomy.issues),
        "characters": {f"{percent} %": int(np.percentile(lengths, percent)) for percent in (5, 25, 50, 75, 95)},
        "problems_without_a_telling_word": round(len(plain) / len(problems), 4),
        "type_token_ratio": _type_token_ratio((one.text for one in statements), engine),
        "per_label": {
            label: {
                "n": len(texts),
                "type_token_ratio": _type_token_ratio(texts, engine),
                "commonest_words": _commonest(texts, engine),
            }
            for label, texts in sorted(by_label.items())
        },
    }


def _tokens(texts: Iterable[str], engine: Engine) -> list[str]:
    words = (word for text in texts for word in engine.tokenizer.tokenize(text))
    return [word for word in words if re.search(r"\w", word)]


def _type_token_ratio(texts: Iterable[str], engine: Engine, window: int = 1000) -> float:
    """Return the mean share of different words in stretches of ``window`` words (Covington and McFall 2010)."""
    words = _tokens(texts, engine)
    stretches = [words[start : start + window] for start in range(0, max(len(words) - window, 0) + 1, window)]
    return round(float(np.mean([len(set(stretch)) / len(stretch) for stretch in stretches])), 4)


def _commonest(texts: Sequence[str], engine: Engine, count: int = 5) -> dict[str, float]:
    """Return the words of two or more characters that most texts of a label hold, with their shares."""
    held = Counter(word for text in texts for word in set(_tokens([text], engine)) if len(word) > 1)
    best = sorted(held.items(), key=lambda pair: (-pair[1], pair[0]))[:count]
    return {word: round(number / len(texts), 3) for word, number in best}


def learning_curve(
    known: Sequence[LabelledStatement], test: Sequence[LabelledStatement], engine: Engine
) -> dict[str, Any]:
    """Return how good the classifier gets with more batches; the encoder is the shipped one throughout.

    Args:
        known: The training batches; whole batches are left out, the later ones first.
        test: The test batches.
        engine: Gives tokenizer, encoder and label scheme.

    Returns:
        Number of statements → ``score_answers`` on the test batches, of the words' head alone and of both heads.
    """
    found: dict[str, dict[str, Any]] = {}
    batches = sorted({one.batch for one in known})
    for share in SHARES:
        kept = set(batches[: max(1, round(share * len(batches)))])
        some = [one for one in known if one.batch in kept]
        texts, labels = [one.text for one in some], [one.label for one in some]
        asked, gold = [one.text for one in test], [one.label for one in test]
        model = StatementClassifier(engine.tokenizer.tokenize, engine.encoder.encode).fit(texts, labels)
        found[str(len(some))] = {"batches": len(kept)}
        for name, vector_share in (("words", 0.0), ("words and vectors", engine.classifier.vector_share)):
            answers = model.set_params(vector_share=vector_share).predict(asked).tolist()
            found[str(len(some))][name] = score_answers(answers, gold, engine.scheme)
    return found
