//! What stands in `deploy/` fits the program: its options, its settings, its way of ending.

#![expect(clippy::disallowed_methods, reason = "tests read and write files")]

mod common;

use common::{ARTICLE, Project, repository};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

fn deployed(name: &str) -> String {
    std::fs::read_to_string(repository().join("deploy").join(name)).expect("it is there")
}

/// The values of a key in a unit file.
fn values<'t>(unit: &'t str, key: &str) -> Vec<&'t str> {
    unit.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('=')).collect()
}

#[test]
fn the_commands_of_the_units_are_those_of_the_program() {
    for (name, verb) in [("jialing.service", "serve"), ("jialing-build.service", "build")] {
        let unit = deployed(name);
        let commands = values(&unit, "ExecStart");
        assert_eq!(commands.len(), 1, "{name}");
        let words: Vec<&str> = commands[0].split(' ').collect();
        assert_eq!(words[..2], ["/usr/local/bin/jialing", verb], "{name}");

        // The help is told only where all before it was understood.
        let understood = Project::new().run(&[&words[1..], &["--help"]].concat());
        let not = Project::new().run(&[&words[1..], &["--no-such-option", "--help"]].concat());

        assert_eq!((understood.status(), not.status()), (0, 2), "{name}: {}", understood.err());
    }
}

#[test]
fn the_units_are_shut_in_and_may_start_workers() {
    for name in ["jialing.service", "jialing-build.service"] {
        let unit = deployed(name);
        for (key, value) in [
            ("DynamicUser", "yes"),
            ("ProtectSystem", "strict"),
            ("NoNewPrivileges", "yes"),
            ("CapabilityBoundingSet", ""),
            ("StateDirectory", "jialing"),
        ] {
            assert_eq!(values(&unit, key), [value], "{name}: {key}");
        }
        // Processes and limits belong to both groups; without them there is no worker.
        let filters = values(&unit, "SystemCallFilter").join(" ");
        assert!(!filters.contains("~@process") && !filters.contains("~@resources"), "{name}: {filters}");
    }
}

#[test]
fn the_settings_are_those_of_the_program() {
    let project = Project::new();
    let given = deployed("jialing.toml");
    // Also what is commented out: it is what a reader will turn on.
    let all: String = given
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|rest| rest.contains(" = ")).unwrap_or(line).to_owned() + "\n")
        .collect();
    project
        .write("given.toml", &given)
        .write("all.toml", &all)
        .write("bad.toml", all.replace("connections", "conections"));

    project.run(&["query", "--config", "given.toml"]).done();
    project.run(&["query", "--config", "all.toml"]).done();
    let bad = project.run(&["query", "--config", "bad.toml"]);

    assert_eq!(bad.status(), 2);
    assert!(bad.err().contains("conections"), "{}", bad.err());
}

#[test]
fn the_image_starts_the_server_and_asks_it_whether_it_is_ready() {
    let file = deployed("Containerfile");
    let words = |key: &str| -> Vec<String> {
        let line = file.lines().map(str::trim).find_map(|line| line.strip_prefix(key)).expect("it is there");
        serde_json::from_str(line.trim()).expect("a list of words")
    };

    assert_eq!(words("ENTRYPOINT"), ["jialing"]);
    // The first is that of the check.
    assert_eq!(words("CMD")[..2], ["bash", "-c"]);
    assert!(file.trim_end().ends_with("CMD [\"serve\"]"));
    assert!(file.contains("/readyz") && file.contains("\nUSER 10001\n"));
}

/// A server that runs as a process of its own. It ends with the test.
struct Running {
    child: Child,
    address: String,
    log: BufReader<std::process::ChildStderr>,
}

