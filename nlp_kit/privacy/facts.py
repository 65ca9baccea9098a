"""Facts that point to a person: birth dates, exact dates, sums of money, addresses."""

import re
from collections.abc import Iterator

from nlp_kit.privacy.finding import HALF_WIDTH, Finding

_CN = "〇零一二三四五六七八九十"
_YEAR = rf"(?:(?:19|20)\d\d|[{_CN}]{{4}}|[{_CN}]{{2}}|\d\d)"
_MONTH = rf"闰?(?:\d{{1,2}}|[{_CN}]{{1,3}}|正|元|腊|冬|臘)"
_DAY = rf"(?:\d{{1,2}}|[{_CN}廿]{{1,3}}|初[{_CN}]|廿[{_CN}])"
_DATE = rf"(?:(?:{_YEAR}\s*年|去年|今年|前年)\s*)?{_MONTH}\s*月\s*{_DAY}\s*(?:[日号號]|(?<=初.)|(?<=[腊正元冬臘]月..))"
_DOTTED = r"(?:(?:19|20)\d\d\s*[-./]\s*\d{1,2}\s*[-./]\s*\d{1,2}|(?<!\d)\d\d\.(?:1[0-2]|[1-9])\.(?:[12]\d|3[01]|[1-9]))"
_FULL = re.compile(rf"(?<![\d.])(?:{_DATE}|{_DOTTED}(?![\d.]))")
# Year by the sixty-year cycle: 辛丑年.
_CYCLE = "[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]"
_LUNAR = re.compile(
    rf"(?:(?:{_YEAR}年|{_CYCLE}年|去年|今年|前年)\s*)?(?:[农藏]历)?闰?(?:正|元|腊|冬|臘|[{_CN}]{{1,2}})月"
    rf"(?:初[{_CN}]|廿[{_CN}]|[一二]?十[{_CN}]?)(?![{_CN}几年月个日号])"
)
_NEAR_MONTH = re.compile(r"(?:[上下这]个?|[本当])月\s*\d{1,2}[日号號]")
# The second day of 9月13日到24日.
_UNTIL = re.compile(r"(?<=[日号][到至—~-])\d{1,2}[日号]")
_BIRTH = (
    rf"(?:{_DATE}|{_YEAR}年{_MONTH}月\d{{1,2}}|{_DOTTED}"
    rf"|{_YEAR}\s*年\s*{_MONTH}\s*月(?!\s*\d)|(?:19|20)\d\d\s*[-./]\s*\d{{1,2}})"
)
# A year in which a member may have been born: 1986, 一九八六, 八六.
_OF_BIRTH = rf"(?:19\d\d|200\d|一九[{_CN[:10]}]{{2}}|二〇〇[{_CN[:10]}]|[四五六七八九零〇][{_CN[:10]}])"
_BORN = (
    re.compile(rf"({_BIRTH})\s*(?:出)?生(?![产活病态意怕])"),
    re.compile(
        rf"(?:生于|生於|出生(?:年月日?|日期|时间)?|生日)(?:是不是|是|为|在|于)?[\s:：\t]*(农历{_BIRTH}|{_BIRTH}|{_MONTH}月\d{{1,2}})"
    ),
    # 1936年腊月初八的生日。
    re.compile(rf"({_YEAR}年{_MONTH}月(?:初[{_CN}]|廿[{_CN}]|[{_CN}]{{2,3}}|{_DAY}[日号]))的?生日"),
    # 我是八零年三月的。
    re.compile(rf"(?<=[是我他她])({_OF_BIRTH}年{_MONTH}月)的(?=[，。；！？、了\n]|$)"),
    # 张某	男	1988-10; 女，彝族，1969年冬月.
    re.compile(
        rf"[男女][\s，,、]+(?:[\u4e00-\u9fff]{{1,3}}族[\s，,、]+)?({_BIRTH}|{_OF_BIRTH}(?:0[1-9]|1[0-2])(?!\d))"
    ),
)
# History, and days that everybody keeps.
_PUBLIC_DAY = re.compile(
    r"1[89][0-4]\d年|[^日]*日(?=[^，。]{0,4}(?:建党|建军|国庆|纪念日|青年节|劳动节|宪法日|学雷锋|读书日|环境日|禁毒日|安全教育日|公祭日|烈士纪念)|，?[^，。；]{0,4}(?:[一二三]中全会|[七八九十]大))"
)
# A day in a table's cell or at the start of a line.
_DAY_CELL = re.compile(r"(?<![^\t\n—])(?:1[0-2]|[1-9])/(?:[12]\d|3[01]|[1-9])(?=[\t催报交]|[ \u3000][\u4e00-\u9fff])")
# A column of birth dates in a table.
_BIRTH_CELL = re.compile(rf"(?<=\t)(?:{_OF_BIRTH}|[4-9]\d)\s*[年.]\s*{_MONTH}\s*月?(?=[\t\n])")

