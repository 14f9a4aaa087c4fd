//! `/livez` and `/readyz`, and what a full queue and a failed journal look like.

use crate::app::{Answer, TestApp, all_at_once, payment, text};
use giro_engine::EngineOptions;
use giro_journal::{
    AppendError, Appended, Batch, Digest, Epoch, Fault, FaultyJournal, Journal, JournalReader,
    MemoryDisk, Seq, ShardId,
};
use serde_json::json;
use std::sync::{Arc, Condvar, Mutex};

#[tokio::test]
async fn a_working_server_is_alive_and_ready() {
    let app = TestApp::new().await;
    for path in ["/livez", "/readyz"] {
        let health = app.get(path).anonymous().send().await.expect(200);
        assert_eq!(text(&health, "status"), "ok");
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Disk {
    Works,
    Hangs,
    Fails,
}

/// What the disk under a journal does from now on.
struct Switch {
    disk: Mutex<Disk>,
    changed: Condvar,
}

impl Switch {
    fn set(&self, disk: Disk) {
        *self.disk.lock().expect("nobody panicked") = disk;
        self.changed.notify_all();
    }

    /// Waits as long as the disk hangs.
    fn get(&self) -> Disk {
        let disk = self.disk.lock().expect("nobody panicked");
        let hangs = |disk: &mut Disk| *disk == Disk::Hangs;
        *self
            .changed
            .wait_while(disk, hangs)
            .expect("nobody panicked")
    }
}

/// A journal whose disk hangs or fails when told to.
struct Switched {
    inner: FaultyJournal,
    switch: Arc<Switch>,
}

impl Journal for Switched {
    fn shard(&self) -> ShardId {
        self.inner.shard()
    }
    fn end(&self) -> Seq {
        self.inner.end()
    }
    fn last_digest(&self) -> Digest {
        self.inner.last_digest()
    }
    fn epoch(&self) -> Epoch {
        self.inner.epoch()
    }
    fn append(&mut self, epoch: Epoch, at: Seq, batch: &Batch) -> Result<Appended, AppendError> {
        if self.switch.get() == Disk::Fails {
            self.inner.break_next(Fault::Fail);
        }
        self.inner.append(epoch, at, batch)
    }
    fn reader(&self) -> Arc<dyn JournalReader> {
        self.inner.reader()
    }
}

async fn with_switch(options: EngineOptions) -> (TestApp, Arc<Switch>) {
    let journal = MemoryDisk::new(ShardId(0)).open().expect("an empty disk");
    let (disk, changed) = (Mutex::new(Disk::Works), Condvar::new());
    let switch = Arc::new(Switch { disk, changed });
    let inner = FaultyJournal::new(journal, []);
    let journal = Switched {
        inner,
        switch: switch.clone(),
    };
    let app = TestApp::on(Box::new(journal), options).await;
    app.account("ops", "USD", "100.00").await;
    app.account("payroll", "USD", "0").await;
    (app, switch)
}

#[tokio::test]
async fn a_failed_journal_leaves_the_outcome_open_and_stops_changes_but_not_reading() {
    let (app, switch) = with_switch(EngineOptions::default()).await;
    switch.set(Disk::Fails);
    let unknown = app.pay("1.00").await.problem(503, "storage_failed");
    assert!(text(&unknown, "detail").contains("same key"), "{unknown}");
    app.pay("1.00").await.problem(503, "storage_failed");
    app.get("/readyz")
        .anonymous()
        .send()
        .await
        .problem(503, "storage_failed");
    app.get("/livez").anonymous().send().await.expect(200);
    let ops = app.get("/v1/accounts/alias:ops").send().await.expect(200);
    assert_eq!(ops["balances"][0]["posted"], "100.00");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_says_so_at_once_and_nothing_was_done() {
    // Just enough for all the assets, which are defined at once at the start.
    let options = EngineOptions {
        queue_max: 300,
        frame_bytes_max: 1,
        ..EngineOptions::default()
    };
    let (app, switch) = with_switch(options).await;
    switch.set(Disk::Hangs);
    let body = json!({"mode": "atomic", "transfers": vec![payment("0.01"); 300]});
    let ask = async || -> Answer {
        let answer = app.post("/v1/transfers/batch").json(&body).send().await;
        if answer.status == 503 {
            // Somebody was turned away: the others need not wait any longer.
            switch.set(Disk::Works);
        }
        answer
    };
    let answers = all_at_once((0..10).map(|_| ask())).await;
    let (done, turned_away): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.status == 200);
    assert!(!turned_away.is_empty());
    for answer in turned_away {
        answer.problem(503, "overloaded");
        assert_eq!(answer.headers["retry-after"], "1");
    }
    let payroll = app
        .get("/v1/accounts/alias:payroll")
        .send()
        .await
        .expect(200);
    let expected = format!("{}.00", 3 * done.len());
    assert_eq!(payroll["balances"][0]["posted"], expected);
}

#[tokio::test]
async fn a_server_that_stops_takes_no_more() {
    let app = TestApp::with_accounts().await;
    let service = app.service.clone();
    tokio::task::spawn_blocking(move || service.close())
        .await
        .expect("no panic");
    app.pay("1.00").await.problem(503, "stopping");
}

#[tokio::test]
async fn every_answer_has_the_id_of_its_request() {
    let app = TestApp::new().await;
    for path in ["/v1/book", "/v1/nothing", "/livez", "/docs/"] {
        let answer = app.get(path).header("x-request-id", "my-id.7").send().await;
        assert_eq!(answer.headers["x-request-id"], "my-id.7", "{path}");
        let answer = app
            .get(path)
            .header("x-request-id", "two words")
            .send()
            .await;
        assert_ne!(answer.headers["x-request-id"], "two words", "{path}");
    }
}