impl Running {
    fn start(project: &Project, args: &[&str]) -> Self {
        let mut child = project
            .command(&[&["serve", "--bind", "127.0.0.1:0"], args].concat())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut log = BufReader::new(child.stderr.take().expect("it is piped"));
        let mut line = String::new();
        while !line.starts_with("site") {
            line.clear();
            assert!(log.read_line(&mut line).expect("it is text") > 0, "the server ended");
        }
        let address = line.split("://").nth(1).expect("it tells its address").trim().trim_end_matches('/').to_owned();
        Self { child, address, log }
    }

    fn open(&self) -> TcpStream {
        TcpStream::connect(&self.address).expect("it listens")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[test]
fn a_server_that_is_terminated_finishes_what_runs_and_logs_no_query() {
    let project = Project::new();
    project.write("articles/a.txt", ARTICLE);
    project.run(&["build", "articles"]).done();
    let mut running = Running::start(&project, &["--log-format", "json", "--log-slow", "0s"]);
    let query = "SELECT * { ?s ?p ?o } LIMIT 50";
    let mut under_way = running.open();
    write!(
        under_way,
        "POST /sparql HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\nContent-Type: application/sparql-query\r\n\
         Expect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        query.len()
    )
    .expect("it listens");
    let mut go_on = [0; 25];
    under_way.read_exact(&mut go_on).expect("it goes on");

    let killed = Command::new("kill").args(["-TERM", &running.child.id().to_string()]).status();
    assert!(killed.expect("there is a kill").success());
    while TcpStream::connect(&running.address).is_ok() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    under_way.write_all(query.as_bytes()).expect("it still reads");
    let mut answer = String::new();
    under_way.read_to_string(&mut answer).expect("it is whole");

    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("]}}"), "{answer}");
    assert!(running.child.wait().expect("it ends").success());
    let mut log = String::new();
    running.log.read_to_string(&mut log).expect("it is text");
    let line = log.lines().find(|line| line.contains("\"mine\"")).unwrap_or_else(|| panic!("no line in {log}"));
    let line: serde_json::Value = serde_json::from_str(line).expect("a line is an object");
    assert_eq!((&line["route"], &line["status"]), (&"/sparql".into(), &200.into()));
    let logged: String = log.lines().filter(|line| line.starts_with('{')).collect();
    assert!(!logged.contains("SELECT") && !logged.contains("127.0.0.1"), "{logged}");
}

#[test]
fn what_the_store_takes_and_when_it_was_committed_is_counted() {
    let project = Project::new();
    project.write("articles/a.txt", ARTICLE);
    project.run(&["build", "articles"]).done();
    let running = Running::start(&project, &["--log", "off"]);

    let mut stream = running.open();
    stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").expect("it listens");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it is text");

    let value = |name: &str| -> f64 {
        let line = answer.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name} in {answer}")).parse().expect("it is a number")
    };
    assert!(value("jialing_store_size_bytes") > 10_000.0);
    assert!(value("jialing_store_committed_timestamp_seconds") > 1.7e9);
    assert!((value("jialing_newest_article_timestamp_seconds") - 1_709_596_800.0).abs() < 1.0, "5 March 2024");
}

#[test]
fn settings_that_cannot_be_meant_are_told_before_anything_is_served() {
    let project = Project::new();
    project.write("articles/a.txt", ARTICLE);
    project.run(&["build", "articles"]).done();

    for (args, told) in [
        (&["--tls-cert", "cert.pem"][..], "no key is named"),
        (&["--tls-cert", "none.pem", "--tls-key", "none.pem"], "none.pem"),
        (&["--trusted-proxy", "proxy.example.org"], "`proxy.example.org`"),
        (&["--log", "loud"], "`loud`"),
        (&["--log-format", "xml"], "`xml`"),
        (&["--client-requests", "many"], "many"),
        (&["--service-allow", "wikidata"], "`wikidata`"),
    ] {
        let ran = project.run(&[&["serve", "--bind", "127.0.0.1:0"], args].concat());
        assert!(ran.status() != 0 && ran.err().contains(told), "{args:?}: {}", ran.err());
    }
}
