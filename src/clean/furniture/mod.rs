//! What of a page is no article: trails of links, switches, share buttons, fine print, hotlines, lists of other pages.
//!
//! Most of it may only go where no body of text follows: `主办：云溪区人民政府` under an article is the page's host, in an
//! article about a fair it is a fact.

use super::mapped::{Edit, MappedText};
use super::marks::{closes, ends_sentence, han, has_mark, is_han, lines, whole_line};
use crate::model::Span;
use crate::rules::{Family, Policy};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

static FURNITURE: LazyLock<Family> =
    LazyLock::new(|| Family::embedded("furniture", include_str!("lexicon.toml"), include_str!("rules.toml")));

/// So many different words of fine print, one of them of the page itself (`本网`), make a line fine print; one (`转载`)
/// may be news.
const LEGAL_WORDS: usize = 2;

/// So many different words of a call make a line a call: 扫描 + 二维码 + 下载.
const PROMOTION_WORDS: usize = 3;

/// A call to install something is short; an article about one is not.
const PROMOTION_CHARS: usize = 120;

/// Furniture but fine print is short, 140 Chinese characters at most; rules read no longer lines.
const LINE_BYTES: usize = 420;

/// The page's end may hold at most one part in so many of its text, or it is not the end. Fine print is not counted.
const TAIL_PART: usize = 6;

/// A list of other things at a page's end has at least so many entries.
const LIST_ENTRIES: usize = 3;

/// The share of a list's pairs of characters that an article speaks of, in percent. A list that belongs to its article
/// (documents, prizes) shares half and more; the lists of advertisements seen share less than a quarter.
const LIST_SHARED_PERCENT: usize = 35;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Body,
    Line,
    Closing,
    Tail,
    Beside,
}

/// What a line of masthead tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Credit {
    /// Who wrote or edited the article.
    Person,
    /// Who published it, or when.
    Source,
    /// Neither: how often it was read, what its picture is called.
    Other,
}

/// Takes the furniture out. `credit` tells the lines that are the article's own masthead: at its end they stay, among what goes.
pub(super) fn take_out(text: &mut MappedText, credit: impl Fn(&str) -> Option<Credit>) {
    let printed = text.text();
    let lines = lines(printed);
    let roles: Vec<Role> = lines.iter().map(|line| role(line.of(printed))).collect();
    let end = end_of_body(printed, &lines, &roles, |line| credit(line).is_some());
    let mut edits = Vec::new();
    // A list of other pages names their sources and days, so only right behind the text these are the article's own.
    let mut right_behind = true;
    for (index, (line, role)) in lines.iter().zip(&roles).enumerate() {
        if index >= end {
            let told = credit(line.of(printed));
            let stays = told == Some(Credit::Person) || right_behind && told == Some(Credit::Source);
            right_behind &= told.is_some();
            if !stays {
                edits.push(Edit::delete(whole_line(printed, *line), "boilerplate"));
            }
        } else if *role == Role::Line {
            edits.push(Edit::delete(whole_line(printed, *line), "boilerplate"));
        } else {
            let shown = line.of(printed);
            let shown = fine_print_behind(shown).map_or(shown, |at| &shown[..at]);
            let kept = shown.trim_end_matches([' ', '|', '\u{FF5C}']).len();
            edits.push(Edit::delete(Span::new(line.start + kept, line.end), "boilerplate"));
        }
    }
    text.edit(edits);
}

/// Where the fine print begins on a line that holds a whole article: behind its last sentence.
fn fine_print_behind(line: &str) -> Option<usize> {
    if line.len() <= LINE_BYTES {
        return None;
    }
    let (last, mark) = line.char_indices().rev().find(|(_, c)| ends_sentence(*c))?;
    let sentences = last + mark.len_utf8();
    let (body, rest) = line
        .split_at(sentences + line[sentences..].chars().take_while(|c| closes(*c)).map(char::len_utf8).sum::<usize>());
    let own = |part: &str| !FURNITURE.lexicon.find("legal_own", part).is_empty();
    (own(rest) && !own(body) && rest.len() * TAIL_PART < body.len()).then_some(body.len())
}

