//! A measurement, as a table and as JSON.

use super::limits::AppendRate;
use super::machine::Machine;
use hdrhistogram::Histogram;
use serde::Serialize;
use std::time::Duration;

/// A measurement.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) what: &'static str,
    pub(super) machine: Machine,
    pub(super) transfers: u64,
    pub(super) accounts: u32,
    pub(super) batch: u32,
    pub(super) hot_account: bool,
    pub(super) concurrency: usize,
    pub(super) seconds: f64,
    pub(super) transfers_per_second: f64,
    /// Of one request: a transfer, or a batch of them.
    pub(super) latency_us: Latency,
    pub(super) cpu_us_per_transfer: f64,
    pub(super) peak_memory_mib: u64,
    pub(super) disk_bytes_per_transfer: f64,
    pub(super) journal_bytes_per_transfer: Option<f64>,
    /// What webhooks were told, if there were any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) told: Option<Told>,
    pub(super) limits: Limits,
}

/// What webhooks were told.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    pub(super) notifications: u64,
    /// How many of them came while transfers were made.
    pub(super) during: u64,
    /// How long after the last transfer the last one came.
    pub(super) seconds_after: f64,
    pub(super) per_second: f64,
}

/// Percentiles in microseconds.
#[derive(Debug, Serialize)]
pub(super) struct Latency {
    p50: u64,
    p99: u64,
    p99_9: u64,
    max: u64,
}

/// What the figures are compared with, measured in the same run.
#[derive(Debug, Default, Serialize)]
pub(super) struct Limits {
    /// The disk's durable appends of 4 KiB.
    pub(super) append_4k: Option<AppendRate>,
    /// The disk's durable appends of a frame of this measurement.
    pub(super) append_frame: Option<AppendRate>,
    /// Transfers a second that the disk's rate of frames would allow.
    pub(super) disk_transfers_per_second: Option<f64>,
    /// Transfers a second of a handler that only parses and answers.
    pub(super) bare_handler_per_second: Option<f64>,
    /// This measurement as a share of the bare handler's.
    pub(super) share_of_bare_handler: Option<f64>,
}

impl From<&Histogram<u64>> for Latency {
    fn from(nanos: &Histogram<u64>) -> Latency {
        let at = |quantile| nanos.value_at_quantile(quantile) / 1000;
        Latency {
            p50: at(0.5),
            p99: at(0.99),
            p99_9: at(0.999),
            max: nanos.max() / 1000,
        }
    }
}

impl Report {
    #[expect(clippy::print_stdout, reason = "the result of the command")]
    pub(super) fn print(&self, json: bool) -> anyhow::Result<()> {
        if json {
            println!("{}", serde_json::to_string_pretty(self)?);
        } else {
            println!("{}", self.table());
        }
        Ok(())
    }

    fn table(&self) -> String {
        let mut table = comfy_table::Table::new();
        table.load_preset(comfy_table::presets::NOTHING);
        for (name, value) in self.rows().into_iter().chain(self.limits.rows()) {
            table.add_row([name.to_owned(), value]);
        }
        table.to_string()
    }

    fn rows(&self) -> Vec<(&'static str, String)> {
        let Machine {
            cpu,
            cores,
            memory_gib,
            kernel,
        } = &self.machine;
        let machine = format!("{cpu}, {cores} cores, {memory_gib} GiB, Linux {kernel}");
        let Latency {
            p50,
            p99,
            p99_9,
            max,
        } = &self.latency_us;
        let [p50, p99, p99_9, max] = [p50, p99, p99_9, max].map(|us| micros(*us));
        let disk = self.disk_bytes_per_transfer;
        let disk =
            format!("{disk:.0} bytes per transfer, indexes and space prepared ahead included");
        let rate = grouped(self.transfers_per_second);
        let mut rows = vec![
            ("machine", machine),
            ("work", self.work()),
            ("time", format!("{:.2} s", self.seconds)),
            ("throughput", format!("{rate} transfers/s")),
            (
                "latency",
                format!("p50 {p50}, p99 {p99}, p99.9 {p99_9}, max {max}"),
            ),
            (
                "CPU",
                format!("{:.2} us per transfer", self.cpu_us_per_transfer),
            ),
            ("peak memory", format!("{} MiB", self.peak_memory_mib)),
            ("disk", disk),
        ];
        if let Some(journal) = self.journal_bytes_per_transfer {
            rows.push(("journal", format!("{journal:.0} bytes per transfer")));
        }
        if let Some(told) = &self.told {
            let [rate, during] = [told.per_second, told.during as f64].map(grouped);
            let after = told.seconds_after;
            let told = format!(
                "{rate} notifications/s: {during} beside the transfers, the last {after:.2} s later"
            );
            rows.push(("webhooks", told));
        }
        rows
    }

    fn work(&self) -> String {
        let Report {
            what,
            transfers,
            accounts,
            batch,
            concurrency,
            ..
        } = self;
        let hot = if self.hot_account {
            ", one of them the source of all"
        } else {
            ""
        };
        let transfers = grouped(*transfers as f64);
        format!(
            "{what}: {transfers} transfers among {accounts} accounts{hot}; \
             {batch} a request, {concurrency} requests at a time"
        )
    }
}

impl Limits {
    fn rows(&self) -> Vec<(&'static str, String)> {
        let mut rows = Vec::new();
        for rate in [self.append_4k, self.append_frame].into_iter().flatten() {
            let AppendRate {
                bytes,
                p50_us,
                per_second,
            } = rate;
            let per_second = grouped(per_second);
            let rate = format!("{bytes} bytes appended and synced in {p50_us} us, {per_second}/s");
            rows.push(("limit: disk", rate));
        }
        if let Some(rate) = self.disk_transfers_per_second {
            rows.push((
                "",
                format!("enough for {} transfers/s in such frames", grouped(rate)),
            ));
        }
        if let Some(bare) = self.bare_handler_per_second {
            let bare = grouped(bare);
            let bare = format!("{bare} transfers/s by a handler that only parses and answers");
            rows.push(("limit: HTTP", bare));
        }
        if let Some(share) = self.share_of_bare_handler {
            rows.push(("share of it", format!("{:.0} %", share * 100.0)));
        }
        rows
    }
}

/// `1,234,567`.
pub(super) fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn micros(us: u64) -> String {
    let time = Duration::from_micros(us);
    if us < 10_000 {
        format!("{us} us")
    } else {
        format!("{:.1} ms", time.as_secs_f64() * 1e3)
    }
}
