//! Names of indicators: of the words before or after a figure, the fewest that still say what is measured.
//!
//! `目前全区现有西南大学等高等院校` is 高等院校, and with a figure in 所 高等院校数量; `完成电网投资` is 电网投资.

use super::FAMILY;
use super::subject::Subjects;
use crate::model::{Annotated, Ref, Span, Unit};
use std::collections::BTreeSet;

/// A name longer than this is a clause, not a name: the longest of the development texts' gold has 30 characters.
const LONGEST: usize = 34;

/// What stands before a figure: the name, and what its leading words say.
#[derive(Debug, Clone, Default)]
pub(super) struct Subject {
    /// The noun phrase; empty where the words say nothing of their own (`累计`).
    pub noun: String,
    /// A leading verb that tells which things are meant (新建, 改造).
    pub verb: Option<String>,
    /// Whether it speaks of all there are, after what is new (累计, 总量).
    pub total: bool,
    /// Whether a verb that only says that there is so much stood before it.
    pub weak: bool,
    /// What it is about, where a name stands at its head.
    pub about: Option<Ref>,
}

/// What the words of a text are cut by: where its words begin and end.
pub(super) struct Words {
    borders: BTreeSet<usize>,
}

impl Words {
    pub(super) fn new(annotated: &Annotated) -> Self {
        let tokens = annotated.tokens.iter();
        Self { borders: tokens.flat_map(|token| [token.span.start, token.span.end]).collect() }
    }

    /// The first border of a word at or after `at`.
    pub(super) fn border_from(&self, at: usize) -> usize {
        self.borders.range(at..).next().copied().unwrap_or(at)
    }

    /// Whether a stretch begins and ends at borders of words.
    pub(super) fn are(&self, span: Span) -> bool {
        self.borders.contains(&span.start) && self.borders.contains(&span.end)
    }
}

/// Reads the words of `span` as the name of what a figure measures.
pub(super) fn subject(annotated: &Annotated, subjects: &Subjects<'_>, words: &Words, span: Span) -> Subject {
    let text = annotated.article.text.as_str();
    let mut found = Subject::default();
    let mut rest = after_examples(text, span);
    // `新增甲、乙等企业4家`: the verb before the examples still says which are meant.
    let mut cut = Span::new(span.start, rest.start);
    let examples = !cut.is_empty() || rest.end < span.end;
    strip(annotated, subjects, words, &mut cut, &mut found);
    let verb = FAMILY.lexicon.prefix_of("keep_verb", cut.of(text)).map(|(_, verb)| verb);
    if examples {
        found.about = found.about.filter(|about| *about == Ref::Home);
    }
    let about = found.about;
    strip(annotated, subjects, words, &mut rest, &mut found);
    if rest.end < span.end {
        // Only examples stand before the number: 某某等8家.
        found.about = about;
    }
    if let Some((name, owner)) = subjects.led_to(rest).filter(|(name, _)| is_quantity(text[name.end..rest.end].trim()))
    {
        rest.start = name.end;
        found.about = Some(owner);
    }
    rest = trim_end(text, words, rest);
    weak(annotated, subjects, words, &mut rest, &mut found);
    if found.noun.is_empty() {
        found.noun = rest.of(text).to_owned();
    }
    if let Some((_, verb)) = FAMILY.lexicon.prefix_of("keep_verb", &found.noun) {
        found.verb = Some(verb.to_owned());
    }
    found.noun = tidy(&found.noun);
    if let (Some(verb), None, false) = (verb, &found.verb, found.noun.is_empty()) {
        found.noun.insert_str(0, verb);
        found.verb = Some(verb.to_owned());
    }
    found
}

/// Of `西南大学等高等院校` only what comes after 等; 高等 and its like are words of their own.
fn after_examples(text: &str, span: Span) -> Span {
    let words = span.of(text);
    let keep = FAMILY.lexicon.find("not_etc", words);
    let cut = FAMILY.lexicon.find("cut_etc", words).into_iter().rev();
    for mark in cut {
        if keep.iter().any(|word| word.span.overlaps(mark.span)) {
            continue;
        }
        return if mark.span.end < words.len() {
            Span::new(span.start + mark.span.end, span.end)
        } else {
            Span::new(span.start, span.start + mark.span.start)
        };
    }
    span
}

