//! Wire to command, record to wire. Pure: what is not in the arguments does not matter.

mod accounts;
mod approvals;
mod fields;
mod money;
mod query;
mod refs;
mod transfers;
mod webhooks;

pub use accounts::{
    account, balance, client, enterprise, etag, master_account, new_account, new_client, version,
};
pub use approvals::{approval, decision};
pub use fields::{display_name, json_object, key_text, optional_text, reason, required, text};
pub use money::{Order, new_transfer, order};
pub use query::{Decision, PageQuery, Parameters, status};
pub use refs::{MASTER_TAG, OWNER_KEY, OWNER_TAG, Ref, RefKind, Shown, path_id};
pub use transfers::{KINDS, is_internal, rate, source_of, status_of, transfer};
pub use webhooks::{WebhookOrder, webhook, webhook_change, webhook_order};

use super::wire::{EnterpriseBinding, Subject};
use giro_ledger::{Amount, AssetId, BookId, Ledger, PrincipalId, SignedAmount, Timestamp};
use giro_service::{Service, State};

/// The state, and the ids that its things have outside.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// What encodes ids.
    pub service: &'a Service,
    /// The state.
    pub state: &'a State,
}

impl<'a> View<'a> {
    /// The state of a service.
    pub fn new(service: &'a Service, state: &'a State) -> View<'a> {
        View { service, state }
    }

    fn ledger(self) -> &'a Ledger {
        &self.state.ledger
    }

    /// The reference of a book.
    pub fn enterprise_ref(self, book: BookId) -> String {
        let id = self.service.book_id(self.state, book);
        format!("enterprises/{id}")
    }

    fn subject(self, book: BookId, principal: PrincipalId) -> Subject {
        Subject {
            id: self.service.principal_id(self.state, principal),
            kind: "user",
            tenant_ref: self.enterprise_ref(book),
        }
    }

    fn binding(self, book: BookId) -> EnterpriseBinding {
        EnterpriseBinding {
            tenant_type: "enterprise",
            topology_ref: self.enterprise_ref(book),
        }
    }

    fn code(self, asset: AssetId) -> String {
        let asset = self.ledger().asset(asset);
        asset.map_or_else(String::new, |asset| asset.code.to_string())
    }

    fn decimals(self, asset: AssetId) -> u8 {
        let asset = self.ledger().asset(asset);
        asset.map_or(0, |asset| asset.decimals)
    }

    fn amount(self, asset: AssetId, amount: Amount) -> String {
        spelled(amount.signed(), self.decimals(asset))
    }
}

/// An amount in the vendor's spelling: two decimals, as in all of its examples, and more only if
/// they are not zero; fewer if the asset has fewer.
fn spelled(amount: SignedAmount, decimals: u8) -> String {
    let mut text = amount.display(decimals).to_string();
    if let Some(point) = text.find('.') {
        let least = text.len().min(point.saturating_add(3));
        let kept = text.trim_end_matches('0').len().max(least);
        text.truncate(kept);
    }
    text
}

/// A time in the vendor's spelling: to the second, in UTC.
fn time(at: Timestamp) -> String {
    let mut text = crate::http::time::format(at);
    text.truncate("2026-05-01T10:00:00".len());
    text.push('Z');
    text
}

#[cfg(test)]
mod tests;
