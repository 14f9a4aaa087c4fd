//! Words that may not stand in code, by place, each with its reason.

use super::Finding;
use super::code;
use super::file::File;

/// Words that a part of the code does without.
struct Rule {
    /// Whole words or paths, looked for outside comments and literals.
    words: &'static [&'static str],
    /// The beginnings of the paths it applies to.
    within: &'static [&'static str],
    /// The beginnings of the paths it does not apply to all the same. Say why beside each.
    except: &'static [&'static str],
    reach: Reach,
    reason: &'static str,
}

enum Reach {
    TestsToo,
    OutsideTests,
}

const RULES: &[Rule] = &[
    Rule {
        words: &[
            "std::time",
            "SystemTime",
            "Instant::now",
            "Timestamp::now",
            "Zoned::now",
            "TimeZone::system",
            "TimeZone::get",
        ],
        within: &["crates/ledger/src/"],
        except: &[],
        reach: Reach::OutsideTests,
        reason: "the ledger has no clock: it is given `now`, so that a replay decides nothing anew",
    },
    Rule {
        words: &["std::fs", "std::net", "std::io", "std::process", "std::env"],
        within: &["crates/ledger/src/"],
        except: &[],
        reach: Reach::OutsideTests,
        reason: "the ledger does no I/O: the same code runs in the server, recovery and simulator",
    },
    Rule {
        words: &[
            "std::thread",
            "thread_local!",
            "Mutex",
            "RwLock",
            "async",
            "await",
        ],
        within: &["crates/ledger/src/"],
        except: &[],
        reach: Reach::OutsideTests,
        reason: "one writer runs the ledger: concurrency there would make outcomes depend on luck",
    },
    Rule {
        words: &["RandomState", "DefaultHasher"],
        within: &["crates/ledger/src/"],
        except: &[],
        reach: Reach::OutsideTests,
        reason: "the ledger knows no randomness: two replays must build the very same state",
    },
    Rule {
        words: &["f32", "f64"],
        within: &[
            "crates/ledger/src/",
            "crates/api/src/dialects/",
            "crates/api/src/native/",
        ],
        except: &[],
        reach: Reach::OutsideTests,
        reason: "money is an integer of minor units, read from its text: a float loses cents",
    },
    Rule {
        words: &["SystemTime", "Instant::now", "std::net", "std::fs"],
        within: &["crates/simulator/src/"],
        // The program around the simulation may time itself and keep a failing run.
        except: &["crates/simulator/src/main.rs", "crates/simulator/src/bin/"],
        reach: Reach::OutsideTests,
        reason: "the simulator has no real clock, network or disk: a seed must repeat exactly",
    },
    Rule {
        words: &[".unwrap()", ".unwrap_err()"],
        within: &[""],
        except: &[],
        reach: Reach::OutsideTests,
        reason: "say why it holds with `expect(\"…\")`, or return the error",
    },
    Rule {
        words: &["todo!", "unimplemented!", "dbg!"],
        within: &[""],
        except: &[],
        reach: Reach::TestsToo,
        reason: "unfinished work is not committed",
    },
    Rule {
        words: &["#[allow(", "#![allow("],
        within: &[""],
        // Every test program uses its own part of it, so nothing can be expected.
        except: &["crates/journal/tests/common/"],
        reach: Reach::TestsToo,
        reason: "use `#[expect(…, reason = \"…\")]`: it tells when it is no longer needed",
    },
    Rule {
        words: &["#[ignore]", "#[ignore ="],
        within: &[""],
        except: &[],
        reach: Reach::TestsToo,
        reason: "a test nobody runs rots: repair it, or remove it",
    },
];

/// Every forbidden word of one file.
pub(super) fn check(file: &File) -> Vec<Finding> {
    let begins = |paths: &[&str]| paths.iter().any(|path| file.path.starts_with(path));
    let rules = RULES
        .iter()
        .filter(|rule| begins(rule.within) && !begins(rule.except));
    rules.flat_map(|rule| check_rule(rule, file)).collect()
}

fn check_rule(rule: &Rule, file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for word in rule.words {
        for line in code::lines_with(&file.code, word) {
            if matches!(rule.reach, Reach::OutsideTests) && file.is_test(line) {
                continue;
            }
            let message = format!("`{word}`: {}", rule.reason);
            findings.push(Finding::error(&file.path, line, message));
        }
    }
    findings
}

#[cfg(test)]
mod tests;
