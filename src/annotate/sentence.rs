//! Sentences and clauses. Takes the text, gives its sentences in order; knows marks, not words.
//!
//! `全县造林12.5万亩,居全市第二。` is one sentence of two clauses. A mark inside round brackets ends nothing, and
//! neither does the point of 3.5 or the comma of 12,500. `、` joins members of a list, so it ends no clause.

use crate::model::{Sentence, Span};

/// What a character does to the sentence around it.
#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Word,
    Clause,
    Sentence,
}

/// A sentence of so many bytes ends at its next comma or `、`, one of twice as many where it stands: three thousand characters
/// without a full stop are no sentence (the longest of the documents at hand has 537 bytes). What is read by sentences so takes
/// a time that grows with the length of the article, whatever it holds.
const LONGEST: usize = 9_000;

/// A line of so many bytes is read in stretches, each up to the end of a sentence: numbers, dates and words do not reach over
/// one. The longest line of the documents at hand, a whole article, has 6,558 bytes.
const LONGEST_STRETCH: usize = 45_000;

const FULL_STOP: char = '\u{3002}';
const DASH: char = '\u{2014}';

/// The marks of both widths. A colon ends a clause: what stands before it says of whom the rest speaks.
fn mark(c: char, before: Option<char>, after: Option<char>) -> Mark {
    let between_digits = before.is_some_and(|c| c.is_ascii_digit()) && after.is_some_and(|c| c.is_ascii_digit());
    match c {
        FULL_STOP | '\u{FF01}' | '\u{FF1F}' | '\u{FF1B}' | '!' | '?' | ';' | '\u{2026}' => Mark::Sentence,
        // A Latin full stop ends a Chinese sentence only right after a Chinese character.
        '.' if before.is_some_and(is_han) && !after.is_some_and(char::is_alphanumeric) => Mark::Sentence,
        ',' | ':' | '\u{FF1A}' if between_digits => Mark::Word,
        '\u{FF0C}' | ',' | '\u{FF1A}' | ':' => Mark::Clause,
        // `看病更容易——建立档案73万份`: the dash is doubled; a single one stands in ranges.
        DASH if before == Some(DASH) || after == Some(DASH) => Mark::Clause,
        _ => Mark::Word,
    }
}

fn is_han(c: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&c)
}

/// Closing marks that still belong to the sentence before them.
fn closes(c: char) -> bool {
    matches!(
        c,
        '\u{201D}'
            | '\u{2019}'
            | '\u{300D}'
            | '\u{300F}'
            | '\u{FF09}'
            | ')'
            | FULL_STOP
            | '\u{FF01}'
            | '\u{FF1F}'
            | '\u{2026}'
    )
}

/// The lines of the text without their line ends; empty ones too, so that their order is their number.
pub(super) fn lines(text: &str) -> Vec<Span> {
    let mut start = 0;
    text.split('\n')
        .map(|line| {
            let span = Span::new(start, start + line.len());
            start = span.end + 1;
            span
        })
        .collect()
}

/// The lines of the text, very long ones in stretches.
pub(super) fn stretches(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    for line in lines(text) {
        let mut start = line.start;
        if line.len() > LONGEST_STRETCH {
            for (at, c) in line.of(text).char_indices() {
                let end = line.start + at + c.len_utf8();
                let closes = matches!(c, FULL_STOP | '\u{FF01}' | '\u{FF1F}' | '\u{FF1B}');
                if end - start >= LONGEST_STRETCH && (closes || end - start >= LONGEST_STRETCH + LONGEST) {
                    found.push(Span::new(start, end));
                    start = end;
                }
            }
        }
        found.push(Span::new(start, line.end));
    }
    found
}

/// The sentences of the text.
pub(super) fn sentences(text: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    for (paragraph, line) in lines(text).into_iter().enumerate() {
        read_line(text, line, paragraph, &mut found);
    }
    found
}

fn read_line(text: &str, line: Span, paragraph: usize, found: &mut Vec<Sentence>) {
    let chars: Vec<(usize, char)> = line.of(text).char_indices().map(|(at, c)| (line.start + at, c)).collect();
    let bracketed = bracketed(&chars);
    let (mut start, mut clause_start, mut clauses) = (line.start, line.start, Vec::new());
    let mut at = 0;
    while at < chars.len() {
        let (offset, c) = chars[at];
        let neighbour = |index: Option<usize>| index.and_then(|i| chars.get(i)).map(|(_, c)| *c);
        let mut what =
            if bracketed[at] { Mark::Word } else { mark(c, neighbour(at.checked_sub(1)), neighbour(Some(at + 1))) };
        if offset - start >= LONGEST && (what == Mark::Clause || c == '\u{3001}') {
            what = Mark::Sentence;
        } else if offset - start >= 2 * LONGEST {
            push_clause(text, Span::new(clause_start, offset), &mut clauses);
            push_sentence(text, Span::new(start, offset), std::mem::take(&mut clauses), paragraph, found);
            (start, clause_start) = (offset, offset);
        }
        at += 1;
        if what == Mark::Word {
            continue;
        }
        push_clause(text, Span::new(clause_start, offset), &mut clauses);
        if what == Mark::Sentence {
            while neighbour(Some(at)).is_some_and(closes) {
                at += 1;
            }
        }
        let next = chars.get(at).map_or(line.end, |(offset, _)| *offset);
        clause_start = next;
        if what == Mark::Sentence {
            push_sentence(text, Span::new(start, next), std::mem::take(&mut clauses), paragraph, found);
            start = next;
        }
    }
    push_clause(text, Span::new(clause_start, line.end), &mut clauses);
    push_sentence(text, Span::new(start, line.end), clauses, paragraph, found);
}

