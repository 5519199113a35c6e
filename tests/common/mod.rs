//! What tests that run the whole way share: a folder of articles, the program, a store.

#![allow(dead_code, reason = "each test binary uses its own part of this")]
#![allow(clippy::disallowed_methods, clippy::non_ascii_literal, reason = "tests write articles to the disk")]

pub mod tagger;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of the user's, with articles and a store.
pub struct Project {
    dir: tempfile::TempDir,
}

/// An article in our own words, with figures that are made up, that states a figure, a project and an event.
pub const ARTICLE: &str = "青川县建成十二座口袋公园\n\
    来源：青川日报  2024-03-05\n\n\
    本报讯（记者 林渡）3月4日，青川县召开城市更新推进会。2023年，全县森林覆盖率达到45.6%，建成口袋公园12座。\
    青川县科技创新中心项目总投资3.2亿元，已于去年10月开工。\n";

impl Project {
    /// An empty folder.
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().expect("a temporary folder can be made") }
    }

    /// The folder's path.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A path in the folder.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Writes a file below the folder.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.join(name);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder is writable");
        std::fs::write(path, content).expect("the folder is writable");
        self
    }

    /// Runs the program in the folder, without settings from outside.
    pub fn run(&self, args: &[&str]) -> Ran {
        Ran(self.command(args).output().expect("the program starts"))
    }

    /// The program in the folder, ready to run.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jialing"));
        command.args(args).current_dir(self.path());
        for name in ["JIALING_STORE", "JIALING_BASE", "JIALING_CONFIG", "JIALING_IDENTITY"] {
            command.env_remove(name);
        }
        command
    }
}

/// What a run of the program left.
pub struct Ran(Output);

impl Ran {
    /// The exit status.
    pub fn status(&self) -> i32 {
        self.0.status.code().unwrap_or(-1)
    }

    /// Standard output.
    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    /// Standard error.
    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// The same run, if it was well.
    pub fn done(self) -> Self {
        assert_eq!(self.status(), 0, "{}{}", self.out(), self.err());
        self
    }
}

/// The repository's folder.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
