//! Title, publisher, date, authors and editor, from what stands around an article: `来源：云溪日报 2020-05-14`,
//! `本报讯（记者 张三）`, `［责任编辑：李四］`. Where two places tell, the one nearer to the headline counts.

use super::furniture::Credit;
use super::marks::{closes, divides_sentence, han, is_han, lines};
use super::words;
use crate::model::{PartialDate, Span};
use crate::rules::{Family, Hit, Policy};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::LazyLock;

static MASTHEAD: LazyLock<Family> =
    LazyLock::new(|| Family::embedded("masthead", include_str!("lexicon.toml"), include_str!("rules.toml")));

/// Mastheads are short lines, 160 Chinese characters at most; rules run over no longer ones, except for reporters at a
/// report's head.
const LINE_BYTES: usize = 480;

/// How much of a long line is read for reporters: `华龙网9月23日10时30分讯（记者 …）`.
const HEAD_BYTES: usize = 240;

/// The longest headline seen has 60 characters, with its series and its shoulder.
const TITLE_CHARS: usize = 80;

/// The longest names of publishers are those of several bodies in one.
const NAME_CHARS: usize = 40;

/// How many lines' fields are kept: those of the longest issue, in a few megabytes.
const KEPT_LINES: usize = 4_096;

/// What a masthead is sure not to leave of its line: more than a stray word.
const RESIDUE_CHARS: usize = 2;

/// What stands around an article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Masthead {
    pub(super) publisher: Option<String>,
    pub(super) published: Option<PartialDate>,
    pub(super) authors: Vec<String>,
    pub(super) editor: Option<String>,
}

/// One field that a line gives.
#[derive(Debug, Clone)]
struct Field {
    span: Span,
    rule: String,
    kind: String,
    inline: bool,
    name: Option<String>,
    names: Vec<String>,
    date: Option<PartialDate>,
}

/// Reads the masthead from all lines of a page, furniture included: fine print names the publisher.
pub(super) fn read(text: &str) -> Masthead {
    let mut found = Masthead::default();
    let mut dates: Vec<(u8, PartialDate)> = Vec::new();
    let mut publishers: Vec<(u8, String)> = Vec::new();
    let mut issuers: Vec<String> = Vec::new();
    for line in lines(text) {
        let line = line.of(text);
        let own_line = is_metadata(line);
        let mut issuer = None;
        for field in fields(line).iter().cloned() {
            match field.kind.as_str() {
                "published" => dates.extend(field.date.map(|date| (0, date))),
                "timestamp" => dates.extend(field.date.map(|date| (1, date))),
                "dateline" => {
                    dates.extend(field.date.map(|date| (2, date)));
                    // Who issues a document stands right above its day, under the title or at the end.
                    if !issuers.is_empty() {
                        publishers.push((1, issuers.join("\u{3001}")));
                    }
                }
                "picture" => dates.extend(field.date.filter(|date| tells_day(text, *date)).map(|date| (4, date))),
                "publisher" => {
                    dates.extend(field.date.map(|date| (3, date)));
                    let sure = if own_line { 0 } else { 2 };
                    publishers.extend(field.name.map(|name| (sure, name)));
                }
                "agency" => publishers.extend(field.name.map(|name| (2, name))),
                "owner" => publishers.extend(field.name.map(|name| (3, name))),
                "issuer" => issuer = field.name,
                "editor" if found.editor.is_none() => found.editor = joined(&field.names),
                "author" => {
                    for name in field.names {
                        if !found.authors.contains(&name) {
                            found.authors.push(name);
                        }
                    }
                }
                _ => {}
            }
        }
        match issuer {
            Some(name) => issuers.push(name),
            None => issuers.clear(),
        }
    }
    // `min_by_key` gives the first of equals: the one nearer to the headline.
    found.published = dates.into_iter().min_by_key(|(rank, _)| *rank).map(|(_, date)| date);
    found.publisher = publishers.into_iter().min_by_key(|(rank, _)| *rank).map(|(_, name)| name);
    found
}

