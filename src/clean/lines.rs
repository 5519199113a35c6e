//! Line breaks where the page had them and the text has none, and paragraphs where the page ran them together.
//!
//! Three forms: a page saved as one line, whose paragraphs are told apart by a space after the full stop; a text broken
//! at the width of its column, with a line end or, from OCR, a space at each break; a paragraph cut in two by a column or
//! picture. A break goes only where that is certain; columns that OCR has mixed cannot be sorted out, and stay broken.

use super::mapped::{Edit, MappedText};
use super::marks::{closes, divides_sentence, ends_sentence, han, has_mark, is_closed, is_han, lines};
use super::words;
use crate::model::Span;
use crate::rules::Lexicon;
use std::sync::LazyLock;

/// Words that ends of lines are known by.
static TAILS: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("lines.toml")).expect("a test reads the file"));

/// A line of so many Chinese characters holds several paragraphs, if spaces follow its full stops.
const PAGE_IN_A_LINE: usize = 200;

/// A heading in such a line is shorter than this.
const HEADING: usize = 40;

/// A text is broken by OCR if words stand across so many of its spaces, and across one in so many.
const BROKEN_WORDS: usize = 5;
const SPACES_PER_BROKEN_WORD: usize = 5;

/// A paragraph that was cut in two has at least so many characters before the cut.
const CUT: usize = 25;

/// Of so many lines one may be cut without a word that tells so. Articles of issues have at most one in five, pages
/// whose columns OCR has mixed more.
const LINES_PER_CUT: usize = 5;

/// The share of lines, in percent, that are as wide as the widest when a text is broken at the width of its column.
const FULL_LINES_PERCENT: usize = 45;

/// How far a full line may stay behind the widest, in columns: a mark or a word in Latin letters was carried over.
const RAGGED: usize = 4;

/// A paragraph broken at its lines' ends has at least so many lines, none longer than so many characters: columns of papers
/// have 12 to 30, mails and terminals up to 40.
const WRAPPED_LINES: usize = 3;
const WRAPPED_CHARS: usize = 42;

/// Of so many breaks in such a paragraph one cuts a word or stands before a figure.
const WRAPPED_PER_WORD: usize = 6;

/// Puts the breaks right. `is_heading` tells lines to which nothing is joined.
pub(super) fn mend(text: &mut MappedText, has_title: bool, is_heading: impl Fn(&str) -> bool) {
    split_pages_in_a_line(text);
    let broken = is_broken_by_ocr(text.text());
    if broken {
        close_spaces(text);
    }
    join(text, broken, has_title, is_heading);
}

/// `…产业升级。 筑巢引凤 做好服务 栽好梧桐树，引得凤凰来。 …`: a space after a full stop ends a paragraph, and what
/// stands between that space and the next without a mark is a heading.
fn split_pages_in_a_line(text: &mut MappedText) {
    let printed = text.text();
    let mut edits = Vec::new();
    for line in lines(printed).into_iter().filter(|line| han(line.of(printed)) >= PAGE_IN_A_LINE) {
        let shown = line.of(printed);
        let spaces: Vec<usize> = shown.match_indices(' ').map(|(at, _)| at).collect();
        let after_end = |at: usize| {
            let before = shown[..at].chars().rev().find(|c| !closes(*c));
            let next = shown[at + 1..].chars().next();
            before.is_some_and(ends_sentence) && next.is_some_and(|c| !c.is_ascii_lowercase() && !divides_sentence(c))
        };
        if spaces.iter().filter(|at| after_end(**at)).count() < 2 {
            continue;
        }
        let mut heading_may_follow = false;
        let mut start = 0;
        for at in spaces {
            let part = &shown[start..at];
            let is_heading = heading_may_follow
                && !part.chars().any(|c| ends_sentence(c) || matches!(c, ',' | '\u{FF0C}' | ';' | '\u{FF1B}'))
                && (2..HEADING).contains(&part.chars().count());
            if after_end(at) {
                edits.push(break_at(line.start + at));
                heading_may_follow = true;
            } else if is_heading {
                // A second part of the heading may follow: the break comes before the first long part.
                let rest = &shown[at + 1..];
                let next = rest.split(' ').next().unwrap_or(rest);
                let next_is_heading = next.chars().count() < HEADING
                    && !next.chars().any(|c| ends_sentence(c) || matches!(c, ',' | '\u{FF0C}' | ';' | '\u{FF1B}'))
                    && next.len() < rest.len();
                if !next_is_heading {
                    edits.push(break_at(line.start + at));
                    heading_may_follow = false;
                }
            } else {
                heading_may_follow = false;
            }
            start = at + 1;
        }
    }
    text.edit(edits);
}

fn break_at(at: usize) -> Edit {
    Edit::new(Span::new(at, at + 1), "\n", "line-break")
}

