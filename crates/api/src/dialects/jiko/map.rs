//! Wire to command, record to wire. Pure: what is not in the arguments does not matter.

mod earnings;
mod fields;
mod money;
mod pocket_orders;
mod pockets;
mod query;
mod requests;
mod sent;
mod subscriptions;
mod trades;
mod transactions;
mod transfers;

pub use earnings::Span;
pub use fields::{json_object, optional_text, required, text};
pub use money::{amount, day, share, time};
pub use pocket_orders::{PocketOrder, PocketUpdate};
pub use pockets::{dollars, find_pocket, is_pocket, pocket, pocket_status};
pub use query::Parameters;
pub use requests::{Order, key_text, new_transfer, order, reason, seen_pocket, status};
pub use sent::Sent;
pub use subscriptions::{new_subscription, subscription, subscription_change};
pub use trades::{POCKETS, trade, trade_query};
pub use transactions::{TransactionFilter, transaction};
pub use transfers::{
    KINDS, is_request, request_id, sides, states_of, transaction_activity_id, transfer_request,
};

use giro_ledger::{AssetId, Ledger};
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

    fn code(self, asset: AssetId) -> String {
        let asset = self.ledger().asset(asset);
        asset.map_or_else(String::new, |asset| asset.code.to_string())
    }
}