/// Takes leading words off that are no part of the name: periods, areas, 目前, 累计, 其中.
fn strip(annotated: &Annotated, subjects: &Subjects<'_>, words: &Words, rest: &mut Span, found: &mut Subject) {
    let text = annotated.article.text.as_str();
    // Where the area ends that was taken off last.
    let mut outer = None;
    loop {
        let stretch = rest.of(text);
        let blank = stretch.len() - stretch.trim_start().len();
        if blank > 0 {
            rest.start += blank;
            continue;
        }
        if stretch.is_empty() {
            return;
        }
        if let Some(period) = period_at(annotated, *rest) {
            rest.start = period.end;
            continue;
        }
        if let Some((span, about)) = subjects.at(rest.start).filter(|(span, _)| span.end <= rest.end) {
            // 山东段长168公里: a stretch of a line is no area.
            let after = &text[span.end..rest.end];
            if ["and", "stretch"].iter().any(|class| FAMILY.lexicon.prefix_of(class, after).is_some()) {
                return;
            }
            // `重庆市传感器特色产业基地数量`: an area glued to a longer noun is still no part of the name.
            // 新北区梅林村: of areas one in the other the inner is meant.
            let inner = outer == Some(span.start);
            if inner || found.about.is_none_or(|first| first == Ref::Home) {
                found.about = Some(about);
            }
            outer = matches!(about, Ref::Place(_) | Ref::Home).then_some(span.end);
            rest.start = span.end;
            continue;
        }
        if let Some(office) = subjects.office(rest.start).filter(|office| office.end < rest.end) {
            rest.start = office.end;
            continue;
        }
        // 企业投资, after the firm was named, is its 投资; but 企业 before a number is what is counted.
        let definite = |span: Span| {
            FAMILY.lexicon.get("anaphor", span.of(text)).is_some_and(|entry| entry.get("article").is_some())
        };
        let meant = subjects.meant(rest.start, words);
        let meant = meant.filter(|(span, _)| span.end < rest.end || span.end == rest.end && definite(*span));
        if let (Some((span, about)), None) = (meant, found.about) {
            found.about = Some(about);
            rest.start = span.end;
            continue;
        }
        if let Some((_, word)) = FAMILY.lexicon.prefix_of("home_word", stretch) {
            found.about = found.about.or(Some(Ref::Home));
            rest.start += word.len();
            continue;
        }
        if found.about.is_some() {
            if let Some((_, word)) = FAMILY.lexicon.prefix_of("place_tail", stretch) {
                let span = Span::new(rest.start, rest.start + word.len());
                // 全市地区生产总值: the 地区 is the name's own.
                let head = FAMILY.lexicon.prefix_of("head", stretch).is_some_and(|(_, head)| head.len() > word.len());
                if words.are(span) && !head {
                    rest.start = span.end;
                    continue;
                }
            }
        }
        // 假期3天累计接待游客: so many days are no part of the name.
        let time = annotated.quantities.binary_search_by_key(&rest.start, |quantity| quantity.span.start).ok();
        let time = time.map(|index| &annotated.quantities[index]);
        let time = time.filter(|found| dimension(found.value.unit.as_ref()) == "time" && found.span.end < rest.end);
        if let Some(time) = time {
            rest.start = time.span.end;
            continue;
        }
        if let Some((_, word)) = FAMILY.lexicon.prefix_of("season", stretch) {
            rest.start += word.len();
            continue;
        }
        let Some((_, word)) = FAMILY.lexicon.prefix_of("lead", stretch) else {
            return;
        };
        let span = Span::new(rest.start, rest.start + word.len());
        let mark = !word.chars().all(char::is_alphanumeric);
        if !(mark || words.are(span)) || FAMILY.lexicon.get("keep_verb", word).is_some() {
            return;
        }
        // A quotation mark is taken off only with its partner gone.
        if mark && stretch[word.len()..].contains('\u{201D}') {
            return;
        }
        found.total |= FAMILY.lexicon.get("total", word).is_some();
        rest.start = span.end;
    }
}

/// The period that begins where `within` does and ends in it.
pub(super) fn period_at(annotated: &Annotated, within: Span) -> Option<Span> {
    let index = annotated.periods.binary_search_by_key(&within.start, |period| period.span.start).ok()?;
    Some(annotated.periods[index].span).filter(|span| within.contains(*span))
}

/// Takes trailing words off that join rather than name.
fn trim_end(text: &str, words: &Words, mut rest: Span) -> Span {
    loop {
        let stretch = rest.of(text);
        // 总规模 and 产能 end in words that elsewhere only join.
        if is_quantity(stretch) {
            return rest;
        }
        let trimmed = stretch.trim_end_matches(|c: char| c.is_whitespace() || is_separator(c));
        if trimmed.len() < stretch.len() {
            rest.end = rest.start + trimmed.len();
            continue;
        }
        let word = ["of", "each"].iter().find_map(|class| match *class {
            "of" => suffix("of").filter(|of| stretch.ends_with(*of)),
            class => FAMILY.lexicon.suffix_of(class, stretch).map(|(_, word)| word),
        });
        let word = word.or_else(|| {
            let (_, word) = FAMILY.lexicon.suffix_of("adverb", stretch)?;
            words.are(Span::new(rest.end - word.len(), rest.end)).then_some(word)
        });
        match word {
            Some(word) if !stretch.is_empty() => rest.end -= word.len(),
            _ => return rest,
        }
    }
}

