//! Damage of every kind that mirrors make, undone.

use super::*;
use encoding_rs::GB18030;

fn repaired(printed: &str) -> String {
    let mut text = MappedText::new(printed);
    undo(&mut text);
    text.text().to_owned()
}

/// What a mirror makes of `text` when it loses the first byte of the character at `at`.
fn shifted(text: &str, at: usize, length: usize) -> String {
    let (bytes, _, _) = GB18030.encode(&text[at..at + length]);
    let read = GB18030.decode_without_bom_handling(&bytes[1..]).0.into_owned();
    format!("{}?{read}{}", &text[..at], &text[at + length..])
}

#[test]
fn a_run_that_the_dictionary_knows_is_put_in_step() {
    // 慶 ends with the byte of `c`: there the mirror is in step again.
    let whole = "建設美好的生活。重慶改造長江三峽鄉村道路";
    let at = whole.find('。').unwrap();
    let broken = shifted(whole, at, whole.find('鄉').unwrap() - at);
    assert_eq!(broken, "建設美好的生活?Ｖ貞c改造長江三峽鄉村道路");

    assert_eq!(repaired(&broken), whole);
}

#[test]
fn a_short_run_is_put_in_step_by_what_follows() {
    assert_eq!(repaired("中心城區排名第一??N云山是屏障"), "中心城區排名第一。縉云山是屏障");
}

#[test]
fn a_reading_across_two_characters_tells_the_lost_byte() {
    assert_eq!(repaired("優(yōu)勢轉變?yōu)樾沦|(zhì)生產力"), "優勢轉變為新質生產力");
    assert_eq!(repaired("優(yōu)勢讓藝術家們?yōu)猷l(xiāng)村"), "優勢讓藝術家們為鄉村");
}

#[test]
fn a_swallowed_closing_tag_was_a_full_stop() {
    assert_eq!(repaired("推动“存量变增量”?/p>\n下一段"), "推动“存量变增量”。\n下一段");
}

#[test]
fn a_lost_character_is_found_by_its_reading_in_the_same_text() {
    assert_eq!(repaired("空氣質(zhì)量?jī)?yōu)良，優(yōu)勢"), "空氣質量優良，優勢");
    assert_eq!(repaired("推動存量變?cè)隽?、增量變存量"), "推動存量變增量、增量變存量");
}

#[test]
fn a_question_is_no_damage() {
    for text in ["为什么?因为有A级景区", "What? Nothing.", "你来吗?来。", "怎么办?A方案"] {
        assert_eq!(repaired(text), text);
        assert_eq!(damage(text), [], "{text}");
    }
}

#[test]
fn what_no_dictionary_knows_is_marked() {
    let text = repaired("进入前1?。另有\u{FFFD}\u{FFFD}家，质量?jī)良");

    let marked: Vec<&str> = damage(&text).into_iter().map(|span| span.of(&text)).collect();

    assert_eq!(text, "进入前1?。另有\u{FFFD}\u{FFFD}家，质量\u{FFFD}");
    assert_eq!(marked, ["前1?。", "有\u{FFFD}\u{FFFD}", "量\u{FFFD}"]);
}

#[test]
fn a_digit_that_a_run_out_of_step_took_is_marked_with_its_number() {
    let page = "農(nóng)戶深入升級?lín)鐣U?53個，效果顯著(zhù)，鐵(tiě)路、記(jì)者、黨(dǎng)員、區(qū)縣(xiàn)、辦(bàn)理。怎么办?A方案";

    let text = repaired(page);

    let marked: Vec<&str> = damage(&text).into_iter().map(|span| span.of(&text)).collect();
    assert!(marked.len() == 1 && marked[0].ends_with("\u{FFFD}53"), "{text} {marked:?}");
    assert!(text.ends_with("怎么办?A方案"));
}

#[test]
fn a_reading_with_its_tone_goes() {
    assert_eq!(repaired("當(dāng)前位置:首頁(yè)，碚（bèi）"), "當前位置:首頁，碚");
    assert_eq!(repaired("綠(lǜ)水長(cháng)(zhǎng)流"), "綠水長流");
}

#[test]
fn an_abbreviation_stays() {
    let text = "国内生产总值(gdp)增长，研发(R&D)经费，西部(重庆)科学城";

    assert_eq!(repaired(text), text);
}

#[test]
fn a_reading_without_a_tone_goes_only_among_many() {
    let noisy = "當(dāng)前頁(yè)落實(shí)區(qū)縣(xiàn)的(de)";

    assert_eq!(repaired(noisy), "當前頁落實區縣的");
    assert_eq!(repaired("我的(de)家"), "我的(de)家");
}
