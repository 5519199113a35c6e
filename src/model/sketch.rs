//! Sketches of texts: how much two texts have in common, from 128 bytes of each.

use std::fmt::{self, Write as _};

/// A MinHash sketch of a text: two sketches agree in as large a share of their bytes as the texts share of their shingles.
///
/// The resemblance of two texts is the number of shingles (runs of five letters) that both have over the number that
/// either has (Broder 1997, "On the resemblance and containment of documents"). One hash function serves all bytes: a
/// shingle's hash says which byte it is for (Li, Owen, Zhang 2012, "One permutation hashing"); a byte for which a short text
/// has no shingle takes that of another (Shrivastava 2017, "Optimal densification"); and of the least hash eight bits are
/// kept (Li, König 2010, "b-bit minwise hashing").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sketch([u8; Self::BYTES]);

impl Sketch {
    /// The standard error of [`Sketch::resemblance`] at 0.8 is 0.035 with so many bytes, and 0.05 with half as many.
    const BYTES: usize = 128;

    /// Letters in a shingle: two or three Chinese words.
    const SHINGLE: usize = 5;

    /// A text of fewer shingles has no sketch: one changed word would change half of it.
    const FEWEST: usize = 50;

    /// The sketch of a text: letters and digits count, marks and white space do not. `None` for a text that is too short.
    pub fn of<'t>(lines: impl Iterator<Item = &'t str>) -> Option<Self> {
        let mut least = [u64::MAX; Self::BYTES];
        let mut last = [0_u32; Self::SHINGLE];
        let mut letters = 0;
        for c in lines.flat_map(str::chars).filter(|c| c.is_alphanumeric()) {
            last.rotate_left(1);
            last[Self::SHINGLE - 1] = u32::from(c);
            letters += 1;
            if letters >= Self::SHINGLE {
                let hash = last.iter().fold(0, |hash, c| mixed(hash ^ u64::from(*c)));
                let place = &mut least[usize::from(hash.to_be_bytes()[0]) % Self::BYTES];
                *place = hash.min(*place);
            }
        }
        if letters + 1 < Self::FEWEST + Self::SHINGLE {
            return None;
        }
        let mut bytes = [0; Self::BYTES];
        for (index, byte) in bytes.iter_mut().enumerate() {
            let (mut from, mut attempt) = (index, index as u64);
            while least[from] == u64::MAX {
                attempt = mixed(attempt.wrapping_add(1));
                from = usize::from(attempt.to_be_bytes()[0]) % Self::BYTES;
            }
            *byte = least[from].to_be_bytes()[7];
        }
        Some(Self(bytes))
    }

    /// The sketch that [`Display`](fmt::Display) wrote.
    pub fn parse(hex: &str) -> Option<Self> {
        let digits: Option<Vec<u8>> = hex.chars().map(|c| u8::try_from(c.to_digit(16)?).ok()).collect();
        let pairs = digits?.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect::<Vec<u8>>();
        (hex.len() == 2 * Self::BYTES).then_some(pairs)?.try_into().ok().map(Self)
    }

    /// An estimate of the resemblance of the two texts, 0 to 1. Bytes that agree by chance, one in 256, are taken off.
    pub fn resemblance(&self, other: &Self) -> f64 {
        let agree = self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count();
        let share = agree as f64 / Self::BYTES as f64;
        ((share - 1.0 / 256.0) / (1.0 - 1.0 / 256.0)).max(0.0)
    }

    /// Parts of the sketch of which two texts of resemblance 0.7 share one with a probability of 0.9998: what does not share
    /// one need not be compared (locality-sensitive hashing by bands; Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.4).
    pub fn bands(&self) -> impl Iterator<Item = (usize, [u8; 4])> {
        let band = |part: &[u8]| [part[0], part[1], part[2], part[3]];
        self.0.chunks_exact(4).map(band).enumerate().collect::<Vec<_>>().into_iter()
    }
}

impl fmt::Display for Sketch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = self.0.iter().try_fold(String::new(), |mut hex, byte| write!(hex, "{byte:02x}").map(|()| hex))?;
        f.write_str(&hex)
    }
}

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators").
fn mixed(hash: u64) -> u64 {
    let hash = hash.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text of `count` different characters, from `first` on.
    fn text(first: u32, count: u32) -> String {
        (first..first + count).filter_map(|code| char::from_u32(0x4E00 + code)).collect()
    }

    fn sketch(text: &str) -> Sketch {
        Sketch::of(text.lines()).unwrap()
    }

    #[test]
    fn marks_and_white_space_make_no_difference() {
        let plain = text(0, 200);
        let marked: String = plain.chars().flat_map(|c| [c, '，', '\n', ' ']).collect();

        assert_eq!(sketch(&plain), sketch(&marked));
        assert_eq!(Sketch::parse(&sketch(&plain).to_string()), Some(sketch(&plain)));
    }

    #[test]
    fn an_estimate_is_near_the_resemblance_whatever_the_length() {
        for length in [60, 200, 1_000, 10_000] {
            for share in [0, 25, 50, 80, 100] {
                let (whole, shifted) = (text(0, length), text(length - length * share / 100, length));
                let (length, share) = (f64::from(length), f64::from(share) / 100.0);
                let common = (length * share - 4.0).max(0.0);
                let exact = common / (2.0 * (length - 4.0) - common);

                let estimate = sketch(&whole).resemblance(&sketch(&shifted));

                assert!((estimate - exact).abs() < 0.13, "{length} {share}: {estimate} for {exact}");
            }
        }
    }

    #[test]
    fn resembling_texts_share_a_band_and_others_hardly_any() {
        let whole = sketch(&text(0, 1_000));
        let shared = |other: &Sketch| whole.bands().zip(other.bands()).filter(|(a, b)| a == b).count();

        assert!(shared(&sketch(&text(150, 1_000))) > 0);
        assert_eq!(shared(&sketch(&text(2_000, 1_000))), 0);
    }

    #[test]
    fn a_text_too_short_has_no_sketch_and_other_hex_is_none() {
        assert_eq!(Sketch::of(text(0, 53).lines()), None);
        assert!(Sketch::of(text(0, 54).lines()).is_some());
        for hex in ["", "00", &"g0".repeat(128), &"0".repeat(255), &"é".repeat(128)] {
            assert_eq!(Sketch::parse(hex), None);
        }
    }
}