/// A verb that says only that there is so much cuts the name: after `完成` comes what is measured. Where only a bare head
/// comes after it, the name stands on both sides: `第一产业实现增加值`.
fn weak(annotated: &Annotated, subjects: &Subjects<'_>, words: &Words, rest: &mut Span, found: &mut Subject) {
    let text = annotated.article.text.as_str();
    let base = rest.start;
    if FAMILY.lexicon.prefix_of("per", rest.of(text)).is_some() {
        return;
    }
    let from = FAMILY.lexicon.find("from", rest.of(text));
    let from = from.iter().map(|word| word.span.shift(base));
    if let Some(from) = from.filter(|from| from.start > base && words.are(*from)).max() {
        rest.end = from.start;
    }
    let cuts = FAMILY.lexicon.find("weak_verb", rest.of(text));
    for cut in cuts.iter().rev() {
        let span = cut.span.shift(base);
        if !words.are(span) {
            continue;
        }
        let after = Span::new(span.end, rest.end);
        // 水生产和供应业 is one trade.
        if FAMILY.lexicon.prefix_of("trade", after.of(text)).is_some() {
            continue;
        }
        if after.is_empty() {
            rest.end = span.start;
            continue;
        }
        let head = after.of(text);
        if FAMILY.lexicon.get("bare_head", head).is_some() {
            let mut before = trim_end(text, words, Span::new(base, span.start));
            let end = annotated.periods.partition_point(|period| period.span.end < before.end);
            let period = annotated.periods.get(end).map(|period| period.span);
            if let Some(period) = period.filter(|period| period.end == before.end && period.start >= base) {
                before = trim_end(text, words, Span::new(base, period.start));
            }
            let verb = FAMILY.lexicon.get("keep_weak", span.of(text)).map_or("", |_| span.of(text));
            if !before.is_empty() || !verb.is_empty() {
                found.noun = format!("{}{verb}{head}", before.of(text));
                return;
            }
        }
        rest.start = after.start;
        found.weak = true;
        strip(annotated, subjects, words, rest, found);
        return;
    }
}

/// Without quotation marks that have lost their partner, and without spaces between Chinese characters.
fn tidy(noun: &str) -> String {
    let mut noun = noun.trim_matches(|c: char| c.is_whitespace() || is_separator(c)).to_owned();
    for (open, close) in [('\u{201C}', '\u{201D}'), ('(', ')'), ('\u{FF08}', '\u{FF09}')] {
        if noun.matches(open).count() != noun.matches(close).count() {
            noun = noun.replace([open, close], "");
        }
    }
    noun.chars().filter(|c| !c.is_whitespace()).collect()
}

pub(super) fn is_separator(c: char) -> bool {
    matches!(
        c,
        '\u{3001}' | '\u{FF0C}' | ',' | '\u{FF1A}' | ':' | '\u{FF1B}' | ';' | '\u{3002}' | '\u{2014}' | '\u{2236}'
    )
}

/// The word that the lexicon gives for a kind of suffix.
pub(super) fn suffix(kind: &str) -> Option<&'static str> {
    let entry = FAMILY.lexicon.entries("suffix").iter().find(|entry| entry.is(kind))?;
    entry.forms.first().map(String::as_str)
}

/// What a unit measures, by the notation of its concept.
pub(super) fn dimension(unit: Option<&Unit>) -> &'static str {
    match unit.map_or("none", |unit| unit.key.as_str()) {
        "CNY" | "USD" | "EUR" | "HKD" | "JPY" | "GBP" => "money",
        "M2" => "area",
        "M" => "length",
        "KG" | "kg-coal-equivalent" => "mass",
        "M3" | "L" => "volume",
        "KWH" => "energy",
        "KW" => "power",
        "KVA" | "KVAR" => "capacity",
        "V" => "voltage",
        "YR" | "MO" | "DAY" | "HR" | "MIN" | "SEC" => "time",
        "person" => "person",
        "household" => "household",
        "person-time" => "visit",
        "NUM" => "count",
        "PERCENT" | "PERMILLE" => "percent",
        "percentage-point" => "point",
        "multiple" => "multiple",
        _ => "none",
    }
}

/// Whether the name is a quantity's by itself: 森林覆盖率, 总投资.
pub(super) fn is_quantity(noun: &str) -> bool {
    // 地区生产总值（GDP） is what stands before the bracket.
    let open = noun.ends_with([')', '\u{FF09}']).then(|| noun.rfind(['(', '\u{FF08}'])).flatten();
    let noun = open.map_or(noun, |open| &noun[..open]);
    FAMILY.lexicon.suffix_of("head", noun).is_some()
}

