//! What keeps money from moving: a second pair of eyes, holds, limits, a stop; and what takes a
//! transfer back.

use super::native::{deposit, open_account, refused, text};
use super::report::Report;
use super::server::Server;
use crate::remote::client::Client;
use anyhow::{Context, ensure};
use serde_json::{Value, json};

/// A maker and a checker, and accounts of their own.
struct Stage {
    maker: Client,
    checker: Client,
    source: String,
    target: String,
}

/// Approves, holds, limits, reverses, tries and stops.
pub(super) fn play(server: &Server, report: &mut Report) -> anyhow::Result<()> {
    report.section("Two people, and what keeps money from moving");
    let native = server.dev()?.native;
    let maker = Client::new(&server.url, &native.api_key)?;
    let [source, target] = [
        open_account(&maker, "Desk")?,
        open_account(&maker, "Vendor")?,
    ];
    deposit(&maker, &source, "10000.00")?;
    let stage = Stage {
        maker,
        checker: Client::new(&server.url, &native.checker_api_key)?,
        source,
        target,
    };
    stage.approval(report)?;
    stage.policy_change(report)?;
    stage.hold(report)?;
    let paid = stage.limit(report)?;
    stage.reversal(report, &paid)?;
    stage.dry_run(report)?;
    stage.stop(report)
}

impl Stage {
    fn approval(&self, report: &mut Report) -> anyhow::Result<()> {
        report.step("ask for a second pair of eyes", || {
            let policy = json!({
                "name": "large transfers", "approvals": 1,
                "conditions": {"kinds": ["transfer"], "asset": "USD", "amount_min": "5000.00"},
            });
            let set = self
                .maker
                .post("/v1/approval-policies", "demo-policy", &policy)?;
            ensure!(
                text(&set.body, "name") == "large transfers",
                "it is {}",
                set.body
            );
            Ok((
                (),
                "a policy: 5000.00 USD or more need one approval".to_owned(),
            ))
        })?;
        let approval = report.step("ask for a large transfer", || {
            let made = self.transfer("demo-large", "6000.00", json!({}))?;
            has(&made, "/status", "awaiting_approval")?;
            self.is_at("10000.00", "6000.00", "4000.00")?;
            let id = made.pointer("/approval/id").and_then(Value::as_str);
            let id = id.context("it names no approval")?.to_owned();
            Ok((id, "awaiting_approval; its 6000.00 USD are held".to_owned()))
        })?;
        let path = format!("/v1/approvals/{approval}");
        report.step("approve it as the one who asked", || {
            let mine = self
                .maker
                .post(&format!("{path}/approve"), "demo-own", &json!({}));
            let why = refused(mine)?;
            ensure!(why.code == "maker_cannot_approve", "it says {why}");
            has(&self.maker.get(&path)?, "/status", "pending")?;
            Ok(((), format!("refused: {}", why.code)))
        })?;
        report.step("approve it as somebody else", || {
            let inbox = self.checker.get("/v1/approvals?waiting_for=me")?;
            let waiting = inbox["items"].as_array().map_or(0, Vec::len);
            ensure!(waiting == 1, "{waiting} approvals wait");
            has(&inbox, "/items/0/id", &*approval)?;
            let done = self
                .checker
                .post(&format!("{path}/approve"), "demo-agree", &json!({}))?;
            has(&done.body, "/status", "approved")?;
            has(&done.body, "/subject/transfer/status", "completed")?;
            self.is_at("4000.00", "0.00", "4000.00")?;
            Ok(((), "found in their inbox, approved, completed".to_owned()))
        })
    }

    fn policy_change(&self, report: &mut Report) -> anyhow::Result<()> {
        report.step("take the policy away", || {
            let policies = self.maker.get("/v1/approval-policies")?;
            let policy = text(&policies["items"][0], "id");
            let path = format!("/v1/approval-policies/{policy}");
            let asked = self.maker.delete(&path, "demo-no-policy")?.body;
            has(&asked, "/status", "awaiting_approval")?;
            has(&self.maker.get(&path)?, "/removed_at", Value::Null)?;
            let id = text(&asked["approval"], "id");
            let path = format!("/v1/approvals/{id}/approve");
            let done = self.checker.post(&path, "demo-agree-policy", &json!({}))?;
            has(&done.body, "/status", "approved")?;
            let left = self.maker.get("/v1/approval-policies")?;
            ensure!(left["items"] == json!([]), "there is still {left}");
            Ok((
                (),
                "that needs its own approval first, and gets it".to_owned(),
            ))
        })
    }