/// The labels that stand before a field.
const LABELS: [&str; 6] =
    ["source_label", "date_label", "author_label", "editor_label", "reporter_label", "other_label"];

/// A line with labels has no more characters.
const LABELLED: usize = 80;

/// Whether a line ends with a label whose field is yet to come: `来源：`.
pub(super) fn is_open_label(line: &str) -> bool {
    let Some(label) = line.trim_end().strip_suffix([':', '\u{FF1A}']) else { return false };
    label.chars().count() <= LABELLED / 2
        && LABELS.iter().any(|class| MASTHEAD.lexicon.suffix_of(class, label.trim_end()).is_some())
}

/// A line of a masthead with white space before each label: `2020-05-14来源：云溪网作者：张三`.
pub(super) fn apart(line: &str) -> String {
    let mut borders: Vec<usize> = Vec::new();
    if line.chars().count() <= LABELLED {
        for class in ["source_label", "author_label", "editor_label"] {
            for found in MASTHEAD.lexicon.find(class, line) {
                let after = line[found.span.end..].trim_start();
                if found.span.start > 0 && after.starts_with([':', '\u{FF1A}']) {
                    borders.push(found.span.start);
                }
            }
        }
    }
    borders.sort_unstable();
    let mut text = String::with_capacity(line.len() + borders.len());
    let mut at = 0;
    for border in borders {
        let before = line[at..border].chars().next_back();
        text.push_str(&line[at..border]);
        // 本文来源 is one label, and brackets open before one.
        let within = before.is_none_or(|c| c == '\u{672C}' || !(c.is_alphanumeric() || c == ')' || c == '\u{FF09}'));
        let in_label = LABELS.iter().any(|class| {
            let label = line[border..].split([':', '\u{FF1A}']).next().unwrap_or_default();
            before.is_some_and(|c| {
                MASTHEAD.lexicon.suffix_of(class, &format!("{c}{label}")).is_some_and(|(_, form)| form.starts_with(c))
            })
        });
        if !within && !in_label {
            text.push(' ');
        }
        at = border;
    }
    text.push_str(&line[at..]);
    text
}

/// The name of a publisher that markup gives: without its label, and none that says nothing (`网络`).
pub(super) fn publisher(given: &str) -> Option<String> {
    let given =
        given.split_once([':', '\u{FF1A}']).filter(|(label, _)| is_label(label)).map_or(given, |(_, name)| name);
    let name = given.split(['\t', '|', '\u{FF5C}']).next().unwrap_or_default().trim();
    let says = says_something(name) && MASTHEAD.lexicon.get("no_name", name).is_none();
    let is_name = name.chars().all(|c| {
        c.is_alphanumeric()
            || " \u{B7}-\u{2014}\u{300A}\u{300B}()\u{FF08}\u{FF09}\u{3001}\u{201C}\u{201D}[]&/".contains(c)
    });
    (says && is_name && name.chars().count() <= NAME_CHARS).then(|| name.to_owned())
}

/// Whether a publisher's name is more than a word for any (`网络`) or a stray letter.
fn says_something(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphabetic).count();
    (han(name) >= 2 || letters >= 3 && !name.contains('/')) && MASTHEAD.lexicon.get("no_publisher", name).is_none()
}

/// Whether a line is the name of a medium and nothing else, as it stands beside the day under a headline.
pub(super) fn is_outlet(line: &str) -> bool {
    let line = line.trim();
    let lexicon = &MASTHEAD.lexicon;
    (2..=14).contains(&line.chars().count())
        && line.chars().all(char::is_alphanumeric)
        && (lexicon.get("agency", line).is_some() || lexicon.suffix_of("outlet_ending", line).is_some())
}

/// Whether a line begins with a label of the masthead and its colon.
pub(super) fn begins_with_label(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '[' | '(' | '\u{3010}' | '\u{FF08}'));
    line.split_once([':', '\u{FF1A}']).is_some_and(|(label, _)| is_label(label))
}

fn is_label(text: &str) -> bool {
    LABELS.iter().any(|class| MASTHEAD.lexicon.get(class, text.trim()).is_some())
}

