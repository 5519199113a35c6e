//! The day in a page's address or a file's name: `/202405/t20240517_123.html`, `/2024/0517/c123-1.html`, `2024-05-17 A01.txt`.

use crate::model::PartialDate;
use regex::Regex;
use std::sync::LazyLock;

/// The last day, or else the last month, of an address: folders come before the page.
pub(super) fn date_in_address(address: &str) -> Option<PartialDate> {
    static DAY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:^|[^0-9])((?:19|20)[0-9]{2})[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12][0-9]|3[01])(?:[^0-9]|$)")
            .expect("the pattern is fixed")
    });
    static MONTH: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"/((?:19|20)[0-9]{2})[-/_]?(0[1-9]|1[0-2])/").expect("the pattern is fixed"));
    let path = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = &path[path.find('/')?..];
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let day = |found: regex::Captures<'_>| {
        PartialDate::day(found[1].parse().ok()?, found[2].parse().ok()?, found[3].parse().ok()?)
    };
    let month = |found: regex::Captures<'_>| PartialDate::month(found[1].parse().ok()?, found[2].parse().ok()?);
    let last = path.rsplit('/').next().unwrap_or_default();
    DAY.captures(last)
        .and_then(day)
        .or_else(|| DAY.captures_iter(path).filter_map(day).last())
        .or_else(|| MONTH.captures_iter(path).filter_map(month).last())
}

/// The day in a file's name. Letters around the digits make them part of a number or a hash, not a day.
pub(super) fn date_in_name(name: &str) -> Option<PartialDate> {
    static DAY: LazyLock<Regex> = LazyLock::new(|| {
        let day = r"((?:19|20)[0-9]{2})(?:[-._]|\x{5E74})?(0?[1-9]|1[0-2])(?:[-._]|\x{6708})?(0?[1-9]|[12][0-9]|3[01])";
        Regex::new(&format!(r"(?:^t?|[^0-9A-Za-z]){day}(?:[^0-9A-Za-z]|$)")).expect("the pattern is fixed")
    });
    let found = DAY.captures(name)?;
    let digits = found.get(1)?.start()..found.get(3)?.end();
    // 2024115 is the 15th of January or the 5th of November.
    let digits = &name[digits];
    let is_clear = digits.len() == 8 || digits.contains(|c: char| !c.is_ascii_digit());
    PartialDate::day(found[1].parse().ok()?, found[2].parse().ok()?, found[3].parse().ok()?).filter(|_| is_clear)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_or_month_of_a_page_stands_in_its_address() {
        let cases = [
            ("http://example.org/zwgk/202405/t20240517_123456.html", Some("2024-05-17")),
            ("http://example.org/n1/2024/0517/c1001-40.html", Some("2024-05-17")),
            ("http://example.org/2024-05/17/content_123456.htm", Some("2024-05-17")),
            ("http://example.org/a/20240517/x.html", Some("2024-05-17")),
            ("http://example.org/2024-05/17/c_1129876543.htm?t=20250101", Some("2024-05-17")),
            ("http://example.org/zwgk/202405/123.html", Some("2024-05")),
            ("http://example.org/20240517123456.html", None),
            ("http://20240517.example.org/a.html", None),
            ("http://example.org/20241317/a.html", None),
            ("", None),
        ];

        for (address, day) in cases {
            assert_eq!(date_in_address(address).map(|date| date.to_string()).as_deref(), day, "{address}");
        }
    }

    #[test]
    fn a_files_name_may_tell_a_day() {
        let cases = [
            ("2024-05-17 A01.txt", Some("2024-05-17")),
            ("t20240517_123.html", Some("2024-05-17")),
            ("云溪日报2024年3月5日第2版.txt", Some("2024-03-05")),
            ("seed_20240517.txt", Some("2024-05-17")),
            ("001_7e20240517b68.txt", None),
            ("2024115.txt", None),
            ("20241317.txt", None),
            ("123456.txt", None),
        ];

        for (name, day) in cases {
            assert_eq!(date_in_name(name).map(|date| date.to_string()).as_deref(), day, "{name}");
        }
    }
}
