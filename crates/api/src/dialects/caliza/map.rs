//! Wire to command, record to wire. Pure: what is not in the arguments does not matter.

mod balances;
mod beneficiaries;
mod deposits;
mod fields;
mod lists;
mod number;
mod profiles;
mod query;
mod simulations;
mod transactions;
mod view;
mod webhooks;

pub use balances::{Sums, add, balances, detailed_balances};
pub use beneficiaries::{beneficiary, check_enabled, past_beneficiary};
pub use deposits::{DepositOrder, deposit_order, new_deposit};
pub use fields::{Form, amount, json_object, optional_text, required, text, time};
pub use lists::{Filter, TransactionList};
pub use profiles::{Kept, new_beneficiary, shown_beneficiary};
pub use query::{PageQuery, Parameters};
pub use simulations::{SimulationOrder, new_quote, simulation, simulation_order, too_little};
pub use transactions::{
    ExecutionOrder, Moved, execution_order, moved, simulation_of, status_of, transaction,
};
pub use view::View;
pub use webhooks::{WebhookOrder, told_income, told_transaction, webhook, webhook_order, why};
