import numpy as np
import pytest

from nlp_kit.fewshot import FewShotClassifier
from nlp_kit.segment import Tokenizer
from nlp_kit.themes import DescribedClass

CENTRE = np.zeros(3, dtype=np.float32)
CANTEEN = DescribedClass("canteen", "食堂", "对饭菜、价格和排队的意见")
PAY = DescribedClass("pay", "薪酬", "对工资、奖金和补贴的意见")


def encode(texts):
    """Vectors that know food and money, and leave the rest in the middle."""
    return np.array([["饭" in text or "菜" in text, "钱" in text or "工资" in text, 0.1] for text in texts], np.float32)


def classifier():
    return FewShotClassifier(Tokenizer().tokenize, encode, CENTRE)


def test_without_examples_the_descriptions_decide():
    model = classifier().fit([CANTEEN, PAY])

    assert ["canteen", "pay"] == model.predict(["饭凉了", "钱发得晚"]).tolist()


def test_examples_teach_what_the_descriptions_do_not_say():
    text = "窗口师傅手抖得厉害"
    taught = DescribedClass("canteen", "食堂", CANTEEN.description, ("窗口前面等太久", "窗口少得可怜", "师傅手抖"))
    other = DescribedClass("pay", "薪酬", PAY.description, ("绩效怎么算没人说", "加班没有补贴", "年终奖拖着"))
    before = classifier().fit([PAY, CANTEEN]).predict_proba([text])[0]
    after = classifier().fit([other, taught]).predict_proba([text])[0]

    assert after[1] > max(before[1], 0.6)


@pytest.mark.parametrize("examples", [(), ("随便一句话",)])
def test_probabilities_sum_to_one_for_two_and_for_three_classes(examples):
    third = DescribedClass("other", "其他", "别的事", examples)
    for classes in ([CANTEEN, PAY], [CANTEEN, PAY, third]):
        found = classifier().fit(classes).predict_proba(["饭凉了", "什么也不像", ""])

        assert (3, len(classes)) == found.shape
        assert np.allclose(1, found.sum(axis=1))


def test_the_same_classes_give_the_same_probabilities():
    first, second = (classifier().fit([CANTEEN, PAY]).predict_proba(["饭凉了"]) for _ in range(2))

    assert (first == second).all()