    fn hold(&self, report: &mut Report) -> anyhow::Result<()> {
        let id = report.step("hold 100.00 USD", || {
            let hold = json!({"hold": {"expires_in_seconds": 3600}});
            let made = self.transfer("demo-hold", "100.00", hold)?;
            has(&made, "/status", "held")?;
            self.is_at("4000.00", "100.00", "3900.00")?;
            let found = "posted 4000.00, held 100.00, available 3900.00".to_owned();
            Ok((text(&made, "id").to_owned(), found))
        })?;
        let step = |what: &str, body: &Value| -> anyhow::Result<Value> {
            let path = format!("/v1/transfers/{id}/{what}");
            Ok(self.maker.post(&path, &format!("demo-{what}"), body)?.body)
        };
        report.step("capture 60.00 of it", || {
            let captured = step("capture", &json!({"amount": "60.00"}))?;
            has(&captured, "/status", "held")?;
            has(&captured, "/hold/captured", "60.00")?;
            has(&captured, "/hold/remaining", "40.00")?;
            self.is_at("3940.00", "40.00", "3900.00")?;
            Ok(((), "60.00 moved, 40.00 still held".to_owned()))
        })?;
        report.step("release the rest", || {
            let released = step("release", &json!({"reason": "not needed"}))?;
            has(&released, "/status", "completed")?;
            self.is_at("3940.00", "0.00", "3940.00")?;
            let path = format!("/v1/transfers/{id}/capture");
            let late = self
                .maker
                .post(&path, "demo-late", &json!({"amount": "1.00"}));
            let why = refused(late)?;
            ensure!(why.code == "not_open", "a late capture: {why}");
            Ok(((), format!("completed; one more capture: {}", why.code)))
        })
    }

    /// Returns the id of a transfer of 80.00 USD.
    fn limit(&self, report: &mut Report) -> anyhow::Result<String> {
        let limit = report.step("limit what leaves in a day", || {
            let limit = json!({
                "name": "daily_out", "subject": {"account": self.source}, "asset": "USD",
                "period": {"rolling_seconds": 86_400}, "amount_max": "100.00",
            });
            let set = self.maker.post("/v1/limits", "demo-limit", &limit)?;
            has(&set.body, "/usage/amount", "0.00")?;
            let id = text(&set.body, "id").to_owned();
            Ok((
                id,
                "at most 100.00 USD; what moved before does not count".to_owned(),
            ))
        })?;
        let path = format!("/v1/limits/{limit}");
        let paid = report.step("move 80.00 of them", || {
            let made = self.transfer("demo-within", "80.00", json!({}))?;
            has(&made, "/status", "completed")?;
            has(&self.maker.get(&path)?, "/usage/remaining_amount", "20.00")?;
            Ok((
                text(&made, "id").to_owned(),
                "completed; 20.00 USD are left".to_owned(),
            ))
        })?;
        report.step("move 50.00 more", || {
            let why = refused(self.transfer("demo-beyond", "50.00", json!({})))?;
            ensure!(why.code == "limit_exceeded", "it says {why}");
            for word in ["daily_out", "80.00 USD of 100.00 used", "50.00 asked"] {
                ensure!(
                    why.detail.contains(word),
                    "{word:?} is not in {:?}",
                    why.detail
                );
            }
            has(&self.maker.get(&path)?, "/usage/amount", "80.00")?;
            self.maker.delete(&path, "demo-no-limit")?;
            Ok((
                (),
                "declined: 80.00 USD of 100.00 used, 50.00 asked".to_owned(),
            ))
        })?;
        Ok(paid)
    }

