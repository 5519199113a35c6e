//! Whether an item is an undertaking: what it is called, what stands around it, and whether it is a name at all.

use super::phrase::{Item, quotes};
use super::{Candidate, FAMILY};
use crate::model::{Annotated, Found, OrganizationMention, Span, Status, touching};
use crate::rules::{Hit, Policy};
use rust_decimal::Decimal;

/// The longest name, in characters; what is longer is a sentence.
const LONGEST: usize = 36;

/// The candidate that the item is, if it is one.
pub(super) fn judge(annotated: &Annotated, item: &Item) -> Option<Candidate> {
    let text = &annotated.article.text;
    // Without a word of the rules in it only what 等 says of its list can make it one.
    if item.tail.is_none() && !FAMILY.may_match(item.span.of(text)) {
        return None;
    }
    let span = cut_attribute(text, item.span);
    let words = span.of(text);
    let follows = &text[span.end..item.clause.end.max(span.end)];
    if is_batch(words, follows)
        || FAMILY.lexicon.find("metaphor", words).iter().any(|word| quoted_whole(words, word.span))
    {
        return None;
    }
    if span.is_empty()
        || !balanced(words)
        || names_person(annotated, span)
        || is_bundle(words)
        || words.chars().count() > LONGEST
    {
        return None;
    }
    let tape = FAMILY.tape(text, span, &[]);
    let mut hits = FAMILY.find(&tape, Policy::All);
    // The order of the file is the order of trust.
    hits.sort_by_key(|hit| hit.rule.order);
    let hit = hits.iter().find(|hit| holds(annotated, item, span, hit))?;
    // 工程13项: a number after the head counts them.
    let counted = |head: &crate::rules::Group| text[head.span.end..].starts_with(|c: char| c.is_ascii_digit());
    if hit.group("firm").is_some_and(counted) {
        return None;
    }
    // “四个一批”项目管理: to manage projects is none.
    let managed = |head: &crate::rules::Group| FAMILY.lexicon.prefix_of("managed", &text[head.span.end..]).is_some();
    if hit.sets("cut") == Some("yes") && hit.group("firm").is_some_and(managed) {
        return None;
    }
    let named = if hit.sets("cut") == Some("yes") {
        Span::new(span.start, hit.group("firm").map_or(span.end, |head| head.span.end))
    } else {
        span
    };
    if hit.sets("cut") == Some("yes") && bodies_at(annotated, span).iter().any(|body| body.span.contains(span)) {
        return None;
    }
    if !balanced(named.of(text)) {
        return None;
    }
    let name = match (hit.sets("tail"), item.tail) {
        (Some(_), Some(tail)) => with_tail(named.of(text), tail.of(text)),
        _ => named.of(text).to_owned(),
    };
    Some(candidate(item, named, name, hit))
}

/// Whether what the rule asks for stands around the item and in it.
fn holds(annotated: &Annotated, item: &Item, span: Span, hit: &Hit<'_>) -> bool {
    let text = &annotated.article.text;
    let verb = item.verb.filter(|verb| verb.status.is_some());
    // 在甲新城建成…: what stands after 在 is where, not what.
    let fate = item.fate.filter(|fate| fate.status.is_some() && !item.placed);
    let builds = verb.is_some_and(|v| v.builds) || fate.is_some_and(|f| f.builds);
    let beside = match hit.sets("beside") {
        Some("verb") => verb.is_some() || fate.is_some(),
        Some("builds") => builds,
        Some("creates") => verb.is_some_and(|v| v.creates),
        _ => true,
    };
    let tail = item.tail.map(|tail| tail.of(text)).unwrap_or_default();
    let undertaking = || {
        let work = || FAMILY.lexicon.suffix_of("work", tail);
        FAMILY.lexicon.suffix_of("undertaking", tail).is_some()
            || work().is_some_and(|(_, form)| FAMILY.lexicon.get("loose", form).is_none())
    };
    let site = || FAMILY.lexicon.suffix_of("site", tail).or(FAMILY.lexicon.suffix_of("building", tail)).is_some();
    let shared = || match hit.sets("tail") {
        Some("undertaking") => undertaking(),
        Some("tallied") => undertaking() && FAMILY.lexicon.prefix_of("tally", tail).is_some(),
        Some(_) => undertaking() || (builds && site()),
        None => true,
    };
    if !beside || !shared() {
        return false;
    }
    let heads = ["quotable", "honour", "undertaking", "firm", "site", "building", "work", "vague"];
    let head = heads.iter().filter_map(|class| hit.group(class)).map(|group| group.span.start).min();
    let rest = Span::new(span.start, head.unwrap_or(span.end)).of(text);
    let letters: usize = hit.sets("letters").and_then(|n| n.parse().ok()).unwrap_or(0);
    // “百日攻坚” behind the head is no part of the name.
    let whole = if hit.sets("cut") == Some("yes") { rest } else { span.of(text) };
    let quoted = whole.contains(['\u{201C}', '"']);
    let own = own_letters(rest);
    if !quoted && own < letters {
        return false;
    }
    let proper = || quoted || is_proper(annotated, span, rest);
    let tied = match hit.sets("proper") {
        Some("yes") => proper(),
        Some(_) => (own > letters || proper()) && !is_vague(hit, text),
        None => true,
    };
    // A body that opens or moves in is no undertaking, unless a list or a verb of building says so.
    let body = || bodies_at(annotated, span).iter().any(|body| body.span == span);
    let moved_in = hit.sets("body") == Some("no") && verb.is_none() && body();
    tied && !moved_in && !is_season(annotated, span, rest, own)
}

