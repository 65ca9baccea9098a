"""Names made up at random, to stand in for those of the marked text, so that the tagger learns places and not names."""

import random
from collections import Counter
from dataclasses import dataclass, field

from nlp_kit.names import load_surnames
from nlp_kit.training.nametagger.odds import read_dictionary

# Given names of the young, and family names that are seldom met or words too.
_MODERN = "梓涵轩子宸沐诺一依欣怡浩宇博雨桐思睿佳琪嘉铭晨曦萱妍彤瑞泽楠可馨语"
_RARE = "仉亓扈苟牟滚石龙危毋佘鲜逄蔺查单区解仇朴盖召奚郄郗覃冼阚厍缪佟储"
_POSTS = (
    *(
        "书记",
        "副书记",
        "主任",
        "副主任",
        "科长",
        "副科长",
        "处长",
        "局长",
        "院长",
        "校长",
        "所长",
        "站长",
        "队长",
        "班长",
    ),
    *(
        "部长",
        "组长",
        "厂长",
        "经理",
        "总监",
        "总",
        "主席",
        "行长",
        "镇长",
        "乡长",
        "理事长",
        "支书",
        "村长",
        "庭长",
        "馆长",
    ),
    *(
        "会计",
        "出纳",
        "医生",
        "大夫",
        "护士",
        "老师",
        "教授",
        "师傅",
        "司机",
        "法官",
        "警官",
        "同学",
        "老板",
        "先生",
        "女士",
    ),
    *(
        "大哥",
        "大姐",
        "大爷",
        "大娘",
        "大妈",
        "大叔",
        "婶",
        "叔",
        "姐",
        "哥",
        "奶奶",
        "爷爷",
        "工",
        "同志",
        "嫂",
        "阿姨",
    ),
    *("工长", "教导员", "指导员", "律师", "技术员", "调度"),
)
# What makes the name of a place, and a firm, the name of an organisation.
_SEATS = ("县", "市", "区", "镇", "乡", "", "", "")
_KINDS = (
    *(
        "水务局",
        "林业局",
        "民政局",
        "公安局",
        "税务局",
        "气象局",
        "农业农村局",
        "司法所",
        "派出所",
        "税务所",
        "供电所",
        "人民法院",
    ),
    *(
        "检察院",
        "人民医院",
        "中心卫生院",
        "骨科医院",
        "第三小学",
        "中学",
        "职业学院",
        "理工学院",
        "国有林场",
        "热电厂",
        "钢铁厂",
    ),
    *(
        "服装厂",
        "电子配件厂",
        "洗煤厂",
        "自来水公司",
        "公共交通集团二分公司",
        "物业公司",
        "建设集团四公司",
        "医药有限公司",
    ),
    *(
        "律师事务所",
        "监理有限公司项目三部",
        "茶叶专业合作社",
        "供销合作社联合社",
        "农村商业银行营业部",
        "信用社",
        "支行",
        "邮政支局",
    ),
    *(
        "火锅城",
        "粮油店",
        "建材经营部",
        "二手车行",
        "物流车队",
        "养老服务中心",
        "社区居委会",
        "工务段",
        "煤矿综采二队",
        "水库管理所",
    ),
    *(
        "粮食储备库",
        "文化馆",
        "博物馆陈列部",
        "畜牧兽医站",
        "经济开发区管委会",
        "镇政府",
        "县委组织部",
        "街道办事处",
        "收费站",
    ),
)
_BRANCHES = (
    "",
    "",
    "",
    "党支部",
    "第一党支部",
    "机关党支部",
    "第二党小组",
    "党总支",
    "安全科",
    "财务科",
    "保卫处",
    "办公室",
)
_WORD_TAGS = frozenset({"n", "v", "a", "ad", "vn", "d", "nz", "t"})


@dataclass(slots=True)
class NameMaker:
    """Draws names.

    Args:
        rng: Source of chance.
    """

    rng: random.Random
    _words: list[str] = field(default_factory=list)
    _foreign: list[str] = field(default_factory=list)
    _places: list[str] = field(default_factory=list)
    _surnames: tuple[list[str], list[float]] = field(default_factory=lambda: ([], []))
    _given: tuple[list[str], list[float]] = field(default_factory=lambda: ([], []))
    _double: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Count the names in jieba's dictionary."""
        single, double = load_surnames()
        surnames, given = Counter[str](), Counter[str]()
        for word, frequency, tag in read_dictionary():
            if tag == "nr" and len(word) == 3 and word[0] in single:
                surnames[word[0]] += 1
                given.update(word[1:])
            elif tag in _WORD_TAGS and len(word) == 2 and word[0] in single and frequency > 20:
                self._words.append(word)
            elif tag == "nrt" and 3 <= len(word) <= 6:
                self._foreign.append(word)
            elif tag == "ns" and len(word) == 2:
                self._places.append(word)
        self._double = sorted(double)
        self._surnames = (sorted(single), [surnames[one] ** 0.6 + 3 for one in sorted(single)])
        self._given = (sorted(given), [given[one] ** 0.8 for one in sorted(given)])

    def full(self) -> str:
        """Return a whole name; one in seven is an everyday word, a few are written by sound."""
        chance = self.rng.random()
        if chance < 0.14:
            return self.rng.choice(self._words)
        if chance < 0.19:
            return self.rng.choice(self._foreign)
        if chance < 0.25:
            surname = self.rng.choice(self._double)
        elif chance < 0.31:
            surname = self.rng.choice(_RARE)
        else:
            surname = self.surname()
        length = 1 if self.rng.random() < 0.28 else 2
        if self.rng.random() < 0.12:
            return surname + "".join(self.rng.choices(_MODERN, k=length))
        return surname + "".join(self.rng.choices(*self._given, k=length))

    def surname(self) -> str:
        """Return a family name of one character."""
        return self.rng.choices(*self._surnames)[0]

    def addressed(self) -> tuple[str, str, str]:
        """Return what stands before a family name, the name, and what stands behind (老沈, 沈书记)."""
        chance = self.rng.random()
        surname = (
            self.rng.choice(self._double)
            if chance < 0.08
            else self.rng.choice(_RARE)
            if chance < 0.28
            else self.surname()
        )
        if self.rng.random() < 0.4:
            return self.rng.choice("老小老小阿"), surname, ""
        return "", surname, self.post()

    def post(self) -> str:
        """Return a post or a form of address."""
        return self.rng.choice(_POSTS)

    def place(self) -> str:
        """Return two characters as the name of a place or a firm."""
        if self.rng.random() < 0.3:
            return self.rng.choice(self._places)
        return "".join(self.rng.choices(*self._given, k=2))

    def unit(self) -> str:
        """Return the name of an organisation, perhaps of a branch of it."""
        return self.place() + "".join(self.rng.choice(parts) for parts in (_SEATS, _KINDS, _BRANCHES))