/// The editor that markup gives.
pub(super) fn editor(given: &str) -> Option<String> {
    let given =
        given.split_once([':', '\u{FF1A}']).filter(|(label, _)| is_label(label)).map_or(given, |(_, name)| name);
    joined(&editors(given))
}

/// The editors of a list: behind their label any name counts, a pen name too.
fn editors(list: &str) -> Vec<String> {
    let known = persons(list);
    if !known.is_empty() {
        return known;
    }
    let lexicon = &MASTHEAD.lexicon;
    let mut names = list.split(|c: char| c.is_whitespace() || divides_sentence(c)).filter(|name| !name.is_empty());
    let is_name = |name: &&str| {
        (2..=5).contains(&name.chars().count())
            && han(name) == name.chars().count()
            && lexicon.find("no_name", name).is_empty()
            && ["body_ending", "outlet_ending", "site_ending"]
                .iter()
                .all(|class| lexicon.suffix_of(class, name).is_none())
            && !is_label(name)
    };
    names.next().filter(is_name).map(str::to_owned).into_iter().collect()
}

/// Whether a line is nothing but masthead.
pub(super) fn is_metadata(line: &str) -> bool {
    if line.len() > LINE_BYTES {
        return false;
    }
    let fields = fields(line);
    let mut rest = String::new();
    let mut at = 0;
    // Reporters in brackets are a line's masthead only where they are all of it.
    let counts = |field: &&Field| !field.inline || field.rule == "reporter" && field.span.len() == line.len();
    let mut spans: Vec<Span> = fields.iter().filter(counts).map(|field| field.span).collect();
    spans.sort_unstable();
    // A dateline stays in the text of a communiqué: it says when the figures were issued.
    if spans.is_empty() || fields.iter().any(|field| field.kind == "dateline" && line.contains(['(', '\u{FF08}'])) {
        return false;
    }
    for span in spans {
        if span.start > at {
            rest.push_str(&line[at..span.start]);
        }
        at = at.max(span.end);
    }
    rest.push_str(&line[at..]);
    rest.chars().filter(|c| is_han(*c) || c.is_ascii_alphanumeric()).count() <= RESIDUE_CHARS
}

/// What a line tells of its article, if it is nothing but masthead.
pub(super) fn credit(line: &str) -> Option<Credit> {
    if !is_metadata(line) {
        return None;
    }
    let fields = fields(line);
    let tells =
        |kinds: &[&str]| fields.iter().any(|field| kinds.contains(&field.kind.as_str()) && field.rule != "folio");
    Some(if tells(&["editor", "author"]) {
        Credit::Person
    } else if tells(&["published", "timestamp", "dateline", "publisher"]) {
        Credit::Source
    } else {
        Credit::Other
    })
}

/// Whether a line right under a headline is its author's name alone: `彭国川`.
pub(super) fn is_name_alone(line: &str) -> bool {
    let line = line.replace(' ', "");
    (2..=3).contains(&line.chars().count())
        && han(&line) == line.chars().count()
        && MASTHEAD.lexicon.prefix_of("surname", &line).is_some()
        && !words::is_word(&line)
}

/// Whether a line is the name of the site above its page: `云溪区人民政府网`.
pub(super) fn is_site(line: &str) -> bool {
    (4..=16).contains(&line.chars().count())
        && han(line) == line.chars().count()
        && MASTHEAD.lexicon.suffix_of("site_ending", line).is_some()
}

/// Whether a line can be a headline: short, no sentence.
pub(super) fn is_title(line: &str) -> bool {
    if line.len() > 4 * TITLE_CHARS {
        return false;
    }
    let chars = line.chars().count();
    let last = line.chars().rev().find(|c| !closes(*c));
    let ends_badly = last.is_none_or(|c| divides_sentence(c) || c == '\u{3002}' || c == '\u{2014}');
    let commas = line.chars().filter(|c| matches!(c, ',' | '\u{FF0C}' | '\u{FF1B}' | ';')).count();
    (4..=TITLE_CHARS).contains(&chars)
        && han(line) >= 4
        && !ends_badly
        && commas <= 1
        && !line.contains('\u{3002}')
        && !is_metadata(line)
        && !begins_report(line)
}