/// 某市第一季度重大项目 is a bundle: beside the area nothing of its name is its own.
fn is_season(annotated: &Annotated, span: Span, rest: &str, own: usize) -> bool {
    let inside = annotated.places[touching(&annotated.places, span)].iter();
    let inside = inside.filter(|place| place.value.code.is_some() && span.contains(place.span));
    let areas: usize = inside.map(|place| place.span.of(&annotated.article.text).chars().count()).sum();
    0 < areas && own <= areas && !FAMILY.lexicon.find("bundled", rest).is_empty()
}

/// 建设 and 提升 say nothing by themselves.
fn is_vague(hit: &Hit<'_>, text: &str) -> bool {
    hit.text("work", text).is_some_and(|form| FAMILY.lexicon.get("vague", form).is_some())
}

/// Whether a place, an organization or a word like 片区 ties the name to something in particular.
fn is_proper(annotated: &Annotated, span: Span, rest: &str) -> bool {
    let named = !touching(&annotated.places, span).is_empty() || !bodies_at(annotated, span).is_empty();
    named || !FAMILY.lexicon.find("proper", rest).is_empty()
}

/// The organizations named there.
fn bodies_at(annotated: &Annotated, span: Span) -> &[Found<OrganizationMention>] {
    &annotated.organizations[touching(&annotated.organizations, span)]
}

fn candidate(item: &Item, span: Span, name: String, hit: &Hit<'_>) -> Candidate {
    let verb = item.verb.and_then(|verb| verb.status);
    let fate = item.fate.and_then(|fate| fate.status);
    let status = if item.wished && fate != Some(Status::Completed) && (verb.is_some() || fate.is_some()) {
        Some(Status::Planned)
    } else {
        fate.or(verb)
    };
    Candidate {
        name: tidy(&name),
        span,
        status,
        clause: item.clause,
        rule: hit.rule.id.clone(),
        confidence: hit.sets("confidence").and_then(|c| c.parse().ok()).unwrap_or(Decimal::ONE),
    }
}

/// 首批项目, and 重大项目 before 集中开工, are no undertaking but many.
fn is_batch(words: &str, follows: &str) -> bool {
    let batch = FAMILY.lexicon.suffix_of("batch", words).is_some();
    let weighty = FAMILY.lexicon.suffix_of("weighty", words).is_some();
    batch || weighty && FAMILY.lexicon.prefix_of("rally", follows).is_some()
}

/// Whether the word stands alone in quotation marks.
fn quoted_whole(words: &str, word: Span) -> bool {
    words[..word.start].ends_with(['\u{201C}', '"']) && words[word.end..].starts_with(['\u{201D}', '"'])
}

