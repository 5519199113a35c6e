//! When an article was published, and by what that is known: who declares it is believed before markup, markup before the
//! masthead, the masthead before the page's address, and a file's name last.

use super::address::{date_in_address, date_in_name};
use super::html::Hints;
use crate::model::{DateSource, Document, PartialDate};

/// What the parts of a page say of the day.
pub(super) struct Told<'p> {
    pub(super) document: &'p Document,
    pub(super) hints: &'p Hints,
    /// The masthead of the article, else that of its page.
    pub(super) masthead: Option<PartialDate>,
    /// The month that the reports of an issue tell.
    pub(super) month: Option<PartialDate>,
    pub(super) url: Option<&'p str>,
}

impl Told<'_> {
    /// The day, month or year of publication.
    pub(super) fn date(&self) -> Option<(PartialDate, DateSource)> {
        let declared = &self.document.declared;
        let of_page = (declared.published, DateSource::Declared);
        let of_feed = (declared.published.filter(|_| declared.secondhand), DateSource::Declared);
        let by_markup = self.hints.dated_by.unwrap_or(DateSource::Meta);
        let is_address = by_markup == DateSource::Address;
        let from_address = || self.url.and_then(date_in_address);
        let told = [
            (of_page.0.filter(|_| !declared.secondhand), of_page.1),
            (self.hints.masthead.published.filter(|_| !is_address), by_markup),
            (self.masthead, DateSource::Text),
            of_feed,
            (from_address().or(self.hints.masthead.published.filter(|_| is_address)), DateSource::Address),
            (self.month, DateSource::Issue),
            (date_in_name(&self.document.name), DateSource::FileName),
        ];
        told.into_iter().find_map(|(date, source)| Some((date?, source)))
    }
}
