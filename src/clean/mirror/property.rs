//! The property: reading what a mirror made of a text gives what reading the text itself gives. Where it does not,
//! U+FFFD stands; nothing is wrong and unmarked.

#[path = "../../../tests/common/mangle.rs"]
mod mangle;

use super::*;
use unicode_normalization::UnicodeNormalization;

/// A small linear congruential generator: the same texts in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

const PLACES: &str = "全区 全市 重庆 四川 北京 上海 江北区 云阳县 东部新区 中心城区 长江沿岸 三峡库区 城乡 各镇街 西部地区 园区 开发区 村社 学校 医院 车站 广场 山区 平原 湖边";
const WHO: &str = "区政府 市发展改革委 农业农村委 税务局 大学 研究院 企业 居民 农户 志愿者 设计师 专家团队 党员干部 医生们 同学们 劳动者 审计部门 铁路公司 银行 协会 执法队 工程师 艺术家 老人们 记者";
const DOES: &str = "推进 建设 完成 启动 发布 举办 优化 开展 实现 创建 改造 扩大 制定 签订 验收 升级 整治 规划 引进 培育 保护 修复 宣传 调查 维护 评选 设置 开通 监督 奖励 转让 拆除 统计 关闭 办理";
const WHAT: &str = "高速铁路 产业园 营商环境 生态环境 乡村振兴 老旧小区 公共服务 医疗保险 职业教育 绿色发展 数字经济 创新平台 轨道交通 文化遗产 养老机构 饮用水源 图书馆 运动场 森林资源 财政预算 制造业 贸易合作 电动汽车 人才队伍 劳动关系 网络安全 农产品 湿地公园 科学技术 传统村落 民营经济 社会保障 垃圾分类 节能减排 检验检测 旅游线路 粮食储备 风险隐患 审批程序 税收优惠";
const HOW: &str = "全面 积极 稳步 持续 加快 共同 联合 顺利 认真 严格 进一步 首次 已经 将 正在 陆续 按时 主动 深入 集中";
const ENDS: &str = "效果显著 得到群众好评 为发展增添动力 成为新亮点 带动就业 让生活更加美好 质量明显提高 占比逐年上升 居全市前列 达到国家标准 解决了实际问题 受到广泛关注 创造了良好条件 变化很大 风景优美 收入稳定增长 树立了榜样 发挥了重要作用 难题得到解决 经验值得学习 纪录不断刷新 压力有所减轻";

fn words(list: &str) -> Vec<&str> {
    list.split(' ').collect()
}

/// The common characters, from the dictionary's frequencies.
fn common() -> Vec<char> {
    let rows = include_str!("pairs.txt").lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| {
        let mut chars = row.chars();
        let (c, frequency) = (chars.next()?, chars.next()?);
        (frequency >= 'q').then_some(c)
    })
    .collect()
}

fn sentence(dice: &mut Dice, common: &[char]) -> String {
    let [places, who, does, what, how, ends] = [PLACES, WHO, DOES, WHAT, HOW, ENDS].map(words);
    let mut text = String::new();
    match dice.below(6) {
        0 => text += &format!("{}{}，", dice.pick(&places), dice.pick(&ends)),
        1 => text += &format!("“{}{}”", dice.pick(&does), dice.pick(&what)),
        2 => text += &format!("在{}，", dice.pick(&places)),
        3 => text += &format!("{}、{}和", dice.pick(&who), dice.pick(&who)),
        4 => text += &format!("{}年，", 1990 + dice.below(40)),
        _ => {}
    }
    text += &format!("{}{}{}{}", dice.pick(&who), dice.pick(&how), dice.pick(&does), dice.pick(&what));
    match dice.below(6) {
        0 => text += &format!("、{}", dice.pick(&what)),
        1 => text += &format!("{}个，同比增长{}.{}%", dice.below(900), dice.below(40), dice.below(10)),
        2 => text += &format!("；{}", dice.pick(&ends)),
        3 => text.extend((0..dice.below(4)).map(|_| common[dice.below(common.len())])),
        4 => text += &format!("，{}{}{}", dice.pick(&how), dice.pick(&does), dice.pick(&what)),
        _ => {}
    }
    format!("{text}，{}{}", dice.pick(&ends), dice.pick(&["。", "。", "。", "！", "；"]))
}

fn text(dice: &mut Dice, common: &[char]) -> String {
    let mut text = String::new();
    for _ in 0..=dice.below(4) {
        text += &sentence(dice, common);
        text += dice.pick(&["", "", "\n"]);
    }
    text.trim_end().to_owned()
}

/// The simplified text, as far as it is compared.
fn read(printed: &str) -> String {
    let mut text = MappedText::new(printed);
    undo(&mut text);
    script::simplified(text.text()).nfkc().filter(|c| !c.is_whitespace()).collect()
}

/// Whether the text is what was read, save where it is marked.
fn agrees(read: &str, text: &str) -> bool {
    let pattern: Vec<String> = read.split('\u{FFFD}').map(regex::escape).collect();
    regex::Regex::new(&format!("^{}$", pattern.join("(?:.{0,40})"))).is_ok_and(|pattern| pattern.is_match(text))
}

#[derive(Debug, Default)]
struct Tally {
    straddles: usize,
    marked: usize,
    wrong: Vec<String>,
}

fn tally(count: usize, seed: u64, has: &dyn Fn(char) -> bool) -> Tally {
    let common = common();
    let mut dice = Dice(seed);
    let mut tally = Tally::default();
    for _ in 0..count {
        let text = text(&mut dice, &common);
        let held = mangle::traditional(&text);
        let printed: String =
            held.split('\n').map(|line| mangle::mangle_held(line, has)).collect::<Vec<_>>().join("\n");
        let expected: String = script::simplified(&held).nfkc().filter(|c| !c.is_whitespace()).collect();
        let found = read(&printed);
        let straddles = printed.match_indices('?').filter(|(at, _)| readings::closed(&printed[at + 1..]).is_some());
        tally.straddles += straddles.count();
        let marked = found.matches('\u{FFFD}').count();
        tally.marked += marked;
        if !agrees(&found, &expected) {
            tally.wrong.push(format!("{printed}\n   {found}\n   {expected}"));
        }
    }
    tally
}

#[test]
fn a_mangled_text_reads_as_the_text_itself() {
    let tally = tally(10_000, 7, &|_| true);

    println!("{} straddles, {} marked, {} wrong", tally.straddles, tally.marked, tally.wrong.len());
    assert_eq!(tally.wrong, Vec::<String>::new());
    assert!(tally.straddles > 30_000, "{}", tally.straddles);
    assert!(tally.marked * 100 <= tally.straddles, "{} of {}", tally.marked, tally.straddles);
}

/// With fewer readings a run out of step goes on longer, and swallows a digit or the end of the line more often: that is
/// lost for good.
#[test]
fn a_text_mangled_by_a_smaller_table_is_read_or_marked() {
    let tally = tally(2_500, 11, &|c| u32::from(c) % 3 == 0);

    println!("{} straddles, {} marked, {} wrong", tally.straddles, tally.marked, tally.wrong.len());
    assert_eq!(tally.wrong, Vec::<String>::new());
    assert!(tally.marked * 100 <= tally.straddles * 3, "{} of {}", tally.marked, tally.straddles);
}