/// Whether a line begins as reports do, with medium, day or reporters: `本报讯（记者 张三）昨日，…`.
pub(super) fn begins_report(line: &str) -> bool {
    let head = head(line);
    let begins = |field: &Field| {
        matches!(field.rule.as_str(), "report" | "wire")
            || field.rule == "reporter" && field.span.start <= head.len() / 2
    };
    fields(head).iter().any(begins)
}

/// The month of an issue: its reports name days of one month, and somewhere a day of that month with its year.
pub(super) fn month_of_issue(text: &str) -> Option<PartialDate> {
    static DAY: LazyLock<regex::Regex> = LazyLock::new(|| {
        regex::Regex::new(r"(?:((?:19|20)\d\d)\x{5E74})?(\d{1,2})\x{6708}\d{1,2}\x{65E5}")
            .expect("the pattern is fixed")
    });
    let leads = lines(text).into_iter().map(|line| line.of(text)).filter(|line| begins_report(line));
    let lead_months = leads.filter_map(|line| DAY.captures(line)?.get(2)?.as_str().parse::<i8>().ok());
    let mut months: Vec<i8> = lead_months.collect();
    months.sort_unstable();
    months.dedup();
    let [month] = months[..] else { return None };
    let mut years: Vec<i16> = DAY
        .captures_iter(text)
        .filter(|day| day[2].parse() == Ok(month))
        .filter_map(|day| day.get(1)?.as_str().parse().ok())
        .collect();
    years.sort_unstable();
    years.dedup();
    let [year] = years[..] else { return None };
    PartialDate::month(year, month)
}

/// Whether the text tells of that day: `8月28日`.
fn tells_day(text: &str, date: PartialDate) -> bool {
    let PartialDate::Day(day) = date else { return false };
    text.contains(&format!("{}\u{6708}{}\u{65E5}", day.month(), day.day()))
}

/// As much of a line as is read of a long one.
fn head(line: &str) -> &str {
    let end = (0..=HEAD_BYTES.min(line.len())).rev().find(|at| line.is_char_boundary(*at));
    &line[..end.unwrap_or(0)]
}

/// What was found in a line, or in the head of one that is cut.
type Found = FxHashMap<(String, bool), Rc<[Field]>>;

/// The fields of a line. The steps of `clean` ask for the same lines again and again, so what was found is kept for a while.
fn fields(line: &str) -> Rc<[Field]> {
    thread_local! {
        static FOUND: RefCell<Found> = RefCell::default();
    }
    let cut = line.len() > LINE_BYTES;
    let end = if cut { head(line).len() } else { line.len() };
    // Of a long line only the head is read.
    let key = (line[..end].to_owned(), cut);
    FOUND.with_borrow_mut(|found| {
        if let Some(fields) = found.get(&key) {
            return Rc::clone(fields);
        }
        if found.len() >= KEPT_LINES {
            found.clear();
        }
        let fields: Rc<[Field]> = find(&line[..end], cut).into();
        found.insert(key, Rc::clone(&fields));
        fields
    })
}

/// The fields of a line, or of the head of one that is cut.
fn find(line: &str, cut: bool) -> Vec<Field> {
    if !may_tell(line, cut) {
        return Vec::new();
    }
    let tape = MASTHEAD.tape(line, Span::new(0, line.len()), &[]);
    let hits = MASTHEAD.find(&tape, Policy::All);
    let hits =
        hits.iter().filter(|hit| !cut || matches!(hit.sets("field"), Some("author" | "publisher" | "head" | "agency")));
    // 记者 张三 摄 is the caption of a picture.
    let takes_pictures =
        |field: &Field| field.rule == "byline" && MASTHEAD.lexicon.suffix_of("picture_word", line.trim_end()).is_some();
    let named = |field: &Field| {
        !matches!(field.kind.as_str(), "author" | "editor") || !field.names.is_empty() && !takes_pictures(field)
    };
    hits.map(|hit| field(hit, line)).filter(named).collect()
}