_MONEY_CN = "零一二两三四五六七八九十百千万半"
_FORMAL = "零壹贰叁肆伍陆柒捌玖拾佰仟万"
_MONEY = re.compile(
    rf"(?<![\d.])\d[\d,]*(?:\.\d+)?\s*[多来]?(?:元|块\d?|圆|￥)(?!/)(?:钱|整)?"
    rf"|[{_MONEY_CN}]*[{_MONEY_CN[1:12]}][{_MONEY_CN}]*[多来]?[万千百]?(?:元|块)(?:钱|[{_CN}]毛?|\d)?"
    rf"|(?<![\d.])\d[\d,]*(?:\.\d+)?\s*[万千]\d?(?:元|块)?(?:钱)?(?![\d人斤亩户次个条份米里字吨瓦公多])"
    rf"|[￥¥]\s?\d[\d,]*(?:\.\d+)?|[{_FORMAL}]{{2,}}(?:元|圆|块)?整?|[{_CN}]+美?元整?"
)
# Spoken sums: no unit stands behind, and nothing that would be counted.
_SPOKEN = re.compile(
    rf"[一二两三四五六七八九十]+多?[万千百][{_MONEY_CN}来多]*(?:块|毛)?(?=[，。；、）)！？\t\n说都买没是我他她的呢吧]|$)"
    r"|(?<=红包)\d+(?:\.\d+)?|(?:(?<=奖金)|(?<=押金)|(?<=租金每月)|(?<=每人)|(?<=每月)|(?<=每天)|(?<=慰问)|(?<=欠)|(?<=罚)|(?<=扣)|(?<=赢过)|(?<=转账)|(?<=培训费))"
    r"\d{2,6}(?:\.\d+)?(?=[，。；、）)\t\n])"
)
_OF_UNIT = re.compile(
    "人口|血压|人数|人次|粉丝|播放|点击|浏览|阅读|字数|写了|产值|收入|营收|利润|投资|资金|经费|预算|标准|补贴|每亩|每吨|人均|单价|票价|党费|售价|价格|房价|定价|存款|贷款余额"
    "|销售额|成本|造价|总价|合同额|支出|收费|定额|规定|单程|往返|应收|实收|每本|火化|寄存|每年$|不超过|—$|每[人户斤月天吨]$"
)
_OF_PERSON = re.compile(
    "[我他她]|本人|随礼|充值|挣|份子|首付|凑|差|捐|慰问|买|卖|折价|值|合|赌|输|赢|交|押|饭|酒|烟|红包|礼|报销|借|欠|送|收|罚|赔|垫"
    "|还|退|请客|工资|奖金|补助款|补偿|给|花|付|转|打到|扣|领|了|共|租|发|过|油|拿|掏|出"
)
# What follows where a number is no sum, or a limit.
_NO_SUM = ("度", "克", "/人", "以上", "以下", "以内")
# What a sum of money behind its own is for.
_FOR_PERSON = re.compile("红包|礼|卡|押金|罚款|饭|烟|酒|份子|补交|没还|信封|收|青苗钱|我|都")

