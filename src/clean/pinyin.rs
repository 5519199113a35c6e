//! Mirror noise: some mirrors print the reading of each rare character behind it, `當(dāng)前` for `當前`.

use super::mapped::{Edit, MappedText};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// A reading in brackets right after a Chinese character. The longest, `zhuāng`, has six letters.
static READING: LazyLock<Regex> = LazyLock::new(|| {
    let bracketed = r"[(\x{FF08}]([a-z\x{B7}-\x{24F}\x{1E00}-\x{1EFF}]{1,6})[)\x{FF09}]";
    Regex::new(&format!(r"(\p{{Han}})((?:{bracketed})+)")).expect("the pattern is fixed")
});

/// A letter that is no ASCII bears the tone: `(dāng)`. A bracket without one, `(de)`, is a reading only in a text that
/// is full of them; else it may be an abbreviation, `国内生产总值(gdp)`.
const NOISY: usize = 5;

/// Takes the readings out.
pub(super) fn take_out(text: &mut MappedText) {
    let toned = |inner: &str| !inner.is_ascii();
    let found: Vec<_> = READING.captures_iter(text.text()).collect();
    let noisy = found.iter().filter(|reading| toned(&reading[2])).count() >= NOISY;
    let edits = found.iter().filter(|reading| noisy || toned(&reading[2]));
    let edits = edits.filter_map(|reading| Some(Edit::delete(reading.get(2)?.range().into(), "pinyin")));
    let edits: Vec<Edit> = edits.collect();
    text.edit(edits);
}

/// Which characters a text itself gives each reading for.
pub(super) type Readings = BTreeMap<String, BTreeSet<char>>;

/// The readings that stand in brackets in a text.
pub(super) fn readings(text: &str) -> Readings {
    let mut readings = Readings::new();
    for found in READING.captures_iter(text) {
        let Some(c) = found[1].chars().next() else { continue };
        readings.entry(found[3].to_owned()).or_default().insert(c);
    }
    readings
}

/// The text without readings, for looking words up in.
pub(super) fn without(text: &str) -> String {
    READING.replace_all(text, "$1").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken_out(text: &str) -> String {
        let mut text = MappedText::new(text);
        take_out(&mut text);
        text.text().to_owned()
    }

    #[test]
    fn a_reading_with_its_tone_goes() {
        assert_eq!(taken_out("當(dāng)前位置:首頁(yè)，碚（bèi）"), "當前位置:首頁，碚");
        assert_eq!(taken_out("綠(lǜ)水長(cháng)(zhǎng)流"), "綠水長流");
    }

    #[test]
    fn an_abbreviation_stays() {
        let text = "国内生产总值(gdp)增长，研发(R&D)经费，西部(重庆)科学城";

        assert_eq!(taken_out(text), text);
    }

    #[test]
    fn a_reading_without_a_tone_goes_only_among_many() {
        let noisy = "當(dāng)前頁(yè)落實(shí)區(qū)縣(xiàn)的(de)";

        assert_eq!(taken_out(noisy), "當前頁落實區縣的");
        assert_eq!(taken_out("我的(de)家"), "我的(de)家");
    }
}