/// Whether a line has anything that a rule begins with: most lines of a text have not, and cost no more than a look.
fn may_tell(line: &str, cut: bool) -> bool {
    static SIGNS: LazyLock<regex::RegexSet> = LazyLock::new(|| {
        let labelled = "[:\u{FF1A}]";
        let date = r"(?:19|20)[0-9][0-9]\s*[-/.\x{5E74}]";
        let owner = r"(?i:copyright|all rights)|\x{A9}|\x{7248}\x{6743}\x{6240}\x{6709}";
        // 编辑|张三, 【文/观察者专栏作者 李四】, 专栏作者 王五
        let stroke = r"\p{Han}\s*[|\x{FF5C}\x{4E28}/\x{FF0F}]\s*\p{Han}|\x{4F5C}\x{8005}\s+\p{Han}";
        let other = r"[/\x{FF0F}]\s*\x{6587}|\.(?i:jpe?g|png|gif|webp)$|[0-9]\s*\p{Han}*(?:\x{8BC4}\x{8BBA}|\x{53C2}\x{4E0E}|\x{6D4F}\x{89C8}|\x{9605}\x{8BFB})";
        regex::RegexSet::new([labelled, date, owner, stroke, other]).expect("the patterns are fixed")
    });
    let reports = || {
        let lexicon = &MASTHEAD.lexicon;
        !lexicon.find("reporter_label", line).is_empty()
            || ["report_head", "agency"].iter().any(|class| lexicon.prefix_of(class, line).is_some())
    };
    let issues = || line.len() <= 80 && MASTHEAD.lexicon.suffix_of("body_ending", line.trim_end()).is_some();
    if cut {
        return reports() || !MASTHEAD.lexicon.find("source_label", line).is_empty();
    }
    SIGNS.is_match(line) || reports() || issues()
}

fn field(hit: &Hit<'_>, line: &str) -> Field {
    let number = |name: &str| hit.text(name, line).and_then(|digits| digits.parse::<i16>().ok());
    let small = |name: &str| number(name).and_then(|number| i8::try_from(number).ok());
    let date = match (number("year"), small("month"), small("day")) {
        (Some(year), Some(month), Some(day)) => PartialDate::day(year, month, day),
        _ => None,
    };
    let name = hit.text("name", line).map(|name| name.trim_matches(['-', '\u{2014}', ' ']).to_owned());
    Field {
        span: hit.span,
        rule: hit.rule.name.clone(),
        kind: hit.sets("field").unwrap_or_default().to_owned(),
        inline: hit.sets("inline") == Some("true"),
        name: name.filter(|name| says_something(name) && name.chars().count() <= NAME_CHARS),
        names: hit
            .text("names", line)
            .map(if hit.sets("field") == Some("editor") { editors } else { persons })
            .unwrap_or_default(),
        date,
    }
}

/// The persons of a list: `张三 李 四、通讯员 王五` is 张三, 李四, 王五.
pub(super) fn persons(list: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut half: Option<&str> = None;
    for token in list.split(|c: char| c.is_whitespace() || divides_sentence(c)).filter(|token| !token.is_empty()) {
        let lexicon = &MASTHEAD.lexicon;
        let labels =
            ["no_name", "reporter_label", "editor_label", "author_label", "source_label", "date_label", "other_label"];
        if labels.iter().any(|class| lexicon.get(class, token).is_some()) {
            half = None;
            continue;
        }
        let named = lexicon.prefix_of("surname", token).is_some();
        match (token.chars().count(), half.take()) {
            // A name of two characters is often printed with a space in it.
            (1, Some(first)) => names.push(format!("{first}{token}")),
            (1, None) if named => half = Some(token),
            (2..=4, _) if (named || token.contains('\u{B7}')) && lexicon.find("office", token).is_empty() => {
                names.push(token.to_owned());
            }
            _ => {}
        }
    }
    names
}