/// Whether spaces stand inside of words, as in `城市更新 行动全面铺开,绿地 面积增加`.
fn is_broken_by_ocr(text: &str) -> bool {
    let (mut spaces, mut broken) = (0, 0);
    for (at, _) in text.match_indices(' ').take(2_000) {
        let (left, right) = (&text[..at], &text[at + 1..]);
        let between = left.chars().next_back().is_some_and(is_han) && right.chars().next().is_some_and(is_han);
        if between {
            spaces += 1;
            broken += usize::from(words::join(left, right));
        }
    }
    broken >= BROKEN_WORDS && broken * SPACES_PER_BROKEN_WORD >= spaces
}

/// Takes out the spaces of a text broken by OCR. In a line without a mark a space may divide names: `邓公平 霍吕/文`.
fn close_spaces(text: &mut MappedText) {
    let printed = text.text();
    let mut edits = Vec::new();
    for line in lines(printed) {
        let shown = line.of(printed);
        for (at, _) in shown.match_indices(' ') {
            let (left, right) = (&shown[..at], &shown[at + 1..]);
            let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
            let is_list = shown.contains('/') && !has_mark(shown);
            let both_latin = latin(left.chars().next_back()) && latin(right.chars().next());
            let after_end = left.chars().rev().find(|c| !closes(*c)).is_some_and(ends_sentence);
            if both_latin || is_list {
                continue;
            }
            // A column's line rarely ends where a sentence does: there a paragraph ends.
            if after_end || is_closed(left) && right.chars().next().is_some_and(is_han) {
                edits.push(break_at(line.start + at));
            } else {
                edits.push(Edit::delete(Span::new(line.start + at, line.start + at + 1), "space"));
            }
        }
    }
    text.edit(edits);
}

/// Joins lines that the width of a column, or a picture between them, has broken.
fn join(text: &mut MappedText, broken: bool, has_title: bool, is_heading: impl Fn(&str) -> bool) {
    let printed = text.text();
    let lines = lines(printed);
    let full = full_width(printed, &lines);
    let wrapped = wrapped_blocks(printed, &lines);
    let (mut edits, mut likely) = (Vec::new(), Vec::new());
    for (index, pair) in lines.windows(2).enumerate().skip(usize::from(has_title)) {
        let (left, right) = (pair[0].of(printed), pair[1].of(printed));
        let edit = || Edit::new(Span::new(pair[0].end, pair[1].start), glue(left, right), "line-break");
        let is_row = left.contains('\t') || right.contains('\t');
        if is_row || is_closed(left) || is_heading(left) || is_heading(right) {
            continue;
        }
        let adjacent = !printed[pair[0].end..pair[1].start].trim_matches([' ', '\t']).contains("\n\n");
        let in_block = adjacent && wrapped[index] && wrapped[index + 1];
        let joins = if in_block || full.is_some_and(|full| adjacent && width(left) + RAGGED >= full) {
            !begins_paragraph(right)
        } else {
            let long = left.chars().count() >= CUT;
            let says = has_mark(left) || broken && left.chars().count() >= CUT / 2;
            let goes_on = says && !begins_paragraph(right) && (has_mark(right) || ends_as_sentence(right));
            // A word cut in two, or a line that ends in a word that only ever stands before others: 带来了 + 歌舞表演.
            let certain = || words::join(left, right) || TAILS.suffix_of("dangling", left).is_some();
            let caption = TAILS.suffix_of("caption", left).is_some();
            let goes_on = goes_on && !caption;
            let joins = goes_on && (certain() || long && left.ends_with([',', '\u{FF0C}']));
            if goes_on && !joins && long && !broken {
                likely.push(edit());
            }
            joins
        };
        if joins {
            edits.push(edit());
        }
    }
    // A cut or two are a page's columns; where every other line breaks off, columns are mixed and nothing fits.
    if likely.len() <= (lines.len() / LINES_PER_CUT).max(1) {
        edits.append(&mut likely);
    }
    text.edit(edits);
}

/// The ends of lines at which a sentence breaks off: long lines of text that no mark closes, before a line that begins no
/// paragraph. A list's entries have no marks in them, and a table's rows have cells.
pub(super) fn cuts(text: &str, stands_alone: impl Fn(&str) -> bool) -> Vec<usize> {
    let lines = lines(text);
    let breaks_off = |line: &str| {
        has_mark(line) && line.chars().count() >= CUT && !is_closed(line) && !line.contains('\t') && !stands_alone(line)
    };
    let goes_on = |line: &str| !begins_paragraph(line) && !stands_alone(line);
    let pairs = lines.windows(2).filter(|pair| breaks_off(pair[0].of(text)) && goes_on(pair[1].of(text)));
    pairs.map(|pair| pair[0].end).collect()
}

