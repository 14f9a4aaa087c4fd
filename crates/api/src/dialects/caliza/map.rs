//! Wire to command, record to wire. Pure: what is not in the arguments does not matter.

mod beneficiaries;
mod fields;
mod number;
mod simulations;
mod transactions;
mod view;

pub use beneficiaries::{beneficiary, check_enabled};
pub use fields::{Form, amount, json_object, optional_text, required, text, time};
pub use simulations::{SimulationOrder, new_quote, simulation, simulation_order, too_little};
pub use transactions::{ExecutionOrder, execution_order, is_transaction, status_of, transaction};
pub use view::View;