fn joined(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| names.join("\u{3001}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::corpus::{Reading, verify};

    #[test]
    fn the_examples_hold() {
        let result = verify(&MASTHEAD, include_str!("examples.toml"), |line, _| {
            let mut fields = fields(line).to_vec();
            fields.sort_by_key(|field| (field.span.start, std::cmp::Reverse(field.span.end)));
            let mut end = 0;
            fields.retain(|field| {
                field.span.start >= end && {
                    end = field.span.end;
                    true
                }
            });
            let value = |field: &Field| match (field.date, &field.name) {
                (Some(date), _) => date.to_string(),
                (None, Some(name)) => name.clone(),
                (None, None) => field.names.join(" "),
            };
            let reading = |field: &Field| {
                Reading::new(field.span, &field.rule, [("field", field.kind.clone()), ("value", value(field))])
            };
            fields.iter().map(reading).collect()
        });

        assert_eq!(result, Ok(()));
    }

    #[test]
    fn a_page_tells_who_when_and_by_whom() {
        let masthead = read(
            "新桥昨日通车\n2020-05-14 09:57:02 来源：云溪日报 责任编辑：李四\n本报讯（记者 张三 王 五）昨日，新桥通车。\n",
        );

        assert_eq!(masthead.publisher.as_deref(), Some("云溪日报"));
        assert_eq!(masthead.published.unwrap().to_string(), "2020-05-14");
        assert_eq!(masthead.authors, ["张三", "王五"]);
        assert_eq!(masthead.editor.as_deref(), Some("李四"));
    }

    #[test]
    fn a_communique_is_published_by_who_issued_it() {
        let masthead = read(
            "2012年云溪市统计公报\n云溪市统计局\n国家统计局云溪调查队\n（2013年3月20日）\n2012年，全市经济增长。\n",
        );

        assert_eq!(masthead.publisher.as_deref(), Some("云溪市统计局、国家统计局云溪调查队"));
        assert_eq!(masthead.published.unwrap().to_string(), "2013-03-20");
    }

    #[test]
    fn a_notice_is_published_by_who_signed_it() {
        let masthead = read("关于开放公园的通知\n现将有关事项通知如下。\n云溪区城市管理局\n2020年5月14日\n");

        assert_eq!(masthead.publisher.as_deref(), Some("云溪区城市管理局"));
        assert_eq!(masthead.published.unwrap().to_string(), "2020-05-14");
    }

    #[test]
    fn a_picture_tells_the_year_of_a_day_that_the_text_names() {
        assert_eq!(
            read("1月2日，新桥通车。\n微信图片_20240102131549.jpg\n").published.unwrap().to_string(),
            "2024-01-02"
        );
        assert_eq!(read("新桥通车。\n微信图片_20240102131549.jpg\n").published, None);
    }

    #[test]
    fn a_date_in_a_sentence_is_not_the_articles() {
        assert_eq!(read("2013年3月20日，新桥通车。\n下一段2013年3月21日。\n"), Masthead::default());
    }

    #[test]
    fn an_issue_has_the_month_of_its_days_if_one_has_a_year() {
        let issue =
            "本报讯（记者 张三）3月4日，新桥通车。\n本报讯（记者 李四）3月1日，公园开放。\n2024年3月5日是学雷锋日。\n";

        assert_eq!(month_of_issue(issue).unwrap().to_string(), "2024-03");
        assert_eq!(month_of_issue("本报讯（记者 张三）3月4日，新桥通车。\n"), None);
    }

    #[test]
    fn reporters_alone_on_a_line_are_masthead_and_in_a_sentence_are_not() {
        assert!(is_metadata("（记者 张三）") && is_metadata("2020-05-14 09:57 云溪发布"));
        assert!(!is_metadata("本报讯（记者 张三）昨日，新桥通车。") && !is_metadata("新华社云溪5月6日电"));
    }

    #[test]
    fn a_headline_is_no_sentence() {
        assert!(is_title("云溪区：打造“一心四片” 建设新城") && is_title("推介会在云溪举行！"));
        for line in
            ["新桥通车。", "来源：云溪日报", "会上，他说，要加快，要落实", "一、", "本报讯（记者 张三）新桥通车"]
        {
            assert!(!is_title(line), "{line}");
        }
    }
}
