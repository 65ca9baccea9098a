"""Posts that a passage claims for its writer: “作为支部书记，我…”, “我当班长以来…”, “我主持支委会时…”."""

import re

# How the words for posts end; what stands before is what the post is of (副站长, 值班主任, 轴套班班长).
_ENDINGS = (
    "书记|委员|主任|主席|班长|组长|队长|科长|股长|处长|局长|所长|站长|场长|厂长|院长|校长|馆长|园长|段长|船长|机长|车长|行长|社长|村长|"
    "部长|台长|庭长|政委|教导员|指导员|警长|警官|大副|二副|轮机长|水手长|护士长|主管|主编|编辑|经理|总监|厨师长|领班|工长|教练|"
    "会计|出纳|司机|驾驶员|医生|护士|教师|老师|班主任|辅导员|工程师|技术员|安全员|质检员|检验员|调度员|化验员|记者|律师|法官|检察官|"
    "干事|文员|保管员|采购员|销售员|业务员|客户经理|研究员|讲解员|管理员|联络员|组织员|纪检员"
)
_CLAIM = re.compile(
    rf"(?:作为|身为|我当(?:了)?|我任|我担任|担任|我是|我干)(?:一名|一个|本|咱们?|这个|支部的|支部)?"
    rf"([^，。；：、“”\s]{{0,8}}?(?:{_ENDINGS}))"
    rf"|(?:^|[，。；、“])当(?:了|上)?([^，。；：、“”\s]{{0,6}}?(?:{_ENDINGS}))(?=以来|后|时|[^，。；]{{0,4}}年|[，。；])"
)
# What only some post does.
_DUTIES = ((re.compile("我?(?:主持|召集)(?:支委会|支部大会|支部会|党员大会)"), "书记"),)
_ENDING = re.compile(f"(?:{_ENDINGS})$")


def claimed_posts(passage: str) -> list[tuple[str, str]]:
    """Return (the words of the claim, the post's last word) of every post that a passage claims for its writer."""
    found = [
        (match[0], post[0]) for match in _CLAIM.finditer(passage) if (post := _ENDING.search(match[1] or match[2]))
    ]
    return found + [(match[0], post) for duty, post in _DUTIES for match in duty.finditer(passage)]
