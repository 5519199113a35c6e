//! Where a name begins, seen from where it ends.

use super::{LEXICON, Scan, beginning, ending};
use crate::model::Span;

/// The lexicon's classes that the walk uses.
#[cfg(test)]
pub(super) const CLASSES: [&str; 9] =
    ["common", "generic_edge", "glue", "inner", "joint", "nests", "numeral", "prefix", "stop"];

/// No name of the articles read is longer; a walk that gets so far has lost its way.
const LONGEST: usize = 28;

/// What a quote or a bracket inside a name can hold, in characters: 重庆(国际)…, “红帽子”志愿服务队.
const LONGEST_ASIDE: usize = 8;

/// How much of a proper name the words before the head make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Content {
    /// Nothing stands before the head.
    Bare,
    /// Only common words: 现代农业产业园.
    Common,
    /// A word that is no common one: 金沙先进制造业园区.
    Proper,
    /// A name of a table, a quoted name: 北碚国家大学科技园.
    Known,
}

/// Where a name begins, and what was walked over.
#[derive(Debug, Clone, Copy)]
pub struct Edge {
    /// Its first byte.
    pub start: usize,
    /// What the words before the head are.
    pub content: Content,
    /// How many characters stand before the head.
    pub chars: usize,
    /// Where the last known place or body among the words ends, if there is one.
    pub known_end: Option<usize>,
    /// Where a division by its full name ends that stands before another known name: 水磨沟区乌鲁木齐热电厂.
    pub outer_end: Option<usize>,
}

/// What may join words inside the name that is walked over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joins {
    /// Dashes only: 缙云山—北温泉旅游度假区.
    Dash,
    /// 与 and 和 too: 计算机与信息科学学院.
    And,
}

#[derive(Clone, Copy)]
struct Step {
    start: usize,
    end: usize,
    content: Content,
    /// A common word that a name can hold but not begin with: 建设, 重点, 国家.
    trims: bool,
    /// A dash or 与.
    joins: bool,
}