_HAN = r"[\u4e00-\u9fff]"
_NUM = rf"(?:甲|乙|附)?(?:\d{{1,4}}|[{_CN}]{{1,4}})(?:-\d{{1,4}}){{0,3}}"
_REGION = (
    rf"(?:{_HAN}{{2,5}}(?:省|自治区))?(?:{_HAN}{{2,6}}(?:市|州|盟))?(?:{_HAN}{{1,6}}(?:区|县|旗|區|縣))?"
    rf"(?:{_HAN}{{1,6}}(?:镇|乡|街道|鎮|鄉|农场|林场))?"
)
_STREET = rf"{_HAN}{{1,8}}(?:大道|大街|胡同|弄堂|[路街巷弄条])(?:[东南西北中]段)?"
_ESTATE = (
    rf"{_HAN}{{0,10}}(?:小区|家属院|家属楼|家属区|家园|花园|公寓|宿舍|新村|大院|名邸|庄园|新居|干休所|苑|院|(?<!月)里|府|城)"
    rf"(?:[{_CN}\d]期)?(?:[东南西北A-Z]区)?"
)
_BUILDING = (
    r"(?:(?:[A-Za-z]|甲|乙|[东南西北前后]|\d{1,4}|[一二三四五六七八九十]{1,3})"
    r"(?:号楼|#楼|号院|号|栋|幢|座|梯|排|门|院|楼|层|单元|棟|號|室|户|区))"
)
_ROOM = r"(?:\d{1,4}(?:-\d{1,4}){0,3}(?:室|号|户)?|[东南西北]户|[左右]手|阁楼|後座|[东南西北]门)"
_RURAL = (
    rf"{_HAN}{{1,8}}(?:自然村|村|社区|屯|寨|庄|坪|湾|沟)(?:第?[{_CN}\d]{{1,3}}(?:组|社|队|屯)|{_HAN}{{1,3}}[组屯社])?"
)
_LANDMARK = (
    rf"(?:{_HAN}{{0,8}}(?:东头|西头|南头|北头|桥头|路口|对面|旁边?|北侧|南侧|东侧|西侧|下头|楼上|后院|边)"
    rf"{_HAN}{{0,6}}(?:第?[{_CN}]{{1,2}}(?:家|户|间)|\d+号|楼上|头)?)"
)
_ADDRESSES = (
    re.compile(
        rf"{_REGION}(?:{_STREET}|{_RURAL})\s*(?:{_NUM}\s*(?:号院|号(?!楼)|弄|巷|號|院))+(?:附\d+号?)?(?:{_ESTATE})?{_BUILDING}*{_ROOM}?"
    ),
    re.compile(
        rf"{_REGION}(?:{_STREET}(?:{_NUM}号)?)?{_ESTATE}(?:{_BUILDING}+{_ROOM}?|\d{{1,4}}(?:-\d{{1,4}}){{1,3}}(?:号|室)?)"
    ),
    re.compile(rf"{_REGION}{_RURAL}(?:{_NUM}(?:组|社|队|屯)|(?<=[组社]))(?:{_NUM}号)?{_LANDMARK}?"),
    re.compile(rf"(?<!{_HAN}){_HAN}{{1,6}}(?:镇|乡|鎮|鄉){_HAN}{{1,5}}(?:组|屯|社)(?!{_HAN}?[织员长])"),
    re.compile(rf"{_HAN}{{0,4}}{_BUILDING}{{2,}}{_ROOM}?"),
    re.compile(rf"{_HAN}{{2,8}}\d{{1,4}}(?:栋|幢|座)(?:{_BUILDING}*{_ROOM}?)?"),
)
_NUMBERED = re.compile(
    rf"(?:\d|[{_CN}甲乙A-Z])\s*(?:号|弄|栋|幢|单元|室|组|社|號|棟|户|座|排|队)|\d{{3,4}}$|\d-\d|[组社屯]|第.[家户间]"
)
# What stands before the first word of an address and is none of it.
_LEADING = re.compile(
    "^(?:.*(?:住在|家住|住址|地址|住到|搬到|位于|送到|寄到|跑到|走到|到了|家在|父母在|亲家在|住|在|到|去|从|是|和(?![平谐睦])|与|了|往|为|叫|找|对|把|就))(?=.{4,})"
)
_NO_ADDRESS = re.compile("会议室|机组|闸门|学习小组|党小组|巡检|文件|班组|小组$|工作组|检查组|督查组|一组|项目组")


def find_facts(text: str) -> Iterator[Finding]:
    """Yield birth dates, exact dates, sums of money and addresses in a text."""
    plain = text.translate(HALF_WIDTH)
    for born in _BORN:
        yield from (Finding(match.start(1), match.end(1), "birth_date") for match in born.finditer(plain))
    if "出生" in plain:
        yield from (Finding(match.start(), match.end(), "birth_date") for match in _BIRTH_CELL.finditer(plain))
    for pattern in (_LUNAR, _FULL, _NEAR_MONTH, _UNTIL, _DAY_CELL):
        for match in pattern.finditer(plain):
            if not _PUBLIC_DAY.match(plain, match.start()):
                yield Finding(match.start(), match.end(), "date")
    yield from _amounts(plain)
    yield from _addresses(plain)


def _amounts(plain: str) -> Iterator[Finding]:
    for pattern in (_MONEY, _SPOKEN):
        for match in pattern.finditer(plain):
            clause = re.split("[。；！？\n]", plain[max(match.start() - 30, 0) : match.start()])[-1]
            nearest = re.split("[，\t]", clause)[-1]
            after = re.split("[。；！？\n，]", plain[match.end() : match.end() + 10])[0]
            if (
                _OF_UNIT.search(nearest)
                or match.group() in ("一块", "两块")
                or after.startswith(("度", "克", "/人", "以上", "以下", "以内"))
            ):
                continue
            if _OF_PERSON.search(clause) or _FOR_PERSON.search(after):
                yield Finding(match.start(), match.end(), "amount")


def _addresses(plain: str) -> Iterator[Finding]:
    for pattern in _ADDRESSES:
        for match in pattern.finditer(plain):
            lead = _LEADING.match(match.group())
            words = match.group()[lead.end() if lead else 0 :]
            around = plain[match.start() : match.end() + 3]
            if _NUMBERED.search(words) and not _NO_ADDRESS.search(around):
                yield Finding(match.end() - len(words), match.end(), "address")