/// Which lines stand in a block that is one paragraph, broken at its lines' ends: no blank line in it, most lines break off in
/// the middle of a sentence, and the last ends one. A list's or a table's lines have no marks.
fn wrapped_blocks(text: &str, lines: &[Span]) -> Vec<bool> {
    let mut wrapped = vec![false; lines.len()];
    let mut start = 0;
    while start < lines.len() {
        let goes_on = |pair: &[Span]| text[pair[0].end..pair[1].start].matches('\n').count() == 1;
        let len = 1 + lines[start..].windows(2).take_while(|pair| goes_on(pair)).count();
        let block = &lines[start..start + len];
        let inner = &block[..len - 1];
        let count =
            |part: &[Span], holds: &dyn Fn(&str) -> bool| part.iter().filter(|line| holds(line.of(text))).count();
        // A word or a figure across a break shows that the lines follow each other: in columns that OCR has mixed none does.
        let runs_on = |pair: &[Span]| {
            let (left, right) = (pair[0].of(text), pair[1].of(text));
            let figure =
                right.starts_with(|c: char| c.is_ascii_digit()) && left.chars().next_back().is_some_and(is_han);
            words::join(left, right) || figure && !begins_paragraph(right)
        };
        wrapped[start..start + len].fill(
            len >= WRAPPED_LINES
                && count(block, &|line| line.chars().count() > WRAPPED_CHARS) == 0
                && 2 * count(inner, &|line| !is_closed(line)) > inner.len()
                && 3 * count(block, &has_mark) >= 2 * len
                && ends_as_sentence(block[len - 1].of(text))
                && WRAPPED_PER_WORD * block.windows(2).filter(|pair| runs_on(pair)).count() >= inner.len(),
        );
        start += len;
    }
    wrapped
}

/// Between Latin words a break was a space.
fn glue(left: &str, right: &str) -> &'static str {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    if latin(left.chars().next_back()) && latin(right.chars().next()) { " " } else { "" }
}

fn ends_as_sentence(line: &str) -> bool {
    line.chars().rev().find(|c| !closes(*c)).is_some_and(ends_sentence)
}

/// Whether a line begins as a paragraph or an entry of a list does, not as the rest of one.
fn begins_paragraph(line: &str) -> bool {
    let mut chars = line.chars();
    let Some(first) = chars.next() else { return true };
    // `1.新建公园` is an entry, `50.7%` the rest of a sentence.
    let behind = line.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix(['.', '\u{3001}', '\u{FF0E}']);
    let listed = first.is_ascii_digit() && behind.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
    let bracketed = matches!(first, '(' | '\u{FF08}')
        && line.char_indices().nth(3).is_some_and(|(at, _)| line[..at].ends_with([')', '\u{FF09}']));
    // 一、 to 十、.
    let numeral = matches!(
        first,
        '\u{4E00}'
            | '\u{4E8C}'
            | '\u{4E09}'
            | '\u{56DB}'
            | '\u{4E94}'
            | '\u{516D}'
            | '\u{4E03}'
            | '\u{516B}'
            | '\u{4E5D}'
            | '\u{5341}'
    );
    let numbered = chars.next().is_some_and(|c| c == '\u{3001}') && numeral;
    listed
        || bracketed
        || numbered
        || matches!(first, '#' | '\u{25CF}' | '\u{25A0}' | '\u{2022}' | '\u{2014}' | '-' | '*' | '\u{3010}' | '|')
}

/// The width of a column, if the text is broken at one: most lines are as wide as the widest and end without a mark.
fn full_width(text: &str, lines: &[Span]) -> Option<usize> {
    let mut widths: Vec<usize> = lines.iter().map(|line| width(line.of(text))).collect();
    if widths.len() < 6 {
        return None;
    }
    widths.sort_unstable();
    let widest = widths[widths.len() * 9 / 10];
    let full =
        lines.iter().filter(|line| width(line.of(text)) + RAGGED >= widest && width(line.of(text)) <= widest + RAGGED);
    let open = full.clone().filter(|line| !ends_as_sentence(line.of(text))).count();
    let full = full.count();
    let holds = (16..=160).contains(&widest) && full * 100 >= lines.len() * FULL_LINES_PERCENT && open * 2 >= full;
    // Cells of a table are as wide as each other, too, but hold no sentences.
    let marked = lines.iter().filter(|line| has_mark(line.of(text))).count();
    (holds && marked * 2 >= lines.len()).then_some(widest)
}