fn role(line: &str) -> Role {
    let line = fine_print_behind(line).map_or(line, |at| &line[..at]);
    let words = |class: &str| FURNITURE.lexicon.find(class, line);
    let own = words("legal_own").len();
    if line.len() > LINE_BYTES {
        let head = line.trim_start_matches(|c: char| !is_han(c));
        let is_notice = line.len() - head.len() <= 6 && FURNITURE.lexicon.prefix_of("notice_head", head).is_some();
        return match (own, is_notice) {
            (1.., true) => Role::Closing,
            (1.., false) if own + words("legal").len() >= LEGAL_WORDS => Role::Tail,
            _ => Role::Body,
        };
    }
    let tape = FURNITURE.tape(line, Span::new(0, line.len()), &[]);
    let hits = FURNITURE.find(&tape, Policy::All);
    let has = |role: &str| hits.iter().any(|hit| hit.sets("role") == Some(role));
    let different = |class: &str| {
        let found = FURNITURE.lexicon.find(class, line).into_iter();
        found.map(|word| word.entry.forms[0].as_str()).collect::<BTreeSet<_>>().len()
    };
    let is_call = || line.chars().count() <= PROMOTION_CHARS && different("promotion") >= PROMOTION_WORDS;
    if has("line") {
        Role::Line
    } else if has("closing") {
        Role::Closing
    } else if has("tail") || own > 0 && own + words("legal").len() >= LEGAL_WORDS || is_call() {
        Role::Tail
    } else if has("beside") {
        Role::Beside
    } else {
        Role::Body
    }
}

/// The index of the first line that belongs to the page's end.
fn end_of_body(text: &str, lines: &[Span], roles: &[Role], is_metadata: impl Fn(&str) -> bool) -> usize {
    let weight = |index: usize| {
        let line = lines[index].of(text);
        let is_body = roles[index] == Role::Body && has_mark(line) && line.chars().any(ends_sentence);
        if is_body && !is_metadata(line) { han(line) } else { 0 }
    };
    let weights: Vec<usize> = (0..lines.len()).map(weight).collect();
    let all: usize = weights.iter().sum();
    let mut after = 0;
    let mut end = lines.len();
    let mut closing = None;
    for index in (0..lines.len()).rev() {
        after += weights[index];
        // Below a heading like 相关阅读 stand the beginnings of other articles: some text may follow it.
        if roles[index] == Role::Closing && after * TAIL_PART < all {
            closing = Some(index);
        }
        let opens = || matches!(roles[index], Role::Closing | Role::Tail) || is_metadata(lines[index].of(text));
        if after == 0 && all > 0 && opens() {
            end = index;
        }
    }
    end = end.min(closing.unwrap_or(end));
    // What stands before the end's first line of furniture and is no text of the article: link words, a mast.
    let is_told = end < lines.len();
    while end > 0 && roles[end - 1] != Role::Body && (is_told || roles[end - 1] != Role::Beside) {
        end -= 1;
    }
    list_of_other_things(text, &lines[..end]).unwrap_or(end)
}

/// The beginning of a numbered list at the end that speaks of other things than the article.
fn list_of_other_things(text: &str, lines: &[Span]) -> Option<usize> {
    let numbered = |line: &str| {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        let mark = rest.chars().next();
        rest.len() < line.len()
            && mark.is_some_and(|c| matches!(c, '\u{3001}' | '.' | '\u{FF0E}' | ')'))
            && !line.chars().any(|c| ends_sentence(c) || c == '\u{FF1B}')
    };
    let first = lines.iter().rposition(|line| !numbered(line.of(text)))? + 1;
    // `附件：`, `获奖名单` and `名单如下：` head a list of the article's own.
    let headed = !lines[first - 1].of(text).chars().rev().find(|c| !closes(*c)).is_some_and(ends_sentence);
    if lines.len() - first < LIST_ENTRIES || headed {
        return None;
    }
    let body: BTreeSet<(char, char)> = lines[..first].iter().flat_map(|line| pairs(line.of(text))).collect();
    let mut counted: BTreeMap<(char, char), usize> = BTreeMap::new();
    for line in &lines[first..] {
        for pair in pairs(line.of(text)).collect::<BTreeSet<_>>() {
            *counted.entry(pair).or_default() += 1;
        }
    }
    let shared = counted.keys().filter(|pair| body.contains(pair)).count();
    (shared * 100 < counted.len() * LIST_SHARED_PERCENT).then_some(first)
}

