import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp_kit.sentences import find_focus, split_sentences


def cut(text: str, *, marked: bool = False) -> list[str]:
    pieces = split_sentences(text, 0, len(text), marked=marked)
    return [text[piece.start : piece.end] for piece in pieces]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("开会总爱坐在后排。轮到发言就念稿子！", ["开会总爱坐在后排。", "轮到发言就念稿子！"]),
        ("群众问“什么时候能修好？”我说再等等。", ["群众问“什么时候能修好？”我说再等等。"]),
        ("他说“先等等。再看看。”就走了。后来没人管。", ["他说“先等等。再看看。”就走了。", "后来没人管。"]),
        ("人家来问，我说：“再等等。”后来没了下文。", ["人家来问，我说：“再等等。”", "后来没了下文。"]),
        ("平时学习不怎么上心.一开会就打瞌睡.", ["平时学习不怎么上心.", "一开会就打瞌睡."]),
        ("完成率99.5%，没有再往上抓。", ["完成率99.5%，没有再往上抓。"]),
        ("还有几处没改到位，一直拖着", ["还有几处没改到位，一直拖着"]),
    ],
)
def test_sentences_end_at_full_stops_outside_quotes(text, expected):
    assert expected == cut(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "一是读书少，翻两页就放下；二是记得慢，过后就忘；三是用得差。",
            ["读书少，翻两页就放下；", "记得慢，过后就忘；", "用得差。"],
        ),
        ("首先，是坐不住。其次，是静不下。", ["是坐不住。", "是静不下。"]),
        ("（1）巡查走过场（2）记录后补", ["巡查走过场", "记录后补"]),
        ("①不到现场②不问结果", ["不到现场", "不问结果"]),
        ("第一，怕麻烦。第二，怕担责。", ["怕麻烦。", "怕担责。"]),
    ],
)
def test_list_words_begin_items_and_are_left_out(text, expected):
    assert expected == cut(text)


@pytest.mark.parametrize("text", ["工作唯一是求稳，不想变。", "最后一次会议没有参加。", "这一要求没有落实。"])
def test_words_that_look_like_list_words_stay(text):
    assert [text] == cut(text)


def test_a_marked_lead_is_joined_to_what_follows():
    text = "一是学得不深。领来的书只翻了目录。二是用得不好。遇事还是老办法。"

    assert ["学得不深。领来的书只翻了目录。", "用得不好。遇事还是老办法。"] == cut(text)


def test_an_example_is_joined_to_the_sentence_before():
    text = "巡检马虎，图快。比如上月的记录是在屋里填的。另一件事没办。"

    assert ["巡检马虎，图快。比如上月的记录是在屋里填的。", "另一件事没办。"] == cut(text)


def test_a_semicolon_ends_a_statement():
    assert ["谈心只在会前补；", "迟到也没人提醒。"] == cut("谈心只在会前补；迟到也没人提醒。")


def test_a_few_words_before_a_semicolon_stay_with_what_follows():
    assert ["不问；事情过去就算了。"] == cut("不问；事情过去就算了。")


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("虽然每次会都参加，但是发言都是念稿。", "但是发言都是念稿。"),
        ("尽管任务完成了，却没有回头检查。", "却没有回头检查。"),
        ("工作虽说不少，可是样样不精。", "可是样样不精。"),
        ("但凡有事就往后推。", "但凡有事就往后推。"),
        ("我不但没去，还让别人替我签名。", "我不但没去，还让别人替我签名。"),
    ],
)
def test_a_concession_counts_by_its_second_half(text, counted):
    assert counted == text[find_focus(text, 0, len(text)) :]


def test_focus_is_found_in_the_middle_of_a_document():
    text = "开头一句。虽然去了，但没进门。"
    start = text.index("虽然")

    assert "但没进门。" == text[find_focus(text, start, len(text)) :]


@given(st.text(alphabet="我学干没，。；：“”（）一二是要1.、 \n首先其次虽然但", max_size=80))
def test_pieces_are_ordered_disjoint_and_lose_no_chinese_words(text):
    pieces = split_sentences(text, 0, len(text), marked=False)

    borders = [border for piece in pieces for border in (piece.start, piece.end)]
    assert borders == sorted(borders)
    assert all(piece.start < piece.end for piece in pieces)
    assert sum(text[piece.start : piece.end].count("没") for piece in pieces) == text.count("没")
