"""Invented names of persons and employers; any likeness to real ones is chance."""

import random
from dataclasses import dataclass
from typing import Final

_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_RARE_SURNAMES: Final = ("欧阳", "司徒", "上官", "诸葛", "仝", "亓", "逄", "䶮", "禤", "揭")
_MEN: Final = "伟强磊军勇杰涛明超辉刚健波斌宇浩凯鹏建国志文俊峰海龙飞平东华德永庆祥锋林亮荣新"
_WOMEN: Final = "芳娜敏静丽艳娟霞秀兰玲燕红梅洁莉萍雪琳晶妍茜倩婷慧颖佳怡欣悦蓉薇菲岚凤英玉珍"
_EITHER: Final = "文晓思雨天子云安宁乐嘉诚若心一清和逸书言"
_RARE: Final = "镕喆堃玥珺祎垚犇㛃𬭚𠮷赟翀湉珝昇燚𬍛𫖯䴖"
_LONG: Final = (
    "阿依古丽·买买提江",
    "迪丽娜尔·阿卜杜热依木",
    "次仁卓玛",
    "巴特尔·苏和",
)

_BRANDS: Final = "华岚云桥启澜东篱恒岳青禾昭明海晏木棉星野远帆瑞和金穗南屏百川鼎新嘉禾盛原宏宇凌波"
_INDUSTRIES: Final = (
    ("精密机械有限公司", 2),
    ("电子科技有限公司", 1),
    ("信息技术股份有限公司", 1),
    ("餐饮管理有限公司", 1),
    ("建筑工程有限公司", 3),
    ("物流运输有限公司", 2),
    ("家具制造有限公司", 2),
    ("服装织造厂", 2),
    ("商贸有限公司", 1),
    ("物业服务有限公司", 1),
    ("五金塑胶制品厂", 2),
    ("医疗器械有限公司", 1),
    ("教育咨询有限公司", 1),
    ("食品有限公司", 2),
    ("环保工程有限责任公司", 3),
)
LONG_EMPLOYER: Final = (
    "示例市粤桥湾区新型城镇化与产业融合发展促进中心（示例市公共就业服务外包项目管理办公室）"
)
_FIRST_EMPLOYERS: Final = (
    ("示例市华岚精密机械有限公司", 2),
    ("示例市启澜信息技术股份有限公司", 1),
    (LONG_EMPLOYER, 1),
    ("示例市恒岳建筑工程有限公司", 3),
    ("示例市东篱餐饮管理有限公司", 1),
    ("示例市海晏港口物流集团股份有限公司", 2),
    ("示例市木棉服装织造厂（普通合伙）", 2),
    ("示例市人力资源服务外包有限公司云桥分公司", 1),
)


@dataclass(frozen=True, slots=True)
class EmployerName:
    """A name and the class of its industry for line 410."""

    text: str
    industry: int


def person_name(rng: random.Random, sex: str) -> str:
    """A name in the mixture of a real hall: mostly three characters, some two, a few rare."""
    if rng.random() < 0.01:
        return rng.choice(_LONG)
    surname = rng.choice(_RARE_SURNAMES) if rng.random() < 0.02 else _weighted(rng, _SURNAMES)
    pool = (_MEN if sex == "1" else _WOMEN) + _EITHER
    given = rng.choice(_RARE) if rng.random() < 0.04 else rng.choice(pool)
    if rng.random() < 0.82:
        given = rng.choice(pool) + given
    return surname + given


def employer_name(rng: random.Random, place: int) -> EmployerName:
    """The first few are fixed, so that the demonstration can speak of them."""
    if place < len(_FIRST_EMPLOYERS):
        return EmployerName(*_FIRST_EMPLOYERS[place])
    brand = rng.choice(_BRANDS) + rng.choice(_BRANDS)
    kind, industry = rng.choice(_INDUSTRIES)
    return EmployerName(f"示例市{brand}{kind}", industry)


def _weighted(rng: random.Random, ordered: str) -> str:
    """Earlier ones more often, as surnames are spread."""
    return ordered[int(len(ordered) * rng.random() ** 2)]
