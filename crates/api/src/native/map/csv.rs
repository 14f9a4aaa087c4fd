//! Statements as a file, for spreadsheets.

use crate::native::wire::statements::StatementItemBody;
use crate::native::wire::transfers::{KindBody, SideBody};
use crate::native::wire::{Decimal, Time};
use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};
use giro_ledger::Timestamp;

/// The columns.
const COLUMNS: [&str; 10] = [
    "time",
    "entry",
    "transfer",
    "asset",
    "debit",
    "credit",
    "balance",
    "reference",
    "counterparties",
    "instrument",
];

/// A file under construction. Postings come newest first, and are in the file oldest first.
pub(crate) struct StatementFile {
    asset: String,
    rows: Writer<Vec<u8>>,
    /// Where in the buffer each row ends.
    ends: Vec<usize>,
}

impl StatementFile {
    /// A file without rows.
    pub(crate) fn new(asset: &str) -> StatementFile {
        let mut builder = WriterBuilder::new();
        builder
            .terminator(Terminator::CRLF)
            .quote_style(QuoteStyle::Necessary);
        StatementFile {
            asset: asset.to_owned(),
            rows: builder.from_writer(Vec::new()),
            ends: Vec::new(),
        }
    }

    /// How many postings there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Adds a posting that is older than all of those before.
    pub(crate) fn push(&mut self, item: &StatementItemBody) {
        let amount = item.amount.to_string();
        let (debit, credit) = match item.side {
            SideBody::Debit => (amount.as_str(), ""),
            SideBody::Credit => ("", amount.as_str()),
        };
        let kind = match item.kind {
            KindBody::Transfer => "transfer",
            KindBody::Deposit => "deposit",
            KindBody::Withdrawal => "withdrawal",
            KindBody::Conversion => "conversion",
            KindBody::Trade => "trade",
        };
        let others: Vec<String> = item
            .counterparties
            .iter()
            .map(ToString::to_string)
            .collect();
        let reference = harmless(item.reference.as_deref().unwrap_or_default());
        self.write([
            &time(item.at),
            kind,
            &item.transfer.to_string(),
            &self.asset.clone(),
            debit,
            credit,
            &item.balance_after.to_string(),
            &reference,
            &others.join(" "),
            item.instrument.as_deref().unwrap_or_default(),
        ]);
        self.end_row();
    }

    /// The file, with the balances at both ends of the period.
    pub(crate) fn finish(
        mut self,
        opening: (Timestamp, Decimal),
        closing: (Timestamp, Decimal),
    ) -> Vec<u8> {
        let posted = self.ends.len();
        self.write(COLUMNS);
        self.end_row();
        for (entry, (at, balance)) in [("opening_balance", opening), ("closing_balance", closing)] {
            let asset = self.asset.clone();
            self.write([
                &time(Time(at)),
                entry,
                "",
                &asset,
                "",
                "",
                &balance.to_string(),
                "",
                "",
                "",
            ]);
            self.end_row();
        }
        let ends = self.ends;
        let bytes = self
            .rows
            .into_inner()
            .expect("writing to memory does not fail");
        let row = |place: usize| {
            let start = place.checked_sub(1).and_then(|before| ends.get(before));
            let start = start.copied().unwrap_or_default();
            let end = ends.get(place).copied().unwrap_or(start);
            bytes.get(start..end).unwrap_or_default()
        };
        let mut file = Vec::with_capacity(bytes.len());
        file.extend(row(posted));
        file.extend(row(posted + 1));
        for place in (0..posted).rev() {
            file.extend(row(place));
        }
        file.extend(row(posted + 2));
        file
    }

    fn write(&mut self, cells: [&str; 10]) {
        self.rows
            .write_record(cells)
            .expect("writing to memory does not fail");
    }

    fn end_row(&mut self) {
        self.rows.flush().expect("writing to memory does not fail");
        self.ends.push(self.rows.get_ref().len());
    }
}

fn time(Time(at): Time) -> String {
    crate::http::time::format(at)
}

/// A text that no spreadsheet takes for a formula, whatever a caller wrote into it.
fn harmless(text: &str) -> String {
    let looks_like_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if looks_like_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