/// Which characters stand in round brackets that are closed on the same line.
fn bracketed(chars: &[(usize, char)]) -> Vec<bool> {
    let (mut open, mut pairs) = (Vec::new(), Vec::new());
    for (index, (_, c)) in chars.iter().enumerate() {
        match c {
            '(' | '\u{FF08}' => open.push(index),
            ')' | '\u{FF09}' => pairs.extend(open.pop().map(|from| (from, index))),
            _ => {}
        }
    }
    // A pair around others hides them: each character is filled once, however deep it stands.
    pairs.sort_unstable();
    let mut inside = vec![false; chars.len()];
    let mut filled = 0;
    for (from, to) in pairs {
        if to >= filled {
            inside[from.max(filled)..=to].fill(true);
            filled = to + 1;
        }
    }
    inside
}

fn push_clause(text: &str, span: Span, clauses: &mut Vec<Span>) {
    let span = trim(text, span);
    if !span.is_empty() {
        clauses.push(span);
    }
}

fn push_sentence(text: &str, span: Span, clauses: Vec<Span>, paragraph: usize, found: &mut Vec<Sentence>) {
    let span = trim(text, span);
    if !span.is_empty() && !clauses.is_empty() {
        found.push(Sentence { span, clauses, paragraph });
    }
}

/// The span without white space at its ends.
fn trim(text: &str, span: Span) -> Span {
    let stretch = span.of(text);
    let start = span.start + stretch.len() - stretch.trim_start().len();
    Span::new(start, start + stretch.trim().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clauses(text: &str) -> Vec<Vec<&str>> {
        let found = sentences(text);
        found.iter().map(|s| s.clauses.iter().map(|c| c.of(text)).collect()).collect()
    }

    #[test]
    fn stops_end_sentences_and_commas_of_both_widths_end_clauses() {
        assert_eq!(
            clauses("全县有学校12所,教师800人；医院3家。\n粮食增产"),
            [vec!["全县有学校12所", "教师800人"], vec!["医院3家"], vec!["粮食增产"]]
        );
    }

    #[test]
    fn points_and_commas_of_numbers_and_marks_in_brackets_end_nothing() {
        assert_eq!(
            clauses("产值12,500.5万元（其中，出口3.2万元），比例2:1"),
            [vec!["产值12,500.5万元（其中，出口3.2万元）", "比例2:1"]]
        );
    }

    #[test]
    fn a_closing_quote_stays_with_its_sentence() {
        let text = "“已建成5座。”他说。";
        let found = sentences(text);

        assert_eq!(found[0].span.of(text), "“已建成5座。”");
        assert_eq!(found[1].span.of(text), "他说。");
    }

    #[test]
    fn an_empty_text_and_one_of_marks_alone_have_no_sentences() {
        assert!(sentences("").is_empty());
        assert!(sentences("。。\n，").is_empty());
    }

    #[test]
    fn a_sentence_knows_the_number_of_its_line() {
        let found = sentences("题目\n\n一段。二段。");

        assert_eq!(found.iter().map(|s| s.paragraph).collect::<Vec<_>>(), [0, 2, 2]);
    }

    #[test]
    fn what_never_ends_is_cut_at_a_comma_or_where_it_stands() {
        let listed = "甲园、".repeat(LONGEST / 3);
        let bare = "园".repeat(LONGEST * 2);
        for text in [&listed, &bare] {
            let found = sentences(text);

            assert!(found.len() > 1 && found.iter().all(|one| one.span.len() <= 2 * LONGEST + 9), "{}", found.len());
            assert_eq!(found.iter().map(|one| one.span.len()).sum::<usize>(), text.len());
        }
    }

    #[test]
    fn a_line_longer_than_any_paragraph_is_read_in_stretches_of_sentences() {
        let text = format!("题目\n{}\n尾", "园区建成三座。".repeat(LONGEST_STRETCH / 10));
        let found = stretches(&text);

        assert!(found.len() > 4);
        assert!(found[1].of(&text).ends_with('。') && found[1].len() < LONGEST_STRETCH + 50);
        assert_eq!(found.last().map(|one| one.of(&text)), Some("尾"));
    }

    #[test]
    fn brackets_within_brackets_hide_their_marks_each_once() {
        assert_eq!(clauses("甲（乙，（丙，丁），戊），己（庚"), [vec!["甲（乙，（丙，丁），戊）", "己（庚"]]);
    }
}