fn pairs(line: &str) -> impl Iterator<Item = (char, char)> + '_ {
    let next = line.chars().skip(1);
    line.chars().zip(next).filter(|(a, b)| is_han(*a) && is_han(*b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::corpus::{Reading, verify};

    const BODY: &str = "云溪区今年新建公园十座，新增绿地三十公顷，居民出门五分钟就能见到绿色。\n工程由区城管局组织实施，年底前全部完工。\n";

    fn taken_out(page: &str) -> String {
        let mut text = MappedText::new(page);
        take_out(&mut text, |_| None);
        text.text().to_owned()
    }

    #[test]
    fn the_examples_hold() {
        let result = verify(&FURNITURE, include_str!("examples.toml"), |line, _| {
            let tape = FURNITURE.tape(line, Span::new(0, line.len()), &[]);
            let hits = FURNITURE.find(&tape, Policy::Longest);
            hits.iter().map(|hit| Reading::new(hit.span, &hit.rule.name, [])).collect()
        });

        assert_eq!(result, Ok(()));
    }

    #[test]
    fn fine_print_goes_and_the_article_stays() {
        let page = format!(
            "首页 > 新闻 > 正文\n{BODY}【版权声明】本网所载作品，版权归原作者所有。\n未经授权，不得转载。\n主办：云溪区人民政府\n"
        );

        assert_eq!(taken_out(&page), BODY);
    }

    #[test]
    fn a_host_of_what_the_article_tells_of_stays() {
        let above = format!("主办单位：云溪区人民政府\n{BODY}");
        let below = format!("{BODY}主办单位：云溪区人民政府\n承办单位：云溪区城管局\n");

        assert_eq!(taken_out(&above), above);
        assert_eq!(taken_out(&below), below);
        assert_eq!(taken_out(&format!("{below}技术支持：云溪科技公司\n")), BODY);
    }

    #[test]
    fn an_article_about_rights_or_apps_keeps_its_end() {
        let rights = format!("{BODY}加大版权保护力度，严厉打击侵权行为，完善授权机制。\n");
        let list = format!("{BODY}获奖名单\n1、张三\n2、李四\n3、王五\n");

        assert_eq!(taken_out(&rights), rights);
        assert_eq!(taken_out(&list), list);
    }

    #[test]
    fn a_list_of_other_things_goes_and_the_articles_own_stays() {
        let others = "1、第三届水泵行业优秀厂商评选\n2、第四届阀门行业优秀厂商评选\n3、第五届电缆行业优秀厂商评选\n";
        let own = "1、云溪区新建公园名单\n2、云溪区新增绿地名单\n3、工程实施完工名单\n";

        assert_eq!(taken_out(&format!("{BODY}{others}")), BODY);
        assert_eq!(taken_out(&format!("{BODY}{own}")), format!("{BODY}{own}"));
    }

    #[test]
    fn fine_print_behind_an_article_of_one_line_goes_and_the_article_stays() {
        let article = "云溪区新桥昨日通车，全长三公里，双向四车道，是东西两岸的第三座桥。".repeat(6);
        let page = format!("{article} | 云溪网出品 未经本网授权不得转载 | 网站地图");

        assert_eq!(taken_out(&page).trim(), article);
    }

    #[test]
    fn a_page_of_furniture_alone_leaves_nothing() {
        assert_eq!(taken_out("分享\n关闭\n|\n网站地图\n").trim(), "");
    }
}