/// 市长某某推介项目 is a person's doing.
fn names_person(annotated: &Annotated, span: Span) -> bool {
    let words = span.of(&annotated.article.text);
    // 大连市长海大桥 names no 市长: a place ends within the word.
    let torn =
        |word: Span| annotated.places.iter().any(|place| word.start < place.span.end && place.span.end < word.end);
    let titles = FAMILY.lexicon.find("person_title", words);
    titles.iter().any(|title| !torn(title.span.shift(span.start)))
        && FAMILY.lexicon.find("person_title_not", words).is_empty()
}

/// `世行贷款的…项目`: the name begins after the last 的 outside quotes.
fn cut_attribute(text: &str, span: Span) -> Span {
    let words = span.of(text);
    let quoted = quotes(words);
    let marks = FAMILY.lexicon.find("of", words);
    let outside = marks.iter().rfind(|mark| !quoted.iter().any(|quote| quote.contains(mark.span)));
    outside.map_or(span, |mark| Span::new(span.start + mark.span.end, span.end))
}

/// A name does not begin or end within quotes.
fn balanced(words: &str) -> bool {
    let mut open = [0_i32; 5];
    for c in words.chars() {
        match c {
            '\u{201C}' => open[0] += 1,
            '\u{201D}' => open[0] -= 1,
            '\u{300A}' => open[1] += 1,
            '\u{300B}' => open[1] -= 1,
            '\u{FF08}' => open[2] += 1,
            '\u{FF09}' => open[2] -= 1,
            '(' => open[3] += 1,
            ')' => open[3] -= 1,
            '"' => open[4] ^= 1,
            _ => {}
        }
    }
    open == [0; 5]
}

/// `46个重点项目`: a number with a counter begins a bundle, unless it names something (`3号线`, `12英寸线`).
fn is_bundle(words: &str) -> bool {
    // 北碚区有6个项目: a number and a counter anywhere after a letter.
    let counts =
        FAMILY.lexicon.find("bundle", words).into_iter().any(|counter| {
            counter.entry.is("lone") && words[..counter.span.start].ends_with(|c: char| c.is_ascii_digit())
        });
    let counter = |(_, form): (_, &str)| words[..words.len() - form.len()].ends_with(|c: char| c.is_ascii_digit());
    if counts || FAMILY.lexicon.suffix_of("bundle", words).is_some_and(counter) {
        return true;
    }
    let digits = words.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '\u{4F59}' | '\u{591A}'));
    let numeral = digits.len() < words.len();
    let words = if numeral { digits } else { words };
    let (counted, rest) = match FAMILY.lexicon.prefix_of("numeral", words) {
        Some((_, form)) => (true, &words[form.len()..]),
        None => (numeral, words),
    };
    counted && FAMILY.lexicon.prefix_of("bundle", rest).is_some()
}

fn with_tail(core: &str, tail: &str) -> String {
    let numeral = FAMILY.lexicon.prefix_of("numeral", tail).map_or(0, |(_, form)| form.len());
    let bare = tail[numeral..].trim_start_matches(|c: char| c.is_ascii_digit());
    // 16个产业项目: the count goes; 项 alone is the beginning of 项目.
    let counter = FAMILY.lexicon.prefix_of("bundle", bare).map_or(0, |(_, form)| form.len());
    let tail = if bare.len() < tail.len() { &bare[counter..] } else { tail };
    if FAMILY.lexicon.get("plain", tail).is_some() || tail.chars().count() > 12 || core.ends_with(tail) {
        return core.to_owned();
    }
    format!("{core}{tail}")
}

fn tidy(name: &str) -> String {
    let name = name.trim_matches([' ', '\u{3001}', '\u{2014}']);
    // “甲生产线项目”: marks around the whole name are no part of it.
    let inner = name.strip_prefix('\u{201C}').and_then(|rest| rest.strip_suffix('\u{201D}'));
    inner.filter(|rest| !rest.contains('\u{201C}')).unwrap_or(name).to_owned()
}

/// The letters of a stretch that no generic word takes away.
fn own_letters(words: &str) -> usize {
    let generic: usize = FAMILY.lexicon.find("generic", words).iter().map(|w| w.span.of(words).chars().count()).sum();
    let letters = words.chars().filter(|c| c.is_alphanumeric() && !c.is_ascii_digit()).count();
    letters.saturating_sub(generic)
}