/// The columns of a line: two for each Chinese character or mark.
fn width(line: &str) -> usize {
    line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str) -> String {
        let mut text = MappedText::new(text);
        mend(&mut text, false, |line| line.starts_with('#'));
        text.text().to_owned()
    }

    #[test]
    fn a_page_in_a_line_gets_its_paragraphs_and_headings_back() {
        let long = "云溪区今年新建公园十座，新增绿地三十公顷，居民出门五分钟见绿".repeat(4);
        let page = format!("（记者 张三 李四）{long}。 {long}。 建设新城“洼地” 做好“引、育”服务 {long}。 {long}。");
        let expected =
            format!("（记者 张三 李四）{long}。\n{long}。\n建设新城“洼地” 做好“引、育”服务\n{long}。\n{long}。");

        assert_eq!(mended(&page), expected);
    }

    #[test]
    fn lines_broken_at_a_columns_width_are_joined() {
        let column = "云溪区今年新建公园十座，新增绿地三十\n公顷，居民出门五分钟就能见到绿色，生\n活环境不断改善。\n工程由区城管局组织实施，年底前全部完\n工，明年春天全部向市民开放，欢迎大家\n前来游玩。";

        assert_eq!(
            mended(column),
            "云溪区今年新建公园十座，新增绿地三十公顷，居民出门五分钟就能见到绿色，生活环境不断改善。\n工程由区城管局组织实施，年底前全部完工，明年春天全部向市民开放，欢迎大家前来游玩。"
        );
    }

    #[test]
    fn spaces_of_ocr_inside_of_words_are_closed() {
        let text = "筑牢重要生态屏 障，森林覆 盖率达到五成，空 气质量优良天 数增加，加快创 建国家公园城市，人民生 活改善。\n张三 李四/文";

        assert_eq!(
            mended(text),
            "筑牢重要生态屏障，森林覆盖率达到五成，空气质量优良天数增加，加快创建国家公园城市，人民生活改善。\n张三 李四/文"
        );
    }

    #[test]
    fn a_sentence_that_breaks_off_is_marked() {
        let text = "东岭、西川和河湾三个片区将各有分工，逐步形成配套齐全、产业\n人均公园绿地面积有所增加，空气质量保持良好。\n来源：云溪日报\n全文完。";
        let list = "东岭、西川和河湾三个片区将各有分工，逐步形成配套齐全的新城：\n一、产业\n二、居住";

        let ends: Vec<&str> = cuts(text, |_| false).into_iter().map(|at| &text[..at]).collect();

        assert_eq!(ends, [text.lines().next().unwrap()]);
        assert!(cuts(list, |_| false).is_empty());
        assert!(cuts(text, |line| line.starts_with("人均")).is_empty());
    }

    #[test]
    fn a_paragraph_cut_by_a_column_is_joined_but_never_with_a_heading() {
        let cut = "各方出席。\n东岭、西川和河湾三个片区将各有分工，逐步形成配套齐全、产业\n\n集聚、用地集约的新城。";
        let short = "活动现场，志愿者带来了\n歌舞表演，赢得掌声。";
        let word = "区长张三，区政\n协副主席李四出席。";
        let heading = "东岭、西川和河湾三个片区将各有分工，逐步形成配套齐全、产业\n# 集聚、用地集约，新城";

        assert_eq!(mended(cut), cut.replace("\n\n", ""));
        assert_eq!(mended(short), short.replace('\n', ""));
        assert_eq!(mended(word), word.replace('\n', ""));
        assert_eq!(mended(heading), heading);
    }

    #[test]
    fn a_paragraph_broken_at_ragged_ends_is_one() {
        let broken = "云溪区今年新建公园十座,全区森林覆盖率已有\n50.7%,居民出门见绿。空气质量\n优良天数一年达340天,在全市\n第一个做到。\n\n第二段。";

        let whole = broken.replace("有\n5", "有5").replace("量\n优", "量优").replace("市\n第", "市第");
        assert_eq!(mended(broken), whole);
    }

    #[test]
    fn columns_that_ocr_has_mixed_are_not_joined() {
        let mixed = "北碚区朝阳街道的居民老王，往日总在江边散步，同往常一\n现在的风貌焕然一新，老旧小区成了景点，赢得好评，群众改造\n多年来历经岁月洗礼，房屋陈旧，街面破损，基础设施不全，问题。";

        assert_eq!(mended(mixed), mixed);
    }

    #[test]
    fn paragraphs_lists_and_tables_stay() {
        for text in [
            "云溪区今年新建公园十座，新增绿地三十公顷，居民出门见绿。\n工程由区城管局实施。",
            "指标\n指标值\n增长\n地区生产总值\n100\n3.5\n第一产业\n20\n1.2",
            "云溪区今年重点抓好以下工作，新增绿地三十公顷，居民出门五分钟见绿\n1.新建公园，开放绿地。\n一、综合，增长。",
            "共建美丽家园 同享绿色生活",
            "突出重点，全力推进项目建设\n云溪区今年新建公园十座，新增绿地三十公顷。",
            "图为工人在云溪产业园的车间里作业，产品远销海外二十国。李四摄\n云溪区今年新建公园十座，新增绿地三十公顷。",
        ] {
            assert_eq!(mended(text), text);
        }
    }
}
