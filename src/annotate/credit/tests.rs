use super::*;
use crate::annotate::annotate;
use crate::model::Article;

/// Made up: no area has the code 999999.
const CODE: &str = "91999999MA00000X0H";
const OTHER: &str = "129999990000000055";

/// Each code of the text with the name of the organization that it is beside.
fn told(text: &str) -> Vec<(String, String)> {
    let annotated = annotate(Article::of_text(text));
    let name = |code: &StatedCode| annotated.organizations[code.organization].value.name.clone();
    annotated.credit_codes.iter().map(|code| (name(code), code.code.to_string())).collect()
}

#[track_caller]
fn assert_told(text: &str, expected: &[(&str, &str)]) {
    let told = told(text);
    let told: Vec<_> = told.iter().map(|(name, code)| (name.as_str(), code.as_str())).collect();

    assert_eq!(told, expected, "{text}");
}

#[test]
fn a_code_beside_a_name_is_the_bodys() {
    for text in [
        "远山青禾科技有限公司（统一社会信用代码：91999999MA00000X0H）受到表彰。",
        "远山青禾科技有限公司，统一社会信用代码为91999999MA00000X0H，位于北碚区。",
        "远山青禾科技有限公司（以下简称“青禾公司”），社会信用代码号：91999999MA00000X0H。",
        "单位名称：远山青禾科技有限公司\n统一社会信用代码：91999999MA00000X0H",
        "远山青禾科技有限公司的统一社会信用代码是91999999MA00000X0H。",
    ] {
        assert_told(text, &[("远山青禾科技有限公司", CODE)]);
    }
}

#[test]
fn spaces_and_small_letters_are_evened_out() {
    let text = "远山青禾科技有限公司（统一社会信用代码： 9199 9999 ma00 000x 0h）";

    assert_told(text, &[("远山青禾科技有限公司", CODE)]);
}

#[test]
fn each_body_has_its_own_code() {
    let text = "远山青禾科技有限公司（统一社会信用代码：91999999MA00000X0H）与岚山大学（统一社会信用代码：129999990000000055）签约。";

    assert_told(text, &[("远山青禾科技有限公司", CODE), ("岚山大学", OTHER)]);
}

#[test]
fn a_code_that_does_not_check_is_none() {
    for code in [
        "91999999MA00000X0J",
        "91999999MA00000X1H",
        "91999999MA0000OX0H",
        "9199999MMA00000X0H",
        "000000000000000000",
        "91999999MA00000X0",
        "91999999MA00000X0H1",
        "",
    ] {
        assert_told(&format!("远山青禾科技有限公司（统一社会信用代码：{code}）"), &[]);
    }
}

#[test]
fn a_code_that_stands_beside_no_name_is_nobodys() {
    for text in [
        "统一社会信用代码：91999999MA00000X0H",
        "远山青禾科技有限公司受到表彰。法定代表人张三，统一社会信用代码：91999999MA00000X0H",
        "远山青禾科技有限公司。统一社会信用代码：91999999MA00000X0H",
        "远山青禾科技有限公司的编号为91999999MA00000X0H。",
        "远山青禾科技有限公司\n\n\n统一社会信用代码：91999999MA00000X0H",
    ] {
        assert_told(text, &[]);
    }
}

#[test]
fn the_code_stands_where_its_span_says() {
    let text = "远山青禾科技有限公司（统一社会信用代码：91999999 ma00000x0h）";
    let annotated = annotate(Article::of_text(text));

    assert_eq!(annotated.credit_codes[0].span.of(text), "91999999 ma00000x0h");
}
