//! Traditional characters to simplified ones, character by character where the two texts have equally many.
//!
//! Characters whose two scripts do not map back one to one, and what is done about them:
//!
//! - 后/後, 里/裡, 发/發/髮, 干/乾/幹, 台/臺/颱, 只/隻, 面/麵, 系/係/繫 …: several traditional characters become one. Nothing
//!   is lost for a simplified text, which has but the one.
//! - 乾 (干, but 乾坤), 著 (着, but 著作), 徵 (征, but 宫商角徵羽), 藉, 瞭, 夥: the phrases of OpenCC's tables decide; a word
//!   that they have not, such as a name with 乾, becomes 干 in a traditional text. In a simplified one it stays.
//! - 甯 (宁), 锺 (钟), 於 (于), 钜 (巨), 昵 (暱), 馀 (余), 渖 (沈), 摺 (折), 捱 (挨), 菸 (烟), 谘 (咨), 吒 (咤), 榘 (矩), 镟 (旋),
//!   麴 (曲), 醣 (糖), 麽 (么), 薹 (苔), 稆 (穞), 後, 夥: in a simplified text they are names or rare words. A mirror prints their
//!   traditional form, and that becomes the form in brackets; the map leads back to what was printed.

use super::mapped::{Edit, MappedText};
use super::marks::is_han;
use crate::model::Span;
use opencc_fmmseg::OpenCC;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

static CONVERTER: LazyLock<OpenCC> = LazyLock::new(|| {
    let mut converter = OpenCC::new();
    // Articles are read in parallel already.
    converter.set_parallel(false);
    converter
});

/// A text is traditional if one in so many of its Chinese characters is. In traditional texts it is one in three; in a
/// simplified one a quoted name (`乾`, `瞭`) may be, and stays as it is printed.
const CHARS_PER_TRADITIONAL: usize = 10;

/// A line by itself must be surer, and have two: a name with `乾` may be most of it.
const CHARS_PER_TRADITIONAL_OF_LINE: usize = 6;

/// The simplified form of a traditional text.
pub(super) fn simplified(text: &str) -> String {
    CONVERTER.t2s(text, false)
}

/// What each character becomes by itself: telling a simplified text apart costs a look at each of its characters.
static SIMPLE: LazyLock<Vec<char>> = LazyLock::new(|| {
    let listed: String = COMMON.flat_map(|c| [c, '\n']).collect();
    let converted = simplified(&listed);
    let converted = converted.split('\n').map(|line| line.chars().next());
    COMMON.zip(converted).map(|(c, to)| to.unwrap_or(c)).collect()
});

/// The block of Chinese characters that texts are written in.
const COMMON: RangeInclusive<char> = '\u{4E00}'..='\u{9FFF}';

/// What a character becomes by itself.
pub(super) fn simple(c: char) -> char {
    let index = u32::from(c).checked_sub(u32::from(*COMMON.start())).and_then(|index| usize::try_from(index).ok());
    index.and_then(|index| SIMPLE.get(index)).copied().unwrap_or(c)
}

/// Whether a character becomes another.
pub(super) fn is_traditional(c: char) -> bool {
    simple(c) != c
}

/// How many Chinese characters a text has, and how many of them become others.
fn counted(text: &str) -> (usize, usize) {
    let han = text.chars().filter(|c| is_han(*c));
    han.fold((0, 0), |(all, traditional), c| (all + 1, traditional + usize::from(is_traditional(c))))
}

/// Converts the text, or those of its lines, that are traditional.
pub(super) fn simplify(text: &mut MappedText) {
    let (all, traditional) = counted(text.text());
    if traditional == 0 {
        return;
    }
    let whole = traditional * CHARS_PER_TRADITIONAL > all;
    let mut edits = Vec::new();
    let mut at = 0;
    for line in text.text().split_inclusive('\n') {
        // A traditional page's head or foot may stand around a simplified text.
        let (all, traditional) = counted(line);
        if !whole && (traditional < 2 || traditional * CHARS_PER_TRADITIONAL_OF_LINE < all) {
            at += line.len();
            continue;
        }
        let converted = simplified(line);
        if line.chars().count() == converted.chars().count() {
            for ((offset, old), new) in line.char_indices().zip(converted.chars()).filter(|((_, old), new)| old != new)
            {
                let start = at + offset;
                edits.push(Edit::new(Span::new(start, start + old.len_utf8()), new, "script"));
            }
        } else {
            edits.push(Edit::new(Span::new(at, at + line.len()), converted, "script"));
        }
        at += line.len();
    }
    text.edit(edits);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(printed: &str) -> String {
        let mut text = MappedText::new(printed);
        simplify(&mut text);
        text.text().to_owned()
    }

    #[test]
    fn a_traditional_text_becomes_simplified() {
        assert_eq!(read("這座山是縣城的綠色屏風。\n看著乾坤"), "这座山是县城的绿色屏风。\n看着乾坤");
    }

    #[test]
    fn a_simplified_text_stays_as_printed() {
        let text = "作家著书立说，馆名由他题写，曰「乾元」。全区森林覆盖率达到百分之五十，居全市前列。";

        assert_eq!(read(text), text);
    }

    #[test]
    fn each_character_leads_back_to_its_own() {
        let printed = "建設舊址群";
        let mut text = MappedText::new(printed);
        simplify(&mut text);

        let (clean, map, _) = text.finish();

        assert_eq!(clean, "建设旧址群");
        assert_eq!(map.printed(Span::new(6, 9)).unwrap().of(printed), "舊");
    }

    #[test]
    fn forms_of_hong_kong_and_taiwan_become_simplified() {
        assert_eq!(
            read("颱風過後，電視臺裏的著作向着讀者開放，這裡的羣眾為此歡呼。"),
            "台风过后，电视台里的著作向着读者开放，这里的群众为此欢呼。"
        );
    }

    #[test]
    fn a_traditional_frame_does_not_touch_the_simplified_text_in_it() {
        let body = "作家著书立说，馆名由他题写，曰「乾元」。全区森林覆盖率达到百分之五十，居全市前列。";
        let body = body.repeat(6);

        assert_eq!(
            read(&format!("當前位置：首頁\n{body}\n責任編輯：張三")),
            format!("当前位置：首页\n{body}\n责任编辑：张三")
        );
    }
}
