//! The unified social credit code of an organization (GB 32100).

use serde::Serialize;
use std::fmt;

/// What may stand in a code, in the order of its values: I, O, S, V and Z are left out.
const LETTERS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A code whose check digit is right: 91350100M000100Y43.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct CreditCode(String);

impl CreditCode {
    /// How many characters a code has.
    pub const LENGTH: usize = 18;

    /// The code that is written so; `None` if it is none, or if its last character does not fit the others.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != Self::LENGTH {
            return None;
        }
        let value = |byte: &u8| LETTERS.iter().position(|letter| letter == byte);
        // Weights are the powers of 3 modulo 31.
        let mut weight = 1;
        let mut sum = 0;
        for (at, byte) in bytes.iter().enumerate() {
            let value = value(byte)?;
            // No office registers under 0, and the area that registers has a code of digits.
            if (at == 0 && value == 0) || ((2..8).contains(&at) && !byte.is_ascii_digit()) {
                return None;
            }
            sum += value * if at + 1 < Self::LENGTH { weight } else { 1 };
            weight = weight * 3 % LETTERS.len();
        }
        (sum % LETTERS.len() == 0).then(|| Self(text.to_owned()))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_by_its_check_digit() {
        // The example of the standard itself.
        assert!(CreditCode::parse("91350100M000100Y43").is_some());
        for wrong in [
            "91350100M000100Y44",
            "91350100M000100Y4",
            "91350100M000100Y433",
            "9135010OM000100Y43",
            "91350100m000100Y43",
            "000000000000000000",
            "",
        ] {
            assert_eq!(CreditCode::parse(wrong), None, "{wrong}");
        }
    }
}
