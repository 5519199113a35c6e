//! What a page prints twice: the whole body (a desktop and a mobile version in one page), or a summary above the text.
//! Each is read once.

use super::mapped::{Edit, MappedText};
use super::marks::{han, is_han, lines, whole_line};
use std::collections::{BTreeMap, BTreeSet};

/// A line with so many Chinese characters does not stand twice by chance; a cell of a table does.
const LONG: usize = 20;

/// A summary stands above the text: among so many first lines.
const HEAD_LINES: usize = 4;

/// How much of a headline must come again for a line to be its repetition, as `云溪日报-新城建设提速` is.
const TITLE_TAIL: usize = 10;

/// Takes repetitions out.
pub(super) fn take_out(text: &mut MappedText) {
    let printed = text.text();
    let lines = lines(printed);
    let keys: Vec<String> = lines.iter().map(|line| key(line.of(printed))).collect();
    let mut gone = repeated(&keys);
    gone.extend(summary(&keys, &gone));
    gone.extend(title_again(&keys, &gone));
    let edits = gone.iter().map(|index| Edit::delete(whole_line(printed, lines[*index]), "repeat"));
    let edits: Vec<Edit> = edits.collect();
    text.edit(edits);
}

/// A line without its white space and marks: a second version may print other quotation marks.
fn key(line: &str) -> String {
    line.chars().filter(|c| is_han(*c) || c.is_alphanumeric()).collect()
}

/// Long lines that stood before, with the short ones between them that did too.
fn repeated(keys: &[String]) -> BTreeSet<usize> {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, key) in keys.iter().enumerate() {
        places.entry(key).or_default().push(index);
    }
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    for (key, places) in &places {
        if places.len() > 1 && han(key) >= LONG {
            gone.extend(places.iter().filter(|place| **place != kept(keys, places)));
        }
    }
    // A short line goes with a long neighbour, if the same two are neighbours where they stood first.
    let known = |short: usize, is_after: bool| {
        let firsts = places[keys[short].as_str()].iter().filter(|first| **first < short);
        let beside = |at: usize| if is_after { at.checked_sub(1) } else { Some(at + 1) };
        let wanted = beside(short).and_then(|at| keys.get(at));
        firsts.clone().any(|first| beside(*first).and_then(|at| keys.get(at)) == wanted)
    };
    for _ in 0..2 {
        let mut more: Vec<usize> = Vec::new();
        for index in (1..keys.len()).filter(|index| !gone.contains(index) && !keys[*index].is_empty()) {
            let after = gone.contains(&(index - 1)) && known(index, true);
            let before = gone.contains(&(index + 1)) && known(index, false);
            if after || before {
                more.push(index);
            }
        }
        gone.extend(more);
    }
    // The headline of the second version.
    if let Some(first) = keys.first().filter(|first| han(first) >= 6) {
        let body_again = gone.iter().filter(|index| **index > HEAD_LINES).count() > 1;
        let again = places[first.as_str()].iter().skip(1).filter(|index| body_again || **index <= HEAD_LINES);
        gone.extend(again);
    }
    gone
}

/// The place that a repeated line keeps: the first, unless that is a summary above the text, which is not followed by
/// what follows the other places.
fn kept(keys: &[String], places: &[usize]) -> usize {
    let next = |place: usize| keys[place + 1..].iter().find(|key| !key.is_empty());
    let first = places[0];
    if first == 0 || first >= HEAD_LINES {
        return first;
    }
    let in_text = places[1..].iter().find(|place| {
        let others = places.iter().filter(|other| *other != *place);
        places.len() == 2 || others.clone().any(|other| next(*other) == next(**place))
    });
    let before = |place: usize| keys[..place].iter().rev().find(|key| !key.is_empty());
    let same_as_first = places[1..].iter().any(|place| next(*place) == next(first) || before(*place) == before(first));
    if same_as_first { first } else { in_text.copied().unwrap_or(first) }
}

/// A line above the text that a later line holds whole.
fn summary(keys: &[String], gone: &BTreeSet<usize>) -> Vec<usize> {
    let heads = (1..keys.len().min(HEAD_LINES)).filter(|index| !gone.contains(index) && han(&keys[*index]) >= LONG);
    heads
        .filter(|index| {
            keys[index + 1..].iter().any(|later| later.len() > keys[*index].len() && later.contains(&keys[*index]))
        })
        .collect()
}

/// A line near the top that is the headline again, behind the medium's name.
fn title_again(keys: &[String], gone: &BTreeSet<usize>) -> Option<usize> {
    let title: Vec<char> = keys.first()?.chars().collect();
    if title.len() < TITLE_TAIL {
        return None;
    }
    let tail: String = title[title.len() - title.len().max(TITLE_TAIL * 2) / 2..].iter().collect();
    let near = keys.iter().enumerate().skip(1).take(HEAD_LINES * 2).filter(|(index, _)| !gone.contains(index));
    let mut again = near.filter(|(_, key)| key.ends_with(&tail) && key.chars().count() <= title.len() + TITLE_TAIL);
    again.next().map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "云溪区今年新建公园十座，新增绿地三十公顷，居民出门五分钟见绿。";
    const B: &str = "工程由区城管局组织实施，年底前全部完工，明年春天全部开放迎客。";

    fn once(page: &str) -> String {
        let mut text = MappedText::new(page);
        take_out(&mut text);
        text.text().to_owned()
    }

    #[test]
    fn a_body_printed_twice_is_read_once() {
        let body = format!("{A}\n建设加快\n{B}\n");
        let page = format!("新建公园十座开放\n{body}导航\n新建公园十座开放\n2020-05-14\n{body}");

        assert_eq!(once(&page), format!("新建公园十座开放\n{body}导航\n2020-05-14\n"));
    }

    #[test]
    fn a_summary_above_the_text_goes_and_the_text_stays() {
        assert_eq!(
            once(&format!("新建公园十座\n{A}\n记者来到现场。\n{A}\n{B}\n")),
            format!("新建公园十座\n记者来到现场。\n{A}\n{B}\n")
        );
        assert_eq!(
            once(&format!("新建公园十座\n{A}\n记者来到现场。\n{A}{B}\n")),
            format!("新建公园十座\n记者来到现场。\n{A}{B}\n")
        );
    }

    #[test]
    fn a_headline_that_comes_again_behind_the_mediums_name_goes() {
        let page = format!("云溪区：打造四地一枢纽，建设新城区\n云溪晨报-打造四地一枢纽，建设新城区\n{A}\n");

        assert_eq!(once(&page), format!("云溪区：打造四地一枢纽，建设新城区\n{A}\n"));
    }

    #[test]
    fn cells_of_a_table_may_be_equal() {
        let page = format!("主要产品产量\n指标值\n3.5\n{A}\n指标值\n3.5\n{B}\n");

        assert_eq!(once(&page), page);
    }
}
