//! `jialing withdraw`: an article taken out.

use super::options::Settings;
use super::print;
use crate::build::finish;
use crate::error::{Error, Result};
use crate::store::{SourceRecord, Store, Writer};
use oxigraph::model::NamedNode;

/// Take an article out of the store, by its IRI or by the path that gave it
#[derive(clap::Args)]
pub(super) struct Withdraw {
    /// The article's IRI, or a path as `build` was given it
    #[arg(value_name = "IRI|PATH")]
    what: String,
}

impl Withdraw {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        let store = Store::open(settings.store_dir()?, settings.wanted_base())?;
        let mut writer = store.write()?;
        let dropped = if writer.sources().contains_key(&self.what) {
            writer.forget(&self.what)?
        } else {
            let articles = format!("{}/id/article/", writer.base());
            let iri = NamedNode::new(&self.what).ok().filter(|iri| iri.as_str().starts_with(&articles));
            withdraw(&mut writer, &iri.ok_or_else(|| self.unknown())?)?
        };
        if dropped.is_empty() {
            return Err(self.unknown());
        }
        #[expect(clippy::disallowed_methods, reason = "the store's header tells when")]
        let now = jiff::Timestamp::now();
        let version = finish(writer, now)?.snapshot.header.version;
        let list = dropped.iter().map(|iri| format!("withdrawn: {iri}\n")).collect::<String>();
        print(&format!("{list}the store is at version {version}\n"))
    }

    fn unknown(&self) -> Error {
        Error::Usage {
            message: format!("the store has no article and no path `{}`", self.what),
            hint: "`jialing query articles` lists the articles with their IRIs and files".into(),
        }
    }
}

/// Takes the article from every path that gave it. One that was loaded has no path: its graph is dropped.
fn withdraw(writer: &mut Writer, article: &NamedNode) -> Result<Vec<String>> {
    let gives = |record: &SourceRecord| record.articles.iter().any(|given| given == article.as_str());
    let holders = writer.sources().iter().filter(|(_, record)| gives(record));
    let holders: Vec<_> = holders.map(|(path, record)| (path.clone(), record.clone())).collect();
    let mut dropped = Vec::new();
    for (path, mut record) in holders {
        record.articles.retain(|given| given != article.as_str());
        dropped.extend(writer.record(&path, record)?);
    }
    if dropped.is_empty() && writer.drop_graph(article)? {
        dropped.push(article.as_str().to_owned());
    }
    Ok(dropped)
}
