//! A hash of a set of lines that follows what is added and taken away: the sum of the lines' SHA-256, as numbers of 256 bits.
//!
//! Why not the SHA-256 of all lines in order? A graph of half a million triples of which ten change would have to be read and
//! sorted for it. A sum tells sets apart by chance as well as SHA-256 does; it is no proof against one who looks for two sets
//! of one sum, and nothing here asks for that.

use sha2::{Digest, Sha256};
use std::fmt;

/// The sum of a set of lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum([u64; 4]);

impl Sum {
    /// Reads a sum as it is written; `None` for what is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let is_sum = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let mut limbs = [0; 4];
        for (at, limb) in limbs.iter_mut().enumerate().filter(|_| is_sum) {
            *limb = u64::from_str_radix(&text[48 - 16 * at..64 - 16 * at], 16).ok()?;
        }
        is_sum.then_some(Self(limbs))
    }

    /// Adds a line that was not in the set.
    pub(super) fn add(&mut self, line: &str) {
        let mut carry = false;
        for (limb, more) in self.0.iter_mut().zip(limbs(line)) {
            let (sum, first) = limb.overflowing_add(more);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            (*limb, carry) = (sum, first || second);
        }
    }

    /// Takes away a line that was in the set.
    pub(super) fn take(&mut self, line: &str) {
        let mut borrow = false;
        for (limb, less) in self.0.iter_mut().zip(limbs(line)) {
            let (left, first) = limb.overflowing_sub(less);
            let (left, second) = left.overflowing_sub(u64::from(borrow));
            (*limb, borrow) = (left, first || second);
        }
    }
}

/// The line's hash as a number, its lowest part first.
fn limbs(line: &str) -> [u64; 4] {
    let digest = Sha256::digest(line);
    let mut limbs = [0; 4];
    for (limb, bytes) in limbs.iter_mut().zip(digest.rchunks(8)) {
        *limb = bytes.iter().fold(0, |limb, byte| limb << 8 | u64::from(*byte));
    }
    limbs
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().rev().try_for_each(|limb| write!(f, "{limb:016x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(lines: &[&str]) -> Sum {
        let mut sum = Sum::default();
        lines.iter().for_each(|line| sum.add(line));
        sum
    }

    #[test]
    fn a_sum_follows_the_set_in_any_order() {
        let whole = sum(&["a", "b", "c"]);
        let mut other = sum(&["c", "d", "a"]);
        other.take("d");
        other.add("b");

        assert_eq!(whole, other);
        assert_ne!(whole, sum(&["a", "b"]));
        assert_ne!(whole, sum(&["a", "b", "d"]));
        other.take("a");
        other.take("b");
        other.take("c");
        assert_eq!(other, Sum::default());
    }

    #[test]
    fn one_line_sums_up_to_its_hash_and_is_read_again() {
        let one = sum(&["a"]);

        assert_eq!(one.to_string(), format!("{:x}", Sha256::digest("a")));
        assert_eq!(Sum::parse(&one.to_string()), Some(one));
        assert_eq!(Sum::parse("12"), None);
        assert_eq!(Sum::parse(&"g".repeat(64)), None);
    }
}