impl Scan<'_> {
    /// Walks back from `head` (where the word that says what the thing is begins) to where the name begins. It never
    /// passes `floor`.
    pub fn left_edge(&self, head: usize, floor: usize, class: Joins) -> Edge {
        let mut steps: Vec<Step> = Vec::new();
        let mut at = head;
        while at > floor && self.text[at..head].chars().count() < LONGEST {
            let Some(step) = self.step(at, floor, head, class) else {
                break;
            };
            if step.start < floor || step.start >= at {
                break;
            }
            // 电池生产企业某某集团: behind what it is stands the name; 某某移动江苏公司北城分公司 goes on.
            let apposed = steps.iter().any(|step| step.content >= Content::Proper)
                && LEXICON.get("apposition", &self.text[step.start..step.end]).is_some()
                && self.known_ending(step.start).is_none();
            if apposed {
                break;
            }
            at = step.start;
            steps.push(step);
            // Before a known name only another known name, or what can stand before a name (中共, 环), belongs to it.
            // 东方电器(芜湖)有限公司: what stands before a bracket goes on.
            let aside = self.text[step.start..].starts_with(['(', '\u{FF08}']);
            if step.content == Content::Known && !aside && !self.goes_on(at, floor) {
                break;
            }
        }
        // A dash or 建设 stands inside a name; at its edge it belongs to the sentence. A name of nothing else keeps them:
        // 学生园区自我管理委员会.
        match steps.iter().rposition(|step| !step.trims) {
            Some(last) => steps.truncate(last + 1),
            None if steps.iter().any(|step| step.joins) => steps.clear(),
            None => {}
        }
        // A bracket cannot begin a name.
        while steps.last().is_some_and(|step| self.text[step.start..].starts_with(['(', '\u{FF08}'])) {
            steps.pop();
        }
        let start = steps.last().map_or(head, |step| step.start);
        Edge {
            start,
            content: steps.iter().map(|step| step.content).max().unwrap_or(Content::Bare),
            chars: self.text[start..head].chars().count(),
            outer_end: steps
                .iter()
                .enumerate()
                .filter(|(index, step)| *index > 0 && step.content == Content::Known)
                .find(|(_, step)| self.place_ending(step.end).is_some_and(|place| place.area && place.full))
                .filter(|(index, _)| steps[..*index].iter().any(|step| step.content == Content::Known))
                .map(|(_, step)| step.end),
            known_end: steps.iter().find(|step| step.content == Content::Known).map(|step| step.end),
        }
    }

    fn goes_on(&self, at: usize, floor: usize) -> bool {
        self.known_ending(at).is_some()
            || ending("nests", &self.text[floor..at]).is_some()
            || self.before(at).is_some_and(|c| {
                !c.is_alphanumeric()
                    && ending("joint", &self.text[floor..at]).is_some()
                    && self.joins(at - c.len_utf8(), c, Joins::Dash)
            })
            || ending("prefix", &self.text[floor..at])
                .is_some_and(|form| form.chars().count() > 1 || self.token_starts(at - form.len()))
            || (self.before(at).is_some_and(|c| matches!(c, ')' | '\u{FF09}')) && self.aside(at, floor).is_some())
    }

    /// Whether `mark`, which begins at `at`, joins words inside a name.
    fn joins(&self, at: usize, mark: char, class: Joins) -> bool {
        let Some(index) = self.token_before(at) else {
            return false;
        };
        let left = self.tokens[index].span.of(self.text);
        let dash = !mark.is_alphanumeric();
        if !left.ends_with(char::is_alphanumeric) {
            return false;
        }
        // 华龙网-新重庆客户端 are two; 桂和高速公路 bears the first letters of two cities.
        if dash {
            self.body_ending(at).is_none()
        } else {
            {
                // 横州市与中国茶叶流通协会 are two.
                let whole = LEXICON.get("nests", left).is_some() || self.known_ending(at).is_some();
                class == Joins::And && !whole || left.chars().count() == 1
            }
        }
    }

    fn known_ending(&self, at: usize) -> Option<Span> {
        let place = self.place_ending(at).map(|place| place.span);
        let body = self.body_ending(at).map(|body| body.span);
        place.into_iter().chain(body).max_by_key(|span| span.len())
    }

    fn step(&self, at: usize, floor: usize, head: usize, class: Joins) -> Option<Step> {
        let known =
            |span: Span| Step { start: span.start, end: span.end, content: Content::Known, trims: false, joins: false };
        if let Some(span) = self.known_ending(at) {
            return Some(known(span));
        }
        if let Some(span) = self.aside(at, floor) {
            return Some(known(span));
        }
        let rest = &self.text[floor..at];
        let last = rest.chars().next_back()?;
        if LEXICON.get("joint", last.encode_utf8(&mut [0; 4])).is_some() && at < head {
            let joins = self.joins(at - last.len_utf8(), last, class);
            return joins.then_some(Step {
                start: at - last.len_utf8(),
                end: at,
                content: Content::Common,
                trims: true,
                joins: true,
            });
        }
        let prefix = ending("prefix", rest);
        if let Some(form) = prefix.filter(|form| form.chars().count() > 1 || self.token_starts(at - form.len())) {
            return Some(Step {
                start: at - form.len(),
                end: at,
                content: Content::Common,
                trims: false,
                joins: false,
            });
        }
        let token = &self.tokens[self.token_before(at)?];
        // A known name may end inside a word that the tokenizer made of it and what follows.
        let start = [self.place_before(at), self.body_before(at)]
            .into_iter()
            .flatten()
            .filter(|end| token.span.start < *end)
            .max()
            .unwrap_or(token.span.start)
            .max(floor);
        let cut = |(offset, c): (usize, char)| {
            LEXICON.get("cut", c.encode_utf8(&mut [0; 4])).map(|_| start + offset + c.len_utf8())
        };
        let start = match self.text[start..at].char_indices().rev().find_map(cut) {
            Some(after) if after < at && after > start => after,
            _ => start,
        };
        let word = &self.text[start..at];
        let mut tag = token.tag.as_str();
        if !word.chars().all(|c| c.is_alphanumeric()) {
            return None;
        }
        let inner = LEXICON.get("inner", word).is_some();
        // 县人民医院早阳分院: behind a body's name two letters before a head are a name, whatever the tokenizer takes them for.
        let own = at == head && word.chars().count() == 2 && !inner && LEXICON.get("common", word).is_none();
        if own && LEXICON.get("stop", word).is_none() && tag != "m" && self.body_nests(start, floor) {
            return Some(Step { start, end: at, content: Content::Proper, trims: false, joins: false });
        }
        if !inner && ending("stop", word).is_some_and(|form| form.len() == word.len() || form.chars().count() > 1) {
            return None;
        }
        // The tokenizer may take a verb and the name after it for one word.
        let glued = beginning("stop", word);
        if let Some(form) = glued.filter(|form| !inner && form.chars().count() > 1 && form.len() < word.len()) {
            let start = start + form.len();
            return Some(Step { start, end: at, content: Content::Proper, trims: false, joins: false });
        }
        // 由 and the name after it, taken for a word that no dictionary has: 由美晟电器.
        let unknown = matches!(tag, "x" | "nr" | "nrt") && !inner;
        if let Some(form) = beginning("glue", word).filter(|form| unknown && form.len() < word.len()) {
            let start = start + form.len();
            return Some(Step { start, end: at, content: Content::Proper, trims: false, joins: false });
        }
        // 开发区和文旅集团: after what ends a name 和 joins, whatever word the tokenizer makes of it.
        let joined = beginning("joint", word).filter(|form| unknown_or_name(tag) && form.len() < word.len());
        if let Some(form) = joined.filter(|form| form.chars().all(char::is_alphanumeric) && self.nests_before(start)) {
            let start = start + form.len();
            return Some(Step { start, end: at, content: Content::Proper, trims: false, joins: false });
        }
        let common = inner || LEXICON.get("common", word).is_some();
        if common {
            tag = "n";
        }
        let digits = word.chars().all(|c| c.is_ascii_digit());
        // 某区2019美酒小镇: the year is the sentence's.
        if digits && word.len() == 4 && (word.starts_with("19") || word.starts_with("20")) {
            return None;
        }
        let content = match tag.as_bytes().first()? {
            b'n' if matches!(tag, "nr" | "ns" | "nz" | "nt" | "nrt" | "nrfg" | "ng") => Content::Proper,
            b'n' | b's' | b'b' | b'l' | b'i' | b'a' | b'f' | b'z' => Content::Common,
            b'j' | b'g' | b'x' | b'h' | b'k' => Content::Proper,
            b'e' if word.is_ascii() => Content::Proper,
            b'v' if tag == "vn" => Content::Common,
            b'm' if digits && at == head => return None,
            b'm' if word.ends_with(|c: char| c.is_ascii_digit()) || is_ordinal(word) => Content::Common,
            // The tokenizer takes 亿达 for a number.
            b'm' if word.chars().count() == 2 && !word.ends_with(|c: char| self::counts(c)) => Content::Proper,
            // 桂（平）来（宾）高速公路: letters between brackets.
            _ if word.chars().count() == 1 && self.between_brackets(start, at) => Content::Proper,
            _ => return None,
        };
        Some(Step {
            start,
            end: at,
            content,
            joins: false,
            trims: LEXICON.get("generic_edge", word).is_some() || tag == "f" && word.chars().count() == 1,
        })
    }

    /// Whether the text before `at` ends with a word for a body that has parts with names of their own.
    fn body_nests(&self, at: usize, floor: usize) -> bool {
        ending("parts", &self.text[floor..at]).is_some()
    }

    fn between_brackets(&self, start: usize, end: usize) -> bool {
        let opens = self.after(end).is_some_and(|c| matches!(c, '(' | '\u{FF08}'));
        opens && self.before(start).is_some_and(|c| matches!(c, ')' | '\u{FF09}'))
    }

    /// The bracket or quotation that ends at `at`, with its marks.
    fn aside(&self, at: usize, floor: usize) -> Option<Span> {
        let close = self.text[floor..at].chars().next_back()?;
        let opens: &[char] = match close {
            ')' | '\u{FF09}' => &['(', '\u{FF08}'],
            '\u{201D}' => &['\u{201C}'],
            '"' => &['"'],
            '\u{300D}' => &['\u{300C}'],
            _ => return None,
        };
        let inner = &self.text[floor..at - close.len_utf8()];
        let from = inner.rfind(|c| opens.contains(&c))?;
        let open = inner[from..].chars().next()?;
        let held = &inner[from + open.len_utf8()..];
        // (二) numbers a heading.
        if held.chars().all(|c| LEXICON.get("numeral", c.encode_utf8(&mut [0; 4])).is_some()) {
            return None;
        }
        let plain =
            held.chars().all(char::is_alphanumeric) && !held.is_empty() && held.chars().count() <= LONGEST_ASIDE;
        plain.then(|| Span::new(floor + from, at))
    }
}

/// Whether the character counts: a numeral or a measure.
fn counts(c: char) -> bool {
    let mut buffer = [0; 4];
    let form: &str = c.encode_utf8(&mut buffer);
    ["numeral", "measure"].iter().any(|class| LEXICON.get(class, form).is_some())
}

/// 第四十二中学: a number that is part of a name.
fn is_ordinal(word: &str) -> bool {
    let numeral = |c: char| LEXICON.get("numeral", c.encode_utf8(&mut [0; 4])).is_some();
    beginning("ordinal", word).is_some_and(|form| word[form.len()..].chars().all(numeral))
}

fn unknown_or_name(tag: &str) -> bool {
    matches!(tag, "x" | "nr" | "nrt" | "nz")
}