/// The indicator: the noun, with the word for what is counted where it does not say so itself.
pub(super) fn indicator(noun: &str, unit: Option<&Unit>) -> String {
    let dimension = dimension(unit);
    if matches!(dimension, "length" | "area") {
        let short = FAMILY.lexicon.suffix_of("short_head", noun);
        if let Some((entry, word)) = short.filter(|(entry, _)| entry.get("measures").unwrap_or("length") == dimension) {
            // In 全长 it is part of a noun already.
            let alone = FAMILY.lexicon.suffix_of("head", noun).is_none_or(|(_, head)| head == word);
            if let Some(full) = entry.get("gives").filter(|_| alone) {
                return format!("{}{full}", &noun[..noun.len() - word.len()]);
            }
        }
    }
    if is_quantity(noun) {
        return noun.to_owned();
    }
    let counted = unit.and_then(|unit| FAMILY.lexicon.get("unit_noun", &unit.text).map(|_| unit.text.as_str()));
    if let (Some(counted), Some(suffix)) = (counted, suffix("count")) {
        return format!("{noun}{counted}{suffix}");
    }
    let kind = match dimension {
        "length" if !FAMILY.lexicon.find("road", noun).is_empty() => "road",
        // 志愿者 are counted, 新增就业 is a number of persons.
        "person" if FAMILY.lexicon.suffix_of("person_noun", noun).is_some() => "count",
        other => other,
    };
    match suffix(kind) {
        // 脱贫户 and 户数 make 脱贫户数.
        Some(suffix) if !noun.ends_with(suffix) => {
            let overlap = suffix.chars().next().is_some_and(|first| noun.ends_with(first));
            let keep = if overlap { noun.char_indices().last().map_or(0, |(at, _)| at) } else { noun.len() };
            let noun = &noun[..keep];
            format!("{noun}{suffix}")
        }
        _ => noun.to_owned(),
    }
}

/// Whether a noun can name an indicator at all.
pub(super) fn is_name(noun: &str) -> bool {
    let length = noun.chars().count();
    let han = noun.chars().filter(|c| ('\u{4E00}'..='\u{9FFF}').contains(c)).count();
    let compares = FAMILY.lexicon.prefix_of("compares", noun).is_some();
    !compares && (1..=LONGEST).contains(&length) && han >= 1 && (han >= 2 || is_quantity(noun))
        || FAMILY.lexicon.get("head", noun).is_some()
}

/// Whether two names are of one thing: the characters of one stand in the other in their order (粮食产量, 粮食总产量), or
/// they share most of their pairs of characters.
pub(super) fn alike(a: &str, b: &str) -> bool {
    // 10亿元项目 and 100亿元项目 are two.
    let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    if digits(a) != digits(b) {
        return false;
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let mut rest = long.chars();
    let within = short.chars().all(|c| rest.any(|other| other == c));
    within || {
        let pairs = |name: &str| {
            let chars: Vec<char> = name.chars().collect();
            chars.windows(2).map(|pair| (pair[0], pair[1])).collect::<BTreeSet<_>>()
        };
        let (a, b) = (pairs(a), pairs(b));
        5 * a.intersection(&b).count() >= 2 * (a.len() + b.len())
    }
}

/// Whether the name is of a part of a whole: 占比, 比重.
pub(super) fn is_share(noun: &str) -> bool {
    FAMILY.lexicon.suffix_of("share_end", noun).is_some()
}

/// What grows, of the name of a rate: 用电量 of 用电量增幅.
pub(super) fn growth_of(noun: &str) -> Option<String> {
    let (_, word) = FAMILY.lexicon.suffix_of("growth_end", noun).filter(|(entry, _)| !entry.is("level"))?;
    let of = noun[..noun.len() - word.len()].trim_end();
    let of = ["compare", "compare_average"]
        .iter()
        .find_map(|class| FAMILY.lexicon.suffix_of(class, of).map(|(_, word)| &of[..of.len() - word.len()]))
        .unwrap_or(of);
    (!of.is_empty()).then(|| of.to_owned())
}

/// Whether the name of a rate is one of decline: 降幅.
pub(super) fn is_decline(noun: &str) -> bool {
    let entry = FAMILY.lexicon.suffix_of("growth_end", noun);
    entry.is_some_and(|(entry, _)| entry.is("decline"))
}

/// The name of a part: `X占Y比重`.
pub(super) fn share(noun: &str, whole: &str) -> String {
    let (of, ratio) = (suffix("whole").unwrap_or_default(), suffix("share").unwrap_or_default());
    let whole = suffix("of").and_then(|of| whole.strip_suffix(of)).unwrap_or(whole);
    if noun.ends_with(ratio) {
        return noun.to_owned();
    }
    if whole.is_empty() {
        return format!("{noun}{of}{}", ratio.chars().next().map(String::from).unwrap_or_default());
    }
    format!("{noun}{of}{whole}{ratio}")
}
