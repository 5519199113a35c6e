//! Content negotiation by RFC 9110: of the ranges that match an offer the most specific decides its weight; `q=0`
//! excludes; the highest weight wins; among equals the more specific range, then the server's own order.

/// A media range of an `Accept` header with its weight in thousandths.
#[derive(Debug, PartialEq, Eq)]
struct Range<'a> {
    kind: &'a str,
    sub: &'a str,
    weight: u16,
}

impl<'a> Range<'a> {
    /// `text/*;q=0.3`; parameters other than the weight are not compared: every offer has its own and no other.
    fn read(item: &'a str) -> Option<Self> {
        let mut parts = item.split(';').map(str::trim);
        let (kind, sub) = parts.next()?.split_once('/')?;
        let mut weight = 1000;
        for parameter in parts {
            let Some((name, value)) = parameter.split_once('=') else {
                continue;
            };
            if name.trim().eq_ignore_ascii_case("q") {
                weight = thousandths(value.trim())?;
            }
        }
        Some(Self { kind: kind.trim(), sub: sub.trim(), weight })
    }

    /// How closely it names the offer: 2 exactly, 1 by its type, 0 as any; `None` if it does not.
    fn specificity(&self, offer: &str) -> Option<u8> {
        let (kind, sub) = offer.split_once('/')?;
        match (self.kind, self.sub) {
            ("*", "*") => Some(0),
            (own, "*") if own.eq_ignore_ascii_case(kind) => Some(1),
            (own, other) if own.eq_ignore_ascii_case(kind) && other.eq_ignore_ascii_case(sub) => Some(2),
            _ => None,
        }
    }
}

/// `0.5` as 500. More than three digits, or more than one, are no weight.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > 3 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{part:0<3}").parse().ok()?;
    match whole {
        "0" => Some(fraction),
        "1" if fraction == 0 => Some(1000),
        _ => None,
    }
}

/// The place in `offers` of what the caller likes best; the first where it does not say; `None` where it takes none.
///
/// `offers` are media types without parameters, in the server's order of preference.
pub fn choose(accept: Option<&str>, offers: &[&str]) -> Option<usize> {
    let ranges: Vec<Range<'_>> =
        accept.unwrap_or_default().split(',').filter_map(|item| Range::read(item.trim())).collect();
    if ranges.is_empty() {
        return (!offers.is_empty()).then_some(0);
    }
    offers
        .iter()
        .enumerate()
        .filter_map(|(place, offer)| {
            let (specificity, weight) =
                ranges.iter().filter_map(|range| Some((range.specificity(offer)?, range.weight))).max()?;
            (weight > 0).then_some(((weight, specificity, usize::MAX - place), place))
        })
        .max()
        .map(|(_, place)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RDF: &[&str] = &["text/turtle", "application/ld+json", "text/html"];

    #[track_caller]
    fn chosen(accept: &str) -> Option<&'static str> {
        choose(Some(accept), RDF).map(|place| RDF[place])
    }

    #[test]
    fn without_a_wish_the_first_offer_is_taken() {
        assert_eq!(choose(None, RDF), Some(0));
        assert_eq!(chosen(""), Some("text/turtle"));
        assert_eq!(chosen("*/*"), Some("text/turtle"));
    }

    #[test]
    fn the_highest_weight_wins() {
        assert_eq!(chosen("text/turtle;q=0.4, application/ld+json;q=0.6"), Some("application/ld+json"));
    }

    #[test]
    fn the_most_specific_range_decides_an_offers_weight() {
        assert_eq!(chosen("*/*, text/turtle;q=0.1, text/html;q=0.2"), Some("application/ld+json"));
        assert_eq!(chosen("text/*;q=0.3, text/html;q=0.9"), Some("text/html"));
    }

    #[test]
    fn a_weight_of_nought_excludes() {
        assert_eq!(chosen("text/turtle;q=0, */*;q=0.1"), Some("application/ld+json"));
        assert_eq!(chosen("*/*;q=0"), None);
        assert_eq!(chosen("image/png"), None);
    }

    #[test]
    fn a_browser_gets_the_page() {
        assert_eq!(chosen("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), Some("text/html"));
    }

    #[test]
    fn what_is_no_media_range_is_passed_over() {
        assert_eq!(chosen("text, ;;, text/html;q=abc, application/ld+json"), Some("application/ld+json"));
        assert_eq!(chosen("text/html;q=1.5, text/turtle;q=0.1"), Some("text/turtle"));
    }

    #[test]
    fn types_are_compared_without_regard_to_case() {
        assert_eq!(chosen("Application/LD+JSON; profile=\"x\""), Some("application/ld+json"));
    }
}