    fn reversal(&self, report: &mut Report, paid: &str) -> anyhow::Result<()> {
        let reverse = |key: &str, amount: &str| {
            let body = json!({"amount": amount, "reason": "wrong_amount"});
            let path = format!("/v1/transfers/{paid}/reverse");
            self.maker.post(&path, key, &body)
        };
        report.step("reverse 30.00 of the 80.00", || {
            let made = reverse("demo-reverse", "30.00")?.body;
            has(&made, "/status", "completed")?;
            has(&made, "/reverses/transfer", paid)?;
            let original = self.maker.get(&format!("/v1/transfers/{paid}"))?;
            has(&original, "/reversal/reversed", "30.00")?;
            has(&original, "/reversal/remaining", "50.00")?;
            self.is_at("3890.00", "0.00", "3890.00")?;
            Ok((
                (),
                "a transfer of its own, linked; 50.00 are left".to_owned(),
            ))
        })?;
        report.step("reverse 60.00 more", || {
            let why = refused(reverse("demo-reverse-too-much", "60.00"))?;
            ensure!(why.code == "reversal_too_large", "it says {why}");
            self.is_at("3890.00", "0.00", "3890.00")?;
            Ok(((), format!("refused: {}", why.code)))
        })
    }

    fn dry_run(&self, report: &mut Report) -> anyhow::Result<()> {
        report.step("ask what a transfer would do", || {
            let list = format!("/v1/transfers?account={}&limit=200", self.source);
            let before = self.maker.get(&list)?;
            let body = self.body("all_available", json!({}));
            let tried = self.maker.ask("/v1/transfers?dry_run=true", &body)?;
            has(&tried, "/status", "completed")?;
            has(&tried, "/postings/0/amount", "3890.00")?;
            has(&tried, "/postings/0/balance_after", "0.00")?;
            ensure!(
                self.maker.get(&list)? == before,
                "it has left something behind"
            );
            self.is_at("3890.00", "0.00", "3890.00")?;
            Ok((
                (),
                "every posting it would make, and none is made".to_owned(),
            ))
        })
    }

    fn stop(&self, report: &mut Report) -> anyhow::Result<()> {
        report.step("stop the whole book, and go on", || {
            let reason = json!({"reason": "drill"});
            let stopped = self.checker.post("/v1/book/stop", "demo-stop", &reason)?;
            has(&stopped.body, "/stop/reason", "drill")?;
            let why = refused(self.transfer("demo-stopped", "1.00", json!({})))?;
            ensure!(why.code == "book_stopped", "it says {why}");
            self.checker
                .post("/v1/book/resume", "demo-resume", &json!({}))?;
            has(
                &self.transfer("demo-resumed", "1.00", json!({}))?,
                "/status",
                "completed",
            )?;
            self.is_at("3889.00", "0.00", "3889.00")?;
            Ok(((), format!("declined: {}; then completed again", why.code)))
        })
    }

    /// Asks for a transfer between the two accounts.
    fn transfer(&self, key: &str, amount: &str, more: Value) -> anyhow::Result<Value> {
        let body = self.body(amount, more);
        Ok(self.maker.post("/v1/transfers", key, &body)?.body)
    }

    fn body(&self, amount: &str, mut more: Value) -> Value {
        let named = [
            ("source", &*self.source),
            ("target", &self.target),
            ("asset", "USD"),
            ("amount", amount),
        ];
        for (name, value) in named {
            more[name] = json!(value);
        }
        more
    }

    /// Checks what is posted, held and available in the source.
    fn is_at(&self, posted: &str, held: &str, available: &str) -> anyhow::Result<()> {
        let account = self.maker.get(&format!("/v1/accounts/{}", self.source))?;
        let expected = [("posted", posted), ("held", held), ("available", available)];
        for (name, value) in expected {
            has(&account["balances"][0], &format!("/{name}"), value)?;
        }
        Ok(())
    }
}

/// Checks a member of an answer.
pub(super) fn has(answer: &Value, place: &str, expected: impl Into<Value>) -> anyhow::Result<()> {
    let (found, expected) = (answer.pointer(place), expected.into());
    let found = found.unwrap_or(&Value::Null);
    ensure!(found == &expected, "{place} is {found}, not {expected}");
    Ok(())
}
