"""How well the same problem is brought together across members, beside the usual clusterings of the same vectors."""

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import silhouette_score

from nlp_kit.drafting.groups import Group, originals, span_of
from nlp_kit.engine import Engine
from nlp_kit.evaluation.measures import b_cubed, pairwise_f1
from nlp_kit.evaluation.sets import GoldDocument, classify_gold, gold_issues, shipped_documents
from nlp_kit.issues import group_problems
from nlp_kit.records import ClassifiedStatement, Span, Submission

Clustering = Callable[[list[str], NDArray[np.float32]], NDArray[np.intp]]

# Cosine distance at which average linkage alone does best on corpora/documents.
_PLAIN_CUT = 0.7
_MOST_GROUPS = 20


def score_grouping(engine: Engine) -> dict[str, Any]:
    """Return B³ and pairwise F1 of our groups and of simple clusterings inside the same categories.

    All cluster the same statements: those that our classifier takes for accepted problems. Figures are over those that
    are problems by the gold labels too, whose issue is their gold group. The three branches were never looked at.
    """
    sets = shipped_documents()
    branches = {name: documents for name, documents in sets.items() if name.startswith("branch")}
    wanted = {"sample": sets["sample"], **branches}
    rows = {name: _score(documents, engine) for name, documents in wanted.items()}
    return {**rows, "branches, mean": _mean([rows[name] for name in branches])}


def _mean(rows: Sequence[Any]) -> Any:  # noqa: ANN401 - numbers, or mappings of them
    if isinstance(rows[0], Mapping):
        return {name: _mean([row[name] for row in rows]) for name in rows[0]}
    return float(np.mean(rows))


def _score(documents: Sequence[GoldDocument], engine: Engine) -> dict[str, Any]:
    submissions, spans = classify_gold(documents, engine)
    counted = originals(submissions)
    groups = group_problems(counted, engine)
    items = [item for group in groups for item in group.statements]
    gold = gold_issues(items, spans)
    found = {
        "nlpkit": {span: group.issue.id for group in groups for span in group.spans},
        **{name: _clustered(items, one, engine) for name, one in _clusterings().items()},
    }
    steady = [group.issue.stability or 0.0 for group in groups for _ in group.statements]
    scores = {
        name: {"b_cubed": b_cubed(own, gold)["f1"], "pairwise_f1": pairwise_f1(own, gold)}
        for name, own in found.items()
    }
    return {**scores, "stability": float(np.mean(steady)), "newcomer": _kept_with_a_newcomer(counted, groups, engine)}


def _kept_with_a_newcomer(
    submissions: Sequence[Submission], groups: Sequence[Group], engine: Engine
) -> dict[str, float]:
    """Return how far groups stay as they are when one more member's text comes, over every member as the newcomer.

    Returns:
        Share of all pairs of the others' statements that stay together or apart, and of the pairs that were together
        the share that stay so.
    """
    after = {span: group.issue.id for group in groups for span in group.spans}
    kept, pairs, stayed, together = 0, 0, 0, 0
    for place in range(len(submissions)):
        rest = [*submissions[:place], *submissions[place + 1 :]]
        before = {span: group.issue.id for group in group_problems(rest, engine) for span in group.spans}
        upper = np.triu_indices(len(before), 1)
        old, new = (
            np.equal.outer(labels, labels)[upper]
            for labels in (np.array(list(before.values())), np.array([after[span] for span in before]))
        )
        kept, pairs = kept + int((old == new).sum()), pairs + len(old)
        stayed, together = stayed + int(new[old].sum()), together + int(old.sum())
    return {"pairs": kept / max(pairs, 1), "together": stayed / max(together, 1)}


def _clustered(
    items: Sequence[ClassifiedStatement], clustering: Clustering, engine: Engine
) -> Mapping[Span, tuple[str | None, int]]:
    found: dict[Span, tuple[str | None, int]] = {}
    for category in engine.taxonomy.categories:
        own = [item for item in items if item.prediction.category == category.key]
        texts = [item.statement.counted_text for item in own]
        labels = np.arange(len(own)) if len(own) < 4 else clustering(texts, engine.centred_vectors(texts))
        found |= {span_of(item): (category.key, int(label)) for item, label in zip(own, labels, strict=True)}
    return found


def _clusterings() -> dict[str, Clustering]:
    """Return the clusterings to compare with; BERTopic only where it is installed."""
    known: dict[str, Clustering] = {"k-means": _k_means, "average linkage": _average_linkage}
    if find_spec("bertopic"):
        known["BERTopic"] = _bertopic
    return known


def _k_means(texts: list[str], vectors: NDArray[np.float32]) -> NDArray[np.intp]:
    """The number of groups is the one with the best silhouette."""
    tried = []
    for count in range(2, min(len(texts) - 1, _MOST_GROUPS) + 1):
        labels = KMeans(count, n_init=10, random_state=0).fit_predict(vectors)
        tried.append((silhouette_score(vectors, labels, metric="cosine"), -count, labels))
    best: NDArray[np.intp] = max(tried, key=lambda one: one[:2])[2]
    return best


def _average_linkage(texts: list[str], vectors: NDArray[np.float32]) -> NDArray[np.intp]:
    model = AgglomerativeClustering(None, metric="cosine", linkage="average", distance_threshold=_PLAIN_CUT)
    labels: NDArray[np.intp] = model.fit_predict(vectors)
    return labels


def _bertopic(texts: list[str], vectors: NDArray[np.float32]) -> NDArray[np.intp]:
    """Smallest topics of two, as small branches need; what it calls outliers are groups of one here.

    Where it finds no topic at all, its words step fails; then all are groups of one.
    """
    from bertopic import BERTopic
    from umap import UMAP

    count = len(texts)
    umap = UMAP(n_neighbors=min(10, count - 1), n_components=min(5, count - 2), metric="cosine", random_state=0)
    model = BERTopic(
        min_topic_size=2,
        umap_model=umap,
        hdbscan_model=HDBSCAN(min_cluster_size=2, copy=True),
        vectorizer_model=CountVectorizer(analyzer="char", ngram_range=(2, 2)),
    )
    try:
        topics, _ = model.fit_transform(texts, vectors)
    except (TypeError, ValueError):
        return np.arange(count)
    return np.array([topic if topic >= 0 else -1 - row for row, topic in enumerate(topics)])
