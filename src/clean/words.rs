//! The dictionary, for the few places where only words tell whether a repair is certain. It is loaded when the first
//! damaged text asks for it: an undamaged run never pays for it.

use super::marks::is_han;
use jieba_rs::Jieba;
use std::sync::LazyLock;

static DICTIONARY: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// How far on each side of a joint words are looked for.
const REACH: usize = 6;

/// Whether a word of two or more characters stands across the joint of `left` and `right`: `生态人文名` + `城`.
pub(super) fn join(left: &str, right: &str) -> bool {
    let head: String = left.chars().rev().take_while(|c| is_han(*c)).take(REACH).collect();
    let head: String = head.chars().rev().collect();
    let tail: String = right.chars().take_while(|c| is_han(*c)).take(REACH).collect();
    if head.is_empty() || tail.is_empty() {
        return false;
    }
    let border = head.len();
    let whole = head + &tail;
    let mut at = 0;
    DICTIONARY.cut(&whole, false).iter().any(|token| {
        let start = at;
        at += token.word.len();
        start < border && border < at
    })
}

/// Whether the dictionary has the word.
pub(super) fn is_word(word: &str) -> bool {
    DICTIONARY.has_word(word)
}
