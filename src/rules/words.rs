//! Words looked for in a text all at once, by the characters with which they begin.
//!
//! At nearly every place of a text no word of a class begins, and its first two characters tell: a bit for each pair with
//! which a word begins (and for some others, since pairs share bits) is looked at, and only where it is set are the words
//! compared. An automaton must follow each character through its table; here most places cost two multiplications.

use rustc_hash::FxHashMap;

/// Bits for each word: so that of sixteen pairs that begin none one passes.
const BITS: usize = 16;

/// A set of characters that may say of another that it holds it, never of its own that it does not: 1024 bits, by the last
/// ten of the character's number.
#[derive(Debug, Clone, Default)]
pub(super) struct Characters([u64; 16]);

impl Characters {
    #[inline]
    fn bit(c: char) -> (usize, u64) {
        let low = u32::from(c) & 1023;
        ((low >> 6) as usize, 1 << (low & 63))
    }

    #[inline]
    pub(super) fn may_hold(&self, c: char) -> bool {
        let (word, bit) = Self::bit(c);
        self.0[word] & bit != 0
    }

    pub(super) fn insert(&mut self, c: char) {
        let (word, bit) = Self::bit(c);
        self.0[word] |= bit;
    }
}

/// Words and their numbers.
type Numbered = Vec<(Box<str>, u32)>;

/// The words, each with the number that it had in the list.
#[derive(Debug)]
pub(super) struct Words {
    /// The characters with which words of two and more begin.
    firsts: Characters,
    /// A bit for each pair of characters with which a word begins.
    pairs: Vec<u64>,
    /// How far a pair's hash is shifted to be the number of a bit.
    shift: u32,
    by_pair: FxHashMap<(char, char), Numbered>,
    singles: Characters,
    by_character: FxHashMap<char, u32>,
}

impl Words {
    /// The words, none of which is empty or stands twice.
    pub(super) fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut by_pair: FxHashMap<(char, char), Numbered> = FxHashMap::default();
        let mut by_character = FxHashMap::default();
        let mut singles = Characters::default();
        for (number, word) in (0..).zip(words) {
            let mut chars = word.chars();
            match (chars.next(), chars.next()) {
                (Some(first), Some(second)) => by_pair.entry((first, second)).or_default().push((word.into(), number)),
                (Some(only), None) => {
                    singles.insert(only);
                    by_character.insert(only, number);
                }
                (None, _) => {}
            }
        }
        let bits = (by_pair.len() * BITS).next_power_of_two().max(64);
        let (pairs, shift) = (vec![0; bits / 64], 32 - bits.ilog2());
        let mut found = Self { firsts: Characters::default(), pairs, shift, by_pair, singles, by_character };
        let keys: Vec<(char, char)> = found.by_pair.keys().copied().collect();
        for (first, second) in keys {
            let bit = found.bit(first, second);
            found.pairs[bit / 64] |= 1 << (bit % 64);
            found.firsts.insert(first);
        }
        // The longest first: what is shorter is a prefix of it or no rival.
        found
            .by_pair
            .values_mut()
            .for_each(|words| words.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.1.cmp(&b.1))));
        found
    }

    #[inline]
    fn bit(&self, first: char, second: char) -> usize {
        let hash = u32::from(first).wrapping_mul(0x9E37_79B1).wrapping_add(u32::from(second).wrapping_mul(0x85EB_CA6B));
        (hash >> self.shift) as usize
    }

    /// Gives `found` the place, length and number of each word of the text, in the order of their beginnings, and of those
    /// that begin at one place the longest first, until it returns where to go on: no word before that place is then given.
    /// Behind the end nothing is.
    #[inline]
    pub(super) fn each(&self, text: &str, mut found: impl FnMut(usize, usize, u32) -> Option<usize>) {
        let mut from = 0;
        let mut rest = text.char_indices();
        let Some((mut at, mut first)) = rest.next() else { return };
        loop {
            let next = rest.next();
            if at >= from {
                if let Some((_, second)) = next.filter(|_| self.firsts.may_hold(first)) {
                    let bit = self.bit(first, second);
                    if self.pairs[bit / 64] & 1 << (bit % 64) != 0 {
                        for (word, number) in self.by_pair.get(&(first, second)).into_iter().flatten() {
                            if text.as_bytes()[at..].starts_with(word.as_bytes()) {
                                from = found(at, word.len(), *number).unwrap_or(from);
                                if from > at {
                                    break;
                                }
                            }
                        }
                    }
                }
                if from <= at && self.singles.may_hold(first) {
                    if let Some(number) = self.by_character.get(&first) {
                        from = found(at, first.len_utf8(), *number).unwrap_or(from);
                    }
                }
            }
            let Some(next) = next.filter(|_| from <= text.len()) else { return };
            (at, first) = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(words: &[&str], text: &str) -> Vec<(usize, usize, u32)> {
        let mut found = Vec::new();
        Words::new(words.iter().copied()).each(text, |at, len, number| {
            found.push((at, len, number));
            None
        });
        found
    }

    #[test]
    fn every_word_is_found_at_every_place_the_longest_first() {
        let words = ["工业园", "工业", "工", "园区", "园"];

        assert_eq!(all(&words, "工业园区"), [(0, 9, 0), (0, 6, 1), (0, 3, 2), (6, 6, 3), (6, 3, 4)]);
        assert_eq!(all(&words, "业园"), [(3, 3, 4)]);
        assert!(all(&words, "").is_empty() && all(&words, "山").is_empty() && all(&[], "工业").is_empty());
    }

    #[test]
    fn the_search_goes_on_where_it_is_told_and_ends_behind_the_end() {
        let words = Words::new(["一二", "二三", "三"]);
        let found_until = |next: &dyn Fn(usize, usize) -> Option<usize>| {
            let mut found = Vec::new();
            words.each("一二三三", |at, len, _| {
                found.push(at);
                next(at, len)
            });
            found
        };

        assert_eq!(found_until(&|_, _| None), [0, 3, 6, 9]);
        assert_eq!(found_until(&|at, len| Some(at + len)), [0, 6, 9]);
        assert_eq!(found_until(&|_, _| Some(usize::MAX)), [0]);
    }

    #[test]
    fn it_finds_what_a_plain_search_finds() {
        let letters = ['甲', '乙', 'a', '丙'];
        let word = |mut seed: usize, len: usize| {
            let mut word = String::new();
            for _ in 0..len {
                word.push(letters[seed % letters.len()]);
                seed = seed / letters.len() + 7 * seed + 3;
            }
            word
        };
        let mut words: Vec<String> = (0..60).map(|seed| word(seed, 1 + seed % 4)).collect();
        words.sort();
        words.dedup();
        for seed in 0..200 {
            let text = word(seed, 12);
            let mut plain: Vec<(usize, usize)> = words
                .iter()
                .flat_map(|word| {
                    let text = &text;
                    text.char_indices()
                        .filter(move |(at, _)| text[*at..].starts_with(word.as_str()))
                        .map(|(at, _)| (at, word.len()))
                })
                .collect();
            plain.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));

            let borrowed: Vec<&str> = words.iter().map(String::as_str).collect();
            let found: Vec<_> = all(&borrowed, &text).into_iter().map(|(at, len, _)| (at, len)).collect();

            assert_eq!(found, plain, "{text}");
        }
    }
}
