"""The page of ``nlpkit report`` in a real browser: Debian's Chromium, driven by Playwright."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
PARTS = ("overview", "draft", "groups", "statements", "doubts", "waiting", "audit", "account")


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


class Visit:
    """An open page with all that the browser said and asked for."""

    def __init__(self, browser, file, **settings):
        self.context = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | settings))
        self.tab = self.context.new_page()
        self.said, self.asked = [], []
        self.tab.on("console", lambda message: self.said.append(message.text))
        self.tab.on("pageerror", lambda error: self.said.append(str(error)))
        self.tab.on("request", lambda request: self.asked.append(request.url))
        self.tab.goto(file.as_uri())

    def draw_everything(self):
        for part in PARTS:
            if self.tab.query_selector(f"#{part}"):
                self.tab.locator(f"#{part}").scroll_into_view_if_needed()
                self.tab.evaluate(f"document.getElementById('{part}').scrollIntoView()")
        if self.tab.locator("#map:not([open]) summary").count():
            self.tab.locator("#map summary").click()
        # On a phone's width the flow is left to its table.
        for chart in self.tab.locator(".chart:visible").all():
            chart.scroll_into_view_if_needed()
            chart.locator(".main-svg").first.wait_for()


@pytest.fixture
def visit(chromium, pages):
    opened = []

    def visiting(name="secret", **settings):
        opened.append(Visit(chromium, pages / f"{name}.html", **settings))
        return opened[-1]

    yield visiting
    for one in opened:
        one.context.close()


@pytest.mark.parametrize("name", ["secret", "open"])
def test_asks_for_nothing_and_complains_of_nothing(visit, name):
    one = visit(name)
    one.draw_everything()
    assert [] == one.said
    assert [one.tab.url] == [url for url in one.asked if not url.startswith(("data:", "blob:"))]


def test_a_click_on_a_sentence_shows_its_sources(visit):
    tab = visit().tab
    sentence = tab.locator(".sentence").first
    sentence.click()
    proof = tab.locator("#proof-0-0")
    assert proof.is_visible()
    assert "true" == sentence.get_attribute("aria-expanded")
    members = int(proof.locator("p").first.inner_text().split("＝")[1].split(" 人")[0])
    told = {line.split(" · ")[0] for line in proof.locator(".meta").all_inner_texts()}
    assert members <= len(told)
    assert all(one.startswith("成员") for one in told)


def test_another_sentence_closes_the_first(visit):
    tab = visit().tab
    tab.locator(".sentence").nth(0).click()
    tab.locator(".sentence").nth(5).click()
    assert 1 == tab.locator(".proof:visible").count()


def test_the_keyboard_opens_and_closes_a_sentence(visit):
    tab = visit().tab
    tab.locator(".sentence").first.focus()
    tab.keyboard.press("Enter")
    assert tab.locator("#proof-0-0").is_visible()
    tab.keyboard.press("Escape")
    assert not tab.locator("#proof-0-0").is_visible()


def test_search_finds_statements_with_all_words_and_marks_them(visit):
    tab = visit().tab
    everything = tab.locator("#count").inner_text()
    tab.keyboard.press("Control+/")
    tab.keyboard.type("群众 电话")
    tab.wait_for_function("before => document.getElementById('count').innerText !== before", arg=everything)
    texts = tab.locator("#list > li > p:first-child").all_inner_texts()
    rows = tab.locator("#list > li").all_inner_texts()
    assert rows
    assert f"{len(rows)} 条语句" == tab.locator("#count").inner_text()
    assert all("群众" in row and "电话" in row for row in rows)
    assert any("电话" in text for text in texts)
    assert {"群众", "电话"} >= set(tab.locator("#list mark").all_inner_texts())


def test_filters_work_together_and_are_cleared(visit):
    tab = visit().tab
    everything = tab.locator("#count").inner_text()
    tab.select_option("#f-kind", "理论武装")
    tab.select_option("#f-member", "成员04")
    rows = tab.locator("#list > li .meta").all_inner_texts()
    assert rows
    assert all("理论武装" in row and "成员04" in row for row in rows)
    tab.click("#clear")
    assert everything == tab.locator("#count").inner_text()


def test_filters_hold_for_the_map_too(visit):
    one = visit()
    one.draw_everything()
    count = "document.querySelectorAll('#chart-map .scatterlayer .point').length"
    everything = one.tab.evaluate(count)
    one.tab.select_option("#f-member", "成员04")
    one.tab.wait_for_function(f"{count} < {everything}")
    assert 0 < one.tab.evaluate(count)


def test_a_click_on_the_map_lists_the_statement(visit):
    one = visit()
    one.draw_everything()
    one.tab.locator("#chart-map").scroll_into_view_if_needed()
    point = one.tab.locator("#chart-map .scatterlayer .point").first.bounding_box()
    one.tab.mouse.move(point["x"] + point["width"] / 2, point["y"] + point["height"] / 2)
    one.tab.locator("#chart-map .hoverlayer .hovertext").first.wait_for()
    hovered = "".join(one.tab.locator("#chart-map .hovertext tspan").all_text_contents())
    one.tab.mouse.down()
    one.tab.mouse.up()
    one.tab.wait_for_function("document.getElementById('count').innerText.startsWith('图上选中的')")
    assert one.tab.locator("#list > li > p:first-child").first.inner_text()[:10] in hovered


def test_pages_of_the_list_follow_each_other(visit):
    tab = visit().tab
    first = tab.locator("#list > li").first.inner_text()
    assert tab.locator("#previous").is_disabled()
    tab.click("#next")
    assert first != tab.locator("#list > li").first.inner_text()
    tab.click("#previous")
    assert first == tab.locator("#list > li").first.inner_text()


def test_a_group_opens_its_statements(visit):
    tab = visit().tab
    group = tab.locator("details.group").first
    group.locator("summary").click()
    group.locator(".rows > li").first.wait_for()
    statements = int(group.locator(".numbers").inner_text().split("，")[1].split(" 条")[0])
    assert statements == group.locator(".rows > li").count()


def test_groups_are_searched(visit):
    tab = visit().tab
    tab.fill("#group-search", "学习")
    labels = [group.get_attribute("data-label") for group in tab.locator(".group:visible").all()]
    assert labels
    assert all("学习" in label for label in labels)
    assert f"{len(labels)} 个问题" == tab.locator("#group-count").inner_text()


def test_a_cell_of_doubt_lists_the_doubtful_statements(visit):
    tab = visit().tab
    cell = tab.locator(".cell[data-kind='不是问题'][data-second='理论武装']")
    cell.click()
    rows = tab.locator("#list > li .meta").all_inner_texts()
    assert int(cell.inner_text()) == len(rows) > 0
    assert all("也可能是理论武装" in row for row in rows)


def test_every_cell_of_doubt_counts_what_it_lists(visit):
    tab = visit().tab
    for cell in tab.locator(".cell").all():
        cell.click()
        assert tab.locator("#count").inner_text().endswith(f" {cell.inner_text()} 条语句")


def test_nothing_found_says_what_to_do(visit):
    tab = visit().tab
    tab.fill("#search", "没有这样的词句")
    tab.wait_for_function("document.getElementById('count').innerText === '0 条语句'")
    assert "清除筛选" in tab.locator("#list").inner_text()


def test_what_was_asked_for_is_in_view(visit):
    """On the screen of an office computer."""
    tab = visit(viewport={"width": 1366, "height": 768}, reduced_motion="reduce").tab
    tab.locator("#waiting-all").click()
    tab.wait_for_timeout(200)
    assert 768 > tab.locator("#list > li").nth(2).bounding_box()["y"]


def test_a_phone_scrolls_over_the_map(visit):
    tab = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).tab
    assert tab.locator("#map").get_attribute("open") is None
    tab.locator("#map summary").click()
    tab.locator("#chart-map .main-svg").first.wait_for()
    assert tab.evaluate("document.getElementById('chart-map').layout.dragmode") is False


def test_what_waits_is_listed(visit):
    tab = visit().tab
    waiting = tab.locator("#waiting-list > li").count()
    assert f"待人判断（{waiting} 条）" == tab.locator("#h-waiting").inner_text()
    tab.click("#waiting-all")
    assert f"{waiting} 条语句" == tab.locator("#count").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["secret", "open"])
def test_is_accessible_by_the_rules_of_wcag_aa(visit, name, scheme):
    one = visit(name, color_scheme=scheme)
    one.draw_everything()
    if name == "secret":
        one.tab.locator(".sentence").first.click()
        one.tab.locator("details.group summary").first.click()
        one.tab.locator("details.member summary").first.click()
    found = Axe().run(one.tab, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert [] == [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found.response["violations"]]


def test_the_button_changes_the_appearance(visit):
    tab = visit(color_scheme="light").tab
    background = "getComputedStyle(document.body).backgroundColor"
    light = tab.evaluate(background)
    tab.click("#theme")
    assert light == tab.evaluate(background)
    tab.click("#theme")
    assert light != tab.evaluate(background)
    assert "外观：深色" == tab.locator("#theme").inner_text()


@pytest.mark.parametrize("width", [360, 640, 1280])
@pytest.mark.parametrize("name", ["secret", "open"])
def test_nothing_is_cut_off_at_any_width(visit, name, width):
    """640 pixels are what is left of 1280 at 200 % zoom."""
    one = visit(name, viewport={"width": width, "height": 800})
    one.draw_everything()
    assert width >= one.tab.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("width", [390, 800, 1366, 1920])
def test_nothing_shows_beside_the_menu_while_scrolling(visit, width):
    one = visit(viewport={"width": width, "height": 800})
    one.draw_everything()
    one.tab.evaluate("document.getElementById('list').scrollIntoView()")
    covering = "x => document.elementFromPoint(x, 12).closest('nav') !== null"
    assert all(one.tab.evaluate(covering, x) for x in (*range(3, width - 20, 40), width - 20))


def test_a_phone_shows_the_whole_menu_and_says_where_a_table_goes_on(visit):
    tab = visit(viewport={"width": 390, "height": 800}).tab
    places = [link.bounding_box() for link in tab.locator("nav a").all()]
    assert all(place["x"] + place["width"] <= 390 for place in places)
    wider = tab.locator(".scroll.wider")
    wider.first.wait_for()
    assert "左右滑动" in wider.first.evaluate("host => getComputedStyle(host, '::before').content")
    captions = [caption.bounding_box() for caption in wider.locator("caption span").all()]
    assert all(place["x"] + place["width"] <= 390 for place in captions)


def test_a_table_that_fits_says_nothing(visit):
    one = visit(viewport={"width": 1366, "height": 800})
    one.draw_everything()
    assert 0 == one.tab.locator("#overview .scroll.wider").count()


@pytest.mark.parametrize("width", [390, 1366])
def test_the_hint_in_the_search_box_is_not_cut_off(visit, width):
    tab = visit(viewport={"width": width, "height": 800}).tab
    needed = """box => {
        const style = getComputedStyle(box), pen = document.createElement("canvas").getContext("2d");
        pen.font = style.font;
        return pen.measureText(box.placeholder).width + parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
    }"""
    for box in tab.locator("input[type=search]").all():
        assert box.evaluate(needed) < box.bounding_box()["width"]


def test_prints_the_draft_with_its_sources_on_paper(visit, tmp_path):
    import pypdfium2

    one = visit(color_scheme="dark")
    one.tab.wait_for_selector("html[data-printable=yes]")
    one.tab.pdf(path=tmp_path / "页.pdf", prefer_css_page_size=True)
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(tmp_path / "页.pdf")]
    text = "".join("".join(pages).split())
    draft = "".join(one.tab.locator(".official").first.inner_text().split())
    assert draft in text
    assert "各句的出处" in text
    # The last columns are on the paper.
    assert "另有待人判断（条）" in text
    sums = "".join(one.tab.locator("tr.total").last.text_content().split())
    assert sums.startswith("合计") and sums.endswith("483")
    assert sums in text
    assert "搜索" not in text
    widths = one.tab.evaluate("[...document.querySelectorAll('img.print-only')].map(image => image.naturalWidth)")
    assert 4 == sum(width > 0 for width in widths)


def test_without_scripts_the_draft_and_the_numbers_are_there(chromium, pages):
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((pages / "secret.html").as_uri())
    assert tab.locator(".official").first.is_visible()
    assert "483" in tab.locator(".cards").first.inner_text()
    assert "关闭了脚本" in tab.locator("main").inner_text()
    context.close()
